"""The link to join: it leads to the meeting wherever it is by then, from an hour before to the end."""

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from booking import clock
from booking.bookings.links import join_url
from booking.bookings.models import Booking
from booking.bookings.terms import BookingStatus
from booking.catalogue.terms import Format
from booking.db import transaction
from booking.scheduling.models import Event
from booking.scheduling.services.assign import assign_guide
from booking.scheduling.services.rooms import save_room
from tests.builders import NOW, make_booking, make_event, make_guide, make_offering, make_station

HOUR = timedelta(hours=1)


def join(client: FlaskClient, booking: Booking, now: datetime) -> str:
    """Where the link leads."""
    with clock.frozen(now):
        answer = client.get(join_url(booking.reference).removeprefix("http://localhost"))
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def test_the_link_leads_to_the_room_of_whoever_gives_the_event_now(client: FlaskClient) -> None:
    station = make_station()
    event = make_event(make_offering(station))
    booking = make_booking(event)
    assert "done=no-address" in join(client, booking, event.starts_at - HOUR)
    for number in (1, 2):
        guide = make_guide(station)
        save_room(guide.id, "Zoom", f"https://zoom.example.org/{number}", now=NOW, actor="account:1")
        assign_guide(event.code, guide.code, now=NOW, actor="account:1")
        assert join(client, booking, event.starts_at - HOUR) == f"https://zoom.example.org/{number}"


def test_it_leads_nowhere_before_and_after(client: FlaskClient) -> None:
    event = make_event(make_offering(make_station()), meeting_url="https://meet.example.org/x")
    booking = make_booking(event)
    for now in (event.starts_at - HOUR - timedelta(seconds=1), event.ends_at):
        assert join(client, booking, now).startswith(f"/bookings/{booking.reference}?")
    assert join(client, booking, event.ends_at - timedelta(seconds=1)) == "https://meet.example.org/x"


@pytest.mark.parametrize("what", ["a request", "on site"])
def test_who_is_not_booked_or_comes_in_person_joins_nothing(client: FlaskClient, what: str) -> None:
    event = make_event(make_offering(make_station()), meeting_url="https://meet.example.org/x")
    booking = make_booking(event, status=BookingStatus.REQUESTED if what == "a request" else BookingStatus.CONFIRMED)
    if what == "on site":
        with transaction() as session:
            session.execute(update(Event).values(format=Format.IN_PERSON))
    assert join(client, booking, event.starts_at).startswith(f"/bookings/{booking.reference}?")


def test_without_its_secret_the_link_is_nobodys(client: FlaskClient) -> None:
    booking = make_booking(make_event(make_offering(make_station()), meeting_url="https://meet.example.org/x"))
    assert client.get(f"/bookings/{booking.reference}/join").status_code == 404
