"""When could a tour start? Computed for whole stretches of time at once, from values alone.

A start is possible where the station is open, a day is allowed, and a host who can give it is free for the whole event
and the pause after it: sets of minutes (`minutes`), one for each host (`diary`), laid over each other.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from booking.catalogue.terms import StationFacts
from booking.scheduling.calendars import Calendar
from booking.scheduling.diary import Diary
from booking.scheduling.hosts import HostFacts, Need, Taken, can
from booking.scheduling.minutes import DAY, Span, Window, room_for, steps, weekday_of


@dataclass
class Timetable:
    """A station's open hours and its hosts' free time over a span; each set is computed once."""

    station: StationFacts
    span: Span
    hosts: Sequence[HostFacts] = ()
    """Those of other stations too who give events for this one."""
    taken: Mapping[int, Sequence[Taken]] = field(default_factory=dict)
    """By host; with the whole weeks that the span touches."""
    _hours: dict[tuple[Window, int], int] = field(default_factory=dict)
    _calendars: dict[str, Calendar] = field(default_factory=dict)
    _diaries: dict[int, Diary] = field(default_factory=dict)
    _free: dict[tuple[int, int], int] = field(default_factory=dict)
    _starts: dict[tuple[Need, int], int] = field(default_factory=dict)

    def open_hours(self, window: Window, minutes: int) -> int:
        """Starts on the station's step from which an event of that length stays inside its hours on a working day."""
        key = (window, minutes)
        if key not in self._hours:
            last = min(window[1], DAY - 1) - minutes  # an event ends on the day on which it begins
            begin = dict.fromkeys(self._working_days(), ((window[0], last + 1),))
            inside = dict.fromkeys(begin, (window,))
            room = room_for(minutes, self.calendar.inside(inside))
            self._hours[key] = room & self.calendar.inside(begin) & self.grid
        return self._hours[key]

    @property
    def grid(self) -> int:
        """The minutes at which open slots may start."""
        return steps(self.station.time_zone, self.station.slot_step_min, self.span)

    def free_starts(self, need: Need, minutes: int) -> int:
        """Starts at which a host who can give it is free for that long, pause included."""
        key = (need, minutes)
        if key not in self._starts:
            self._starts[key] = 0
            for host in self._who_can(need):
                self._starts[key] |= self.host_starts(host, minutes)
        return self._starts[key]

    def hosts_at(self, need: Need, start: int, minutes: int) -> list[HostFacts]:
        """The hosts who could give an event that starts at this minute since 1970, and lasts that long."""
        place = start - self.span.base
        if not 0 <= place < self.span.length:
            return []
        return [host for host in self._who_can(need) if self.host_starts(host, minutes) >> place & 1]

    def host_starts(self, host: HostFacts, minutes: int) -> int:
        """Starts at which this host could give an event of that length, whatever it asks of a host."""
        key = (host.id, minutes)
        if key not in self._free:
            self._free[key] = self._diary(host).starts(minutes, self.station.buffer_min)
        return self._free[key]

    def _diary(self, host: HostFacts) -> Diary:
        if host.id not in self._diaries:
            self._diaries[host.id] = Diary(host, self._calendar(host.zone), self.taken.get(host.id, ()))
        return self._diaries[host.id]

    def _calendar(self, zone: str) -> Calendar:
        if zone not in self._calendars:
            self._calendars[zone] = Calendar(zone, self.span)
        return self._calendars[zone]

    def _who_can(self, need: Need) -> Iterator[HostFacts]:
        return (host for host in self.hosts if can(host, need))

    @cached_property
    def calendar(self) -> Calendar:
        """The station's own days."""
        return self._calendar(self.station.time_zone)

    def on_days(self, days: Iterable[int]) -> int:
        """The minutes of these days of the station, by number; those outside the span are left out."""
        return self.calendar.on_days(days)

    def _working_days(self) -> list[int]:
        return [day for day in self.calendar.numbers if weekday_of(day) in self.station.working_weekdays]
