"""One host's own calendar over a span: the hours worked, what is taken, and what the limits leave.

Asked in two ways that agree: for all starts at once (`starts`, a set of minutes), and for the reasons against one event
(`against`). Days and weeks are those of the home station, whichever station an event is for.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from booking.scheduling.hosts import HostFacts, Taken
from booking.scheduling.minutes import (
    DAY,
    Pattern,
    Span,
    Window,
    bits_of,
    day_number,
    local_days,
    meets,
    ranges_of,
    room_for,
    stretches,
    week_of,
    weekday_of,
)
from booking.scheduling.terms import NO_LIMITS, Reason, Unfit


@dataclass
class Calendar:
    """The days of a zone over a span, as sets of minutes."""

    zone: str
    span: Span
    _patterns: dict[tuple[Pattern, int], int] = field(default_factory=dict)

    @cached_property
    def numbers(self) -> range:
        """The numbers of the local days that the span touches."""
        return local_days(self.zone, self.span)

    @cached_property
    def days(self) -> dict[int, int]:
        """The minutes of each local day, by its number."""
        found, span = dict.fromkeys(self.numbers, 0), self.span
        for start, end in ranges_of(dict.fromkeys(self.numbers, ((0, DAY),)), self.zone, span):
            if start < end:
                found[self.day(start)] |= ((1 << (end - start)) - 1) << (start - span.base)
        return found

    def on_days(self, days: Iterable[int]) -> int:
        """The minutes of these local days, by number; those outside the span are left out."""
        found = 0
        for day in days:
            found |= self.days.get(day, 0)
        return found

    @cached_property
    def _pieces(self) -> tuple[tuple[int, int, int], ...]:
        """Whence the clocks show what, up to two weeks around the span: limits of a week reach that far."""
        return stretches(self.zone, Span(self.span.base - 14 * DAY, self.span.end + 14 * DAY))

    def day(self, minute: int) -> int:
        """The number of the local day of a minute since 1970, within two weeks of the span."""
        pieces = self._pieces
        return (minute + next((offset for _, end, offset in pieces if minute < end), pieces[-1][2])) // DAY

    def inside(self, windows: Mapping[int, Sequence[Window]]) -> int:
        """The minutes of local windows by day number."""
        return bits_of(ranges_of(windows, self.zone, self.span), self.span)

    def weekly(self, pattern: Pattern, minutes: int = 1) -> int:
        """The starts from which a weekly pattern is worked for that long: all its minutes, for one."""
        if (pattern, minutes) not in self._patterns:
            work = room_for(minutes, self.weekly(pattern)) if minutes > 1 else self._week(pattern)
            self._patterns[pattern, minutes] = work
        return self._patterns[pattern, minutes]

    def _week(self, pattern: Pattern) -> int:
        week: dict[int, list[Window]] = defaultdict(list)
        for weekday, opens, closes in pattern:
            week[weekday].append((opens, closes))
        return self.inside({day: week[weekday_of(day)] for day in self.numbers if weekday_of(day) in week})


@dataclass(frozen=True)
class Held:
    """How many events a host has and how many minutes of them, by day or by week."""

    events: Counter[int]
    minutes: Counter[int]

    @classmethod
    def of(cls, events: Iterable[tuple[int, Taken]]) -> "Held":
        """Counted by the number that stands before each."""
        count: Counter[int] = Counter()
        minutes: Counter[int] = Counter()
        for number, one in events:
            count[number] += 1
            minutes[number] += one.finish - one.start
        return cls(count, minutes)

    def is_full(self, number: int, more: int, most_events: int | None, most_minutes: int | None) -> tuple[bool, bool]:
        """Whether one event more, of so many minutes, is too much for that day or week: by number, by minutes."""
        by_number = most_events is not None and self.events[number] >= most_events
        return by_number, most_minutes is not None and self.minutes[number] + more > most_minutes


@dataclass
class Diary:
    """A host over a calendar of the home zone; `taken` reaches a week further, for the limits of a week."""

    host: HostFacts
    calendar: Calendar
    taken: Sequence[Taken] = ()

    def starts(self, minutes: int, pause: int) -> int:
        """Starts at which the host works for that long, is not taken, nor is before the pause is over."""
        busy = meets(minutes + pause, self._busy)
        return self._room(minutes) & ~(busy | self._lost(minutes))

    def against(self, start: int, end: int, pause: int) -> Iterator[Unfit]:
        """What stands against an event between two minutes since 1970, in the order of `Reason`."""
        if not self._works(start, end):
            days = range(self.calendar.day(start), self.calendar.day(end - 1) + 1)
            yield Unfit(Reason.HOURS if self._off.isdisjoint(days) else Reason.DAY_OFF)
        clashes = [one for one in self.taken if one.start < end + pause and start < one.end]
        if not all(one.is_event for one in clashes):
            yield Unfit(Reason.BUSY)
        yield from (Unfit(Reason.EVENT, one.code) for one in clashes if one.is_event)
        yield from self._nights(start, end)
        yield from self._too_much(start, end - start)

    @cached_property
    def work(self) -> int:
        """The minutes worked: the pattern and what is added for a day, without what is taken out and days off."""
        changed = self.host.other_hours
        work = self.calendar.weekly(self.host.hours)
        if changed:
            work = (work | self._changes(works=True)) & ~self._changes(works=False)
        return work & ~self.calendar.on_days(self._off)

    def _changes(self, *, works: bool) -> int:
        windows: dict[int, list[Window]] = defaultdict(list)
        for one in self.host.other_hours:
            if one.works is works:
                windows[day_number(one.day)].append((one.opens, one.closes))
        return self.calendar.inside(windows)

    def _room(self, minutes: int) -> int:
        if not self.host.other_hours and not self._off:
            return self.calendar.weekly(self.host.hours, minutes)
        return room_for(minutes, self.work)

    def _works(self, start: int, end: int) -> bool:
        place, whole = start - self.calendar.span.base, (1 << (end - start)) - 1
        return place >= 0 and self.work >> place & whole == whole

    @cached_property
    def _off(self) -> frozenset[int]:
        """The numbers of the days off that the span touches."""
        known = self.calendar.numbers
        days = (
            range(max(day_number(first), known.start), min(day_number(last) + 1, known.stop))
            for first, last in self.host.days_off
        )
        return frozenset(number for part in days for number in part)

    @cached_property
    def _busy(self) -> int:
        return bits_of(((one.start, one.end) for one in self.taken), self.calendar.span)

    @cached_property
    def _events(self) -> list[tuple[int, Taken]]:
        """The host's events with the number of the day on which each begins."""
        return [(self.calendar.day(one.start), one) for one in self.taken if one.is_event]

    @cached_property
    def _by_day(self) -> Held:
        return Held.of(self._events)

    @cached_property
    def _by_week(self) -> Held:
        return Held.of((week_of(day), one) for day, one in self._events)

    def _lost(self, minutes: int) -> int:
        """The starts that the limits leave no room for."""
        limits = self.host.limits
        if limits == NO_LIMITS:
            return 0
        full = self.calendar.on_days(day for day in self.calendar.numbers if any(self._full(day, minutes)))
        return full | (self._short_nights(minutes, limits.rest_min) if limits.rest_min else 0)

    def _full(self, day: int, minutes: int) -> tuple[bool, bool, bool, bool]:
        """Whether one event more on a day is too much for the day or its week, by number and by minutes."""
        limits = self.host.limits
        of_day = self._by_day.is_full(day, minutes, limits.events_per_day, limits.minutes_per_day)
        of_week = self._by_week.is_full(week_of(day), minutes, limits.events_per_week, limits.minutes_per_week)
        return *of_day, *of_week

    def _short_nights(self, minutes: int, rest: int) -> int:
        """The starts on other days that are too near to an event."""
        found: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for day, one in self._events:
            found[day].append((one.start - rest - minutes + 1, one.finish + rest))
        lost = 0
        for day, ranges in found.items():
            lost |= bits_of(ranges, self.calendar.span) & ~self.calendar.on_days([day])
        return lost

    def _nights(self, start: int, end: int) -> Iterator[Unfit]:
        rest, today = self.host.limits.rest_min or 0, self.calendar.day(start)
        for day, one in self._events:
            if day != today and start - one.finish < rest and one.start - end < rest:
                yield Unfit(Reason.REST, one.code, rest)

    def _too_much(self, start: int, minutes: int) -> Iterator[Unfit]:
        limits = self.host.limits
        told = (
            (Reason.DAY_LIMIT, limits.events_per_day),
            (Reason.DAY_MINUTES, limits.minutes_per_day),
            (Reason.WEEK_LIMIT, limits.events_per_week),
            (Reason.WEEK_MINUTES, limits.minutes_per_week),
        )
        for (reason, most), is_full in zip(told, self._full(self.calendar.day(start), minutes), strict=True):
            if is_full:
                yield Unfit(reason, limit=most or 0)
