"""May the desk put an event there? Pure: a wall time of the station and what is on its calendar in, collisions out."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from booking import zones
from booking.bookings.rules.limits import used_of
from booking.bookings.rules.situation import closes, closures_in_force, holidays, hours_of, today
from booking.bookings.rules.time import fits_hours
from booking.catalogue.terms import OfferingFacts, StationFacts
from booking.scheduling.terms import ClosureFacts, LimitFacts, Measure, Per, Use


class Collision(StrEnum):
    """What stands against an event at a time; in the order in which it is told."""

    CLOCKS = "clocks"  # the clocks skip that time
    PAST = "past"
    HOLIDAY = "holiday"
    CLOSURE = "closure"  # on site only
    LIMIT = "limit"  # as many events, groups or people that day as a dated limit allows
    HOURS = "hours"  # outside the station's days and hours
    TWICE = "twice"  # the same offering in the same language is there already
    GUIDE = "guide"  # the guide named cannot give it
    ROOM = "room"  # the guide's standing room is taken then


NEVER = frozenset({Collision.CLOCKS, Collision.PAST, Collision.HOLIDAY, Collision.CLOSURE, Collision.LIMIT})
"""Nobody could book it there: such an event is not made. The others are for the desk to decide."""
WITHOUT_GUIDE = frozenset({Collision.GUIDE, Collision.ROOM})
"""The event is made all the same, and somebody else is found for it."""


@dataclass(frozen=True)
class OnCalendar:
    """What is on the calendar already, read at once for all the times that are asked."""

    station: StationFacts
    offering: OfferingFacts
    closures: tuple[ClosureFacts, ...] = ()  # holidays too
    same: tuple[tuple[datetime, datetime], ...] = ()
    """When the same offering is given in the same language already."""
    limits: tuple[LimitFacts, ...] = ()
    uses: tuple[Use, ...] = ()
    """What takes place on days on which a limit counts it, but for the events that are planned."""


def collisions(starts_at: datetime | None, known: OnCalendar, now: datetime) -> tuple[Collision, ...]:
    """What stands against the offering's event at an instant (None: the clocks skip its wall time)."""
    if starts_at is None:
        return (Collision.CLOCKS,)
    return tuple(_against(starts_at, known, now))


def _against(starts_at: datetime, known: OnCalendar, now: datetime) -> Iterator[Collision]:
    station, offering = known.station, known.offering
    ends_at = starts_at + timedelta(minutes=offering.duration_min)
    day = zones.local_date(starts_at, station.time_zone)
    if starts_at <= now:
        yield Collision.PAST
    if day in holidays(known.closures):
        yield Collision.HOLIDAY
    in_force = closures_in_force(known.closures, day, today(station, now))
    if any(closes(closure, offering.format, offering.kind) for closure in in_force):
        yield Collision.CLOSURE
    if limit_reached(starts_at, known) is not None:
        yield Collision.LIMIT
    local = [zones.to_local(one, station.time_zone) for one in (starts_at, ends_at)]
    if not fits_hours(local[0], local[1], station, hours_of(station, offering.format)):
        yield Collision.HOURS
    if any(start < ends_at and starts_at < end for start, end in known.same):
        yield Collision.TWICE


def limit_reached(starts_at: datetime, known: OnCalendar) -> LimitFacts | None:
    """The dated limit of a day that has no room for one more event of the offering."""
    station, offering = known.station, known.offering
    day = zones.local_date(starts_at, station.time_zone)
    for one in known.limits:
        mine = one.is_of(station.id, offering.venue_id, offering.format, offering.id)
        if not mine or not one.covers(day) or one.per is not Per.DAY or one.measure is not Measure.EVENTS:
            continue
        if one.most is not None and used_of(one, known.uses, day) >= one.most:
            return one
    return None


def with_one_more(known: OnCalendar, starts_at: datetime) -> OnCalendar:
    """The calendar with an event of the offering at this start, where a limit counts it."""
    if not known.limits:
        return known
    station, offering = known.station, known.offering
    day = zones.local_date(starts_at, station.time_zone)
    use = Use(0, station.id, offering.venue_id, offering.format, offering.id, day, 0, 0)
    return replace(known, uses=(*known.uses, use))


def reason_named(collision: Collision, starts_at: datetime, known: OnCalendar, now: datetime) -> str:
    """The name of the holiday, what the closure says, or why there is a limit; empty for anything else."""
    day = zones.local_date(starts_at, known.station.time_zone)
    if collision is Collision.HOLIDAY:
        return next((one.message for one in known.closures if day in holidays([one])), "")
    if collision is Collision.LIMIT:
        limit = limit_reached(starts_at, known)
        return str(limit.reason) if limit else ""
    if collision is Collision.CLOSURE:
        in_force = closures_in_force(known.closures, day, today(known.station, now))
        return next((one.message for one in in_force if closes(one, known.offering.format, known.offering.kind)), "")
    return ""
