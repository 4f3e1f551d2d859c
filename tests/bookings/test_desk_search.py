"""Search at the desk, the list of requests, and what a coordinator does for a group on the phone."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from booking import clock
from booking.accounts.models import Account, AuditEntry
from booking.bookings.models import Booking
from booking.bookings.terms import BookingStatus
from booking.catalogue.models import Station
from booking.db import db
from booking.scheduling.models import Event
from tests.builders import NOW, make_booking, make_event, make_offering, make_organisation, make_station
from tests.signing_in import make_account, sign_in

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def _now(app: Flask) -> object:
    app.config["WTF_CSRF_ENABLED"] = False
    with clock.frozen(NOW):
        yield
    app.config["WTF_CSRF_ENABLED"] = True


@pytest.fixture
def station() -> Station:
    """Vienna."""
    return make_station()


@pytest.fixture
def account(station: Station) -> Account:
    """Vienna's coordinator."""
    return make_account("coordinator", station.code)


@pytest.fixture
def desk(client: FlaskClient, account: Account) -> FlaskClient:
    """That person's browser."""
    return sign_in(client, account)


@pytest.fixture
def booking(station: Station) -> Booking:
    """A school's."""
    values: dict[str, Any] = {
        "contact_name": "Élodie 100% Invented",
        "contact_email": "elodie_x@example.org",
        "group_label": "7b",
        "group_key": "7b",
    }
    return make_booking(make_event(make_offering(station)), make_organisation("Straße School"), **values)


@pytest.mark.parametrize("text", ["STRASSE sch", "Élodie", "100%", "ELODIE_X@", "7B"])
def test_a_booking_is_found_by_what_is_known_of_it(desk: FlaskClient, booking: Booking, text: str) -> None:
    page = desk.get("/desk/search", query_string={"q": text})
    assert page.status_code == 200
    assert booking.reference in page.text


def test_it_is_found_by_its_number(desk: FlaskClient, booking: Booking) -> None:
    make_booking(make_event(make_offering(make_station("GVA"))))
    page = desk.get("/desk/search", query_string={"q": booking.reference.lower()}).text
    assert f"/desk/bookings/{booking.reference}" in page
    assert "1 booking found." in page


@pytest.mark.parametrize("text", ["%", "_", "elodieXx", "\\"])
def test_signs_mean_themselves(desk: FlaskClient, booking: Booking, text: str) -> None:
    other = make_booking(db.session.get_one(Event, booking.event_id))
    page = desk.get("/desk/search", query_string={"q": text}).text
    assert other.reference not in page


def test_bookings_of_other_stations_are_not_found(client: FlaskClient, booking: Booking) -> None:
    make_station("GVA")
    other = sign_in(client, make_account("coordinator", "GVA"))
    assert booking.reference not in other.get("/desk/search?q=school").text
    assert other.get(f"/desk/bookings/{booking.reference}").status_code == 404


def test_at_most_fifty_are_shown(desk: FlaskClient, station: Station) -> None:
    event = make_event(make_offering(station, max_group=300), capacity=300)
    for _ in range(51):
        make_booking(event, size=1)
    page = desk.get("/desk/search?q=inventedford").text
    assert page.count("/desk/bookings/") == 50
    assert "Bookings 1 to 50, the newest first." in page


def test_the_number_is_changed_under_the_own_name(desk: FlaskClient, account: Account, booking: Booking) -> None:
    form = {"version": str(booking.version), "size": "14", "accompanying_adults": "2"}
    answer = desk.post(f"/desk/bookings/{booking.reference}/size", data=form)
    assert answer.status_code == 303
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "booking.change")).one()
    assert entry.actor == f"account:{account.id}"
    page = desk.get(answer.headers["Location"]).text
    assert account.name in page
    assert "14 people" in page


def test_an_old_form_changes_nothing(desk: FlaskClient, booking: Booking) -> None:
    form = {"version": "0", "size": "14"}
    answer = desk.post(f"/desk/bookings/{booking.reference}/size", data=form)
    assert answer.status_code == 409
    assert "Somebody has changed this booking meanwhile" in answer.text


def test_a_number_against_the_rules_is_refused_in_a_sentence(desk: FlaskClient, booking: Booking) -> None:
    form = {"version": str(booking.version), "size": "36", "accompanying_adults": "2"}
    answer = desk.post(f"/desk/bookings/{booking.reference}/size", data=form)
    assert answer.status_code == 409
    assert "2 things stand against it" in answer.text


def test_the_desk_cancels_for_a_group(desk: FlaskClient, booking: Booking) -> None:
    form = {"version": str(booking.version)}
    assert desk.post(f"/desk/bookings/{booking.reference}/cancel", data=form).status_code == 303
    db.session.refresh(booking)
    assert booking.status is BookingStatus.CANCELLED_BY_GROUP


def test_requests_are_listed_by_deadline_and_narrowed(desk: FlaskClient, station: Station) -> None:
    offering = make_offering(station)
    later = make_booking(make_event(offering), status=BookingStatus.REQUESTED, answer_by=NOW.replace(day=26))
    sooner = make_booking(make_event(offering), status=BookingStatus.PROPOSED, answer_by=NOW.replace(day=25))
    make_booking(make_event(offering))
    page = desk.get("/desk/requests").text
    assert page.count('<li class="slot">') == 2
    assert page.index(sooner.reference) < page.index(later.reference)
    asked = desk.get("/desk/requests?status=requested").text
    assert (later.reference in asked, sooner.reference in asked) == (True, False)
    assert desk.get("/desk/requests?status=held").status_code == 422


def test_a_long_list_goes_on_page_by_page(desk: FlaskClient, station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("booking.bookings.views.desk_bookings.FOUND", 2)
    event = make_event(make_offering(station), capacity=100)
    made = [make_booking(event, contact_name="Vera Invented").reference for _ in range(3)]
    first = desk.get("/desk/search?q=vera").text
    assert [one in first for one in made] == [True, True, False]
    assert 'href="/desk/search?q=vera&amp;page=2"' in first
    second = desk.get("/desk/search?q=vera&page=2").text
    assert [one in second for one in made] == [False, False, True]
    assert "page=3" not in second
    assert "Bookings 3 to 3" in second
