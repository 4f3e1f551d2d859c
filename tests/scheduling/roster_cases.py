"""Small rosters for tests: made at random, and solved by trying everything."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import combinations, product

from booking.scheduling.roster.model import (
    Chance,
    Colleague,
    Left,
    Question,
    Score,
    Span,
    Wanted,
    hours_of,
)

DAY = 1440


def small_question(seed: int) -> Question:
    """Up to six events on two days and up to three guides, with every kind of limit somewhere."""
    dice = random.Random(seed)  # noqa: S311  not a secret
    events = [_event(number, dice) for number in range(1, dice.randint(2, 6) + 1)]
    guides = [
        Colleague(number, dice.choice([0, 3, 7]), dice.choice([0, 0, 660, 900]), {1: dice.choice([0, 0, 1, 4])})
        for number in range(1, dice.randint(1, 3) + 1)
    ]
    chances = [
        Chance(event.id, guide.id, event.starts // DAY, 0, 1, dice.choice([0, 0, 1, 2]))
        for event, guide in product(events, guides)
        if dice.random() < 0.8
    ]
    return Question(events, guides, chances, [left for guide in guides for left in _limits(guide.id, dice)])


def _event(number: int, dice: random.Random) -> Wanted:
    start = dice.choice([0, DAY]) + 60 * 8 + 30 * dice.randrange(0, 20)
    end = start + dice.choice([30, 45, 60, 75, 90, 120])
    return Wanted(number, start, end, end + 15)


def _limits(guide: int, dice: random.Random) -> Iterator[Left]:
    for day in (0, 1):
        yield Left(guide, Span.DAY, day, dice.choice([None, 1, 2]), dice.choice([None, 90, 150]))
    yield Left(guide, Span.WEEK, 0, dice.choice([None, 2, 3]), dice.choice([None, 180]))


def is_allowed(question: Question, given: Mapping[int, int]) -> bool:
    """Whether nobody is in two places, tired or over a limit: told from the conditions, not from the programme."""
    events = {event.id: event for event in question.events}
    may = {(chance.event, chance.guide): chance for chance in question.chances}
    if any(pair not in may for pair in given.items()):
        return False
    for guide in question.guides:
        own = [may[event, guide.id] for event in given if given[event] == guide.id]
        for one, other in combinations(own, 2):
            first, second = sorted((events[one.event], events[other.event]), key=lambda event: event.starts)
            if second.starts < first.until:
                return False
            if one.day != other.day and second.starts - first.ends < guide.rest_min:
                return False
        for left in (left for left in question.left if left.guide == guide.id):
            counted = [events[one.event] for one in own if left.span is Span.WEEK or one.day == left.number]
            if left.events is not None and len(counted) > left.events:
                return False
            if left.minutes is not None and sum(one.ends - one.starts for one in counted) > left.minutes:
                return False
    return True


def worth(question: Question, given: Mapping[int, int]) -> Score:
    """What a roster is worth, counted anew."""
    events, guides = {one.id: one for one in question.events}, {one.id: one for one in question.guides}
    may = {(chance.event, chance.guide): chance for chance in question.chances}
    own: Counter[int] = Counter()
    for event, guide in given.items():
        own[guide] += hours_of(events[event].ends - events[event].starts)
    load = sum(
        sum(range(guides[guide].month_hours[1] + 1, guides[guide].month_hours[1] + hours + 1))
        for guide, hours in own.items()
    )
    wishes = sum(may[pair].wishes for pair in given.items())
    return Score(len(given), load, wishes, sum(guides[guide].seniority for guide in given.values()))


def in_order(score: Score) -> tuple[int, int, int, int]:
    """Larger is better."""
    return score.covered, -score.load, score.wishes, score.seniority


def best_by_trying(question: Question) -> Score:
    """The best of all rosters that are allowed."""
    may = {
        event.id: [None, *(one.guide for one in question.chances if one.event == event.id)] for event in question.events
    }
    rosters = ({event: guide for event, guide in zip(may, one, strict=True) if guide} for one in product(*may.values()))
    return max((worth(question, one) for one in rosters if is_allowed(question, one)), key=in_order)
