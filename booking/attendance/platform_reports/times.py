"""Times and durations as reports write them.

Which number is the day is not decided here: every time can be read in either order, and says which of them it allows.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from booking.attendance.platform_reports.terms import ASKED, DateOrder
from booking.attendance.platform_reports.words import folded

LONGEST = timedelta(hours=24)
"""No meeting and no stay lasts longer."""
_TIME = r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?(?:\.[0-9]{1,6})?"
_HALF = r"(?: ?(?P<half>[ap])\.? ?m\.?)?"
_LOCAL = re.compile(
    r"(?P<one>[0-9]{1,2})(?P<sign>[/.-])(?P<two>[0-9]{1,2})(?P=sign)(?P<year>[0-9]{4}|[0-9]{2}),? " + _TIME + _HALF
)
_YEAR_FIRST = re.compile(
    r"(?P<year>[0-9]{4})(?P<sign>[/.-])(?P<month>[0-9]{1,2})(?P=sign)(?P<day>[0-9]{1,2})(?:t|,? )"
    + _TIME
    + _HALF
    + r" ?(?P<zone>z|utc|[+-][0-9]{2}:?[0-9]{2})?"
)
_CENTURY, _FIRST_YEAR, _LAST_YEAR = 2000, 2000, 2099
_NOON = 12
_PART = re.compile(r" ?(?P<number>-?[0-9]{1,6}) ?(?P<unit>[^\W\d]+)\.?,?")
_CLOCK = re.compile(r"([0-9]{1,6}):([0-5][0-9]):([0-5][0-9])")
_PLAIN = re.compile(r"-?[0-9]{1,7}")
_UNITS = {
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "std", "stunde", "stunden", "heure", "heures", "hora"), 3600),
    **dict.fromkeys(("horas",), 3600),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "minuten", "minuto", "minutos"), 60),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "sek", "sekunde", "sekunden", "seg"), 1),
    **dict.fromkeys(("seconde", "secondes", "segundo", "segundos"), 1),
}


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time as it was read: `at` says when that is, in either order; None where no such day exists in it."""

    day_first: datetime | None
    month_first: datetime | None
    is_utc: bool = False
    is_year_first: bool = False

    def at(self, order: DateOrder) -> datetime | None:
        """The wall time in this order."""
        return self.month_first if order is DateOrder.MONTH_FIRST else self.day_first

    @property
    def only(self) -> DateOrder | None:
        """The one order that it allows; None where both give a day."""
        if self.day_first is None:
            return DateOrder.MONTH_FIRST
        return DateOrder.DAY_FIRST if self.month_first is None else None

    @property
    def is_open(self) -> bool:
        """Whether it is one day in one order and another in the other."""
        return self.only is None and self.day_first != self.month_first


def stamp_of(text: str) -> Stamp | None:
    """The time that a cell holds; None where it holds none, or one that does not exist."""
    plain = folded(text)
    found = _LOCAL.fullmatch(plain)
    if found:
        return _local(found)
    found = _YEAR_FIRST.fullmatch(plain)
    return _year_first(found) if found else None


def _local(found: re.Match[str]) -> Stamp | None:
    one, two, year = int(found["one"]), int(found["two"]), int(found["year"])
    year += _CENTURY if len(found["year"]) == len("21") else 0
    day_first = _wall(year, two, one, found)
    # No locale writes the month first with dots (CLDR, short dates of all its locales).
    month_first = None if found["sign"] == "." else _wall(year, one, two, found)
    return Stamp(day_first, month_first) if day_first or month_first else None


def _year_first(found: re.Match[str]) -> Stamp | None:
    wall = _wall(int(found["year"]), int(found["month"]), int(found["day"]), found)
    if wall is None or not found["zone"]:
        return Stamp(wall, wall, is_year_first=True) if wall else None
    wall -= _offset(found["zone"])
    return Stamp(wall, wall, is_utc=True, is_year_first=True)


def _offset(zone: str) -> timedelta:
    if zone in {"z", "utc"}:
        return timedelta()
    size = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    return -size if zone[0] == "-" else size


def _wall(year: int, month: int, day: int, found: re.Match[str]) -> datetime | None:
    """The wall time, if there is such a day and hour."""
    hour = _hour(int(found["hour"]), found["half"])
    if hour is None or not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return datetime(year, month, day, hour, int(found["minute"]), int(found["second"] or 0))  # noqa: DTZ001  wall time
    except ValueError:
        return None


def _hour(hour: int, half: str | None) -> int | None:
    """The hour of 24, of one that may be of 12."""
    if half is None:
        return hour
    if not 1 <= hour <= _NOON:
        return None
    return hour % _NOON + (_NOON if half == "p" else 0)


def order_of(stamps: list[Stamp]) -> DateOrder | None:
    """The order that the days themselves decide: a number over 12, or the year in front; else None."""
    if stamps and all(stamp.is_year_first for stamp in stamps):
        return DateOrder.YEAR_FIRST
    found = {stamp.only for stamp in stamps} - {None}
    return next((order for order in ASKED if order in found), None)


def seconds_of(text: str, *, bare_unit: int | None = None) -> int | None:
    """The seconds of a duration ("1h 2m 3s", "1:02:03"); of a bare number if its unit is given. None for no duration.

    What is impossible (less than nothing, thousands of hours) is given as it stands: the caller judges it.
    """
    plain = folded(text)
    if _PLAIN.fullmatch(plain):
        return int(plain) * bare_unit if bare_unit else None
    clock = _CLOCK.fullmatch(plain)
    if clock:
        hours, minutes, seconds = map(int, clock.groups())
        return hours * 3600 + minutes * 60 + seconds
    parts = list(_PART.finditer(plain))
    if not parts or "".join(part.group() for part in parts) != plain:
        return None
    if any(part["unit"] not in _UNITS for part in parts):
        return None
    return sum(int(part["number"]) * _UNITS[part["unit"]] for part in parts)
