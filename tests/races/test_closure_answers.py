"""P9: a group's answer to a closure's proposal, its deadline and the desk's undo at one moment: exactly one wins."""

from datetime import UTC, datetime, timedelta

import pytest

from booking.bookings.closing import ClosureWish, Order
from booking.bookings.services.closure_declare import declare
from booking.catalogue.terms import Format
from booking.scheduling.terms import ClosureType
from tests.builders import (
    NOW,
    make_assignment,
    make_booking,
    make_event,
    make_guide,
    make_offering,
    make_station,
)
from tests.races.actions import Call
from tests.races.arena import Arena
from tests.races.conftest import FULL, Tell
from tests.races.crew import Lane, Script, errors, race, results

pytestmark = pytest.mark.race

CLOSED = 40 if FULL else 8
START = datetime(2026, 12, 14, 9, 0, tzinfo=UTC)
ANSWER_BY = NOW + timedelta(days=2)
LATER = ANSWER_BY + timedelta(minutes=1)

WON = """
SELECT booking.reference, booking.status, event.format, closure_step.state
FROM booking JOIN event ON event.id = booking.event_id JOIN closure_step ON closure_step.booking_id = booking.id
"""
ENDS = {
    ("confirmed", "virtual-live", "accepted"),
    ("cancelled_by_station", "virtual-live", "expired"),
    ("confirmed", "in-person", "undone"),
}
TOLD = "SELECT subject FROM notice WHERE kind = :kind AND state <> 'withdrawn'"


def _closed(arena: Arena) -> list[Lane]:
    """Houses of one group each, all closed; the groups answer and the desk undoes in turn, the worker all the time."""
    answers, undone = [], []
    with arena.desk():
        for number in range(CLOSED):
            code = f"R{number:02}"
            station = make_station(code)
            make_offering(station)
            guide, visit = make_guide(station), make_event(make_offering(station, format=Format.IN_PERSON), START)
            make_assignment(guide, visit)
            reference = make_booking(visit).reference
            day = START.date()
            wish = ClosureWish(code, ClosureType.PREMISES_CLOSED, day, day, NOW.date(), message="A pipe has burst.")
            done = declare(Order((wish,), NOW, "desk", ANSWER_BY))
            answers.append(Call("take_proposal", {"reference": reference, "version": 2}, 0.01))
            undone.append(Call("undo_closure", {"operation": done.operation, "now": LATER}, 0.01))
    half = CLOSED // 2
    expiry = Call("offer_places", {"now": LATER}, 0.3)
    return [Script(answers), Script([*undone[half:], *undone[:half]]), Script([*reversed(answers)]), Script([expiry])]


def test_of_answer_deadline_and_undo_exactly_one_wins(arena: Arena, tell: Tell) -> None:
    outcomes = race(arena, _closed(arena))
    assert errors(outcomes) == []
    taken = results(outcomes, "take_proposal")["ok"]
    undone = results(outcomes, "undo_closure")["ok"]
    ends = [(row.status, row.format, row.state) for row in arena.rows(WON)]
    tell(f"{taken} taken, {undone} undone, {CLOSED - taken - undone} over")
    assert set(ends) <= ENDS
    assert len(ends) == CLOSED
    assert sum(end[2] == "accepted" for end in ends) == taken
    assert sum(end[2] == "undone" for end in ends) == undone
    assert len(arena.rows(TOLD, kind="booking_confirmed")) == taken
    assert len(arena.rows(TOLD, kind="closure_expired")) == CLOSED - taken - undone
    assert arena.oversold() == []
    assert arena.overlaps() == []
    assert arena.deadlocks() == 0
