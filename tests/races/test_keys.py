"""P3: one effect per idempotency key, however often it is sent and whatever dies meanwhile."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from booking.bookings.terms import BookingRequest, Contact, OrganisationType
from tests.builders import make_event, make_guide, make_offering, make_station
from tests.conclusive import happened
from tests.races.actions import Call, at, wish
from tests.races.arena import Arena
from tests.races.conftest import Tell
from tests.races.crew import Script, dealt, errors, race, results

pytestmark = pytest.mark.race

CLIENTS = 8
PARALLEL, AFTERWARDS = 50, 5
TEN_IN_VIENNA = datetime(2026, 12, 14, 9, 0, tzinfo=UTC)


def _times(arena: Arena) -> dict[str, BookingRequest]:
    """A place in an open event with room for many, the last places of another, and an open slot with one guide."""
    with arena.desk():
        station = make_station()
        offering = make_offering(station, min_group=1, max_group=300)
        make_guide(station)
        roomy, full = make_event(offering), make_event(offering, capacity=3)
    slot = at(TEN_IN_VIENNA + timedelta(days=1))
    return {
        "room for many": wish("a", event=roomy.code, size=3),
        "the last places": wish("b", event=full.code, size=3),
        "an open slot": wish("c", offering=offering.code, starts=slot, size=3),
    }


@pytest.mark.parametrize("where", ["room for many", "the last places", "an open slot"])
def test_a_request_sent_fifty_times_at_once_and_five_times_after_is_one_booking(
    arena: Arena, where: str, tell: Tell
) -> None:
    call = Call("book", {"request": _times(arena)[where], "key": "the same"})
    outcomes = race(arena, dealt([call] * PARALLEL, CLIENTS)) + race(arena, [Script([call] * AFTERWARDS)])
    assert results(outcomes) == {"ok": PARALLEL + AFTERWARDS}
    assert len({one.value.answer for one in outcomes}) == 1
    assert [one.value.replayed for one in outcomes].count(False) == 1
    assert arena.value("SELECT count(*) FROM booking") == 1
    assert arena.value("SELECT count(*) FROM notice") == 1
    assert arena.value("SELECT count(*) FROM audit_entry") == 1
    assert arena.oversold() == []
    longest = max(one.ended - one.began for one in outcomes)
    tell(
        f"{len(outcomes)} sent, {len(outcomes) - 1} of them answered with the first answer, in {longest:.2f} s at most"
    )


def test_a_key_with_another_request_is_refused_and_another_person_may_use_it(arena: Arena) -> None:
    request = _times(arena)["room for many"]
    other = replace(request, organisation="Other School", contact=Contact("Bo Invented", "bo@example.org"))
    requests = [request, replace(request, size=4), other]
    calls = [Call("book", {"request": one, "key": "the same"}) for one in requests for _ in range(8)]
    outcomes = race(arena, dealt(calls, CLIENTS))
    kept = {one.call.about["request"].size for one in outcomes if one.result == "ok"}
    assert errors(outcomes) == []
    assert results(outcomes) == {"ok": 16, "reused": 8}
    assert len(kept) == 2 or kept == {3}
    assert arena.value("SELECT count(*) FROM booking") == 2


def test_a_process_killed_before_the_commit_leaves_nothing_and_the_retry_books_once(arena: Arena) -> None:
    call = Call("book", {"request": _times(arena)["an open slot"], "key": "the same"})
    assert race(arena, [Script([call])], processes=1, without=["dies before commit"]) == []
    left = ("booking", "idempotency_key", "notice", "audit_entry", "event")
    assert [arena.value(f"SELECT count(*) FROM {table}") for table in left] == [0, 0, 0, 0, 2]
    outcomes = race(arena, dealt([call] * 5, 5))
    assert results(outcomes) == {"ok": 5}
    assert arena.value("SELECT count(*) FROM booking") == 1


@pytest.mark.control
def test_without_keys_a_request_sent_often_is_several_bookings(arena: Arena, tell: Tell) -> None:
    person = replace(_times(arena)["room for many"], organisation_type=OrganisationType.INDIVIDUAL)
    race(arena, dealt([Call("book", {"request": person, "key": "the same"})] * 20, CLIENTS), without=["key"])
    made = arena.value("SELECT count(*) FROM booking")
    tell(f"{made} bookings of one request")
    happened(made > 1, "one booking was made")


def test_with_a_key_committed_before_its_booking_a_retry_is_told_of_a_booking_that_is_not_there(arena: Arena) -> None:
    call = Call("book", {"request": _times(arena)["room for many"], "key": "the same"})
    assert race(arena, [Script([call])], processes=1, without=["key first"]) == []
    outcomes = race(arena, [Script([call])])
    assert results(outcomes) == {"ok": 1}
    assert arena.value("SELECT count(*) FROM booking") == 0
