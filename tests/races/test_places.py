"""P1: never more places than there are, and nobody is refused who fits."""

import random
from collections.abc import Sequence

import pytest

from tests.builders import make_event, make_offering, make_station
from tests.conclusive import happened, in_time
from tests.races.actions import Call, Outcome, wish
from tests.races.arena import Arena
from tests.races.conftest import FULL, Tell
from tests.races.crew import dealt, errors, percentile, race, results

pytestmark = pytest.mark.race

CLIENTS = 8
REQUESTS = 200 if FULL else 60
ROUNDS = 50 if FULL else 1
CONTROL_ROUNDS, MUST_OVERSELL = (10, 9) if FULL else (3, 2)


def _events(arena: Arena, capacity: int, number: int) -> list[str]:
    with arena.desk():
        offering = make_offering(make_station(), min_group=1)
        return [make_event(offering, capacity=capacity).code for _ in range(number)]


def _rush(event: str, seed: int) -> list[Call]:
    """Groups of one to three, each of a school of its own."""
    sizes = random.Random(seed)  # noqa: S311  a plan, not a secret
    keys = [f"{event}-{number}" for number in range(REQUESTS)]
    return [Call("book", {"request": wish(key, event=event, size=sizes.randint(1, 3)), "key": key}) for key in keys]


def _refused_though_it_fits(outcomes: Sequence[Outcome], left: int) -> list[Outcome]:
    """Places only ever become fewer here: who fits at the end has fitted all along."""
    return [one for one in outcomes if one.result != "ok" and (one.call.about["request"].size or 0) <= left]


@pytest.mark.parametrize("capacity", [1, 30, 31] if FULL else [1, 31])
def test_of_many_groups_at_once_as_many_are_booked_as_fit(arena: Arena, capacity: int, tell: Tell) -> None:
    events = _events(arena, capacity, ROUNDS)
    outcomes: list[Outcome] = []
    for number, event in enumerate(events):
        these = race(arena, dealt(_rush(event, number), CLIENTS))
        (sold,) = arena.rows("SELECT capacity - taken AS left_over FROM event WHERE code = :code", code=event)
        assert _refused_though_it_fits(these, sold.left_over) == []
        outcomes += these
    assert errors(outcomes) == []
    assert arena.oversold() == []
    assert arena.untold() == []
    assert arena.value("SELECT count(*) FROM booking") == results(outcomes)["ok"]
    tell(f"{ROUNDS} rounds of {REQUESTS}: {dict(results(outcomes))}, p99 {percentile(outcomes):.0f} ms")
    in_time(percentile(outcomes) / 1000, 2)


@pytest.mark.control
def test_without_the_conditional_update_places_are_sold_twice(arena: Arena, tell: Tell) -> None:
    events = _events(arena, 5, CONTROL_ROUNDS)
    for number, event in enumerate(events):
        race(arena, dealt(_rush(event, number)[: CLIENTS * 2], CLIENTS), without=["places"])
    oversold = arena.oversold()
    tell(f"{len(oversold)} of {CONTROL_ROUNDS} events oversold, by up to {max(r.sold - r.capacity for r in oversold)}")
    happened(len(oversold) >= MUST_OVERSELL, f"only {len(oversold)} events were oversold")
