"""Local wall time to instant and back, days of a zone, working days; says what it does in a gap or an overlap.

Instants are aware datetimes in UTC. Local times are naive datetimes that mean nothing without the IANA zone beside
them. A time in a gap (skipped when clocks go forward) does not exist and is refused; of a time in an overlap (shown
twice when clocks go back) the first occurrence is meant unless the caller says which.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import tzdata  # type: ignore[import-untyped]  # a package of data: it has no types

FIRST_YEAR, LAST_YEAR = 1900, 2200
WESTMOST, EASTMOST = timedelta(hours=-12), timedelta(hours=14)
_ONE_DAY = timedelta(days=1)
_TIME = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})T(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.0{1,9})?)?"
    r"(?P<offset>Z|(?P<sign>[+-])(?P<off_hour>[0-9]{2}):(?P<off_minute>[0-5][0-9]))?"
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class UnknownZone(ValueError):
    """No IANA zone has this name (names are case-sensitive)."""


class BadTime(ValueError):
    """The text is no time of the form 2027-03-30T10:00, with seconds, Z or an offset if wished."""


class NonexistentTime(ValueError):
    """The clocks of the zone skip this local time; `opens_at` is the instant at which they go forward."""

    def __init__(self, local: datetime, zone: str, opens_at: datetime) -> None:
        super().__init__(f"{local:%Y-%m-%d %H:%M} does not exist in {zone}")
        self.local, self.zone, self.opens_at = local, zone, opens_at


@dataclass(frozen=True, slots=True)
class ParsedTime:
    """A time as somebody wrote it: the wall clock (naive), and the offset from UTC if one was given."""

    local: datetime
    offset: timedelta | None
    is_utc: bool

    @property
    def instant(self) -> datetime | None:
        """The instant in UTC, or None where no offset was given."""
        return None if self.offset is None else (self.local - self.offset).replace(tzinfo=UTC)


@cache
def zone_names() -> frozenset[str]:
    """The names of all IANA zones; the list is the tzdata package's, so that every machine knows the same."""
    from pathlib import Path  # noqa: PLC0415  a sixth of the time in which one rule is imported

    listed = Path(tzdata.__file__).with_name("zones").read_text(encoding="utf-8").split()
    return frozenset(listed) - {"Factory"}


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def zone(name: str) -> ZoneInfo:
    """The zone of this name; `UnknownZone` for any other text, paths and "localtime" included."""
    if name not in zone_names():
        raise UnknownZone(f"{name!r:.80} is not a time zone")
    return _zone(name)


def _as_instant(local: datetime, info: ZoneInfo, fold: int) -> datetime:
    return local.replace(tzinfo=info, fold=fold).astimezone(UTC)


def _offsets(local: datetime, info: ZoneInfo) -> tuple[timedelta, timedelta]:
    """The offsets of both readings: equal on most days, falling in an overlap, rising in a gap."""
    first = local.replace(tzinfo=info, fold=0).utcoffset()
    second = local.replace(tzinfo=info, fold=1).utcoffset()
    return first or timedelta(), second or timedelta()


def _require_wall_time(local: datetime) -> None:
    if local.tzinfo is not None:
        raise ValueError("a local time is naive: the zone stands beside it")
    if not FIRST_YEAR <= local.year <= LAST_YEAR:
        raise BadTime(f"the year {local.year} is not between {FIRST_YEAR} and {LAST_YEAR}")


def _require_instant(instant: datetime) -> None:
    if instant.tzinfo is None:
        raise ValueError("an instant is aware: this one has no offset")


def _transition(low: datetime, high: datetime, info: ZoneInfo) -> datetime:
    """The first instant after `low` with another offset; there is one up to `high`. To the second, by halving."""
    before = low.astimezone(info).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        if middle.astimezone(info).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high


def _end_of_gap(local: datetime, info: ZoneInfo) -> datetime:
    """The instant at which the clocks jump over `local`, which lies in a gap."""
    return _transition(_as_instant(local, info, 1), _as_instant(local, info, 0), info)


def _in_gap(local: datetime, info: ZoneInfo) -> bool:
    first, second = _offsets(local, info)
    return second > first


def is_ambiguous(local: datetime, zone_name: str) -> bool:
    """Whether the clocks of the zone show this local time twice."""
    _require_wall_time(local)
    first, second = _offsets(local, zone(zone_name))
    return first > second


def to_instant(local: datetime, zone_name: str, fold: int | None = None) -> datetime:
    """The instant of a local time; of two the first, or the second with fold=1. `NonexistentTime` in a gap."""
    _require_wall_time(local)
    info = zone(zone_name)
    local = local.replace(fold=0)
    if _in_gap(local, info):
        raise NonexistentTime(local, zone_name, _end_of_gap(local, info))
    return _as_instant(local, info, fold or 0)


def to_local(instant: datetime, zone_name: str) -> datetime:
    """The instant on the clocks of the zone, aware; its `fold` tells the two occurrences of an overlap apart."""
    _require_instant(instant)
    return instant.astimezone(zone(zone_name))


def local_date(instant: datetime, zone_name: str) -> date:
    """The day that the zone's calendar shows at the instant."""
    return to_local(instant, zone_name).date()


def _after_gap(local: datetime, info: ZoneInfo) -> datetime:
    """The instant of a local time, its first occurrence; in a gap the instant at which the gap ends."""
    return _end_of_gap(local, info) if _in_gap(local, info) else _as_instant(local, info, 0)


def day_bounds(day: date, zone_name: str) -> tuple[datetime, datetime]:
    """The day of the zone as instants, end excluded: 23 or 25 hours where clocks change, nothing for a skipped day."""
    info = zone(zone_name)
    start, end = datetime.combine(day, time.min), datetime.combine(day + _ONE_DAY, time.min)
    _require_wall_time(start)
    return _after_gap(start, info), _after_gap(end, info)


def offset_at(instant: datetime, zone_name: str) -> timedelta:
    """How far the zone's clocks are ahead of UTC at the instant."""
    return to_local(instant, zone_name).utcoffset() or timedelta()


def clock_changes(zone_name: str, after: datetime, until: datetime) -> Iterator[datetime]:
    """The instants after `after`, up to `until`, at which the zone's distance from UTC changes (not twice in a day)."""
    info, day = zone(zone_name), after.astimezone(UTC)
    while day < until:
        next_day = min(day + _ONE_DAY, until.astimezone(UTC))
        if day.astimezone(info).utcoffset() != next_day.astimezone(info).utcoffset():
            yield _transition(day, next_day, info)
        day = next_day


def offset_fits(local: datetime, offset: timedelta, zone_name: str) -> bool:
    """Whether this local time can have this offset there: in an overlap either of two, in a gap none."""
    _require_wall_time(local)
    info = zone(zone_name)
    return not _in_gap(local, info) and offset in _offsets(local, info)


def parse_day(text: str) -> date:
    """A day written 2027-03-30; `BadTime` for anything else and for years nobody books."""
    if not _DAY.fullmatch(text):
        raise BadTime(f"{text!r:.40} is not a day like 2027-03-30")
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise BadTime(f"{text} is not in the calendar") from error
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BadTime(f"the year {day.year} is not between {FIRST_YEAR} and {LAST_YEAR}")
    return day


def _parse_offset(found: re.Match[str]) -> timedelta | None:
    if found["offset"] is None:
        return None
    if found["offset"] == "Z":
        return timedelta()
    ahead = timedelta(hours=int(found["off_hour"]), minutes=int(found["off_minute"]))
    offset = -ahead if found["sign"] == "-" else ahead
    if not WESTMOST <= offset <= EASTMOST:
        raise BadTime(f"no place on earth is at {found['offset']}")
    return offset


def parse_time(text: str) -> ParsedTime:
    """A time of RFC 3339, its seconds and offset optional; `BadTime` for a 24th hour, a 60th second and all else."""
    found = _TIME.fullmatch(text)
    if not found:
        raise BadTime(f"{text!r:.40} is not a time like 2027-03-30T10:00+02:00")
    try:
        clock = time(int(found["hour"]), int(found["minute"]), int(found["second"] or 0))
    except ValueError as error:
        raise BadTime(f"{text:.40} is not on a clock") from error
    local = datetime.combine(parse_day(found["date"]), clock)
    return ParsedTime(local, _parse_offset(found), is_utc=found["offset"] == "Z")


def _parts(offset: timedelta) -> tuple[bool, int, int]:
    hours, minutes = divmod(round(abs(offset).total_seconds() / 60), 60)
    return offset < timedelta(), hours, minutes


def format_offset(offset: timedelta) -> str:
    """The offset for people: "UTC+1", "UTC+5:30", "UTC−3", "UTC"."""
    behind, hours, minutes = _parts(offset)
    if not hours and not minutes:
        return "UTC"
    return f"UTC{'−' if behind else '+'}{hours}" + (f":{minutes:02}" if minutes else "")


def iso_offset(offset: timedelta) -> str:
    """The offset for machines: "+01:00"."""
    behind, hours, minutes = _parts(offset)
    return f"{'-' if behind else '+'}{hours:02}:{minutes:02}"


def same_wall_clock(instant: datetime, days: int, zone_name: str) -> datetime:
    """The instant `days` local days away at the same time of the zone's clocks: "7 days before" is never 167 hours.

    Where the clocks skip that time the end of the gap is meant, where they show it twice the first occurrence.
    """
    local = to_local(instant, zone_name).replace(tzinfo=None, fold=0)
    return _after_gap(local + timedelta(days=days), zone(zone_name))


def _dated(local: datetime, zone_name: str) -> tuple[datetime, datetime | None]:
    try:
        return local, to_instant(local, zone_name)
    except NonexistentTime:
        return local, None


def repeat_weekly(local_start: datetime, zone_name: str, count: int) -> Iterator[tuple[datetime, datetime | None]]:
    """`count` weeks at the same local time, each with its instant: None in a week whose clocks skip that time."""
    for week in range(count):
        yield _dated(local_start + timedelta(weeks=week), zone_name)


def repeat_monthly(local_start: datetime, zone_name: str, count: int) -> Iterator[tuple[datetime, datetime | None]]:
    """`count` dates on the same day of the month, as `repeat_weekly`; months without that day are skipped.

    Skipped months do not count, as in RFC 5545.
    """
    month, given = local_start.year * 12 + local_start.month - 1, 0
    while given < count:
        try:
            local = local_start.replace(year=month // 12, month=month % 12 + 1)
        except ValueError:
            local = None
        if local:
            yield _dated(local, zone_name)
            given += 1
        month += 1


def _is_working(day: date, weekdays: frozenset[int], holidays: Collection[date]) -> bool:
    return day.weekday() in weekdays and day not in holidays


def working_days_after(today: date, day: date, weekdays: frozenset[int], holidays: Collection[date]) -> int:
    """Working days after `today` up to and including `day`; 0 if `day` is not later. Monday is weekday 0."""
    weeks, rest = divmod(max((day - today).days, 0), 7)
    last_days = (today.weekday() + 1 + step for step in range(rest))
    free = {one for one in holidays if today < one <= day and one.weekday() in weekdays}
    return weeks * len(weekdays) + sum(one % 7 in weekdays for one in last_days) - len(free)


def _require_working_week(n: int, weekdays: frozenset[int]) -> None:
    if n > 0 and not weekdays & frozenset(range(7)):
        raise ValueError("a station without working days never comes to the next one")


def nth_working_day_after(today: date, n: int, weekdays: frozenset[int], holidays: Collection[date]) -> date:
    """The first day up to which `n` working days have passed since `today`; `today` itself for none."""
    _require_working_week(n, weekdays)
    day = today
    while n > 0:
        day += _ONE_DAY
        n -= _is_working(day, weekdays, holidays)
    return day


def nth_working_day_before(day: date, n: int, weekdays: frozenset[int], holidays: Collection[date]) -> date:
    """The last day that still has `n` working days after it, up to and including `day`; `day` itself for none."""
    _require_working_week(n, weekdays)
    while n > 0:
        n -= _is_working(day, weekdays, holidays)
        day -= _ONE_DAY
    return day
