"""From a foreign calendar to the time that it keeps busy, and nothing else of it.

Free and cancelled entries keep nobody busy. A day keeps its whole local day at home; a time without a zone is on the
clocks at home. What cannot be understood is counted, not guessed.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from booking.scheduling.foreign.clocks import Clocks, clocks_of, instant_of
from booking.scheduling.foreign.entries import A_DAY, Entry, Interval, Key, Stamp, entry_of, periods_of
from booking.scheduling.foreign.lines import Component, components
from booking.scheduling.foreign.recurrence import MOST_STARTS, starts_between

MOST_INTERVALS = 5_000  # of one calendar
MOST_OCCURRENCES = 50_000  # of one calendar, before those that touch are made one
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Reading:
    """When somebody is busy: in order, without overlaps, on whole minutes."""

    intervals: tuple[Interval, ...]
    skipped: int = 0
    """Entries that could not be understood."""
    shortened: bool = False
    """Some of what repeats was left out because it is too much."""


def read(body: bytes, home: str, start: datetime, end: datetime) -> Reading:
    """When the owner of a calendar is busy between two instants; `home`: IANA zone. Raises Unreadable."""
    found = components(body)
    clocks = clocks_of(found, home, start, end)
    entries, skipped = _entries((one for one in found if one.name == "VEVENT"), clocks)
    taken, unread, shortened = _expanded(entries, start, end)
    for component in found:
        if component.name == "VFREEBUSY":
            taken += _listed(component, clocks)
    intervals = merged(taken, start, end)
    return Reading(intervals[:MOST_INTERVALS], skipped + unread, shortened or len(intervals) > MOST_INTERVALS)


def _entries(found: Iterable[Component], clocks: Clocks) -> tuple[list[Entry], int]:
    entries, skipped = [], 0
    for component in found:
        try:
            entries.append(entry_of(component, clocks))
        except (ValueError, OverflowError):  # what cannot be understood does not keep the rest from being read
            skipped += 1
    return entries, skipped


def _expanded(entries: Sequence[Entry], start: datetime, end: datetime) -> tuple[list[Interval], int, bool]:
    """Every busy occurrence between two instants, how many entries made no sense, whether some were too much."""
    instead: dict[str, dict[Key, Entry]] = defaultdict(dict)
    for entry in entries:
        if entry.instead_of is not None:
            instead[entry.uid][entry.instead_of] = entry
    taken: list[Interval] = []
    skipped, shortened = 0, False
    for entry in entries:
        try:
            found, more = _occurrences(entry, instead[entry.uid], start, end)
        except (ValueError, OverflowError):
            skipped += 1
            continue
        taken += found
        shortened |= more
        if len(taken) > MOST_OCCURRENCES:
            return taken, skipped, True
    return taken, skipped, shortened


def _occurrences(
    entry: Entry, instead: dict[Key, Entry], start: datetime, end: datetime
) -> tuple[list[Interval], bool]:
    """When an entry keeps its owner busy, without the occurrences for which another entry stands."""
    if entry.instead_of is not None:
        return ([_interval(entry.start, entry.length)] if entry.is_busy else []), False
    if not entry.is_busy:
        return [], False
    starts, shortened = _starts(entry, start, end)
    own = [(stamp, entry.length if length is None else length) for stamp, length in starts]
    kept = [(stamp, length) for stamp, length in own if not _is_left_out(stamp, entry) and stamp.key not in instead]
    later = [one for one in instead.values() if one.and_all_later]
    return [interval for stamp, length in kept if (interval := _moved(stamp, length, later))], shortened


def _is_left_out(stamp: Stamp, entry: Entry) -> bool:
    return stamp.key in entry.left_out or stamp.local.date() in entry.left_out


def _starts(entry: Entry, start: datetime, end: datetime) -> tuple[list[tuple[Stamp, timedelta | None]], bool]:
    """The starts of an entry that may reach into the window; whether a rule has more of them than are taken."""
    zone, first = entry.start.zone, entry.start.local
    low, high = zone.from_utc(start) - entry.length - A_DAY, zone.from_utc(end) + A_DAY
    found, shortened = {first}, False
    for rule in entry.rules:
        starts = starts_between(rule, first, low, high, until_utc=lambda until: zone.from_utc(instant_of(until)))
        found.update(starts)
        shortened |= len(starts) == MOST_STARTS
    ruled: list[tuple[Stamp, timedelta | None]] = [(Stamp(at, zone, entry.start.is_day), None) for at in sorted(found)]
    return [*ruled, *entry.dates], shortened


def _moved(stamp: Stamp, length: timedelta, later: Iterable[Entry]) -> Interval | None:
    """The occurrence, or what an entry "for this and all later ones" makes of it: None where that is free."""
    before = [one for one in later if isinstance(one.instead_of, datetime) and one.instead_of <= stamp.instant]
    if not before:
        return _interval(stamp, length)
    last = max(before, key=lambda one: one.start.instant)
    if not last.is_busy or not isinstance(last.instead_of, datetime):
        return None
    shift = stamp.zone.from_utc(last.start.instant) - stamp.zone.from_utc(last.instead_of)
    return _interval(Stamp(stamp.local + shift, stamp.zone, stamp.is_day), last.length)


def _interval(stamp: Stamp, length: timedelta) -> Interval:
    """A day ends on the clocks, a time after its true length."""
    if stamp.is_day:
        return stamp.instant, Stamp(stamp.local + length, stamp.zone, is_day=True).instant
    return stamp.instant, stamp.instant + length


def _listed(component: Component, clocks: Clocks) -> list[Interval]:
    """The stretches that a calendar lists instead of entries; those that are free are left out."""
    busy = [one for one in component.all("FREEBUSY") if one.parameters.get("FBTYPE", "BUSY").upper() != "FREE"]
    taken: list[Interval] = []
    for one in busy:
        try:
            taken += [_interval(start, length) for start, length in periods_of(one, clocks)]
        except (ValueError, OverflowError):
            continue
    return taken


def merged(taken: Iterable[Interval], start: datetime, end: datetime) -> tuple[Interval, ...]:
    """The intervals cut to the window, in order, on whole minutes; those that touch are one."""
    inside = sorted((max(_floor(a), start), min(_ceil(b), end)) for a, b in taken if a < b and b > start and a < end)
    joined: list[Interval] = []
    for a, b in inside:
        if joined and a <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(b, joined[-1][1])
        else:
            joined.append((a, b))
    return tuple(joined)


def _floor(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)


def _ceil(instant: datetime) -> datetime:
    floor = _floor(instant)
    return floor if floor == instant else floor + _MINUTE
