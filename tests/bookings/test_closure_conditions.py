"""CLO-07: what a phase of a reopening asks for is told before the booking, in its mail and on its page."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from booking.bookings.closing import ClosureWish
from booking.bookings.links import manage_url
from booking.bookings.messages import conditions_of
from booking.bookings.models import Booking
from booking.bookings.queries.bookings import booking_by_reference
from booking.bookings.rules import conditions_on, phases_for
from booking.bookings.services.book import book
from booking.bookings.services.hold import hold
from booking.catalogue.models import Offering
from booking.catalogue.queries import station_named
from booking.catalogue.terms import Format, Kind
from booking.db import db
from booking.notices.models import Notice
from booking.scheduling.terms import ClosureFacts, ClosureType
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


def test_an_offering_says_on_its_page_what_is_asked_on_which_days(
    client: FlaskClient, offerings: tuple[Offering, Offering]
) -> None:
    on_site, online = (client.get(f"/offerings/{one.slug}").text for one in offerings)
    told = on_site.partition("If you come on these days")[2].partition("</section>")[0]
    assert "<dt>Tue 1 Dec 2026 to Thu 31 Dec 2026</dt>" in told
    assert "Groups of 60 people at most. Bring a mask." in told
    assert "Bring a mask." not in online


@pytest.mark.usefixtures("app")
def test_what_closes_the_offering_or_is_not_announced_yet_asks_nothing_of_anybody() -> None:
    day = TEN_IN_VIENNA.date()
    phase = ClosureFacts(
        "C-1",
        ClosureType.PARTIAL_REOPENING,
        day,
        None,
        NOW.date(),
        frozenset(),
        frozenset(),
        15,
        "",
        conditions={"en": "Bring a mask."},
    )
    later = replace(phase, announced_on=day, conditions={"en": "Bring a certificate."})
    closed = replace(phase, blocks_formats=frozenset({"in-person"}))
    own = (Format.IN_PERSON, Kind.TOUR)
    vienna = station_named(db.session(), make_station().code)
    assert vienna is not None
    assert conditions_on([phase, later], vienna, TEN_IN_VIENNA, NOW) == {"en": "Bring a mask."}
    assert conditions_on([phase, later], vienna, TEN_IN_VIENNA, TEN_IN_VIENNA) == {"en": "Bring a certificate."}
    assert conditions_on([later], vienna, TEN_IN_VIENNA, NOW) is None
    assert phases_for([phase, later, closed], *own, NOW.date()) == [phase]
    assert phases_for([phase, later], *own, day) == [phase, later]
    assert phases_for([phase], Format.VIRTUAL_LIVE, Kind.TOUR, day) == []
    assert phases_for([replace(phase, ends_on=day)], *own, day + timedelta(days=1)) == []
