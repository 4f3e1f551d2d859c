"""The line of a full event: who waits, in which order, and where something can be offered."""

from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, and_, func, or_, select
from sqlalchemy.orm import Session

from booking.bookings.models import IS_WAITING, Booking
from booking.bookings.rules.waiting import LAST_OFFER
from booking.db import table_of
from booking.scheduling.models import Event
from booking.scheduling.terms import EventStatus, Visibility

_BOOKING, _EVENT = table_of(Booking).c, table_of(Event).c


def smallest_waiting() -> ScalarSelect[Any]:
    """People of the smallest group in line, beside a statement that reads its event."""
    waits = (_BOOKING.event_id == _EVENT.id, _BOOKING.status == IS_WAITING)
    return select(func.min(_BOOKING.size)).where(*waits).correlate(table_of(Event)).scalar_subquery()


def events_whose_line_can_move(session: Session, now: datetime) -> list[int]:
    """Ids of the events to come with places that are enough for somebody in line; one statement."""
    statement = (
        select(_EVENT.id)
        .join_from(Booking, Event, _EVENT.id == _BOOKING.event_id)
        .where(
            _BOOKING.status == IS_WAITING,
            _BOOKING.size <= _EVENT.capacity - _EVENT.taken,
            _EVENT.status == EventStatus.OPEN,
            _EVENT.visibility == Visibility.OPEN,
            _EVENT.starts_at > now + LAST_OFFER,
        )
        .distinct()
        .order_by(_EVENT.id)
    )
    return list(session.execute(statement).scalars())


def ahead_of(session: Session, booking_id: int) -> int:
    """How many groups are before this one in its line."""
    own = table_of(Booking).alias("own")
    earlier = or_(
        _BOOKING.waiting_since < own.c.waiting_since,
        and_(_BOOKING.waiting_since == own.c.waiting_since, _BOOKING.id < own.c.id),
    )
    statement = (
        select(func.count())
        .select_from(Booking)
        .join(own, own.c.event_id == _BOOKING.event_id)
        .where(own.c.id == booking_id, _BOOKING.status == IS_WAITING, earlier)
    )
    return session.execute(statement).scalar_one()
