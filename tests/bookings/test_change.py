"""Changing, moving and cancelling: in time, late, and what is told."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from booking.bookings.services.book import book
from booking.bookings.services.cancel import cancel
from booking.bookings.services.change import change_size, move
from booking.bookings.services.expire import end_requests
from booking.bookings.terms import BookingRefused, BookingRequest, BookingStatus, Conflict, UnknownBooking
from booking.db import db
from booking.notices.models import Notice
from booking.scheduling.models import Assignment, Event
from booking.scheduling.terms import AssignmentStatus, EventStatus
from tests.bookings.test_book import TEN_IN_VIENNA, at, event_of, wish
from tests.builders import NOW, make_event, make_guide, make_offering, make_station

TOO_LATE = datetime(2026, 12, 8, 9, 0, tzinfo=UTC)
"""Four working days before."""


def booked() -> str:
    """A confirmed booking of 24 in an open event of 35; its reference."""
    event = make_event(make_offering(make_station()))
    return book(wish(event=event.code), key="a", now=NOW).reference


def notices() -> list[tuple[str, str, int]]:
    """Kind, method and sequence of every notice with an invitation, in order."""
    rows = db.session.execute(select(Notice.kind, Notice.payload).order_by(Notice.id)).all()
    calendars = [(row.kind, row.payload["calendar"]) for row in rows]
    return [(kind, calendar["method"], calendar["sequence"]) for kind, calendar in calendars if calendar]


@pytest.mark.usefixtures("app")
def test_another_number_takes_and_frees_places_and_updates_the_invitation() -> None:
    reference = booked()
    assert change_size(reference, size=30, accompanying_adults=2, now=NOW).size == 30
    assert event_of(reference).taken == 30
    change_size(reference, size=10, accompanying_adults=None, now=NOW)
    assert event_of(reference).taken == 10
    assert notices() == [
        ("booking_confirmed", "REQUEST", 0),
        ("booking_changed", "REQUEST", 1),
        ("booking_changed", "REQUEST", 2),
    ]


@pytest.mark.usefixtures("app")
def test_a_number_that_breaks_a_rule_is_refused_and_nothing_changes() -> None:
    reference = booked()
    with pytest.raises(BookingRefused) as refused:
        change_size(reference, size=42, accompanying_adults=1, now=NOW)
    assert [refusal.rule for refusal in refused.value.refusals] == ["CAP-01", "CAP-02"]
    assert event_of(reference).taken == 24


@pytest.mark.usefixtures("app")
def test_a_change_after_the_deadline_is_refused_until_it_is_confirmed_as_late() -> None:
    reference = booked()
    with pytest.raises(BookingRefused) as refused:
        change_size(reference, size=20, accompanying_adults=2, now=TOO_LATE)
    assert [refusal.rule for refusal in refused.value.refusals] == ["CAN-01"]
    changed = change_size(reference, size=20, accompanying_adults=2, now=TOO_LATE, late=True)
    assert (changed.late, event_of(reference).taken) == (True, 20)


@pytest.mark.usefixtures("app")
def test_moving_to_another_open_event_gives_the_old_places_back() -> None:
    offering = make_offering(make_station())
    old, new = make_event(offering), make_event(offering, TEN_IN_VIENNA + timedelta(days=1))
    reference = book(wish(event=old.code), key="a", now=NOW).reference
    moved = move(reference, BookingRequest(event=new.code), now=NOW)
    assert moved.event.code == new.code
    assert event_of(reference).taken == 24
    assert db.session.get_one(Event, old.id).taken == 0
    assert notices()[-1] == ("booking_moved", "REQUEST", 1)


@pytest.mark.usefixtures("app")
def test_moving_into_a_full_event_keeps_the_old_place() -> None:
    offering = make_offering(make_station())
    old, new = make_event(offering), make_event(offering, TEN_IN_VIENNA + timedelta(days=1), capacity=20)
    reference = book(wish(event=old.code), key="a", now=NOW).reference
    with pytest.raises(BookingRefused):
        move(reference, BookingRequest(event=new.code), now=NOW)
    assert event_of(reference).code == old.code
    assert event_of(reference).taken == 24


@pytest.mark.usefixtures("app")
def test_the_only_guide_can_give_the_same_class_half_an_hour_later() -> None:
    station = make_station()
    offering, guide = make_offering(station), make_guide(station, "en")
    reference = book(wish(offering=offering.code, starts=at(TEN_IN_VIENNA)), key="a", now=NOW).reference
    first = event_of(reference).id
    later = BookingRequest(offering=offering.code, starts=at(TEN_IN_VIENNA + timedelta(minutes=30)))
    assert move(reference, later, now=NOW).status is BookingStatus.CONFIRMED
    rows = db.session.execute(select(Assignment.event_id, Assignment.status).where(Assignment.guide_id == guide.id))
    given = {row.event_id: row.status for row in rows}
    assert given == {first: AssignmentStatus.CANCELLED, event_of(reference).id: AssignmentStatus.ACTIVE}
    assert db.session.get_one(Event, first).status is EventStatus.CANCELLED


@pytest.mark.usefixtures("app")
def test_cancelling_in_time_frees_the_place_once() -> None:
    reference = booked()
    ended = cancel(reference, now=NOW)
    assert (ended.status, ended.late) == (BookingStatus.CANCELLED_BY_GROUP, False)
    assert event_of(reference).taken == 0
    with pytest.raises(Conflict):
        cancel(reference, now=NOW)
    assert event_of(reference).taken == 0
    assert notices()[-1] == ("booking_cancelled", "CANCEL", 1)


@pytest.mark.usefixtures("app")
def test_a_late_cancellation_is_recorded_as_late_and_frees_the_place() -> None:
    reference = booked()
    with pytest.raises(BookingRefused):
        cancel(reference, now=TOO_LATE)
    ended = cancel(reference, now=TOO_LATE, late=True)
    assert (ended.late, event_of(reference).taken) == (True, 0)


@pytest.mark.usefixtures("app")
def test_cancelling_an_event_of_ones_own_frees_its_guide() -> None:
    station = make_station()
    offering = make_offering(station)
    make_guide(station, "en")
    wished = wish(offering=offering.code, starts=at(TEN_IN_VIENNA))
    reference = book(wished, key="a", now=NOW).reference
    cancel(reference, now=NOW)
    assert event_of(reference).status is EventStatus.CANCELLED
    assert book(wished, key="b", now=NOW).answer["status"] == "confirmed"


@pytest.mark.usefixtures("app")
def test_a_request_is_withdrawn_without_a_deadline_and_without_an_invitation() -> None:
    station = make_station()
    offering = make_offering(station)
    reference = book(wish(offering=offering.code, starts=at(TEN_IN_VIENNA)), key="a", now=NOW).reference
    ended = cancel(reference, now=TEN_IN_VIENNA - timedelta(days=3))
    assert ended.status is BookingStatus.WITHDRAWN
    assert notices() == []


@pytest.mark.usefixtures("app")
def test_a_request_that_nobody_answers_expires_frees_its_place_and_says_so() -> None:
    station = make_station()
    offering = make_offering(station)
    reference = book(wish(offering=offering.code, starts=at(TEN_IN_VIENNA)), key="a", now=NOW).reference
    assert end_requests(NOW + timedelta(days=1)) == 0
    assert end_requests(NOW + timedelta(days=12)) == 1
    assert event_of(reference).status is EventStatus.CANCELLED
    kinds = db.session.execute(select(Notice.kind).order_by(Notice.id)).scalars().all()
    assert kinds == ["booking_requested", "request_expired"]


@pytest.mark.usefixtures("app")
def test_a_page_that_showed_an_older_state_cannot_overwrite_a_newer_one() -> None:
    reference = booked()
    change_size(reference, size=20, accompanying_adults=2, now=NOW, version=1)
    with pytest.raises(Conflict):
        change_size(reference, size=30, accompanying_adults=2, now=NOW, version=1)
    with pytest.raises(UnknownBooking):
        cancel("VE-NONE-NONE-00", now=NOW)
