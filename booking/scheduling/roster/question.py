"""From what is known of guides and events to the values that decide a roster."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from booking import zones
from booking.scheduling.hosts import HostFacts, Taken
from booking.scheduling.minutes import day_number, instant_of, minute_of, week_of
from booking.scheduling.roster.model import Chance, Colleague, Left, Question, Span, Wanted, hours_of
from booking.scheduling.terms import Unfit

KEEPS = 2
"""What it counts that a guide has the event already: nobody need be told anything."""
LIKES = 1
"""What it counts that the event lies in hours that the guide likes best."""
MONTHS = 12

Fitness = Mapping[int, Mapping[int, tuple[Unfit, ...]]]


class ToGive(NamedTuple):
    """An event that is to be given to somebody, and who has it today."""

    id: int
    starts_at: datetime
    ends_at: datetime
    pause_min: int
    guide_id: int | None

    @property
    def wanted(self) -> Wanted:
        """The event in minutes since 1970."""
        start, end = minute_of(self.starts_at), minute_of(self.ends_at)
        return Wanted(self.id, start, end, end + self.pause_min)


class When(NamedTuple):
    """Where a minute lies on a calendar, by numbers of days, weeks and months, and its minute of that day."""

    day: int
    week: int
    month: int
    minute: int


@dataclass
class Calendars:
    """The calendars of the home stations; asked for the same minute by many guides, each answers once."""

    known: dict[tuple[str, int], When]

    def when(self, minute: int, zone: str) -> When:
        """The minute since 1970 on the zone's calendar."""
        if (zone, minute) not in self.known:
            local = zones.to_local(instant_of(minute), zone)
            day = day_number(local.date())
            month = local.year * MONTHS + local.month - 1
            self.known[zone, minute] = When(day, week_of(day), month, local.hour * 60 + local.minute)
        return self.known[zone, minute]


def question_of(
    events: Sequence[ToGive], hosts: Sequence[HostFacts], taken: Mapping[int, Sequence[Taken]], fitness: Fitness
) -> Question:
    """What is to be decided.

    `taken` holds what the guides have beside these events, over the whole months and weeks that these events touch.
    """
    calendars = Calendars({})
    chances = [chance for host in hosts for chance in _chances(host, events, fitness, calendars)]
    of_host: dict[int, list[Chance]] = defaultdict(list)
    for chance in chances:
        of_host[chance.guide].append(chance)
    able = [host for host in hosts if host.id in of_host]
    held = {host.id: _held(host, taken.get(host.id, ()), calendars) for host in able}
    return Question(
        [event.wanted for event in events],
        [_colleague(host, held[host.id]) for host in able],
        chances,
        [left for host in able for left in _left(host, of_host[host.id], held[host.id])],
    )


def _chances(host: HostFacts, events: Iterable[ToGive], fitness: Fitness, calendars: Calendars) -> Iterator[Chance]:
    for event in events:
        if fitness[event.id].get(host.id) == ():
            when = calendars.when(minute_of(event.starts_at), host.zone)
            wishes = KEEPS * (event.guide_id == host.id) + LIKES * _likes(host, event, when)
            yield Chance(event.id, host.id, when.day, when.week, when.month, wishes)


def _likes(host: HostFacts, event: ToGive, when: When) -> bool:
    weekday, end = (when.day + 3) % 7, when.minute + event.wanted.minutes
    return any(day == weekday and opens <= when.minute and end <= closes for day, opens, closes in host.preferred)


Engaged = list[tuple[When, int]]
"""Where each event of a guide lies, and its minutes."""


def _held(host: HostFacts, taken: Iterable[Taken], calendars: Calendars) -> Engaged:
    return [(calendars.when(one.start, host.zone), one.finish - one.start) for one in taken if one.is_event]


def _colleague(host: HostFacts, held: Engaged) -> Colleague:
    months: dict[int, int] = defaultdict(int)
    for when, minutes in held:
        months[when.month] += hours_of(minutes)
    return Colleague(host.id, host.seniority, host.limits.rest_min or 0, dict(months))


def _left(host: HostFacts, chances: Iterable[Chance], held: Engaged) -> Iterator[Left]:
    """What is left of a guide's limits on the days and in the weeks of the chances."""
    limits = host.limits
    chances = list(chances)
    for day in sorted({chance.day for chance in chances}):
        of_day = [minutes for when, minutes in held if when.day == day]
        yield _rest_of(host.id, Span.DAY, day, of_day, limits.events_per_day, limits.minutes_per_day)
    for week in sorted({chance.week for chance in chances}):
        of_week = [minutes for when, minutes in held if when.week == week]
        yield _rest_of(host.id, Span.WEEK, week, of_week, limits.events_per_week, limits.minutes_per_week)


def _rest_of(
    guide: int, span: Span, number: int, held: Sequence[int], most_events: int | None, most_minutes: int | None
) -> Left:
    events = None if most_events is None else max(most_events - len(held), 0)
    return Left(guide, span, number, events, None if most_minutes is None else max(most_minutes - sum(held), 0))
