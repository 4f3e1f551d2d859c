"""P6: a closure wins the race: who booked before is swept by it and told, who books after is refused."""

import json
import random
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pytest

from booking.bookings.closing import ClosureWish
from booking.catalogue.terms import Format
from booking.scheduling.terms import ClosureType
from tests.builders import make_event, make_guide, make_offering, make_station
from tests.conclusive import happened
from tests.races.actions import Call, Outcome, at, wish
from tests.races.arena import Arena
from tests.races.conftest import FULL, Tell
from tests.races.crew import Lane, Script, dealt, errors, race, results

pytestmark = pytest.mark.race

ROUNDS = 20 if FULL else 1
CONTROL_ROUNDS = 5
CLIENTS = 10
GROUPS = 50 if FULL else 24
CONTROL_GROUPS = 50
"""A control that leaks one group in twenty needs as many as that, or more rounds."""
DAYS = [date(2026, 12, 14) + timedelta(days=day) for day in range(4)]
CLOSED = DAYS[:3]

LEFT_INSIDE = """
SELECT booking.reference, booking.status FROM booking JOIN event ON event.id = booking.event_id
WHERE event.format = 'in-person' AND event.starts_on <= :last
  AND booking.status IN ('on_hold', 'requested', 'needs_information', 'proposed', 'waiting', 'confirmed')
"""
NOT_RELEASED = "SELECT code FROM event WHERE format = 'in-person' AND starts_on <= :last AND taken <> 0"
SWEPT = "SELECT reference FROM booking WHERE status = 'cancelled_by_station'"


def _offered(arena: Arena, code: str) -> list[dict[str, object]]:
    """Open events and open slots, on site and online, on three days that will be closed and on one that will not."""
    with arena.desk():
        station = make_station(code)
        on_site = make_offering(station, min_group=1, format=Format.IN_PERSON)
        online = make_offering(station, min_group=1)
        for _ in range(4):
            make_guide(station)
        tens = [datetime(day.year, day.month, day.day, 9, tzinfo=UTC) for day in DAYS]
        events = [make_event(offering, ten, capacity=25).code for ten in tens for offering in (on_site, online)]
    starts = [ten + timedelta(hours=hours) for ten in tens for hours in (0, 2, 4)]
    slots = [
        {"offering": offering.code, "starts": at(one)} for one in starts for offering in (on_site, on_site, online)
    ]
    joined: list[dict[str, object]] = [{"event": event} for event in events]
    return joined + slots


def _lanes(arena: Arena, number: int, groups: int, only: str = "") -> list[Lane]:
    """So many groups, and a desk that closes the house in their midst: after two groups of its own, and before nine.

    `only`: "event" or "starts", where all ask for open events, or all for open slots.
    """
    code = f"R{number}"
    choice = random.Random(number)  # noqa: S311  a plan, not a secret
    offered = [one for one in _offered(arena, code) if only in one or not only]
    names = [f"{code}-{group}" for group in range(groups)]
    requests = [wish(name, size=choice.randint(1, 3), **choice.choice(offered)) for name in names]
    calls = [Call("book", {"request": one, "key": name}) for one, name in zip(requests, names, strict=True)]
    given = (CLOSED[0], CLOSED[-1], date(2026, 11, 23), ("in-person",))
    closure = ClosureWish(code, ClosureType.PREMISES_CLOSED, *given, message="The premises are closed.")
    close = Call("close", {"wish": closure})
    before = [Call("book", {"request": wish(f"own-{name}", **offered[0]), "key": name}) for name in names[:2]]
    again = [
        Call("book", {"request": wish(f"again-{name}", **choice.choice(offered)), "key": name}) for name in names[:9]
    ]
    return [*dealt(calls, CLIENTS), Script([*before, close, *again])]


def _inside(arena: Arena, statement: str) -> list[str]:
    """The first column of what a statement finds on the closed days."""
    last = CLOSED[-1].isoformat() if arena.is_sqlite else CLOSED[-1]
    return [row[0] for row in arena.rows(statement, last=last)]


def _told(arena: Arena) -> list[tuple[str, str]]:
    """Whom the station told of a cancellation, and what the mail says to the calendar, if it knows of the visit."""
    found = arena.rows("SELECT subject, payload FROM notice WHERE kind = 'booking_cancelled_by_station'")
    read = [(row.subject, json.loads(row.payload) if isinstance(row.payload, str) else row.payload) for row in found]
    said = [(subject, payload["calendar"]["method"] if payload["calendar"] else "") for subject, payload in read]
    return sorted((subject.removeprefix("booking:"), method) for subject, method in said)


def _invited(arena: Arena) -> set[str]:
    found = arena.rows("SELECT subject FROM notice WHERE kind = 'booking_confirmed'")
    return {row.subject.removeprefix("booking:") for row in found}


def _references(outcomes: Iterable[Outcome], since: float = 0.0) -> set[str]:
    """The bookings that were acknowledged, of calls that began after an instant."""
    booked = (one for one in outcomes if one.call.action == "book" and one.result == "ok" and one.began > since)
    return {one.value.reference for one in booked}


def test_a_closure_sweeps_every_booking_made_before_it_and_refuses_every_one_after(arena: Arena, tell: Tell) -> None:
    swept: set[str] = set()
    acknowledged: set[str] = set()
    for number in range(ROUNDS):
        outcomes = race(arena, _lanes(arena, number, GROUPS))
        (closed,) = [one for one in outcomes if one.call.action == "close"]
        assert errors(outcomes) == []
        assert closed.result == "ok"
        assert _references(outcomes, closed.ended) & set(closed.value) == set()
        swept |= set(closed.value)
        acknowledged |= _references(outcomes)
        tell(f"{dict(results(outcomes, 'book'))}, {len(closed.value)} of them swept in {_ms(closed)} ms")
    happened(swept, "nobody booked before the closure")
    assert swept <= acknowledged
    assert _inside(arena, LEFT_INSIDE) == []
    assert _inside(arena, NOT_RELEASED) == []
    assert {row.reference for row in arena.rows(SWEPT)} == swept
    invited = _invited(arena)
    happened(swept & invited, "nobody who was swept had been invited")
    assert _told(arena) == sorted((reference, "CANCEL" if reference in invited else "") for reference in swept)
    assert acknowledged == {row.reference for row in arena.rows("SELECT reference FROM booking")}
    assert arena.oversold() == []
    assert arena.overlaps() == []
    assert arena.deadlocks() == 0


def _ms(outcome: Outcome) -> int:
    return round((outcome.ended - outcome.began) * 1000)


@pytest.mark.parametrize(("guard", "only"), [("station", "starts"), ("event state", "event")])
def test_without_lock_or_version_a_booking_leaks_into_the_closure(
    arena: Arena, guard: str, only: str, tell: Tell
) -> None:
    for number in range(CONTROL_ROUNDS):
        race(arena, _lanes(arena, number, CONTROL_GROUPS, only), without=[guard, "haste"])
        if leaked := _inside(arena, LEFT_INSIDE):
            tell(f"{len(leaked)} leaked after {number + 1} rounds")
            return
    happened([], f"nothing leaked in {CONTROL_ROUNDS} rounds")
