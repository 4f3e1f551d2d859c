"""The desk's offerings: the list, what one is, a new one or a copy."""

from collections.abc import Mapping
from typing import TypeVar

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from booking import clock, i18n
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff, staff_at
from booking.accounts.terms import Role
from booking.catalogue.forms.offerings import NewOfferingForm, OfferingForm, wish_data
from booking.catalogue.offering_pages import OfferingEditPage
from booking.catalogue.pages import Link
from booking.catalogue.presenting.offerings import clash_of, facts_of, head_of, offering_list
from booking.catalogue.queries import all_stations, catalogue
from booking.catalogue.queries.editing import Edited, edited, listed, words
from booking.catalogue.queries.interest import counts
from booking.catalogue.services.offerings import By, change_offering, create_offering
from booking.catalogue.terms import NotThere, OfferingStatus, Overtaken
from booking.catalogue.views.blueprint import desk_blueprint
from booking.catalogue.words import title_of
from booking.db import db
from booking.fields import Choices
from booking.http.headers import personal

DONE: Mapping[str, object] = {
    "saved": _l("Saved."),
    "made": _l("The offering is there. Its texts come next."),
    "texts": _l("The texts are saved."),
    "told": _l("Everybody who waited is being written to."),
    "nobody": _l("Nobody was waiting any more: somebody else has just written to them."),
}
LIMITS = ("max_group", "min_group", "min_age", "max_age", "language_policy", "languages")
"""What bookings that are there already may be outside of, once it is changed."""
_USUAL = {"status": "active", "unit": "visitors-service", "language_policy": "station", "duration_min": 60}
"""What a new offering begins with."""
AnOfferingForm = TypeVar("AnOfferingForm", bound=OfferingForm)


def one_of(code: str) -> Edited:
    """The offering of that code, for any coordinator to read; else 404."""
    return edited(db.session(), code) or abort(404)


def mine(code: str) -> Edited:
    """The offering, if it is of a station of this coordinator's; others are the same 404 as what is not there."""
    found = one_of(code)
    staff_at(Role.COORDINATOR, found.station)
    return found


def may_edit(found: Edited) -> bool:
    """Whether whoever is signed in may change the offering."""
    return required_staff().may(Role.COORDINATOR, found.station)


def by(version: int = 0) -> By:
    """Who changes something now."""
    return By(required_staff().actor, clock.now(), version)


@desk_blueprint.get("/offerings")
@open_to("coordinator")
@personal
def offerings() -> ResponseReturnValue:
    """Every offering of every station; what is to be done is told for the own ones."""
    chosen = {name: request.args.get(name, "") for name in ("station", "status")}
    page = offering_list(listed(db.session()), chosen, required_staff().stations(Role.COORDINATOR))
    return render_template("catalogue/desk_offerings.html", page=page)


@desk_blueprint.get("/offerings/new")
@open_to("coordinator")
@personal
def new_offering() -> ResponseReturnValue:
    """An empty form, or a copy: `like` in the address is the code of the one to copy."""
    like = request.args.get("like", "")
    model = one_of(like) if like else None
    data = {**wish_data(model.wish), "station": model.station, "like": like} if model else _USUAL
    form = _filled(NewOfferingForm, data=data)
    copied = title_of(model.texts["title"])[0] if model else ""
    return render_template("catalogue/desk_offering.html", page=OfferingEditPage(form, copied=copied))


@desk_blueprint.post("/offerings")
@open_to("coordinator")
@personal
def create() -> ResponseReturnValue:
    """Make it, and go on to its texts."""
    form = _filled(NewOfferingForm, request.form, {"version": "0"})
    if not form.validate():
        return render_template("catalogue/desk_offering.html", page=OfferingEditPage(form)), 422
    staff_at(Role.COORDINATOR, form.station.data)
    code = create_offering(form.station.data, form.title.data, form.wish(), by(), form.like.data or "")
    return redirect(url_for("catalogue_desk.offering_texts", code=code, done="made"), 303)


@desk_blueprint.get("/offerings/<code>")
@open_to("coordinator")
@personal
def offering(code: str) -> ResponseReturnValue:
    """What it is: a form for its own station, lines for others."""
    found = one_of(code)
    form = _filled(OfferingForm, data={**wish_data(found.wish), "version": str(found.version)})
    return _page(found, form)


@desk_blueprint.post("/offerings/<code>")
@open_to("coordinator")
@personal
def save_offering(code: str) -> ResponseReturnValue:
    """Save it; what was changed meanwhile is shown beside what was typed."""
    found = mine(code)
    form = _filled(OfferingForm, request.form)
    if form.seen_version != found.version:
        return _overtaken(found, form)
    if not form.validate():
        return _page(found, form), 422
    try:
        before = change_offering(code, form.wish(), by(found.version))
    except Overtaken:
        return _overtaken(one_of(code), form)
    return redirect(_next(before, form), 303)


def _next(before: Edited, form: OfferingForm) -> str:
    """Where the desk goes on: to whom bookings are outside new limits, else back to the page."""
    wish = form.wish()
    if any(getattr(before.wish, name) != getattr(wish, name) for name in LIMITS):
        return url_for("desk.outside_offering", code=before.code, done="saved")
    return url_for("catalogue_desk.offering", code=before.code, done="saved")


def _overtaken(found: Edited, form: OfferingForm) -> ResponseReturnValue:
    """409, with both; sent again it is saved over the other."""
    stored = _filled(OfferingForm, data=wish_data(found.wish))
    form.validate()
    clash = clash_of(form, stored)
    form.seen_again(found.version)
    head = head_of(found, "offering", may_edit=True)
    return render_template(
        "catalogue/desk_offering.html",
        page=OfferingEditPage(
            form, head, clash=clash, copy_url=url_for("catalogue_desk.new_offering", like=found.code)
        ),
    ), 409


def _page(found: Edited, form: OfferingForm) -> str:
    editable = may_edit(found)
    head = head_of(found, "offering", may_edit=editable, done=DONE.get(request.args.get("done", ""), ""))
    page = OfferingEditPage(
        form,
        head,
        facts=() if editable else facts_of(form),
        waiting=_waiting(found) if editable else None,
        outside_url=url_for("desk.outside_offering", code=found.code) if editable else "",
        rules_url=_rules_url(found) if editable else "",
        copy_url=url_for("catalogue_desk.new_offering", like=found.code),
    )
    return render_template("catalogue/desk_offering.html", page=page)


def _rules_url(found: Edited) -> str:
    return url_for("catalogue_desk.rules", code=found.station, offering=found.code, _anchor=f"o-{found.code}")


def _waiting(found: Edited) -> Link | None:
    """The way to those who wait, once it can be booked again."""
    number = counts(db.session(), found.code).waiting
    if not number or found.wish.status is OfferingStatus.AWAITING_REOPENING:
        return None
    text = ngettext(
        "It can be booked. %(num)s address waits to be told.",
        "It can be booked. %(num)s addresses wait to be told.",
        number,
    )
    return Link(text, url_for("catalogue_desk.interest", code=found.code))


def _filled(
    kind: type[AnOfferingForm], sent: MultiDict[str, str] | None = None, data: Mapping[str, object] | None = None
) -> AnOfferingForm:
    """The form with its lists."""
    return kind(sent, choices=_choices(), data={"version": "0", **(data or {})})


def _choices() -> dict[str, Choices]:
    session, locale = db.session(), i18n.current_locale()
    held, known = required_staff().stations(Role.COORDINATOR), catalogue(session)
    tags = {tag for given in (known.tours, known.briefings) for tags in given.values() for tag in tags}
    tags.update(*(one.languages for one in known.offerings.values()), i18n.LOCALES)
    named = {
        name: [(code, label.in_locale(locale)[0]) for code, label in words(session, name, name)]
        for name in ("theme", "audience", "unit")
    }
    stations = [one for one in all_stations(session) if held is None or one.code in held]
    return {
        **named,
        "languages": i18n.language_choices(tags, locale),
        "station": [(one.code, i18n.station_name(one.code, locale, one.name)) for one in stations],
        "like": [(one.code, title_of(one.titles, one.title)[0]) for one in known.offerings.values()],
    }


@desk_blueprint.errorhandler(NotThere)
def not_there(_gone: NotThere) -> ResponseReturnValue:
    """404 where something was taken away between reading and writing."""
    abort(404, description=_("It is not there any more."))
