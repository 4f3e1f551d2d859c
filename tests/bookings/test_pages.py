"""The journey of a class through the pages, without scripts: find, choose, book, change, move, cancel."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from booking import clock
from booking.bookings.models import Booking
from booking.bookings.terms import BookingStatus
from booking.catalogue.models import Offering, Station
from booking.db import db
from booking.scheduling.models import Event
from tests.builders import NOW, make_event, make_guide, make_offering, make_station

WISH = {
    "language": "en",
    "size": "24",
    "youngest_age": "14",
    "time_zone": "Asia/Seoul",
    "from": "2026-12-14",
    "to": "2026-12-18",
}
FORM = {
    "organisation": "Inventedford School",
    "organisation_type": "school",
    "country": "KR",
    "size": "24",
    "accompanying_adults": "2",
    "youngest_age": "14",
    "contact_name": "Ada Invented",
    "contact_email": "ada@example.org",
    "contact_locale": "en",
    "time_zone": "Asia/Seoul",
    "tech_is_me": "yes",
}


@pytest.fixture
def vienna(app: Flask) -> tuple[Station, Offering]:
    """Vienna with a tour and a guide, on the clock of the tests."""
    assert app.testing
    station = make_station()
    make_guide(station, "en")
    return station, make_offering(station)


@pytest.fixture(autouse=True)
def _now() -> object:
    with clock.frozen(NOW):
        yield


def token_in(page: TestResponse) -> str:
    """The token against forgery."""
    return field(page, "csrf_token")


def field(page: TestResponse, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found, name
    return unescape(found[1])


def slots(page: TestResponse) -> list[str]:
    """The times offered as buttons, in order."""
    return re.findall(r'<button name="slot" value="([^"]+)"', page.text)


def choose(client: FlaskClient, **wish: str) -> TestResponse:
    """Find times and press the first; the answer."""
    page = client.get("/", query_string={**WISH, **wish})
    assert page.status_code == 200
    data = {"csrf_token": token_in(page), "criteria": field(page, "criteria"), "slot": slots(page)[0]}
    return client.post("/choose", data=data)


def form_of(client: FlaskClient, **wish: str) -> TestResponse:
    """The booking form of the first time that fits."""
    answer = choose(client, **wish)
    assert answer.status_code == 303, answer.text
    page = client.get(answer.location)
    assert page.status_code == 200
    return page


def send(client: FlaskClient, page: TestResponse, **values: str) -> TestResponse:
    """Fill the form in and send it."""
    hidden = {name: field(page, name) for name in ("csrf_token", "hold", "key", "criteria")}
    return client.post("/book", data={**hidden, **FORM, **values})


def booked(client: FlaskClient) -> str:
    """Book the first time that fits; the address of the booking's page."""
    answer = send(client, form_of(client))
    assert answer.status_code == 303, answer.text
    return answer.location


def the_booking() -> Booking:
    """The only booking, read afresh."""
    db.session.expire_all()
    return db.session.execute(select(Booking).where(Booking.status != BookingStatus.EXPIRED)).scalar_one()


@pytest.mark.usefixtures("vienna")
def test_a_class_finds_a_time_on_its_own_clock_and_books_it_on_one_page(client: FlaskClient) -> None:
    place = booked(client)
    page = client.get(place)
    assert page.status_code == 200
    assert "You are booked" in page.text
    assert "in Seoul" in page.text
    assert "in Vienna" in page.text
    booking = the_booking()
    assert (booking.status, booking.size, booking.contact_email) == (BookingStatus.CONFIRMED, 24, "ada@example.org")
    assert booking.reference in place


@pytest.mark.usefixtures("vienna")
def test_what_was_typed_stays_when_the_rules_refuse_and_the_fields_say_why(client: FlaskClient) -> None:
    answer = send(client, form_of(client), size="42", accompanying_adults="1", note="They like maps.")
    assert answer.status_code == 409
    assert "Largest group: 35; your group: 42." in answer.text
    assert 'value="42"' in answer.text
    assert "They like maps." in answer.text
    assert "Held for you until" in answer.text
    assert the_booking().status is BookingStatus.ON_HOLD


@pytest.mark.usefixtures("vienna")
def test_a_form_that_cannot_be_read_names_its_fields(client: FlaskClient) -> None:
    answer = send(client, form_of(client), contact_email="ada@", size="many", organisation="")
    assert answer.status_code == 422
    for name in ("contact_email", "size", "organisation"):
        assert f'id="{name}-e"' in answer.text


@pytest.mark.usefixtures("vienna")
def test_pressing_book_twice_makes_one_booking(client: FlaskClient) -> None:
    page = form_of(client)
    first, second = send(client, page), send(client, page)
    assert first.location == second.location
    assert db.session.execute(select(func.count()).select_from(Booking)).scalar_one() == 1


def test_a_time_that_somebody_else_took_says_why_and_offers_others(
    client: FlaskClient, vienna: tuple[Station, Offering]
) -> None:
    event = make_event(vienna[1], datetime(2026, 12, 15, 9, 0, tzinfo=UTC), capacity=30)
    page = client.get("/", query_string=WISH)
    with_event = f"e.{event.code}"
    assert with_event in slots(page)
    db.session.execute(select(Event)).all()
    booked_by_others = client.post(
        "/choose", data={"csrf_token": token_in(page), "criteria": field(page, "criteria"), "slot": with_event}
    )
    assert booked_by_others.status_code == 303
    answer = client.post(
        "/choose", data={"csrf_token": token_in(page), "criteria": field(page, "criteria"), "slot": with_event}
    )
    assert answer.status_code == 409
    assert "Cannot be booked." in answer.text
    assert "Places left: 6; places asked for: 24." in answer.text
    assert len(slots(answer)) > 3


@pytest.mark.usefixtures("vienna")
def test_the_number_is_changed_and_the_page_says_so(client: FlaskClient) -> None:
    place = booked(client)
    page = client.get(place)
    reference, token = urlsplit(place).path.rpartition("/")[2], parse_qs(urlsplit(place).query)["t"][0]
    data = {"csrf_token": token_in(page), "version": field(page, "version"), "size": "30", "accompanying_adults": "2"}
    answer = client.post(f"/bookings/{reference}/size?t={token}", data=data)
    assert answer.status_code == 303, answer.text
    assert "The number is changed." in client.get(answer.location).text
    assert the_booking().size == 30


@pytest.mark.usefixtures("vienna")
def test_a_booking_moves_to_one_of_the_times_offered(client: FlaskClient) -> None:
    place = booked(client)
    page = client.get(place)
    path, query = urlsplit(place).path, urlsplit(place).query
    options = re.findall(r'<input type="radio" name="slot" value="([^"]+)"', page.text)
    assert options
    before = the_booking().event_id
    token = parse_qs(query)["t"][0]
    data = {"csrf_token": token_in(page), "version": field(page, "version"), "slot": options[0]}
    answer = client.post(f"{path}/move?t={token}", data=data)
    assert answer.status_code == 303, answer.text
    assert the_booking().event_id != before


@pytest.mark.usefixtures("vienna")
def test_a_late_cancellation_must_be_confirmed_and_is_recorded(client: FlaskClient) -> None:
    place = booked(client)
    path, token = urlsplit(place).path, parse_qs(urlsplit(place).query)["t"][0]
    with clock.frozen(NOW + timedelta(days=17)):
        page = client.get(place)
        data = {"csrf_token": token_in(page), "version": field(page, "version")}
        assert client.post(f"{path}/cancel?t={token}", data=data).status_code == 422
        assert the_booking().status is BookingStatus.CONFIRMED
        answer = client.post(f"{path}/cancel?t={token}", data={**data, "late_confirmed": "yes"})
        assert answer.status_code == 303, answer.text
    booking = the_booking()
    assert (booking.status, booking.late) == (BookingStatus.CANCELLED_BY_GROUP, True)


@pytest.mark.usefixtures("vienna")
def test_the_calendar_file_is_the_entry_of_the_mail(client: FlaskClient) -> None:
    place = booked(client)
    reference, token = the_booking().reference, parse_qs(urlsplit(place).query)["t"][0]
    answer = client.get(f"/bookings/{reference}.ics?t={token}")
    assert answer.content_type.startswith("text/calendar")
    assert f"UID:{reference}@" in answer.text
    assert "BEGIN:VTIMEZONE" in answer.text


@pytest.mark.usefixtures("vienna")
def test_a_page_with_an_older_state_is_told_what_changed(client: FlaskClient) -> None:
    place = booked(client)
    page = client.get(place)
    path, token = urlsplit(place).path, parse_qs(urlsplit(place).query)["t"][0]
    data = {"csrf_token": token_in(page), "version": field(page, "version"), "size": "30", "accompanying_adults": "2"}
    assert client.post(f"{path}/size?t={token}", data=data).status_code == 303
    answer = client.post(f"{path}/size?t={token}", data={**data, "size": "20"})
    assert answer.status_code == 409
    assert "was changed meanwhile" in answer.text
    assert the_booking().size == 30


@pytest.mark.usefixtures("vienna")
def test_foreign_unknown_and_mistyped_links_are_one_and_the_same_404(client: FlaskClient) -> None:
    place = booked(client)
    reference, token = the_booking().reference, parse_qs(urlsplit(place).query)["t"][0]
    wrong = [
        f"/bookings/{reference}?t={token[:-2]}{'AA' if token[-2:] != 'AA' else 'EE'}",
        f"/bookings/{reference}",
        f"/bookings/{reference.lower()}?t={token}",
        f"/bookings/{reference}%20?t={token}",
        f"/bookings/VE-0000-0000-00?t={token}",
    ]
    answers = [client.get(address) for address in wrong]
    assert {answer.status_code for answer in answers} == {404}
    told = {re.sub(r"[0-9a-f-]{16,}", "", answer.text) for answer in answers}
    assert len(told) == 1


@pytest.mark.usefixtures("vienna")
def test_the_same_again_for_another_class_knows_the_school(client: FlaskClient) -> None:
    page = client.get(booked(client))
    again = unescape(re.search(r'href="(/\?[^"]*again=[^"]*)"', page.text)[1])  # type: ignore[index]
    found = client.get(again)
    data = {"csrf_token": token_in(found), "criteria": field(found, "criteria"), "slot": slots(found)[0]}
    form = client.get(client.post("/choose", data=data).location)
    assert "Inventedford School" in form.text
    assert "ada@example.org" in form.text


@pytest.mark.usefixtures("vienna")
def test_lost_links_are_mailed_and_nobody_learns_who_is_known(client: FlaskClient) -> None:
    booked(client)
    page = client.get("/my-booking")
    answers = []
    for email in ("ada@example.org", "nobody@example.org"):
        answer = client.post("/my-booking", data={"csrf_token": token_in(page), "email": email})
        answers.append((answer.status_code, answer.location, answer.text))
    assert answers[0] == answers[1]


@pytest.mark.usefixtures("vienna")
def test_a_language_nobody_offers_says_so_and_shows_the_nearest(client: FlaskClient) -> None:
    page = client.get("/", query_string={**WISH, "language": "pl"})
    assert page.status_code == 200
    assert "No time fits all of this" in page.text
    assert "No station offers tours in Polish." in page.text
    assert slots(page)


@pytest.mark.usefixtures("vienna")
def test_a_time_is_given_back_by_a_button(client: FlaskClient) -> None:
    page = form_of(client)
    data = {name: field(page, name) for name in ("csrf_token", "hold", "criteria")}
    answer = client.post("/book/release", data=data)
    assert answer.status_code == 303
    assert "language=en" in answer.location
    assert db.session.execute(select(Booking.status)).scalar_one() is BookingStatus.EXPIRED


@pytest.mark.usefixtures("vienna")
def test_a_post_without_the_token_does_nothing(client: FlaskClient) -> None:
    page = form_of(client)
    answer = client.post("/book", data={**FORM, "hold": field(page, "hold")})
    assert answer.status_code == 400
    assert the_booking().status is BookingStatus.ON_HOLD


@pytest.mark.usefixtures("vienna")
def test_the_form_without_a_hold_of_ones_own_is_not_there(client: FlaskClient) -> None:
    form_of(client)
    reference = the_booking().reference
    for hold in (reference, f"{reference}.{'A' * 43}", ""):
        assert client.get("/book", query_string={"hold": hold}).status_code == 404
