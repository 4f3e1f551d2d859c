"""What the desk does to an event with its bookings: fewer places, another time."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from booking import zones
from booking.accounts.services import audit
from booking.bookings.queries.bookings import BookingFacts, bookings_in
from booking.bookings.rules import closes, closures_in_force, today
from booking.bookings.services.book import again_if_stale
from booking.bookings.services.close import UPCOMING
from booking.bookings.services.limited import fit_to_limits
from booking.bookings.services.moving import Shift, move_events
from booking.bookings.services.waiting import offer_places
from booking.bookings.services.writing import changed, hold_station
from booking.bookings.terms import TAKES_PLACES, Conflict
from booking.catalogue.models import Station
from booking.catalogue.queries import STATION, station_facts
from booking.catalogue.terms import StationFacts
from booking.db import db, table_of, transaction
from booking.scheduling.models import Assignment, Event, gives
from booking.scheduling.queries.closures import closures_of
from booking.scheduling.services.assign import again_if_hosts_changed, lock_event
from booking.scheduling.terms import UnknownEvent

_EVENT, _ASSIGNMENT, _STATION = table_of(Event), table_of(Assignment), table_of(Station)


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
        done = changed(session, statement.values(capacity=capacity, own_capacity=None)) == 1
        if done:
            fit_to_limits(session, now, [_EVENT.c.id == before.id], actor)
            audit(
                session,
                at=now,
                actor=actor,
                action="event.capacity",
                subject=f"event:{event_code}",
                before={"capacity": before.capacity},
                after={"capacity": capacity},
            )
            offer_places(session, before.id, now, actor=actor)
    if not done:
        raise OverCapacity(bookings_in(db.session(), [before.id], TAKES_PLACES))


def move_event(event_code: str, starts_at: datetime, *, now: datetime, actor: str, by_host: int | None = None) -> None:
    """Give an event another time, host and bookings along; every group gets an updated invitation.

    `by_host`: id of the host who moves it, and must still be giving it. Raises Conflict for an event that is not to
    come, for a time in the past and for a day on which a closure stops it; HostTaken where its host is in another event
    then; UnknownEvent where it is not the mover's any more.
    """

    def move() -> None:
        again_if_hosts_changed(lambda: _move_once(event_code, starts_at, now, actor, by_host))

    again_if_stale(move)


def _move_once(event_code: str, starts_at: datetime, now: datetime, actor: str, by_host: int | None) -> None:
    with transaction() as session:
        station = _held_station(session, event_code)
        event = lock_event(session, event_code)
        if by_host is not None and not (event and _is_given_by(session, event.id, by_host)):
            raise UnknownEvent(event_code)
        if event is None or event.status not in UPCOMING or starts_at <= now:
            raise Conflict(event_code)
        if _is_closed(session, station, event, starts_at, now):
            raise Conflict(event_code)
        length = event.ends_at - event.starts_at
        shift = Shift(
            event.id, event_code, station.code, event.time_zone, event.starts_at, starts_at, length, event.buffer_min
        )
        move_events(session, [shift], now, actor)
        fit_to_limits(session, now, [_EVENT.c.id == event.id], actor)


def _held_station(session: Session, event_code: str) -> StationFacts:
    """The event's station, held before anything else is locked: a closure comes before us and is seen, or after us."""
    statement = select(*STATION).join_from(Event, Station, _STATION.c.id == _EVENT.c.station_id)
    row = session.execute(statement.where(_EVENT.c.code == event_code)).mappings().first()
    if row is None:
        raise Conflict(event_code)
    station = station_facts(row)
    hold_station(session, station)
    return station


def _is_given_by(session: Session, event_id: int, host: int) -> bool:
    given = select(_ASSIGNMENT.c.id).where(_ASSIGNMENT.c.event_id == event_id, _ASSIGNMENT.c.guide_id == host)
    return session.execute(given.where(*gives())).first() is not None


def _is_closed(session: Session, station: StationFacts, event: Row[Any], starts_at: datetime, now: datetime) -> bool:
    """Whether an announced closure of the premises stops such an event on the day of its new start."""
    day = zones.local_date(starts_at, station.time_zone)
    in_force = closures_in_force(closures_of(session, station, now), day, today(station, now))
    return any(closes(closure, event.format, event.kind) for closure in in_force)
