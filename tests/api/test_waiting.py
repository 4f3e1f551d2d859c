"""Waiting over the API: in line instead of CAP-02, offered, accepted, given up."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from booking.bookings.event_schemas import EventBookingsOut
from booking.bookings.models import Booking
from booking.bookings.schemas import BookedOut, BookingOut
from booking.bookings.services.cancel import cancel
from booking.bookings.services.expire import end_requests
from booking.db import transaction
from booking.scheduling.models import Event
from tests.api.calls import API, Json, bearer, body_of, book, group, keeps, rules_of
from tests.builders import NOW, make_event, make_offering, make_station
from tests.catalogue.desk import counting
from tests.signing_in import api_token, make_account


@pytest.fixture
def full(client: FlaskClient) -> tuple[Event, str]:
    """An event of 24 places that a school has, and the reference of its booking."""
    event = make_event(make_offering(make_station()), capacity=24)
    taken = book(client, group(slot=f"e.{event.code}"))
    return event, body_of(taken, 201)["reference"]


def in_line(client: FlaskClient, event: Event, name: str = "Inventedford Lyceum", key: str | None = None) -> Json:
    """A group of ten that waits; the answer, with its address and header."""
    school = {"name": name, "type": "school", "country": "KR"}
    answer = book(client, group(slot=f"e.{event.code}", size=10, organisation=school, wait=True), key)
    found = body_of(answer, 201)
    return {**found, "url": f"{API}/bookings/{found['reference']}", "own": bearer(answer)}


def test_a_full_event_is_cap_02_unless_the_group_will_wait(client: FlaskClient, full: tuple[Event, str]) -> None:
    school = {"name": "Inventedford Lyceum", "type": "school", "country": "KR"}
    body = group(slot=f"e.{full[0].code}", size=10, organisation=school)
    assert rules_of(book(client, body)) == ["CAP-02"]
    answer = book(client, {**body, "wait": True}, "same")
    assert keeps(BookedOut, body_of(answer, 201)).status == "waiting"
    again = book(client, {**body, "wait": True}, "same")
    assert (again.data, again.headers["Idempotent-Replayed"]) == (answer.data, "true")


def test_who_waits_sees_its_place_in_line_and_why_it_was_passed_over(
    client: FlaskClient, full: tuple[Event, str]
) -> None:
    event, _ = full
    in_line(client, event)
    second = in_line(client, event, "Inventedford Gymnasium")
    found = body_of(client.get(second["url"], headers=second["own"]))
    keeps(BookingOut, found)
    assert found["status"] == "waiting"
    assert found["waiting"] == {
        "ahead": 1,
        "since": found["waiting"]["since"],
        "passed_at": None,
        "passed_places": None,
    }


def test_an_offer_is_accepted_once_and_a_second_time_changes_nothing(
    client: FlaskClient, full: tuple[Event, str]
) -> None:
    event, reference = full
    waits = in_line(client, event)
    assert client.post(f"{waits['url']}/accept", headers=waits["own"]).status_code == 409
    cancel(reference, now=NOW)
    offered = body_of(client.get(waits["url"], headers=waits["own"]))
    assert (offered["status"], offered["answer_by"], offered["waiting"]) == (
        "proposed",
        "2026-11-24T10:00:00+01:00",
        None,
    )
    answers = [body_of(client.post(f"{waits['url']}/accept", headers=waits["own"])) for _ in range(2)]
    assert [one["status"] for one in answers] == ["confirmed"] * 2


def test_an_offer_that_has_ended_is_not_accepted(client: FlaskClient, full: tuple[Event, str]) -> None:
    event, reference = full
    waits = in_line(client, event)
    cancel(reference, now=NOW)
    end_requests(event.starts_at)
    found = body_of(client.post(f"{waits['url']}/accept", headers=waits["own"]), 409)
    assert found["current"]["status"] == "expired"


def test_cancelling_leaves_the_line_and_refuses_an_offer(client: FlaskClient, full: tuple[Event, str]) -> None:
    event, reference = full
    first, second = in_line(client, event), in_line(client, event, "Inventedford Gymnasium")
    assert body_of(client.post(f"{second['url']}/cancel", headers=second["own"]))["status"] == "withdrawn"
    cancel(reference, now=NOW)
    assert body_of(client.post(f"{first['url']}/cancel", headers=first["own"]))["status"] == "withdrawn"


def test_a_stranger_accepts_nothing(client: FlaskClient, full: tuple[Event, str]) -> None:
    waits = in_line(client, full[0])
    assert client.post(f"{waits['url']}/accept").status_code == 401
    assert client.post(f"{waits['url']}/accept", headers={"Authorization": "Bearer x"}).status_code == 404


def test_the_desk_reads_who_has_places_and_who_waits_in_which_order(
    client: FlaskClient, full: tuple[Event, str]
) -> None:
    event, reference = full
    names = ("Inventedford Lyceum", "Another Inventedford Lyceum", "A Third Lyceum")
    line = [in_line(client, event, name)["reference"] for name in names]
    desk = api_token(make_account("coordinator", "VIE"))
    with counting() as seen:
        found = body_of(client.get(f"{API}/events/{event.code}/bookings", headers=desk))
    keeps(EventBookingsOut, found)
    assert found["places_left"] == 0
    assert [one["reference"] for one in found["bookings"]] == [reference, *line]
    assert [one["waiting"] and one["waiting"]["ahead"] for one in found["bookings"]] == [None, 0, 1, 2]
    assert [one["organisation"]["name"] for one in found["bookings"][1:]] == list(names)
    assert len(seen) <= 6
    foreign = api_token(make_account("coordinator", "GVA"))
    assert client.get(f"{API}/events/{event.code}/bookings", headers=foreign).status_code == 404


def test_the_desk_reads_what_came_free_when_a_group_was_passed_over(
    client: FlaskClient, full: tuple[Event, str]
) -> None:
    event, _ = full
    waits = in_line(client, event)
    with transaction() as session:
        own = update(Booking).where(Booking.reference == waits["reference"])
        session.execute(own.values(skipped_at=NOW, skipped_places=4))
    desk = api_token(make_account("coordinator", "VIE"))
    found = body_of(client.get(f"{API}/events/{event.code}/bookings", headers=desk))["bookings"][1]
    assert (found["waiting"]["passed_at"], found["waiting"]["passed_places"]) == ("2026-11-23T10:00:00+01:00", 4)
