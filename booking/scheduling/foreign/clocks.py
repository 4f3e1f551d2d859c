"""Time zones as foreign calendars name them: IANA names, Windows names, or rules of their own."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from booking import zones
from booking.scheduling.foreign.lines import Component, Property
from booking.scheduling.foreign.recurrence import parse_date_or_time, parse_rule, starts_between

_LONGEST_NAME = 3  # parts of an IANA name: America/Argentina/Salta
_EARLIEST = timedelta(days=800)  # before the window: clocks that change once a year have changed by its begin
_FURTHEST = timedelta(hours=26)


class Zone(Protocol):
    """Clocks somewhere."""

    def to_utc(self, local: datetime) -> datetime:
        """The instant of a naive local time."""

    def from_utc(self, instant: datetime) -> datetime:
        """What the clocks show at an instant, naive."""


@dataclass(frozen=True, slots=True)
class KnownZone:
    """An IANA zone. A local time that the clocks skip is read by the clocks before, as RFC 5545 says."""

    name: str

    def to_utc(self, local: datetime) -> datetime:
        """The instant; of two the first."""
        return local.replace(tzinfo=zones.zone(self.name), fold=0).astimezone(UTC)

    def from_utc(self, instant: datetime) -> datetime:
        """What the clocks show."""
        return instant.astimezone(zones.zone(self.name)).replace(tzinfo=None, fold=0)


UTC_CLOCKS = KnownZone("UTC")


def instant_of(utc: datetime) -> datetime:
    """The instant of a naive time in UTC."""
    return utc.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class WrittenZone:
    """A zone by rules that the calendar itself gives: from each onset on (local, on the clocks before) an offset."""

    onsets: tuple[datetime, ...]
    offsets: tuple[timedelta, ...]
    """One more than onsets: the first holds before all of them."""

    def to_utc(self, local: datetime) -> datetime:
        """The instant, by the last change before it."""
        return (local - self.offsets[bisect_right(self.onsets, local)]).replace(tzinfo=UTC)

    def from_utc(self, instant: datetime) -> datetime:
        """What the clocks show, by the first of their offsets that fits."""
        plain = instant.astimezone(UTC).replace(tzinfo=None)
        fits = (plain + offset for offset in self.offsets if self.to_utc(plain + offset) == instant)
        return next(fits, plain + self.offsets[-1])


@dataclass(frozen=True, slots=True)
class Clocks:
    """The zones of one calendar: `home` for times without one, `written` by TZID."""

    home: Zone
    written: Mapping[str, Zone]

    def zone_of(self, written: Property) -> Zone:
        """The zone of a property; ValueError for one that nobody knows."""
        name = written.parameters.get("TZID")
        if name is None:
            return self.home
        known = known_name(name)
        zone = KnownZone(known) if known else self.written.get(name)
        if zone is None:
            raise ValueError("a zone that is not known")
        return zone


def known_name(tzid: str) -> str | None:
    """The IANA name of a TZID: its own, that of a Windows name (CLDR), or the end of a path that a program invented."""
    name = tzid.strip()
    parts = name.strip("/").split("/")
    ends = ("/".join(parts[-length:]) for length in range(_LONGEST_NAME, 1, -1)) if name.startswith("/") else ()
    wanted = (name, WINDOWS_TO_OLSON.get(name, ""), *ends)
    return next((one for one in wanted if one in zones.zone_names()), None)


def clocks_of(found: Iterable[Component], home: str, start: datetime, end: datetime) -> Clocks:
    """The zones that a calendar needs between two instants; rules that make no sense define none."""
    written: dict[str, Zone] = {}
    for component in found:
        tzid = component.first("TZID") if component.name == "VTIMEZONE" else None
        if tzid is None or known_name(tzid.value):
            continue
        try:
            written[tzid.value] = _written_zone(component, start, end)
        except (ValueError, OverflowError):
            continue
    return Clocks(KnownZone(home), written)


def _written_zone(component: Component, start: datetime, end: datetime) -> WrittenZone:
    low, high = (at.astimezone(UTC).replace(tzinfo=None) for at in (start - _EARLIEST, end + _FURTHEST))
    changes = [change for part in component.parts for change in _changes(part, low, high)]
    if not changes:
        raise ValueError("a zone without an offset")
    changes.sort()
    return WrittenZone(tuple(at for at, _, _ in changes), (changes[0][1], *(after for _, _, after in changes)))


def _changes(part: Component, low: datetime, high: datetime) -> list[tuple[datetime, timedelta, timedelta]]:
    """When the clocks change to what this part says: (local onset, offset before, offset after)."""
    first = part.first("DTSTART")
    if first is None or part.is_broken:
        raise ValueError("an offset that never begins")
    onset = parse_date_or_time(first.value).local
    dates = [parse_date_or_time(text).local for one in part.all("RDATE") for text in one.value.split(",")]
    for rule in part.all("RRULE"):
        parsed = parse_rule(rule.value)
        if parsed.frequency != "YEARLY":
            raise ValueError("clocks that change more than once a year by one rule")
        dates += starts_between(parsed, onset, low, high, until_utc=lambda until: until + _offset(part, "TZOFFSETFROM"))
    before, after = _offset(part, "TZOFFSETFROM"), _offset(part, "TZOFFSETTO")
    return [(at, before, after) for at in {onset, *dates}]


def _offset(part: Component, name: str) -> timedelta:
    text = part.text(name)
    digits = text[1:]
    if text[:1] not in {"+", "-"} or not (digits.isascii() and digits.isdigit()) or len(text) not in {5, 7}:
        raise ValueError("no offset")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:4]), seconds=int(digits[4:] or 0))
    if size >= timedelta(days=1):
        raise ValueError("no offset on earth")
    return -size if text[0] == "-" else size
