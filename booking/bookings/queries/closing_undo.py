"""What stands against taking an operation back: read under its locks, a fixed number of statements."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.bookings.closing import Hindrance
from booking.bookings.closing_terms import Hindered, StepState
from booking.bookings.models import TAKING, Booking
from booking.bookings.queries.closing_log import Step
from booking.db import table_of
from booking.scheduling.models import Assignment, Closure, Event, Guide
from booking.scheduling.terms import AssignmentStatus, ClosureType, EventStatus, LeftOut

_EVENT, _BOOKING, _CLOSURE = table_of(Event).c, table_of(Booking).c, table_of(Closure).c
_ASSIGNMENT, _GUIDE = table_of(Assignment).c, table_of(Guide).c
_ANSWERS = {
    StepState.ACCEPTED: Hindered.ANSWERED,
    StepState.REFUSED: Hindered.REFUSED,
    StepState.EXPIRED: Hindered.EXPIRED,
}


def hindrances(session: Session, steps: Sequence[Step], now: datetime) -> list[Hindrance]:
    """Answers first; without any, all else that is not as the operation left it. Empty: it can be taken back."""
    answered = [one for one in steps if one.booking_id and one.state in _ANSWERS]
    if answered:
        return [_answer(one) for one in answered]
    events = _events(session, steps)
    return [
        *_closures(session, steps, events),
        *_bookings(session, steps),
        *_stopped(steps, events, now),
        *_made(session, steps, events),
        *_guides(session, steps),
    ]


def _answer(one: Step) -> Hindrance:
    return Hindrance(one.reference, _ANSWERS[one.state], at=one.answered_at, by=one.answered_by)


def _of_events(steps: Sequence[Step]) -> list[Step]:
    return [one for one in steps if one.event_id and not one.booking_id and one.choice]


def _events(session: Session, steps: Sequence[Step]) -> dict[int, Any]:
    """Every event that was touched or made, as it is now."""
    ids = {one for step in steps for one in (step.event_id, step.new_event_id) if one}
    names = ("id", "code", "status", "version", "starts_at", "starts_on", "capacity", "taken", "format", "kind")
    columns = (*(_EVENT[name] for name in names), _EVENT.station_id)
    return {row.id: row for row in session.execute(select(*columns).where(_EVENT.id.in_(ids)))}


def _closures(session: Session, steps: Sequence[Step], events: Mapping[int, Any]) -> Iterator[Hindrance]:
    """Lifted since, or a later one that stops what would be restored."""
    own = {one.closure_id for one in steps}
    lifted = select(_CLOSURE.code).where(_CLOSURE.id.in_(own), _CLOSURE.lifted_at.is_not(None))
    for code in session.execute(lifted).scalars():
        yield Hindrance(code, Hindered.CHANGED)
    others = _others(session, own, events)
    for event in [events[one.event_id or 0] for one in _of_events(steps)]:
        if any(_stops(one, event) for one in others):
            yield Hindrance(event.code, Hindered.CLOSED)


def _others(session: Session, own: Collection[int], events: Mapping[int, Any]) -> list[Any]:
    stations = {event.station_id for event in events.values()}
    columns = (_CLOSURE.starts_on, _CLOSURE.ends_on, _CLOSURE.blocks_formats, _CLOSURE.allows)
    mine = (_CLOSURE.station_id.in_(stations), _CLOSURE.id.not_in(own), _CLOSURE.lifted_at.is_(None))
    return list(session.execute(select(*columns).where(*mine, _CLOSURE.type != ClosureType.OFFICIAL_HOLIDAY)))


def _stops(closure: Any, event: Any) -> bool:  # noqa: ANN401  rows
    is_then = closure.starts_on <= event.starts_on and (closure.ends_on is None or event.starts_on <= closure.ends_on)
    return is_then and event.format in closure.blocks_formats and event.kind not in closure.allows


def _bookings(session: Session, steps: Sequence[Step]) -> Iterator[Hindrance]:
    """Bookings that somebody changed since."""
    mine = {one.booking_id: one for one in steps if one.booking_id}
    versions = select(_BOOKING.id, _BOOKING.version).where(_BOOKING.id.in_(mine)).order_by(_BOOKING.id)
    for row in session.execute(versions):
        if row.version != mine[row.id].left_version:
            yield Hindrance(mine[row.id].reference, Hindered.CHANGED)


def _stopped(steps: Sequence[Step], events: Mapping[int, Any], now: datetime) -> Iterator[Hindrance]:
    """Events that are not as they were left, that would have begun, or whose free places others have booked."""
    limits = {one.event_id: one.was["capacity"] for one in steps if one.event_id and one.choice is None}
    leaving: dict[int, int] = defaultdict(int)
    for one in steps:
        if one.booking_id and one.event_id and one.was["status"] != "waiting":
            leaving[one.event_id] += one.was["size"] or 0
    for one in _of_events(steps):
        event = events[one.event_id or 0]
        whole = one.was["whole"]
        capacity = limits.get(event.id, event.capacity)
        if event.starts_at <= now:
            yield Hindrance(event.code, Hindered.BEGUN)
        elif event.version != one.left_version or whole != (event.status is EventStatus.CANCELLED):
            yield Hindrance(event.code, Hindered.CHANGED)
        elif not whole and event.taken + leaving[event.id] > capacity:
            yield Hindrance(event.code, Hindered.BOOKED)


def _made(session: Session, steps: Sequence[Step], events: Mapping[int, Any]) -> Iterator[Hindrance]:
    """Events made for groups that others have booked since, or that were changed; those there before stay anyway."""
    made = {one.new_event_id: one for one in _of_events(steps) if one.new_event_id and not one.was["there"]}
    mine: dict[int, int] = defaultdict(int)
    for one in steps:
        if one.booking_id and one.new_event_id:
            mine[one.new_event_id] += 1
    counted = (
        select(_BOOKING.event_id, func.count())
        .where(_BOOKING.event_id.in_(made), _BOOKING.status.in_((*TAKING, "waiting")))
        .group_by(_BOOKING.event_id)
    )
    numbers = {row[0]: row[1] for row in session.execute(counted)}
    for event_id, one in made.items():
        event = events[event_id or 0]
        if numbers.get(event_id, 0) > mine[event.id]:
            yield Hindrance(event.code, Hindered.BOOKED)
        elif event.version != one.was["version"] + 1 or event.status is EventStatus.CANCELLED:
            yield Hindrance(event.code, Hindered.CHANGED)


def _guides(session: Session, steps: Sequence[Step]) -> Iterator[Hindrance]:
    """Guides who are in another event by now at the time of the visit."""
    wanted = [(one, guide) for one in _of_events(steps) if one.was["whole"] for guide in one.was["guides"]]
    if not wanted:
        return
    made = {one.new_event_id for one in _of_events(steps) if one.new_event_id and not one.was["there"]}
    times = [(datetime.fromisoformat(one["starts_at"]), datetime.fromisoformat(one["until"])) for _, one in wanted]
    statement = (
        select(_ASSIGNMENT.guide_id, _ASSIGNMENT.event_id, _ASSIGNMENT.starts_at, _ASSIGNMENT.busy_until, _GUIDE.code)
        .join_from(Assignment, Guide, _GUIDE.id == _ASSIGNMENT.guide_id)
        .where(
            _ASSIGNMENT.guide_id.in_({guide["guide"] for _, guide in wanted}),
            _ASSIGNMENT.status == AssignmentStatus.ACTIVE,
            _ASSIGNMENT.starts_at < max(until for _, until in times),
            _ASSIGNMENT.busy_until > min(start for start, _ in times),
        )
    )
    busy: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(statement):
        if row.event_id not in made:
            busy[row.guide_id].append(row)
    for (one, guide), (start, until) in zip(wanted, times, strict=True):
        for row in busy[guide["guide"]]:
            if row.starts_at < until and start < row.busy_until:
                yield Hindrance(one.event, Hindered.GUIDE, guide=row.code)
                break


def left_out(session: Session, steps: Sequence[Step]) -> list[LeftOut]:
    """Who came along to the events of an operation for a partner, and does not any more; one statement at most."""
    sent = {guide["assignment"]: one for one in _of_events(steps) for guide in one.was.get("co_hosts", ())}
    if not sent:
        return []
    columns = select(_ASSIGNMENT.id, _ASSIGNMENT.event_id, _ASSIGNMENT.status, _GUIDE.code)
    joined = columns.join_from(Assignment, Guide, _GUIDE.id == _ASSIGNMENT.guide_id).where(_ASSIGNMENT.id.in_(sent))
    return [
        LeftOut(sent[row.id].event, row.code)
        for row in session.execute(joined.order_by(_ASSIGNMENT.id))
        if (row.event_id, row.status) != (sent[row.id].event_id, AssignmentStatus.ACTIVE)
    ]
