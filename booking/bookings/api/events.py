"""The calendar for coordinators: which events there are, a new one, a change of one or of its series."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from spectree import Response as Answers

from booking import clock, zones
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff, staff_at
from booking.accounts.terms import Role
from booking.bookings.api.event_answers import (
    REFUSED,
    both_states,
    change_refused,
    etag,
    event_json,
    instant_of,
    made_or_refused,
    refused_because,
    wall_key,
)
from booking.bookings.api.requests import KEY
from booking.bookings.event_schemas import (
    MOST_ON_PAGE,
    AssignmentIn,
    EventChangeIn,
    EventIn,
    EventOut,
    EventProblem,
    EventsOut,
    EventsQuery,
    OptionalKeyHeader,
)
from booking.bookings.planning import EventsWish
from booking.bookings.queries.planning import offering_at_station
from booking.bookings.rules.planning import Collision
from booking.bookings.schemas import MatchHeader
from booking.bookings.services.accept import confirm_waiting
from booking.bookings.services.plan import put_on_calendar
from booking.bookings.services.series import Order, cancel_events, change_events
from booking.bookings.survey import EventChange, Scope
from booking.bookings.terms import Conflict
from booking.catalogue.terms import OfferingFacts, StationFacts
from booking.db import db
from booking.http.api import PREFIX, STAFF, Problem, answer, spec
from booking.http.headers import personal
from booking.http.inputs import InvalidInput
from booking.http.strict import strict_json
from booking.scheduling.queries.desk import DeskEvent, desk_event, etag_of, events_on
from booking.scheduling.queries.partners import IN_TOUCH, partners_of

blueprint = Blueprint("events_api", __name__, url_prefix=PREFIX)

TWO_WEEKS, LONGEST = timedelta(days=13), timedelta(days=366)
_STAFF: list[dict[str, list[str]]] = [{STAFF: []}]
_CODE = {"code": "As `event_id` of any answer."}
_CHANGED = Answers(HTTP_200=EventOut, HTTP_401=Problem, HTTP_404=Problem, HTTP_409=EventProblem, HTTP_422=Problem)


@blueprint.get("/events")
@open_to("coordinator")
@personal
@spec.validate(
    resp=Answers(HTTP_200=EventsOut, HTTP_401=Problem, HTTP_404=Problem, HTTP_422=Problem),
    security=_STAFF,
    tags=["events"],
    operation_id="events",
)
def events(query: EventsQuery) -> ResponseReturnValue:
    """The events of your stations between two days, whatever their status."""
    days, mine = _days(query), required_staff().stations(Role.COORDINATOR)
    asked = frozenset(query.station)
    if asked and mine is not None and not asked <= mine:
        abort(404)
    found = events_on(db.session(), asked or mine, days, MOST_ON_PAGE + 1, query.cursor)
    page, more = found[:MOST_ON_PAGE], len(found) > MOST_ON_PAGE
    known = partners_of(db.session(), [one.id for one in page])
    told = [event_json(one, known.get(one.id, ())) for one in page]
    return answer({"events": told, "next": page[-1].code if more else None})


def _days(query: EventsQuery) -> tuple[date, date]:
    first = query.from_ or clock.now().date()
    last = query.to or first + TWO_WEEKS
    if last < first:
        raise InvalidInput.of("to", _("The last day is before the first."))
    if last - first > LONGEST:
        raise InvalidInput.of("to", _("Ask for a year at most."))
    return first, last


@blueprint.get("/events/<code>")
@open_to("coordinator")
@personal
@spec.validate(
    resp=Answers(HTTP_200=EventOut, HTTP_401=Problem, HTTP_404=Problem),
    path_parameter_descriptions=_CODE,
    security=_STAFF,
    tags=["events"],
    operation_id="event",
)
def event(code: str) -> ResponseReturnValue:
    """One event, of your stations or one in which a station of yours takes part or is asked to."""
    found = _readable(code)
    return answer(event_json(found), headers=etag(found))


def _readable(code: str) -> DeskEvent:
    """The coordinator's own, or one of another station with which the coordinator's has to do; else the same 404."""
    found, staff = desk_event(db.session(), code) or abort(404), required_staff()
    partners = partners_of(db.session(), [found.id]).get(found.id, ())
    sees = {found.station, *(one.station for one in partners if one.state in IN_TOUCH)}
    return found if any(staff.may(Role.COORDINATOR, station) for station in sees) else abort(404)


def mine(code: str) -> DeskEvent:
    """The event, if its station is the coordinator's; unknown and foreign ones are the same 404."""
    found = desk_event(db.session(), code) or abort(404)
    staff_at(Role.COORDINATOR, found.station)
    return found


@blueprint.post("/events")
@open_to("coordinator")
@personal
@spec.validate(
    headers=OptionalKeyHeader,
    resp=Answers(
        HTTP_201=EventOut, HTTP_401=Problem, HTTP_404=Problem, HTTP_409=EventProblem, HTTP_422=Problem, HTTP_503=Problem
    ),
    security=_STAFF,
    tags=["events"],
    operation_id="make_event",
)
def make_event(json: EventIn) -> ResponseReturnValue:
    """Put an event on the calendar. What stands against it is 409, until `in_spite_of` says that it is meant.

    Sent again with the same `Idempotency-Key`, it gives the event that was made the first time.
    """
    now, (offering, station) = clock.now(), _place(json)
    starts_at = instant_of(json.starts_at, json.time_zone or station.time_zone)
    wish = EventsWish(
        offering.code,
        json.language,
        json.capacity,
        once=starts_at,
        title=json.title,
        guide=json.guide or "",
        visibility=json.visibility,
    )
    kept = {wall_key(starts_at, station.time_zone): frozenset(map(Collision, json.in_spite_of))}
    actor, key = required_staff().actor, request.headers.get(KEY, "")
    return made_or_refused(partial(put_on_calendar, wish, kept, now=now, actor=actor, key=key), kept, now)


def _place(json: EventIn) -> tuple[OfferingFacts, StationFacts]:
    """The offering and its station, if that is the coordinator's; what contradicts it is 422."""
    found = offering_at_station(db.session(), json.offering_id)
    if found is None or not required_staff().may(Role.COORDINATOR, found[1].code):
        raise InvalidInput.of("offering_id", _("Your stations have no offering of this code."))
    offering, station = found
    if json.station not in {None, station.code}:
        raise InvalidInput.of("station", _("This offering is of another station."))
    if json.format not in {None, offering.format}:
        raise InvalidInput.of("format", _("This offering is given in another way."))
    return found


@blueprint.patch("/events/<code>")
@open_to("coordinator")
@personal
@spec.validate(
    headers=MatchHeader,
    resp=_CHANGED,
    path_parameter_descriptions=_CODE,
    security=_STAFF,
    tags=["events"],
    operation_id="change_event",
)
def change_event(code: str, json: EventChangeIn) -> ResponseReturnValue:
    """Change an event, or call it off; with `scope` also the following ones of its series, or all. All or nothing.

    Every group is told once of another time and of a cancellation. An old `If-Match` is 409 with `current` and `asked`.
    """
    found, now = mine(code), clock.now()
    asked = _as_sent(json)
    if "If-Match" in request.headers and not request.if_match.contains(etag_of(found)):
        return both_states(found, asked)
    match = etag_of(found) if "If-Match" in request.headers else ""
    order = Order(code, json.scope, now, required_staff().actor, match=match)
    try:
        _do(order, json, found)
    except Conflict as conflict:
        return change_refused(conflict, mine(code), asked)
    except REFUSED as error:
        return refused_because(error, now)
    changed = mine(code)
    return answer(event_json(changed), headers=etag(changed))


@blueprint.put("/events/<code>/assignment")
@open_to("coordinator")
@personal
@spec.validate(
    headers=MatchHeader,
    resp=_CHANGED,
    path_parameter_descriptions=_CODE,
    security=_STAFF,
    tags=["events"],
    operation_id="assign_guide",
)
def assign_guide(code: str, json: AssignmentIn) -> ResponseReturnValue:
    """Give an event to a guide or speaker who can give it, or to nobody; whoever had it is told, as is who has it now.

    A group that had asked for a tour and waited for nothing but a guide is booked with it. An old `If-Match` is 409
    with `current` and `asked`.
    """
    found, now, asked = mine(code), clock.now(), {"guide": json.guide}
    match = etag_of(found) if "If-Match" in request.headers else ""
    if match and not request.if_match.contains(match):
        return both_states(found, asked)
    order = Order(code, Scope.ONE, now, required_staff().actor, match=match)
    try:
        change_events(order, EventChange(guide=json.guide or ""))
    except Conflict as conflict:
        return change_refused(conflict, mine(code), asked)
    except REFUSED as error:
        return refused_because(error, now)
    confirm_waiting(now)
    changed = mine(code)
    return answer(event_json(changed), headers=etag(changed))


def _as_sent(json: EventChangeIn) -> dict[str, Any]:
    """The fields of the body that were understood, as they were written."""
    sent = strict_json(request) if json.model_fields_set else {}
    return {name: value for name, value in sent.items() if name in json.model_fields_set}


def _do(order: Order, json: EventChangeIn, found: DeskEvent) -> None:
    if json.status is not None:
        cancel_events(order, json.reason)
        return
    change = EventChange(
        starts=_wall_time(json, found),
        language=json.language,
        capacity=json.capacity,
        title=json.title,
        guide=(json.guide or "") if "guide" in json.model_fields_set else None,
        visibility=json.visibility,
        release=json.release,
    )
    if change == EventChange(release=json.release):
        raise InvalidInput.of("starts_at", _("Say what is to change."))
    change_events(order, change)


def _wall_time(json: EventChangeIn, found: DeskEvent) -> datetime | None:
    """The new start on the station's clocks."""
    if json.starts_at is None:
        return None
    starts_at = instant_of(json.starts_at, json.time_zone or found.time_zone)
    local = zones.to_local(starts_at, found.time_zone)
    if local.fold:
        raise InvalidInput.of("starts_at", _("The clocks show this time twice: only the first can be chosen."))
    return local.replace(tzinfo=None)
