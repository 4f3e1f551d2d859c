"""Take a closure back while nobody has answered: everything as it was before, or nothing at all and why.

Whoever has not been written to yet never is; whoever has gets one mail more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, literal, or_, select, update
from sqlalchemy.orm import Session

from booking.accounts.services import Change, audit_many, lines_ready
from booking.bookings.closing import CannotUndo, Undone
from booking.bookings.closing_terms import Hurdle, OperationState, StepState
from booking.bookings.messages import REQUEST, message, subject_of
from booking.bookings.models import Booking, ClosureOperation, ClosureStep
from booking.bookings.queries.bookings import BookingFacts, bookings_by_id
from booking.bookings.queries.closing_log import Operation, Step, operations_known, steps_of
from booking.bookings.queries.closing_undo import hindrances
from booking.bookings.services.book import again_if_stale
from booking.bookings.services.closure_restore import restore
from booking.bookings.services.writing import Stale, changed
from booking.bookings.terms import BookingStatus
from booking.bulk import many_things, run
from booking.db import db, table_of, transaction
from booking.notices.models import Notice
from booking.notices.services import letters_ready, queue_ready, withdraw_all
from booking.notices.terms import NoticeState
from booking.scheduling.services.assign import again_if_hosts_changed
from booking.scheduling.services.events import hold_for_planning, lock_with_hosts
from booking.scheduling.services.in_step import keep_in_step

_OPERATION, _STEP, _NOTICE = table_of(ClosureOperation), table_of(ClosureStep), table_of(Notice)
_BOOKING = table_of(Booking)
_ITS_BOOKING = _STEP.c.booking_id == _BOOKING.c.id
_MAILS = ("closure_proposed", "booking_cancelled_by_station", "waiting_joined")
"""What a declaration tells groups."""


@dataclass(frozen=True)
class Taken:
    """An operation with all that it did, sorted."""

    operation: Operation
    steps: Sequence[Step]

    @property
    def events(self) -> list[Step]:
        """What it did to events."""
        return [one for one in self.steps if one.event_id and not one.booking_id and one.choice]

    @property
    def bookings(self) -> list[Step]:
        """What it did to bookings."""
        return [one for one in self.steps if one.booking_id]

    @property
    def event_ids(self) -> set[int]:
        """Every event that it touched or made."""
        return {one for step in self.steps for one in (step.event_id, step.new_event_id) if one}

    @property
    def guides(self) -> set[int]:
        """Whoever gave something that it touched, or came along."""
        return {
            guide["guide"] for step in self.events for who in ("guides", "co_hosts") for guide in step.was.get(who, ())
        }


def undo(operation: str, *, now: datetime, actor: str) -> Undone:
    """Restore events, bookings, guides and limits. Raises CannotUndo with what stands against it, HostTaken, Conflict.

    What was only prepared is called off: nobody knows of it.
    """

    def attempt() -> Undone:
        return again_if_hosts_changed(lambda: _undo_once(operation, now, actor))

    with many_things():
        return again_if_stale(attempt)


def _undo_once(code: str, now: datetime, actor: str) -> Undone:
    found = _read(db.session(), code)
    if found.operation.state is OperationState.PREPARED:
        return _drop(found.operation, now, actor)
    with transaction() as session:
        hold_for_planning(session, _station_id(session, found.operation))
        lock_with_hosts(session, found.event_ids, found.guides)
        found = _read(session, code)
        if found.operation.state is not OperationState.DONE:
            raise CannotUndo(Hurdle.UNDONE)
        _require_untouched(session, found, now)
        left = restore(session, found.operation, found.steps, now, actor)
        keep_in_step(session, found.event_ids, now, actor=actor)
        _settle(session, found.operation, now, actor)
        _record(session, found, now, actor)
        told = _tell(session, found, now)
    codes = tuple(one.event for one in found.events)
    return Undone(code, codes, tuple(one.reference for one in found.bookings), told, tuple(left))


def _read(session: Session, code: str) -> Taken:
    known = operations_known(session, None, code=code)
    if not known:
        raise CannotUndo(Hurdle.UNKNOWN)
    if known[0].state in {OperationState.UNDONE, OperationState.DROPPED}:
        raise CannotUndo(Hurdle.UNDONE)
    return Taken(known[0], steps_of(session, known[0].id))


def _station_id(session: Session, operation: Operation) -> int:
    mine = select(_OPERATION.c.station_id).where(_OPERATION.c.id == operation.id)
    return int(session.execute(mine).scalar_one())


def _require_untouched(session: Session, found: Taken, now: datetime) -> None:
    against = hindrances(session, found.steps, now)
    if against:
        is_answered = any(one.is_answered for one in found.bookings)
        raise CannotUndo(Hurdle.ANSWERED if is_answered else Hurdle.CHANGED, tuple(against))


def _settle(session: Session, operation: Operation, now: datetime, actor: str) -> None:
    """The log says what happened; one that did not stay undone decides afresh."""
    mine = (_OPERATION.c.id == operation.id, _OPERATION.c.state == OperationState.DONE)
    ended = {"state": OperationState.UNDONE, "undone_at": now, "undone_by": actor}
    if changed(session, update(_OPERATION).where(*mine).values(ended)) != 1:
        raise Stale
    session.execute(update(_STEP).where(_STEP.c.operation_id == operation.id).values(state=StepState.UNDONE))


def _drop(operation: Operation, now: datetime, actor: str) -> Undone:
    with transaction() as session:
        waits = (_OPERATION.c.id == operation.id, _OPERATION.c.state == OperationState.PREPARED)
        if changed(session, update(_OPERATION).where(*waits).values(state=OperationState.DROPPED)) != 1:
            raise Stale
        audit_many(session, [_line(operation, "closure.drop", f"operation:{operation.code}", now, actor)])
    return Undone(operation.code)


def _record(session: Session, found: Taken, now: datetime, actor: str) -> None:
    operation = found.operation
    lines = [_line(operation, "closure.undo", f"closure:{code}", now, actor) for code in operation.closures]
    lines += [
        _line(operation, "event.restore", f"event:{one.event}", now, actor, {"status": one.was["status"]})
        for one in found.events
    ]
    lines += [
        _line(operation, "booking.restore", subject_of(one.reference), now, actor, {"status": one.was["status"]})
        for one in found.bookings
    ]
    run(session, lines_ready(session, lines))


def _line(
    operation: Operation, action: str, subject: str, now: datetime, actor: str, after: Mapping[str, Any] | None = None
) -> Change:
    told = {"operation": operation.code, **(after or {})}
    return Change(at=now, actor=actor, action=action, subject=subject, station_code=operation.station, after=told)


def _tell(session: Session, found: Taken, now: datetime) -> tuple[str, ...]:
    """Mails not sent yet are taken back, and those that they had replaced sent after all; the others get one more."""
    known = _aware(session, found)
    withdraw_all(session, _subjects(found.operation))
    ids = found.operation.withdrawn.get("ids", [])
    unaware = [subject_of(one.reference) for one in found.bookings if one.booking_id not in known] if ids else []
    again = (_NOTICE.c.id.in_(ids), _NOTICE.c.subject.in_(unaware), _NOTICE.c.state == NoticeState.WITHDRAWN)
    session.execute(update(_NOTICE).where(*again).values(state=NoticeState.QUEUED, next_try_at=now))
    told = [one for one in bookings_by_id(session, sorted(known)) if one.contact.email]
    queue_ready(
        session, letters_ready(session, [message("closure_undone", one, now, method=_method(one)) for one in told])
    )
    return tuple(one.reference for one in told)


def _subjects(operation: Operation) -> Select[str]:
    """What the notices about its groups are about."""
    groups = select(literal(subject_of("")) + _BOOKING.c.reference).join_from(_STEP, _BOOKING, _ITS_BOOKING)
    return groups.where(_STEP.c.operation_id == operation.id)


def _aware(session: Session, found: Taken) -> set[int]:
    """The ids of the bookings whose group was told of the closure, or may have been; locked."""
    left = {subject_of(one.reference): one for one in found.bookings}
    about = (_NOTICE.c.subject.in_(_subjects(found.operation)), _NOTICE.c.kind.in_(_MAILS))
    tried = or_(_NOTICE.c.attempts > 0, _NOTICE.c.state == NoticeState.SENT)
    sent = select(_NOTICE.c.subject, _NOTICE.c.dedupe_key).where(*about, tried).with_for_update()
    return {
        left[row.subject].booking_id or 0
        for row in session.execute(sent)
        if row.dedupe_key.endswith(f":{left[row.subject].left_version}")
    }


def _method(booking: BookingFacts) -> str:
    return REQUEST if booking.invited and booking.status is BookingStatus.CONFIRMED else ""
