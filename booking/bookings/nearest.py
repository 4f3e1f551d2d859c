"""The nearest times that fit, over all stations: wishes are given up one after another until there are enough."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from booking.bookings.listing import slot_of
from booking.bookings.offers import ALL_WEEKDAYS, Criteria, Slot
from booking.bookings.search import PREFERRED_LANGUAGE, Found, Search
from booking.bookings.world import World
from booking.scheduling.minutes import Span, bits_of

ENOUGH = 3
SCHOOL_DAYS = frozenset(range(5))
DAYTIME = (8 * 60, 20 * 60 + 30)
"""Hours of the day at which nobody is warned, in minutes (TIME-05)."""


def relaxed(criteria: Criteria) -> Iterator[Criteria]:
    """The criteria with ever fewer wishes: days, hours, station, offering and theme, format, language."""
    days = replace(criteria, from_day=None, to_day=None, cursor="")
    own_days = SCHOOL_DAYS if days.weekdays == ALL_WEEKDAYS else days.weekdays
    comfortable = replace(days, hours=days.hours or DAYTIME, weekdays=own_days)  # nobody asks for four in the morning
    daytime = replace(days, hours=DAYTIME, weekdays=own_days | SCHOOL_DAYS)
    any_hour = replace(days, hours=None, weekdays=ALL_WEEKDAYS)
    any_station = replace(any_hour, stations=())
    any_theme = replace(any_station, offering="", themes=(), kinds=())
    any_format = replace(any_theme, formats=())
    english, any_language = replace(any_format, languages=(PREFERRED_LANGUAGE,)), replace(any_format, languages=())
    steps = (comfortable, daytime, any_hour, any_station, any_theme, any_format, english, any_language)
    yield from dict.fromkeys(steps)


def nearest(
    world: World,
    criteria: Criteria,
    around: int,
    wished: Span,
    *,
    n: int = ENOUGH,
    without: str = "",
    steps: int | None = None,
) -> tuple[Slot, ...]:
    """At most `n` times nearest to a minute since 1970, all of them different, soonest first.

    `wished` is where to look, `without` the name of a time that is not meant; `steps`: of `relaxed`, all unless given.
    """
    chosen: dict[int, Slot] = {}
    for wish in islice(relaxed(criteria), steps):
        for found in islice(closest(Search.over(world, wish, wished), around), n + 1):
            slot = slot_of(world, found, criteria.size)
            if slot.slot != without and len(chosen) < n:
                chosen.setdefault(found.minute, slot)
        if len(chosen) >= n:
            break
    return tuple(chosen[minute] for minute in sorted(chosen))


def closest(search: Search, around: int) -> Iterator[Found]:
    """One time for each start, the nearest first; an open event before a time of one's own."""
    span = search.world.span
    choices, events = list(search.choices()), {found.minute: found for found in search.events()}
    marks = bits_of(((minute, minute + 1) for minute in events), span)
    for choice in choices:
        marks |= choice.starts
    for minute in by_distance(marks, around, span):
        place = minute - span.base
        one = next((choice for choice in choices if choice.starts >> place & 1), None)
        if minute in events:
            yield events[minute]
        elif one:
            yield Found(minute, one.key, None, one.offered, one.language)


def by_distance(marks: int, around: int, span: Span) -> Iterator[int]:
    """The minutes of a set, those nearest to `around` first, the later one of two that are as near."""
    place = min(max(around - span.base, 0), span.length)
    before, after = marks & ((1 << place) - 1), marks >> place
    while before or after:
        back = place - (before.bit_length() - 1) if before else span.length + 1
        ahead = (after & -after).bit_length() - 1 if after else span.length + 1
        if ahead <= back:
            yield span.base + place + ahead
            after &= after - 1
        else:
            yield span.base + place - back
            before ^= 1 << (place - back)
