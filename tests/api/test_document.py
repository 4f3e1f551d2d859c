"""The document of the API: it is up to date, it says what is there, and a page lets people read it."""

import json
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from booking.attendance.report_schemas import ReadingIn
from booking.attendance.schemas import AttendanceIn
from booking.http import openapi
from booking.http.openapi import document, operations
from tests.api.calls import API, body_of
from tests.guards.tree import ROOT

FILES = {
    "/exports/attendance.csv": "text/csv",
    "/exports/attendance.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "/exports/attendance.jsonl": "application/x-ndjson",
}
CALLS = {
    *(("get", path) for path in FILES),
    ("get", "/stations"),
    ("get", "/stations/{code}"),
    ("patch", "/stations/{code}"),
    ("put", "/stations/{code}/languages"),
    ("get", "/stations/{code}/holidays"),
    ("post", "/stations/{code}/holidays"),
    ("patch", "/holidays/{code}"),
    ("delete", "/holidays/{code}"),
    ("get", "/reports"),
    ("get", "/offerings"),
    ("get", "/offerings/{offering_id}"),
    ("get", "/slots"),
    ("get", "/slots/why-not"),
    ("post", "/requests/check"),
    ("post", "/requests"),
    ("get", "/desk/requests"),
    ("get", "/desk/requests/{asked}"),
    ("post", "/desk/requests/{asked}/accept"),
    ("post", "/desk/requests/{asked}/propose"),
    ("post", "/desk/requests/{asked}/question"),
    ("post", "/desk/requests/{asked}/refuse"),
    ("post", "/desk/requests/{asked}/take-back"),
    ("post", "/desk/requests/{asked}/list-received"),
    ("post", "/holds"),
    ("post", "/holds/{hold}/release"),
    ("post", "/bookings"),
    ("get", "/bookings/{reference}"),
    ("patch", "/bookings/{reference}"),
    ("post", "/bookings/{reference}/accept"),
    ("post", "/bookings/{reference}/cancel"),
    ("post", "/catalogue/offerings"),
    ("get", "/catalogue/offerings/{code}"),
    ("patch", "/catalogue/offerings/{code}"),
    ("get", "/materials"),
    ("get", "/events"),
    ("post", "/events"),
    ("get", "/events/{code}"),
    ("patch", "/events/{code}"),
    ("get", "/events/{code}/bookings"),
    ("put", "/events/{code}/assignment"),
    ("get", "/events/{code}/attendance"),
    ("post", "/events/{code}/attendance-report"),
    ("delete", "/events/{code}/attendance-report"),
    ("post", "/events/{code}/attendance-report/look"),
    ("post", "/events/{code}/attendance-report/accept"),
    ("put", "/events/{code}/attendance"),
    ("put", "/events/{code}/partners/{partner}"),
    ("delete", "/events/{code}/partners/{partner}"),
    ("put", "/events/{code}/partners/{partner}/co-host"),
    ("post", "/desk/bookings"),
    ("post", "/desk/bookings/{booking}/restore"),
    ("get", "/desk/bookings/{booking}/trail"),
    ("post", "/desk/events/{code}/restore"),
    ("get", "/desk/events/{code}/trail"),
    ("post", "/desk/events/{code}/messages"),
    ("get", "/desk/organisations/pairs"),
    ("post", "/desk/organisations/merges"),
    ("post", "/desk/organisations/merges/{merge}/part"),
    ("get", "/webhooks"),
    ("post", "/webhooks"),
    ("get", "/webhooks/{code}"),
    ("patch", "/webhooks/{code}"),
    ("delete", "/webhooks/{code}"),
    ("post", "/webhooks/{code}/secret"),
    ("post", "/webhooks/{code}/test"),
    ("get", "/webhooks/{code}/messages"),
    ("post", "/webhooks/messages/{message}/send-again"),
    ("get", "/closures"),
    ("post", "/closures"),
    ("get", "/closures/{code}"),
    ("patch", "/closures/{code}"),
    ("post", "/closures/{code}/lift"),
    ("get", "/closure-operations/{code}"),
    ("post", "/closure-operations/{code}/undo"),
    ("get", "/mail-texts"),
    ("get", "/mail-texts/{kind}"),
    ("put", "/mail-texts/{kind}"),
    ("get", "/events/{code}/limits"),
    ("get", "/limits"),
    ("post", "/limits"),
    ("get", "/limits/{code}"),
    ("patch", "/limits/{code}"),
    ("delete", "/limits/{code}"),
    ("get", "/offerings/{code}/limits"),
}
OF_EVERYBODY = {"stations", "offerings", "slots", "requests", "holds", "bookings"}
"""The first words of the calls that need no token; what is below any other is the staff's."""
OF_STAFF_ALL_THE_SAME = {"/offerings/{code}/limits"}


@pytest.fixture
def described(shared_app: Flask) -> dict[str, Any]:
    with shared_app.app_context():
        return document(shared_app)


def references(value: object) -> set[str]:
    """Every schema that something refers to."""
    return set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(value)))


def test_the_document_is_served_and_is_the_one_in_docs(client: FlaskClient) -> None:
    served = body_of(client.get(f"{API}/openapi.json"))
    kept = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
    assert served == kept, "write it again: booking openapi > docs/openapi.json"


def test_it_describes_every_call_and_nothing_else(described: dict[str, Any], shared_app: Flask) -> None:
    found = {(method, path.removeprefix(API)) for method, path, _ in operations(described)}
    assert described["openapi"] == "3.1.0"
    assert found == CALLS
    rules = {
        (method.lower(), re.sub(r"<(\w+)>", r"{\1}", rule.rule).removeprefix(API))
        for rule in shared_app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith(API) and rule.endpoint != "openapi.openapi_json"
    }
    assert rules == CALLS


def test_every_call_is_named_told_and_answered(described: dict[str, Any]) -> None:
    names = []
    for _method, path, call in operations(described):
        names.append(call["operationId"])
        assert call["summary"].endswith(".")
        assert {one["name"] for one in call["parameters"] if one["in"] == "path"} == set(re.findall(r"{(\w+)}", path))
        for status, answer in call["responses"].items():
            kinds = list(answer.get("content", {}))
            is_error = status == "default" or int(status) >= 400
            good = [FILES.get(path.removeprefix(API), "application/json")]
            assert kinds == (["application/problem+json"] if is_error else [] if status == "204" else good)
    assert len(set(names)) == len(names) == len(CALLS)


def test_every_schema_is_there_and_used(described: dict[str, Any]) -> None:
    assert references(described) == set(described["components"]["schemas"])


def test_calls_of_a_booking_and_of_staff_say_which_token_they_need(described: dict[str, Any]) -> None:
    for scheme in described["components"]["securitySchemes"].values():
        assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    for _method, path, call in operations(described):
        below = path.removeprefix(API)
        of_staff = below in OF_STAFF_ALL_THE_SAME or "/stations/{" in below
        everybody = below.split("/")[1] in OF_EVERYBODY and not of_staff
        needed = "bookingToken" if "{reference}" in path else "" if everybody else "staffToken"
        assert call.get("security", []) == ([{needed: []}] if needed else [])


def test_headers_that_matter_are_described(described: dict[str, Any]) -> None:
    calls = {(method, path.removeprefix(API)): call for method, path, call in operations(described)}
    key = calls["post", "/bookings"]["parameters"][0]
    assert (key["name"], key["in"], key["required"]) == ("Idempotency-Key", "header", True)
    assert "Idempotent-Replayed" in calls["post", "/bookings"]["responses"]["201"]["headers"]
    assert "Retry-After" in calls["post", "/bookings"]["responses"]["429"]["headers"]
    assert "ETag" in calls["get", "/events/{code}"]["responses"]["200"]["headers"]
    assert "ETag" in calls["patch", "/bookings/{reference}"]["responses"]["200"]["headers"]
    assert calls["post", "/bookings"]["requestBody"]["required"]
    assert not calls["post", "/bookings/{reference}/cancel"]["requestBody"]["required"]
    explode = {one["name"]: one.get("explode", True) for one in calls["get", "/slots"]["parameters"]}
    assert (explode["language"], explode["weekdays"], explode["station"]) == (True, False, False)


def test_what_is_sent_of_attendance_has_an_example_that_can_be_sent() -> None:
    for shape in (AttendanceIn, ReadingIn):
        examples = shape.model_json_schema()["examples"]
        assert [shape.model_validate(one).model_dump(mode="json", include=set(one)) for one in examples] == examples


def test_it_says_when_a_group_waits(described: dict[str, Any]) -> None:
    assert "CAP-02" in described["components"]["schemas"]["BookingIn"]["properties"]["wait"]["description"]


def test_people_read_it_on_pages_without_scripts_from_elsewhere(client: FlaskClient) -> None:
    overview = client.get("/api/docs")
    parts = sorted(set(re.findall(r'href="(/api/docs/[^"#]+)"', overview.text)))
    pages = [client.get(address) for address in parts]
    for answer in (overview, *pages):
        assert answer.status_code == 200
        assert len(answer.data) < 100_000
        assert re.findall(r'(?:src|href)="(?:https?:)?//', answer.text) == []
        ids = re.findall(r'\bid="([^"]+)"', answer.text)
        assert len(set(ids)) == len(ids)
        assert set(re.findall(r'href="#([^"]+)"', answer.text)) <= set(ids)
    for method, path in CALLS:
        name = f"{method.upper()} {API}{path}</code>"
        assert f"{name}</a>" in overview.text, (method, path)
        told = [f"{name}</h2>" in answer.text for answer in pages]
        assert told.count(True) == 1, (method, path)
    assert any("contact.email" in answer.text for answer in pages)
    for address in set(re.findall(r'href="(/api/docs/[^"#]+#[^"]+)"', overview.text)):
        page, _, anchor = address.partition("#")
        assert f'id="{anchor}"' in client.get(page).text
    assert client.get("/api/docs/nothing").status_code == 404


def test_a_part_with_too_many_calls_goes_on_on_another_page(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openapi, "MOST_ROWS", 40)
    addresses = set(re.findall(r'href="(/api/docs/[^"#]+)"', client.get("/api/docs").text))
    assert {"/api/docs/bookings", "/api/docs/bookings-2"} <= addresses
    assert 'id="post-bookings"' in client.get("/api/docs/bookings").text
    assert 'id="get-bookings--reference-"' in client.get("/api/docs/bookings-2").text
