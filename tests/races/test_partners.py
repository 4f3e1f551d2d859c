"""Joint events: nobody comes along for a station that has withdrawn, whoever is sent at that moment."""

from datetime import UTC, datetime, timedelta

import pytest

from booking.scheduling.models import EventPartner
from booking.scheduling.terms import PartnerState
from tests.builders import NOW, make_event, make_guide, make_offering, make_station, save
from tests.conclusive import happened
from tests.races.actions import Call
from tests.races.arena import Arena
from tests.races.conftest import FULL, Tell
from tests.races.crew import Lane, dealt, errors, race, results

pytestmark = pytest.mark.race

EVENTS = 60 if FULL else 5
CLIENTS = 20
TWO_O_CLOCK = datetime(2026, 12, 14, 14, 0, tzinfo=UTC)
LEFT_ALONG = """
SELECT event_partner.event_id FROM assignment JOIN guide ON guide.id = assignment.guide_id
JOIN event_partner ON event_partner.event_id = assignment.event_id AND event_partner.station_id = guide.station_id
WHERE assignment.status = 'active' AND assignment.is_co_host AND event_partner.state <> 'agreed'
"""


def _sent_and_withdrawn(arena: Arena) -> list[Lane]:
    """Nairobi and Vienna send somebody along to each event, while one withdraws and the other is taken out."""
    calls: list[Call] = []
    with arena.desk():
        leader, nairobi, vienna = make_station("NYC"), make_station("NBO"), make_station("VIE")
        offering = make_offering(leader)
        guides = {one.code: make_guide(one, hours=(0, 1440)).code for one in (nairobi, vienna)}
        for number in range(EVENTS):
            event = make_event(offering, TWO_O_CLOCK + timedelta(weeks=number // 5, days=number % 5))
            told = {"asked_by": "test", "asked_at": NOW, "answered_at": NOW, "told_starts_at": event.starts_at}
            for one in (nairobi, vienna):
                save(EventPartner(event_id=event.id, station_id=one.id, state=PartnerState.AGREED, **told))
            send, leave = (0.03, 0.0) if number % 2 else (0.0, 0.03)  # each comes first in turn
            for station, ends in (("NBO", "withdraw_partner"), ("VIE", "take_back_partner")):
                about = {"event": event.code, "station": station}
                calls += [Call("co_host", {**about, "guide": guides[station]}, send), Call(ends, about, leave)]
    return dealt(calls, CLIENTS)


def test_nobody_comes_along_for_a_station_that_withdraws_at_that_moment(arena: Arena, tell: Tell) -> None:
    outcomes = race(arena, _sent_and_withdrawn(arena))
    tell(f"{2 * EVENTS} guides sent while their stations leave: {dict(results(outcomes, 'co_host'))}")
    assert errors(outcomes) == []
    assert results(outcomes, "withdraw_partner", "take_back_partner") == {"ok": 2 * EVENTS}
    assert arena.rows(LEFT_ALONG) == []
    assert arena.value("SELECT count(*) FROM assignment WHERE status = 'active'") == 0
    assert arena.overlaps() == []
    assert arena.deadlocks() == 0


@pytest.mark.control
def test_without_a_look_under_the_lock_somebody_comes_along_for_a_station_that_left(arena: Arena, tell: Tell) -> None:
    race(arena, _sent_and_withdrawn(arena), without=["partner"])
    left = arena.rows(LEFT_ALONG)
    tell(f"{len(left)} of {2 * EVENTS} guides come along for nobody")
    happened(left, "nobody comes along for nobody")
