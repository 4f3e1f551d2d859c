"""On the day after, whoever came is thanked: once, in the own language, with the way to the page of the group."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from booking.attendance.services.record import Saying, record
from booking.attendance.services.thank import LATEST, thank
from booking.attendance.terms import Source
from booking.bookings.links import join_token
from booking.bookings.models import Booking
from booking.bookings.terms import BookingStatus
from booking.db import db, transaction
from booking.notices.models import Notice
from booking.scheduling.models import Event
from booking.scheduling.terms import EventStatus
from tests.builders import make_booking, make_event, make_offering, make_station

pytestmark = pytest.mark.usefixtures("app")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def counted(came: int, address: str = "ada@example.org") -> tuple[Event, Booking]:
    """A group at ten in Vienna, and what its guide counted."""
    event = make_event(make_offering(make_station()))
    booking = make_booking(event, contact_email=address, contact_locale="fr")
    saying = Saying({booking.reference: came})
    record(event.code, saying, source=Source.GUIDE, now=event.ends_at + MINUTE, actor="account:7")
    return event, booking


def thanked() -> list[tuple[str, str, str]]:
    rows = db.session.execute(select(Notice).where(Notice.kind == "thanks")).scalars()
    return [(row.recipient, row.locale, row.payload["join_url"]) for row in rows]


def test_it_comes_once_on_the_morning_after(app: object) -> None:
    assert app
    event, booking = counted(12)
    nine = event.starts_at + DAY - timedelta(hours=1)
    assert [thank(now) for now in (event.ends_at + MINUTE, nine - MINUTE, nine, nine, nine + DAY)] == [0, 0, 1, 0, 0]
    link = f"http://localhost/join/{join_token(booking.reference)}?lang=fr"
    assert thanked() == [("ada@example.org", "fr", link)]


@pytest.mark.parametrize(("came", "address"), [(0, "ada@example.org"), (12, "")])
def test_who_did_not_come_or_left_no_address_is_not_written_to(came: int, address: str) -> None:
    event, _booking = counted(came, address)
    assert thank(event.starts_at + DAY) == 0


def test_a_group_that_is_counted_late_is_thanked_late_but_not_after_a_week() -> None:
    event, _booking = counted(12)
    assert thank(event.starts_at + LATEST) == 0
    assert thank(event.starts_at + LATEST - MINUTE) == 1


def test_where_all_were_counted_together_each_who_was_to_come_is_thanked() -> None:
    event = make_event(make_offering(make_station(), max_group=90))
    make_booking(event, contact_email="ada@example.org")
    make_booking(event, contact_email="ben@example.org", status=BookingStatus.CANCELLED_BY_GROUP)
    assert thank(event.starts_at + DAY) == 0
    with transaction() as session:
        session.execute(update(Event).values(status=EventStatus.HELD, attended=70))
    assert thank(event.starts_at + DAY) == 1
    assert [recipient for recipient, *_more in thanked()] == ["ada@example.org"]
