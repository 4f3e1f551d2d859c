"""Dated limits by the API: made after a look, changed by one at a time, ended; and what binds an event or offering."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from booking.accounts.models import AuditEntry
from booking.accounts.terms import Role
from booking.db import db
from booking.scheduling.models import CapacityLimit
from tests.builders import make_booking, make_event, make_offering, make_station
from tests.signing_in import api_token, make_account

pytestmark = pytest.mark.usefixtures("app")

LIMITS = "/api/v1/limits"
FIFTEEN = {"measure": "people", "per": "event", "most": 15, "starts_on": "2026-12-14", "station": "VIE"}


@pytest.fixture
def event() -> str:
    """Vienna, with an event of 35 places on 14 December that 22 people have booked."""
    found = make_event(make_offering(make_station()))
    make_booking(found, size=22)
    make_station("GVA")
    return found.code


@pytest.fixture
def desk(event: str) -> dict[str, str]:  # noqa: ARG001  the station of it
    """The token of Vienna's coordinator."""
    return api_token(make_account(Role.COORDINATOR, "VIE"))


def count(model: type[object]) -> int:
    """Rows of a table."""
    return db.session.execute(select(func.count()).select_from(model)).scalar_one()


def made(client: FlaskClient, desk: dict[str, str], **values: object) -> tuple[dict[str, Any], str]:
    """A new limit, and its ETag."""
    answer = client.post(LIMITS, json={**FIFTEEN, **values}, headers=desk)
    assert answer.status_code == 201, answer.text
    return answer.get_json(), answer.headers["ETag"]


def test_a_look_tells_who_would_be_over_and_writes_nothing(
    client: FlaskClient, desk: dict[str, str], event: str
) -> None:
    answer = client.post(f"{LIMITS}?preview=true", json=FIFTEEN, headers=desk)
    body = answer.get_json()
    assert (answer.status_code, body["events"], body["people"]) == (200, 1, 22)
    (over,) = body["over"]
    assert (over["event_id"], over["used"], over["allowed"]) == (event, 22, 15)
    assert [(one["size"], one["within"]) for one in over["groups"]] == [(22, False)]
    assert (count(CapacityLimit), count(AuditEntry)) == (0, 0)


def test_a_limit_is_made_listed_changed_and_ended(client: FlaskClient, desk: dict[str, str]) -> None:
    limit, etag = made(client, desk, reason={"en": "The room is small"})
    address = f"{LIMITS}/{limit['limit_id']}"
    assert client.get(LIMITS, headers=desk).get_json()["limits"] == [limit]
    changed = client.patch(address, json={"most": 12, "ends_on": "2026-12-20"}, headers={**desk, "If-Match": etag})
    assert changed.get_json() == {**limit, "most": 12, "ends_on": "2026-12-20", "version": 2}
    ended = client.delete(address, headers={**desk, "If-Match": changed.headers["ETag"]})
    assert (ended.status_code, ended.get_json()["ended"]) == (200, True)
    assert client.get(LIMITS, headers=desk).get_json()["limits"] == []
    assert client.get(f"{LIMITS}?ended=true", headers=desk).get_json()["limits"] == [ended.get_json()]


def test_null_takes_away_what_a_limit_can_be_without_and_changes_nothing_else(
    client: FlaskClient, desk: dict[str, str]
) -> None:
    limit, etag = made(client, desk, percent=50, ends_on="2026-12-20", reason={"en": "The room is small"})
    address, head = f"{LIMITS}/{limit['limit_id']}", {**desk, "If-Match": etag}
    for nothing in ({"reason": None}, {"starts_on": None}, {"reason": None, "starts_on": None}):
        assert client.patch(address, json=nothing, headers=head).status_code == 422
    told = client.patch(address, json={"percent": None, "ends_on": None, "reason": None}, headers=head)
    assert told.get_json() == {**limit, "percent": None, "ends_on": None, "version": 2}
    without = client.patch(address, json={"most": None}, headers={**desk, "If-Match": told.headers["ETag"]})
    assert (without.status_code, without.get_json()["errors"][0]["field"]) == (422, "most")


@pytest.mark.parametrize("method", ["patch", "delete"])
def test_of_two_coordinators_the_second_gets_both_states(
    client: FlaskClient, desk: dict[str, str], method: str
) -> None:
    limit, etag = made(client, desk)
    address = f"{LIMITS}/{limit['limit_id']}"
    client.patch(address, json={"most": 12}, headers={**desk, "If-Match": etag})
    second = client.open(address, method=method, json={"most": 10}, headers={**desk, "If-Match": etag})
    assert second.status_code == 409
    assert second.get_json()["current"]["most"] == 12
    assert second.get_json()["asked"] == ({"most": 10} if method == "patch" else {})
    assert client.get(address, headers=desk).get_json()["version"] == 2


def test_what_was_taken_back_is_changed_no_more(client: FlaskClient, desk: dict[str, str]) -> None:
    limit, _ = made(client, desk)
    address = f"{LIMITS}/{limit['limit_id']}"
    client.delete(address, headers=desk)
    assert [
        client.open(address, method=one, json={"most": 1}, headers=desk).status_code for one in ("PATCH", "DELETE")
    ] == [
        409,
        409,
    ]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"measure": "events", "per": "event"}, "per"),
        ({"per": "group"}, "per"),
        ({"percent": 24}, "percent"),
        ({"percent": 101}, "percent"),
        ({"per": "day", "percent": 50}, "percent"),
        ({"most": -1}, "most"),
        ({"most": None}, "most"),
        ({"ends_on": "2026-12-13"}, "ends_on"),
        ({"starts_on": "2026-02-30"}, "starts_on"),
        ({"starts_on": "2020-01-01", "ends_on": "2020-01-02"}, "ends_on"),
        ({"station": "GVA"}, "station"),
        ({"station": None}, "station"),
        ({"venue": "nowhere"}, "venue"),
        ({"offering_id": "P-NIX"}, "offering_id"),
        ({"reason": {"xx": "no"}}, "reason"),
    ],
)
def test_a_limit_without_sense_names_its_field_and_writes_nothing(
    client: FlaskClient, desk: dict[str, str], values: dict[str, object], field: str
) -> None:
    answer = client.post(LIMITS, json={**FIFTEEN, **values}, headers=desk)
    assert answer.status_code == 422
    assert [one["field"].partition(".")[0] for one in answer.get_json()["errors"]] == [field]
    assert (count(CapacityLimit), count(AuditEntry)) == (0, 0)


def test_a_limit_of_all_stations_is_for_whoever_has_them_all(client: FlaskClient, desk: dict[str, str]) -> None:
    everywhere = api_token(make_account(Role.COORDINATOR, ""))
    limit, _ = made(client, everywhere, station=None)
    address = f"{LIMITS}/{limit['limit_id']}"
    assert client.get(address, headers=desk).status_code == 200
    assert client.patch(address, json={"most": 1}, headers=desk).status_code == 404
    assert client.delete(address, headers=desk).status_code == 404


def test_every_limit_of_an_event_is_told_and_the_one_that_binds(
    client: FlaskClient, desk: dict[str, str], event: str
) -> None:
    limit, _ = made(client, desk, most=30, reason={"en": "The room is small"})
    told = client.get(f"/api/v1/events/{event}/limits", headers=desk).get_json()
    assert [(one["source"], one["value"], one["room"]) for one in told["limits"]] == [
        ("offering", 35, 35),
        ("event", 35, 13),
        ("limit", 30, 8),
    ]
    assert (told["binding"]["id"], told["people"], told["on"]) == (limit["limit_id"], 8, "2026-12-14")
    assert told["sentence"] == "Room for 8 people. What binds: a dated limit."
    assert "The room is small" in told["binding"]["sentence"]


def test_an_offering_is_explained_for_a_day(client: FlaskClient, desk: dict[str, str]) -> None:
    made(client, desk, percent=50, most=None, ends_on="2026-12-14")
    code = client.get("/api/v1/offerings").get_json()["offerings"][0]["offering_id"]
    rooms = [
        client.get(f"/api/v1/offerings/{code}/limits?on={day}", headers=desk).get_json()["people"]
        for day in ("2026-12-14", "2026-12-15")
    ]
    assert rooms == [17, 35]
