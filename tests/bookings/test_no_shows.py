"""NSH-01: a coordinator decides on what a group asks for that did not come twice within a year."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from booking.bookings.models import Booking, Organisation
from booking.bookings.queries.bookings import booking_by_reference
from booking.bookings.services.accept import confirm_waiting
from booking.bookings.services.accept_request import accept_request
from booking.bookings.services.answer_offer import accept_offer
from booking.bookings.services.answering import Answer
from booking.bookings.services.book import book
from booking.bookings.services.cancel import cancel
from booking.bookings.services.change import move
from booking.bookings.services.expire import end_requests
from booking.bookings.services.hold import hold
from booking.bookings.terms import BookingRequest, BookingStatus
from booking.catalogue.models import Offering
from booking.db import db, transaction
from booking.scheduling.models import Event
from booking.scheduling.terms import EventStatus
from tests.bookings.line import group, join, mails
from tests.bookings.line import taken as places_taken
from tests.bookings.test_book import TEN_IN_VIENNA, at, event_of, wish
from tests.builders import NOW, make_booking, make_event, make_guide, make_offering, make_organisation, make_station

pytestmark = pytest.mark.usefixtures("app")
SCHOOL = ("Inventedford School", "AT")
DAY = timedelta(days=1)


@pytest.fixture
def offering(app: object) -> Offering:
    """A tour of Vienna, which has a guide."""
    assert app
    station = make_station()
    make_guide(station, "en")
    return make_offering(station, max_group=90)


@pytest.fixture
def school(offering: Offering) -> Organisation:
    """Who asks."""
    assert offering.id
    return make_organisation(*SCHOOL)


def stayed_away(offering: Offering, days: int, school: Organisation | None = None, **values: object) -> None:
    """So many days ago nobody of them came."""
    missed = make_event(offering, NOW - days * DAY, status=EventStatus.NO_SHOW)
    told: dict[str, Any] = {"contact_email": "else@example.org", "status": BookingStatus.NO_SHOW, "attended": 0}
    make_booking(missed, school, **{**told, **values})


def asked(offering: Offering, **values: object) -> BookingRequest:
    given = {"offering": offering.code, "starts": at(TEN_IN_VIENNA), "organisation": SCHOOL[0], "country": SCHOOL[1]}
    return wish(**{**given, **values})


def status_of(reference: str) -> BookingStatus:
    return db.session.execute(select(Booking.status).where(Booking.reference == reference)).scalar_one()


def booked(request: BookingRequest, actor: str = "group") -> BookingStatus:
    return status_of(book(request, key="b", now=NOW, actor=actor).reference)


def test_the_first_is_forgiven_and_after_the_second_a_person_decides(offering: Offering, school: Organisation) -> None:
    stayed_away(offering, 100, school)
    first = book(asked(offering), key="a", now=NOW).reference
    assert status_of(first) is BookingStatus.CONFIRMED
    stayed_away(offering, 30, school)
    assert booked(asked(offering, starts=at(TEN_IN_VIENNA + 7 * DAY))) is BookingStatus.REQUESTED
    move(first, asked(offering, starts=at(TEN_IN_VIENNA + 2 * DAY)), now=NOW)
    assert status_of(first) is BookingStatus.CONFIRMED


def test_a_contact_is_known_by_the_address_whatever_the_school(offering: Offering) -> None:
    mine = asked(offering).contact.email
    for days in (30, 60):
        stayed_away(offering, days, contact_email=mine)
    assert booked(asked(offering, organisation="Baobab Hill School", country="GH")) is BookingStatus.REQUESTED


@pytest.mark.parametrize(
    "values",
    [
        {"status": BookingStatus.ATTENDED, "attended": 9},
        {"status": BookingStatus.CANCELLED_BY_GROUP},
        {"is_individual": True},
    ],
)
def test_who_came_or_cancelled_or_shares_a_name_only_is_booked_at_once(
    offering: Offering, school: Organisation, values: dict[str, Any]
) -> None:
    for days in (30, 60):
        missed = make_event(offering, NOW - days * DAY, status=EventStatus.HELD)
        make_booking(missed, school, **{"status": BookingStatus.NO_SHOW, "contact_email": "else@example.org", **values})
    assert booked(asked(offering)) is BookingStatus.CONFIRMED


def test_a_year_later_it_is_forgotten(offering: Offering, school: Organisation) -> None:
    for days in (364, 366):
        stayed_away(offering, days, school)
    assert booked(asked(offering)) is BookingStatus.CONFIRMED


def test_where_nobody_came_to_an_event_counted_as_a_whole_it_is_the_same(
    offering: Offering, school: Organisation
) -> None:
    for days in (30, 60):
        stayed_away(offering, days, school, status=BookingStatus.CONFIRMED, attended=None)
    assert booked(asked(offering)) is BookingStatus.REQUESTED


def test_the_desk_that_books_for_a_caller_has_decided(offering: Offering, school: Organisation) -> None:
    for days in (30, 60):
        stayed_away(offering, days, school)
    assert booked(asked(offering), actor="account:1") is BookingStatus.CONFIRMED


def test_neither_a_hold_nor_the_worker_gets_around_it(offering: Offering, school: Organisation) -> None:
    for days in (30, 60):
        stayed_away(offering, days, school)
    held = hold(replace(asked(offering), organisation=""), now=NOW)
    reference = book(asked(offering), key="a", now=NOW, hold=held.reference).reference
    assert (reference, status_of(reference)) == (held.reference, BookingStatus.REQUESTED)
    assert confirm_waiting(NOW) == 0
    assert status_of(reference) is BookingStatus.REQUESTED
    with transaction() as session:
        session.execute(update(Booking).where(Booking.status == BookingStatus.NO_SHOW).values(attended=9))
        session.execute(
            update(Booking).where(Booking.status == BookingStatus.NO_SHOW).values(status=BookingStatus.ATTENDED)
        )
        session.execute(update(Event).where(Event.status == EventStatus.NO_SHOW).values(status=EventStatus.HELD))
    assert confirm_waiting(NOW) == 1


def test_in_an_event_shared_by_groups_the_desk_says_yes_without_naming_a_guide(
    offering: Offering, school: Organisation
) -> None:
    for days in (30, 60):
        stayed_away(offering, days, school)
    shared = make_event(offering, TEN_IN_VIENNA, capacity=60)
    reference = book(wish(event=shared.code, organisation=SCHOOL[0], country=SCHOOL[1]), key="a", now=NOW).reference
    found = booking_by_reference(db.session(), reference)
    assert found is not None
    assert (found.status, event_of(reference).taken) == (BookingStatus.REQUESTED, found.size)
    accept_request(Answer(reference, found.version, NOW, "account:1"), "")
    assert status_of(reference) is BookingStatus.CONFIRMED


def test_places_that_a_group_in_line_takes_are_asked_for_where_it_stayed_away_twice(offering: Offering) -> None:
    event = make_event(offering, TEN_IN_VIENNA, capacity=30)
    _, ten = (book(group(f"first {size}", size, event), key=f"f{size}", now=NOW).reference for size in (20, 10))
    reference = join("nine", 9, event)
    school = db.session.execute(select(Organisation).where(Organisation.name == "Inventedford nine")).scalar_one()
    for days in (30, 60):
        stayed_away(offering, days, school)
    cancel(ten, now=NOW)
    taken = accept_offer(reference, now=NOW)
    assert (taken.status, taken.invited, taken.answer_by is not None) == (BookingStatus.REQUESTED, False, True)
    assert (places_taken(event), mails("booking_confirmed").count("nine@example.org")) == (29, 0)
    assert "nine@example.org" in mails("booking_requested")
    accept_request(Answer(reference, taken.version, NOW, "account:1"), "")
    assert status_of(reference) is BookingStatus.CONFIRMED


def test_a_shared_event_gets_its_places_back_when_nobody_answers(offering: Offering, school: Organisation) -> None:
    for days in (30, 60):
        stayed_away(offering, days, school)
    shared = make_event(offering, TEN_IN_VIENNA, capacity=60)
    reference = book(wish(event=shared.code, organisation=SCHOOL[0], country=SCHOOL[1]), key="a", now=NOW).reference
    assert end_requests(TEN_IN_VIENNA) == 1
    row = db.session.execute(select(Event.taken, Event.status).where(Event.id == shared.id)).one()
    assert (status_of(reference), tuple(row)) == (BookingStatus.EXPIRED, (0, EventStatus.OPEN))
