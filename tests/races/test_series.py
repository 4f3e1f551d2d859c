"""A series is called off while groups book, and moved by four desks at once: everybody is told, nobody is lost."""

import random
from collections.abc import Sequence
from datetime import date, time

import pytest

from booking.bookings.planning import EventsWish
from booking.bookings.services.plan import put_on_calendar
from booking.scheduling.series import Pattern
from tests.builders import NOW, make_guide, make_offering, make_station
from tests.conclusive import happened
from tests.races.actions import Call, Outcome, wish
from tests.races.arena import Arena
from tests.races.conftest import FULL, Tell
from tests.races.crew import Lane, Script, dealt, errors, race, results

pytestmark = pytest.mark.race

ROUNDS = 20 if FULL else 1
CONTROL_ROUNDS = 5
GROUPS, CLIENTS, WEEKS = 48, 8, 6

ACTIVE = """
SELECT booking.reference FROM booking JOIN event ON event.id = booking.event_id
WHERE event.status = 'cancelled'
  AND booking.status IN ('on_hold', 'requested', 'needs_information', 'proposed', 'waiting', 'confirmed')
"""
SWEPT = "SELECT reference FROM booking WHERE status = 'cancelled_by_station'"
TOLD = "SELECT subject FROM notice WHERE kind = 'booking_cancelled_by_station'"
MOVED = """
SELECT subject, count(*) AS mails FROM notice WHERE kind = 'booking_moved' GROUP BY subject
"""


def _season(arena: Arena, code: str) -> list[str]:
    """Six Tuesdays with a guide; the codes of the events."""
    with arena.desk():
        station = make_station(code)
        offering = make_offering(station, min_group=1)
        guide = make_guide(station)
        rhythm = Pattern(date(2026, 12, 8), (time(10),), (1,), count=WEEKS)
        asked = EventsWish(offering.code, "en", 40, rhythm=rhythm, guide=guide.code)
        return list(put_on_calendar(asked, None, now=NOW, actor="desk").events)


def _groups(events: Sequence[str], code: str) -> list[Call]:
    choice = random.Random(code)  # noqa: S311  a plan, not a secret
    names = [f"{code}-{number}" for number in range(GROUPS)]
    return [Call("book", {"request": wish(n, event=choice.choice(events), size=2), "key": n}) for n in names]


def _booked(outcomes: Sequence[Outcome], since: float = 0.0) -> set[str]:
    """The bookings that were acknowledged, of calls that began after an instant."""
    acknowledged = (one for one in outcomes if one.call.action == "book" and one.result == "ok" and one.began > since)
    return {one.value.reference for one in acknowledged}


def test_calling_off_a_series_sweeps_every_booking_made_before_it_and_refuses_every_one_after(
    arena: Arena, tell: Tell
) -> None:
    acknowledged: set[str] = set()
    for number in range(ROUNDS):
        events = _season(arena, f"S{number}")
        calls = _groups(events, f"S{number}")
        off = Call("cancel_events", {"event": events[0], "scope": "all"})
        outcomes = race(arena, [*dealt(calls[2:], CLIENTS), Script([*calls[:2], off])])
        (called_off,) = [one for one in outcomes if one.call.action == "cancel_events"]
        assert errors(outcomes) == []
        assert (called_off.result, len(called_off.value)) == ("ok", WEEKS)
        assert _booked(outcomes, called_off.ended) == set()
        acknowledged |= _booked(outcomes)
        tell(f"{dict(results(outcomes, 'book'))}")
    happened(acknowledged, "nobody booked")
    assert arena.rows(ACTIVE) == []
    assert {row.reference for row in arena.rows(SWEPT)} == acknowledged
    assert sorted(row.subject for row in arena.rows(TOLD)) == sorted(f"booking:{one}" for one in acknowledged)
    assert arena.oversold() == []
    assert arena.deadlocks() == 0
    assert arena.value("SELECT count(*) FROM assignment WHERE status = 'active'") == 0


@pytest.mark.control
def test_without_the_version_a_booking_leaks_into_a_series_that_is_called_off(arena: Arena, tell: Tell) -> None:
    for number in range(CONTROL_ROUNDS):
        events = _season(arena, f"S{number}")
        calls = _groups(events, f"S{number}")
        off = Call("cancel_events", {"event": events[0], "scope": "all"}, 0.05)
        race(arena, [*dealt(calls, CLIENTS), Script([off])], without=["event state", "haste"])
        if leaked := arena.rows(ACTIVE):
            tell(f"{len(leaked)} leaked after {number + 1} rounds")
            return
    happened([], f"nothing leaked in {CONTROL_ROUNDS} rounds")


def _desks(events: Sequence[str]) -> list[Lane]:
    """Four coordinators who move the series, its rest or one of its events, back and forth."""
    choice = random.Random(7)  # noqa: S311  as above
    calls = [
        Call(
            "change_events",
            {
                "event": choice.choice(events),
                "scope": choice.choice(["one", "following", "all"]),
                "hour": choice.randint(9, 16),
            },
        )
        for _ in range(24)
    ]
    return dealt(calls, 4)


def test_many_change_a_series_at_once_and_it_stays_whole(arena: Arena, tell: Tell) -> None:
    events = _season(arena, "VIE")
    outcomes = race(arena, [*_desks(events), *dealt(_groups(events, "VIE"), 4)])
    tell(f"{dict(results(outcomes, 'change_events'))} changes, {dict(results(outcomes, 'book'))} bookings")
    assert errors(outcomes) == []
    assert arena.overlaps() == []
    assert arena.oversold() == []
    assert arena.untold() == []
    assert arena.deadlocks() == 0
    happened(results(outcomes, "change_events")["ok"], "nothing was changed")
    raised = {
        row.reference: row.sequence for row in arena.rows("SELECT reference, sequence FROM booking") if row.sequence
    }
    mails = {row.subject: row.mails for row in arena.rows(MOVED)}
    assert mails == {f"booking:{reference}": sequence for reference, sequence in raised.items()}
