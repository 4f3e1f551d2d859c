"""A coordinator gives an event to a guide over the API."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from booking import clock
from booking.bookings.event_schemas import EventOut
from booking.bookings.models import Booking
from booking.bookings.services.book import book
from booking.bookings.terms import BookingStatus
from booking.db import db
from booking.scheduling.models import Event
from tests.api.calls import API, body_of, keeps, rules_of
from tests.bookings.test_book import TEN_IN_VIENNA, at, wish
from tests.builders import NOW, make_assignment, make_guide, make_offering, make_station
from tests.scheduling.asked import Scene, givers, mails
from tests.signing_in import api_token, make_account

pytestmark = pytest.mark.usefixtures("app")


def put(client: FlaskClient, event: str, guide: Any, station: str = "VIE", **headers: str) -> TestResponse:  # noqa: ANN401
    """Give the event to somebody, as a coordinator of a station."""
    named = api_token(make_account("coordinator", station)) | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    with clock.frozen(NOW):
        return client.put(f"{API}/events/{event}/assignment", json={"guide": guide}, headers=named)


def test_the_event_is_given_taken_away_and_each_guide_told(client: FlaskClient) -> None:
    scene = Scene(2)
    event, (one, other) = scene.event(), scene.guides
    answer = put(client, event.code, one.code)
    assert (answer.status_code, body_of(answer)["guide"]) == (200, one.code)
    keeps(EventOut, body_of(answer))
    put(client, event.code, other.code)
    assert givers(event) == [other.id]
    assert body_of(put(client, event.code, None))["guide"] is None
    assert givers(event) == []
    assert {mail.kind for mail in mails()} <= {"guide_assigned", "guide_released"}


def test_a_state_that_is_no_more_is_shown_beside_what_was_asked(client: FlaskClient) -> None:
    scene = Scene(2)
    event, (one, other) = scene.event(), scene.guides
    seen = put(client, event.code, one.code).headers["ETag"]
    assert put(client, event.code, other.code, If_Match=seen).status_code == 200
    answer = put(client, event.code, one.code, If_Match=seen)
    body = body_of(answer, 409)
    assert (body["current"]["guide"], body["asked"]) == (other.code, {"guide": one.code})
    assert givers(event) == [other.id]


def test_who_is_elsewhere_then_is_refused(client: FlaskClient) -> None:
    scene = Scene(1)
    event = scene.event()
    make_assignment(scene.guides[0], scene.event())
    answer = put(client, event.code, scene.guides[0].code)
    assert rules_of(answer) == ["OVL-01"]
    assert givers(event) == []


@pytest.mark.parametrize("guide", ["NOBODY", "", 5, ["a"]])
def test_a_guide_who_is_none_is_unreadable(client: FlaskClient, guide: object) -> None:
    assert put(client, Scene(0).event().code, guide).status_code == 422


def test_an_event_of_another_station_is_as_unknown_as_one_that_is_none(client: FlaskClient) -> None:
    scene = Scene(1)
    make_station("NBO")
    event = scene.event()
    foreign = put(client, event.code, scene.guides[0].code, station="NBO")
    unknown = put(client, "VIE-NONE", scene.guides[0].code)
    assert (foreign.status_code, unknown.status_code) == (404, 404)


def test_without_a_token_it_is_nobodys_business(client: FlaskClient) -> None:
    assert client.put(f"{API}/events/VIE-1/assignment", json={"guide": None}).status_code == 401


def test_a_group_that_waited_for_a_guide_is_booked_with_it(client: FlaskClient) -> None:
    station = make_station()
    offering = make_offering(station)
    book(wish(offering=offering.code, starts=at(TEN_IN_VIENNA), language="en"), key="a", now=NOW)
    guide = make_guide(station)
    code = db.session.execute(select(Event.code)).scalar_one()
    answer = put(client, code, guide.code)
    assert body_of(answer)["status"] == "open"
    assert db.session.execute(select(Booking.status)).scalar() is BookingStatus.CONFIRMED
