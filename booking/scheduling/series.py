"""When do the events of a series take place? A rhythm on the station's clocks in, starts out; from values alone.

A series repeats a wall time: Tuesday 10:00 stays 10:00 when the clocks change, and its instant moves with them. A wall
time that the clocks skip has no instant (the event is left out, and the preview says so); of one that they show twice
the first is meant. Weeks are those of the calendar: "every second week" counts from the week of the first day.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import count as counted
from typing import Any

from booking import zones

MOST = 400
"""Starts of one series at most."""
LONGEST = timedelta(days=731)
"""From the first day to the last: two years."""
MOST_EVERY = 12
LAST = -1
"""`place` of the last such weekday of a month."""
PLACES = (0, 1, 2, 3, 4, LAST)
_WEEK = 7


class BadPattern(ValueError):
    """No series can be made of this; `reason` says why.

    empty (no weekday or no time), end (neither or both of last day and number), order (the last day is before the
    first), every, place, time, too_many, too_long, nothing, other_day and monthly (a move that it cannot make), stored.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Pattern:
    """A rhythm on the station's clocks. Either `last_on` (included) or `count` (of starts, left out ones too) ends it.

    Weekdays are 0 (Monday) to 6. `place` 0: every so many weeks; 1 to 4 or LAST: every so many months, on the first to
    fourth or the last such weekday.
    """

    first_on: date
    times: tuple[time, ...]
    weekdays: tuple[int, ...]
    every: int = 1
    place: int = 0
    last_on: date | None = None
    count: int | None = None
    week_starts: int = 0
    """The weekday on which its weeks begin: Monday, until the series is moved by days."""
    without: frozenset[datetime] = field(default_factory=frozenset)
    """Starts on the station's clocks (naive) at which no event was made."""

    def __post_init__(self) -> None:
        if not self.weekdays or not self.times:
            raise BadPattern("empty")
        if (self.last_on is None) == (self.count is None):
            raise BadPattern("end")
        if self.last_on is not None and self.last_on < self.first_on:
            raise BadPattern("order")
        if not 1 <= self.every <= MOST_EVERY:
            raise BadPattern("every")
        if self.place not in PLACES:
            raise BadPattern("place")
        if any(one.tzinfo or one.second or one.microsecond for one in self.times):
            raise BadPattern("time")
        if not all(0 <= day < _WEEK for day in (*self.weekdays, self.week_starts)):
            raise BadPattern("empty")
        object.__setattr__(self, "times", tuple(sorted(set(self.times))))
        object.__setattr__(self, "weekdays", tuple(sorted(set(self.weekdays))))


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One start: the wall time of the station (naive), and its instant, None where the clocks skip that time."""

    local: datetime
    starts_at: datetime | None
    is_twice: bool = False
    """The clocks show this time twice that day; the first is meant."""


def occurrences(pattern: Pattern, zone: str) -> list[Occurrence]:
    """All starts of the pattern with their instants, in order; those left out too. Raises BadPattern."""
    return [occurrence(local, zone) for local in starts(pattern)]


def occurrence(local: datetime, zone: str) -> Occurrence:
    """A wall time of the zone as an occurrence."""
    try:
        return Occurrence(local, zones.to_instant(local, zone), zones.is_ambiguous(local, zone))
    except zones.NonexistentTime:
        return Occurrence(local, None)


def starts(pattern: Pattern) -> list[datetime]:
    """The wall times of all starts, those left out too, in order; BadPattern for too many, too long or none."""
    last = pattern.first_on + LONGEST
    if pattern.last_on is not None and pattern.last_on > last:
        raise BadPattern("too_long")
    most = MOST if pattern.count is None else pattern.count
    found: list[datetime] = []
    for day in _days(pattern):
        if day > (pattern.last_on or last):
            break
        found += [datetime.combine(day, one) for one in pattern.times]
        if len(found) > MOST:
            raise BadPattern("too_many")
        if len(found) >= most and pattern.count is not None:
            break
    if pattern.count is not None and len(found) < pattern.count:
        raise BadPattern("too_long")
    if not found[:most]:
        raise BadPattern("nothing")
    return found[:most]


def _days(pattern: Pattern) -> Iterator[date]:
    days = _days_of_weeks(pattern) if pattern.place == 0 else _days_of_months(pattern)
    return (day for day in days if day >= pattern.first_on)


def _days_of_weeks(pattern: Pattern) -> Iterator[date]:
    begins = pattern.week_starts
    first = pattern.first_on - timedelta(days=(pattern.first_on.weekday() - begins) % _WEEK)
    offsets = sorted((day - begins) % _WEEK for day in pattern.weekdays)
    for week in counted(step=pattern.every):
        yield from (first + timedelta(days=week * _WEEK + offset) for offset in offsets)


def _days_of_months(pattern: Pattern) -> Iterator[date]:
    for month in counted(pattern.first_on.year * 12 + pattern.first_on.month - 1, pattern.every):
        first = date(month // 12, month % 12 + 1, 1)
        yield from sorted(_in_month(first, day, pattern.place) for day in pattern.weekdays)


def _in_month(first: date, weekday: int, place: int) -> date:
    """The so-manieth such weekday of the month that begins on `first`, or its last."""
    day = first + timedelta(days=(weekday - first.weekday()) % _WEEK)
    if place != LAST:
        return day + timedelta(weeks=place - 1)
    fifth = day + timedelta(weeks=4)
    return fifth if fifth.month == first.month else day + timedelta(weeks=3)


def split(pattern: Pattern, at: datetime) -> tuple[Pattern, Pattern]:
    """The pattern up to a start (excluded), and from it on; together they have the very same starts.

    `at` is one of its starts, and not the first.
    """
    earlier = [one for one in starts(pattern) if one < at]
    same_day = {one for one in earlier if one.date() == at.date()}
    left = None if pattern.count is None else pattern.count - len(earlier) + len(same_day)
    before = replace(
        pattern, last_on=None, count=len(earlier), without=frozenset(one for one in pattern.without if one < at)
    )
    later = frozenset(one for one in pattern.without if one >= at)
    return before, replace(pattern, first_on=at.date(), count=left, without=later | same_day)


def moved(pattern: Pattern, by: timedelta) -> Pattern:
    """The same rhythm so much later or earlier on the clocks: its starts are exactly those, moved.

    BadPattern "other_day" where some of its times would come to lie on another day than others, "monthly" where "the
    first Tuesday" would have to become "the day after the first Tuesday".
    """
    midnights = {(datetime.combine(date.min + LONGEST, one) + by).date() - date.min - LONGEST for one in pattern.times}
    if len(midnights) > 1:
        raise BadPattern("other_day")
    days = midnights.pop().days
    if pattern.place and days:
        raise BadPattern("monthly")
    return replace(
        pattern,
        first_on=pattern.first_on + timedelta(days=days),
        last_on=pattern.last_on + timedelta(days=days) if pattern.last_on else None,
        times=tuple((datetime.combine(pattern.first_on, one) + by).time() for one in pattern.times),
        weekdays=tuple((day + days) % _WEEK for day in pattern.weekdays),
        week_starts=(pattern.week_starts + days) % _WEEK,
        without=frozenset(one + by for one in pattern.without),
    )


def places(pattern: Pattern, events: Iterable[tuple[int, datetime, date | None]]) -> dict[int, datetime]:
    """Which start of the pattern each event stands for: by its id.

    `events`: id, wall time and the day that the pattern gave, None for one that it did not make. An event that was
    moved by hand stands for a start of its day that no other event has; where it stands for its own time, it was not.
    """
    given = sorted(events)
    found = {number: local for number, local, day in given if day is None or _is_regular(pattern, local, day)}
    taken = set(found.values())
    for number, local, day in given:
        if number in found or day is None:
            continue
        starts_that_day = [datetime.combine(day, one) for one in pattern.times]
        free = [one for one in starts_that_day if one not in taken and one not in pattern.without]
        found[number] = (free or starts_that_day or [local])[0]
        taken.add(found[number])
    return found


def _is_regular(pattern: Pattern, local: datetime, day: date) -> bool:
    return local.date() == day and local.time() in pattern.times


def to_json(pattern: Pattern) -> dict[str, Any]:
    """The pattern as it is stored."""
    return {
        "first_on": pattern.first_on.isoformat(),
        "last_on": pattern.last_on.isoformat() if pattern.last_on else None,
        "count": pattern.count,
        "times": [f"{one:%H:%M}" for one in pattern.times],
        "weekdays": list(pattern.weekdays),
        "every": pattern.every,
        "place": pattern.place,
        "week_starts": pattern.week_starts,
        "without": sorted(f"{one:%Y-%m-%dT%H:%M}" for one in pattern.without),
    }


def from_json(stored: Mapping[str, Any]) -> Pattern:
    """A stored pattern; BadPattern("stored") for anything that `to_json` has not written."""
    try:
        return Pattern(
            first_on=date.fromisoformat(stored["first_on"]),
            last_on=date.fromisoformat(stored["last_on"]) if stored["last_on"] else None,
            count=stored["count"],
            times=tuple(time.fromisoformat(one) for one in stored["times"]),
            weekdays=tuple(map(int, stored["weekdays"])),
            every=int(stored["every"]),
            place=int(stored["place"]),
            week_starts=int(stored["week_starts"]),
            without=frozenset(datetime.fromisoformat(one) for one in stored["without"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadPattern("stored") from error
