"""Limits of a day rest on rows that no event holds: they are counted once more under a lock of their own."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from booking.bookings.services.limits import LimitWish, make_limit
from booking.scheduling.terms import Measure, Per
from tests.bookings.limited import DECEMBER_14
from tests.bookings.test_book import TEN_IN_VIENNA
from tests.builders import NOW, make_event, make_guide, make_offering, make_station
from tests.conclusive import happened
from tests.races.actions import Call, at, wish
from tests.races.arena import TAKING, Arena
from tests.races.conftest import FULL, Tell
from tests.races.crew import dealt, errors, race, results

pytestmark = pytest.mark.race

CLIENTS = 8
EVENTS, REQUESTS = (12, 120) if FULL else (6, 32)
PEOPLE, GROUPS, OWN = 31, 14, 3
"""What the day takes: people, groups, and events."""
FEW = 4
"""People, where nothing guards the limit: all clients see room at first."""

COUNTED = f"""
SELECT coalesce(sum(size), 0) AS people, count(*) AS groups, count(DISTINCT event_id) AS events
FROM booking WHERE status IN {TAKING}
"""


def _limit(measure: Measure, most: int) -> None:
    make_limit(LimitWish(measure, Per.DAY, DECEMBER_14, DECEMBER_14, most), now=NOW, actor="desk")


def _shared(arena: Arena, measure: Measure, most: int) -> list[Call]:
    """Groups of one to three for the events of one day, each of which has room for all of them."""
    with arena.desk():
        offering = make_offering(make_station(), min_group=1)
        events = [make_event(offering, capacity=100).code for _ in range(EVENTS)]
        _limit(measure, most)
    named = [(f"group-{number}", events[number % EVENTS], 1 + number % 3) for number in range(REQUESTS)]
    return [Call("book", {"request": wish(name, event=event, size=size), "key": name}) for name, event, size in named]


def _own(arena: Arena) -> list[Call]:
    """Groups that want an event of their own on one day, with a guide free for each."""
    with arena.desk():
        station = make_station()
        offering = make_offering(station, min_group=1)
        for _ in range(CLIENTS):
            make_guide(station, "en")
        _limit(Measure.EVENTS, OWN)
    starts = [TEN_IN_VIENNA + timedelta(minutes=30 * number) for number in range(CLIENTS)]
    asked = [wish(f"own-{n}", offering=offering.code, starts=at(start)) for n, start in enumerate(starts)]
    return [Call("book", {"request": one, "key": one.organisation}) for one in asked]


def _counted(arena: Arena, calls: Sequence[Call], tell: Tell, without: Sequence[str] = ()) -> tuple[int, int, int]:
    outcomes = race(arena, dealt(calls, CLIENTS), without=without)
    assert errors(outcomes) == []
    (row,) = arena.rows(COUNTED)
    tell(f"{dict(results(outcomes))}: {row.people} people, {row.groups} groups, {row.events} events")
    assert results(outcomes)["ok"] == row.groups
    return row.people, row.groups, row.events


def test_a_day_takes_no_more_people_than_its_limit_and_as_many_as_fit(arena: Arena, tell: Tell) -> None:
    people, _, _ = _counted(arena, _shared(arena, Measure.PEOPLE, PEOPLE), tell)
    assert people == PEOPLE
    assert arena.deadlocks() == 0


def test_a_day_takes_no_more_groups_than_its_limit(arena: Arena, tell: Tell) -> None:
    _, groups, _ = _counted(arena, _shared(arena, Measure.GROUPS, GROUPS), tell)
    assert groups == GROUPS


def test_no_more_events_are_made_for_groups_than_a_limit_of_the_day_says(arena: Arena, tell: Tell) -> None:
    _, _, events = _counted(arena, _own(arena), tell)
    assert events == OWN


@pytest.mark.control
def test_without_the_count_under_the_lock_a_day_takes_too_many(arena: Arena, tell: Tell) -> None:
    calls = _shared(arena, Measure.PEOPLE, FEW)[: CLIENTS * 2]
    people, _, _ = _counted(arena, calls, tell, without=["limits"])
    happened(people > FEW, "the day took no more than its limit")
