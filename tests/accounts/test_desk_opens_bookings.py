"""A coordinator opens the bookings of the own station, by page and by personal token, under the own name."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from booking.accounts.models import AuditEntry
from booking.accounts.terms import Role
from booking.bookings.models import Booking
from booking.db import db
from tests.builders import make_booking, make_event, make_offering, make_station
from tests.signing_in import api_token, make_account, sign_in

API = "/api/v1/bookings"

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def booking() -> Booking:
    """A booking in Vienna."""
    return make_booking(make_event(make_offering(make_station())))


@pytest.mark.parametrize(
    ("role", "station", "status"),
    [
        (Role.COORDINATOR, "VIE", 200),
        (Role.COORDINATOR, "", 200),
        (Role.ADMINISTRATOR, "VIE", 200),
        (Role.COORDINATOR, "GVA", 404),
        (Role.GUIDE, "VIE", 404),
    ],
)
def test_the_desk_of_its_station_opens_it_and_nobody_else(
    client: FlaskClient, booking: Booking, role: Role, station: str, status: int
) -> None:
    account = make_account(role, station)
    header = api_token(account)
    assert client.get(f"{API}/{booking.reference}", headers=header).status_code == status
    sign_in(client, account)
    assert client.get(f"/bookings/{booking.reference}").status_code == status


def test_what_another_station_is_told_is_what_is_told_of_nothing(client: FlaskClient, booking: Booking) -> None:
    header = api_token(make_account(Role.COORDINATOR, "GVA"))
    foreign, unknown = (client.get(f"{API}/{one}", headers=header) for one in (booking.reference, "VE-NONE-00000"))
    assert [answer.status_code for answer in (foreign, unknown)] == [404, 404]
    bodies = [{**(answer.get_json() or {}), "instance": ""} for answer in (foreign, unknown)]
    assert bodies[0] == bodies[1]


def test_a_change_by_the_desk_is_told_under_its_name(client: FlaskClient, booking: Booking) -> None:
    account = make_account(Role.COORDINATOR, "VIE")
    answer = client.patch(f"{API}/{booking.reference}", json={"size": 12, "late": True}, headers=api_token(account))
    assert answer.status_code == 200
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.subject == f"booking:{booking.reference}")).one()
    assert entry.actor == f"account:{account.id}"


def test_a_token_that_is_revoked_opens_nothing(client: FlaskClient, booking: Booking) -> None:
    account = make_account(Role.COORDINATOR, "VIE", is_active=False)
    assert client.get(f"{API}/{booking.reference}", headers=api_token(account)).status_code == 404
