"""Dated limits for coordinators: which there are, a new one, a change, an end; and what binds an event or offering."""

from datetime import date
from typing import Any

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from spectree import Response as Answers

from booking import clock, zones
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff, staff_at
from booking.accounts.terms import Role
from booking.bookings.limit_schemas import (
    ExplanationOut,
    ImpactOut,
    LimitChangeIn,
    LimitOut,
    LimitProblem,
    LimitsOut,
    LimitsQuery,
    NewLimit,
    OnQuery,
    PreviewQuery,
)
from booking.bookings.limit_words import WRONG, binding_text, bound_text
from booking.bookings.queries.limit_rows import Impact, LimitRow, limit_rows
from booking.bookings.queries.planning import offering_at_station
from booking.bookings.queries.situation import bare_situation
from booking.bookings.rules import Bound, Explanation, explain
from booking.bookings.schemas import MatchHeader
from booking.bookings.services.limits import (
    BadLimit,
    LimitWish,
    change_limit,
    changed_wish,
    end_limit,
    look,
    make_limit,
    station_of,
)
from booking.bookings.terms import BookingRequest, Conflict
from booking.db import db
from booking.http.api import PREFIX, STAFF, Problem, answer, spec
from booking.http.headers import personal
from booking.http.inputs import InvalidInput
from booking.http.strict import strict_json
from booking.problems import problem
from booking.scheduling.queries.desk import desk_event
from booking.scheduling.terms import Per

blueprint = Blueprint("limits_api", __name__, url_prefix=PREFIX)

_STAFF: list[dict[str, list[str]]] = [{STAFF: []}]
_CODE = {"code": "As `limit_id` of any answer."}
_MAY_BE_NONE = {"most", "percent", "ends_on"}
"""What a limit can be without: for the rest null says as little as being left out."""
_CHANGED = Answers(HTTP_200=LimitOut, HTTP_401=Problem, HTTP_404=Problem, HTTP_409=LimitProblem, HTTP_422=Problem)


@blueprint.get("/limits")
@open_to("coordinator")
@personal
@spec.validate(
    resp=Answers(HTTP_200=LimitsOut, HTTP_401=Problem, HTTP_404=Problem, HTTP_422=Problem),
    security=_STAFF,
    tags=["limits"],
    operation_id="limits",
)
def limits(query: LimitsQuery) -> ResponseReturnValue:
    """The limits of your stations, and those of all stations."""
    mine = required_staff().stations(Role.COORDINATOR)
    if query.station and mine is not None and query.station not in mine:
        abort(404)
    first = query.from_ or clock.now().date()
    wanted = {query.station} if query.station else mine
    rows = limit_rows(db.session(), wanted, first, ended=query.ended == "true")
    return answer({"limits": [limit_json(row) for row in rows]})


@blueprint.post("/limits")
@open_to("coordinator")
@personal
@spec.validate(
    resp=Answers(HTTP_200=ImpactOut, HTTP_201=LimitOut, HTTP_401=Problem, HTTP_404=Problem, HTTP_422=Problem),
    security=_STAFF,
    tags=["limits"],
    operation_id="make_limit",
)
def make(query: PreviewQuery, json: NewLimit) -> ResponseReturnValue:
    """Make a limit; with `preview=true` only what it would reach. Who has booked stays, and is listed as over."""
    now, wish = clock.now(), _wish(json)
    try:
        _require_mine(station_of(wish))
        if query.preview == "true":
            return answer(impact_json(look(wish, now)))
        code = make_limit(wish, now=now, actor=required_staff().actor)
    except BadLimit as bad:
        raise wrong(bad) from bad
    row = mine_of(code)
    return answer(limit_json(row), 201, _etag(row))


@blueprint.get("/limits/<code>")
@open_to("coordinator")
@personal
@spec.validate(
    resp=Answers(HTTP_200=LimitOut, HTTP_401=Problem, HTTP_404=Problem),
    path_parameter_descriptions=_CODE,
    security=_STAFF,
    tags=["limits"],
    operation_id="limit",
)
def limit(code: str) -> ResponseReturnValue:
    """One limit."""
    row = mine_of(code)
    return answer(limit_json(row), headers=_etag(row))


@blueprint.patch("/limits/<code>")
@open_to("coordinator")
@personal
@spec.validate(
    headers=MatchHeader,
    resp=_CHANGED,
    path_parameter_descriptions=_CODE,
    security=_STAFF,
    tags=["limits"],
    operation_id="change_limit",
)
def change(code: str, json: LimitChangeIn) -> ResponseReturnValue:
    """Change its number, share, days or reason. An old `If-Match` is 409 with `current` and `asked`."""
    row, asked = own_of(code), strict_json(request)
    values = {name: getattr(json, name) for name in json.model_fields_set}
    sent = {name: one for name, one in values.items() if one is not None or name in _MAY_BE_NONE}
    if not sent:
        raise InvalidInput.of("most", _("Say what is to change."))
    if not _is_current(row):
        return _both_states(row, asked)
    try:
        wanted = changed_wish(row, sent)
        change_limit(code, wanted, version=row.version, now=clock.now(), actor=required_staff().actor)
    except BadLimit as bad:
        raise wrong(bad) from bad
    except Conflict:
        return _both_states(mine_of(code), asked)
    changed = mine_of(code)
    return answer(limit_json(changed), headers=_etag(changed))


@blueprint.delete("/limits/<code>")
@open_to("coordinator")
@personal
@spec.validate(
    headers=MatchHeader,
    resp=_CHANGED,
    path_parameter_descriptions=_CODE,
    security=_STAFF,
    tags=["limits"],
    operation_id="end_limit",
)
def end(code: str) -> ResponseReturnValue:
    """Take it back: it binds nothing any more, and stays to be read. An old `If-Match` is 409."""
    row = own_of(code)
    if not _is_current(row):
        return _both_states(row, {})
    try:
        end_limit(code, version=row.version, now=clock.now(), actor=required_staff().actor)
    except Conflict:
        return _both_states(mine_of(code), {})
    ended = mine_of(code)
    return answer(limit_json(ended), headers=_etag(ended))


@blueprint.get("/events/<code>/limits")
@open_to("coordinator")
@personal
@spec.validate(
    resp=Answers(HTTP_200=ExplanationOut, HTTP_401=Problem, HTTP_404=Problem),
    path_parameter_descriptions={"code": "As `event_id` of any answer."},
    security=_STAFF,
    tags=["limits"],
    operation_id="event_limits",
)
def of_event(code: str) -> ResponseReturnValue:
    """What limits the event, and which limit binds."""
    found = desk_event(db.session(), code) or abort(404)
    staff_at(Role.COORDINATOR, found.station)
    known = bare_situation(BookingRequest(event=code), clock.now())
    return answer(explanation_json(explain(known, clock.now())))


@blueprint.get("/offerings/<code>/limits")
@open_to("coordinator")
@personal
@spec.validate(
    resp=Answers(HTTP_200=ExplanationOut, HTTP_401=Problem, HTTP_404=Problem, HTTP_422=Problem),
    path_parameter_descriptions={"code": "As `offering_id` of any answer."},
    security=_STAFF,
    tags=["limits"],
    operation_id="offering_limits",
)
def of_offering(code: str, query: OnQuery) -> ResponseReturnValue:
    """What limits an event of a group's own on that day, and which limit binds."""
    return answer(explanation_json(explanation_on(code, query.on)))


def explanation_on(code: str, day: date | None) -> Explanation:
    """All limits of an offering of one's own stations on a local day (None: today); else 404."""
    found = offering_at_station(db.session(), code) or abort(404)
    staff_at(Role.COORDINATOR, found[1].code)
    zone = found[1].time_zone
    starts_at = zones.day_bounds(day or zones.local_date(clock.now(), zone), zone)[0]
    return explain(bare_situation(BookingRequest(offering=code), clock.now(), starts_at=starts_at), clock.now())


def mine_of(code: str) -> LimitRow:
    """The limit, if its station is the coordinator's, or of all stations; else 404."""
    rows = limit_rows(db.session(), required_staff().stations(Role.COORDINATOR), date.min, code=code)
    return rows[0] if rows else abort(404)


def own_of(code: str) -> LimitRow:
    """The limit, if it is the coordinator's to change: one of all stations is for who has them all."""
    row = mine_of(code)
    if row.facts.station_id is None and required_staff().stations(Role.COORDINATOR) is not None:
        abort(404)
    return row


def _require_mine(station: str) -> None:
    """A limit of one station is its desk's; one of all stations is for who has them all."""
    staff = required_staff()
    if station:
        if not staff.may(Role.COORDINATOR, station):
            raise BadLimit("station", "unknown")
    elif staff.stations(Role.COORDINATOR) is not None:
        raise BadLimit("station", "own")


def wrong(bad: BadLimit) -> InvalidInput:
    """The field and the sentence."""
    name = {"offering": "offering_id"}.get(bad.field_name, bad.field_name)
    return InvalidInput.of(name, WRONG[bad.problem])


def _wish(json: NewLimit) -> LimitWish:
    if json.per is Per.GROUP:
        raise InvalidInput.of("per", _("Write event or day."))
    return LimitWish(
        json.measure,
        json.per,
        json.starts_on,
        json.ends_on,
        json.most,
        json.percent,
        json.station or "",
        json.venue or "",
        json.format,
        json.offering_id or "",
        json.reason,
    )


def _is_current(row: LimitRow) -> bool:
    meant = "If-Match" not in request.headers or request.if_match.contains(str(row.version))
    return meant and row.ended_at is None


def _etag(row: LimitRow) -> dict[str, str]:
    return {"ETag": f'"{row.version}"'}


def _both_states(row: LimitRow, asked: Any) -> ResponseReturnValue:  # noqa: ANN401  the body as it was sent
    detail = _("This limit has changed since it was read, or was taken back. Nothing was changed.")
    return problem(409, detail, current=limit_json(row), asked=asked, headers=_etag(row))


def limit_json(row: LimitRow) -> dict[str, Any]:
    """A limit as it is."""
    facts = row.facts
    return {
        "limit_id": facts.code,
        "measure": facts.measure,
        "per": facts.per,
        "most": facts.most,
        "percent": facts.percent,
        "starts_on": facts.starts_on.isoformat(),
        "ends_on": facts.ends_on and facts.ends_on.isoformat(),
        "station": row.station or None,
        "venue": row.venue or None,
        "format": facts.format,
        "offering_id": row.offering or None,
        "reason": dict(row.reason),
        "made_by": row.made_by,
        "version": row.version,
        "ended": row.ended_at is not None,
    }


def impact_json(found: Impact) -> dict[str, Any]:
    """What it reaches."""
    over = [
        {
            "event_id": one.code or None,
            "on": one.day.isoformat(),
            "used": one.used,
            "allowed": one.allowed,
            "groups": [{"reference": g.reference, "size": g.size, "within": g.is_within} for g in one.groups],
        }
        for one in found.over
    ]
    return {"events": found.events, "people": found.people, "over": over}


def explanation_json(found: Explanation) -> dict[str, Any]:
    """Every limit, and the one that binds."""
    assert found.day is not None  # noqa: S101  it was asked about one
    return {
        "on": found.day.isoformat(),
        "people": found.people,
        "binding": bound_json(found.binding) if found.binding else None,
        "limits": [bound_json(one) for one in found.bounds],
        "sentence": binding_text(found),
    }


def bound_json(bound: Bound) -> dict[str, Any]:
    """One limit."""
    return {
        "source": bound.source,
        "id": bound.code,
        "measure": bound.measure,
        "per": bound.per,
        "value": bound.value,
        "used": bound.used,
        "room": bound.room,
        "percent": bound.percent,
        "reason": dict(bound.reason),
        "starts_on": bound.starts_on and bound.starts_on.isoformat(),
        "ends_on": bound.ends_on and bound.ends_on.isoformat(),
        "sentence": bound_text(bound),
    }
