"""What a declaration writes, all rows locked: a fixed number of statements, and an insert for each mail."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, case, insert, select, update
from sqlalchemy.orm import Session

from booking.bookings.closing import ClosureWish, Declared
from booking.bookings.closing_terms import OperationState, StepState
from booking.bookings.messages import subject_of
from booking.bookings.models import Booking, ClosureOperation, ClosureStep
from booking.bookings.queries.closing import Before, before_closing, to_come
from booking.bookings.services.closure_events import make_events, move_guides, stop_events
from booking.bookings.services.closure_plan import Chosen, Closing, announced_on, to_json
from booking.bookings.services.closure_record import record
from booking.bookings.services.writing import Stale, changed
from booking.bookings.terms import BookingStatus
from booking.catalogue.models import Station
from booking.catalogue.terms import Format
from booking.db import table_of
from booking.i18n import Translated
from booking.notices.models import Notice
from booking.notices.services import queue, withdraw_all
from booking.notices.terms import Message, NoticeState
from booking.scheduling.models import Closure, Event
from booking.scheduling.services.in_step import keep_in_step

_EVENT, _BOOKING, _STATION, _NOTICE = table_of(Event), table_of(Booking), table_of(Station), table_of(Notice)
_CLOSURE, _OPERATION, _STEP = table_of(Closure), table_of(ClosureOperation), table_of(ClosureStep)
_NEW = _EVENT.alias("new_event")
_UNSENT = (NoticeState.QUEUED, NoticeState.SENDING)


@dataclass(frozen=True)
class _Closure:
    """A closure's row, and what it was where it goes on."""

    code: str
    id: int
    was: dict[str, object]


@dataclass(frozen=True)
class _Written:
    """Ids of what has been written so far."""

    operation: int
    closures: dict[int, "_Closure"]
    """By the number of the wish."""
    events: dict[str, int]
    """Of the events that take groups, by code."""
    before: dict[int, Before]


def write(session: Session, closing: Closing, code: str, letters: Sequence[Message], *, prepared: bool) -> Declared:
    """Write all of it in the caller's transaction. Raises Stale, HostTaken, RoomTaken."""
    order = closing.order
    before = before_closing(session, [one.hit.event.id for one in closing.chosen])
    closures = {number: _write_closure(session, closing, wish) for number, wish in enumerate(order.wishes)}
    operation = _write_operation(session, closing, code, prepared=prepared)
    events = make_events(session, closing, before)
    move_guides(session, closing, events, before)
    written = _Written(operation, closures, events, before)
    _write_steps(session, closing, written)
    _write_bookings(session, closing, operation)
    stop_events(session, closing)
    _limit_groups(session, closing, written)
    keep_in_step(session, {*before, *events.values()}, order.now, actor=order.actor)
    codes = tuple(closure.code for closure in closures.values())
    record(session, closing, code, codes)
    _tell(session, closing, operation, letters)
    groups = tuple(booking.reference for one in closing.chosen for booking in (*one.hit.bookings, *one.hit.line))
    return Declared(code, codes, tuple(one.hit.event.code for one in closing.chosen), groups)


def _write_closure(session: Session, closing: Closing, wish: ClosureWish) -> _Closure:
    """The closure's row, or the new end of the one that goes on; and whatever was decided before is looked at again."""
    station_id = closing.preview.station.id
    session.execute(update(_STATION).where(_STATION.c.id == station_id).values(version=_STATION.c.version + 1))
    if wish.extends:
        mine = (_CLOSURE.c.code == wish.extends, _CLOSURE.c.lifted_at.is_(None))
        found = session.execute(select(_CLOSURE.c.id, _CLOSURE.c.ends_on).where(*mine)).first()
        if found is None:
            raise Stale
        session.execute(update(_CLOSURE).where(_CLOSURE.c.id == found.id).values(ends_on=wish.ends_on))
        return _Closure(wish.extends, found.id, {"ends_on": found.ends_on.isoformat() if found.ends_on else None})
    code = f"C-{wish.station}-{wish.starts_on:%y%m%d}-{secrets.token_hex(2).upper()}"
    row = {
        "code": code,
        "station_id": station_id,
        "type": wish.type,
        "starts_on": wish.starts_on,
        "ends_on": wish.ends_on,
        "announced_on": wish.announced_on,
        "blocks_formats": list(wish.blocks_formats),
        "allows": list(wish.allows),
        "distanced_capacity": wish.distanced_capacity,
        "message": wish.reason,
        "conditions": Translated(wish.conditions) if wish.conditions else None,
        "source": "",
    }
    return _Closure(code, session.execute(insert(_CLOSURE).values(row).returning(_CLOSURE.c.id)).scalar_one(), {})


def _write_operation(session: Session, closing: Closing, code: str, *, prepared: bool) -> int:
    order = closing.order
    done = {"state": OperationState.DONE, "done_at": order.now}
    if prepared:
        waits = (_OPERATION.c.code == code, _OPERATION.c.state == OperationState.PREPARED)
        found = session.execute(update(_OPERATION).where(*waits).values(done).returning(_OPERATION.c.id)).scalar()
        if found is None:
            raise Stale
        return int(found)
    row = {
        "code": code,
        "station_id": closing.preview.station.id,
        "created_at": order.now,
        "created_by": order.actor,
        "due_on": announced_on(order),
        "answer_by": order.answer_by,
        "plan": to_json(order),
        "withdrawn": {},
        **done,
    }
    return int(session.execute(insert(_OPERATION).values(row).returning(_OPERATION.c.id)).scalar_one())


def _write_steps(session: Session, closing: Closing, written: _Written) -> None:
    rows = [_step(written, number, closure.was) for number, closure in written.closures.items()]
    for one in closing.chosen:
        event = written.before[one.hit.event.id]
        there = _step(written, one.hit.phase, event.kept, one) | {
            "new_event_id": written.events.get(one.code),
            "left_version": event.version + one.hit.is_whole,
        }
        rows.append(
            {**there, "was": {**event.kept, "whole": one.hit.is_whole, "there": bool(one.way and one.way.event)}}
        )
        rows.extend(_booking_steps(closing, one, there))
    session.execute(insert(_STEP), rows)


def _step(written: _Written, phase: int, was: dict[str, object], one: Chosen | None = None) -> dict[str, object]:
    return {
        "operation_id": written.operation,
        "closure_id": written.closures[phase].id,
        "event_id": one.hit.event.id if one else None,
        "booking_id": None,
        "new_event_id": None,
        "choice": one.choice if one else None,
        "state": StepState.DONE,
        "was": was,
        "left_version": 0,
        "answer_by": None,
        "answered_at": None,
    }


def _booking_steps(closing: Closing, one: Chosen, event: dict[str, object]) -> list[dict[str, object]]:
    """Places are held until an answer; whoever is in line goes along, but not where the event goes on without it."""
    rows = []
    for booking in (*one.hit.bookings, *one.hit.line):
        waits = booking.status is BookingStatus.WAITING
        goes = one.way is not None and (one.hit.is_whole or not waits)
        was = {
            "status": booking.status.value,
            "answer_by": booking.answer_by.isoformat() if booking.answer_by else None,
            "waiting_since": booking.waiting_since.isoformat() if booking.waiting_since else None,
            "language": booking.language,
            "invited": booking.invited,
            "size": booking.size,
        }
        own = {
            "booking_id": booking.id,
            "new_event_id": event["new_event_id"] if goes else None,
            "state": StepState.PENDING if goes and not waits else StepState.DONE,
            "answer_by": closing.answer_by(one) if goes and not waits else None,
            "left_version": booking.version + 1,
            "was": was,
        }
        rows.append({**event, **own})
    return rows


def _write_bookings(session: Session, closing: Closing, operation: int) -> None:
    """Two statements for all of them; what they change is counted: the log and the bookings say the same."""
    mine = (_STEP.c.operation_id == operation, _STEP.c.booking_id == _BOOKING.c.id)
    waits = _BOOKING.c.status == BookingStatus.WAITING
    next_one = {
        "sequence": _BOOKING.c.sequence + 1,
        "version": _BOOKING.c.version + 1,
        "changed_at": closing.order.now,
    }
    goes = {
        "event_id": _STEP.c.new_event_id,
        "status": case((waits, BookingStatus.WAITING.value), else_=BookingStatus.PROPOSED.value),
        "answer_by": _STEP.c.answer_by,
        "waiting_since": case((waits, _BOOKING.c.waiting_since), else_=None),
        "language": _NEW.c.language,
        **next_one,
    }
    ended = {"status": BookingStatus.CANCELLED_BY_STATION, "answer_by": None, **next_one}
    done = changed(session, update(_BOOKING).where(*mine, _NEW.c.id == _STEP.c.new_event_id).values(goes))
    done += changed(session, update(_BOOKING).where(*mine, _STEP.c.new_event_id.is_(None)).values(ended))
    if done != sum(len(one.hit.bookings) + len(one.hit.line) for one in closing.chosen):
        raise Stale
    stopped = [one.hit.event.id for one in closing.chosen if one.hit.is_whole]
    held = update(_BOOKING).where(_BOOKING.c.event_id.in_(stopped), _BOOKING.c.status == BookingStatus.ON_HOLD)
    changed(session, held.values(status=BookingStatus.EXPIRED, hold_expires_at=None, **next_one))


def _limit_groups(session: Session, closing: Closing, written: _Written) -> None:
    """Distancing: nothing more is sold beyond the limit; what is taken already stays, and is listed as over."""
    for number, wish in enumerate(closing.order.wishes):
        if wish.distanced_capacity is not None:
            _limit(session, closing, written, number, (wish.starts_on, wish.ends_on), wish.distanced_capacity)


def _limit(
    session: Session, closing: Closing, written: _Written, number: int, days: tuple[date, date | None], limit: int
) -> None:
    mine = (*to_come(closing.preview.station.id, [days], closing.order.now), _EVENT.c.format == Format.IN_PERSON)
    above = select(_EVENT.c.id, _EVENT.c.capacity, _EVENT.c.taken).where(*mine, _EVENT.c.capacity > limit)
    found = session.execute(above.with_for_update(key_share=True)).all()
    if not found:
        return
    rows = [
        _step(written, number, {"capacity": row.capacity, "lowered": max(row.taken, limit)}) | {"event_id": row.id}
        for row in found
    ]
    session.execute(insert(_STEP), rows)
    lowered = update(_EVENT).where(_EVENT.c.id == bindparam("row")).values(capacity=bindparam("lowered"))
    session.connection().execute(lowered, [{"row": row.id, "lowered": max(row.taken, limit)} for row in found])


def _tell(session: Session, closing: Closing, operation: int, letters: Sequence[Message]) -> None:
    """A mail to each group instead of those still unsent; which those were is kept for undo."""
    groups = [booking for one in closing.chosen for booking in (*one.hit.bookings, *one.hit.line)]
    subjects = [subject_of(booking.reference) for booking in groups]
    unsent = select(_NOTICE.c.id).where(_NOTICE.c.subject.in_(subjects), _NOTICE.c.state.in_(_UNSENT))
    ids = list(session.execute(unsent.order_by(_NOTICE.c.id).with_for_update()).scalars())
    withdraw_all(session, subjects)
    mine = update(_OPERATION).where(_OPERATION.c.id == operation)
    session.execute(mine.values(withdrawn={"ids": ids}))
    queue(session, letters)
