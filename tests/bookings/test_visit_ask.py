"""Asking without choosing: several wishes or advice hold nothing; one chosen time is held as ever."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from booking.bookings.models import Booking, Organisation, VisitRequest
from booking.bookings.queries.visit_requests import details_of, visit_by_reference
from booking.bookings.services.visit_ask import ask_for_visit
from booking.bookings.services.visit_end import end_speaker_searches, end_visits
from booking.bookings.terms import KeyReused, RequestStatus, WishesRefused
from booking.catalogue.terms import Kind
from booking.db import db
from booking.scheduling.models import Event
from tests.bookings.test_book import at
from tests.bookings.visits import DETAILS, TEN_ON_MONDAY, TEN_ON_TUESDAY, asking, make_visit
from tests.builders import NOW, make_assignment, make_event, make_offering, make_station

pytestmark = pytest.mark.usefixtures("app")

BOTH = [at(TEN_ON_MONDAY), at(TEN_ON_TUESDAY)]
FIVE_WORKING_DAYS = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)


def number_of(model: type[Booking | Event | VisitRequest | Organisation]) -> int:
    """How many rows there are."""
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_several_wishes_hold_nothing_and_are_answered_by_a_deadline() -> None:
    visit = make_visit()
    found = visit.facts
    assert (found.status, found.wishes) == (RequestStatus.REQUESTED, (TEN_ON_MONDAY, TEN_ON_TUESDAY))
    assert (number_of(Booking), number_of(Event)) == (0, 0)
    assert found.details == DETAILS
    assert found.speaker_by == FIVE_WORKING_DAYS
    assert found.answer_by == datetime(2026, 12, 7, 16, 0, tzinfo=UTC)
    assert visit.mails() == ["visit_requested"]
    assert visit.payload()["wishes"] == [TEN_ON_MONDAY.isoformat(), TEN_ON_TUESDAY.isoformat()]
    assert visit.token in str(visit.payload()["manage_url"])
    assert visit.trail() == [("group", "request.ask")]


def test_one_chosen_time_is_held_with_what_was_said_beside_it() -> None:
    make_station()
    station = make_station("GVA")
    offering = make_offering(station, kind=Kind.BRIEFING)
    made = ask_for_visit(asking(offering), [at(TEN_ON_MONDAY)], key="one", now=NOW)
    assert made.answer["status"] == "requested"
    assert made.answer["event_id"]
    assert (number_of(Booking), number_of(Event), number_of(VisitRequest)) == (1, 1, 0)
    assert details_of(db.session(), [made.reference])[made.reference] == DETAILS


def test_advice_is_given_by_the_station_named_else_by_the_nearest_that_speaks_the_language() -> None:
    for code in ("VIE", "NYC", "NBO"):
        make_station(code, languages="en" if code == "NBO" else "en fr")
    asked = replace(asking(), language="fr", contact=replace(asking().contact, time_zone="Africa/Nairobi"))
    made = ask_for_visit(asked, [], key="a", now=NOW)
    found = visit_by_reference(db.session(), made.reference)
    assert found is not None
    assert (found.station.code, found.offering, found.wishes) == ("VIE", None, ())
    named = visit_by_reference(
        db.session(), ask_for_visit(replace(asked, station="NYC"), [], key="b", now=NOW).reference
    )
    assert named is not None
    assert named.station.code == "NYC"


def test_each_wish_is_judged_by_the_rules_of_a_booking() -> None:
    station = make_station()
    offering = make_offering(station)
    sunday, tomorrow = datetime(2026, 12, 20, 9, 0, tzinfo=UTC), NOW + timedelta(days=1)
    with pytest.raises(WishesRefused) as refused:
        ask_for_visit(asking(offering), [at(sunday), at(TEN_ON_MONDAY), at(tomorrow)], key="c", now=NOW)
    rules = {place: [one.rule for one in refusals] for place, refusals in refused.value.by_wish.items()}
    assert rules == {0: ["TIME-01"], 2: ["LEAD-01"]}
    assert (number_of(VisitRequest), number_of(Organisation)) == (0, 0)
    with pytest.raises(WishesRefused):
        ask_for_visit(asking(), [at(NOW - timedelta(days=1))], key="d", now=NOW)


def test_the_same_key_asks_once() -> None:
    visit = make_visit()
    again = ask_for_visit(asking(visit.offering), BOTH, key="visit", now=NOW)
    assert (again.replayed, again.reference) == (True, visit.reference)
    assert number_of(VisitRequest) == 1
    with pytest.raises(KeyReused):
        ask_for_visit(replace(asking(visit.offering), size=30), BOTH, key="visit", now=NOW)


def test_a_request_that_nobody_answers_expires_and_the_group_is_told() -> None:
    visit = make_visit()
    deadline = visit.facts.answer_by
    assert deadline is not None
    assert end_visits(deadline - timedelta(seconds=1)) == 0
    assert end_visits(deadline) == 1
    assert end_visits(deadline) == 0
    assert visit.status is RequestStatus.EXPIRED
    assert visit.mails() == ["visit_expired"]
    assert visit.trail()[-1] == ("worker", "request.expire")


def test_where_nobody_knows_the_topic_at_these_times_the_search_ends_after_five_working_days() -> None:
    visit = make_visit()
    for start in (TEN_ON_MONDAY, TEN_ON_TUESDAY):
        make_assignment(visit.speakers[0], make_event(visit.offering, start))
    assert end_speaker_searches(FIVE_WORKING_DAYS - timedelta(seconds=1)) == 0
    assert end_speaker_searches(FIVE_WORKING_DAYS) == 1
    assert end_speaker_searches(FIVE_WORKING_DAYS) == 0
    assert visit.facts.no_speaker_at == FIVE_WORKING_DAYS
    assert visit.trail()[-1] == ("worker", "request.no_speaker")


def test_where_somebody_is_free_the_search_has_found_them() -> None:
    visit = make_visit()
    assert end_speaker_searches(FIVE_WORKING_DAYS) == 0
    assert (visit.facts.no_speaker_at, visit.facts.speaker_by) == (None, None)
