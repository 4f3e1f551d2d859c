"""Sets of minutes: one large integer each, a bit for each minute of a `Span`.

"And", "or" and a shift then work on weeks at a time. Local hours become minutes by the zone's offsets, stretch by
stretch: a day of 23 or 25 hours, a skipped half hour or one that comes twice need no case of their own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from booking import zones

DAY = 1440
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_DAY = EPOCH.date().toordinal()
_MINUTE = timedelta(minutes=1)

Window = tuple[int, int]
"""Minutes since local midnight, end excluded."""
Pattern = tuple[tuple[int, int, int], ...]
"""A working week: (weekday, opens, closes); 0 is Monday, minutes since the local midnight."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time in minutes since 1970 in UTC, end excluded; bit i of a set is minute `base` + i."""

    base: int
    end: int

    @property
    def length(self) -> int:
        """Minutes in it."""
        return max(self.end - self.base, 0)


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


def week_of(number: int) -> int:
    """The number of a day's week, from Monday to Sunday."""
    return (number + 3) // 7


def weeks_around(span: Span) -> Span:
    """The span and the whole weeks that it touches, in whichever zone."""
    first, last = span.base // DAY - 1, span.end // DAY + 1
    return Span((first - weekday_of(first) - 1) * DAY, (last - weekday_of(last) + 8) * DAY)


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
