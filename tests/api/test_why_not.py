"""GET /slots/why-not: the reasons against a time, and what is near."""

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from booking.bookings.schemas import WhyNotOut
from booking.bookings.slot_ids import event_slot_id
from booking.catalogue.models import Offering
from tests.api.calls import API, body_of, book, fields_of, group, keeps, own_slot
from tests.builders import make_booking, make_event, make_guide, make_offering, make_station


@pytest.fixture
def tour(client: FlaskClient) -> Offering:  # noqa: ARG001  the database is there first
    station = make_station("VIE")
    make_guide(station)
    return make_offering(station)


def ask(client: FlaskClient, **parameters: object) -> TestResponse:
    return client.get(f"{API}/slots/why-not", query_string=parameters)


def test_a_full_event_says_so_and_what_is_near(client: FlaskClient, tour: Offering) -> None:
    event = make_event(tour, capacity=12)
    make_booking(event, size=10)
    found = body_of(ask(client, slot=event_slot_id(event.code), size=10, time_zone="Asia/Seoul"))
    keeps(WhyNotOut, found)
    assert [one["rule"] for one in found["refusals"]] == ["CAP-02"]
    assert len(found["alternatives"]) == 3
    assert all(one["starts_at_yours"].endswith("+09:00") for one in found["alternatives"])


def test_a_time_that_can_be_had_has_no_reasons(client: FlaskClient, tour: Offering) -> None:
    assert body_of(ask(client, slot=own_slot(tour), size=20)) == {"refusals": [], "alternatives": []}


@pytest.mark.parametrize("slot", ["e.NOBODY", "o.NOBODY.en.20261214T0900", "nonsense", "o.P.en.20261314T0900"])
@pytest.mark.usefixtures("app")
def test_a_time_that_is_none_is_named(client: FlaskClient, slot: str) -> None:
    assert fields_of(ask(client, slot=slot, size=20)) == ["slot"]


@pytest.mark.usefixtures("app")
def test_a_time_is_needed(client: FlaskClient) -> None:
    assert fields_of(ask(client, size=20)) == ["slot"]


def test_another_groups_private_event_is_not_talked_about(client: FlaskClient, tour: Offering) -> None:
    private = body_of(book(client, group(slot=own_slot(tour))), 201)["event_id"]
    assert fields_of(ask(client, slot=event_slot_id(private), size=20)) == ["slot"]
