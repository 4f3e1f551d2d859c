"""P17: two changes that touch the same rows wait for each other, never in a circle: no deadlock is surfaced or retried.

On PostgreSQL, whose locks are of rows; SQLite has one writer. Every statement is followed by a pause, so that each
moment between two of them is met.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from booking.bookings.closing import ClosureWish
from booking.bookings.terms import BookingRequest
from booking.catalogue.terms import Format
from booking.scheduling.terms import ClosureType
from tests.builders import make_event, make_guide, make_offering, make_station
from tests.races.actions import Call, at, wish
from tests.races.arena import Arena
from tests.races.conftest import FULL, Tell
from tests.races.crew import Lane, Script, errors, percentile, race, results

pytestmark = pytest.mark.race

ROUNDS = 20 if FULL else 3
EIGHT = datetime(2026, 12, 14, 8, 0, tzinfo=UTC)


Circle = Callable[[Arena], list[list[Lane]]]
"""Rounds of lanes that, in another order of locks, would wait for each other."""


def _booked(arena: Arena, *requests: BookingRequest) -> list[str]:
    calls = [Call("book", {"request": request, "key": request.contact.email}) for request in requests]
    return [one.value.reference for one in race(arena, [Script(calls)], processes=1)]


def _groups_come_and_go_in_one_event(arena: Arena) -> list[list[Lane]]:
    """A booking keeps its event from being deleted until it takes its places; whoever cancels locks it first."""
    with arena.desk():
        event = make_event(make_offering(make_station(), min_group=1), capacity=300).code
    mine = _booked(arena, *(wish(f"old-{n}", event=event) for n in range(4 * ROUNDS)))
    lanes: list[Lane] = [Script([Call("cancel", {"reference": one}) for one in mine[lane::4]]) for lane in range(4)]
    for lane in range(4):
        names = [f"{lane}-{number}" for number in range(ROUNDS)]
        lanes.append(Script([Call("book", {"request": wish(n, event=event), "key": n}) for n in names]))
    return [lanes]


def _a_school_books_two_classes_one_of_them_held(arena: Arena) -> list[list[Lane]]:
    """Both take the row of the school and the row of the event."""
    with arena.desk():
        event = make_event(make_offering(make_station(), min_group=1), capacity=300).code
    lanes: list[list[Call]] = [[], []]
    for number in range(ROUNDS):
        held, other = (wish(number, event=event, group_label=label) for label in ("5a", "5b"))
        (hold,) = race(arena, [Script([Call("hold", {"request": held})])], processes=1)
        lanes[0].append(Call("book", {"request": held, "key": f"a{number}", "hold": hold.value}))
        lanes[1].append(Call("book", {"request": other, "key": f"b{number}"}))
    return [[Script(lanes[0]), Script(lanes[1])]]


def _bookings_move_to_slots_while_the_premises_close(arena: Arena) -> list[list[Lane]]:
    """One has an event and wants the station's row, the other the other way round."""
    with arena.desk():
        station = make_station()
        offering = make_offering(station, min_group=1, format=Format.IN_PERSON, lead_working_days=0)
        guides = [make_guide(station) for _ in range(4)]
        weeks = [EIGHT + timedelta(days=7 * week) for week in range(1, ROUNDS + 1)]
        events = [make_event(offering, start, capacity=60).code for start in weeks]
    assert guides
    lanes: list[list[Call]] = [[], [], []]
    for lane in range(2):
        mine = _booked(arena, *(wish(f"{lane}-{event}", event=event) for event in events))
        slots = (at(EIGHT + timedelta(hours=2 * (n % 4), days=n // 4)) for n in range(ROUNDS))
        targets = [BookingRequest(offering=offering.code, starts=slot) for slot in slots]
        lanes[lane] = [Call("move", {"reference": one, "target": to}) for one, to in zip(mine, targets, strict=True)]
    for number, week in enumerate(weeks):
        given = (week.date(), week.date(), date(2026, 11, 20), ("in-person",))
        lanes[2].append(
            Call("close", {"wish": ClosureWish("VIE", ClosureType.PREMISES_CLOSED, *given)}, 0.16 + number % 3 * 0.06)
        )
    return [[Script([call]) for call in calls] for calls in zip(*lanes, strict=True)]


def _groups_move_between_slots_while_the_desk_assigns(arena: Arena) -> list[list[Lane]]:
    """One has an event and wants a guide, the other the other way round."""
    with arena.desk():
        station = make_station()
        offering = make_offering(station, min_group=1)
        guides = [make_guide(station).code for _ in range(2)]
    starts = [EIGHT + timedelta(hours=2 * hour) for hour in range(4)]
    mine = _booked(arena, *(wish(n, offering=offering.code, starts=at(starts[n])) for n in range(2)))
    lanes: list[Lane] = []
    for number, reference in enumerate(mine):
        to = [BookingRequest(offering=offering.code, starts=at(starts[(number + n) % 4])) for n in range(1, ROUNDS + 1)]
        lanes.append(Script([Call("move", {"reference": reference, "target": one}) for one in to]))
    return [[*lanes, *(Script([Call("assign_any", {"guide": guide})] * ROUNDS) for guide in guides)]]


def _two_desks_swap_the_hosts_of_two_events(arena: Arena) -> list[list[Lane]]:
    """Each takes one host off and wants the other, who is being taken off by the other desk."""
    with arena.desk():
        station = make_station()
        offering = make_offering(station)
        guides = [make_guide(station).code for _ in range(2)]
        events = [make_event(offering, EIGHT + timedelta(minutes=minutes)).code for minutes in (0, 30)]
    swaps = [(events[n % 2], guides[(n + turn) % 2]) for turn in range(2) for n in range(2)]
    calls = [Call("assign", {"event": event, "guide": guide}) for event, guide in swaps]
    return [[Script([one, other] * ROUNDS) for one, other in ((calls[0], calls[2]), (calls[1], calls[3]))]]


def _many_groups_want_one_hour(arena: Arena) -> list[list[Lane]]:
    """Whoever finds a guide taken lets go of that guide before waiting for the next."""
    with arena.desk():
        station = make_station()
        offering = make_offering(station, min_group=1)
        guides = [make_guide(station).code for _ in range(3)]
    assert guides
    slot = {"offering": offering.code, "starts": at(EIGHT)}
    calls = [Call("book", {"request": wish(n, **slot), "key": f"{n}"}) for n in range(12)]
    return [[Script([call]) for call in calls]]


CIRCLES: list[Circle] = [
    _groups_come_and_go_in_one_event,
    _a_school_books_two_classes_one_of_them_held,
    _bookings_move_to_slots_while_the_premises_close,
    _groups_move_between_slots_while_the_desk_assigns,
    _two_desks_swap_the_hosts_of_two_events,
    _many_groups_want_one_hour,
]


@pytest.mark.parametrize("arena", ["postgresql"], indirect=True)
@pytest.mark.parametrize("circle", CIRCLES, ids=lambda circle: circle.__name__.strip("_"))
def test_nobody_waits_in_a_circle(arena: Arena, circle: Circle, tell: Tell) -> None:
    rounds = circle(arena)
    outcomes = [one for lanes in rounds for one in race(arena, lanes, without=["haste"])]
    tell(f"{dict(results(outcomes))}, p99 {percentile(outcomes):.0f} ms")
    assert errors(outcomes) == []
    assert arena.deadlocks() == 0
    assert arena.oversold() == []
    assert arena.overlaps() == []
