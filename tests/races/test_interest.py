"""Lists of interest: of several who write to those who wait for an offering, each address is written to once."""

import pytest

from booking.catalogue.models import Interest
from booking.catalogue.terms import REOPENING, InterestState
from tests.builders import NOW, make_offering, make_station, save
from tests.conclusive import happened
from tests.races.actions import Call
from tests.races.arena import Arena
from tests.races.conftest import Tell
from tests.races.crew import Lane, dealt, errors, race

pytestmark = pytest.mark.race

WAITING, AT_ONCE = 40, 6


def _reopened(arena: Arena) -> list[Lane]:
    """Addresses wait for an offering that is open again; several coordinators press the button."""
    with arena.desk():
        offering = make_offering(make_station())
        facts = {"offering_id": offering.id, "about": REOPENING, "locale": "en", "state": InterestState.WAITING}
        names = (f"bea{number}@example.org" for number in range(WAITING))
        save(*(Interest(**facts, email=name, asked_at=NOW, confirmed_at=NOW) for name in names))
        code = offering.code
    return dealt([Call("tell_interested", {"offering": code})] * AT_ONCE, AT_ONCE)


def test_who_waits_for_a_reopening_is_written_to_once_though_several_desks_do_it_at_once(
    arena: Arena, tell: Tell
) -> None:
    outcomes = race(arena, _reopened(arena), without=["haste"])
    tell(f"{WAITING} addresses, told by {[one.value for one in outcomes]}")
    assert errors(outcomes) == []
    assert sum(one.value for one in outcomes) == WAITING
    assert arena.value("SELECT count(*) FROM notice WHERE kind = 'interest_reopened'") == WAITING
    assert arena.value("SELECT count(DISTINCT recipient) FROM notice") == WAITING
    assert arena.value("SELECT count(*) FROM audit_entry WHERE action = 'interest.tell'") == 1
    assert arena.value("SELECT count(*) FROM interest WHERE state = 'waiting'") == 0
    assert arena.deadlocks() == 0


@pytest.mark.control
def test_without_the_one_update_that_decides_several_believe_that_they_wrote(arena: Arena, tell: Tell) -> None:
    outcomes = race(arena, _reopened(arena), without=["interest"])
    told = sum(one.value for one in outcomes if one.result == "ok")
    tell(f"{WAITING} addresses, told {told} times")
    happened(told > WAITING, "nobody was told twice")
