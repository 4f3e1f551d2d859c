"""Closures for coordinators: look, declare, change, lift, and take back."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from spectree import Response as Answers

from booking import clock, zones
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff, staff_at
from booking.accounts.terms import Role
from booking.bookings.api.answers import CREATED
from booking.bookings.api.closure_answers import (
    closure_json,
    declared_json,
    done_or_refused,
    operation_json,
    preview_json,
    undone_json,
)
from booking.bookings.api.requests import KEY
from booking.bookings.closing import ClosureWish, Order, Reopened
from booking.bookings.closure_schemas import (
    ClosureChangeIn,
    ClosureIn,
    ClosureOut,
    ClosureProblem,
    ClosuresOut,
    ClosuresQuery,
    DeclaredOut,
    OperationOut,
    PhaseIn,
    PreviewOut,
    PreviewQuery,
    ReopenedOut,
    UndoneOut,
)
from booking.bookings.event_schemas import OptionalKeyHeader
from booking.bookings.queries.closing_log import ClosureRow, Operation, closures_known, operations_known, steps_of
from booking.bookings.schemas import MatchHeader
from booking.bookings.services.closure_days import extension, lift_closure, shorten_closure
from booking.bookings.services.closure_declare import declare
from booking.bookings.services.closure_preview import preview
from booking.bookings.services.closure_undo import undo
from booking.catalogue.queries import station_named
from booking.catalogue.terms import StationFacts
from booking.db import db
from booking.http.api import PREFIX, STAFF, Problem, answer, spec
from booking.http.headers import personal
from booking.http.inputs import InvalidInput
from booking.http.strict import strict_json
from booking.scheduling.terms import ClosureType

blueprint = Blueprint("closures_api", __name__, url_prefix=PREFIX)
_STAFF: list[dict[str, list[str]]] = [{STAFF: []}]
_CODE = {"code": "As `closure_id` of any answer."}
_OPERATION = {"code": "As `operation` of any answer."}


@blueprint.get("/closures")
@open_to("coordinator")
@personal
@spec.validate(
    resp=Answers(HTTP_200=ClosuresOut, HTTP_401=Problem, HTTP_404=Problem, HTTP_422=Problem),
    security=_STAFF,
    tags=["closures"],
    operation_id="closures",
)
def closures(query: ClosuresQuery) -> ResponseReturnValue:
    """The closures of your stations, lifted ones too."""
    mine, asked = required_staff().stations(Role.COORDINATOR), frozenset(query.station)
    if asked and mine is not None and not asked <= mine:
        abort(404)
    return answer({"closures": [closure_json(one) for one in closures_known(db.session(), asked or mine)]})


@blueprint.get("/closures/<code>")
@open_to("coordinator")
@personal
@spec.validate(
    resp=Answers(HTTP_200=ClosureOut, HTTP_401=Problem, HTTP_404=Problem),
    path_parameter_descriptions=_CODE,
    security=_STAFF,
    tags=["closures"],
    operation_id="closure",
)
def closure(code: str) -> ResponseReturnValue:
    """One closure."""
    found = _mine(code)
    return answer(closure_json(found), headers=_etag(found))


def _mine(code: str) -> ClosureRow:
    """The closure, if its station is the coordinator's; unknown and foreign ones are the same 404."""
    found = closures_known(db.session(), None, code=code) or abort(404)
    staff_at(Role.COORDINATOR, found[0].station)
    return found[0]


def _etag(closure: ClosureRow) -> dict[str, str]:
    return {"ETag": f'"{closure.etag}"'}


@blueprint.post("/closures")
@open_to("coordinator")
@personal
@spec.validate(
    headers=OptionalKeyHeader,
    resp=Answers(
        HTTP_200=PreviewOut,
        HTTP_201=DeclaredOut,
        HTTP_401=Problem,
        HTTP_409=ClosureProblem,
        HTTP_422=Problem,
        HTTP_503=Problem,
    ),
    security=_STAFF,
    tags=["closures"],
    operation_id="declare_closure",
)
def declare_closure(query: PreviewQuery, json: ClosureIn) -> ResponseReturnValue:
    """Declare a closure, or the phases of a reopening; with `preview=true` only look at what it would hit.

    Each event goes on as `choices` say, then `rest`, else as proposed; every group is written to once, its place held
    until `answer_by`. What arose since the preview whose `state` is sent is 409 with the preview as it is now. Sent
    again with the same `Idempotency-Key`, it is done once.
    """
    now, station = clock.now(), _station(json.station)
    wishes = _wishes(json, station, now)
    order = _order(wishes, json, station, now)
    return _looked_at_or_done(query, order, station)


def _looked_at_or_done(query: PreviewQuery, order: Order, station: StationFacts) -> Response:
    asked = strict_json(request)
    if query.preview == "true":
        return done_or_refused(lambda: answer(preview_json(preview(order.wishes, order.now))), asked, station.time_zone)

    def do() -> Response:
        done = declare(order)
        replayed = {"Idempotent-Replayed": "true"} if done.is_replayed else {}
        return answer(declared_json(done), CREATED, replayed)

    return done_or_refused(do, asked, station.time_zone)


def _station(code: str) -> StationFacts:
    found = station_named(db.session(), code)
    if found is None or found.code != code or not required_staff().may(Role.COORDINATOR, code):
        raise InvalidInput.of("station", _("None of your stations has this code."))
    return found


def _wishes(json: ClosureIn, station: StationFacts, now: datetime) -> tuple[ClosureWish, ...]:
    announced = json.announced_on or zones.local_date(now, station.time_zone)
    return tuple(_wish(one, station.code, announced) for one in (json, *json.phases))


def _wish(phase: PhaseIn, station: str, announced_on: date) -> ClosureWish:
    messages: dict[str, str] = {locale: text for locale, text in phase.messages.items() if text}
    return ClosureWish(
        station,
        ClosureType(phase.type),
        phase.starts_on,
        phase.ends_on,
        announced_on,
        tuple(dict.fromkeys(phase.blocks_formats)),
        tuple(dict.fromkeys(phase.allows)),
        phase.distanced_capacity,
        phase.message or messages.pop("en", ""),
        messages,
        {locale: text for locale, text in phase.conditions.items() if text},
        phase.larger,
    )


def _order(
    wishes: tuple[ClosureWish, ...], json: ClosureIn | ClosureChangeIn, station: StationFacts, now: datetime
) -> Order:
    return Order(
        wishes,
        now,
        required_staff().actor,
        _answer_by(json, station),
        dict(json.choices),
        json.rest,
        json.state,
        request.headers.get(KEY, ""),
    )


def _answer_by(json: ClosureIn | ClosureChangeIn, station: StationFacts) -> datetime | None:
    given = json.answer_by
    if given is None or given.instant is not None:
        return given.instant if given else None
    zone = json.time_zone or station.time_zone
    try:
        return zones.to_instant(given.local, zone)
    except zones.NonexistentTime:
        message = _("This time does not exist: clocks in %(zone)s skip it that day.", zone=zone)
        raise InvalidInput.of("answer_by", message) from None


@blueprint.patch("/closures/<code>")
@open_to("coordinator")
@personal
@spec.validate(
    headers=MatchHeader,
    resp=Answers(
        HTTP_200=ReopenedOut,
        HTTP_201=DeclaredOut,
        HTTP_401=Problem,
        HTTP_404=Problem,
        HTTP_409=ClosureProblem,
        HTTP_422=Problem,
    ),
    path_parameter_descriptions=_CODE,
    security=_STAFF,
    tags=["closures"],
    operation_id="change_closure",
)
def change_closure(code: str, query: PreviewQuery, json: ClosureChangeIn) -> ResponseReturnValue:
    """Let a closure end on another day. An earlier one reopens, and restores no booking: 200 names those left.

    A later one is looked at with `preview=true` (200) and declared (201) like a new closure. An old `If-Match` is 409.
    """
    found, now = _mine(code), clock.now()
    station = _station(found.station)
    if _is_longer(found, json.ends_on):

        def extend() -> Response:
            order = _order((extension(code, json.ends_on, now),), json, station, now)
            return _looked_at_or_done(query, order, station)

        return done_or_refused(extend, _asked(), station.time_zone)
    return done_or_refused(partial(_shorten, found, json.ends_on, now), _asked(), station.time_zone)


def _shorten(found: ClosureRow, ends_on: date | None, now: datetime) -> Response:
    assert ends_on is not None  # noqa: S101  an open end is longer than any other
    actor = required_staff().actor
    return _reopened(shorten_closure(found.code, ends_on, now=now, actor=actor, match=_match(found)))


def _reopened(reopened: Reopened) -> Response:
    changed = _mine(reopened.closure)
    body = {"closure": closure_json(changed), "left_cancelled": list(reopened.bookings)}
    return answer(body, headers=_etag(changed))


def _is_longer(closure: ClosureRow, ends_on: date | None) -> bool:
    return ends_on is None or (closure.ends_on is not None and ends_on > closure.ends_on)


def _asked() -> dict[str, Any]:
    body: Mapping[str, Any] = strict_json(request) if request.content_length else {}
    return dict(body)


def _match(closure: ClosureRow) -> str:
    """The state that was read: the closure's own where no `If-Match` was sent, or where it fits."""
    if "If-Match" not in request.headers or request.if_match.contains(closure.etag):
        return closure.etag
    return "-"


@blueprint.post("/closures/<code>/lift")
@open_to("coordinator")
@personal
@spec.validate(
    headers=MatchHeader,
    resp=Answers(HTTP_200=ReopenedOut, HTTP_401=Problem, HTTP_404=Problem, HTTP_409=ClosureProblem),
    path_parameter_descriptions=_CODE,
    security=_STAFF,
    tags=["closures"],
    operation_id="lift_closure",
)
def lift(code: str) -> ResponseReturnValue:
    """Lift a closure: the premises are open from today on. No booking is restored; those left are named."""
    found, now, actor = _mine(code), clock.now(), required_staff().actor

    def do() -> Response:
        return _reopened(lift_closure(code, now=now, actor=actor, match=_match(found)))

    return done_or_refused(do, _asked(), found.time_zone)


@blueprint.get("/closure-operations/<code>")
@open_to("coordinator")
@personal
@spec.validate(
    resp=Answers(HTTP_200=OperationOut, HTTP_401=Problem, HTTP_404=Problem),
    path_parameter_descriptions=_OPERATION,
    security=_STAFF,
    tags=["closures"],
    operation_id="closure_operation",
)
def operation(code: str) -> ResponseReturnValue:
    """A declaration with its log: what became of each event, and who answered when."""
    found = _my_operation(code)
    return answer(operation_json(found, steps_of(db.session(), found.id)))


def _my_operation(code: str) -> Operation:
    found = operations_known(db.session(), None, code=code) or abort(404)
    staff_at(Role.COORDINATOR, found[0].station)
    return found[0]


@blueprint.post("/closure-operations/<code>/undo")
@open_to("coordinator")
@personal
@spec.validate(
    resp=Answers(HTTP_200=UndoneOut, HTTP_401=Problem, HTTP_404=Problem, HTTP_409=ClosureProblem),
    path_parameter_descriptions=_OPERATION,
    security=_STAFF,
    tags=["closures"],
    operation_id="undo_closure",
)
def undo_operation(code: str) -> ResponseReturnValue:
    """Take a declaration back while nobody has answered: all of it, or nothing and 409 with `hindrances`."""
    found, now, actor = _my_operation(code), clock.now(), required_staff().actor

    def take_back() -> Response:
        return answer(undone_json(undo(code, now=now, actor=actor)))

    return done_or_refused(take_back, _asked(), found.time_zone)
