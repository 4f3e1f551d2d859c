"""The desk's tools while groups book: spellings that are merged, a message sent twice, a cancellation taken back."""

from datetime import timedelta

import pytest

from tests.builders import NOW, make_booking, make_event, make_offering, make_organisation, make_station
from tests.conclusive import happened
from tests.races.actions import Call, wish
from tests.races.arena import Arena
from tests.races.conftest import FULL, Tell
from tests.races.crew import Lane, dealt, errors, race, results

pytestmark = pytest.mark.race

SCHOOLS = 40 if FULL else 8
EVENTS = 4
LOST = """
SELECT booking.reference FROM booking JOIN organisation ON organisation.id = booking.organisation_id
WHERE organisation.merged_into_id IS NOT NULL
"""


def _spellings(arena: Arena) -> list[Lane]:
    """Each school has two spellings, which are merged while its teachers book under the one that goes."""
    with arena.desk():
        offering = make_offering(make_station(), min_group=1)
        events = [make_event(offering, NOW + timedelta(days=20 + n), capacity=300).code for n in range(EVENTS)]
        pairs = []
        for school in range(SCHOOLS):
            kept = make_organisation(f"Inventedford College {school}")
            pairs.append((kept.id, make_organisation(f"Inventedford School {school}").id))
    merges = [Call("merge", {"kept": kept, "merged": merged}) for kept, merged in pairs]
    books = [
        Call("book", {"request": wish(school, event=event), "key": f"{school}-{event}"})
        for school in range(SCHOOLS)
        for event in events
    ]
    return [*dealt(merges, 1), *dealt(books, 3)]


def test_no_booking_is_lost_in_a_spelling_that_is_merged(arena: Arena, tell: Tell) -> None:
    outcomes = race(arena, _spellings(arena), without=["haste"])
    tell(f"{dict(results(outcomes))}")
    assert errors(outcomes) == []
    assert results(outcomes, "book") == {"ok": SCHOOLS * EVENTS}
    assert results(outcomes, "merge") == {"ok": SCHOOLS}
    assert arena.rows(LOST) == []
    assert arena.deadlocks() == 0


@pytest.mark.control
def test_without_the_look_at_what_became_of_a_spelling_bookings_are_lost(arena: Arena, tell: Tell) -> None:
    race(arena, _spellings(arena), without=["haste", "spelling"])
    lost = len(arena.rows(LOST))
    tell(f"{lost} bookings of spellings that are none any more")
    happened(lost, "no booking was lost")


def test_a_message_that_several_send_is_read_once_by_each(arena: Arena, tell: Tell) -> None:
    with arena.desk():
        event = make_event(make_offering(make_station()), capacity=300)
        for _ in range(SCHOOLS):
            make_booking(event)
        event_id = event.id
    calls = [Call("write", {"subject": f"Number {n}", "event": event_id}) for n in range(3) for _lane in range(4)]
    outcomes = race(arena, dealt(calls, 4))
    tell(f"{[one.value for one in outcomes]}")
    assert errors(outcomes) == []
    assert arena.value("SELECT count(*) FROM notice WHERE kind = 'desk_message'") == 3 * SCHOOLS
    assert arena.value("SELECT count(*) FROM desk_message") == 3
    assert sum(one.value for one in outcomes) == 3 * SCHOOLS


def test_a_place_that_is_taken_back_while_others_book_is_sold_once(arena: Arena, tell: Tell) -> None:
    with arena.desk():
        events = [make_event(make_offering(make_station(code), min_group=1), capacity=1) for code in ("VIE", "GVA")]
        codes = [event.code for event in events]
    first = [Call("book", {"request": wish(code, event=code), "key": code}) for code in codes]
    made = {one.call.about["key"]: one.value.reference for one in race(arena, dealt(first, 1))}
    race(arena, dealt([Call("cancel", {"reference": one}) for one in made.values()], 1))
    undo = [Call("undo", {"reference": one, "version": 2}) for one in made.values() for _twice in range(2)]
    books = [
        Call("book", {"request": wish(f"{code}-{n}", event=code), "key": f"{code}{n}"})
        for n in range(4)
        for code in codes
    ]
    outcomes = race(arena, [*dealt(undo, 2), *dealt(books, 2)], without=["haste"])
    tell(f"{dict(results(outcomes))}")
    assert errors(outcomes) == []
    assert [row.taken for row in arena.rows("SELECT taken FROM event")] == [1, 1]
    confirmed = "SELECT event_id FROM booking WHERE status = 'confirmed' GROUP BY event_id HAVING count(*) = 1"
    assert len(arena.rows(confirmed)) == len(codes)
