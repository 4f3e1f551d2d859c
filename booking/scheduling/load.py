"""How much a host has by day and week, and what the limits leave: for all starts at once, and for one event."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from booking.scheduling.calendars import Calendar
from booking.scheduling.hosts import Taken
from booking.scheduling.minutes import bits_of, week_of
from booking.scheduling.terms import NO_LIMITS, Limits, Reason, Unfit


class Held(NamedTuple):
    """How many events a host has and how many minutes of them, by day or by week."""

    events: Counter[int]
    minutes: Counter[int]

    @classmethod
    def of(cls, events: Iterable[tuple[int, Taken]]) -> "Held":
        """Counted by the number that stands before each."""
        held = cls(Counter(), Counter())
        for number, one in events:
            held.events[number] += 1
            held.minutes[number] += one.finish - one.start
        return held

    def is_full(self, number: int, more: int, most_events: int | None, most_minutes: int | None) -> tuple[bool, bool]:
        """Whether one event more, of so many minutes, is too much for that day or week: by number, by minutes."""
        by_number = most_events is not None and self.events[number] >= most_events
        return by_number, most_minutes is not None and self.minutes[number] + more > most_minutes


@dataclass
class Load:
    """What a host has, over a calendar of the home zone; `taken` has the whole weeks that are asked about."""

    limits: Limits
    calendar: Calendar
    taken: Sequence[Taken] = ()

    def lost(self, minutes: int) -> int:
        """The starts that the limits leave no room for, of an event of that length."""
        if self.limits == NO_LIMITS:
            return 0
        full = self.calendar.on_days(day for day in self.calendar.numbers if any(self._full(day, minutes)))
        return full | (self._short_nights(minutes, self.limits.rest_min) if self.limits.rest_min else 0)

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
        return Held.of((week_of(day), one) for day, one in self.events)

    def _full(self, day: int, minutes: int) -> tuple[bool, bool, bool, bool]:
        """Whether one event more on a day is too much for the day or its week, by number and by minutes."""
        limits = self.limits
        of_day = self.by_day.is_full(day, minutes, limits.events_per_day, limits.minutes_per_day)
        of_week = self.by_week.is_full(week_of(day), minutes, limits.events_per_week, limits.minutes_per_week)
        return *of_day, *of_week

    def _short_nights(self, minutes: int, rest: int) -> int:
        """The starts on other days that are too near to an event."""
        near: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for day, one in self.events:
            near[day].append((one.start - rest - minutes + 1, one.finish + rest))
        lost = 0
        for day, ranges in near.items():
            lost |= bits_of(ranges, self.calendar.span) & ~self.calendar.on_days([day])
        return lost

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
        for (reason, most), is_full in zip(told, self._full(self.calendar.day(start), minutes), strict=True):
            if is_full:
                yield Unfit(reason, limit=most or 0)
