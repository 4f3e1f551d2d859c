"""OVL-02 and DUP-01: a group is in one event at a time, however many of its teachers book at once."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.builders import make_event, make_offering, make_station
from tests.conclusive import happened
from tests.races.actions import Call, wish
from tests.races.arena import Arena
from tests.races.conftest import FULL, Tell
from tests.races.crew import Lane, dealt, errors, race, results

pytestmark = pytest.mark.race

SCHOOLS = 60 if FULL else 10
TEACHERS = 4
TEN = datetime(2026, 12, 14, 9, 0, tzinfo=UTC)

TWICE = """
SELECT one.reference FROM booking AS one JOIN booking AS other
  ON other.organisation_id = one.organisation_id AND other.group_key = one.group_key AND other.id > one.id
JOIN event AS here ON here.id = one.event_id JOIN event AS there ON there.id = other.event_id
WHERE one.status = 'confirmed' AND other.status = 'confirmed'
  AND here.starts_at < there.ends_at AND there.starts_at < here.ends_at
"""


def _lanes(arena: Arena) -> list[Lane]:
    """Teachers of each school, who want four events that overlap; the last two want the same one."""
    with arena.desk():
        offering = make_offering(make_station(), min_group=1)
        starts = [TEN + timedelta(minutes=15 * quarter) for quarter in range(TEACHERS - 1)]
        events = [make_event(offering, start, capacity=200).code for start in starts]
    wanted = [*events, events[-1]]
    calls = [
        Call("book", {"request": wish(school, event=event), "key": f"{school}-{teacher}"})
        for school in range(SCHOOLS)
        for teacher, event in enumerate(wanted)
    ]
    return dealt(calls, TEACHERS)


def test_of_several_teachers_of_a_school_one_gets_the_hour(arena: Arena, tell: Tell) -> None:
    outcomes = race(arena, _lanes(arena), without=["haste"])
    tell(f"{dict(results(outcomes))}")
    assert errors(outcomes) == []
    assert results(outcomes) == {"ok": SCHOOLS, "refused": SCHOOLS * (TEACHERS - 1)}
    assert arena.rows(TWICE) == []
    assert arena.deadlocks() == 0


@pytest.mark.control
def test_without_a_second_look_under_the_lock_a_school_is_in_two_events(arena: Arena, tell: Tell) -> None:
    race(arena, _lanes(arena), without=["haste", "group"])
    twice = len(arena.rows(TWICE))
    tell(f"{twice} pairs of bookings of one school at overlapping times")
    happened(twice, "no school was in two events")
