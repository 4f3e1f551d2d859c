"""Dates, durations and recurrence rules of RFC 5545, expanded with a bound: no rule may keep the machine busy."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice, takewhile
from typing import Any

from dateutil import rrule

MOST_STEPS = 20_000  # starts of one rule that are looked at, those before the window included
MOST_STARTS = 500  # of one rule inside the window

_WHEN = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})([0-9]{2})(Z)?)?")
_DURATION = re.compile(
    r"\+?P(?:([0-9]{1,6})W)?(?:([0-9]{1,6})D)?(?:T(?:([0-9]{1,6})H)?(?:([0-9]{1,6})M)?(?:([0-9]{1,9})S)?)?"
)
_DAY_OF = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_WEEKDAYS = {day: getattr(rrule, day) for day in ("MO", "TU", "WE", "TH", "FR", "SA", "SU")}
_FREQUENCIES = {name: getattr(rrule, name) for name in ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY")}
_STEPS = {"WEEKLY": timedelta(weeks=1), "DAILY": timedelta(days=1), "HOURLY": timedelta(hours=1)}
_NUMBERS = {
    "BYSECOND": (0, 59),
    "BYMINUTE": (0, 59),
    "BYHOUR": (0, 23),
    "BYMONTHDAY": (-31, 31),
    "BYYEARDAY": (-366, 366),
    "BYWEEKNO": (-53, 53),
    "BYMONTH": (1, 12),
    "BYSETPOS": (-366, 366),
}
_MOST_NUMBERS = 400
_LONGEST_INTERVAL = 10_000


class TooOften(ValueError):
    """A rule by the second or by the minute: nobody's appointment."""


@dataclass(frozen=True, slots=True)
class When:
    """A day, or a time on some clocks: naive unless `is_utc`."""

    local: datetime
    is_day: bool
    is_utc: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """A recurrence rule; `parts` are dateutil's own arguments."""

    frequency: str
    interval: int
    count: int | None
    until: When | None
    parts: Mapping[str, Any]


def parse_date_or_time(text: str) -> When:
    """A date, or a date with a time; ValueError for what is neither."""
    found = _WHEN.fullmatch(text.strip())
    if not found:
        raise ValueError("no date")
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    local = datetime(year, month, day, hour, minute, min(second, 59))  # noqa: DTZ001  naive: its zone stands beside it
    return When(local, is_day=found[4] is None, is_utc=found[7] is not None)


def parse_duration(text: str) -> timedelta:
    """A duration, never negative; ValueError."""
    found = _DURATION.fullmatch(text.strip())
    if not found or not any(found.groups()):
        raise ValueError("no duration")
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def parse_rule(text: str) -> Rule:
    """A recurrence rule; ValueError for one that is none, TooOften for one by the second or by the minute."""
    given = dict(part.partition("=")[::2] for part in text.strip().upper().rstrip(";").split(";"))
    frequency = given.pop("FREQ", "")
    if frequency in {"SECONDLY", "MINUTELY"}:
        raise TooOften(frequency)
    if frequency not in _FREQUENCIES:
        raise ValueError("no frequency")
    until, count = given.pop("UNTIL", None), given.pop("COUNT", None)
    return Rule(
        frequency=frequency,
        interval=_number(given.pop("INTERVAL", "1"), 1, _LONGEST_INTERVAL),
        count=None if count is None else _number(count, 1, 10**6),
        until=None if until is None else parse_date_or_time(until),
        parts=dict(_part(name, value) for name, value in given.items() if not name.startswith("X-")),
    )


def _part(name: str, value: str) -> tuple[str, object]:
    """A part as dateutil's argument; ValueError for one that RFC 5545 does not know."""
    items = value.split(",")
    if len(items) > _MOST_NUMBERS:
        raise ValueError("a rule of that length")
    if name == "WKST":
        return "wkst", _WEEKDAYS[_day(value)[1]]
    if name == "BYDAY":
        days = (_day(item) for item in items)
        return "byweekday", [_WEEKDAYS[day](int(nth)) if nth else _WEEKDAYS[day] for nth, day in days]
    low, high = _NUMBERS.get(name, (1, 0))
    return name.lower(), [_number(item, low, high) for item in items]


def _day(text: str) -> tuple[str, str]:
    found = _DAY_OF.fullmatch(text.strip())
    if not found or found[1] in {"0", "00", "+0", "-0", "+00", "-00"}:
        raise ValueError("no weekday")
    return found[1] or "", found[2]


def _number(text: str, low: int, high: int) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,7}", text.strip()) or not low <= int(text) <= high:
        raise ValueError("no number of that kind")
    return int(text)


def starts_between(
    rule: Rule, first: datetime, low: datetime, high: datetime, until_utc: Callable[[datetime], datetime]
) -> list[datetime]:
    """The starts of a rule between two local times, both included: at most 500; all naive, on the same clocks.

    `until_utc` puts a naive UNTIL in UTC on those clocks.
    """
    last = min(high, _until(rule.until, until_utc)) if rule.until else high
    made = rrule.rrule(
        _FREQUENCIES[rule.frequency],
        dtstart=_begin_near(rule, first, low),
        interval=rule.interval,
        count=rule.count,
        until=None if rule.count else last,  # dateutil takes one of the two
        **rule.parts,
    )
    inside = (start for start in takewhile(lambda start: start <= last, islice(made, MOST_STEPS)) if low <= start)
    return list(islice(inside, MOST_STARTS))


def _until(until: When, until_utc: Callable[[datetime], datetime]) -> datetime:
    if until.is_day:
        return until.local + timedelta(days=1, seconds=-1)
    return until_utc(until.local) if until.is_utc else until.local


def _begin_near(rule: Rule, first: datetime, low: datetime) -> datetime:
    """A start of the rule's period not long before `low`: what lies decades back need not be walked through."""
    if rule.count is not None or low <= first:
        return first
    if rule.frequency in _STEPS:
        step = _STEPS[rule.frequency] * rule.interval
        return first + step * max((low - first) // step - 1, 0)
    if first.day > 28:  # noqa: PLR2004  not every month has such a day: dateutil knows which
        return first
    return first.replace(year=first.year + max((low.year - first.year) // rule.interval - 1, 0) * rule.interval)


def periods(text: str) -> Iterator[tuple[When, When | timedelta]]:
    """The stretches of a list of periods: start, and end or duration; ValueError."""
    for item in text.split(","):
        start, slash, end = item.partition("/")
        if not slash:
            raise ValueError("no period")
        yield parse_date_or_time(start), parse_duration(end) if end[:1] in {"P", "+"} else parse_date_or_time(end)
