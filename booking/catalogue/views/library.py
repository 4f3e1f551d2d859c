"""The library that all stations share, and the materials of one offering."""

from collections.abc import Mapping
from typing import Any, TypeVar

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from booking import i18n
from booking.accounts import navigation
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff, staff_at
from booking.accounts.terms import Role
from booking.catalogue.forms.material import MaterialForm, NewMaterialForm, UseForm, take_files
from booking.catalogue.forms.offerings import texts_data
from booking.catalogue.offering_pages import Clash, LibraryPage, MaterialEditPage, MaterialsPage
from booking.catalogue.presenting.material import bytes_text, material_row
from booking.catalogue.presenting.offerings import clash_of, filter_of, head_of, text_names, text_row
from booking.catalogue.queries import all_stations, catalogue
from booking.catalogue.queries.material import MaterialFacts, library, material, materials_of, uses
from booking.catalogue.rules import ENGLISH
from booking.catalogue.services.materials import add_material, attach, change_material, detach, retire_material
from booking.catalogue.terms import Overtaken
from booking.catalogue.views.blueprint import desk_blueprint, library_blueprint
from booking.catalogue.views.desk_offerings import by, may_edit, mine, one_of
from booking.catalogue.words import LEVELS, title_of
from booking.db import db
from booking.http.headers import personal

library_blueprint.record(navigation.link("library.shelves", _l("Library"), "coordinator", 46))
DONE: Mapping[str, object] = {
    "added": _l("It is in the library: all stations can use it."),
    "saved": _l("Saved."),
    "retired": _l("It is out of the library, and off every page."),
    "attached": _l("The page of the offering names it now."),
    "detached": _l("The page of the offering names it no more. It stays in the library."),
}
AMaterialForm = TypeVar("AMaterialForm", bound=MaterialForm)


@library_blueprint.get("/desk/library")
@open_to("coordinator")
@personal
def shelves() -> ResponseReturnValue:
    """Everything, of all stations, narrowed by level, language and station."""
    chosen = {name: request.args.get(name, "") for name in ("level", "language", "station")}
    every, used = library(db.session()), uses(db.session())
    shown = [one for one in every if all(chosen[name] in {"", getattr(one, name)} for name in chosen)]
    staff = required_staff()
    page = LibraryPage(
        filters=tuple(_filters(every, chosen)),
        count_text=ngettext("%(num)s material", "%(num)s materials", len(shown)),
        rows=tuple(
            material_row(one, used.get(one.id, ()), may_edit=staff.may(Role.COORDINATOR, one.station)) for one in shown
        ),
        new_url=url_for("library.new"),
        done=str(DONE.get(request.args.get("done", ""), "")),
    )
    return render_template("catalogue/desk_library.html", page=page)


def _filters(every: list[MaterialFacts], chosen: Mapping[str, str]) -> list[Any]:
    locale = i18n.current_locale()
    languages = dict(i18n.language_choices({one.language for one in every}, locale))
    stations = {one.station: i18n.station_name(one.station, locale, one.station_name) for one in every}
    return [
        filter_of("level", _l("For whom"), _l("Any level"), {one.value: text for one, text in LEVELS.items()}, chosen),
        filter_of("language", _l("Language"), _l("Any language"), {**languages}, chosen),
        filter_of("station", _l("Duty station"), _l("Any station"), {**stations}, chosen),
    ]


@library_blueprint.get("/desk/library/new")
@open_to("coordinator")
@personal
def new() -> ResponseReturnValue:
    """An empty form; `offering` in the address is the one that it is added for."""
    code = request.args.get("offering", "")
    found = mine(code) if code else None
    station = found.station if found else None
    form = _filled(NewMaterialForm, data={"offering": code, "station": station, "language": ENGLISH})
    return _new_page(form)


@library_blueprint.post("/desk/library")
@open_to("coordinator")
@personal
def add() -> ResponseReturnValue:
    """Put it into the library, and on the page of the offering that it was added for."""
    form = _filled(NewMaterialForm, request.form)
    if not form.validate():
        return _new_page(form), 422
    staff_at(Role.COORDINATOR, form.station.data)
    code = mine(form.offering.data).code if form.offering.data else ""
    add_material(form.station.data, form.wish(), by(), code)
    if code:
        return redirect(url_for("catalogue_desk.materials", code=code, done="attached"), 303)
    return redirect(url_for("library.shelves", done="added"), 303)


@library_blueprint.get("/desk/library/<int:material_id>")
@open_to("coordinator")
@personal
def material_page(material_id: int) -> ResponseReturnValue:
    """One material: a form for its own station, lines for others."""
    found = _one(material_id)
    return _page(found, _filled(MaterialForm, data=_data(found)))


@library_blueprint.post("/desk/library/<int:material_id>")
@open_to("coordinator")
@personal
def save(material_id: int) -> ResponseReturnValue:
    """Change it, on every page that names it."""
    found = _mine(material_id)
    form = _filled(MaterialForm, request.form)
    form.has_file = found.file is not None and not form.url.data
    if form.seen_version != found.version:
        return _overtaken(found, form)
    if not form.validate():
        return _page(found, form), 422
    try:
        change_material(material_id, form.wish(), form.confirmed(), by(found.version))
    except Overtaken:
        return _overtaken(_one(material_id), form)
    return redirect(url_for("library.shelves", done="saved"), 303)


@library_blueprint.post("/desk/library/<int:material_id>/retire")
@open_to("coordinator")
@personal
def retire(material_id: int) -> ResponseReturnValue:
    """Take it out of the library."""
    found = _mine(material_id)
    form = MaterialForm(request.form)
    try:
        retire_material(material_id, by(form.seen_version))
    except Overtaken:
        return _overtaken(_one(material_id), _filled(MaterialForm, data=_data(found)))
    return redirect(url_for("library.shelves", done="retired"), 303)


@desk_blueprint.get("/offerings/<code>/material")
@open_to("coordinator")
@personal
def materials(code: str) -> ResponseReturnValue:
    """What the page of an offering names, and what else the library has."""
    found = one_of(code)
    own = materials_of(db.session(), [found.id]).get(found.id, [])
    used, known = {one.id for one in own}, uses(db.session())
    page = MaterialsPage(
        head=head_of(found, "materials", may_edit=may_edit(found), done=DONE.get(request.args.get("done", ""), "")),
        used=tuple(material_row(one) for one in own),
        others=tuple(material_row(one, known.get(one.id, ())) for one in library(db.session()) if one.id not in used),
        new_url=url_for("library.new", offering=code),
    )
    return render_template("catalogue/desk_materials.html", page=page)


@desk_blueprint.post("/offerings/<code>/material")
@open_to("coordinator")
@personal
def use(code: str) -> ResponseReturnValue:
    """Name a material on the page of an offering, or take it off again."""
    found = mine(code)
    form = UseForm(request.form)
    if not form.validate():
        abort(422)
    (attach if form.act.data == "attach" else detach)(found.code, form.material.data, by())
    return redirect(url_for("catalogue_desk.materials", code=code, done=f"{form.act.data}ed"), 303)


def _one(material_id: int) -> MaterialFacts:
    return material(db.session(), material_id) or abort(404)


def _mine(material_id: int) -> MaterialFacts:
    """A material of a station of this coordinator's; others are unknown."""
    found = _one(material_id)
    staff_at(Role.COORDINATOR, found.station)
    return found


def _data(found: MaterialFacts) -> dict[str, object]:
    return {
        "version": str(found.version),
        "level": found.level.value,
        "language": found.language,
        "url": found.url or None,
        **texts_data({"title": found.title}),
    }


def _filled(
    kind: type[AMaterialForm], sent: MultiDict[str, str] | None = None, data: Mapping[str, object] | None = None
) -> AMaterialForm:
    """The form with its lists, and the file that arrived with it."""
    locale, known = i18n.current_locale(), catalogue(db.session())
    held = required_staff().stations(Role.COORDINATOR)
    tags = {tag for given in known.tours.values() for tag in given} | set(i18n.LOCALES)
    stations = [one for one in all_stations(db.session()) if held is None or one.code in held]
    choices = {
        "language": i18n.language_choices(tags, locale),
        "station": [(one.code, i18n.station_name(one.code, locale, one.name)) for one in stations],
    }
    form = kind(sent, choices=choices, data=data)
    if sent is not None:
        take_files(form, request.files)
    return form


def _new_page(form: NewMaterialForm) -> str:
    texts = {"title": form.texts()["title"]}
    code = form.offering.data or form.offering.typed
    back = url_for("catalogue_desk.materials", code=code) if code else url_for("library.shelves")
    page = MaterialEditPage(form, text_row(form, "title", texts, {}), url_for("library.add"), "", back)
    return render_template("catalogue/desk_material.html", page=page)


def _overtaken(found: MaterialFacts, form: MaterialForm) -> ResponseReturnValue:
    form.validate()
    clash = clash_of(form, _filled(MaterialForm, data=_data(found)), text_names(["title"]))
    form.seen_again(found.version)
    return _page(found, form, clash), 409


def _page(found: MaterialFacts, form: MaterialForm, clash: Clash | None = None) -> str:
    editable = required_staff().may(Role.COORDINATOR, found.station)
    row = material_row(found, uses(db.session()).get(found.id, ()))
    page = MaterialEditPage(
        form=form,
        row=text_row(form, "title", {"title": found.title}, found.marks),
        action=url_for("library.save", material_id=found.id),
        title=title_of(found.title)[0],
        back_url=url_for("library.shelves"),
        material=row,
        may_edit=editable,
        clash=clash,
        file_text=bytes_text(found.size) if found.size else "",
        retire_url=url_for("library.retire", material_id=found.id) if editable else "",
        version=str(found.version),
    )
    return render_template("catalogue/desk_material.html", page=page)
