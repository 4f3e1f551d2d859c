"""What only a desk does, over the API: booking for callers, taking back, messages, spellings, the trail."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from booking import clock
from booking.bookings.models import Booking
from booking.bookings.services.series import Order, cancel_events
from booking.bookings.slot_ids import event_slot_id
from booking.bookings.survey import Scope
from booking.db import db
from booking.notices.models import Notice
from booking.scheduling.models import Event
from tests.api.calls import API, group
from tests.builders import NOW, make_booking, make_event, make_offering, make_organisation, make_station
from tests.signing_in import api_token, make_account

pytestmark = pytest.mark.usefixtures("app")
Call = dict[str, object]


@pytest.fixture(autouse=True)
def _now() -> object:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def event() -> Event:
    """Of Vienna's."""
    return make_event(make_offering(make_station()), capacity=100)


@pytest.fixture
def desk(app: Flask, event: Event) -> "Desk":  # noqa: ARG001  its station
    """Vienna's coordinator, by a personal token."""
    return Desk(app.test_client(), api_token(make_account("coordinator", "VIE")))


class Desk:
    """Calls with the token."""

    def __init__(self, client: FlaskClient, headers: dict[str, str]) -> None:
        self.client, self.headers = client, headers

    def get(self, path: str) -> Call:
        """What is answered."""
        answer = self.client.get(f"{API}/desk{path}", headers=self.headers)
        assert answer.status_code == 200, answer.text
        return dict(answer.get_json())

    def post(self, path: str, body: object = None, status: int = 200, **headers: str) -> Call:
        """The same of a change."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.client.post(f"{API}/desk{path}", json=body, headers={**self.headers, **named})
        assert answer.status_code == status, answer.text
        return dict(answer.get_json())


def booked() -> Booking:
    """The only booking."""
    db.session.expire_all()
    return db.session.scalars(select(Booking)).one()


def test_a_booking_is_made_cancelled_and_taken_back(desk: Desk, event: Event) -> None:
    body = group(slot=event_slot_id(event.code))
    made = desk.post("/bookings", body, 201, Idempotency_Key="a")
    assert desk.post("/bookings", body, 201, Idempotency_Key="a") == made
    reference = booked().reference
    desk.post(f"/bookings/{reference}/restore", status=409)
    desk.client.post(f"{API}/bookings/{reference}/cancel", headers=desk.headers)
    assert booked().status.value == "cancelled_by_group"
    assert desk.post(f"/bookings/{reference}/restore")["status"] == "confirmed"
    trail = desk.get(f"/bookings/{reference}/trail")["trail"]
    assert isinstance(trail, list)
    assert [line["action"] for line in trail] == ["booking.book", "booking.cancel", "booking.restore"]
    assert trail[0]["who"].startswith("Staff")


def test_what_the_rules_refuse_is_told_with_other_times(desk: Desk, event: Event) -> None:
    told = desk.post("/bookings", group(slot=event_slot_id(event.code), size=90), 409, Idempotency_Key="a")
    assert isinstance(told["refusals"], list)
    assert told["refusals"][0]["rule"] == "CAP-01"


def test_another_stations_times_are_unknown(desk: Desk) -> None:
    foreign = make_event(make_offering(make_station("GVA")))
    desk.post("/bookings", group(slot=event_slot_id(foreign.code)), 422, Idempotency_Key="a")
    make_booking(foreign)
    desk.post(f"/bookings/{booked().reference}/restore", status=404)


def test_an_event_takes_place_after_all(desk: Desk, event: Event) -> None:
    make_booking(event)
    desk.post(f"/events/{event.code}/restore", {}, 409)
    cancel_events(Order(event.code, Scope.ONE, NOW, "account:1"), "By mistake.")
    assert desk.post(f"/events/{event.code}/restore", {"without_guide": True})["status"] == "open"
    trail = desk.get(f"/events/{event.code}/trail")["trail"]
    assert isinstance(trail, list)
    assert [line["action"] for line in trail] == ["event.cancel", "event.restore"]


def test_a_message_is_looked_at_and_then_sent_once(desk: Desk, event: Event) -> None:
    make_booking(event)
    message: Call = {"texts": {"en": {"subject": "Maps", "text": "Bring them, {name}."}}}
    looked = desk.post(f"/events/{event.code}/messages", message)
    assert looked == {"groups": 1, "languages": {"en": 1}, "read_before": 0, "without_address": 0, "sent": False}
    assert db.session.scalars(select(Notice)).all() == []
    assert desk.post(f"/events/{event.code}/messages", {**message, "send": True})["groups"] == 1
    assert desk.post(f"/events/{event.code}/messages", {**message, "send": True})["read_before"] == 1
    assert len(db.session.scalars(select(Notice)).all()) == 1


@pytest.mark.parametrize(
    "texts",
    [
        {},
        {"fr": {"subject": "Cartes", "text": "Venez."}},
        {"en": {"subject": "Maps", "text": "{nobody}"}},
        {"en": {"subject": "Maps", "text": "Bring them."}, "xx": {"subject": "M", "text": "B"}},
    ],
)
def test_a_message_that_cannot_be_read_is_refused(desk: Desk, event: Event, texts: Call) -> None:
    desk.post(f"/events/{event.code}/messages", {"texts": texts}, 422)


def test_two_spellings_are_found_merged_and_parted(desk: Desk, event: Event) -> None:
    kept, merged = make_organisation("Inventedford School"), make_organisation("Inventedford Schol")
    make_booking(event, kept)
    make_booking(event, merged)
    pairs = desk.get("/organisations/pairs")["pairs"]
    assert isinstance(pairs, list)
    (pair,) = pairs
    ids = {"kept": pair["kept"]["id"], "merged": pair["merged"]["id"]}
    done = desk.post("/organisations/merges", ids)["merge"]
    desk.post("/organisations/merges", ids, 422)
    assert desk.get("/organisations/pairs") == {"pairs": []}
    assert desk.post(f"/organisations/merges/{done}/part") == {"merge": done}
    desk.post(f"/organisations/merges/{done}/part", status=409)
    desk.post("/organisations/merges/999999/part", status=404)
