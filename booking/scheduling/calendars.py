"""The days of a zone over a span, as sets of minutes; working weeks on its clocks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from booking.scheduling.minutes import (
    DAY,
    Pattern,
    Span,
    Window,
    bits_of,
    local_days,
    ranges_of,
    room_for,
    stretches,
    weekday_of,
)


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

    @cached_property
    def bounds(self) -> dict[int, tuple[int, int]]:
        """The first minute and the end of each local day that has any, as far as the span goes."""
        found: dict[int, tuple[int, int]] = {}
        for start, end in ranges_of(dict.fromkeys(self.numbers, ((0, DAY),)), self.zone, self.span):
            if start < end:
                low, _end = found.get(self.day(start), (start, end))
                found[self.day(start)] = (low, end)
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
