"""Can this host give this event, and if not, why? The same answer as the sets of `slots`, host by host, with reasons.

    reasons_against(host, wanted, taken) -> tuple[Unfit, ...]      empty: the host can give it

`host` is a `HostFacts` (booking.scheduling.hosts), `wanted` a `Wanted`, `taken` the host's `Taken` from the Monday
before to the Sunday after (more does no harm). `Unfit` (booking.scheduling.terms) has `reason`, the `code` of the other
event where there is one, and the `limit` that would be passed; `booking.scheduling.words` puts it into a sentence.

Set-wise, in five statements whatever the numbers (booking.scheduling.queries.fitness):

    fitness(session, event_ids, guide_ids=None, given_up=()) -> Mapping[event_id, Mapping[guide_id, tuple[Unfit, ...]]]
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from booking.scheduling.calendars import Calendar
from booking.scheduling.diary import Diary
from booking.scheduling.hosts import HostFacts, Need, Taken, cannot
from booking.scheduling.minutes import DAY, Span
from booking.scheduling.terms import Unfit


class Wanted(NamedTuple):
    """An event that needs a host: minutes since 1970, the minutes of pause after it, its code if it has one.

    What a host has under the same code is this event itself, and never stands against it.
    """

    need: Need
    start: int
    end: int
    pause: int
    code: str = ""

    @property
    def span(self) -> Span:
        """The event with a day at both ends: hours of the home zone and nights reach over midnight."""
        return Span(self.start - DAY, self.end + DAY)


def reasons_against(host: HostFacts, wanted: Wanted, taken: Sequence[Taken] = ()) -> tuple[Unfit, ...]:
    """Everything that stands against a host's giving an event, in the order of `Reason`; empty where nothing does."""
    return _judged(Diary(host, Calendar(host.zone, wanted.span), _others(taken, wanted)), wanted)


def _others(taken: Sequence[Taken], wanted: Wanted) -> Sequence[Taken]:
    return [one for one in taken if not (one.is_event and one.code and one.code == wanted.code)]


def _judged(diary: Diary, wanted: Wanted) -> tuple[Unfit, ...]:
    when = diary.against(wanted.start, wanted.end, wanted.pause)
    return *cannot(diary.host, wanted.need), *when


@dataclass(frozen=True)
class Company:
    """Hosts and what they have, by host; asked for many events, it keeps what is the same for all."""

    hosts: Sequence[HostFacts]
    taken: Mapping[int, Sequence[Taken]]

    def judge(self, wanted: Mapping[int, Wanted]) -> dict[int, dict[int, tuple[Unfit, ...]]]:
        """What stands against each host's giving each event: by the keys of `wanted`, then by the host's id."""
        if not wanted:
            return {}
        span = Span(min(one.span.base for one in wanted.values()), max(one.span.end for one in wanted.values()))
        calendars = {zone: Calendar(zone, span) for zone in {host.zone for host in self.hosts}}
        diaries = {host.id: Diary(host, calendars[host.zone], self.taken.get(host.id, ())) for host in self.hosts}
        return {key: _all_judged(diaries, one) for key, one in wanted.items()}


def _all_judged(diaries: Mapping[int, Diary], wanted: Wanted) -> dict[int, tuple[Unfit, ...]]:
    return {host: _judged(_without(diary, wanted), wanted) for host, diary in diaries.items()}


def _without(diary: Diary, wanted: Wanted) -> Diary:
    """The diary as if the event were not in it."""
    if not any(one.code == wanted.code for one in diary.taken if one.is_event and one.code):
        return diary
    return Diary(diary.host, diary.calendar, _others(diary.taken, wanted))
