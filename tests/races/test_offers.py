"""Offers: of many who accept at once one has the event, and of many workers one makes each offer."""

from datetime import UTC, datetime, timedelta

import pytest

from booking.scheduling.services.assign import assign_guide
from booking.scheduling.services.cover import ask_for_cover
from tests.builders import NOW, make_event, make_offering, make_station
from tests.conclusive import happened
from tests.races.actions import Call
from tests.races.arena import Arena
from tests.races.conftest import FULL, Tell
from tests.races.crew import Lane, dealt, errors, percentile, race, results
from tests.scheduling.asked import make_person

pytestmark = pytest.mark.race

COLLEAGUES = 8
EVENTS = 20 if FULL else 4
NINE_IN_VIENNA = datetime(2026, 12, 14, 8, 0, tzinfo=UTC)
WORKING_DAYS = [NINE_IN_VIENNA + timedelta(weeks=number // 5, days=number % 5) for number in range(EVENTS)]


def _asked_for_cover(arena: Arena) -> list[Lane]:
    """Of several events cover is asked for; every colleague accepts each of them, all at the same moment."""
    with arena.desk():
        station = make_station()
        offering, giver = make_offering(station), make_person(station)[0]
        for _ in range(COLLEAGUES):
            make_person(station)
        for start in WORKING_DAYS:
            event = make_event(offering, start)
            assign_guide(event.code, giver.code, now=NOW, actor="desk")
            ask_for_cover(event.code, giver.id, now=NOW, actor="guide")
    offers = arena.rows("SELECT id, guide_id FROM offer ORDER BY event_id, guide_id")
    return dealt([Call("accept", {"offer": row.id, "guide": row.guide_id}) for row in offers], COLLEAGUES)


def test_of_colleagues_who_accept_at_once_one_has_each_event(arena: Arena, tell: Tell) -> None:
    outcomes = race(arena, _asked_for_cover(arena), processes=4)
    tell(f"{len(outcomes)} accepted {EVENTS} events: {dict(results(outcomes))}, p99 {percentile(outcomes):.0f} ms")
    assert errors(outcomes) == []
    assert results(outcomes)["ok"] == EVENTS
    assert arena.value("SELECT count(*) FROM assignment WHERE status = 'active'") == EVENTS
    assert arena.value("SELECT count(*) FROM offer WHERE status = 'accepted'") == EVENTS
    assert arena.value("SELECT count(*) FROM offer WHERE status = 'pending'") == 0
    assert arena.overlaps() == []
    assert arena.deadlocks() == 0


@pytest.mark.control
def test_without_a_look_under_the_lock_several_are_told_that_they_have_it(arena: Arena, tell: Tell) -> None:
    outcomes = race(arena, _asked_for_cover(arena), processes=4, without=["offer state"])
    tell(f"{EVENTS} events promised {results(outcomes)['ok']} times")
    happened(results(outcomes)["ok"] > EVENTS, "each event was promised once")


def _uncovered(arena: Arena) -> list[Lane]:
    with arena.desk():
        station = make_station()
        offering = make_offering(station)
        for _ in range(3):
            make_person(station)
        for start in WORKING_DAYS:
            make_event(offering, start)
    return dealt([Call("offer", {}) for _ in range(12)], 6)


def test_of_many_workers_one_makes_each_offer(arena: Arena, tell: Tell) -> None:
    outcomes = race(arena, _uncovered(arena), processes=3)
    made = sum(one.value for one in outcomes if one.result == "ok")
    tell(f"{len(outcomes)} rounds of workers made {made} offers of {EVENTS} events")
    assert errors(outcomes) == []
    assert made == EVENTS
    assert arena.value("SELECT count(*) FROM offer WHERE status = 'pending'") == EVENTS
    assert arena.value("SELECT count(DISTINCT event_id) FROM offer") == EVENTS
    assert arena.deadlocks() == 0


@pytest.mark.control
def test_without_a_look_under_the_lock_workers_offer_an_event_twice(arena: Arena, tell: Tell) -> None:
    outcomes = race(arena, _uncovered(arena), processes=3, without=["uncovered"])
    made = sum(one.value for one in outcomes if one.result == "ok")
    tell(f"{made} offers, and {len(errors(outcomes))} times the same one again, which an index refuses")
    happened(made > EVENTS or errors(outcomes), "each event was offered once")
