"""The roster's model: as good as trying everything, the same every time, and honest about what it has proven."""

import itertools
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from booking.scheduling.roster.model import (
    Chance,
    Colleague,
    Left,
    Question,
    Span,
    Wanted,
    cliques,
    hours_of,
    score_of,
    short_nights,
    weight,
)
from booking.scheduling.roster.programme import parts_of, programme_of
from booking.scheduling.roster.solver import Bounds, solve
from tests.scheduling.roster_cases import DAY, best_by_trying, is_allowed, small_question, worth

CASES = 120


def _event(number: int, hour: float, minutes: int = 60, day: int = 0) -> Wanted:
    start = day * DAY + round(hour * 60)
    return Wanted(number, start, start + minutes, start + minutes + 15)


def _chances(events: list[Wanted], guides: list[int], **values: int) -> list[Chance]:
    return [Chance(one.id, guide, one.starts // DAY, 0, 1, **values) for one in events for guide in guides]


def test_no_roster_is_better_than_the_one_that_is_found() -> None:
    for seed in range(CASES):
        question = small_question(seed)
        found = solve(question)
        assert is_allowed(question, found.given), seed
        assert found.score == worth(question, found.given) == best_by_trying(question), seed
        assert found.proven_optimal, seed


def test_the_small_cases_have_events_that_nobody_can_be_given_and_limits_that_bind() -> None:
    questions = [small_question(seed) for seed in range(CASES)]
    covered = [best_by_trying(question).covered for question in questions]
    free = [best_by_trying(Question(one.events, one.guides, one.chances)).covered for one in questions]
    assert sum(few < len(one.events) for few, one in zip(covered, questions, strict=True)) > CASES // 4
    assert sum(few < many for few, many in zip(covered, free, strict=True)) > CASES // 10


def test_the_same_question_in_another_order_has_the_same_answer() -> None:
    for seed in range(20):
        question = small_question(seed)
        mixed = [list(part) for part in (question.events, question.guides, question.chances, question.left)]
        for part in mixed:
            random.Random(seed).shuffle(part)  # noqa: S311  not a secret
        assert solve(Question(*mixed)).given == solve(question).given  # type: ignore[arg-type]  # four lists in order


def test_an_answer_that_had_no_time_says_that_nothing_is_proven() -> None:
    events = [_event(number, 8 + number % 9, day=number // 9) for number in range(45)]
    guides = list(range(1, 7))
    question = Question(events, [Colleague(one) for one in guides], _chances(events, guides))
    found = solve(question, time_limit_s=0)
    assert not found.proven_optimal
    assert is_allowed(question, found.given)
    assert solve(question).proven_optimal


def test_a_question_without_events_or_without_chances_is_answered() -> None:
    assert solve(Question([], [], [])).proven_optimal
    nobody = solve(Question([_event(1, 10)], [Colleague(1)], []))
    assert (nobody.given, nobody.proven_optimal) == ({}, True)


def test_more_events_come_before_an_even_load() -> None:
    events = [_event(1, 10), _event(2, 12)]
    chances = [*_chances(events[:1], [1]), *_chances(events[1:], [1, 2])]
    busy = Colleague(1, month_hours={1: 40})
    assert solve(Question(events, [busy, Colleague(2)], chances)).given == {1: 1, 2: 2}


def test_an_even_load_comes_before_wishes_and_wishes_before_seniority() -> None:
    event, guides = [_event(1, 10)], [Colleague(1, month_hours={1: 3}), Colleague(2)]
    wished = [Chance(1, 1, 0, 0, 1, wishes=2), Chance(1, 2, 0, 0, 1)]
    assert solve(Question(event, guides, wished)).given == {1: 2}
    seniors = [Colleague(1), Colleague(2, seniority=30)]
    assert solve(Question(event, seniors, wished)).given == {1: 1}
    assert solve(Question(event, seniors, _chances(event, [1, 2]))).given == {1: 2}


def test_the_hours_that_a_guide_has_already_in_the_month_count() -> None:
    events = [_event(number, 8 + 2 * number) for number in range(1, 5)]
    guides = [Colleague(1, month_hours={1: 3}), Colleague(2)]
    given = solve(Question(events, guides, _chances(events, [1, 2]))).given
    assert list(given.values()).count(2) == 3 or list(given.values()).count(2) == 4
    assert score_of(Question(events, guides, _chances(events, [1, 2])), given).load == 1 + 2 + 3 + 4


def test_a_pause_ends_exactly_when_the_next_event_may_begin() -> None:
    touching, overlapping = [_event(1, 10), _event(2, 11.25)], [_event(1, 10), _event(2, 11.2)]
    assert solve(Question(touching, [Colleague(1)], _chances(touching, [1]))).score.covered == 2
    assert solve(Question(overlapping, [Colleague(1)], _chances(overlapping, [1]))).score.covered == 1


def test_a_night_between_two_days_is_as_long_as_the_guide_rests() -> None:
    late, early = _event(1, 20), _event(2, 8, day=1)
    for rest, covered in ((660, 2), (661, 1)):
        guide = Colleague(1, rest_min=rest)
        found = solve(Question([late, early], [guide], _chances([late, early], [1])))
        assert found.score.covered == covered


@pytest.mark.parametrize(
    ("left", "covered"),
    [
        (Left(1, Span.DAY, 0, events=2), 2),
        (Left(1, Span.DAY, 0, minutes=119), 1),
        (Left(1, Span.WEEK, 0, events=3), 3),
        (Left(1, Span.WEEK, 0, minutes=180), 3),
        (Left(1, Span.DAY, 7, events=0), 4),
        (Left(1, Span.DAY, 0, events=0), 0),
    ],
)
def test_no_limit_of_a_day_or_a_week_is_passed(left: Left, covered: int) -> None:
    events = [_event(number, 8 + 2 * number) for number in range(1, 5)]
    assert solve(Question(events, [Colleague(1)], _chances(events, [1]), [left])).score.covered == covered


def test_every_two_events_that_overlap_are_together_in_a_set_and_no_others() -> None:
    for seed in range(50):
        events = small_question(seed).events
        together = {
            pair for clique in cliques(events) for pair in itertools.combinations(sorted(one.id for one in clique), 2)
        }
        at_once = {
            tuple(sorted((one.id, other.id)))
            for one, other in itertools.combinations(events, 2)
            if one.starts < other.until and other.starts < one.until
        }
        assert together == at_once


def test_short_nights_are_found_between_days_only() -> None:
    events = {one.id: one for one in (_event(1, 18), _event(2, 21), _event(3, 6, day=1), _event(4, 12, day=1))}
    chances = _chances(list(events.values()), [1])
    pairs = {(one.event, other.event) for one, other in short_nights(chances, events, 660)}
    assert pairs == {(2, 3)}
    assert list(short_nights(chances, events, 0)) == []


def test_an_hour_more_weighs_more_the_more_there_are() -> None:
    assert [weight(hours) for hours in range(5)] == [0, 1, 3, 6, 10]
    assert [hours_of(minutes) for minutes in (5, 30, 45, 60, 75, 89, 90, 120)] == [1, 1, 1, 1, 1, 1, 2, 2]


def test_events_and_guides_without_anything_in_common_are_parts() -> None:
    events = [_event(number, 8 + 2 * number) for number in range(1, 5)]
    chances = [*_chances(events[:2], [1]), *_chances(events[1:2], [2]), *_chances(events[2:3], [3])]
    parts = list(parts_of(Question(events, [Colleague(one) for one in (1, 2, 3)], chances)))
    assert [{one.id for one in part.events} for part in parts] == [{1, 2}, {3}]
    assert [{one.id for one in part.guides} for part in parts] == [{1, 2}, {3}]


def test_a_roster_as_columns_fulfils_every_row() -> None:
    for seed in range(30):
        question = small_question(seed).in_order()
        made, given = programme_of(question), solve(question).given
        values = made.values(given)
        for row in made.rows:
            assert row.low <= sum(values[column] * factor for column, factor in row.terms.items()) <= row.high


def test_what_cannot_change_without_costing_more_is_fixed() -> None:
    bounds = Bounds([0.0, 0.0, 0.0, 0.0], [1.0, 1.0, 1.0, 1.0])
    bounds.fix([2.0, -2.0, 0.5, 0.0], room=1.0)
    assert (bounds.low, bounds.high) == ([0.0, 1.0, 0.0, 0.0], [0.0, 1.0, 1.0, 1.0])


def test_threads_that_ask_at_once_are_answered_as_one_after_the_other() -> None:
    questions = [small_question(seed) for seed in range(24)]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(solve, questions)) == [solve(question) for question in questions]


def test_the_site_starts_without_the_solver() -> None:
    command = "import sys, booking.app; print(sorted({'highspy', 'numpy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
