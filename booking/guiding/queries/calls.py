"""Test calls with the groups of events that a guide or speaker gives."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.bookings.models import Booking, ConnectionTest, Organisation
from booking.bookings.terms import BookingStatus
from booking.db import table_of
from booking.scheduling.models import Assignment, gives

_CALL, _BOOKING, _ORGANISATION = table_of(ConnectionTest).c, table_of(Booking).c, table_of(Organisation).c
_ASSIGNMENT = table_of(Assignment).c


@dataclass(frozen=True, slots=True)
class OwnCall:
    """A call in which sound and picture are tried; `time_zone` is the group's, empty where it is not known."""

    starts_at: datetime
    minutes: int
    address: str
    organisation: str
    technical_name: str
    time_zone: str


def calls_between(session: Session, guide_id: int, start: datetime, end: datetime) -> list[OwnCall]:
    """The calls that begin in the stretch, soonest first; one statement."""
    statement = (
        select(
            _CALL.starts_at,
            _CALL.minutes,
            _CALL.address,
            _ORGANISATION.name,
            _BOOKING.technical_name,
            _BOOKING.time_zone,
        )
        .join_from(ConnectionTest, Booking, _BOOKING.id == _CALL.booking_id)
        .join(Organisation, _ORGANISATION.id == _BOOKING.organisation_id)
        .join(Assignment, _ASSIGNMENT.event_id == _BOOKING.event_id)
        .where(_ASSIGNMENT.guide_id == guide_id, *gives(), _BOOKING.status == BookingStatus.CONFIRMED)
        .where(_CALL.is_cancelled.is_(False), _CALL.starts_at > start, _CALL.starts_at <= end)
        .order_by(_CALL.starts_at, _CALL.id)
    )
    return [OwnCall(*row) for row in session.execute(statement)]
