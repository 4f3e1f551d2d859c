"""Weeks as ISO 8601 counts them: from Monday to Sunday on a station's own calendar, written 2026-W50."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from booking.scheduling.minutes import day_number, week_of
from booking.zones import FIRST_YEAR, LAST_YEAR

_WEEK = re.compile(r"([0-9]{4})-W([0-9]{2})")
_SEVEN_DAYS = timedelta(days=7)


class BadWeek(ValueError):
    """The text is no week of the calendar."""


@dataclass(frozen=True, slots=True)
class Week:
    """A week by its Monday."""

    monday: date

    @classmethod
    def of(cls, day: date) -> "Week":
        """The week in which a day lies."""
        return cls(day - timedelta(days=day.weekday()))

    @property
    def sunday(self) -> date:
        """The last day."""
        return self.monday + timedelta(days=6)

    @property
    def number(self) -> int:
        """The number of the week since 1970, as minutes and days are counted."""
        return week_of(day_number(self.monday))

    @property
    def before(self) -> "Week":
        """The week before."""
        return Week(self.monday - _SEVEN_DAYS)

    @property
    def after(self) -> "Week":
        """The next week."""
        return Week(self.monday + _SEVEN_DAYS)

    def __str__(self) -> str:
        year, number, _ = self.monday.isocalendar()
        return f"{year}-W{number:02}"


def parse_week(text: str) -> Week:
    """The week of a text like 2026-W50; `BadWeek` for anything else, and for a 53rd week of a year that has none."""
    found = _WEEK.fullmatch(text)
    if not found:
        raise BadWeek(f"{text!r:.40} is not a week like 2026-W50")
    year, number = map(int, found.groups())
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadWeek(f"the year {year} is not between {FIRST_YEAR} and {LAST_YEAR}")
    try:
        return Week(date.fromisocalendar(year, number, 1))
    except ValueError as error:
        raise BadWeek(f"the year {year} has no week {number}") from error
