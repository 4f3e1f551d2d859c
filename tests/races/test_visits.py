"""Requests without a time: of two desks and the group that answer one at the same moment exactly one is heard."""

from datetime import UTC, datetime, timedelta

import pytest

from booking.bookings.services.visit_ask import ask_for_visit
from booking.catalogue.terms import Kind
from booking.scheduling.terms import HostRole
from tests.builders import NOW, make_guide, make_offering, make_station
from tests.conclusive import happened
from tests.races.actions import Call, at, wish
from tests.races.arena import Arena
from tests.races.conftest import FULL, Tell
from tests.races.crew import Lane, dealt, errors, percentile, race, results

pytestmark = pytest.mark.race

REQUESTS = 40 if FULL else 8
DESKS = 6
TEN_IN_VIENNA = datetime(2026, 12, 14, 9, 0, tzinfo=UTC)
WORKING_DAYS = [TEN_IN_VIENNA + timedelta(weeks=number // 5, days=number % 5) for number in range(REQUESTS)]


def _answered_at_once(arena: Arena) -> list[Lane]:
    """Each request is accepted by two, proposed for by one, refused by one, and withdrawn by its group."""
    calls: list[Call] = []
    with arena.desk():
        station = make_station()
        offering = make_offering(station, kind=Kind.BRIEFING, min_group=1)
        speakers = [make_guide(station, "en", HostRole.SPEAKER) for _ in range(3)]
        for number, start in enumerate(WORKING_DAYS):
            asked = wish(number, offering=offering.code, theme="refugees")
            both = [at(start), at(start + timedelta(hours=3))]
            reference = ask_for_visit(asked, both, key=str(number), now=NOW).reference
            seen = {"reference": reference, "version": 1}
            calls += [
                Call("accept_wish", {**seen, "guide": speakers[0].code, "starts_at": start}),
                Call("refuse_visit", seen),
                Call("propose_for_visit", {**seen, "starts_at": start + timedelta(hours=5)}),
                Call("accept_wish", {**seen, "guide": speakers[1].code, "starts_at": start + timedelta(hours=3)}),
                Call("withdraw_visit", seen),
            ]
    return dealt(calls, DESKS)


def _heard(arena: Arena) -> list[int]:
    """How many answers each request has in its trail."""
    answers = "('booking.accept', 'booking.propose', 'request.refuse', 'request.withdraw')"
    told = arena.rows(f"SELECT subject, count(*) AS n FROM audit_entry WHERE action IN {answers} GROUP BY subject")
    return [row.n for row in told]


def test_of_answers_at_once_exactly_one_is_heard(arena: Arena, tell: Tell) -> None:
    outcomes = race(arena, _answered_at_once(arena), processes=4)
    tell(f"{len(outcomes)} answers to {REQUESTS}: {dict(results(outcomes))}, p99 {percentile(outcomes):.0f} ms")
    assert errors(outcomes) == []
    given = [one.call.about["reference"] for one in outcomes if one.result == "ok"]
    assert sorted(given) == sorted(set(given))
    assert len(given) == REQUESTS
    assert _heard(arena) == [1] * REQUESTS
    states = arena.rows(
        "SELECT visit_request.status AS asked, booking.status AS booked FROM visit_request "
        "LEFT JOIN booking ON booking.reference = visit_request.reference"
    )
    assert {(row.asked, row.booked) for row in states} <= {
        ("booked", "confirmed"),
        ("booked", "proposed"),
        ("refused", None),
        ("withdrawn", None),
    }
    assert arena.overlaps() == []
    assert arena.deadlocks() == 0


@pytest.mark.control
def test_without_a_look_at_the_version_several_answers_are_heard(arena: Arena, tell: Tell) -> None:
    outcomes = race(arena, _answered_at_once(arena), processes=4, without=["visit state"])
    given = [one for one in outcomes if one.result == "ok"]
    tell(f"{REQUESTS} requests answered {len(given)} times, {len(errors(outcomes))} errors")
    happened(len(given) > REQUESTS or errors(outcomes), "each request was answered once")
