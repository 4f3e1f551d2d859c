"""The roster as an integer programme: at most one guide an event, and nothing that may not be.

Guides and events that have nothing to do with each other, as at two stations without a common guide, are parts that are
solved one by one: what is best for each is best for all, since every figure of a roster is a sum.

A column of 0 or 1 for each chance, then for each guide and month one for each hour that the load may grow.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from booking.scheduling.roster.model import (
    Chance,
    Colleague,
    Left,
    Question,
    Span,
    Wanted,
    by_guide,
    cliques,
    of_span,
    short_nights,
)

Terms = dict[int, int]
"""A coefficient by column."""


class Row(NamedTuple):
    """A condition: low <= sum of coefficient x column <= high."""

    low: float
    high: float
    terms: Terms


class Hour(NamedTuple):
    """One hour more in a guide's month, and what it weighs: the tenth of the month weighs 10."""

    guide: int
    month: int
    weight: int


@dataclass
class Programme:
    """The columns and rows of a question; the chances come first, in the question's order."""

    question: Question
    hours: list[Hour] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.question.chances) + len(self.hours)

    def at_most(self, most: int, columns: Iterable[int]) -> None:
        """Add that at most so many of the columns are taken, unless there are no more of them."""
        terms = dict.fromkeys(columns, 1)
        if len(terms) > most:
            self.rows.append(Row(0, most, terms))

    def values(self, given: Mapping[int, int]) -> list[float]:
        """A roster as the values of all columns."""
        hours_of = {event.id: event.hours for event in self.question.events}
        grown: dict[tuple[int, int], int] = defaultdict(int)
        found = []
        for chance in self.question.chances:
            is_taken = given.get(chance.event) == chance.guide
            grown[chance.guide, chance.month] += hours_of[chance.event] * is_taken
            found.append(float(is_taken))
        for hour in self.hours:
            found.append(float(grown[hour.guide, hour.month] > 0))
            grown[hour.guide, hour.month] -= 1
        return found

    def cost(self, costs: Terms, given: Mapping[int, int]) -> int:
        """What a roster costs."""
        values = self.values(given)
        return round(sum(cost * values[column] for column, cost in costs.items()))


def parts_of(question: Question) -> Iterator[Question]:
    """The question in parts that share no guide and no event; events that nobody can give are in none."""
    leader = {guide.id: guide.id for guide in question.guides}

    def lead(guide: int) -> int:
        while leader[guide] != guide:
            leader[guide] = guide = leader[leader[guide]]
        return guide

    first_of: dict[int, int] = {}
    for chance in question.chances:
        leader[lead(chance.guide)] = lead(first_of.setdefault(chance.event, chance.guide))
    parts: dict[int, list[Chance]] = defaultdict(list)
    for chance in question.chances:
        parts[lead(chance.guide)].append(chance)
    for chances in parts.values():
        guides, events = {one.guide for one in chances}, {one.event for one in chances}
        yield Question(
            [event for event in question.events if event.id in events],
            [guide for guide in question.guides if guide.id in guides],
            chances,
            [left for left in question.left if left.guide in guides],
        )


def programme_of(question: Question) -> Programme:
    """The integer programme of a question that is in order."""
    made = Programme(question)
    columns = {chance: column for column, chance in enumerate(question.chances)}
    events = {event.id: event for event in question.events}
    of_event: dict[int, list[int]] = defaultdict(list)
    for chance, column in columns.items():
        of_event[chance.event].append(column)
    for of_one in of_event.values():
        made.at_most(1, of_one)
    chances = by_guide(question.chances)
    for guide in question.guides:
        own = {chance: columns[chance] for chance in chances[guide.id]}
        left = [one for one in question.left if one.guide == guide.id]
        _keep_apart(made, guide, own, events)
        for limit in left:
            _keep_within(made, limit, {own[one]: events[one.event] for one in own if of_span(one, limit)})
        _weigh(made, guide, own, left, events)
    return made


def _keep_apart(made: Programme, guide: Colleague, own: Mapping[Chance, int], events: Mapping[int, Wanted]) -> None:
    """A guide is in one place at a time, and rests between two days."""
    column_of = {chance.event: column for chance, column in own.items()}
    for clique in cliques([events[event] for event in column_of]):
        made.at_most(1, [column_of[event.id] for event in clique])
    for early, late in short_nights(list(own), events, guide.rest_min):
        made.at_most(1, [own[early], own[late]])


def _keep_within(made: Programme, left: Left, own: Mapping[int, Wanted]) -> None:
    """No more events or minutes than are left of a guide's day or week."""
    if left.events is not None:
        made.at_most(left.events, own)
    if left.minutes is not None and sum(event.minutes for event in own.values()) > left.minutes:
        made.rows.append(Row(0, left.minutes, {column: event.minutes for column, event in own.items()}))


def _weigh(
    made: Programme, guide: Colleague, own: Mapping[Chance, int], left: Iterable[Left], events: Mapping[int, Wanted]
) -> None:
    """The hours of each month, the light ones first: they weigh less."""
    months: dict[int, list[Chance]] = defaultdict(list)
    for chance in own:
        months[chance.month].append(chance)
    for month, chances in months.items():
        terms = {own[chance]: events[chance.event].hours for chance in chances}
        already = guide.month_hours.get(month, 0)
        for more in range(1, _most_hours(chances, left, events) + 1):
            terms[made.width] = -1
            made.hours.append(Hour(guide.id, month, already + more))
        made.rows.append(Row(0, 0, terms))


def _most_hours(chances: Iterable[Chance], left: Iterable[Left], events: Mapping[int, Wanted]) -> int:
    """So many hours a guide could have of these at most, or a few more: columns that no roster fills cost time."""
    days: dict[int, list[Wanted]] = defaultdict(list)
    for chance in chances:
        days[chance.day].append(events[chance.event])
    limits = {one.number: one.events for one in left if one.span is Span.DAY and one.events is not None}
    found = 0
    for day, of_day in days.items():
        most = min(_most_in_turn(of_day), limits.get(day, len(of_day)))
        found += sum(sorted((event.hours for event in of_day), reverse=True)[:most])
    return found


def _most_in_turn(events: Iterable[Wanted]) -> int:
    """How many of the events one person could give one after the other."""
    number, free_from = 0, float("-inf")
    for event in sorted(events, key=lambda one: one.until):
        if event.starts >= free_from:
            number, free_from = number + 1, event.until
    return number


def steps_of(made: Programme) -> Iterator[Terms]:
    """What each step makes as small as can be, by column: what is wished counts below nothing.

    Wishes and seniority share the last one: a wish counts more than all the seniority that a roster could have.
    """
    question, first = made.question, len(made.question.chances)
    seniority = {guide.id: guide.seniority for guide in question.guides}
    a_wish = 1 + max(seniority.values(), default=0) * len(question.events)
    likes = ((column, one.wishes * a_wish + seniority[one.guide]) for column, one in enumerate(question.chances))
    yield dict.fromkeys(range(first), -1)
    yield {first + place: hour.weight for place, hour in enumerate(made.hours)}
    yield {column: -likes_it for column, likes_it in likes if likes_it}
