"""The entries of a foreign calendar: when they begin, how long they last, how they repeat, whether they keep busy."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from booking.scheduling.foreign.clocks import UTC_CLOCKS, Clocks, Zone
from booking.scheduling.foreign.lines import Component, Property
from booking.scheduling.foreign.recurrence import Rule, When, parse_date_or_time, parse_duration, parse_rule, periods

A_DAY = timedelta(days=1)
_LONGEST = timedelta(days=3_660)  # an entry that lasts longer is a mistake

Interval = tuple[datetime, datetime]
"""Start and end in UTC."""
Key = datetime | date
"""What names an occurrence: its instant, or its day."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """A day or a time with its clocks."""

    local: datetime
    zone: Zone
    is_day: bool

    @property
    def instant(self) -> datetime:
        """When that is."""
        return self.zone.to_utc(self.local)

    @property
    def key(self) -> Key:
        """What names an occurrence that begins then."""
        return self.local.date() if self.is_day else self.instant


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry that may repeat, or one that stands for an occurrence of another."""

    uid: str
    start: Stamp
    length: timedelta
    rules: tuple[Rule, ...]
    dates: tuple[tuple[Stamp, timedelta | None], ...]
    """Further starts, some with a length of their own."""
    left_out: frozenset[Key]
    instead_of: Key | None
    and_all_later: bool
    is_busy: bool


def entry_of(component: Component, clocks: Clocks) -> Entry:
    """The entry of a VEVENT; ValueError or OverflowError for one that cannot be understood."""
    given = component.first("DTSTART")
    if given is None or component.is_broken:
        raise ValueError("an entry without a start")
    start = _stamp(given, clocks)
    instead_of = component.first("RECURRENCE-ID")
    is_free = component.text("TRANSP") == "TRANSPARENT" or component.text("X-MICROSOFT-CDO-BUSYSTATUS") == "FREE"
    uid = component.first("UID")
    return Entry(
        uid=uid.value if uid else "",
        start=start,
        length=_length(component, start, clocks),
        rules=tuple(parse_rule(rule.value) for rule in component.all("RRULE")),
        dates=tuple(date for one in component.all("RDATE") for date in _dates(one, clocks)),
        left_out=frozenset(key for one in component.all("EXDATE") for key in _keys(one, clocks)),
        instead_of=_stamp(instead_of, clocks).key if instead_of else None,
        and_all_later=instead_of is not None and instead_of.parameters.get("RANGE", "").upper() == "THISANDFUTURE",
        is_busy=not is_free and component.text("STATUS") != "CANCELLED",
    )


def _keys(given: Property, clocks: Clocks) -> Iterator[Key]:
    return (_placed(parse_date_or_time(text), given, clocks).key for text in given.value.split(","))


def _stamp(given: Property, clocks: Clocks) -> Stamp:
    return _placed(parse_date_or_time(given.value), given, clocks)


def _placed(when: When, given: Property, clocks: Clocks) -> Stamp:
    if when.is_day:
        return Stamp(when.local, clocks.home, is_day=True)
    if when.is_utc:
        return Stamp(when.local, UTC_CLOCKS, is_day=False)
    return Stamp(when.local, clocks.zone_of(given), is_day=False)


def _length(component: Component, start: Stamp, clocks: Clocks) -> timedelta:
    """How long each occurrence lasts: on the clocks for days, in true hours for times. ValueError for less than 0."""
    end, duration = component.first("DTEND"), component.first("DURATION")
    if end:
        last = _stamp(end, clocks)
        length = last.local - start.local if start.is_day else last.instant - start.instant
    elif duration:
        length = parse_duration(duration.value)
    else:
        length = A_DAY if start.is_day else timedelta()
    if start.is_day and not length:
        length = A_DAY  # some programs write the day itself as its end
    if not timedelta() <= length <= _LONGEST:
        raise ValueError("an entry that ends before it begins, or never")
    return length


def _dates(given: Property, clocks: Clocks) -> Iterator[tuple[Stamp, timedelta | None]]:
    """The starts of an RDATE, those of periods with their lengths."""
    if given.parameters.get("VALUE", "").upper() == "PERIOD":
        yield from periods_of(given, clocks)
    else:
        yield from ((_placed(parse_date_or_time(text), given, clocks), None) for text in given.value.split(","))


def periods_of(given: Property, clocks: Clocks) -> Iterator[tuple[Stamp, timedelta]]:
    """The starts of a list of periods with their lengths; ValueError or OverflowError."""
    for begin, end in periods(given.value):
        start = _placed(begin, given, clocks)
        length = end if isinstance(end, timedelta) else _placed(end, given, clocks).instant - start.instant
        if not timedelta() <= length <= _LONGEST:
            raise ValueError("a period that ends before it begins, or never")
        yield start, length
