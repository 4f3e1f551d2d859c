"""Events go to another time, hosts, rooms and bookings along: steps of a caller's transaction, all rows locked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from booking.accounts.services import Change, audit_many
from booking.bookings.messages import REQUEST, message, subject_of
from booking.bookings.models import Booking
from booking.bookings.queries.bookings import BookingFacts, bookings_in
from booking.bookings.services.remind import REMINDERS
from booking.bookings.terms import SWEPT, BookingStatus
from booking.db import table_of
from booking.notices.services import queue, withdraw_all
from booking.scheduling.models import Event
from booking.scheduling.services import in_step
from booking.scheduling.services.events import Busy, move_hosts, new_time

_EVENT, _BOOKING = table_of(Event), table_of(Booking)


@dataclass(frozen=True)
class Shift:
    """An event and its new start; `pause_min` is the station's pause after it."""

    event_id: int
    code: str
    station: str
    zone: str
    was: datetime
    starts_at: datetime
    length: timedelta
    pause_min: int

    @property
    def busy(self) -> Busy:
        """For how long its host is needed."""
        return Busy(self.event_id, self.starts_at, self.starts_at + self.length + timedelta(minutes=self.pause_min))


def move_events(session: Session, shifts: Sequence[Shift], now: datetime, actor: str) -> list[BookingFacts]:
    """Move them; every group, in line or with a place, is told once, whatever else happens to it here.

    Returns the bookings that moved. Raises HostTaken where the database finds a host in two places.
    """
    if not shifts:
        return []
    statement = update(_EVENT).where(_EVENT.c.id == bindparam("row")).values(version=_EVENT.c.version + 1)
    values = [
        {"row": one.event_id, "ends_at": one.starts_at + one.length, **new_time(one.starts_at, one.zone)}
        for one in shifts
    ]
    session.connection().execute(statement, values)
    move_hosts(session, [one.busy for one in shifts])
    in_step.moved(session, [one.event_id for one in shifts], now, actor=actor)
    audit_many(session, [_change(one, now, actor) for one in shifts])
    return _move_bookings(session, {one.event_id: one.was for one in shifts}, now, actor)


def _change(shift: Shift, now: datetime, actor: str) -> Change:
    return Change(
        at=now,
        actor=actor,
        action="event.move",
        subject=f"event:{shift.code}",
        station_code=shift.station,
        before={"starts_at": shift.was.isoformat()},
        after={"starts_at": shift.starts_at.isoformat()},
    )


def _move_bookings(session: Session, was: Mapping[int, datetime], now: datetime, actor: str) -> list[BookingFacts]:
    session.execute(
        update(_BOOKING)
        .where(_BOOKING.c.event_id.in_(was), _BOOKING.c.status.in_(sorted(SWEPT)))
        .values(sequence=_BOOKING.c.sequence + 1, version=_BOOKING.c.version + 1, changed_at=now)
    )
    moved = bookings_in(session, list(was), SWEPT - {BookingStatus.ON_HOLD})
    audit_many(
        session,
        [Change(at=now, actor=actor, action="booking.moved", subject=subject_of(one.reference)) for one in moved],
    )
    withdraw_all(session, [subject_of(one.reference) for one in moved], REMINDERS)  # they tell the old time
    told = [
        message(_kind(one), one, now, method=_method(one), before=_before(one, was[one.event.id]))
        for one in moved
        if one.contact.email
    ]
    queue(session, told)
    return moved


def _kind(booking: BookingFacts) -> str:
    """Who is in line is told that the line is for another time now."""
    return "waiting_joined" if booking.status is BookingStatus.WAITING else "booking_moved"


def _method(booking: BookingFacts) -> str:
    return REQUEST if booking.status is BookingStatus.CONFIRMED else ""


def _before(booking: BookingFacts, was: datetime) -> dict[str, object]:
    return {"starts_at": was.isoformat(), "size": booking.size, "title": booking.offering.title}
