"""A station's official holidays for its coordinators. Nothing on the calendar is touched."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from spectree import Response as Answers

from booking import clock, i18n, zones
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff
from booking.catalogue.api.stations import CONFLICT, both_states, etag, is_old, mine
from booking.catalogue.misfits import Upcoming, on_days
from booking.catalogue.programme import programme
from booking.catalogue.queries.stations import StationRecord
from booking.catalogue.services.stations import Edit
from booking.catalogue.station_schemas import StationMatch
from booking.catalogue.terms import Overtaken
from booking.db import db
from booking.http.api import PREFIX, STAFF, Problem, answer, spec
from booking.http.headers import personal
from booking.http.inputs import InvalidInput
from booking.i18n import Translated
from booking.problems import problem
from booking.scheduling.holiday_schemas import HolidayIn, HolidayOut, HolidaysOut, HolidaysQuery
from booking.scheduling.holidays import days_of, proposals
from booking.scheduling.presenting.holidays import bad_day
from booking.scheduling.queries.holidays import Holiday, holiday, holidays_in
from booking.scheduling.services.holidays import (
    BadDay,
    NewHoliday,
    add_holidays,
    change_holiday,
    remove_holiday,
)

CREATED = 201
blueprint = Blueprint("holidays_api", __name__, url_prefix=PREFIX)
_STAFF: list[dict[str, list[str]]] = [{STAFF: []}]
_STATION = {"code": "Of the station, such as VIE."}
_HOLIDAY = {"code": "As `holiday_id` of any answer."}
_REFUSED: dict[str, Any] = {"HTTP_401": Problem, "HTTP_404": Problem, "HTTP_409": Problem, "HTTP_422": Problem}


@blueprint.get("/stations/<code>/holidays")
@open_to("coordinator")
@personal
@spec.validate(
    resp=Answers(HTTP_200=HolidaysOut, HTTP_401=Problem, HTTP_404=Problem, HTTP_422=Problem),
    path_parameter_descriptions=_STATION,
    security=_STAFF,
    tags=["stations"],
    operation_id="holidays",
)
def holidays(code: str, query: HolidaysQuery) -> ResponseReturnValue:
    """The official holidays of a year, and those of the station's country that it does not keep."""
    station, session = mine(code), db.session()
    year = query.year or zones.local_date(clock.now(), station.time_zone).year
    kept, events = holidays_in(session, station.id, year), _upcoming(station)
    days = {day for one in kept for day in days_of(one.starts_on, one.ends_on)}
    country, part = station.holiday_country, station.holiday_subdivision
    proposed = [one for one in proposals(country, part, year) if one.day not in days]
    told = {
        "year": year,
        "holidays": [_json(one, events) for one in kept],
        "proposed": [_told(None, one.day, one.day, one.name, events) for one in proposed],
    }
    return answer(told, headers=etag(station))


@blueprint.post("/stations/<code>/holidays")
@open_to("coordinator")
@personal
@spec.validate(
    headers=StationMatch,
    resp=Answers(HTTP_201=HolidayOut, **_REFUSED),
    path_parameter_descriptions=_STATION,
    security=_STAFF,
    tags=["stations"],
    operation_id="add_holiday",
)
def add(code: str, json: HolidayIn) -> ResponseReturnValue:
    """Keep one more day. Events on it are 409 with their codes, until it is meant; they stay.

    `If-Match` is the ETag of the station; an old one is 409 with `current` and `asked`.
    """
    station = mine(code)
    wanted = [NewHoliday(json.day, Translated({i18n.current_locale(): json.name}))]
    return _changed(
        station, [] if json.keep_events else [json.day], lambda edit: add_holidays(edit, wanted)[0], CREATED
    )


@blueprint.patch("/holidays/<code>")
@open_to("coordinator")
@personal
@spec.validate(
    headers=StationMatch,
    resp=Answers(HTTP_200=HolidayOut, **_REFUSED),
    path_parameter_descriptions=_HOLIDAY,
    security=_STAFF,
    tags=["stations"],
    operation_id="change_holiday",
)
def change(code: str, json: HolidayIn) -> ResponseReturnValue:
    """Another day or name. Events on a new day are 409 with their codes, until it is meant; they stay."""
    found, station = _mine(code)
    wanted = NewHoliday(json.day, Translated({i18n.current_locale(): json.name}))

    def act(edit: Edit) -> str:
        change_holiday(edit, code, wanted)
        return code

    return _changed(station, [] if json.keep_events or json.day == found.starts_on else [json.day], act)


@blueprint.delete("/holidays/<code>")
@open_to("coordinator")
@personal
@spec.validate(
    headers=StationMatch,
    resp=Answers("HTTP_204", **_REFUSED),
    path_parameter_descriptions=_HOLIDAY,
    security=_STAFF,
    tags=["stations"],
    operation_id="remove_holiday",
)
def remove(code: str) -> ResponseReturnValue:
    """The day is worked after all. One that is over stays."""
    _found, station = _mine(code)

    def act(edit: Edit) -> str:
        remove_holiday(edit, code)
        return ""

    return _changed(station, [], act)


def _mine(code: str) -> tuple[Holiday, StationRecord]:
    """The holiday and its station, if that is this coordinator's; unknown and foreign ones are the same 404."""
    found = holiday(db.session(), code) or abort(404)
    return found, mine(found.station)


def _upcoming(station: StationRecord) -> list[Upcoming]:
    return programme().upcoming_of(db.session(), {station.id}, clock.now()).get(station.id, [])


def _changed(station: StationRecord, days: list[date], act: Callable[[Edit], str], status: int = 200) -> Response:
    """Do it, and the holiday as it is then; 409 with the events of days that are to be holidays."""
    if is_old(station):
        return both_states(station)
    hit = [one.code for one in on_days(_upcoming(station), days)]
    if hit:
        detail = _("There are events on the calendar that day. They stay where you say `keep_events`.")
        return problem(CONFLICT, detail, events=hit)
    now = clock.now()
    try:
        code = act(Edit(station.code, station.version, now, required_staff().actor))
    except BadDay as bad:
        raise InvalidInput.of("day", bad_day(bad, zones.local_date(now, station.time_zone))) from bad
    except Overtaken:
        return both_states(mine(station.code))
    found = holiday(db.session(), code) if code else None
    changed = etag(mine(station.code))
    return answer(_json(found, _upcoming(station)), status, changed) if found else Response(status=204, headers=changed)


def _json(one: Holiday, events: list[Upcoming]) -> dict[str, Any]:
    return _told(one.code, one.starts_on, one.ends_on, one.name, events)


def _told(code: str | None, first: date, last: date, name: Translated, events: list[Upcoming]) -> dict[str, Any]:
    return {
        "holiday_id": code,
        "first": first.isoformat(),
        "last": last.isoformat(),
        "name": name.in_locale(i18n.current_locale())[0],
        "events": [one.code for one in on_days(events, days_of(first, last))],
    }
