"""When a class would come: its days, weekdays and hours, on its own clock, as sets of minutes."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from booking import zones
from booking.bookings.offers import ALL_WEEKDAYS, WEEKS_SHOWN, Criteria
from booking.scheduling.minutes import DAY, Span, bits_of, local_days, minute_of, ranges_of, weekday_of

_FOUR_WEEKS = timedelta(weeks=WEEKS_SHOWN) - timedelta(days=1)
_FIRST_DAY, _LAST_DAY = date(zones.FIRST_YEAR + 1, 1, 1), date(zones.LAST_YEAR - 1, 12, 31)


def days_wished(criteria: Criteria, now: datetime) -> tuple[date, date]:
    """The first and the last day looked for, both included, days of the class's zone; never before today."""
    today = zones.local_date(now, criteria.time_zone)
    first = max(criteria.from_day or today, today)
    return first, criteria.to_day or min(first, _LAST_DAY - _FOUR_WEEKS) + _FOUR_WEEKS


def clamped(day: date) -> date:
    """The day, or the nearest that zones know: nobody books in the years that are cut off."""
    return min(max(day, _FIRST_DAY), _LAST_DAY)


def span_of(first: date, last: date, time_zone: str, now: datetime) -> Span:
    """The minutes of these days on the zone's clocks that are still to come; an empty span where there are none."""
    begins = minute_of(zones.day_bounds(clamped(first), time_zone)[0])
    ends = minute_of(zones.day_bounds(clamped(last), time_zone)[1])
    start = max(minute_of(now) + 1, begins)
    return Span(start, max(start, ends))


@dataclass(frozen=True)
class Wishes:
    """The starts that suit a class over a span; `wished` is the part of it that lies on the days looked for."""

    criteria: Criteria
    span: Span
    wished: Span
    _starts: dict[int, int] = field(default_factory=dict)

    def starts(self, minutes: int, *, on_site: bool) -> int:
        """Starts of an event of that length; the hours of the class bind it only where it is given online."""
        key = -1 if on_site or self._any_hour else minutes
        if key not in self._starts:
            whole = [(self.wished.base, self.wished.end)]
            self._starts[key] = bits_of(whole if key < 0 else self._own_hours(minutes), self.span)
        return self._starts[key]

    def suit(self, starts_at: datetime, ends_at: datetime, *, on_site: bool) -> bool:
        """Whether an event of the calendar suits the class."""
        start = minute_of(starts_at)
        if not self.wished.base <= start < self.wished.end:
            return False
        possible = self.starts(minute_of(ends_at) - start, on_site=on_site)
        return bool(possible >> (start - self.span.base) & 1)

    @property
    def _any_hour(self) -> bool:
        return self.criteria.hours is None and self.criteria.weekdays == ALL_WEEKDAYS

    def _own_hours(self, minutes: int) -> list[tuple[int, int]]:
        """Where an event may start so that it ends in time; hours that end before they begin end on the next day."""
        if not self.wished.length:
            return []
        begins, ends = self.criteria.hours or (0, DAY + minutes - 1)
        last = ends - minutes + (DAY if self.criteria.hours and ends <= begins else 0)
        days = (day for day in local_days(self.criteria.time_zone, self.wished))
        weekdays = self.criteria.weekdays
        windows = {day: ((begins, last + 1),) for day in days if weekday_of(day) in weekdays}
        return list(ranges_of(windows, self.criteria.time_zone, self.wished))
