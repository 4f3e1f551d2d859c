"""CLO-07: what a phase of a reopening asks for is told before the booking, in its mail and on its page."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from booking.bookings.closing import ClosureWish
from booking.bookings.links import manage_url
from booking.bookings.messages import conditions_of
from booking.bookings.models import Booking
from booking.bookings.queries.bookings import booking_by_reference
from booking.bookings.services.book import book
from booking.bookings.services.hold import hold
from booking.catalogue.models import Offering
from booking.catalogue.terms import Format
from booking.db import db
from booking.notices.models import Notice
from booking.scheduling.terms import ClosureType
from tests.bookings.closing import WISH, close
from tests.bookings.test_book import TEN_IN_VIENNA, at, wish
from tests.builders import NOW, make_guide, make_offering, make_station

PHASE = ClosureWish(
    **{
        **vars(WISH),
        "type": ClosureType.PARTIAL_REOPENING,
        "blocks_formats": (),
        "distanced_capacity": 60,
        "conditions": {"en": "Bring a mask.", "fr": "Apportez un masque."},
    }
)


@pytest.fixture
def offerings(app: object) -> tuple[Offering, Offering]:
    """Vienna in a phase with conditions: a tour on site, and one online."""
    assert app
    station = make_station()
    make_guide(station, "en")
    make_guide(station, "en")
    pair = make_offering(station, format=Format.IN_PERSON), make_offering(station)
    close(PHASE)
    return pair


def test_the_mail_of_a_booking_on_site_tells_them_and_one_online_does_not(offerings: tuple[Offering, Offering]) -> None:
    for number, offering in enumerate(offerings):
        book(
            wish(offering=offering.code, starts=at(TEN_IN_VIENNA + timedelta(hours=2 * number))),
            key=f"{number}",
            now=NOW,
        )
    told = db.session.query(Notice).filter_by(kind="booking_confirmed").order_by(Notice.id)
    assert [notice.payload["conditions"] for notice in told] == ["Bring a mask.", None]


def test_they_are_read_before_the_booking_and_on_its_page(
    client: FlaskClient, offerings: tuple[Offering, Offering]
) -> None:
    held = hold(wish(offering=offerings[0].code, starts=at(TEN_IN_VIENNA)), now=NOW)
    facts = booking_by_reference(db.session(), held.reference)
    assert facts is not None
    assert (conditions_of(facts, "en"), conditions_of(facts, "fr")) == ("Bring a mask.", "Apportez un masque.")
    booked = book(wish(offering=offerings[0].code, starts=at(TEN_IN_VIENNA)), key="b", now=NOW, hold=held.reference)
    page = client.get(manage_url(booked.reference, db.session.query(Booking.generation).scalar() or 1))
    assert "Bring a mask." in page.text
