"""POST /bookings/{reference}/cancel: in time, late, and twice."""

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from booking import clock
from booking.catalogue.terms import Kind
from booking.db import db
from booking.notices.models import Notice
from booking.scheduling.models import Event
from tests.api.calls import API, bearer, body_of, book, fields_of, group, own_slot, rules_of
from tests.builders import make_event, make_offering, make_station

CLOSE = datetime(2026, 12, 11, 9, 0, tzinfo=UTC)


@pytest.fixture
def own(client: FlaskClient) -> tuple[str, dict[str, str]]:
    """Address and header of a booking."""
    booked = book(client, group(slot=f"e.{make_event(make_offering(make_station())).code}"))
    return f"{API}/bookings/{body_of(booked, 201)['reference']}/cancel", bearer(booked)


def taken() -> list[int]:
    return list(db.session.execute(select(Event.taken)).scalars())


def test_a_booking_is_cancelled_and_its_places_are_free(client: FlaskClient, own: tuple[str, dict[str, str]]) -> None:
    answer = client.post(own[0], headers=own[1])
    assert body_of(answer)["status"] == "cancelled_by_group"
    assert answer.headers["ETag"] == '"2"'
    assert taken() == [0]


def test_cancelling_twice_is_one_cancellation(client: FlaskClient, own: tuple[str, dict[str, str]]) -> None:
    answers = [client.post(own[0], json={}, headers=own[1]) for _ in range(2)]
    assert [body_of(one)["status"] for one in answers] == ["cancelled_by_group"] * 2
    kinds = db.session.execute(select(Notice.kind).where(Notice.kind == "booking_cancelled")).scalars().all()
    assert len(kinds) == 1


def test_after_the_deadline_it_is_confirmed_as_late(client: FlaskClient, own: tuple[str, dict[str, str]]) -> None:
    with clock.frozen(CLOSE):
        refused = client.post(own[0], headers=own[1])
        assert rules_of(refused) == ["CAN-01"]
        assert body_of(refused, 409)["alternatives"] == []
        assert taken() == [24]
        found = body_of(client.post(own[0], json={"late": True}, headers=own[1]))
    assert (found["status"], found["late"], taken()) == ("cancelled_by_group", True, [0])


def test_a_request_is_withdrawn(client: FlaskClient) -> None:
    offering = make_offering(make_station(), kind=Kind.BRIEFING, lead_working_days=10)
    booked = book(client, group(slot=own_slot(offering), theme=offering.theme))
    address = f"{API}/bookings/{body_of(booked, 201)['reference']}/cancel"
    assert body_of(client.post(address, headers=bearer(booked)))["status"] == "withdrawn"


def test_an_old_version_is_refused_with_both_states(client: FlaskClient, own: tuple[str, dict[str, str]]) -> None:
    found = body_of(client.post(own[0], json={"late": True}, headers=own[1] | {"If-Match": '"9"'}), 409)
    assert (found["current"]["status"], found["asked"]) == ("confirmed", {"late": True})
    assert taken() == [24]


def test_nobody_else_cancels_it(client: FlaskClient, own: tuple[str, dict[str, str]]) -> None:
    body_of(client.post(own[0]), 401)
    body_of(client.post(own[0], headers={"Authorization": "Bearer x"}), 404)
    assert taken() == [24]


def test_a_body_that_cannot_be_read_is_named(client: FlaskClient, own: tuple[str, dict[str, str]]) -> None:
    assert fields_of(client.post(own[0], json={"late": 1}, headers=own[1])) == ["late"]
    assert taken() == [24]
