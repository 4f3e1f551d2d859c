"""PATCH /bookings/{reference}: another number of people, another time, and nobody's change lost."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from booking import clock
from booking.bookings.schemas import BookingOut
from booking.catalogue.models import Offering, Station
from booking.db import db
from booking.scheduling.models import Event
from tests.api.calls import API, Json, bearer, body_of, book, fields_of, group, keeps, own_slot, rules_of
from tests.builders import NOW, make_event, make_guide, make_offering, make_station

CLOSE = datetime(2026, 12, 11, 9, 0, tzinfo=ZoneInfo("UTC"))
"""A working day before the event."""


@pytest.fixture
def offering(client: FlaskClient) -> Offering:  # noqa: ARG001  the database is there first
    return make_offering(make_station())


@pytest.fixture
def own(client: FlaskClient, offering: Offering) -> tuple[str, dict[str, str]]:
    """Reference and header of a booking in an open event."""
    booked = book(client, group(slot=f"e.{make_event(offering).code}"))
    return body_of(booked, 201)["reference"], bearer(booked)


def patch(client: FlaskClient, own: tuple[str, dict[str, str]], body: Json, **headers: str) -> TestResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.patch(f"{API}/bookings/{own[0]}", json=body, headers=own[1] | named)


def make_guide_for(offering: Offering) -> None:
    """Somebody who can give it."""
    make_guide(db.session.get_one(Station, offering.station_id))


def taken() -> list[int]:
    """Places of every event, by start."""
    return list(db.session.execute(select(Event.taken).order_by(Event.starts_at)).scalars())


def test_the_number_of_people_is_changed(client: FlaskClient, own: tuple[str, dict[str, str]]) -> None:
    answer = patch(client, own, {"size": 30, "accompanying_adults": 3})
    found = body_of(answer)
    keeps(BookingOut, found)
    assert (found["size"], found["accompanying_adults"], answer.headers["ETag"]) == (30, 3, '"2"')
    assert taken() == [30]


def test_adults_alone_are_changed(client: FlaskClient, own: tuple[str, dict[str, str]]) -> None:
    assert body_of(patch(client, own, {"accompanying_adults": 4}))["size"] == 24


def test_a_booking_is_moved_and_its_numbers_with_it(
    client: FlaskClient, own: tuple[str, dict[str, str]], offering: Offering
) -> None:
    later = make_event(offering, datetime(2026, 12, 16, 10, 0, tzinfo=ZoneInfo("Europe/Vienna")))
    found = body_of(patch(client, own, {"slot": f"e.{later.code}", "size": 20}))
    assert (found["event_id"], found["size"], found["starts_at"]) == (later.code, 20, "2026-12-16T10:00:00+01:00")
    assert taken() == [0, 20]


def test_a_booking_is_moved_to_a_time_of_its_own(
    client: FlaskClient, own: tuple[str, dict[str, str]], offering: Offering
) -> None:
    make_guide_for(offering)
    moved = own_slot(offering, datetime(2026, 12, 15, 9, 0, tzinfo=ZoneInfo("UTC")))
    assert body_of(patch(client, own, {"slot": moved}))["starts_at"] == "2026-12-15T10:00:00+01:00"
    assert taken() == [0, 24]


def test_an_old_version_is_refused_with_both_states(client: FlaskClient, own: tuple[str, dict[str, str]]) -> None:
    body_of(patch(client, own, {"size": 30}, If_Match='"1"'))
    answer = patch(client, own, {"size": 20}, If_Match='"1"')
    found = body_of(answer, 409)
    keeps(BookingOut, found["current"])
    assert (found["current"]["size"], found["asked"]) == (30, {"size": 20})
    assert answer.headers["ETag"] == '"2"'
    assert taken() == [30]


@pytest.mark.parametrize("seen", ['"1"', '"7", "1"', "*"])
def test_the_version_seen_is_the_present_one(client: FlaskClient, own: tuple[str, dict[str, str]], seen: str) -> None:
    body_of(patch(client, own, {"size": 30}, If_Match=seen))


@pytest.mark.parametrize("seen", ['W/"1"', '"one"', '""', ""])
def test_any_other_version_is_none(client: FlaskClient, own: tuple[str, dict[str, str]], seen: str) -> None:
    body_of(patch(client, own, {"size": 30}, If_Match=seen), 409)
    assert taken() == [24]


def test_what_the_rules_refuse_changes_nothing(client: FlaskClient, own: tuple[str, dict[str, str]]) -> None:
    assert rules_of(patch(client, own, {"size": 36})) == ["CAP-01", "CAP-02"]
    assert rules_of(patch(client, own, {"accompanying_adults": 0})) == ["SUP-01"]
    assert taken() == [24]


def test_after_the_deadline_a_change_is_confirmed_as_late(client: FlaskClient, own: tuple[str, dict[str, str]]) -> None:
    with clock.frozen(CLOSE):
        refused = patch(client, own, {"size": 20})
        assert rules_of(refused) == ["CAN-01"]
        found = body_of(patch(client, own, {"size": 20, "late": True}))
    assert (found["size"], found["late"]) == (20, True)


def test_moving_to_a_full_event_is_refused_with_other_times(
    client: FlaskClient, own: tuple[str, dict[str, str]], offering: Offering
) -> None:
    later = make_event(offering, datetime(2026, 12, 16, 10, 0, tzinfo=ZoneInfo("Europe/Vienna")), capacity=10)
    third = make_event(offering, datetime(2026, 12, 17, 10, 0, tzinfo=ZoneInfo("Europe/Vienna")))
    answer = patch(client, own, {"slot": f"e.{later.code}"})
    assert rules_of(answer) == ["CAP-02"]
    assert [one["event_id"] for one in body_of(answer, 409)["alternatives"]] == [third.code]
    assert taken() == [24, 0, 0]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "size"),
        ({"late": True}, "size"),
        ({"size": 0}, "size"),
        ({"size": "many"}, "size"),
        ({"slot": "e.NOBODY"}, "slot"),
        ({"slot": "nonsense"}, "slot"),
        ({"size": 20, "late": "yes"}, "late"),
        ({"status": "confirmed", "reference": "VE-AAAA-BBBB-CC"}, "size"),
    ],
    ids=str,
)
def test_what_cannot_be_read_is_named(
    client: FlaskClient, own: tuple[str, dict[str, str]], body: Json, field: str
) -> None:
    assert fields_of(patch(client, own, body)) == [field]
    assert taken() == [24]


def test_another_groups_private_event_is_no_time_to_move_to(
    client: FlaskClient, own: tuple[str, dict[str, str]], offering: Offering
) -> None:
    make_guide_for(offering)
    school = {"name": "Other School", "country": "KE"}
    later = NOW + timedelta(days=22)
    private = body_of(book(client, group(slot=own_slot(offering, later), organisation=school)), 201)["event_id"]
    foreign, unknown = (patch(client, own, {"slot": f"e.{code}"}) for code in (private, "NOBODY"))
    assert body_of(foreign, 422)["errors"] == body_of(unknown, 422)["errors"]


def test_a_booking_that_is_cancelled_is_changed_no_more(client: FlaskClient, own: tuple[str, dict[str, str]]) -> None:
    client.post(f"{API}/bookings/{own[0]}/cancel", headers=own[1])
    found = body_of(patch(client, own, {"size": 20}), 409)
    assert found["current"]["status"] == "cancelled_by_group"
