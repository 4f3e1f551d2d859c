"""What the desk does to an event with its bookings: fewer places, another time."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking import zones
from booking.accounts.services import Change, audit, audit_many
from booking.bookings.messages import REQUEST, message, subject_of
from booking.bookings.models import Booking
from booking.bookings.queries.bookings import BookingFacts, bookings_in
from booking.bookings.rules import closes, closures_in_force, today
from booking.bookings.services.book import again_if_stale
from booking.bookings.services.close import SWEPT, UPCOMING
from booking.bookings.services.remind import REMINDERS
from booking.bookings.services.writing import changed, hold_station
from booking.bookings.terms import TAKES_PLACES, BookingStatus, Conflict
from booking.catalogue.models import Station
from booking.catalogue.queries import STATION, station_facts
from booking.catalogue.terms import StationFacts
from booking.db import db, table_of, transaction
from booking.notices.services import queue, withdraw_all
from booking.scheduling.models import Assignment, Event
from booking.scheduling.queries.closures import closures_of
from booking.scheduling.services.assign import again_if_hosts_changed, lock_event
from booking.scheduling.terms import AssignmentStatus, HostTaken

_EVENT, _BOOKING, _ASSIGNMENT = table_of(Event), table_of(Booking), table_of(Assignment)
_STATION = table_of(Station)


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

    Raises Conflict for an event that is not to come, for a time in the past and for a day on which a closure stops it;
    HostTaken where its host is in another event then.
    """

    def move() -> None:
        again_if_hosts_changed(lambda: _move_once(event_code, starts_at, now, actor))

    again_if_stale(move)


def _move_once(event_code: str, starts_at: datetime, now: datetime, actor: str) -> None:
    with transaction() as session:
        station = _held_station(session, event_code)
        event = lock_event(session, event_code)
        if event is None or event.status not in UPCOMING or starts_at <= now:
            raise Conflict(event_code)
        if _is_closed(session, station, event, starts_at, now):
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
        _move_bookings(session, event.id, event.starts_at, now, actor)
        audit(
            session,
            at=now,
            actor=actor,
            action="event.move",
            subject=f"event:{event_code}",
            before={"starts_at": event.starts_at.isoformat()},
            after={"starts_at": starts_at.isoformat()},
        )


def _held_station(session: Session, event_code: str) -> StationFacts:
    """The event's station, held before anything else is locked: a closure comes before us and is seen, or after us."""
    statement = select(*STATION).join_from(Event, Station, _STATION.c.id == _EVENT.c.station_id)
    row = session.execute(statement.where(_EVENT.c.code == event_code)).mappings().first()
    if row is None:
        raise Conflict(event_code)
    station = station_facts(row)
    hold_station(session, station)
    return station


def _is_closed(session: Session, station: StationFacts, event: Row[Any], starts_at: datetime, now: datetime) -> bool:
    """Whether an announced closure of the premises stops such an event on the day of its new start."""
    day = zones.local_date(starts_at, station.time_zone)
    in_force = closures_in_force(closures_of(session, station, now), day, today(station, now))
    return any(closes(closure, event.format, event.kind) for closure in in_force)


def _move_hosts(session: Session, event_id: int, starts_at: datetime, busy_until: datetime) -> None:
    active = (_ASSIGNMENT.c.event_id == event_id, _ASSIGNMENT.c.status == AssignmentStatus.ACTIVE)
    try:
        session.execute(update(_ASSIGNMENT).where(*active).values(starts_at=starts_at, busy_until=busy_until))
    except IntegrityError as error:
        raise HostTaken from error


def _move_bookings(session: Session, event_id: int, was: datetime, now: datetime, actor: str) -> None:
    session.execute(
        update(_BOOKING)
        .where(_BOOKING.c.event_id == event_id, _BOOKING.c.status.in_(sorted(SWEPT)))
        .values(sequence=_BOOKING.c.sequence + 1, version=_BOOKING.c.version + 1, changed_at=now)
    )
    moved = bookings_in(session, [event_id], SWEPT - {BookingStatus.ON_HOLD, BookingStatus.WAITING})
    audit_many(
        session,
        [Change(at=now, actor=actor, action="booking.moved", subject=subject_of(one.reference)) for one in moved],
    )
    withdraw_all(session, [subject_of(one.reference) for one in moved], REMINDERS)  # they tell the old time
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
