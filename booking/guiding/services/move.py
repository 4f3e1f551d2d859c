"""A guide gives an event another time: their own, at their own station, and only to a time that can be."""

from dataclasses import replace
from datetime import datetime, timedelta

from booking import zones
from booking.bookings.queries.planning import offering_at_station
from booking.bookings.rules import hours_of
from booking.bookings.rules.planning import Collision, OnCalendar, collisions, reason_named
from booking.bookings.services.reschedule import move_event
from booking.bookings.terms import Conflict
from booking.db import db
from booking.guiding.queries.guides import OwnGuide
from booking.guiding.queries.tours import Tour, tour_of, tours_between
from booking.scheduling.queries.closures import closures_of
from booking.scheduling.terms import HostTaken, UnknownEvent


class MoveRefused(Exception):
    """It cannot be then; nothing was moved."""

    def __init__(
        self, why: Collision, named: str = "", other: Tour | None = None, hours: tuple[int, int] = (0, 0)
    ) -> None:
        super().__init__(why.value)
        self.why = why
        self.hours = hours
        """When the station gives such events, in minutes of its day."""
        self.named = named
        """The name of the holiday, or what the closure says."""
        self.other = other
        """The event that the guide gives then."""


class MovedMeanwhile(Exception):
    """The event is not as it was when the guide looked."""


def may_move(tour: Tour, guide: OwnGuide, now: datetime) -> bool:
    """Whether it is to come, and of the guide's own station: what others plan is theirs to move."""
    return tour.starts_at > now and tour.station.id == guide.station.id and not tour.is_co_host


def look_at_move(guide: OwnGuide, event_code: str, local: datetime, *, now: datetime) -> Tour:
    """The event, if it may start at this wall time of the station; raises MoveRefused, UnknownEvent."""
    session = db.session()
    tour = tour_of(session, guide.id, event_code)
    if tour is None or not may_move(tour, guide, now):
        raise UnknownEvent(event_code)
    starts_at = _instant(local, guide)
    place = offering_at_station(session, tour.offering)
    assert place is not None  # noqa: S101  every event has an offering
    offering, station = replace(place[0], duration_min=tour.minutes), place[1]
    known = OnCalendar(station, offering, closures_of(session, station, now))
    found = collisions(starts_at, known, now)
    if found:
        named = reason_named(found[0], starts_at, known, now)
        raise MoveRefused(found[0], named, hours=hours_of(station, offering.format))
    _guide_is_free(guide, tour, starts_at)
    return tour


def _instant(local: datetime, guide: OwnGuide) -> datetime:
    try:
        return zones.to_instant(local, guide.station.time_zone)
    except zones.NonexistentTime as gap:
        raise MoveRefused(Collision.CLOCKS) from gap


def _guide_is_free(guide: OwnGuide, tour: Tour, starts_at: datetime) -> None:
    """OVL-01, to name what stands against it; the database decides once more."""
    until = starts_at + timedelta(minutes=tour.minutes + tour.station.buffer_min)
    around = timedelta(hours=1)
    for other in tours_between(db.session(), guide.id, starts_at - around, until):
        if other.id != tour.id and other.starts_at < until and other.busy_until > starts_at:
            raise MoveRefused(Collision.GUIDE, other=other)


def move_tour(
    guide: OwnGuide, event_code: str, local: datetime, *, now: datetime, actor: str, version: int | None = None
) -> Tour:
    """Start the event at this wall time of the station; the event as it was. Every group is told.

    Raises MoveRefused; UnknownEvent for what is not this guide's to move; MovedMeanwhile where it has another `version`
    than the guide saw.
    """
    tour = look_at_move(guide, event_code, local, now=now)
    if version is not None and version != tour.version:
        raise MovedMeanwhile(event_code)
    try:
        move_event(event_code, _instant(local, guide), now=now, actor=actor, by_host=guide.id)
    except HostTaken as taken:
        raise MoveRefused(Collision.GUIDE) from taken
    except Conflict as changed:
        raise MovedMeanwhile(event_code) from changed
    return tour
