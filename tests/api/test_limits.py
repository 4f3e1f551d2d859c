"""How often the API may be asked: the next one is 429, and says when to come again."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from booking import clock
from booking.bookings.models import Booking
from booking.db import db
from tests.api.calls import API, bearer, body_of, book, group, post
from tests.builders import NOW, make_event, make_offering, make_station


@pytest.fixture(autouse=True)
def _limited(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = app.extensions["booking.settings"]
    monkeypatch.setitem(app.extensions, "booking.settings", replace(settings, rate_limits=True))


@pytest.fixture
def slot(client: FlaskClient) -> str:  # noqa: ARG001  the database is there first
    return f"e.{make_event(make_offering(make_station(), max_group=1_000, min_age=None)).code}"


def refused_for(answer: TestResponse) -> int:
    """How long it says to wait, in seconds."""
    body_of(answer, 429)
    return int(answer.headers["Retry-After"])


def small(slot: str, number: int, email: str = "ada@example.org", school: str = "School") -> dict[str, object]:
    """A group of one, like no other."""
    contact = {"email": email}
    return group(
        slot=slot, size=1, youngest_age=30, contact=contact, organisation={"name": school, "country": "KE"}
    ) | {"group_label": str(number)}


def wrong(client: FlaskClient) -> TestResponse:
    return client.get(f"{API}/bookings/VE-AAAA-BBBB-CC", headers={"Authorization": "Bearer x"})


def test_an_address_books_ten_times_an_hour(client: FlaskClient, slot: str) -> None:
    for number in range(10):
        body_of(book(client, small(slot, number)), 201)
    assert refused_for(book(client, small(slot, 10, "ADA@example.org"))) == 3600
    body_of(book(client, small(slot, 11, "bo@example.org")), 201)
    with clock.frozen(NOW + timedelta(hours=1)):
        body_of(book(client, small(slot, 12)), 201)
    assert db.session.execute(select(func.count(Booking.id))).scalar_one() == 12


def test_a_school_books_twenty_times_an_hour_whoever_writes(client: FlaskClient, slot: str) -> None:
    for number in range(20):
        body_of(book(client, small(slot, number, f"a{number}@example.org")), 201)
    assert refused_for(book(client, small(slot, 20, "b@example.org"))) > 0


def test_an_ip_books_sixty_times_an_hour(client: FlaskClient, slot: str) -> None:
    for number in range(60):
        body_of(book(client, small(slot, number, f"a{number}@example.org", f"School {number}")), 201)
    assert refused_for(book(client, small(slot, 60, "b@example.org", "Another"))) > 0


def test_a_forged_forwarding_header_is_not_another_ip(client: FlaskClient) -> None:
    for number in range(20):
        headers = {"Authorization": "Bearer x", "X-Forwarded-For": f"192.0.2.{number}"}
        body_of(client.get(f"{API}/bookings/VE-AAAA-BBBB-CC", headers=headers), 404)
    assert refused_for(wrong(client)) == 60


def test_wrong_references_are_counted_and_right_ones_are_not(client: FlaskClient, slot: str) -> None:
    booked = book(client, small(slot, 1))
    address = f"{API}/bookings/{body_of(booked, 201)['reference']}"
    for _ in range(20):
        body_of(wrong(client), 404)
        body_of(client.get(address, headers=bearer(booked)))
    assert refused_for(wrong(client)) == 60
    assert refused_for(client.post(f"{API}/bookings/x/cancel", headers={"Authorization": "Bearer x"})) == 60
    assert refused_for(post(client, "/holds/x/release")) == 60
    body_of(client.get(address, headers=bearer(booked)))


def test_an_ip_holds_120_times_an_hour(client: FlaskClient, slot: str) -> None:
    for _ in range(120):
        body_of(post(client, "/holds", {"slot": slot, "size": 1}), 201)
    assert refused_for(post(client, "/holds", {"slot": slot, "size": 1})) == 3600


def test_a_body_that_cannot_be_read_is_not_counted(client: FlaskClient, slot: str) -> None:
    for number in range(12):
        body_of(book(client, small(slot, number) | {"size": "one"}), 422)
    body_of(book(client, small(slot, 12)), 201)
