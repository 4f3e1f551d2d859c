"""P6: desks put events on the calendar while a closure is declared: none is left open inside it, whoever was first."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from booking.bookings.closing import ClosureWish
from booking.bookings.planning import EventsWish
from booking.catalogue.terms import Format
from booking.scheduling.series import Pattern
from booking.scheduling.terms import ClosureType
from tests.builders import make_guide, make_offering, make_station
from tests.conclusive import happened
from tests.races.actions import Call, Outcome, at, wish
from tests.races.arena import Arena
from tests.races.conftest import FULL, Tell
from tests.races.crew import Lane, Script, errors, race, results

pytestmark = pytest.mark.race

ROUNDS = 10 if FULL else 1
CONTROL_ROUNDS = 5
DESKS, HOURS, GROUPS = 3, range(9, 16), 8
MONDAY = date(2026, 12, 14)
LAST_CLOSED = MONDAY + timedelta(days=2)
"""The fourth day of each series is open."""

LEFT_OPEN = "SELECT code FROM event WHERE format = 'in-person' AND starts_on <= :last AND status <> 'cancelled'"
MADE = "SELECT code, starts_on FROM event WHERE format = 'in-person'"
STANDING = """
SELECT booking.reference FROM booking JOIN event ON event.id = booking.event_id
WHERE event.format = 'in-person' AND event.starts_on <= :last
  AND booking.status IN ('on_hold', 'requested', 'proposed', 'waiting', 'confirmed')
"""


def _lanes(arena: Arena, code: str) -> list[Lane]:
    """Three desks that each make seven series of four days, groups at open hours, and a desk that closes in between."""
    with arena.desk():
        station = make_station(code)
        offering = make_offering(station, min_group=1, format=Format.IN_PERSON)
        make_guide(station)
    series = [
        [
            EventsWish(offering.code, "en", 20, rhythm=Pattern(MONDAY, (time(hour, 10 * desk),), (0, 1, 2, 3), count=4))
            for hour in HOURS
        ]
        for desk in range(DESKS)
    ]
    desks = [Script([Call("put", {"wish": one}) for one in own]) for own in series]
    ten = datetime(MONDAY.year, MONDAY.month, MONDAY.day, 10, tzinfo=UTC)
    asked = [
        wish(f"{code}-{number}", size=2, offering=offering.code, starts=at(ten + timedelta(hours=number % 5)))
        for number in range(GROUPS)
    ]
    groups = Script([Call("book", {"request": one, "key": f"{code}-{number}"}) for number, one in enumerate(asked)])
    days = (MONDAY, LAST_CLOSED, date(2026, 11, 23), ("in-person",))
    closure = ClosureWish(code, ClosureType.PREMISES_CLOSED, *days, message="The premises are closed.")
    return [*desks, groups, Script([Call("close", {"wish": closure}, 0.1)])]


def _is_made(outcome: Outcome, since: float) -> bool:
    """Whether it put events on the calendar, and began after an instant."""
    return outcome.call.action == "put" and outcome.result == "ok" and outcome.began > since


def _inside(arena: Arena, statement: str) -> list[str]:
    """The first column of what a statement finds on the closed days."""
    return [row[0] for row in arena.rows(statement, last=LAST_CLOSED.isoformat() if arena.is_sqlite else LAST_CLOSED)]


def test_an_event_is_made_before_the_closure_and_cancelled_by_it_or_not_at_all(arena: Arena, tell: Tell) -> None:
    for number in range(ROUNDS):
        outcomes = race(arena, _lanes(arena, f"R{number}"))
        (closed,) = [one for one in outcomes if one.call.action == "close"]
        assert errors(outcomes) == []
        assert closed.result == "ok"
        late = {code for one in outcomes if _is_made(one, closed.ended) for code in one.value}
        days = {row.code: str(row.starts_on) for row in arena.rows(MADE)}
        assert {days[code] for code in late} <= {str(LAST_CLOSED + timedelta(days=1))}
        tell(f"{dict(results(outcomes, 'put'))}, {len(late)} events of later days, {dict(results(outcomes, 'book'))}")
    assert _inside(arena, LEFT_OPEN) == []
    assert _inside(arena, STANDING) == []
    happened(
        arena.value("SELECT count(*) FROM event WHERE status = 'cancelled'"), "no event was made before the closure"
    )
    assert arena.oversold() == []
    assert arena.overlaps() == []
    assert arena.deadlocks() == 0


@pytest.mark.parametrize("arena", ["postgresql"], indirect=True)
@pytest.mark.control
def test_without_the_station_held_an_event_is_left_open_inside_it(arena: Arena, tell: Tell) -> None:
    """SQLite has one writer, who looks while nobody else writes: there is nothing to take out."""
    for number in range(CONTROL_ROUNDS):
        race(arena, _lanes(arena, f"R{number}"), without=["planning", "haste"])
        if left := _inside(arena, LEFT_OPEN):
            tell(f"{len(left)} left open after {number + 1} rounds")
            return
    happened([], f"nothing was left open in {CONTROL_ROUNDS} rounds")
