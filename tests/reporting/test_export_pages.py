"""The desk's page of exports: filters, files, limits, and names for a reason."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from booking import clock
from booking.accounts.models import AuditEntry
from booking.bookings.terms import BookingStatus
from booking.db import db
from booking.scheduling.terms import EventStatus
from tests.builders import NOW, make_booking, make_event, make_offering, make_organisation, make_station
from tests.signing_in import make_account, sign_in

FILE = "/desk/reports/attendance"
PAGE = "/desk/reports/export"


@pytest.fixture(autouse=True)
def _at_now(app: Flask) -> Iterator[None]:
    app.config["WTF_CSRF_ENABLED"] = False
    with clock.frozen(NOW):
        yield
    app.config["WTF_CSRF_ENABLED"] = True


@pytest.fixture
def desk(client: FlaskClient) -> FlaskClient:
    """A coordinator of Vienna; a month ago one group came there, and one to Geneva."""
    for code, school in (("VIE", "Inventedford"), ("GVA", "Inventedville")):
        held = make_event(make_offering(make_station(code)), NOW - timedelta(days=31), status=EventStatus.HELD)
        make_booking(held, make_organisation(school), size=4, status=BookingStatus.ATTENDED, attended=3)
    return sign_in(client, make_account("coordinator", "VIE"))


def parsed(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def personal_lines() -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == "export.personal")))


def test_it_opens_on_the_last_complete_month_and_says_what_is_in_it(desk: FlaskClient) -> None:
    page = desk.get(PAGE).text
    first = (NOW.date().replace(day=1) - timedelta(days=1)).replace(day=1)
    assert f"from={first.isoformat()}" in page
    assert 'Participants: <b class="num">' in page
    assert "Download XLSX" in page


def test_a_file_has_every_station_and_its_own_name(desk: FlaskClient) -> None:
    answer = desk.get(FILE)
    assert {row["organisation"] for row in parsed(answer.data)} == {"Inventedford", "Inventedville"}
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="attendance-')
    assert answer.headers["Cache-Control"] == "no-store"
    only = desk.get(f"{FILE}?station=VIE&columns=station,attended")
    assert parsed(only.data) == [{"station": "VIE", "attended": "3"}]


@pytest.mark.parametrize("address", [PAGE, FILE])
@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("from=2026-02-01&to=2026-01-01", "The period ends before it begins"),
        ("from=2000-01-01&to=2026-01-01", "at most 10 years"),
        ("from=2026-02-31", "Write a date as year, month and day"),
        ("station=XXX", "Choose one from the list"),
        ("columns=contact_email", "Choose one from the list"),
        ("file=exe", "Choose one from the list"),
    ],
)
def test_what_cannot_be_read_is_told_at_its_field(desk: FlaskClient, address: str, query: str, says: str) -> None:
    answer = desk.get(f"{address}?{query}")
    assert answer.status_code == 422
    assert says in answer.text
    assert "Download" not in answer.text


def test_names_need_a_reason(desk: FlaskClient) -> None:
    answer = desk.post(PAGE, data={"file": "csv", "reason": "why"})
    assert answer.status_code == 422
    assert "Write at least 10 characters" in answer.text
    assert not personal_lines()


def test_names_are_those_of_the_own_stations_and_the_reason_is_kept(desk: FlaskClient) -> None:
    answer = desk.post(PAGE, data={"file": "csv", "reason": "Bus strike: we ring every group"})
    rows = parsed(answer.data)
    assert [(row["organisation"], row["contact_name"]) for row in rows] == [("Inventedford", "Ada Invented")]
    [line] = personal_lines()
    assert line.after is not None
    assert line.after["reason"] == "Bus strike: we ring every group"
    assert line.after["stations"] == ["VIE"]
    other = desk.post(f"{PAGE}?station=GVA", data={"file": "csv", "reason": "Bus strike: we ring every group"})
    assert parsed(other.data) == []


def test_columns_are_kept_as_a_view(desk: FlaskClient) -> None:
    query = "station=VIE&columns=event_id&columns=attended"
    saved = desk.post("/desk/views", data={"page": "export", "query": query, "name": "For the yearbook"})
    assert saved.status_code == 303
    page = desk.get(PAGE).text
    assert "For the yearbook" in page
    assert "columns=event_id&amp;columns=attended" in page


@pytest.mark.parametrize("kind", ["csv", "xlsx", "jsonl"])
def test_guides_have_no_exports(client: FlaskClient, kind: str) -> None:
    make_station()
    guide = sign_in(client, make_account("guide", "VIE"))
    assert guide.get(f"{FILE}?file={kind}").status_code == 404
    assert guide.get(PAGE).status_code == 404
