"""P7: places lowered, events and bookings moved, sizes changed and cancelled in flight: nothing is lost or doubled."""

import random
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from booking.bookings.terms import BookingRequest
from tests.builders import make_event, make_guide, make_offering, make_station
from tests.conclusive import happened
from tests.races.actions import Call, Outcome, at, wish
from tests.races.arena import TAKING, Arena
from tests.races.conftest import FULL, Tell
from tests.races.crew import Lane, Perform, Script, dealt, errors, percentile, race, results

pytestmark = pytest.mark.race

SECONDS = 60.0 if FULL else 2.0
CLIENTS = 8
NINE_IN_VIENNA = datetime(2026, 12, 14, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class World:
    """Open events at different hours, and an offering whose open slots are booked as well."""

    events: Sequence[str]
    guides: Sequence[str]
    offering: str


@dataclass(frozen=True)
class Group:
    """A teacher who books, holds, moves, changes and cancels at random."""

    world: World
    number: int
    seconds: float

    def play(self, perform: Perform) -> None:
        """Until the time is over."""
        choice = random.Random(self.number)  # noqa: S311  a plan, not a secret
        end, count, mine = time.monotonic() + self.seconds, 0, list[str]()
        while time.monotonic() < end:
            count += 1
            if not mine or choice.random() < 0.3:
                mine += self._booked(perform, choice, f"{self.number}-{count}")
                continue
            reference = choice.choice(mine)
            what = choice.choice(["move", "move", "slot", "change_size", "cancel"])
            if what == "cancel":
                mine.remove(reference)
            perform(self._change(what, reference, choice))

    def _booked(self, perform: Perform, choice: random.Random, key: str) -> list[str]:
        request = wish(key, event=choice.choice(self.world.events), size=choice.randint(1, 3))
        hold = ""
        if choice.random() < 0.3:
            hold = str(perform(Call("hold", {"request": request})).value)
        booked = perform(Call("book", {"request": request, "key": key, "hold": hold if hold.startswith("VE-") else ""}))
        return [booked.value.reference] if booked.result == "ok" else []

    def _change(self, what: str, reference: str, choice: random.Random) -> Call:
        target = BookingRequest(event=choice.choice(self.world.events))
        if what == "slot":
            starts = NINE_IN_VIENNA + timedelta(days=1, minutes=30 * choice.randrange(16))
            target = BookingRequest(offering=self.world.offering, starts=at(starts))
        if what in {"move", "slot"}:
            return Call("move", {"reference": reference, "target": target})
        return Call(what, {"reference": reference} | ({"size": choice.randint(1, 5)} if what == "change_size" else {}))


@dataclass(frozen=True)
class Desk:
    """A coordinator who sets places, moves events and assigns guides at random."""

    world: World
    number: int
    seconds: float

    def play(self, perform: Perform) -> None:
        """Until the time is over."""
        choice = random.Random(self.number)  # noqa: S311  as above
        end = time.monotonic() + self.seconds
        while time.monotonic() < end:
            event = choice.choice(self.world.events)
            place = self.world.events.index(event)
            starts_at = NINE_IN_VIENNA + timedelta(hours=2 * place, minutes=choice.randrange(0, 45, 15))
            calls = [
                Call("set_capacity", {"event": event, "capacity": choice.randint(2, 14)}),
                Call("move_event", {"event": event, "starts_at": starts_at}),
                Call("assign", {"event": event, "guide": choice.choice(self.world.guides)}),
                Call("assign_any", {"guide": choice.choice(self.world.guides)}),
            ]
            perform(choice.choice(calls))


def _world(arena: Arena) -> World:
    with arena.desk():
        station = make_station()
        offering = make_offering(station, min_group=1)
        guides = [make_guide(station).code for _ in range(3)]
        hours = [NINE_IN_VIENNA + timedelta(hours=2 * place) for place in range(4)]
        return World([make_event(offering, hour, capacity=10).code for hour in hours], guides, offering.code)


def lanes_of_changes(arena: Arena, seconds: float) -> list[Lane]:
    """Six teachers and two coordinators, each at random."""
    world = _world(arena)
    groups: list[Lane] = [Group(world, number, seconds) for number in range(CLIENTS - 2)]
    return [*groups, Desk(world, 98, seconds), Desk(world, 99, seconds)]


def _last_told(outcomes: Sequence[Outcome]) -> dict[str, tuple[int, str]]:
    """By booking: the highest version that a move was answered with, and the event it named."""
    told: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for one in outcomes:
        if one.call.action == "move" and one.result == "ok":
            told[one.call.about["reference"]].append(one.value)
    return {reference: max(versions) for reference, versions in told.items()}


def test_a_random_mix_of_changes_keeps_places_hosts_and_promises(arena: Arena, tell: Tell) -> None:
    outcomes = race(arena, lanes_of_changes(arena, SECONDS))
    for action in ("book", "hold", "move", "change_size", "cancel", "set_capacity", "move_event", "assign"):
        tell(f"  {action}: {dict(results(outcomes, action))}")
    tell(f"{len(outcomes)} calls, p99 {percentile(outcomes):.0f} ms")
    assert errors(outcomes) == []
    assert arena.oversold() == []
    assert arena.overlaps() == []
    assert arena.deadlocks() == 0
    assert arena.untold() == []
    assert _moved_otherwise(arena, outcomes) == []
    acknowledged = {one.value.reference for one in outcomes if one.call.action == "book" and one.result == "ok"}
    assert acknowledged == {
        row.reference for row in arena.rows("SELECT reference FROM booking WHERE contact_email <> ''")
    }


def _moved_otherwise(arena: Arena, outcomes: Sequence[Outcome]) -> list[str]:
    """Bookings that are not where the last answer said, though nothing happened to them since."""
    statement = (
        "SELECT event.code, booking.version FROM booking JOIN event ON event.id = event_id WHERE reference = :ref"
    )
    wrong = []
    for reference, (version, event) in _last_told(outcomes).items():
        (row,) = arena.rows(statement, ref=reference)
        if row.version < version or (row.version == version and row.code != event):
            wrong.append(f"{reference}: told {event} at {version}, is in {row.code} at {row.version}")
    return wrong


def test_lowering_below_what_is_taken_is_refused_with_the_list_while_groups_book(arena: Arena, tell: Tell) -> None:
    event = _world(arena).events[0]
    bookings = [Call("book", {"request": wish(n, event=event, size=2), "key": f"{n}"}) for n in range(5)]
    lowerings = [
        Call("set_capacity", {"event": event, "capacity": places}) for places in (9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
    ]
    outcomes = race(arena, [Script(lowerings), *dealt(bookings, 4)])
    (row,) = arena.rows("SELECT capacity, taken FROM event WHERE code = :code", code=event)
    refused = [one for one in outcomes if one.call.action == "set_capacity" and one.result == "conflict"]
    tell(f"{len(refused)} of {len(lowerings)} refused, {row.taken} of {row.capacity} places taken at the end")
    assert errors(outcomes) == []
    assert arena.oversold() == []
    happened(refused, "nothing was taken yet when it was lowered")
    assert all(sum(size for _, size in one.value) > one.call.about["capacity"] for one in refused)


def _duel(arena: Arena) -> list[Lane]:
    """One booking that two clients move to two other events at the same moment."""
    world = _world(arena)
    sizes = {"a": 3, "b": 7}  # of the others in the event the places could be given back twice
    calls = [Call("book", {"request": wish(n, event=world.events[0], size=sizes[n]), "key": n}) for n in sizes]
    reference = race(arena, [Script(calls)])[0].value.reference
    targets = [BookingRequest(event=event) for event in world.events[1:]]
    calls = [Call("move", {"reference": reference, "target": target}) for target in targets * 4]
    return dealt(calls, len(targets) * 2)


def test_a_booking_that_many_move_at_once_is_in_one_event_and_takes_places_once(arena: Arena, tell: Tell) -> None:
    outcomes = race(arena, _duel(arena))
    tell(f"{dict(results(outcomes))}")
    assert errors(outcomes) == []
    assert arena.oversold() == []
    assert _moved_otherwise(arena, outcomes) == []
    assert arena.value(f"SELECT sum(size) FROM booking WHERE status IN {TAKING}") == arena.value(
        "SELECT sum(taken) FROM event"
    )
    told = {one.value for one in outcomes if one.result == "ok"}  # who asks for where it is already changes nothing
    assert len({version for version, _ in told}) == len(told)


@pytest.mark.control
def test_without_the_bookings_version_a_move_takes_places_twice(arena: Arena, tell: Tell) -> None:
    race(arena, _duel(arena), without=["booking version"])
    taken = arena.value("SELECT sum(taken) FROM event")
    tell(f"10 people hold {taken} places")
    happened(arena.oversold(), "nothing was oversold")
