"""The languages of a station: for tours, for briefings, a new one."""

from dataclasses import replace

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock, i18n
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff
from booking.catalogue.forms.stations import LanguagesForm
from booking.catalogue.misfits import newly_hit
from booking.catalogue.presenting.hits import would_hit
from booking.catalogue.presenting.stations import changed_by, language_rows, overtaken, station_frame
from booking.catalogue.queries.stations import GivenLanguage, StationRecord, last_changes
from booking.catalogue.services.stations import Edit, set_languages
from booking.catalogue.station_pages import Hits, LanguagesPage
from booking.catalogue.station_pages import Overtaken as OvertakenNote
from booking.catalogue.terms import Overtaken
from booking.catalogue.views.blueprint import desk_blueprint
from booking.catalogue.views.stations import mine, upcoming
from booking.db import db
from booking.http.headers import personal


@desk_blueprint.get("/stations/<code>/languages")
@open_to("coordinator")
@personal
def languages(code: str) -> ResponseReturnValue:
    """In what a station speaks, and for what."""
    found = mine(code)
    return _page(found, _form(found, done=True), done=request.args.get("done", ""))


@desk_blueprint.post("/stations/<code>/languages")
@open_to("coordinator")
@personal
def save_languages(code: str) -> ResponseReturnValue:
    """Save them; events in a language that is taken away are shown first."""
    found = mine(code)
    form = _form(found)
    if form.seen_version != found.version:
        return _overtaken(found)
    if not form.validate():
        return _page(found, form), 422
    asks = _asks(found, form)
    if asks and form.meant.data != asks.digest:
        form.seen_again(found.version, asks.digest)
        return _page(found, form, asks=asks)
    edit = Edit(code, form.seen_version, clock.now(), required_staff().actor)
    try:
        done = "saved" if set_languages(edit, form.wanted()) else "same"
    except Overtaken:
        return _overtaken(mine(code))
    return redirect(url_for("catalogue_desk.languages", code=code, done=done), 303)


def _form(found: StationRecord, *, done: bool = False) -> LanguagesForm:
    locale = i18n.current_locale()
    given = [(one.language, i18n.language_name(one.language, locale)) for one in found.languages]
    data = {**_ticked(found), "version": str(found.version)}
    choices = {"tours": given, "briefings": given}
    return LanguagesForm(None if done else request.form, choices=choices, data=data if done else None)


def _ticked(found: StationRecord) -> dict[str, object]:
    return {
        "tours": tuple(one.language for one in found.languages if one.tours),
        "briefings": tuple(one.language for one in found.languages if one.briefings),
    }


def _asks(found: StationRecord, form: LanguagesForm) -> Hits | None:
    """The events in languages that are given now, and would not be any more."""
    given = tuple(GivenLanguage(tag, *ways, is_official=False) for tag, ways in form.wanted().items())
    events = upcoming(found)
    after = replace(found, languages=given)
    return would_hit(events, newly_hit(events, found.ways, after.ways), found.time_zone)


def _overtaken(found: StationRecord) -> ResponseReturnValue:
    line = last_changes(db.session(), f"station:{found.code}").get("tours")
    again = _form(found)
    again.validate()
    told = overtaken(again, _ticked(found), line, found.time_zone)
    again.seen_again(found.version)
    return _page(found, again, overtaken_by=told), 409


def _page(
    found: StationRecord,
    form: LanguagesForm,
    *,
    done: str = "",
    asks: Hits | None = None,
    overtaken_by: OvertakenNote | None = None,
) -> str:
    changes = last_changes(db.session(), f"station:{found.code}")
    spoken = {name: line for name, line in changes.items() if name in {"tours", "briefings"}}
    changed = changed_by(spoken, found.time_zone)
    frame = station_frame(found, "catalogue_desk.languages", str(_("Languages")), done=done, changed=changed)
    rows = language_rows(found, form.tours.data or (), form.briefings.data or ())
    page = LanguagesPage(frame, form, rows, asks, overtaken_by)
    return render_template("catalogue/desk_languages.html", page=page)
