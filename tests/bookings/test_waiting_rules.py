"""Whose turn it is in a line, what a newcomer may have, and until when an offer stands."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from booking.bookings.rules.waiting import InLine, line_moves, offer_until, places_open, turns
from booking.scheduling.terms import EventStatus
from tests.bookings.test_rules import JOIN
from tests.builders import NOW

START = NOW + timedelta(days=21)


def line(*sizes: int) -> list[InLine]:
    """Groups of these sizes, numbered in their order."""
    return [InLine(number, size) for number, size in enumerate(sizes)]


def test_of_ten_places_twelve_and_twenty_are_passed_over_nine_has_its_turn_and_four_finds_one_left() -> None:
    found = turns(line(12, 20, 9, 4), 10)
    assert [one.size for one in found.offered] == [9]
    assert [(one.group.size, one.places) for one in found.passed] == [(12, 10), (20, 10), (4, 1)]


def test_several_have_their_turn_while_there_are_places_and_nobody_is_passed_over_for_none() -> None:
    found = turns(line(4, 6, 5), 10)
    assert ([one.size for one in found.offered], found.passed) == ([4, 6], ())


@given(some.lists(some.integers(1, 40), max_size=12), some.integers(0, 60))
def test_whole_groups_only_never_too_many_and_nobody_left_who_would_fit(sizes: list[int], places: int) -> None:
    groups = line(*sizes)
    found = turns(groups, places)
    left = places - sum(one.size for one in found.offered)
    assert left >= 0
    assert [one for one in groups if one not in found.offered and one.size <= left] == []
    for one in found.passed:
        earlier = sum(group.size for group in found.offered if group.id < one.group.id)
        assert one.places == places - earlier < one.group.size


@pytest.mark.parametrize(
    ("starts_at", "until"),
    [
        (START, NOW + timedelta(hours=24)),
        (NOW + timedelta(hours=20), NOW + timedelta(hours=10)),
        (NOW + timedelta(hours=2), NOW + timedelta(hours=1)),
    ],
)
def test_an_offer_stands_for_a_day_but_no_longer_than_half_of_what_is_left(
    starts_at: datetime, until: datetime
) -> None:
    assert offer_until(starts_at, NOW, 24) == until


def test_in_the_last_hour_the_line_stands_still() -> None:
    assert line_moves(NOW + timedelta(minutes=61), NOW)
    assert not line_moves(NOW + timedelta(hours=1), NOW)


@pytest.mark.parametrize(
    ("smallest", "seen"),
    [(None, 5), (6, 5), (5, 0), (1, 0)],
)
def test_a_newcomer_sees_no_place_that_somebody_in_line_could_use(smallest: int | None, seen: int) -> None:
    assert JOIN.event is not None
    event = replace(JOIN.event, capacity=30, taken=25, status=EventStatus.OPEN, starts_at=START)
    assert places_open(replace(JOIN, event=event, smallest_waiting=smallest), NOW) == seen


def test_when_the_line_stands_still_its_places_are_anybodys() -> None:
    assert JOIN.event is not None
    event = replace(JOIN.event, capacity=30, taken=25, starts_at=NOW + timedelta(minutes=30))
    assert places_open(replace(JOIN, event=event, smallest_waiting=1), NOW) == 5
