"""A station for its coordinators: read it, change it, say its languages. Nothing on the calendar is touched."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from spectree import Response as Answers

from booking import clock as clocks
from booking import i18n
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff, staff_at
from booking.accounts.terms import Role
from booking.catalogue.misfits import newly_hit
from booking.catalogue.programme import programme
from booking.catalogue.queries.stations import GivenLanguage, StationRecord, station_record
from booking.catalogue.rule_values import STATION_VALUES, out_of_order
from booking.catalogue.services.stations import Edit, OutOfOrder, Taken, change_station, set_languages
from booking.catalogue.station_schemas import (
    WEEKDAYS,
    LanguagesIn,
    StationChangeIn,
    StationMatch,
    StationRecordOut,
    clock,
    minutes,
)
from booking.catalogue.terms import Overtaken
from booking.db import db
from booking.http.api import PREFIX, STAFF, Problem, answer, spec
from booking.http.headers import personal
from booking.http.inputs import InvalidInput
from booking.http.strict import strict_json
from booking.problems import problem

CONFLICT = 409
blueprint = Blueprint("stations_api", __name__, url_prefix=PREFIX)
_STAFF: list[dict[str, list[str]]] = [{STAFF: []}]
_CODE = {"code": "Of the station, such as VIE."}
_CHANGED = Answers(
    HTTP_200=StationRecordOut, HTTP_401=Problem, HTTP_404=Problem, HTTP_409=Problem, HTTP_422=Problem, HTTP_503=Problem
)


def mine(code: str) -> StationRecord:
    """The station, if it is this coordinator's; unknown and foreign ones are the same 404."""
    staff_at(Role.COORDINATOR, code)
    return station_record(db.session(), code) or abort(404)


@blueprint.get("/stations/<code>")
@open_to("coordinator")
@personal
@spec.validate(
    resp=Answers(HTTP_200=StationRecordOut, HTTP_401=Problem, HTTP_404=Problem),
    path_parameter_descriptions=_CODE,
    security=_STAFF,
    tags=["stations"],
    operation_id="station",
)
def station(code: str) -> ResponseReturnValue:
    """A station of yours, with the values of its rules."""
    return _answer(mine(code))


@blueprint.patch("/stations/<code>")
@open_to("coordinator")
@personal
@spec.validate(
    headers=StationMatch,
    resp=_CHANGED,
    path_parameter_descriptions=_CODE,
    security=_STAFF,
    tags=["stations"],
    operation_id="change_station",
)
def change(code: str, json: StationChangeIn) -> ResponseReturnValue:
    """Change hours, working days, contact or values of rules. What leaves events outside is 409 until it is meant.

    An old `If-Match` is 409 with `current` and `asked`.
    """
    found = mine(code)
    columns = _columns(found, json)
    after = replace(found, **_shown(columns))
    return changed(found, after, lambda edit: change_station(edit, columns), keep=json.keep_events)


@blueprint.put("/stations/<code>/languages")
@open_to("coordinator")
@personal
@spec.validate(
    headers=StationMatch,
    resp=_CHANGED,
    path_parameter_descriptions=_CODE,
    security=_STAFF,
    tags=["stations"],
    operation_id="set_languages",
)
def say_languages(code: str, json: LanguagesIn) -> ResponseReturnValue:
    """The languages of a station. What would leave events in one that is taken away is 409, until it is meant.

    An old `If-Match` is 409 with `current` and `asked`.
    """
    found, wanted = mine(code), json.wanted()
    given = tuple(GivenLanguage(tag, *ways, is_official=False) for tag, ways in wanted.items())
    after = replace(found, languages=given)
    return changed(found, after, lambda edit: set_languages(edit, wanted), keep=json.keep_events)


def changed(
    found: StationRecord, after: StationRecord, act: Callable[[Edit], object], *, keep: bool
) -> ResponseReturnValue:
    """Do it, and the station as it is then; 409 with what it meets."""
    if is_old(found):
        return both_states(found)
    events = programme().upcoming_of(db.session(), {found.id}, clocks.now()).get(found.id, [])
    hit = newly_hit(events, found.ways, after.ways)
    if hit and not keep:
        detail = _("Events on the calendar would not fit any more. They stay where you say `keep_events`.")
        return problem(CONFLICT, detail, events=list(hit))
    try:
        act(Edit(found.code, found.version, clocks.now(), required_staff().actor))
    except Taken as taken:
        raise InvalidInput.of(taken.field, _("Another station has this name.")) from taken
    except OutOfOrder as wrong:
        raise InvalidInput.of(f"rules.{wrong.field}", _("This is below the smallest beside it.")) from wrong
    except Overtaken:
        return both_states(mine(found.code))
    return _answer(mine(found.code))


def is_old(found: StationRecord) -> bool:
    """Whether the caller has read another version."""
    return "If-Match" in request.headers and not request.if_match.contains(str(found.version))


def both_states(found: StationRecord) -> Response:
    """409: the station as it is, and what was asked of one that is no more."""
    detail = _("This station has changed since it was read. Nothing was changed.")
    sent = strict_json(request) if request.content_length else {}
    return problem(CONFLICT, detail, current=station_json(found), asked=sent, headers=etag(found))


def etag(found: StationRecord) -> dict[str, str]:
    """The header that names the state of a station."""
    return {"ETag": f'"{found.version}"'}


def _answer(found: StationRecord) -> Response:
    return answer(station_json(found), headers=etag(found))


def station_json(found: StationRecord) -> dict[str, Any]:
    """A station as it is."""
    ways = found.ways
    return {
        "code": found.code,
        "name": found.name,
        "time_zone": found.time_zone,
        "contact_email": found.contact_email,
        "working_weekdays": [WEEKDAYS[day] for day in found.working_weekdays],
        "virtual_hours": {"opens": clock(found.virtual_opens), "closes": clock(found.virtual_closes)},
        "on_site_hours": {"opens": clock(found.on_site_opens), "closes": clock(found.on_site_closes)},
        "holiday_country": found.holiday_country,
        "holiday_subdivision": found.holiday_subdivision,
        "languages": {"tours": sorted(ways.tours), "briefings": sorted(ways.briefings)},
        "rules": dict(found.values),
    }


def _columns(found: StationRecord, json: StationChangeIn) -> dict[str, object]:
    """The columns that are to be written; InvalidInput for what cannot be meant."""
    names = ("contact_email", "holiday_country", "holiday_subdivision", *_of_administrators(found, json))
    columns: dict[str, object] = {name: getattr(json, name) for name in names if getattr(json, name) is not None}
    if json.holiday_country and not i18n.is_country(json.holiday_country):
        raise InvalidInput.of("holiday_country", _("Write a code of ISO 3166-1, such as AT."))
    if json.working_weekdays is not None and not json.working_weekdays:
        raise InvalidInput.of("working_weekdays", _("Tick a day on which the station works."))
    if json.working_weekdays is not None:
        columns["working_weekdays"] = "".join(
            str(day) for day, name in enumerate(WEEKDAYS) if name in json.working_weekdays
        )
    for way in ("virtual", "on_site"):
        hours = getattr(json, f"{way}_hours")
        if hours:
            opens, closes = minutes(hours.opens), minutes(hours.closes)
            if opens >= closes:
                raise InvalidInput.of(f"{way}_hours.closes", _("The hours end before they begin. Write a later time."))
            columns |= {f"{way}_opens": opens, f"{way}_closes": closes}
    columns |= _values(found, json.rules or {})
    if not columns:
        raise InvalidInput.of("contact_email", _("Say what is to change."))
    return columns


def _of_administrators(found: StationRecord, json: StationChangeIn) -> list[str]:
    asked = [name for name in ("name", "time_zone") if getattr(json, name) is not None]
    if asked and not required_staff().may(Role.ADMINISTRATOR, found.code):
        raise InvalidInput.of(asked[0], _("Only an administrator changes the name and the time zone."))
    return asked


def _values(found: StationRecord, asked: Mapping[str, int | None]) -> dict[str, object]:
    known = {one.name: one for one in STATION_VALUES}
    for name, number in asked.items():
        value, field = known.get(name), f"rules.{name}"
        if value is None:
            raise InvalidInput.of(field, _("There is no such value."))
        if number is None and not value.is_optional:
            raise InvalidInput.of(field, _("Fill this in."))
        if number is not None and not value.low <= number <= value.high:
            told = _("Write a number from %(low)s to %(high)s.", low=value.low, high=value.high)
            raise InvalidInput.of(field, told)
    for name in out_of_order({**found.values, **asked}):
        raise InvalidInput.of(f"rules.{name}", _("This is below the smallest beside it."))
    return dict(asked)


def _shown(columns: Mapping[str, object]) -> dict[str, Any]:
    """The columns as a record has them; values of rules change no event."""
    names = set(StationRecord.__dataclass_fields__)
    shown = {name: value for name, value in columns.items() if name in names}
    if "working_weekdays" in shown:
        shown["working_weekdays"] = tuple(map(int, str(shown["working_weekdays"])))
    return shown
