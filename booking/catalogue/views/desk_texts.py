"""The texts of an offering in six languages side by side, and everything that is still to translate."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking import i18n
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff
from booking.accounts.terms import Role
from booking.catalogue.forms.offerings import LABELS, OfferingTexts, TextsForm, refuse_steps, texts_data
from booking.catalogue.offering_pages import Clash, Gap, TextsPage, TranslationsPage
from booking.catalogue.pages import Filter, Link
from booking.catalogue.presenting.offerings import clash_of, filter_of, head_of, text_names, text_row
from booking.catalogue.queries import all_stations
from booking.catalogue.queries.editing import TEXT_FIELDS, Edited
from booking.catalogue.rules import missing, stale
from booking.catalogue.services.offerings import save_texts
from booking.catalogue.terms import Overtaken
from booking.catalogue.translating import Translatable, everything
from booking.catalogue.views.blueprint import desk_blueprint
from booking.catalogue.views.desk_offerings import DONE, by, may_edit, mine, one_of
from booking.catalogue.words import title_of
from booking.db import db
from booking.http.headers import personal
from booking.http.paging import page_asked

KINDS: Mapping[str, object] = {
    "offering": _l("Offering"),
    "picture": _l("Picture"),
    "material": _l("Material"),
    "word": _l("Word of a list"),
    "station": _l("Station"),
    "series": _l("Series"),
    "closure": _l("Message of a closure"),
    "item": _l("Online item"),
    "survey": _l("Question of a survey"),
}
MORE_LABELS: Mapping[str, object] = {
    "message": _l("Message"),
    "conditions": _l("Conditions"),
    "label": _l("Word"),
    "question": _l("Question"),
}
"""Of texts that are no offering's."""
ON_PAGE = 50


@desk_blueprint.get("/offerings/<code>/texts")
@open_to("coordinator")
@personal
def offering_texts(code: str) -> ResponseReturnValue:
    """Its texts, with what is missing and what is out of date."""
    found = one_of(code)
    return _page(found, OfferingTexts(data={"version": str(found.version), **texts_data(found.texts)}))


@desk_blueprint.post("/offerings/<code>/texts")
@open_to("coordinator")
@personal
def save_offering_texts(code: str) -> ResponseReturnValue:
    """Save all of them."""
    found = mine(code)
    form = OfferingTexts(request.form)
    if form.seen_version != found.version:
        return _overtaken(found, form)
    form.validate()
    refuse_steps(form, found)
    if form.wrong:
        return _page(found, form), 422
    try:
        save_texts(code, form.texts(), form.confirmed(), by(found.version))
    except Overtaken:
        return _overtaken(one_of(code), form)
    return redirect(url_for("catalogue_desk.offering_texts", code=code, done="texts"), 303)


def _overtaken(found: Edited, form: TextsForm) -> ResponseReturnValue:
    clash = clash_of(form, OfferingTexts(data=texts_data(found.texts)), text_names(TEXT_FIELDS))
    form.seen_again(found.version)
    return _page(found, form, clash), 409


def _page(found: Edited, form: TextsForm, clash: Clash | None = None) -> str:
    done = DONE.get(request.args.get("done", ""), "")
    page = TextsPage(
        form=form,
        rows=tuple(text_row(form, field, found.texts, found.marks) for field in TEXT_FIELDS),
        action=url_for("catalogue_desk.offering_texts", code=found.code),
        head=head_of(found, "offering_texts", may_edit=may_edit(found), done=done),
        clash=clash,
    )
    return render_template("catalogue/desk_texts.html", page=page)


@desk_blueprint.get("/translations")
@open_to("coordinator")
@personal
def translations() -> ResponseReturnValue:
    """What is still to translate, or was translated from another English text, at the own stations."""
    chosen = {name: request.args.get(name, "") for name in ("what", "locale", "station")}
    held = required_staff().stations(Role.COORDINATOR)
    things = [one for one in everything(db.session()) if held is None or one.station in {"", *held}]
    wanted = [one for one in things if chosen["station"] in {"", one.station} and chosen["what"] in {"", one.what}]
    gaps = list(_gaps(wanted, chosen["locale"]))
    last = max(1, -(-len(gaps) // ON_PAGE))
    at = min(page_asked(), last)
    page = TranslationsPage(
        filters=tuple(_filters(chosen, held)),
        count_text=ngettext("%(num)s has gaps", "%(num)s have gaps", len(gaps)),
        gaps=tuple(gaps[(at - 1) * ON_PAGE : at * ON_PAGE]),
        at=_("Page %(page)s of %(all)s", page=format_decimal(at), all=format_decimal(last)) if last > 1 else "",
        pages=tuple(_pages(at, last, chosen)),
    )
    return render_template("catalogue/desk_translations.html", page=page)


def _pages(at: int, last: int, chosen: Mapping[str, str]) -> Iterator[Link]:
    query: dict[str, Any] = {name: value for name, value in chosen.items() if value}
    for text, to in ((_("Page before"), at - 1), (_("Next page"), at + 1)):
        if 1 <= to <= last:
            yield Link(text, url_for("catalogue_desk.translations", **query, page=to))


def _filters(chosen: Mapping[str, str], held: frozenset[str] | None) -> Iterator[Filter]:
    locale = i18n.current_locale()
    named = [one for one in all_stations(db.session()) if held is None or one.code in held]
    stations = {one.code: i18n.station_name(one.code, locale, one.name) for one in named}
    languages: dict[str, object] = dict(i18n.language_choices(i18n.LOCALES, locale))
    yield filter_of("what", _("Kind of text"), _("Any kind"), KINDS, chosen)
    yield filter_of("locale", _("Language"), _("Any language"), languages, chosen)
    yield filter_of("station", _("Duty station"), _("Any station"), {**stations}, chosen)


def _gaps(things: Iterable[Translatable], only: str) -> Iterator[Gap]:
    locales = [only] if only in i18n.LOCALES else list(i18n.LOCALES)
    for one in things:
        gone = [pair for pair in missing(one.texts, locales) if pair[1] in locales]
        old = list(stale(one.texts, one.marks, locales))
        if gone or old:
            title, lang = title_of(one.title)
            yield Gap(str(KINDS[one.what]), title, lang, one.href, _by_language(gone), _by_language(old))


def _by_language(pairs: Iterable[tuple[str, str]]) -> str:
    """As in "Arabic: title, summary; French: title"."""
    locale = i18n.current_locale()
    found: dict[str, list[str]] = {}
    for field, tag in pairs:
        label = str(LABELS.get(field) or MORE_LABELS[field])
        found.setdefault(i18n.language_name(tag, locale), []).append(label[:1].lower() + label[1:])
    return "; ".join(
        _("%(label)s: %(text)s", label=name, text=i18n.join_list(fields, locale)) for name, fields in found.items()
    )
