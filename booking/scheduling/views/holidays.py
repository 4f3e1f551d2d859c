"""A station's official holidays: year by year, with what its country keeps as a proposal."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock, i18n, zones
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff, staff_at
from booking.accounts.terms import Role
from booking.catalogue.programme import programme
from booking.catalogue.queries.stations import StationRecord, station_record
from booking.catalogue.services.stations import Edit, change_station
from booking.catalogue.station_pages import Overtaken as OvertakenNote
from booking.catalogue.terms import Overtaken
from booking.db import db
from booking.http.headers import personal
from booking.http.once import require_once
from booking.i18n import Translated
from booking.scheduling.holiday_forms import CountryForm, HolidayForm, ProposalForm
from booking.scheduling.holiday_pages import HolidaysPage
from booking.scheduling.holidays import countries, offered_years
from booking.scheduling.presenting.holidays import (
    Kept,
    bad_day,
    country_choices,
    hit_on,
    holidays_page,
    subdivision_choices,
)
from booking.scheduling.queries.holidays import Holiday, holiday, holidays_in
from booking.scheduling.services.holidays import (
    BadDay,
    NewHoliday,
    add_holidays,
    change_holiday,
    remove_holiday,
)

blueprint = Blueprint("holidays", __name__, url_prefix="/desk/catalogue")
Act = Callable[[Edit], object]
Sent = HolidayForm | ProposalForm


def _mine(code: str) -> StationRecord:
    """The station, if it is this coordinator's; unknown and foreign ones are the same 404."""
    staff_at(Role.COORDINATOR, code)
    return station_record(db.session(), code) or abort(404)


def _kept(station: StationRecord, year: int = 0) -> Kept:
    session, now = db.session(), clock.now()
    shown = year or _asked_year(station) or zones.local_date(now, station.time_zone).year
    events = programme().upcoming_of(session, {station.id}, now).get(station.id, [])
    return Kept(station, shown, holidays_in(session, station.id, shown), events, now)


def _asked_year(station: StationRecord) -> int:
    """The year of the address; 0 for none, and for one that no desk looks at."""
    text = request.args.get("year", "")
    known = offered_years(zones.local_date(clock.now(), station.time_zone))
    return next((year for year in known if str(year) == text), 0)


@blueprint.get("/stations/<code>/holidays")
@open_to("coordinator")
@personal
def listed(code: str) -> ResponseReturnValue:
    """The holidays of a year, and the proposal."""
    station = _mine(code)
    kept, asked = _kept(station), request.args.get("year", "")
    page = holidays_page(kept, done=request.args.get("done", ""))
    if asked and asked != str(kept.year):
        first, *_rest, last = offered_years(kept.today)
        problem = _("Holidays are kept from %(first)s to %(last)s.", first=first, last=last)
        return _shown(replace(page, problem=str(problem))), 422
    return _shown(page)


def _shown(page: HolidaysPage) -> str:
    return render_template("scheduling/holidays.html", page=page)


@blueprint.post("/stations/<code>/holidays")
@open_to("coordinator")
@personal
def add(code: str) -> ResponseReturnValue:
    """Keep one more day."""
    kept, form = _kept(_mine(code)), HolidayForm(request.form)
    if not form.validate():
        return _shown(holidays_page(kept, forms={"": form})), 422
    wanted = [NewHoliday(form.day.data, Translated({i18n.current_locale(): form.name.data}))]
    return _do(kept, form, [form.day.data], lambda edit: add_holidays(edit, wanted))


@blueprint.post("/stations/<code>/holidays/proposed")
@open_to("coordinator")
@personal
def add_proposed(code: str) -> ResponseReturnValue:
    """Keep the days of the proposal that are ticked."""
    kept = _kept(_mine(code))
    by_day = {one.day.isoformat(): one for one in kept.proposed}
    form = ProposalForm(request.form, choices={"days": [(day, str(one.name)) for day, one in by_day.items()]})
    if form.seen_version != kept.station.version:
        return _overtaken(kept)
    if not form.validate() or not form.days.data:
        page = holidays_page(kept)
        return _shown(replace(page, problem=str(_("Tick a day of the proposal.")))), 422
    wanted = [NewHoliday(by_day[day].day, by_day[day].name) for day in form.days.data]
    source = f"proposal {kept.station.holiday_country} {kept.station.holiday_subdivision}".strip()
    return _do(kept, form, [one.day for one in wanted], lambda edit: add_holidays(edit, wanted, source))


@blueprint.post("/stations/<code>/holidays/country")
@open_to("coordinator")
@personal
def save_country(code: str) -> ResponseReturnValue:
    """Say whose public holidays are proposed."""
    station = _mine(code)
    kept, country = _kept(station), request.form.get("country", "")
    parts = subdivision_choices(country) if country in countries() else ()
    form = CountryForm(request.form, choices={"country": country_choices(), "subdivision": parts})
    if country != station.holiday_country:
        form.subdivision.process_errors, form.subdivision.data = [], None  # of the country before
    if not form.validate():
        return _shown(replace(holidays_page(kept), country_form=form)), 422
    columns = {"holiday_country": form.country.data or "", "holiday_subdivision": form.subdivision.data or ""}
    return _act(kept, form, lambda edit: change_station(edit, columns))


@blueprint.post("/holidays/<code>")
@open_to("coordinator")
@personal
def change(code: str) -> ResponseReturnValue:
    """Another day or name."""
    found, station = _my_holiday(code)
    kept, form = _kept(station, found.starts_on.year), HolidayForm(request.form)
    if not form.validate():
        return _shown(holidays_page(kept, forms={code: form})), 422
    wanted = NewHoliday(form.day.data, _renamed(found.name, form.name.data))
    days = [] if wanted.day == found.starts_on else [wanted.day]
    return _do(kept, form, days, lambda edit: change_holiday(edit, code, wanted), code)


def _renamed(before: Translated, name: str) -> Translated:
    """The name in the reader's language; what it was called in others no longer holds."""
    locale = i18n.current_locale()
    return before if before.in_locale(locale)[0] == name else Translated({locale: name})


@blueprint.post("/holidays/<code>/remove")
@open_to("coordinator")
@personal
def remove(code: str) -> ResponseReturnValue:
    """The day is worked after all."""
    found, station = _my_holiday(code)
    form = HolidayForm(request.form)
    require_once(request.form)
    return _act(_kept(station, found.starts_on.year), form, lambda edit: remove_holiday(edit, code))


def _my_holiday(code: str) -> tuple[Holiday, StationRecord]:
    """The holiday and its station, if that is this coordinator's; unknown and foreign ones are the same 404."""
    found = holiday(db.session(), code) or abort(404)
    return found, _mine(found.station)


def _do(kept: Kept, form: Sent, days: Sequence[date], act: Act, code: str = "") -> ResponseReturnValue:
    """Do it, unless events on these days were not shown yet; or the page again, with what stands against it."""
    if form.seen_version != kept.station.version:
        return _overtaken(kept, {code: form} if isinstance(form, HolidayForm) else None)
    asks = hit_on(kept, days)
    if asks and form.meant.data != asks.digest:
        form.seen_again(kept.station.version, asks.digest)
        page = holidays_page(kept, forms={code: form} if isinstance(form, HolidayForm) else None)
        return _shown(replace(page, asks=asks, asks_form=form, asks_url=request.full_path.rstrip("?")))
    return _act(kept, form, act, code)


def _act(kept: Kept, form: Sent | CountryForm, act: Act, code: str = "") -> ResponseReturnValue:
    station, forms = kept.station, {code: form} if isinstance(form, HolidayForm) else None
    try:
        is_changed = act(Edit(station.code, form.seen_version, clock.now(), required_staff().actor))
    except BadDay as bad:
        page = holidays_page(kept, forms=forms)
        return _shown(replace(page, problem=bad_day(bad, kept.today))), 422
    except Overtaken:
        return _overtaken(_kept(_mine(station.code), kept.year), forms)
    done = "same" if is_changed is False else "saved"
    return redirect(url_for("holidays.listed", code=station.code, year=kept.year, done=done), 303)


def _overtaken(kept: Kept, forms: Mapping[str, HolidayForm] | None = None) -> ResponseReturnValue:
    """409 with the list as it is now; what was typed stays, to be sent again."""
    for form in (forms or {}).values():
        form.seen_again(kept.station.version)
    told = _("Somebody else has changed this station since you opened the page. Nothing of yours was saved.")
    note = OvertakenNote(str(told), ())
    return _shown(replace(holidays_page(kept, forms=forms), overtaken=note)), 409
