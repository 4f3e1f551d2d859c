"""What the desk does to an event with its bookings: fewer places, another time."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking import zones
from booking.accounts.services import Change, audit, audit_many
from booking.bookings.messages import REQUEST, message, subject_of
from booking.bookings.models import Booking
from booking.bookings.queries.bookings import BookingFacts, bookings_in
from booking.bookings.services.close import SWEPT, UPCOMING
from booking.bookings.services.writing import changed
from booking.bookings.terms import TAKES_PLACES, BookingStatus, Conflict
from booking.db import db, table_of, transaction
from booking.notices.services import queue
from booking.scheduling.models import Assignment, Event
from booking.scheduling.services import again_if_hosts_changed, lock_event
from booking.scheduling.terms import AssignmentStatus, HostTaken

_EVENT, _BOOKING, _ASSIGNMENT = table_of(Event), table_of(Booking), table_of(Assignment)


class OverCapacity(Conflict):
    """More places are taken than are wanted: the bookings that take them, so that the desk can decide."""

    def __init__(self, bookings: list[BookingFacts]) -> None:
        super().__init__(", ".join(booking.reference for booking in bookings))
        self.bookings = bookings


def set_capacity(event_code: str, capacity: int, *, now: datetime, actor: str) -> None:
    """Set an event's places; below what is taken it is refused with the list (OverCapacity), Conflict if unknown."""
    with transaction() as session:
        before = session.execute(select(_EVENT.c.id, _EVENT.c.capacity).where(_EVENT.c.code == event_code)).first()
        if before is None:
            raise Conflict(event_code)
        statement = update(_EVENT).where(_EVENT.c.id == before.id, _EVENT.c.taken <= capacity)
        done = changed(session, statement.values(capacity=capacity)) == 1
        if done:
            audit(
                session,
                at=now,
                actor=actor,
                action="event.capacity",
                subject=f"event:{event_code}",
                before={"capacity": before.capacity},
                after={"capacity": capacity},
            )
    if not done:
        raise OverCapacity(bookings_in(db.session(), [before.id], TAKES_PLACES))


def move_event(event_code: str, starts_at: datetime, *, now: datetime, actor: str) -> None:
    """Give an event another time, host and bookings along; every group gets an updated invitation.

    Raises Conflict for an event that is not to come, HostTaken where its host is in another event then.
    """
    again_if_hosts_changed(lambda: _move_once(event_code, starts_at, now, actor))


def _move_once(event_code: str, starts_at: datetime, now: datetime, actor: str) -> None:
    with transaction() as session:
        event = lock_event(session, event_code)
        if event is None or event.status not in UPCOMING:
            raise Conflict(event_code)
        ends_at = starts_at + (event.ends_at - event.starts_at)
        local = zones.to_local(starts_at, event.time_zone)
        session.execute(
            update(_EVENT)
            .where(_EVENT.c.id == event.id)
            .values(
                starts_at=starts_at,
                ends_at=ends_at,
                starts_local=f"{local:%Y-%m-%dT%H:%M}",
                starts_on=local.date(),
                version=_EVENT.c.version + 1,
            )
        )
        _move_hosts(session, event.id, starts_at, ends_at + timedelta(minutes=event.buffer_min))
        _move_bookings(session, event.id, event.starts_at, now)
        audit(
            session,
            at=now,
            actor=actor,
            action="event.move",
            subject=f"event:{event_code}",
            before={"starts_at": event.starts_at.isoformat()},
            after={"starts_at": starts_at.isoformat()},
        )


def _move_hosts(session: Session, event_id: int, starts_at: datetime, busy_until: datetime) -> None:
    active = (_ASSIGNMENT.c.event_id == event_id, _ASSIGNMENT.c.status == AssignmentStatus.ACTIVE)
    try:
        session.execute(update(_ASSIGNMENT).where(*active).values(starts_at=starts_at, busy_until=busy_until))
    except IntegrityError as error:
        raise HostTaken from error


def _move_bookings(session: Session, event_id: int, was: datetime, now: datetime) -> None:
    session.execute(
        update(_BOOKING)
        .where(_BOOKING.c.event_id == event_id, _BOOKING.c.status.in_(sorted(SWEPT)))
        .values(sequence=_BOOKING.c.sequence + 1, version=_BOOKING.c.version + 1, changed_at=now)
    )
    moved = bookings_in(session, [event_id], SWEPT - {BookingStatus.ON_HOLD, BookingStatus.WAITING})
    audit_many(
        session,
        [Change(at=now, actor="worker", action="booking.moved", subject=subject_of(one.reference)) for one in moved],
    )
    told = [
        message("booking_moved", booking, now, method=_method(booking), before=_before(booking, was))
        for booking in moved
        if booking.contact.email
    ]
    queue(session, told)


def _method(booking: BookingFacts) -> str:
    return REQUEST if booking.status is BookingStatus.CONFIRMED else ""


def _before(booking: BookingFacts, was: datetime) -> dict[str, object]:
    return {"starts_at": was.isoformat(), "size": booking.size, "title": booking.offering.title}
