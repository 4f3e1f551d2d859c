"""Put back what an operation changed: closures, limits, events, guides, bookings. Steps of undo, all rows locked."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Update, bindparam, case, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking.bookings.models import Booking
from booking.bookings.queries.closing_log import Operation, Step
from booking.bookings.services.closure_partners import partners_come_back, who_came_along
from booking.bookings.services.limited import fit_to_limits
from booking.bulk import ready, run
from booking.catalogue.models import Station
from booking.db import table_of
from booking.scheduling.models import Assignment, Closure, Event
from booking.scheduling.terms import AssignmentStatus, EventStatus, HostTaken, LeftOut

_EVENT, _BOOKING, _STATION = table_of(Event), table_of(Booking), table_of(Station)
_CLOSURE, _ASSIGNMENT = table_of(Closure), table_of(Assignment)
GRACE = timedelta(days=1)
"""A deadline that ran out meanwhile is put off by so much."""


def restore(session: Session, operation: Operation, steps: Sequence[Step], now: datetime, actor: str) -> list[LeftOut]:
    """Everything as it was before, in the caller's transaction. Raises HostTaken.

    But for guides who came along to a joint event for a partner and are not free any more: they are named.
    """
    stopped = [one for one in steps if one.event_id and not one.booking_id and one.choice]
    groups = [one for one in steps if one.booking_id]
    _restore_closures(session, operation, steps, now)
    limited = {one.event_id for one in steps if one.event_id and one.choice is None}
    if limited:
        fit_to_limits(session, now, [_EVENT.c.id.in_(limited)], actor)
    along = who_came_along(session, stopped)
    _restore_guides(session, stopped)
    _end_made(session, stopped)
    _restore_places(session, stopped, groups)
    _restore_bookings(session, groups, now)
    return partners_come_back(session, stopped, along, now, actor)


def _restore_closures(session: Session, operation: Operation, steps: Sequence[Step], now: datetime) -> None:
    """What it declared is lifted; what it only made longer ends as before."""
    declared = [one.closure_id for one in steps if not one.event_id and "ends_on" not in one.was]
    lifted = update(_CLOSURE).where(_CLOSURE.c.id.in_(declared), _CLOSURE.c.lifted_at.is_(None))
    session.execute(lifted.values(lifted_at=now))
    longer = update(_CLOSURE).where(_CLOSURE.c.id == bindparam("row")).values(ends_on=bindparam("ends"))
    rows = [
        {"row": one.closure_id, "ends": date.fromisoformat(one.was["ends_on"]) if one.was["ends_on"] else None}
        for one in steps
        if not one.event_id and "ends_on" in one.was
    ]
    _write(session, longer, rows)
    mine = update(_STATION).where(_STATION.c.code == operation.station)
    session.execute(mine.values(version=_STATION.c.version + 1))


def _restore_guides(session: Session, stopped: Sequence[Step]) -> None:
    """Whoever gave a visit gives it again, with the same entry in the calendar; others are free."""
    whole = [one for one in stopped if one.was["whole"]]
    made = [one.new_event_id for one in stopped if one.new_event_id and not one.was["there"]]
    active = (_ASSIGNMENT.c.event_id.in_(made), _ASSIGNMENT.c.status == AssignmentStatus.ACTIVE)
    session.execute(update(_ASSIGNMENT).where(*active).values(status=AssignmentStatus.CANCELLED))
    values = {
        "event_id": bindparam("event"),
        "starts_at": bindparam("start"),
        "busy_until": bindparam("end"),
        "status": AssignmentStatus.ACTIVE,
    }
    rows = [
        {
            "row": guide["assignment"],
            "event": one.event_id,
            "start": datetime.fromisoformat(guide["starts_at"]),
            "end": datetime.fromisoformat(guide["until"]),
        }
        for one in whole
        for guide in one.was["guides"]
    ]
    try:
        _write(session, update(_ASSIGNMENT).where(_ASSIGNMENT.c.id == bindparam("row")).values(values), rows)
    except IntegrityError as error:
        raise HostTaken from error


def _end_made(session: Session, stopped: Sequence[Step]) -> None:
    """The events that were made for the groups are cancelled."""
    made = [one.new_event_id for one in stopped if one.new_event_id and not one.was["there"]]
    values = {"status": EventStatus.CANCELLED, "taken": 0, "version": _EVENT.c.version + 1}
    session.execute(update(_EVENT).where(_EVENT.c.id.in_(made)).values(values))


def _restore_places(session: Session, stopped: Sequence[Step], groups: Sequence[Step]) -> None:
    """The stopped events take place, with the places of the groups that come back: holds do not."""
    back: Counter[int] = Counter()
    there: Counter[int] = Counter()
    others = {one.new_event_id for one in stopped if one.new_event_id and one.was["there"]}
    for one in groups:
        size = 0 if one.was["status"] == "waiting" else one.was["size"] or 0
        back[one.event_id or 0] += size
        if one.new_event_id in others:
            there[one.new_event_id or 0] += size
    again = {
        "status": bindparam("state", type_=_EVENT.c.status.type),
        "taken": bindparam("places"),
        "status_reason": bindparam("reason"),
        "version": _EVENT.c.version + 1,
    }
    rows = [
        {
            "row": one.event_id,
            "state": EventStatus(one.was["status"]),
            "places": back[one.event_id or 0],
            "reason": one.was["status_reason"],
        }
        for one in stopped
        if one.was["whole"]
    ]
    _write(session, update(_EVENT).where(_EVENT.c.id == bindparam("row")).values(again), rows)
    more = update(_EVENT).where(_EVENT.c.id == bindparam("row")).values(_with_more())
    left = {one.event_id or 0: back[one.event_id or 0] for one in stopped if not one.was["whole"]}
    shifted = left | {event: -places for event, places in there.items()}
    _write(session, more, [{"row": event, "places": places} for event, places in sorted(shifted.items()) if places])


def _with_more() -> dict[str, Any]:
    """So many places more are taken: groups that come back are above a limit of today rather than dropped."""
    taken = _EVENT.c.taken + bindparam("places")
    return {"taken": taken, "capacity": case((_EVENT.c.capacity < taken, taken), else_=_EVENT.c.capacity)}


def _restore_bookings(session: Session, groups: Sequence[Step], now: datetime) -> None:
    values = {
        "event_id": bindparam("event"),
        "status": bindparam("state", type_=_BOOKING.c.status.type),
        "answer_by": bindparam("until", type_=_BOOKING.c.answer_by.type),
        "waiting_since": bindparam("since", type_=_BOOKING.c.waiting_since.type),
        "language": bindparam("tongue"),
        "sequence": _BOOKING.c.sequence + 1,
        "version": _BOOKING.c.version + 1,
        "changed_at": now,
    }
    rows = [
        {
            "row": one.booking_id,
            "event": one.event_id,
            "state": one.was["status"],
            "until": _later(_instant(one.was["answer_by"]), now),
            "since": _instant(one.was["waiting_since"]),
            "tongue": one.was["language"],
        }
        for one in groups
    ]
    _write(session, update(_BOOKING).where(_BOOKING.c.id == bindparam("row")).values(values), rows)


def _write(session: Session, statement: Update, rows: Sequence[dict[str, Any]]) -> None:
    run(session, ready(session, statement, rows))


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _later(until: datetime | None, now: datetime) -> datetime | None:
    return max(until, now + GRACE) if until else None
