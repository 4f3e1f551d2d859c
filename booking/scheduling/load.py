"""How much a host has by day and week, and what the limits leave: for all starts at once, and for one event."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, groupby
from typing import NamedTuple

from booking.scheduling.calendars import Calendar
from booking.scheduling.hosts import Taken
from booking.scheduling.minutes import bits_of, week_of
from booking.scheduling.terms import NO_LIMITS, Limits, Reason, Unfit

EARLY, LATE = -(1 << 60), 1 << 60
"""Minutes before and after all that there is."""


class Held(NamedTuple):
    """How many events a host has and how many minutes of them, by day or by week."""

    events: Counter[int]
    minutes: Counter[int]

    @classmethod
    def of(cls, events: Iterable[tuple[int, Taken]]) -> "Held":
        """Counted by the day that stands before each."""
        held = cls(Counter(), Counter())
        for day, one in events:
            held.events[day] += 1
            held.minutes[day] += one.end - one.pause - one.start
        return held

    def full(self, numbers: Iterable[int], more: int, most_events: int | None, most_minutes: int | None) -> set[int]:
        """Those of some days or weeks for which one event more, of so many minutes, is too much."""
        return self.by_number(numbers, most_events) | self.by_minutes(numbers, more, most_minutes)

    def by_number(self, numbers: Iterable[int], most: int | None) -> set[int]:
        """Those that hold as many events as they may."""
        return set() if most is None else {number for number in numbers if self.events[number] >= most}

    def by_minutes(self, numbers: Iterable[int], more: int, most: int | None) -> set[int]:
        """Those in which there is no room for so many minutes more."""
        return set() if most is None else {number for number in numbers if self.minutes[number] + more > most}


@dataclass
class Load:
    """What a host has, over a calendar of the home zone; `taken` has the whole weeks that are asked about."""

    limits: Limits
    calendar: Calendar
    taken: Sequence[Taken] = ()

    def lost(self, minutes: int) -> int:
        """The starts that the limits leave no room for, of an event of that length."""
        limits, days = self.limits, self.calendar.numbers
        if limits == NO_LIMITS:
            return 0
        full: set[int] = set()
        if limits.is_by_day:
            full = self.by_day.full(days, minutes, limits.events_per_day, limits.minutes_per_day)
        if limits.is_by_week:
            weeks = self.by_week.full(self._weeks, minutes, limits.events_per_week, limits.minutes_per_week)
            full = full.union(*(self._weeks[week] for week in weeks))
        lost = self.calendar.on_days(full)
        return lost | (self._short_nights(minutes, limits.rest_min) if limits.rest_min else 0)

    @cached_property
    def _weeks(self) -> dict[int, list[int]]:
        """The days of the calendar by the number of their week."""
        return {week: list(days) for week, days in groupby(self.calendar.numbers, week_of)}

    def against(self, start: int, end: int) -> Iterator[Unfit]:
        """Which limits an event between two minutes since 1970 would pass."""
        if self.limits != NO_LIMITS:
            yield from self._nights(start, end)
            yield from self._too_much(start, end - start)

    @cached_property
    def events(self) -> list[tuple[int, Taken]]:
        """The events with the number of the day on which each begins."""
        return [(self.calendar.day(one.start), one) for one in self.taken if one.is_event]

    @cached_property
    def by_day(self) -> Held:
        """What is held by the number of the day."""
        return Held.of(self.events)

    @cached_property
    def by_week(self) -> Held:
        """What is held by the number of the week."""
        held = Held(Counter(), Counter())
        for day, events in self.by_day.events.items():
            held.events[week_of(day)] += events
            held.minutes[week_of(day)] += self.by_day.minutes[day]
        return held

    def _short_nights(self, minutes: int, rest: int) -> int:
        """The starts that come too soon after the events of earlier days, or too near before those of later ones."""
        ranges: list[tuple[int, int]] = []
        for day, (low, high) in self.calendar.bounds.items():
            before, after = self._around[day]
            if before + rest > low:
                ranges.append((low, min(high, before + rest)))
            if after - rest - minutes + 1 < high:
                ranges.append((max(low, after - rest - minutes + 1), high))
        return bits_of(ranges, self.calendar.span)

    @cached_property
    def _around(self) -> dict[int, tuple[int, int]]:
        """By day: the end of the last event of earlier days, and the start of the first of later ones."""
        known = self.calendar.numbers
        starts: dict[int, int] = {}
        ends: dict[int, int] = {}
        for day, one in self.events:
            starts[day] = min(one.start, starts.get(day, LATE))
            ends[day] = max(one.finish, ends.get(day, EARLY))
        days = range(min(known.start, *starts, known.stop), max(known.start, *starts, known.stop) + 1)
        latest = accumulate((ends.get(day, EARLY) for day in days), max)
        earliest = reversed(list(accumulate((starts.get(day, LATE) for day in reversed(days)), min)))
        before, after = dict(zip(days, latest, strict=True)), dict(zip(days, earliest, strict=True))
        return {day: (before.get(day - 1, EARLY), after.get(day + 1, LATE)) for day in known}

    def _nights(self, start: int, end: int) -> Iterator[Unfit]:
        rest, today = self.limits.rest_min or 0, self.calendar.day(start)
        for day, one in self.events:
            if rest and day != today and start - one.finish < rest and one.start - end < rest:
                yield Unfit(Reason.REST, one.code, rest)

    def _too_much(self, start: int, minutes: int) -> Iterator[Unfit]:
        told = (
            (Reason.DAY_LIMIT, self.limits.events_per_day),
            (Reason.DAY_MINUTES, self.limits.minutes_per_day),
            (Reason.WEEK_LIMIT, self.limits.events_per_week),
            (Reason.WEEK_MINUTES, self.limits.minutes_per_week),
        )
        days, weeks = [self.calendar.day(start)], [week_of(self.calendar.day(start))]
        full = (
            self.by_day.by_number(days, self.limits.events_per_day),
            self.by_day.by_minutes(days, minutes, self.limits.minutes_per_day),
            self.by_week.by_number(weeks, self.limits.events_per_week),
            self.by_week.by_minutes(weeks, minutes, self.limits.minutes_per_week),
        )
        for (reason, most), is_full in zip(told, full, strict=True):
            if is_full:
                yield Unfit(reason, limit=most or 0)
