"""Requests: of coordinators who answer one at the same moment exactly one does, and the group hears one thing."""

from datetime import UTC, datetime, timedelta

import pytest

from booking.bookings.services.book import book
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
DECIDED = ("confirmed", "refused", "proposed", "withdrawn")


def _answered_at_once(arena: Arena) -> list[Lane]:
    """Each request is accepted by two, refused by two, another time proposed, and withdrawn by its group."""
    calls: list[Call] = []
    with arena.desk():
        station = make_station()
        offering = make_offering(station, kind=Kind.BRIEFING, min_group=1)
        speakers = [make_guide(station, "en", HostRole.SPEAKER) for _ in range(3)]
        for number, start in enumerate(WORKING_DAYS):
            asked = wish(number, offering=offering.code, starts=at(start), theme="refugees")
            reference = book(asked, key=str(number), now=NOW).reference
            seen = {"reference": reference, "version": 1}
            calls += [
                Call("accept_request", {**seen, "guide": speakers[0].code}),
                Call("refuse_request", seen),
                Call("propose_time", {**seen, "starts_at": start + timedelta(hours=3)}),
                Call("accept_request", {**seen, "guide": speakers[1].code}),
                Call("refuse_request", seen),
                Call("cancel", {"reference": reference}),
            ]
    return dealt(calls, DESKS)


def test_of_answers_at_once_exactly_one_is_given(arena: Arena, tell: Tell) -> None:
    outcomes = race(arena, _answered_at_once(arena), processes=4)
    tell(f"{len(outcomes)} answers to {REQUESTS}: {dict(results(outcomes))}, p99 {percentile(outcomes):.0f} ms")
    assert errors(outcomes) == []
    given = [one for one in outcomes if one.result == "ok" and one.call.action != "cancel"]
    by_reference = [one.call.about["reference"] for one in given]
    assert len(by_reference) == len(set(by_reference))
    states = arena.rows("SELECT reference, status FROM booking")
    assert {row.status for row in states} <= {*DECIDED, "cancelled_by_group"}
    assert arena.overlaps() == []
    assert arena.deadlocks() == 0
    answers = "('booking.accept', 'booking.refuse', 'booking.propose')"
    told = arena.rows(f"SELECT subject, count(*) AS n FROM audit_entry WHERE action IN {answers} GROUP BY subject")
    assert {row.n for row in told} <= {1}
    assert sum(row.n for row in told) == len(given)


@pytest.mark.control
def test_without_a_look_at_the_version_several_answers_are_given(arena: Arena, tell: Tell) -> None:
    outcomes = race(arena, _answered_at_once(arena), processes=4, without=["request state"])
    given = [one for one in outcomes if one.result == "ok"]
    tell(f"{REQUESTS} requests answered {len(given)} times, {len(errors(outcomes))} errors")
    happened(len(given) > REQUESTS or errors(outcomes), "each request was answered once")
