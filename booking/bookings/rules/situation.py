"""What is known when a request is decided, and what several rules and the search reckon from it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import chain

from booking import zones
from booking.bookings.terms import Engagement, Refusal
from booking.catalogue.terms import Format, OfferingFacts, StationFacts
from booking.scheduling.terms import ClosureFacts, ClosureType, EventFacts, LimitFacts, Use, Visibility


@dataclass(frozen=True)
class Situation:
    """All that is known when a request is decided: a frozen snapshot, read before any lock is taken."""

    station: StationFacts
    offering: OfferingFacts
    asked_station: StationFacts | None = None  # the station the group believes the offering to be of
    event: EventFacts | None = None  # to join, or held for this group; else an open slot is asked for
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    language: str | None = None  # the base language asked for; None: not known as a language
    country_known: bool = True
    station_languages: frozenset[str] | None = None  # for the offering's kind; None: not looked up
    closures: tuple[ClosureFacts, ...] = ()  # holidays too
    limits: tuple[LimitFacts, ...] = ()  # dated ones, of other days and offerings too
    uses: tuple[Use, ...] = ()  # what else takes place that day, where a limit counts it; this booking's own left out
    smallest_waiting: int | None = None  # people of the smallest group in line for the event; None: nobody waits
    own_places: int = 0  # already held by this very booking in the event
    is_own_event: bool = False  # a private event that belongs to this booking
    booked_here: str = ""  # reference of the same group's booking in the event
    engagements: tuple[Engagement, ...] = ()  # of the same group
    host_engagements: tuple[Engagement, ...] = ()  # of the host asked for, buffer included
    free_hosts: tuple[int, ...] = ()  # ids of guides or speakers who could give an open slot, best first
    no_shows: int = 0  # of the contact or organisation, within the last year
    group_zone: str = ""
    group_holidays: frozenset[date] = field(default_factory=frozenset)

    @property
    def day(self) -> date | None:
        """The station's local day of the start."""
        return zones.local_date(self.starts_at, self.station.time_zone) if self.starts_at else None

    @property
    def is_private(self) -> bool:
        """An event for this group alone: an open slot, or the private event made for it."""
        return self.event is None or self.event.visibility is Visibility.PRIVATE


@dataclass(frozen=True)
class Decision:
    """What is answered: refusals of the first failing step, warnings that ask, and whether a person must decide."""

    refusals: list[Refusal]
    warnings: list[Refusal]
    needs_person: bool = False
    waits: bool = False
    """The event is full, and the group stands in line for it."""


def holidays(closures: Iterable[ClosureFacts]) -> frozenset[date]:
    """The official holidays among the closures, day by day."""
    found = (closure for closure in closures if closure.type is ClosureType.OFFICIAL_HOLIDAY)
    return frozenset(chain.from_iterable(_days(closure) for closure in found))


def _days(closure: ClosureFacts) -> Iterator[date]:
    last = closure.ends_on or closure.starts_on
    return (closure.starts_on + timedelta(days=n) for n in range((last - closure.starts_on).days + 1))


def today(station: StationFacts, now: datetime) -> date:
    """The station's local day."""
    return zones.local_date(now, station.time_zone)


def first_bookable_day(station: StationFacts, lead_days: int, off: frozenset[date], now: datetime) -> date:
    """LEAD-01: the first day that lies the offering's lead time, in working days, ahead."""
    if lead_days <= 0:
        return today(station, now)
    return zones.nth_working_day_after(today(station, now), lead_days, station.working_weekdays, off)


def last_bookable_day(station: StationFacts, now: datetime) -> date:
    """LEAD-02: the last day for which bookings are open."""
    return today(station, now) + timedelta(days=station.booking_horizon_days)


def closures_in_force(closures: Iterable[ClosureFacts], day: date, told_by: date) -> list[ClosureFacts]:
    """Closures of the premises on a day, as far as they are announced; holidays are no closures."""
    return [
        closure
        for closure in closures
        if closure.type is not ClosureType.OFFICIAL_HOLIDAY and closure.covers(day) and closure.announced_on <= told_by
    ]


def conditions_on(
    closures: Iterable[ClosureFacts], station: StationFacts, starts_at: datetime, now: datetime
) -> Mapping[str, str] | None:
    """CLO-07: what whoever comes on site then must bring, by locale; the latest closure that says so decides.

    One that is still to be announced says nothing yet.
    """
    day = zones.local_date(starts_at, station.time_zone)
    said = [
        closure.conditions for closure in closures_in_force(closures, day, today(station, now)) if closure.conditions
    ]
    return said[-1] if said else None


def phases_for(closures: Iterable[ClosureFacts], offering_format: str, kind: str, told_by: date) -> list[ClosureFacts]:
    """CLO-07: what asks something of whoever comes on site, now or later: conditions, or a limit of the groups."""
    if offering_format != Format.IN_PERSON:
        return []
    return [
        closure
        for closure in closures
        if closure.type is not ClosureType.OFFICIAL_HOLIDAY
        and closure.announced_on <= told_by
        and (closure.ends_on is None or told_by <= closure.ends_on)
        and (closure.conditions or closure.distanced_capacity is not None)
        and not closes(closure, offering_format, kind)
    ]


def closes(closure: ClosureFacts, offering_format: str, kind: str) -> bool:
    """CLO-01, CLO-06: whether the closure stops this format, unless it still allows the kind."""
    return offering_format in closure.blocks_formats and kind not in closure.allows


def hours_of(station: StationFacts, offering_format: Format) -> tuple[int, int]:
    """The station's opening and closing minute for a format."""
    return station.on_site_hours if offering_format is Format.IN_PERSON else station.virtual_hours


def adults_needed(size: int, station: StationFacts) -> int:
    """SUP-01: one for every so many people, at least one."""
    return max(1, -(-size // station.people_per_adult))
