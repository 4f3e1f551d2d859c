"""P5: what was acknowledged is there, whichever process is killed; what was not is there once after a retry."""

import random
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from tests.builders import make_event, make_guide, make_offering, make_station
from tests.conclusive import happened
from tests.races.actions import Call, Outcome, at, wish
from tests.races.arena import Arena
from tests.races.conftest import FULL, Tell
from tests.races.crew import Lane, Member, assemble, dealt, errors, gather, let_go, race, results

pytestmark = pytest.mark.race

KILLS = 50 if FULL else 4
CLIENTS, PROCESSES = 8, 2
GROUPS = 100 * KILLS if FULL else 120
EIGHT = datetime(2026, 12, 14, 8, 0, tzinfo=UTC)


def groups_that_book(arena: Arena) -> list[Call]:
    """Groups that book places in events and slots of their own, each with a key of its own."""
    with arena.desk():
        station = make_station()
        offering = make_offering(station, min_group=1)
        for _ in range(3):
            make_guide(station)
        events = [make_event(offering, EIGHT + timedelta(days=day), capacity=GROUPS).code for day in range(4)]
        code = offering.code
    slots = [at(EIGHT + timedelta(days=7 + n % 5, hours=2 * (n % 4))) for n in range(20)]
    calls = []
    for number in range(GROUPS):
        chosen = {"event": events[number % 4]} if number % 4 else {"offering": code, "starts": slots[number % 20]}
        calls.append(Call("book", {"request": wish(number, **chosen), "key": f"{number}"}))
    return calls


class Storm:
    """Processes that book, killed at random; what nobody acknowledged is asked for again, with the same key."""

    def __init__(self, arena: Arena, calls: Sequence[Call], without: Sequence[str] = ()) -> None:
        self.arena = arena
        self.outcomes: list[Outcome] = []
        self.kills = 0
        self._calls = calls
        self._without = without
        self._choice = random.Random(20261122)  # noqa: S311  a plan, not a secret

    def blow(self, kills: int) -> None:
        """Kill so many processes, at random moments."""
        while self.kills < kills and (open_ := self.unanswered()):
            members = self._start(open_)
            gather(members, time.monotonic() + self._choice.uniform(0.05, 0.6))
            for member in members:
                member.kill()
                self.outcomes += member.outcomes
            self.kills += len(members)

    def blow_at(self, strike: Callable[[], None], kills: int) -> None:
        """Let something else be struck so many times while everybody books."""
        while self.kills < kills and (open_ := self.unanswered()):
            members = self._start(open_)
            gather(members, time.monotonic() + self._choice.uniform(0.2, 1.0))
            strike()
            self.kills += 1
            for member in members:
                member.kill()
                self.outcomes += member.outcomes

    def _start(self, calls: Sequence[Call]) -> list[Member]:
        lanes: list[Lane] = dealt(calls, CLIENTS)
        members = assemble(self.arena, lanes, PROCESSES, self._without)
        let_go(members)
        return members

    def unanswered(self) -> list[Call]:
        """What was never acknowledged: made or not, nobody knows."""
        known = {one.call.about["key"] for one in self.outcomes if one.result == "ok"}
        return [call for call in self._calls if call.about["key"] not in known]


def lost(arena: Arena, outcomes: Sequence[Outcome]) -> set[str]:
    """Acknowledged bookings that are not there."""
    acknowledged = {one.value.reference for one in outcomes if one.result == "ok"}
    return acknowledged - {row.reference for row in arena.rows("SELECT reference FROM booking")}


def test_no_acknowledged_booking_is_lost_by_kill_9_and_every_retry_books_once(arena: Arena, tell: Tell) -> None:
    storm = Storm(arena, groups_that_book(arena))
    storm.blow(KILLS)
    assert lost(arena, storm.outcomes) == set()
    stored = {row.reference for row in arena.rows("SELECT reference FROM booking")}
    unknown = stored - {one.value.reference for one in storm.outcomes if one.result == "ok"}
    acknowledged = results(storm.outcomes)["ok"]
    again = race(arena, dealt(storm.unanswered(), CLIENTS))
    found_again = {one.value.reference for one in again if one.result == "ok" and one.value.replayed}
    tell(f"{storm.kills} kills, {acknowledged} acknowledged meanwhile, {len(unknown)} written and not acknowledged")
    assert unknown == found_again
    outcomes = [*storm.outcomes, *again]
    assert errors(outcomes) == []
    booked = {one.call.about["key"]: one.value.reference for one in outcomes if one.result == "ok"}
    assert len(booked) == GROUPS
    assert sorted(booked.values()) == sorted(row.reference for row in arena.rows("SELECT reference FROM booking"))
    assert arena.oversold() == []
    assert arena.overlaps() == []
    assert arena.value("SELECT count(*) FROM notice") == GROUPS
    assert arena.is_whole()


@pytest.mark.control
def test_answering_before_the_commit_loses_bookings(arena: Arena, tell: Tell) -> None:
    storm = Storm(arena, groups_that_book(arena), without=["commit first"])
    storm.blow(KILLS)
    gone = lost(arena, storm.outcomes)
    tell(f"{storm.kills} kills, {len(gone)} acknowledged bookings lost")
    happened(gone, "nothing was lost")
