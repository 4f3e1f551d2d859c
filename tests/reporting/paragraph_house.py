"""A station with two tours held and their people, two coordinators, and what their browsers send."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html import unescape

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from booking.accounts.terms import Role
from booking.bookings.models import Booking
from booking.bookings.terms import BookingStatus
from booking.catalogue.models import Offering
from booking.db import db, table_of, transaction
from booking.reporting.terms import Period
from booking.scheduling.models import Event
from booking.scheduling.terms import EventStatus
from tests.builders import make_booking, make_event, make_offering, make_station
from tests.signing_in import make_account, sign_in

PERIOD = Period(date(2026, 8, 1), date(2026, 10, 31))
DAYS = "from=2026-08-01&to=2026-10-31"
PAGE = f"/desk/reports/paragraphs?{DAYS}"


def held(offering: Offering, day: int, people: int | None) -> Booking:
    """A tour held in September, and how many came."""
    event = make_event(offering, datetime(2026, 9, day, 8, tzinfo=UTC), status=EventStatus.HELD)
    return make_booking(event, status=BookingStatus.ATTENDED, attended=people)


def recount(booking: Booking, people: int | None) -> None:
    """Another number for a group."""
    with transaction() as session:
        of_it = table_of(Booking)
        session.execute(update(of_it).where(of_it.c.id == booking.id).values(attended=people))


@dataclass
class Desk:
    """Two coordinators and a guide of Vienna, and its tours."""

    ilse: FlaskClient
    ben: FlaskClient
    guide: FlaskClient
    offering: Offering
    bookings: list[Booking]

    @property
    def events(self) -> list[str]:
        """Codes of the tours held."""
        return [db.session.get_one(Event, one.event_id).code for one in self.bookings]


def make_desk(app: Flask) -> Desk:
    """Vienna in the autumn: 150 and 152 people on two days."""
    offering = make_offering(make_station())
    bookings = [held(offering, 10, 150), held(offering, 17, 152)]
    ilse, ben, maya = (
        sign_in(app.test_client(), make_account(role, "VIE", name=f"{name} Invented"))
        for role, name in ((Role.COORDINATOR, "Ilse"), (Role.COORDINATOR, "Ben"), (Role.GUIDE, "Maya"))
    )
    return Desk(ilse, ben, maya, offering, bookings)


def digest(page: str) -> str:
    """What a signature on this page is of."""
    found = re.search('name="digest" value="([0-9a-f]{64})"', page)
    assert found
    return found[1]


def plain(page: str) -> str:
    """What a reader sees."""
    return " ".join(unescape(re.sub("<[^>]*>", "", re.sub("<br>|</t[dh]>", " ", page))).split())
