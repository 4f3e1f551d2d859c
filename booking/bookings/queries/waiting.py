"""Events that nobody has booked yet, though their places are taken for some minutes."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.bookings.models import Booking
from booking.bookings.terms import BookingStatus
from booking.db import table_of
from booking.scheduling.models import Event
from booking.scheduling.terms import EventStatus

_BOOKING, _EVENT = table_of(Booking).c, table_of(Event).c


def only_held(session: Session) -> list[int]:
    """Ids of the private events without a guide that a group holds, but has not asked for; one statement."""
    statement = (
        select(_EVENT.id)
        .join_from(Booking, Event, _EVENT.id == _BOOKING.event_id)
        .where(_BOOKING.status == BookingStatus.ON_HOLD, _EVENT.status == EventStatus.PLANNED)
    )
    return list(session.execute(statement.order_by(_EVENT.id)).scalars())
