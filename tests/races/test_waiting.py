"""P7: places that come free go to the first in line that fits, once, and nobody who comes later passes the line."""

from collections.abc import Sequence

import pytest

from tests.builders import make_event, make_offering, make_station
from tests.conclusive import happened
from tests.races.actions import Call, Outcome, attempt, wish
from tests.races.arena import Arena
from tests.races.conftest import FULL, Tell
from tests.races.crew import Lane, dealt, errors, race, results

pytestmark = pytest.mark.race

EVENTS = 60 if FULL else 6
CONTROLLED = 60 if FULL else 12
"""Events of a negative control: in a few of them it could come right by chance."""
CLIENTS = 6
CAPACITY, HAVE, LINE = 18, (4, 4, 4, 4), (12, 6, 4, 4)
"""Two places are left, too few for anybody in line: who comes may have them, until somebody in line could use them."""

PASSED = """
SELECT late.reference FROM booking AS late JOIN booking AS early ON early.event_id = late.event_id
JOIN event ON event.id = late.event_id
WHERE late.status = 'confirmed' AND late.waiting_since IS NULL AND late.group_key = 'newcomer'
  AND early.status = 'waiting' AND early.group_key = 'line' AND early.size <= late.size
"""
LEFT = """
SELECT booking.reference FROM booking JOIN event ON event.id = booking.event_id
WHERE booking.status = 'waiting' AND booking.size <= event.capacity - event.taken
"""
OFFERS = """
SELECT booking.reference FROM booking WHERE status = 'proposed' AND (SELECT count(*) FROM notice
  WHERE subject = 'booking:' || booking.reference AND kind = 'waiting_offer' AND state <> 'withdrawn') <> 1
"""


def _asked(name: str, event: str, size: int, **values: object) -> Call:
    return Call("book", {"request": wish(name, event=event, size=size, **values), "key": name})


def _done(call: Call) -> str:
    result, booked = attempt(call)
    assert result == "ok"
    reference: str = booked.reference
    return reference


def _full(arena: Arena, number: int, capacity: int, have: Sequence[int], line: Sequence[int]) -> tuple[str, list[str]]:
    """An event with a line, and the references of those who have its places."""
    with arena.desk():
        offering = make_offering(make_station(f"S{number:02}"), min_group=1)
        event = make_event(offering, capacity=capacity).code
        booked = [_done(_asked(f"{event}-have-{place}", event, size)) for place, size in enumerate(have)]
        for place, size in enumerate(line):
            _done(_asked(f"{event}-line-{place}", event, size, wait=True, group_label="line"))
    return event, booked


def _rush(event: str, booked: Sequence[str]) -> list[Call]:
    """Two cancel, while newcomers want what is left and what they free, and one more joins the line."""
    sizes = (2, 2, 4, 4, 4, 2)
    new = [_asked(f"{event}-new-{n}", event, size, group_label="newcomer") for n, size in enumerate(sizes)]
    freed = [Call("cancel", {"reference": one}) for one in booked[:2]]
    return [freed[0], *new[:2], freed[1], *new[2:], _asked(f"{event}-late", event, 3, wait=True)]


def _played(arena: Arena, without: Sequence[str] = ()) -> list[Outcome]:
    calls = [
        call for n in range(CONTROLLED if without else EVENTS) for call in _rush(*_full(arena, n, CAPACITY, HAVE, LINE))
    ]
    return race(arena, dealt(calls, CLIENTS), without=["haste", *without])


def test_what_is_freed_goes_to_the_line_and_no_newcomer_passes_it(arena: Arena, tell: Tell) -> None:
    outcomes = _played(arena)
    tell(f"{EVENTS} events: {dict(results(outcomes))}")
    assert errors(outcomes) == []
    assert arena.rows(PASSED) == []
    assert arena.rows(LEFT) == []
    assert arena.rows(OFFERS) == []
    assert arena.oversold() == []
    assert arena.deadlocks() == 0


@pytest.mark.control
def test_without_the_line_in_sight_newcomers_pass_it(arena: Arena, tell: Tell) -> None:
    _played(arena, ["line"])
    passed = len(arena.rows(PASSED))
    tell(f"{passed} times a newcomer has the places of somebody in line")
    happened(passed, "nobody passed the line")


@pytest.mark.control
def test_without_the_conditional_update_a_newcomer_gets_what_the_line_was_offered(arena: Arena, tell: Tell) -> None:
    _played(arena, ["places"])
    oversold = arena.oversold()
    tell(f"{len(oversold)} of {CONTROLLED} events oversold")
    happened(oversold, "nothing was oversold")


def _joining(arena: Arena, events: int) -> list[Lane]:
    """The only group of each event cancels, while others join the line of what they saw as full."""
    calls = []
    for number in range(events):
        event, (only,) = _full(arena, number, 6, (6,), ())
        joins = [_asked(f"{event}-late-{n}", event, 2, wait=True) for n in range(CLIENTS - 1)]
        these = [Call("cancel", {"reference": only}), *joins]
        calls += these[number % CLIENTS :] + these[: number % CLIENTS]  # each lane cancels in turn: none runs ahead
    return dealt(calls, CLIENTS)


def test_nobody_joins_a_line_beside_places_that_are_free(arena: Arena, tell: Tell) -> None:
    outcomes = race(arena, _joining(arena, EVENTS), without=["late to the line"])
    tell(f"{dict(results(outcomes))}")
    assert errors(outcomes) == []
    assert arena.rows(LEFT) == []
    assert arena.oversold() == []


@pytest.mark.control
def test_who_joins_without_a_look_under_the_lock_waits_beside_free_places(arena: Arena, tell: Tell) -> None:
    race(arena, _joining(arena, CONTROLLED), without=["late to the line", "line lock"])
    left = len(arena.rows(LEFT))
    tell(f"{left} groups wait though there is room for them")
    happened(left, "nobody waits beside free places")


def test_one_freed_place_is_offered_to_one_group_with_one_mail(arena: Arena) -> None:
    calls: list[Call] = []
    for number in range(EVENTS):
        _event, booked = _full(arena, number, 5, (4, 1), (1, 1, 1))
        calls += [Call("cancel", {"reference": booked[1]}), *(Call("offer_places", {}) for _ in range(CLIENTS - 1))]
    outcomes = race(arena, dealt(calls, CLIENTS), without=["haste"])
    assert errors(outcomes) == []
    offered = "SELECT event_id, count(*) AS times FROM booking WHERE status = 'proposed' GROUP BY event_id"
    assert [row.times for row in arena.rows(offered)] == [1] * EVENTS
    assert arena.value("SELECT count(*) FROM notice WHERE kind = 'waiting_offer'") == EVENTS
    assert arena.rows(OFFERS) == []
    assert arena.oversold() == []


PUBLISHED = (12, 20, 9, 4)
"""A line for an event of 30 places, of which ten come free: by one group, or by two that cancel at the same moment."""


@pytest.mark.parametrize(
    ("have", "gone", "offered", "skipped"),
    [
        ((10, 10, 10), 1, {9}, {12: 10, 20: 10, 4: 1}),
        ((5, 5, 10, 10), 2, {4}, {12: 6, 20: 6, 9: 6}),
    ],
    ids=["ten at once", "five and five"],
)
def test_who_gets_ten_places_of_thirty_and_why_the_others_do_not(
    arena: Arena, have: tuple[int, ...], gone: int, offered: set[int], skipped: dict[int, int]
) -> None:
    calls: list[Call] = []
    for number in range(EVENTS // 2):
        _event, booked = _full(arena, number, 30, have, PUBLISHED)
        calls += [Call("cancel", {"reference": one}) for one in booked[:gone] for _ in range(CLIENTS // gone)]
    race(arena, dealt(calls, CLIENTS), without=["haste"])
    rows = arena.rows("SELECT event_id, size, status, skipped_places FROM booking WHERE group_key = 'line'")
    assert len(rows) == len(PUBLISHED) * (EVENTS // 2)
    for event in {row.event_id for row in rows}:
        mine = [row for row in rows if row.event_id == event]
        assert {row.size for row in mine if row.status == "proposed"} == offered
        assert {row.size: row.skipped_places for row in mine if row.status == "waiting"} == skipped
    assert arena.rows(OFFERS) == []
    assert arena.oversold() == []
