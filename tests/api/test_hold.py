"""POST /holds and its release: a time is kept for ten minutes and given back."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from booking import clock
from booking.bookings.models import Booking
from booking.bookings.schemas import HoldOut
from booking.bookings.slot_ids import event_slot_id
from booking.db import db
from booking.notices.models import Notice
from booking.scheduling.models import Event
from tests.api.calls import body_of, book, fields_of, group, keeps, own_slot, post, rules_of
from tests.builders import NOW, make_event, make_guide, make_offering, make_station


def taken() -> list[tuple[str, int]]:
    """Status and places of every event."""
    return [(status.value, places) for status, places in db.session.execute(select(Event.status, Event.taken))]


@pytest.fixture
def slot(client: FlaskClient) -> str:  # noqa: ARG001  the database is there first
    return event_slot_id(make_event(make_offering(make_station())).code)


def test_a_hold_takes_its_places_for_ten_minutes_and_sends_no_mail(client: FlaskClient, slot: str) -> None:
    found = body_of(post(client, "/holds", {"slot": slot, "size": 20}), 201)
    keeps(HoldOut, found)
    assert found["expires_at"] == "2026-11-23T09:10:00+00:00"
    assert taken() == [("open", 20)]
    assert db.session.execute(select(Notice.id)).all() == []


def test_a_hold_is_released_once_and_again_without_effect(client: FlaskClient, slot: str) -> None:
    hold = body_of(post(client, "/holds", {"slot": slot, "size": 20}), 201)["hold"]
    answers = [post(client, f"/holds/{hold}/release") for _ in range(2)]
    assert [(one.status_code, one.data) for one in answers] == [(204, b"")] * 2
    assert taken() == [("open", 0)]


def test_releasing_the_hold_of_an_own_time_frees_its_guide(client: FlaskClient) -> None:
    station = make_station()
    offering = make_offering(station)
    make_guide(station)
    body = {"slot": own_slot(offering), "size": 20}
    hold = body_of(post(client, "/holds", body), 201)["hold"]
    post(client, f"/holds/{hold}/release")
    body_of(post(client, "/holds", body), 201)
    assert taken() == [("cancelled", 0), ("open", 20)]


def test_a_hold_that_was_booked_is_not_released(client: FlaskClient, slot: str) -> None:
    hold = body_of(post(client, "/holds", {"slot": slot, "size": 20}), 201)["hold"]
    body_of(book(client, group(hold=hold)), 201)
    assert post(client, f"/holds/{hold}/release").status_code == 204
    assert taken() == [("open", 24)]


def test_somebody_elses_hold_cannot_be_released_by_its_reference(client: FlaskClient, slot: str) -> None:
    hold = body_of(post(client, "/holds", {"slot": slot, "size": 20}), 201)["hold"]
    reference, _, token = hold.partition(".")
    for guess in (reference, f"{reference}.", f"VE-AAAA-BBBB-CC.{token}", f"{reference.lower()}.{token}", f"{hold} "):
        body_of(post(client, f"/holds/{guess}/release"), 404)
    assert taken() == [("open", 20)]


def test_booking_a_hold_that_has_ended_tries_again(client: FlaskClient, slot: str) -> None:
    hold = body_of(post(client, "/holds", {"slot": slot, "size": 20}), 201)["hold"]
    with clock.frozen(NOW + timedelta(minutes=11)):
        found = body_of(book(client, group(hold=hold)), 201)
    assert found["reference"] != hold.partition(".")[0]
    assert taken() == [("open", 24)]


def test_a_hold_that_has_ended_on_a_full_event_is_refused(client: FlaskClient, slot: str) -> None:
    hold = body_of(post(client, "/holds", {"slot": slot, "size": 20}), 201)["hold"]
    with clock.frozen(NOW + timedelta(minutes=11)):
        school = {"name": "Other School", "country": "KE"}
        body_of(book(client, group(slot=slot, size=30, organisation=school)), 201)
        assert rules_of(book(client, group(hold=hold))) == ["CAP-02"]


def test_what_cannot_be_held_is_refused_with_other_times(client: FlaskClient, slot: str) -> None:
    answer = post(client, "/holds", {"slot": slot, "size": 36})
    assert rules_of(answer) == ["CAP-01", "CAP-02"]
    assert body_of(answer, 409)["alternatives"] == []
    assert taken() == [("open", 0)]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["slot", "size"]),
        ({"slot": "e.NOBODY", "size": 3}, ["slot"]),
        ({"slot": "x" * 81, "size": 3}, ["slot"]),
        ({"slot": 7, "size": 3}, ["slot"]),
        ({"slot": "e.NOBODY"}, ["size"]),
    ],
    ids=str,
)
def test_what_cannot_be_read_is_named(client: FlaskClient, body: dict[str, object], fields: list[str]) -> None:
    assert fields_of(post(client, "/holds", body)) == fields
    assert db.session.execute(select(Booking.id)).all() == []
