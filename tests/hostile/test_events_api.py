"""A01-A20 to the calls of events and of attendance, as a coordinator: no 5xx, nothing half written, the field named."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from booking import clock
from booking.accounts.models import Account, AuditEntry
from booking.attendance.models import Observation
from booking.db import db
from booking.scheduling.models import Assignment, Event
from tests.api.calls import API, body_of
from tests.api.test_hostile import BODIES
from tests.builders import NOW
from tests.guards.world import World, make_world
from tests.hostile.inputs import REFUSED
from tests.signing_in import api_token

TABLES = (Event, Assignment, AuditEntry, Observation)
JSON = "application/json"
NUMBERS: dict[str, Any] = {
    "A09 -1": -1,
    "A10 0": 0,
    "A11 past 32 bits": 2147483648,
    "A12 past 64 bits": 9223372036854775808,
    "A13 1e3": "1e3",
    "A14 full width": "\uff11\uff12",
    "A15 0x10": "0x10",
    "a float": 1.5,
    "true": True,
    "a list": [1],
    "an object": {"value": 1},
}
TEXTS: dict[str, Any] = {
    "A01 1 MB": "x" * 1_000_000,
    "A02 10,001": "x" * 10_001,
    "A26 a second line": "Tour\r\nATTENDEE:mailto:evil@example.org",
    "A26 escape": "\x1b[31mred",
    "a number": 5,
    "a list": ["a"],
    "an object": {"en": "a"},
}
TIMES: dict[str, Any] = {
    "year 9999": "9999-12-31T23:59+14:00",
    "year 0001": "0001-01-01T00:00-14:00",
    "no time": "soon",
    "a number": 1_800_000_000,
    "NUL": "2027-01-11T10:00\x00",
    "seconds": "2027-01-11T10:00:30+01:00",
    "a list": ["2027-01-11T10:00+01:00"],
    "leap second": "2027-01-11T23:59:60Z",
}
WORDS: dict[str, Any] = {
    "unknown": "x",
    "upper": "OPEN",
    "null": None,
    "empty": "",
    "a number": 1,
    "SQL": "' OR 1=1 --",
    "a list": [],
}
CODES: dict[str, Any] = {
    "path": "../../etc/passwd",
    "empty": "",
    "5,000": "x" * 5_000,
    "SQL": "' OR 1=1",
    "a number": 7,
}


@pytest.fixture
def world(app: Flask) -> Iterator[World]:
    assert app.name
    with clock.frozen(NOW):
        yield make_world("VIE")


@pytest.fixture
def calls(world: World) -> dict[str, tuple[str, str, dict[str, str]]]:
    """Method, path and header of each call that takes a body."""
    account = db.session.get(Account, world.people["coordinator"])
    assert account
    header = api_token(account)
    event = f"/events/{world.names['event']}"
    return {
        "make": ("POST", "/events", header),
        "change": ("PATCH", event, header),
        "assign": ("PUT", f"{event}/assignment", header),
        "count": ("PUT", f"/events/{world.names['begun']}/attendance", header),
    }


def rows() -> list[int]:
    """How much is written."""
    return [db.session.execute(select(func.count()).select_from(model)).scalar_one() for model in TABLES]


def send(client: FlaskClient, call: tuple[str, str, dict[str, str]], data: bytes, kind: str = JSON) -> TestResponse:
    method, path, header = call
    return client.open(API + path, method=method, data=data, content_type=kind, headers=header)


SOUND = {("count", "attended", "A10 0")}
"""Values that this field may have: nobody came."""


def tries() -> Iterator[tuple[str, str, str, Any]]:
    """Call, field, row and value."""
    kinds: dict[str, tuple[tuple[str, str], ...]] = {
        "numbers": (("make", "capacity"), ("change", "capacity"), ("count", "attended")),
        "texts": (("make", "title"), ("change", "title"), ("count", "topics_raised"), ("change", "reason")),
        "times": (("make", "starts_at"), ("change", "starts_at")),
        "words": (("make", "visibility"), ("change", "status"), ("change", "scope"), ("count", "course")),
        "codes": (("make", "offering_id"), ("make", "guide"), ("make", "station"), ("assign", "guide")),
    }
    inputs = {"numbers": NUMBERS, "texts": TEXTS, "times": TIMES, "words": WORDS, "codes": CODES}
    for kind, fields in kinds.items():
        for call, field in fields:
            found = ((call, field, row, value) for row, value in inputs[kind].items())
            yield from (one for one in found if one[:3] not in SOUND)


MAY_BE_LEFT_OUT = {("change", "status", "null"), ("make", "visibility", "null")}
"""Null says nothing where a field may be left out."""


def test_no_body_that_cannot_be_read_is_half_read(
    client: FlaskClient, calls: dict[str, tuple[str, str, dict[str, str]]]
) -> None:
    before = rows()
    for name, call in calls.items():
        for row, (data, kind) in BODIES.items():
            answer = send(client, call, data, kind)
            assert answer.status_code in REFUSED, (name, row, answer.text)
            body_of(answer, answer.status_code)
    assert rows() == before


def test_each_field_that_cannot_be_read_is_named_and_nothing_is_written(
    client: FlaskClient, calls: dict[str, tuple[str, str, dict[str, str]]]
) -> None:
    sound: dict[str, dict[str, Any]] = {
        "make": {"offering_id": "P-NONE", "language": "en", "starts_at": "2027-01-11T10:00+01:00", "capacity": 30},
        "change": {},
        "assign": {},
        "count": {"bookings": []},
    }
    before = rows()
    for name, field, row, value in tries():
        answer = send(client, calls[name], json.dumps({**sound[name], field: value}).encode())
        assert answer.status_code in REFUSED | {404, 409}, (name, field, row, answer.status_code, answer.text[:300])
        told = body_of(answer, answer.status_code)
        if answer.status_code == 422 and (name, field, row) not in MAY_BE_LEFT_OUT:
            named = {error["field"] for error in told["errors"]}
            assert field in named or "offering_id" in named or (name, field) == ("count", "attended"), (name, row, told)
            assert all(error["message"] for error in told["errors"]), (name, row, told)
    assert rows() == before


def test_parameters_of_the_calendar_are_read_strictly(
    client: FlaskClient, calls: dict[str, tuple[str, str, dict[str, str]]]
) -> None:
    header = calls["make"][2]
    for query in (
        "from=0001-01-01&to=9999-12-31",
        "from=2026-13-01",
        "from=soon",
        "from=2026-12-14&from=2026-12-15",
        "station=%00",
        "station=' OR 1=1",
        "cursor=" + "x" * 5_000,
        "from=2026-12-14T10:00",
        "from=%EF%BC%92%EF%BC%90%EF%BC%92%EF%BC%96-12-14",
    ):
        answer = client.get(f"{API}/events?{query}", headers=header)
        assert answer.status_code in REFUSED | {404}, (query, answer.status_code)
        body_of(answer, answer.status_code)


def test_codes_that_are_none_are_not_found(
    client: FlaskClient, calls: dict[str, tuple[str, str, dict[str, str]]]
) -> None:
    header = calls["make"][2]
    for code in ("x" * 5_000, "%00", "%ff", "..%2f..%2fetc", "%27%20OR%201=1", "VIE-X1%20", "0", "-1"):
        for method, rest in (("GET", ""), ("PATCH", ""), ("PUT", "/assignment"), ("PUT", "/attendance")):
            answer = client.open(f"{API}/events/{code}{rest}", method=method, headers=header, json={"guide": None})
            assert answer.status_code in {400, 404, 422}, (method, code, answer.status_code)
