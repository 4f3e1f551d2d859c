"""How an event that a closure stops can go on: online at the same hour, or on site in the weeks after it.

A guide who is promised to one event is not promised to another at the same time: ways stand beside each other,
whatever is chosen for the rest.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from booking import i18n, zones
from booking.bookings.closing import EventHit, Way
from booking.bookings.closing_terms import Obstacle
from booking.bookings.queries.bookings import BookingFacts
from booking.bookings.queries.situation import is_hosted
from booking.bookings.rules.situation import closes, closures_in_force
from booking.catalogue.queries import Catalogue
from booking.catalogue.terms import Format, OfferingFacts, OfferingStatus, StationFacts
from booking.scheduling.calendars import Calendar
from booking.scheduling.hosts import HostFacts, Need, Taken, can, need_of
from booking.scheduling.load import Load
from booking.scheduling.minutes import DAY, minute_of
from booking.scheduling.queries.desk import NamedGuide
from booking.scheduling.slots import Timetable
from booking.scheduling.terms import NO_LIMITS, ClosureFacts, ClosureType, EventFacts, EventStatus, Visibility

WEEKS_LATER = 8
"""An event that is moved goes to the same weekday and hour, so many weeks after the closure at most."""


@dataclass
class Ways:
    """Finds the ways, one event after another; what it has promised stays promised."""

    station: StationFacts
    catalogue: Catalogue
    timetable: Timetable
    closures: Sequence[ClosureFacts]
    """Those in force and those to come, the wished ones included."""
    targets: Mapping[tuple[int, str], Sequence[EventFacts]]
    """Open events after the closure, by offering and language."""
    groups: dict[int, set[tuple[str, str, str]]]
    """Who has booked in those."""
    names: Mapping[int, NamedGuide]
    _promised: dict[int, list[Taken]] = field(default_factory=lambda: defaultdict(list))
    _places: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    def of(self, hit: EventHit, last_day: date | None) -> EventHit:
        """The event with its ways; `last_day` is the closure's, None: no end."""
        if not hit.bookings and not hit.line:
            return replace(hit, not_online=Obstacle.NO_GROUP, not_later=Obstacle.NO_GROUP)
        online, later = self.online(hit), self.later(hit, last_day)
        found = replace(hit, online=online) if isinstance(online, Way) else replace(hit, not_online=online)
        return replace(found, later=later) if isinstance(later, Way) else replace(found, not_later=later)

    # Online, at the same hour.
    def online(self, hit: EventHit) -> Way | Obstacle:
        """The same hour online: in the same language and with the same guide, if that can be."""
        own = i18n.base_language(hit.event.language) or hit.event.language
        like_it = self._virtual(hit)
        if not like_it:
            return Obstacle.NO_OFFERING
        for language in (own, *self._other_languages(hit, own)):
            for offering in like_it:
                if language in self.catalogue.languages_of(offering):
                    way = self._given(hit, offering, language, hit.event.starts_at)
                    if way:
                        return replace(way, is_other_language=language != own)
        return Obstacle.NO_GUIDE

    def _virtual(self, hit: EventHit) -> list[OfferingFacts]:
        """Live offerings of the station that can take its groups, the likest first."""
        biggest = max((booking.size or 0 for booking in (*hit.bookings, *hit.line)), default=0)
        found = [
            one
            for one in self.catalogue.offerings.values()
            if one.station_id == self.station.id
            and one.format is Format.VIRTUAL_LIVE
            and (one.kind, one.unit) == (hit.offering.kind, hit.offering.unit)
            and one.status is not OfferingStatus.AWAITING_REOPENING
            and (one.max_group is None or biggest <= one.max_group)
            and all(_ages_fit(one, booking) for booking in hit.bookings)
        ]
        mine = hit.offering

        def unlike(one: OfferingFacts) -> tuple[bool, bool, int, str]:
            length = abs(one.duration_min - mine.duration_min)
            return one.audience != mine.audience, one.theme != mine.theme, length, one.code

        return sorted(found, key=unlike)

    def _other_languages(self, hit: EventHit, own: str) -> Iterator[str]:
        """Languages that its groups read, then those most asked for."""
        read = (i18n.base_language(booking.contact.locale) or "" for booking in hit.bookings)
        known = self.catalogue.tours.get(self.station.id, ())
        return (one for one in dict.fromkeys((*read, "en", "fr", *known)) if one and one != own)

    def _given(self, hit: EventHit, offering: OfferingFacts, language: str, starts_at: datetime) -> Way | None:
        """The offering at that time with somebody who gives it; None where nobody can."""
        length = timedelta(minutes=offering.duration_min)
        if offering.is_virtual:  # never longer than the visit: its guide may go on to the next
            length = min(length, hit.event.ends_at - hit.event.starts_at)
        way = Way(offering, language, starts_at, starts_at + length, self._capacity(hit, offering))
        need = need_of(offering, language)
        if starts_at == hit.event.starts_at and hit.is_whole:
            kept = tuple(one for one in hit.guides if self._can(one.id, need))
            if kept:
                return replace(way, guides=kept, keeps_guide=True)
        if not is_hosted(offering):
            return way
        guide = self._free(need, way, [one.id for one in hit.guides])
        if guide:
            return replace(way, guides=(guide,))
        return None if self._needs_somebody(hit, starts_at) else way

    @staticmethod
    def _needs_somebody(hit: EventHit, starts_at: datetime) -> bool:
        """An open event that nobody gives yet may go on like that; what is promised to one group may not."""
        is_open = hit.event.visibility is Visibility.OPEN and hit.event.status is not EventStatus.PLANNED
        return bool(hit.guides) or not is_open or starts_at != hit.event.starts_at

    def _can(self, guide_id: int, need: Need) -> bool:
        return any(host.id == guide_id and can(host, need) for host in self.timetable.hosts)

    @staticmethod
    def _capacity(hit: EventHit, offering: OfferingFacts) -> int:
        places = sum(booking.size or 0 for booking in hit.bookings)
        return max(places, offering.max_group or hit.event.capacity)

    # Later, on site.
    def later(self, hit: EventHit, last_day: date | None) -> Way | Obstacle:
        """After the closure: an open event of the same offering with room, else the same weekday and hour."""
        if last_day is None:
            return Obstacle.NO_END
        if hit.event.visibility is Visibility.OPEN and (there := self._target(hit)):
            self._places[there.id] += hit.people
            return Way(hit.offering, there.language, there.starts_at, there.ends_at, there.capacity, event=there)
        for starts_at in self._weeks(hit, last_day):
            if way := self._given(hit, hit.offering, hit.event.language, starts_at):
                return replace(way, ends_at=starts_at + (hit.event.ends_at - hit.event.starts_at))
        return Obstacle.NO_TIME

    def _target(self, hit: EventHit) -> EventFacts | None:
        mine = {(one.organisation, one.country, one.group_label) for one in (*hit.bookings, *hit.line)}
        for one in self.targets.get((hit.offering.id, hit.event.language), ()):
            room = one.capacity - one.taken - self._places[one.id]
            day = zones.local_date(one.starts_at, self.station.time_zone)
            if hit.people <= room and mine.isdisjoint(self.groups.get(one.id, ())) and self._is_open(hit, day):
                self.groups.setdefault(one.id, set()).update(mine)
                return one
        return None

    def _weeks(self, hit: EventHit, last_day: date) -> Iterator[datetime]:
        """The same weekday and wall time on days after the closure that are no holidays, nor closed."""
        zone = self.station.time_zone
        day = zones.local_date(hit.event.starts_at, zone)
        first = (last_day - day).days // 7 + 1
        for weeks in range(first, first + WEEKS_LATER):
            if self._is_open(hit, day + timedelta(weeks=weeks)):
                yield zones.same_wall_clock(hit.event.starts_at, 7 * weeks, zone)

    def _is_open(self, hit: EventHit, day: date) -> bool:
        if any(one.type is ClosureType.OFFICIAL_HOLIDAY and one.covers(day) for one in self.closures):
            return False
        in_force = closures_in_force(self.closures, day, date.max)
        limit = min((one.distanced_capacity for one in in_force if one.distanced_capacity is not None), default=None)
        biggest = max((booking.size or 0 for booking in hit.bookings), default=0)
        fits = limit is None or biggest <= limit
        return fits and not any(closes(one, hit.event.format, hit.event.kind) for one in in_force)

    # Guides.
    def _free(self, need: Need, way: Way, first: Collection[int]) -> NamedGuide | None:
        """Somebody who can give it then and is promised to nobody else: those who gave it before come first."""
        start, end = minute_of(way.starts_at), minute_of(way.ends_at)
        hosts = self.timetable.hosts_at(need, start, end - start)
        home = self.station.id

        def order(host: HostFacts) -> tuple[bool, bool, int, int]:
            return host.id not in first, host.station_id != home, len(self._promised[host.id]), host.id

        for host in sorted(hosts, key=order):
            one = Taken(host.id, start, end + self.station.buffer_min, pause=self.station.buffer_min, code="promised")
            if self._may(host, one):
                self._promised[host.id].append(one)
                return self.names[host.id]
        return None

    def _may(self, host: HostFacts, one: Taken) -> bool:
        promised = self._promised[host.id]
        if any(other.start < one.end and one.start < other.end for other in promised):
            return False
        if host.limits == NO_LIMITS or not promised:
            return True
        week = 8 * DAY
        known = (*self.timetable.taken.get(host.id, ()), *promised)
        near = [other for other in known if abs(other.start - one.start) < week]
        load = Load(host.limits, Calendar(host.zone, self.timetable.span), near)
        return next(load.against(one.start, one.finish), None) is None


def _ages_fit(offering: OfferingFacts, booking: BookingFacts) -> bool:
    """AGE-01, as far as the group's age is known."""
    age = booking.youngest_age
    if age is None:
        return True
    return (offering.min_age or 0) <= age and (offering.max_age is None or age <= offering.max_age)
