"""When stations were closed, as paragraph 12 says it: pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from booking.reporting.terms import Period

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Shut:
    """Days on which a station's premises are closed to the public, or (`is_partly`) open to groups with a booking."""

    station: str
    is_partly: bool
    first: date
    last: date | None


@dataclass(frozen=True, slots=True)
class Reopening:
    """Days of the period on which groups with a booking were received, and whether the premises then closed again."""

    station: str
    period: Period
    is_followed: bool

    @property
    def months(self) -> tuple[int, ...]:
        """The months of these days, in their order."""
        first, last = self.period.first, self.period.last
        number = (last.year - first.year) * 12 + last.month - first.month + 1
        return tuple((first.month - 1 + one) % 12 + 1 for one in range(min(number, 12)))


def closed_since(shuts: Iterable[Shut], period: Period) -> date | None:
    """Since when a station has been closed to the public without a day between; None if not all through the period."""
    for first, last in _runs(shuts):
        if first <= period.first and period.last <= last:
            return first
    return None


def _runs(shuts: Iterable[Shut]) -> Iterator[tuple[date, date]]:
    """Stretches of days without a gap."""
    run: tuple[date, date] | None = None
    for one in sorted(shuts, key=lambda shut: shut.first):
        last = one.last or date.max
        if run and one.first - _DAY <= run[1]:
            run = run[0], max(run[1], last)
        else:
            if run:
                yield run
            run = one.first, last
    if run:
        yield run


def was_closed(shuts: Iterable[Shut], period: Period) -> bool:
    """Whether a station was closed on any day of the period."""
    return any(one.first <= period.last and (one.last or date.max) >= period.first for one in shuts)


def reopenings(shuts: Sequence[Shut], period: Period) -> Iterator[Reopening]:
    """The partial reopenings within the period."""
    for one in sorted((shut for shut in shuts if shut.is_partly), key=lambda shut: (shut.station, shut.first)):
        first, last = max(one.first, period.first), min(one.last or date.max, period.last)
        if first > last:
            continue
        after = one.last + _DAY if one.last and one.last < period.last else None
        again = any(
            other.station == one.station and not other.is_partly and after and other.first == after for other in shuts
        )
        yield Reopening(one.station, Period(first, last), again)
