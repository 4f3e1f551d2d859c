"""How much each guide has: in the week of a roster, and in the month in which most of that week lies."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from booking.scheduling.hosts import HostFacts, Taken
from booking.scheduling.minutes import minute_of
from booking.scheduling.roster.question import MONTHS, Calendars, ToGive
from booking.scheduling.roster.weeks import Week


@dataclass(frozen=True, slots=True)
class Load:
    """What a guide has by a roster; the week and the month are those of the guide's home station."""

    guide: int
    events: int
    minutes: int
    month_minutes: int


def loads_of(
    week: Week,
    hosts: Iterable[HostFacts],
    taken: Mapping[int, Sequence[Taken]],
    events: Iterable[ToGive],
    given: Mapping[int, int],
) -> list[Load]:
    """The loads of all hosts; `given` says who is to have which of the events, `taken` what else each has."""
    new: dict[int, list[Taken]] = {}
    for event in events:
        host = given.get(event.id)
        if host is not None:
            start, end = minute_of(event.starts_at), minute_of(event.ends_at)
            new.setdefault(host, []).append(Taken(host, start, end))
    calendars = Calendars({})
    return [_load(week, host, [*taken.get(host.id, ()), *new.get(host.id, ())], calendars) for host in hosts]


def _load(week: Week, host: HostFacts, taken: Iterable[Taken], calendars: Calendars) -> Load:
    thursday = week.monday + timedelta(days=3)
    this_month, this_week = thursday.year * MONTHS + thursday.month - 1, week.number
    own = [(calendars.when(one.start, host.zone), one.finish - one.start) for one in taken if one.is_event]
    in_week = [minutes for when, minutes in own if when.week == this_week]
    in_month = [minutes for when, minutes in own if when.month == this_month]
    return Load(host.id, len(in_week), sum(in_week), sum(in_month))
