"""What decides a roster and what it is worth. Nothing here knows a table, a page or a clock.

What may not be (a guide in two places, too short a night, more than a limit) is a condition. What is wished comes in
four steps, each decided only among what the earlier ones left equal: most events given, then even hours over the
month, then guides' wishes, then seniority.

The load counts each event in whole hours, at least one. To the minute, sums of 45, 60 and 90 minutes would be evened
out like weights on a balance: nobody would notice, and to prove the best took twenty times as long.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

HOUR = 60


class Span(StrEnum):
    """What a limit is for, by the calendar of the guide's home station."""

    DAY = "day"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Wanted:
    """An event that wants a guide, in minutes since 1970; `until` has the pause after it."""

    id: int
    starts: int
    ends: int
    until: int

    @property
    def minutes(self) -> int:
        """How long it is, without the pause."""
        return self.ends - self.starts

    @property
    def hours(self) -> int:
        """What it counts in the load of a month."""
        return hours_of(self.minutes)


@dataclass(frozen=True, slots=True)
class Chance:
    """A guide who could give an event if it were the only one; day, week and month by the guide's own calendar."""

    event: int
    guide: int
    day: int
    week: int
    month: int
    wishes: int = 0
    """What speaks for it: preferred hours, has it already."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """What counts of a guide beside the chances."""

    id: int
    seniority: int = 0
    rest_min: int = 0
    """Minutes between the last event of a day and the first of another."""
    month_hours: Mapping[int, int] = field(default_factory=dict)
    """What the events that the guide has already count in the load, by month."""


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a guide's limit on a day or in a week; None where there is no limit."""

    guide: int
    span: Span
    number: int
    events: int | None = None
    minutes: int | None = None


@dataclass(frozen=True)
class Question:
    """Everything that decides a roster."""

    events: Sequence[Wanted]
    guides: Sequence[Colleague]
    chances: Sequence[Chance]
    left: Sequence[Left] = ()

    def in_order(self) -> "Question":
        """The same in one order, so that the same question always has the same answer."""
        return Question(
            sorted(self.events, key=lambda one: (one.starts, one.id)),
            sorted(self.guides, key=lambda one: one.id),
            sorted(self.chances, key=lambda one: (one.event, one.guide)),
            sorted(self.left, key=lambda one: (one.guide, one.span, one.number)),
        )


@dataclass(frozen=True, slots=True)
class Score:
    """What a roster is worth, in the order in which it counts."""

    covered: int
    load: int
    """Less is more even."""
    wishes: int
    seniority: int


@dataclass(frozen=True)
class Answer:
    """Who gives what, and whether it is proven that nothing better exists."""

    given: Mapping[int, int]
    """The guide's id by the event's."""
    proven_optimal: bool
    score: Score


def hours_of(minutes: int) -> int:
    """So many minutes in whole hours, half an hour as one, and at least one."""
    return max(1, (minutes + HOUR // 2) // HOUR)


def weight(hours: int) -> int:
    """What so many hours in a month weigh: the first 1, the second 2, and so on, so that even is lightest."""
    return hours * (hours + 1) // 2


def score_of(question: Question, given: Mapping[int, int]) -> Score:
    """What it is worth to give the events so."""
    events, guides = {one.id: one for one in question.events}, {one.id: one for one in question.guides}
    added: dict[tuple[int, int], int] = defaultdict(int)
    wishes = seniority = 0
    for chance in taken(question, given):
        added[chance.guide, chance.month] += events[chance.event].hours
        wishes += chance.wishes
        seniority += guides[chance.guide].seniority
    load = 0
    for (guide, month), hours in added.items():
        already = guides[guide].month_hours.get(month, 0)
        load += weight(already + hours) - weight(already)
    return Score(len(given), load, wishes, seniority)


def taken(question: Question, given: Mapping[int, int]) -> Iterator[Chance]:
    """The chances that a roster takes."""
    return (chance for chance in question.chances if given.get(chance.event) == chance.guide)


def by_guide(chances: Iterable[Chance]) -> dict[int, list[Chance]]:
    """The chances of each guide."""
    found: dict[int, list[Chance]] = defaultdict(list)
    for chance in chances:
        found[chance.guide].append(chance)
    return found


def cliques(events: Sequence[Wanted]) -> Iterator[list[Wanted]]:
    """The largest sets of events of which a guide can give one only: all of a set are on at one moment."""
    running: list[Wanted] = []
    for event in sorted(events, key=lambda one: (one.starts, one.id)):
        still = [one for one in running if one.until > event.starts]
        if len(still) < len(running) and len(running) > 1:
            yield running
        running = [*still, event]
    if len(running) > 1:
        yield running


def too_close(one: Chance, other: Chance, events: Mapping[int, Wanted], rest_min: int) -> bool:
    """Whether two events of a guide are of different days, and the night between them is too short."""
    first, second = events[one.event], events[other.event]
    return one.day != other.day and second.starts - first.ends < rest_min and first.starts - second.ends < rest_min


def short_nights(
    chances: Sequence[Chance], events: Mapping[int, Wanted], rest_min: int
) -> Iterator[tuple[Chance, Chance]]:
    """The pairs of a guide's chances between which the night is too short."""
    in_order = sorted(chances, key=lambda one: events[one.event].starts)
    for place, early in enumerate(in_order if rest_min else ()):
        for late in in_order[place + 1 :]:
            if events[late.event].starts - events[early.event].ends >= rest_min:
                break
            if too_close(early, late, events, rest_min):
                yield early, late


def of_span(chance: Chance, left: Left) -> bool:
    """Whether the chance counts against this limit."""
    number = chance.day if left.span is Span.DAY else chance.week
    return chance.guide == left.guide and number == left.number
