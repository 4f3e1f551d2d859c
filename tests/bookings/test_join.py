"""Where the link to join stood at first: it leads on to the joining page, for whoever holds the booking."""

from flask.testing import FlaskClient

from booking.bookings.links import join_token, token_of
from tests.builders import make_booking, make_event, make_offering, make_station


def test_the_old_address_leads_on_to_the_joining_page(client: FlaskClient) -> None:
    booking = make_booking(make_event(make_offering(make_station())))
    answer = client.get(f"/bookings/{booking.reference}/join?t={token_of(booking.reference)}")
    assert (answer.status_code, answer.location) == (303, f"/join/{join_token(booking.reference)}")


def test_without_its_secret_the_old_address_is_nobodys(client: FlaskClient) -> None:
    booking = make_booking(make_event(make_offering(make_station()), meeting_url="https://meet.example.org/x"))
    for secret in ("", f"?t={join_token(booking.reference)}", f"?t={join_token(booking.reference).rpartition('.')[2]}"):
        assert client.get(f"/bookings/{booking.reference}/join{secret}").status_code == 404
