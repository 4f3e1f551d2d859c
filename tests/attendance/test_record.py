"""How many came: every saying is kept, the official number follows the last one, and nothing is guessed."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from booking.accounts.models import AuditEntry
from booking.attendance.models import Observation
from booking.attendance.queries import MOST_LINES, event_to_count
from booking.attendance.services.record import NotBegun, Saying, UnknownGroup, record
from booking.attendance.terms import Course, Source
from booking.bookings.models import Booking
from booking.bookings.terms import BookingStatus
from booking.catalogue.models import Offering
from booking.db import db
from booking.scheduling.models import Event
from booking.scheduling.terms import EventStatus, UnknownEvent
from tests.builders import make_booking, make_event, make_offering, make_station, save

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def tour(app: object) -> Event:
    """An event with places for many."""
    assert app
    return make_event(make_offering(make_station(), max_group=300))


def say(
    event: Event, numbers: dict[str, int | None], course: Course = Course.HELD, source: Source = Source.GUIDE
) -> None:
    """Say right after the end how many came, by reference of the booking; "" is the event as a whole."""
    record(event.code, Saying(numbers, course), source=source, now=after(event), actor="account:7")


def after(event: Event) -> datetime:
    return event.ends_at + timedelta(minutes=5)


def state(event: Event) -> EventStatus:
    return db.session.execute(select(Event.status).where(Event.id == event.id)).scalar_one()


def official(event: Event) -> list[tuple[int | None, BookingStatus]]:
    rows = db.session.execute(
        select(Booking.attended, Booking.status).where(Booking.event_id == event.id).order_by(Booking.reference)
    )
    return [(row.attended, row.status) for row in rows]


def said(event: Event) -> list[tuple[int | None, Source, Course]]:
    rows = db.session.execute(select(Observation).where(Observation.event_id == event.id).order_by(Observation.id))
    return [(row.attended, row.source, row.course) for row in rows.scalars()]


def test_one_number_is_the_groups_and_makes_the_event_held(tour: Event) -> None:
    booking = make_booking(tour, size=27)
    say(tour, {booking.reference: 25})
    assert official(tour) == [(25, BookingStatus.ATTENDED)]
    assert state(tour) is EventStatus.HELD
    assert said(tour) == [(25, Source.GUIDE, Course.HELD)]


def test_more_may_come_than_were_booked(tour: Event) -> None:
    booking = make_booking(tour, size=10)
    say(tour, {booking.reference: 14})
    assert official(tour) == [(14, BookingStatus.ATTENDED)]
    assert db.session.execute(select(Event.taken).where(Event.id == tour.id)).scalar_one() == 10


def test_nobody_came_counts_zero_whatever_number_stood_there(tour: Event) -> None:
    booking = make_booking(tour, size=27)
    say(tour, {booking.reference: 27}, Course.NO_SHOW)
    assert official(tour) == [(0, BookingStatus.NO_SHOW)]
    assert state(tour) is EventStatus.NO_SHOW


def test_an_empty_number_is_not_recorded_and_never_zero(tour: Event) -> None:
    booking = make_booking(tour, size=27)
    say(tour, {booking.reference: None}, Course.TECHNICAL_FAULT)
    assert official(tour) == [(None, BookingStatus.NOT_RECORDED)]
    assert state(tour) is EventStatus.OPEN
    assert said(tour) == [(None, Source.GUIDE, Course.TECHNICAL_FAULT)]


def test_each_of_several_groups_has_its_number_and_one_that_is_not_named_stays_as_it_was(tour: Event) -> None:
    first, second, third = (make_booking(tour) for _ in range(3))
    say(tour, {first.reference: 8, second.reference: 0})
    assert official(tour) == [
        (8, BookingStatus.ATTENDED),
        (0, BookingStatus.NO_SHOW),
        (None, BookingStatus.CONFIRMED),
    ]
    assert state(tour) is EventStatus.HELD
    assert third.attended is None


def test_a_correction_is_another_row(tour: Event) -> None:
    booking = make_booking(tour)
    say(tour, {booking.reference: 9})
    say(tour, {booking.reference: 0}, source=Source.DESK)
    assert said(tour) == [(9, Source.GUIDE, Course.HELD), (0, Source.DESK, Course.HELD)]
    assert official(tour) == [(0, BookingStatus.NO_SHOW)]
    assert state(tour) is EventStatus.NO_SHOW


def test_an_event_without_bookings_has_one_number_as_a_whole(tour: Event) -> None:
    say(tour, {"": 120})
    found = event_to_count(db.session(), tour.code)
    assert found is not None
    assert (found.attended, found.status, found.has_lines) == (120, EventStatus.HELD, False)


def test_so_has_one_with_more_bookings_than_anybody_counts_apart(tour: Event) -> None:
    for _ in range(MOST_LINES + 1):
        make_booking(tour, size=1, is_individual=True)
    say(tour, {"": 11})
    found = event_to_count(db.session(), tour.code)
    assert found is not None
    assert (found.attended, found.status, found.has_lines) == (11, EventStatus.HELD, False)


def test_nobody_says_anything_before_the_start(tour: Event) -> None:
    booking = make_booking(tour)
    early = tour.starts_at - timedelta(seconds=1)
    with pytest.raises(NotBegun):
        record(tour.code, Saying({booking.reference: 9}), source=Source.GUIDE, now=early, actor="account:7")
    assert (official(tour), said(tour)) == ([(None, BookingStatus.CONFIRMED)], [])


@pytest.mark.parametrize("status", [EventStatus.CANCELLED, EventStatus.PLANNED])
def test_nobody_came_to_what_did_not_take_place(tour: Event, status: EventStatus) -> None:
    off = make_event(db.session.get_one(Offering, tour.offering_id), status=status)
    with pytest.raises(UnknownEvent):
        say(off, {"": 3})


def test_a_group_of_another_event_is_refused_and_nothing_is_written(tour: Event) -> None:
    booking = make_booking(tour)
    with pytest.raises(UnknownGroup):
        say(tour, {booking.reference: 9, "VE-TEST-OTHER": 1})
    assert said(tour) == []


def test_cancelled_bookings_are_not_asked_for(tour: Event) -> None:
    make_booking(tour, status=BookingStatus.CANCELLED_BY_GROUP)
    came = make_booking(tour)
    found = event_to_count(db.session(), tour.code)
    assert found is not None
    assert [group.reference for group in found.groups] == [came.reference]


def test_what_the_groups_leader_said_stands_beside_it(tour: Event) -> None:
    booking = make_booking(tour, size=27)
    told = {"source": Source.TEACHER, "recorded_at": tour.starts_at, "actor": "group"}
    save(Observation(event_id=tour.id, booking_id=booking.id, attended=25, **told))
    found = event_to_count(db.session(), tour.code)
    assert found is not None
    assert (found.groups[0].by_teacher, found.course) == (25, None)


def test_the_trail_names_who_said_what(tour: Event) -> None:
    booking = make_booking(tour)
    say(tour, {booking.reference: 9}, Course.LATE)
    row = db.session.execute(select(AuditEntry).where(AuditEntry.action == "attendance.record")).scalar_one()
    assert (row.actor, row.subject, row.station_code) == ("account:7", f"event:{tour.code}", "VIE")
    assert row.before == {"whole": None, "groups": {booking.reference: None}}
    assert row.after == {
        "whole": None,
        "groups": {booking.reference: 9},
        "course": "late",
        "source": "guide",
    }
