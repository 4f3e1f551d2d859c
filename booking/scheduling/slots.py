"""When could a tour start? Computed for whole stretches of time at once, from values alone.

A set of minutes is one large integer, a bit for each minute of a `Span`, so that "and", "or" and a shift work on weeks
at a time: a start is possible where the station is open, a day is allowed, and a host who speaks the language is free
for the whole event and the pause after it. Local hours become minutes by the zone's offsets, stretch by stretch: a day
of 23 or 25 hours, a skipped half hour or one that comes twice need no case of their own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import NamedTuple

from booking import zones
from booking.catalogue.terms import StationFacts
from booking.scheduling.terms import HostRole

DAY = 1440
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_DAY = EPOCH.date().toordinal()
_MINUTE = timedelta(minutes=1)

Window = tuple[int, int]
"""Minutes since local midnight, end excluded."""
Pattern = tuple[tuple[int, int, int], ...]
"""A working week: (weekday, opens, closes); 0 is Monday, minutes since the station's midnight."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time in minutes since 1970 in UTC, end excluded; bit i of a set is minute `base` + i."""

    base: int
    end: int

    @property
    def length(self) -> int:
        """Minutes in it."""
        return max(self.end - self.base, 0)


@dataclass(frozen=True, slots=True)
class HostFacts:
    """A guide or speaker: languages, weekly pattern (none: the station's virtual hours), days off, limit of a day."""

    id: int
    station_id: int
    role: HostRole
    languages: frozenset[str]
    hours: Pattern = ()
    days_off: tuple[tuple[date, date], ...] = ()
    """First and last day, both included."""
    max_events_per_day: int | None = None


class Taken(NamedTuple):
    """Time at which a host cannot be had, in minutes since 1970; an event carries its pause and counts for the day."""

    host_id: int
    start: int
    end: int
    is_event: bool = True


def minute_of(instant: datetime) -> int:
    """Minutes since 1970 of an aware instant, seconds cut off."""
    return (instant - EPOCH) // _MINUTE


def instant_of(minute: int) -> datetime:
    """The instant in UTC of a minute since 1970."""
    return EPOCH + minute * _MINUTE


def day_number(day: date) -> int:
    """Days since 1970 of a local day."""
    return day.toordinal() - _FIRST_DAY


def day_of(number: int) -> date:
    """The local day of its number."""
    return date.fromordinal(number + _FIRST_DAY)


def weekday_of(number: int) -> int:
    """The weekday of a day's number, 0 for Monday: 1970 began on a Thursday."""
    return (number + 3) % 7


def bits_of(ranges: Iterable[tuple[int, int]], span: Span) -> int:
    """The minutes of these stretches (minutes since 1970, end excluded) that lie in the span, as a set."""
    flags = bytearray(span.length // 8 + 1)
    for start, end in ranges:
        _fill(flags, max(start, span.base) - span.base, min(end, span.end) - span.base)
    return int.from_bytes(flags, "little")


def _fill(flags: bytearray, start: int, end: int) -> None:
    if start >= end:
        return
    first, last = start >> 3, (end - 1) >> 3
    head, tail = 0xFF << (start & 7) & 0xFF, 0xFF >> (7 - ((end - 1) & 7))
    if first == last:
        flags[first] |= head & tail
        return
    flags[first] |= head
    flags[last] |= tail
    flags[first + 1 : last] = b"\xff" * (last - first - 1)


def room_for(minutes: int, free: int) -> int:
    """The starts from which that many minutes in a row are all in the set."""
    have = 1
    while have < minutes:
        step = min(have, minutes - have)
        free &= free >> step
        have += step
    return free


def meets(minutes: int, busy: int) -> int:
    """The starts from which one of that many minutes is in the set."""
    have = 1
    while have < minutes:
        step = min(have, minutes - have)
        busy |= busy >> step
        have += step
    return busy


def _offset(minute: int, zone: str) -> int:
    return zones.offset_at(instant_of(minute), zone) // _MINUTE


def _change(low: int, high: int, zone: str) -> int:
    """The minute at which the offset changes, of two that differ: by halving."""
    before = _offset(low, zone)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(middle, zone) == before else (low, middle)
    return high


@lru_cache(maxsize=256)
def stretches(zone: str, span: Span) -> tuple[tuple[int, int, int], ...]:
    """The span cut where the zone's clocks change: (start, end, minutes ahead of UTC)."""
    found, start, offset = [], span.base, _offset(span.base, zone)
    for minute in range(span.base, span.end, DAY):
        end = min(minute + DAY, span.end)
        if _offset(end, zone) != offset:
            change = _change(minute, end, zone)
            found.append((start, change, offset))
            start, offset = change, _offset(end, zone)
    return (*found, (start, span.end, offset))


def local_days(zone: str, span: Span) -> range:
    """The numbers of the local days that the span touches."""
    pieces = stretches(zone, span)
    return range(min(a + o for a, _, o in pieces) // DAY, (max(b + o for _, b, o in pieces) - 1) // DAY + 1)


def ranges_of(windows: Mapping[int, Sequence[Window]], zone: str, span: Span) -> Iterator[tuple[int, int]]:
    """Local windows by day number as stretches of minutes since 1970; what the clocks skip is left out."""
    for start, end, offset in stretches(zone, span):
        for day in range((start + offset) // DAY, (end + offset - 1) // DAY + 1):
            midnight = day * DAY - offset
            for opens, closes in windows.get(day, ()):
                yield max(midnight + opens, start), min(midnight + closes, end)


@lru_cache(maxsize=64)
def steps(zone: str, step: int, span: Span) -> int:
    """The minutes at which the zone's clocks show a multiple of `step` minutes since midnight."""
    day = sum(1 << minute for minute in range(0, DAY, step))
    grid, have = day, DAY
    while have < span.length + 2 * DAY:
        grid |= grid << have
        have *= 2
    pieces = ((start, end, grid >> ((start + offset) % DAY)) for start, end, offset in stretches(zone, span))
    return sum((shown & ((1 << (end - start)) - 1)) << (start - span.base) for start, end, shown in pieces)


@dataclass
class Timetable:
    """A station's open hours and its hosts' free time over a span; each set is computed once."""

    station: StationFacts
    span: Span
    hosts: Sequence[HostFacts] = ()
    taken: Mapping[int, Sequence[Taken]] = field(default_factory=dict)
    """By host."""
    _hours: dict[tuple[Window, int], int] = field(default_factory=dict)
    _patterns: dict[tuple[Pattern, int], int] = field(default_factory=dict)
    _busy: dict[int, tuple[int, int]] = field(default_factory=dict)
    _free: dict[tuple[int, int], int] = field(default_factory=dict)
    _starts: dict[tuple[HostRole, str, int], int] = field(default_factory=dict)

    def open_hours(self, window: Window, minutes: int) -> int:
        """Starts on the station's step from which an event of that length stays inside its hours on a working day."""
        key = (window, minutes)
        if key not in self._hours:
            last = min(window[1], DAY - 1) - minutes  # an event ends on the day on which it begins
            begin = dict.fromkeys(self._working_days(), ((window[0], last + 1),))
            inside = dict.fromkeys(begin, (window,))
            zone, span = self.station.time_zone, self.span
            room = room_for(minutes, bits_of(ranges_of(inside, zone, span), span))
            self._hours[key] = room & bits_of(ranges_of(begin, zone, span), span) & self.grid
        return self._hours[key]

    @property
    def grid(self) -> int:
        """The minutes at which open slots may start."""
        return steps(self.station.time_zone, self.station.slot_step_min, self.span)

    def free_starts(self, role: HostRole, language: str, minutes: int) -> int:
        """Starts at which a host of the role who speaks the language is free for that long, pause included."""
        key = (role, language, minutes)
        if key not in self._starts:
            self._starts[key] = 0
            for host in self._who_speaks(role, language):
                self._starts[key] |= self.host_starts(host, minutes)
        return self._starts[key]

    def hosts_at(self, role: HostRole, language: str, start: int, minutes: int) -> list[HostFacts]:
        """The hosts who could take an event that starts at this minute since 1970, and lasts that long."""
        place = start - self.span.base
        if not 0 <= place < self.span.length:
            return []
        return [host for host in self._who_speaks(role, language) if self.host_starts(host, minutes) >> place & 1]

    def host_starts(self, host: HostFacts, minutes: int) -> int:
        """Starts at which this host works for that long, is not taken, nor is before the pause is over."""
        key = (host.id, minutes)
        if key not in self._free:
            busy, lost = self._never(host)
            clash = meets(minutes + self.station.buffer_min, busy)
            self._free[key] = self._work(host, minutes) & ~(clash | lost)
        return self._free[key]

    def _never(self, host: HostFacts) -> tuple[int, int]:
        """The minutes at which a host is taken, and those of whole days on which none can start."""
        if host.id not in self._busy:
            ranges = [(one.start, one.end) for one in self.taken.get(host.id, ())]
            self._busy[host.id] = bits_of(ranges, self.span), self._days_lost(host)
        return self._busy[host.id]

    def _who_speaks(self, role: HostRole, language: str) -> Iterator[HostFacts]:
        return (host for host in self.hosts if host.role is role and language in host.languages)

    @cached_property
    def _days(self) -> range:
        return local_days(self.station.time_zone, self.span)

    @cached_property
    def days(self) -> dict[int, int]:
        """The minutes of each local day, by its number."""
        found, span = dict.fromkeys(self._days, 0), self.span
        whole = dict.fromkeys(self._days, ((0, DAY),))
        for start, end in ranges_of(whole, self.station.time_zone, span):
            if start < end:
                found[(start + self._offset(start)) // DAY] |= ((1 << (end - start)) - 1) << (start - span.base)
        return found

    def on_days(self, days: Iterable[int]) -> int:
        """The minutes of these local days, by number; those outside the span are left out."""
        found = 0
        for day in days:
            found |= self.days.get(day, 0)
        return found

    def _working_days(self) -> list[int]:
        return [day for day in self._days if weekday_of(day) in self.station.working_weekdays]

    def _work(self, host: HostFacts, minutes: int) -> int:
        """Starts from which a host with this weekly pattern works that long."""
        opening = self.station.virtual_hours
        pattern = host.hours or tuple((day, *opening) for day in sorted(self.station.working_weekdays))
        if (pattern, minutes) not in self._patterns:
            self._patterns[pattern, minutes] = room_for(minutes, self._working_time(pattern))
        return self._patterns[pattern, minutes]

    def _working_time(self, pattern: Pattern) -> int:
        """All minutes of a weekly pattern: kept as its starts for a single minute."""
        if (pattern, 1) not in self._patterns:
            week: dict[int, list[Window]] = {}
            for weekday, opens, closes in pattern:
                week.setdefault(weekday, []).append((opens, closes))
            windows = {day: week.get(weekday_of(day), []) for day in self._days}
            self._patterns[pattern, 1] = bits_of(ranges_of(windows, self.station.time_zone, self.span), self.span)
        return self._patterns[pattern, 1]

    def _days_lost(self, host: HostFacts) -> int:
        """The days off, and the days that hold as many events of the host as one day may."""
        days: set[int] = set()
        for first, last in host.days_off:
            days.update(range(max(day_number(first), self._days.start), min(day_number(last) + 1, self._days.stop)))
        if host.max_events_per_day is not None:
            days |= self._full_days(host, host.max_events_per_day)
        return self.on_days(days)

    def _full_days(self, host: HostFacts, most: int) -> set[int]:
        held: dict[int, int] = dict.fromkeys(self._days, 0)
        for one in self.taken.get(host.id, ()):
            day = (one.start + self._offset(one.start)) // DAY
            held[day] = held.get(day, 0) + one.is_event
        return {day for day, count in held.items() if count >= most}

    def _offset(self, minute: int) -> int:
        """Minutes ahead of UTC on the station's clocks at a minute of the span, or at its nearer end."""
        pieces = stretches(self.station.time_zone, self.span)
        return next((offset for _, end, offset in pieces if minute < end), pieces[-1][2])


def chronological(sets: Sequence[int], span: Span, after: int | None = None) -> Iterator[tuple[int, int]]:
    """(minute since 1970, place in `sets`) of each start, soonest first, from `after` on; lazily, day by day."""
    first = max((after if after is not None else span.base) - span.base, 0)
    for place in range(first - first % DAY, span.length, DAY):
        early = first - place if place < first else 0
        mask = ((1 << min(DAY, span.length - place)) - 1) >> early << early
        parts = [(index, part) for index, one in enumerate(sets) if (part := one >> place & mask)]
        yield from _of_day(parts, span.base + place)


def _of_day(parts: list[tuple[int, int]], base: int) -> Iterator[tuple[int, int]]:
    union = 0
    for _, part in parts:
        union |= part
    while union:
        low = union & -union
        minute = low.bit_length() - 1
        yield from ((base + minute, index) for index, part in parts if part >> minute & 1)
        union ^= low
