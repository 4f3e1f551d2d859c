"""How many came, over the API: once the event has begun, by its guide or the desk of its station."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from booking import clock
from booking.accounts.terms import Role
from booking.attendance.models import Observation
from booking.attendance.schemas import AttendanceOut
from booking.catalogue.models import Station
from booking.db import db
from booking.scheduling.models import Event, Guide
from tests.api.calls import API, body_of, fields_of, keeps
from tests.builders import make_assignment, make_booking, make_event, make_guide, make_offering, make_station
from tests.signing_in import api_token, make_account

AFTER = datetime(2026, 12, 14, 11, 0, tzinfo=UTC)


@pytest.fixture
def guide(app: Flask) -> Guide:
    """A guide of Vienna."""
    assert app.testing
    return make_guide(make_station())


@pytest.fixture
def event(guide: Guide) -> Event:
    """A tour of that guide."""
    found = make_event(make_offering(db.session.get_one(Station, guide.station_id)))
    make_assignment(guide, found)
    return found


def put(client: FlaskClient, event: Event, header: dict[str, str], **body: object) -> TestResponse:
    """Say it after the tour."""
    with clock.frozen(AFTER):
        return client.put(f"{API}/events/{event.code}/attendance", json=body, headers=header)


def said(event: Event) -> list[tuple[int | None, str, str]]:
    rows = db.session.execute(select(Observation).where(Observation.event_id == event.id).order_by(Observation.id))
    return [(row.attended, row.source.value, row.course.value) for row in rows.scalars()]


def test_its_guide_says_how_many_of_a_group_came(client: FlaskClient, guide: Guide, event: Event) -> None:
    booking = make_booking(event, size=27)
    header = api_token(make_account(Role.GUIDE, "VIE", guide=guide))
    one = {"reference": booking.reference, "attended": 25}
    answer = body_of(put(client, event, header, bookings=[one], topics_raised="COVID-19"))
    keeps(AttendanceOut, answer)
    counted = {"reference": booking.reference, "booked": 27, "attended": 25, "status": "attended"}
    word = {"reference": booking.reference, "source": "guide", "attended": 25, "course": "held"}
    assert answer == {
        "event_id": event.code,
        "status": "held",
        "attended": None,
        "source": "",
        "reason": "",
        "bookings": [{**counted, "source": "guide", "reason": ""}],
        "course": "held",
        "topics_raised": "COVID-19",
        "said": [{**word, "at": AFTER.isoformat(), "took": "", "reason": ""}],
    }
    assert said(event) == [(25, "guide", "held")]


def test_so_does_the_desk_of_its_station_and_it_counts_as_the_desks_word(client: FlaskClient, event: Event) -> None:
    booking = make_booking(event)
    header = api_token(make_account(Role.COORDINATOR, "VIE"))
    body_of(put(client, event, header, bookings=[{"reference": booking.reference, "attended": 9}]))
    assert said(event) == [(9, "desk", "held")]


def test_nobody_came_to_any_group(client: FlaskClient, event: Event) -> None:
    make_booking(event)
    make_booking(event)
    header = api_token(make_account(Role.COORDINATOR, "VIE"))
    answer = body_of(put(client, event, header, course="no-show"))
    assert (answer["status"], [one["attended"] for one in answer["bookings"]]) == ("no-show", [0, 0])


def test_an_event_without_bookings_has_one_number(client: FlaskClient, event: Event) -> None:
    header = api_token(make_account(Role.COORDINATOR, "VIE"))
    answer = body_of(put(client, event, header, attended=60))
    assert (answer["status"], answer["attended"], answer["bookings"]) == ("held", 60, [])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "bookings"),
        ({"bookings": [{"reference": "VE-NOT-OF-IT", "attended": 1}]}, "bookings"),
        ({"bookings": [{"reference": "VE-X", "attended": 1}, {"reference": "VE-X", "attended": 2}]}, "bookings"),
        ({"bookings": [{"reference": "VE-X", "attended": -1}]}, "bookings.attended"),
        ({"bookings": [{"reference": "VE-X", "attended": True}]}, "bookings.attended"),
        ({"attended": 5}, "attended"),
        ({"bookings": [], "course": "fine"}, "course"),
    ],
)
def test_what_cannot_be_read_is_named_and_nothing_is_written(
    client: FlaskClient, event: Event, body: dict[str, object], field: str
) -> None:
    make_booking(event)
    header = api_token(make_account(Role.COORDINATOR, "VIE"))
    assert field in fields_of(put(client, event, header, **body))
    assert said(event) == []


def test_nothing_is_said_of_an_event_before_it_begins(client: FlaskClient, event: Event) -> None:
    header = api_token(make_account(Role.COORDINATOR, "VIE"))
    body_of(client.put(f"{API}/events/{event.code}/attendance", json={"attended": 5}, headers=header), 409)
    assert said(event) == []


@pytest.mark.parametrize(("role", "station"), [(Role.GUIDE, "VIE"), (Role.GUIDE, "NBO"), (Role.COORDINATOR, "NBO")])
def test_to_anybody_else_of_the_staff_there_is_no_such_event(
    client: FlaskClient, event: Event, role: Role, station: str
) -> None:
    header = api_token(make_account(role, station))
    body_of(put(client, event, header, attended=5), 404)
    unknown = client.put(f"{API}/events/VIE-NONE/attendance", json={"attended": 5}, headers=header)
    body_of(unknown, 404)
    assert said(event) == []


def test_nobody_says_it_without_a_token(client: FlaskClient, event: Event) -> None:
    body_of(put(client, event, {}, attended=5), 401)


def test_what_was_read_can_be_seen_again_with_its_history(client: FlaskClient, guide: Guide, event: Event) -> None:
    booking = make_booking(event, size=27)
    one = {"reference": booking.reference, "attended": 25}
    by_guide, desk = (
        api_token(make_account(Role.GUIDE, "VIE", guide=guide)),
        api_token(make_account(Role.COORDINATOR, "VIE")),
    )
    put(client, event, by_guide, bookings=[one])
    put(client, event, desk, bookings=[{**one, "attended": 24}], reason="One was a technician")
    seen = client.get(f"{API}/events/{event.code}/attendance", headers=by_guide)
    answer = body_of(seen)
    keeps(AttendanceOut, answer)
    found = answer["bookings"][0]
    assert (found["attended"], found["source"], found["reason"]) == (24, "desk", "One was a technician")
    assert [(said["source"], said["attended"]) for said in answer["said"]] == [("guide", 25), ("desk", 24)]


def test_a_word_said_since_it_was_read_is_409_with_both(client: FlaskClient, event: Event) -> None:
    booking = make_booking(event)
    header = api_token(make_account(Role.COORDINATOR, "VIE"))
    read = client.get(f"{API}/events/{event.code}/attendance", headers=header)
    first = put(client, event, header, bookings=[{"reference": booking.reference, "attended": 9}])
    assert read.headers["ETag"] != first.headers["ETag"]
    late = {**header, "If-Match": read.headers["ETag"]}
    answer = put(client, event, late, bookings=[{"reference": booking.reference, "attended": 7}])
    body = body_of(answer, 409)
    assert (body["current"]["bookings"][0]["attended"], body["asked"]["bookings"][0]["attended"]) == (9, 7)
    assert said(event) == [(9, "desk", "held")]
    fresh = {**header, "If-Match": answer.headers["ETag"]}
    body_of(put(client, event, fresh, bookings=[{"reference": booking.reference, "attended": 7}]))
    assert said(event) == [(9, "desk", "held"), (7, "desk", "held")]
