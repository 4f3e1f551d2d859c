"""The bookings of events that do not take place are cancelled, and what their groups are told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import case, update
from sqlalchemy.orm import Session

from booking.bookings.messages import CANCEL, message
from booking.bookings.models import Booking
from booking.bookings.queries.bookings import BookingFacts, bookings_in
from booking.bookings.terms import SWEPT, BookingStatus
from booking.db import table_of
from booking.notices.terms import Message
from booking.scheduling.terms import EventStatus

_BOOKING = table_of(Booking)
UPCOMING = (EventStatus.OPEN, EventStatus.PLANNED, EventStatus.CLOSED)


def cancel_bookings(session: Session, event_ids: Sequence[int], now: datetime) -> list[BookingFacts]:
    """All bookings of the events: read after the events are locked, so that none can slip in between.

    Returns those that a group knows of, as they were before.
    """
    swept = bookings_in(session, list(event_ids), SWEPT)
    statement = update(_BOOKING).where(_BOOKING.c.id.in_([booking.id for booking in swept]))
    status = case(
        (_BOOKING.c.status == BookingStatus.ON_HOLD, BookingStatus.EXPIRED.value),
        else_=BookingStatus.CANCELLED_BY_STATION.value,
    )
    session.execute(
        statement.values(
            status=status,
            hold_expires_at=None,
            answer_by=None,
            sequence=_BOOKING.c.sequence + 1,
            version=_BOOKING.c.version + 1,
            changed_at=now,
        )
    )
    return [booking for booking in swept if booking.status is not BookingStatus.ON_HOLD]


def cancel_message(booking: BookingFacts, now: datetime, reason: str, *, closure: bool = True) -> Message:
    """What a group is told whose booking, as it was before, the station has cancelled; `closure`: of the premises."""
    ended = replace(
        booking,
        status=BookingStatus.CANCELLED_BY_STATION,
        sequence=booking.sequence + 1,
        version=booking.version + 1,
        answer_by=None,
    )
    method = CANCEL if booking.invited else ""
    told = message("booking_cancelled_by_station", ended, now, method=method, reason=reason)
    return told if closure else replace(told, payload={**told.payload, "closure": False})
