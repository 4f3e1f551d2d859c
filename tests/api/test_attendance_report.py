"""Platforms' reports over the API: a proposal, and counts once it is accepted, by its guide or the desk."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from booking import clock
from booking.accounts.terms import Role
from booking.attendance.report_schemas import ProposalOut
from booking.attendance.schemas import AttendanceOut
from booking.scheduling.models import Event
from tests.api.calls import API, body_of, fields_of, keeps
from tests.builders import NOW, make_booking, make_event, make_offering, make_station
from tests.guiding.signed_in import vienna
from tests.signing_in import api_token, make_account

ZOOM = b"Name (Original Name),User Email,Total Duration (Minutes),Guest\nAda,,50,No\nBo,,3,No\nCy,,40,No\n"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def event(app: Flask) -> Event:
    """A tour of this morning."""
    assert app.testing
    return make_event(make_offering(make_station()), vienna(23, 8))


@pytest.fixture
def desk(event: Event) -> dict[str, str]:
    """Its coordinator."""
    assert event.code
    return api_token(make_account(Role.COORDINATOR, "VIE"))


def upload(client: FlaskClient, event: Event, header: dict[str, str], *files: bytes) -> TestResponse:
    data = {"file": [(BytesIO(content), f"zoom{number}.csv") for number, content in enumerate(files)]}
    return client.post(f"{API}/events/{event.code}/attendance-report", data=data, headers=header)


def test_a_proposal_comes_back_and_counts_are_stored_once_it_is_accepted(
    client: FlaskClient, event: Event, desk: dict[str, str]
) -> None:
    booking = make_booking(event)
    found = body_of(upload(client, event, desk, ZOOM))
    keeps(ProposalOut, found)
    assert (found["participants"], found["under_threshold"], found["looks_like_another_event"]) == (3, 1, False)
    assert found["bookings"] == [{"reference": booking.reference, "connections": 3, "people": 3}]
    bo = next(one["id"] for one in found["people"] if one["name"] == "Bo")
    path = f"{API}/events/{event.code}/attendance-report/accept"
    after = body_of(client.post(path, json={"state": found["state"], "people": {bo: None}}, headers=desk))
    keeps(AttendanceOut, after)
    assert [(one["attended"], one["source"]) for one in after["bookings"]] == [(2, "platform")]
    body_of(client.post(path, json={"state": found["state"]}, headers=desk), 409)


def test_options_are_looked_at_first_and_a_report_is_forgotten_on_demand(
    client: FlaskClient, event: Event, desk: dict[str, str]
) -> None:
    make_booking(event)
    upload(client, event, desk, ZOOM)
    path = f"{API}/events/{event.code}/attendance-report"
    looked = body_of(client.post(f"{path}/look", json={"hosts": ["Ada"], "leave_out_short": True}, headers=desk))
    assert (looked["participants"], looked["bookings"][0]["connections"]) == (2, 1)
    assert looked["left_out"] == [{"name": "Ada", "reason": "named_by_reader"}]
    assert body_of(client.delete(path, headers=desk)) == {"forgotten": 1}
    body_of(client.post(f"{path}/look", json={}, headers=desk), 409)


def test_what_is_no_report_names_the_file(client: FlaskClient, event: Event, desk: dict[str, str]) -> None:
    assert fields_of(upload(client, event, desk, ZOOM, b"PK\x03\x04")) == ["file.0"]
    assert fields_of(upload(client, event, desk)) == ["file"]


def test_twenty_an_hour_are_enough(
    client: FlaskClient, event: Event, desk: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = client.application.extensions["booking.settings"]
    monkeypatch.setitem(client.application.extensions, "booking.settings", replace(settings, rate_limits=True))
    for _ in range(20):
        body_of(upload(client, event, desk, ZOOM))
    assert "Retry-After" in upload(client, event, desk, ZOOM).headers


def test_to_the_staff_of_another_station_there_is_no_such_event(client: FlaskClient, event: Event) -> None:
    make_station("NBO", "en", "en")
    body_of(upload(client, event, api_token(make_account(Role.COORDINATOR, "NBO")), ZOOM), 404)
