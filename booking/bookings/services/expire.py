"""What ends by itself: holds after ten minutes, requests and offers at their deadline, lines when the event begins.

The worker runs it, or who needs room.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import Session

from booking.accounts.services import Change, audit_many
from booking.bookings.closing_terms import StepState
from booking.bookings.messages import CANCEL, message, subject_of
from booking.bookings.models import IS_WAITING, Booking
from booking.bookings.queries.bookings import booking_by_reference
from booking.bookings.rules import Situation
from booking.bookings.services.closure_answer import is_awaited, keep_answer
from booking.bookings.services.writing import give_places_back, lock_events
from booking.bookings.terms import AWAITING, BookingStatus
from booking.db import db, table_of, transaction
from booking.notices.services import queue, withdraw
from booking.scheduling.models import Event
from booking.scheduling.terms import Visibility

AT_ONCE = 200
"""Bookings ended in one transaction: others wait for it no longer than a moment."""

_BOOKING, _EVENT = table_of(Booking).c, table_of(Event).c


@dataclass(frozen=True)
class _Due:
    id: int
    reference: str
    event_id: int
    size: int
    is_private: bool
    status: BookingStatus
    kind: str
    """The mail that tells it."""
    is_closures: bool = False
    """What a closure proposed: the station has cancelled it, whoever was silent."""

    @property
    def end(self) -> BookingStatus:
        """The status in which it ends."""
        return BookingStatus.CANCELLED_BY_STATION if self.is_closures else BookingStatus.EXPIRED


def end_holds(now: datetime) -> int:
    """Free the places of every hold whose time is over; how many there were."""
    return _end_all(_BOOKING.status == BookingStatus.ON_HOLD, _BOOKING.hold_expires_at <= now, now=now)


def end_holds_in(event_id: int, now: datetime) -> int:
    """The same for one event, for a group that needs the room now."""
    holds = _BOOKING.status == BookingStatus.ON_HOLD
    return _end_all(holds, _BOOKING.hold_expires_at <= now, _BOOKING.event_id == event_id, now=now)


def end_holds_around(found: Situation, now: datetime) -> int:
    """The same for private events of the station at about the time of an open slot: they keep hosts."""
    if found.starts_at is None or found.ends_at is None:
        return 0
    pause = timedelta(minutes=found.station.buffer_min)
    return _end_all(
        _BOOKING.status == BookingStatus.ON_HOLD,
        _BOOKING.hold_expires_at <= now,
        _BOOKING.event_id.in_(
            select(_EVENT.id).where(
                _EVENT.station_id == found.station.id,
                _EVENT.visibility == Visibility.PRIVATE,
                _EVENT.starts_at < found.ends_at + pause,
                _EVENT.ends_at > found.starts_at - pause,
            )
        ),
        now=now,
    )


def end_hold(reference: str, now: datetime) -> int:
    """Give one hold back, whether its time is over or its holder chose another."""
    return _end_all(_BOOKING.status == BookingStatus.ON_HOLD, _BOOKING.reference == reference, now=now)


def end_requests(now: datetime) -> int:
    """What nobody answered in time expires, be it the desk or the group: the place is freed, the group told.

    Places that a group in line was offered go to the next in it.
    """
    return _end_all(_BOOKING.status.in_(sorted(AWAITING)), _BOOKING.answer_by <= now, now=now)


def end_lines(now: datetime) -> int:
    """Whoever still waits when the event begins waits in vain, and is told."""
    begun = exists().where(_EVENT.id == _BOOKING.event_id, _EVENT.starts_at <= now).correlate(table_of(Booking))
    return _end_all(_BOOKING.status == IS_WAITING, begun, now=now)


def _end_all(*which: ColumnElement[bool], now: datetime) -> int:
    ended = 0
    while due := _due(which):
        with transaction() as session:
            lock_events(session, sorted({one.event_id for one in due}))
            done = [one for one in due if _ended(session, one, which, now)]
            _tell(session, done, now)
        ended += len(done)
        if len(due) < AT_ONCE:
            break
    return ended


def _due(which: Sequence[ColumnElement[bool]]) -> list[_Due]:
    statement = (
        select(
            _BOOKING.id,
            _BOOKING.reference,
            _BOOKING.event_id,
            _BOOKING.size,
            _BOOKING.status,
            _BOOKING.waiting_since,
            _EVENT.visibility,
            is_awaited().label("is_closures"),
        )
        .join_from(Booking, Event, _EVENT.id == _BOOKING.event_id)
        .where(*which)
        .order_by(_BOOKING.event_id, _BOOKING.id)
        .limit(AT_ONCE)
    )
    rows = db.session.execute(statement).all()
    return [
        _Due(
            row.id,
            row.reference,
            row.event_id,
            row.size or 0,
            row.visibility is Visibility.PRIVATE,
            row.status,
            "closure_expired" if row.is_closures else _kind(row.status, row.waiting_since),
            bool(row.is_closures),
        )
        for row in rows
    ]


def _kind(status: BookingStatus, waiting_since: datetime | None) -> str:
    if status is BookingStatus.WAITING:
        return "waiting_ended"
    if status is BookingStatus.PROPOSED and waiting_since:
        return "waiting_offer_ended"
    return "request_expired" if status is BookingStatus.REQUESTED else "request_unanswered"


def _ended(session: Session, one: _Due, which: Sequence[ColumnElement[bool]], now: datetime) -> bool:
    """Give back what this very statement ended: another may have been first, or the number changed meanwhile."""
    statement = (
        update(table_of(Booking))
        .where(_BOOKING.reference == one.reference, _BOOKING.event_id == one.event_id, *which)
        .where(_BOOKING.status == one.status)
        .values(
            status=one.end,
            hold_expires_at=None,
            changed_at=now,
            sequence=_BOOKING.sequence + 1,
            version=_BOOKING.version + 1,
        )
        .returning(_BOOKING.size)
    )
    row = session.execute(statement).first()
    if row is None:
        return False
    if one.status is not BookingStatus.WAITING:
        give_places_back(session, one.event_id, row.size or 0, private=one.is_private, now=now, actor="worker")
    return True


def _tell(session: Session, done: Sequence[_Due], now: datetime) -> None:
    """An audit row each; a mail to those who had asked (a hold has no address yet)."""
    keep_answer(session, [one.id for one in done if one.is_closures], StepState.EXPIRED, now, "worker")
    audit_many(
        session,
        [
            Change(
                at=now,
                actor="worker",
                action="booking.expire",
                subject=subject_of(one.reference),
                after={"status": one.end.value},
            )
            for one in done
        ],
    )
    for one in done:
        booking = booking_by_reference(session, one.reference)
        if booking is not None and booking.contact.email:
            withdraw(session, subject_of(one.reference))
            ended = replace(booking, answer_by=None)
            queue(session, [message(one.kind, ended, now, method=CANCEL if booking.invited else "")])
