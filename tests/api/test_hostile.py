"""What nobody should send, to every route: never a 5xx, never half written, never obeyed."""

import json
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from booking.accounts.access import audience_of
from booking.accounts.models import AuditEntry
from booking.bookings.models import Booking, IdempotencyKey, Organisation
from booking.db import db
from booking.notices.models import Notice
from booking.scheduling.models import Event
from tests.api.calls import API, Json, bearer, body_of, book, fields_of, group, post
from tests.builders import make_event, make_guide, make_offering, make_station

TABLES = (Booking, Organisation, IdempotencyKey, Notice, AuditEntry, Event)
REFUSED = {400, 413, 415, 422}


@pytest.fixture
def event(client: FlaskClient) -> Event:  # noqa: ARG001  the database is there first
    station = make_station()
    make_guide(station)
    return make_event(make_offering(station))


@pytest.fixture
def slot(event: Event) -> str:
    return f"e.{event.code}"


@pytest.fixture
def own(client: FlaskClient, slot: str) -> tuple[str, dict[str, str]]:
    """Path and header of a booking."""
    booked = book(client, group(slot=slot, size=10, accompanying_adults=1))
    return f"/bookings/{body_of(booked, 201)['reference']}", bearer(booked)


def rows() -> list[int]:
    """How much is written."""
    return [db.session.execute(select(func.count()).select_from(model)).scalar_one() for model in TABLES]


def writing(own: tuple[str, dict[str, str]]) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Every call that takes a body: method, path, headers."""
    yield "POST", "/bookings", {"Idempotency-Key": "k"}
    yield "POST", "/holds", {}
    yield "POST", "/requests/check", {}
    yield "PATCH", own[0], own[1]
    yield "POST", f"{own[0]}/cancel", own[1]


def send(client: FlaskClient, call: tuple[str, str, dict[str, str]], data: bytes, kind: str) -> TestResponse:
    method, path, headers = call
    return client.open(API + path, method=method, data=data, content_type=kind, headers=headers)


JSON = "application/json"
BODIES: dict[str, tuple[bytes, str]] = {
    "A05 nested": (b"[" * 100_000, JSON),
    "A05 nested objects": (b'{"a":' * 100_000, JSON),
    "A06 NaN": (b'{"size": NaN}', JSON),
    "A06 Infinity": (b'{"size": -Infinity}', JSON),
    "A07 key twice": (b'{"size": 5, "size": 500}', JSON),
    "A08 5,000 digits": (b'{"size": ' + b"9" * 5_000 + b"}", JSON),
    "A08 large exponent": (b'{"size": 1e999}', JSON),
    "A18 an array of requests": (b'[{"size": 4}, {"size": 4}, {"size": 4}]', JSON),
    "A19 NUL": (b'{"note": "a\\u0000b"}', JSON),
    "A20 lone surrogate": (b'{"note": "\\ud800"}', JSON),
    "A21 no UTF-8": (b'{"note": "\xff\xfe"}', JSON),
    "A69 text/plain": (b'{"size": 5}', "text/plain"),
    "A69 a form": (b"size=5", "application/x-www-form-urlencoded"),
    "A04 many parts": (b"&".join(b"size=5" for _ in range(2_000)), "application/x-www-form-urlencoded"),
    "UTF-16": ('{"size": 5}'.encode("utf-16"), JSON),
    "other charset": (b'{"size": 5}', "application/json; charset=latin-1"),
    "no JSON": (b"{", JSON),
    "a number": (b"5", JSON),
    "A89 too large": (b'{"note": "' + b"x" * (5 * 1024 * 1024) + b'"}', JSON),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_broken_body_is_refused_by_every_call(
    client: FlaskClient, own: tuple[str, dict[str, str]], name: str
) -> None:
    before = rows()
    for call in writing(own):
        answer = send(client, call, *BODIES[name])
        assert answer.status_code in REFUSED, (call, answer.text)
        assert answer.content_type == "application/problem+json"
    assert rows() == before


SIZES = {
    "A09": -1,
    "A10": 0,
    "A11": 2_147_483_648,
    "A12": 999_999_999_999_999_999,
    "A13": 1e3,
    "a fraction": 2.5,
    "text": "5",
    "A14": "\uff11\uff12",
    "A15": "0x10",
    "true": True,
    "list": [5],
    "object": {"size": 5},
}


@pytest.mark.parametrize("name", SIZES)
@pytest.mark.parametrize("field", ["size", "accompanying_adults", "youngest_age"])
def test_a_number_is_a_whole_number_in_its_limits(client: FlaskClient, slot: str, name: str, field: str) -> None:
    value = SIZES[name]
    if value == 0 and value is not False and field != "size":
        value = -7
    assert fields_of(book(client, group(**{"slot": slot, field: value}))) == [field]
    if field == "size":
        assert fields_of(post(client, "/holds", {"slot": slot, "size": value})) == ["size"]
    assert rows() == [0, 0, 0, 0, 0, 1]


UNKEEPABLE = {
    "A01 1 MB": "x" * 1_000_000,
    "A23 nothing to see": "\u200b\u200d\u2060",
    "A26 escape": "Schule \x1b[31m",
    "A26 lines": "Schule\r\nBcc: e@example.org",
    "tab": "Schule\tWien",
    "U+2028": "Schule\u2028Wien",
    "broken": "Schule \ufffd",
    "201 characters": "x" * 201,
    "empty": "",
}


@pytest.mark.parametrize("name", UNKEEPABLE)
def test_a_name_that_cannot_be_kept_is_refused_and_named(client: FlaskClient, slot: str, name: str) -> None:
    school = {"name": UNKEEPABLE[name], "country": "KR"}
    assert fields_of(book(client, group(slot=slot, organisation=school))) == ["organisation.name"]
    assert rows() == [0, 0, 0, 0, 0, 1]


@pytest.mark.parametrize(
    "address",
    [
        "a@x.org\r\nBcc: e@x.org",
        '"q q"@x.org',
        "a,b@x.org",
        "a@[127.0.0.1]",
        "a@localhost",
        f"{'a' * 65}@x.org",
        "a@x.org\x00",
        "",
        "nobody",
        5,
        None,
    ],
)
def test_an_address_is_one_plain_address(client: FlaskClient, slot: str, address: object) -> None:
    answer = post(client, "/bookings", group(slot=slot, contact={"email": address}), Idempotency_Key="k")
    assert fields_of(answer) == ["contact.email"] if address != "a@x.org\x00" else answer.status_code == 400
    assert rows() == [0, 0, 0, 0, 0, 1]


LITERAL = {
    "A24 emoji": "👨‍👩‍👧‍👦" * 25,
    "A24 marks": "e" + "\u0301" * 100,
    "A27": "<script>alert(1)</script>",
    "A28": '"><img src=x onerror=alert(1)>',
    "A30": "</textarea><svg/onload=1>",
    "A31 jinja": "{{7*7}}",
    "A31 shell": "${7*7}",
    "A31 format": "%s%n{0}",
    "A33": "</script><script>",
    "A37": "%' OR '1'='1 _ %",
    "right to left": "مدرسة فيينا",
}


@pytest.mark.parametrize("name", LITERAL)
def test_odd_names_are_stored_literally_and_given_back_so(client: FlaskClient, slot: str, name: str) -> None:
    text = LITERAL[name]
    booked = book(client, group(slot=slot, organisation={"name": text, "country": "KR"}, note=text, group_label="5b"))
    seen = client.get(f"{API}/bookings/{body_of(booked, 201)['reference']}", headers=bearer(booked))
    found = body_of(seen)
    assert (found["organisation"]["name"], found["note"]) == (unicodedata.normalize("NFC", text),) * 2


def test_signs_that_turn_text_around_are_taken_out(client: FlaskClient, slot: str) -> None:
    booked = book(client, group(slot=slot, organisation={"name": "Schule \u202eexe.", "country": "KR"}))
    seen = client.get(f"{API}/bookings/{body_of(booked, 201)['reference']}", headers=bearer(booked))
    assert body_of(seen)["organisation"]["name"] == "Schule exe."


def test_two_spellings_of_a_name_are_one_school(client: FlaskClient, slot: str) -> None:
    body_of(
        book(client, group(slot=slot, size=10, organisation={"name": "Ecole Lyce\u0301e STRASSE", "country": "FR"})),
        201,
    )
    again = book(
        client, group(slot=slot, size=10, organisation={"name": "ecole lyc\u00e9e stra\u00dfe", "country": "FR"})
    )
    assert [one["rule"] for one in body_of(again, 409)["refusals"]] == ["DUP-01"]


EXTRA = {
    "role": "admin",
    "status": "attended",
    "station_id": 2,
    "taken": 0,
    "id": 1,
    "reference": "VE-AAAA-BBBB-CC",
    "token": "x",
    "price": -1,
    "capacity": 1_000,
    "generation": 9,
    "late": True,
    "__proto__": {},
}


def test_fields_that_nobody_asked_for_are_passed_over(client: FlaskClient, slot: str) -> None:
    booked = book(client, {**group(slot=slot), **EXTRA})
    found = body_of(booked, 201)
    row = db.session.execute(select(Booking)).scalar_one()
    assert (found["status"], row.reference != EXTRA["reference"], row.generation, row.late) == (
        "confirmed",
        True,
        1,
        False,
    )
    kept = db.session.execute(select(Event)).scalar_one()
    assert (kept.taken, kept.capacity) == (24, 35)
    header = bearer(booked)
    changed = client.patch(
        f"{API}/bookings/{found['reference']}", json={**EXTRA, "late": False, "size": 20}, headers=header
    )
    assert (body_of(changed)["status"], body_of(changed)["size"]) == ("confirmed", 20)


WRONG: dict[str, tuple[Json, str]] = {
    "organisation is text": ({"organisation": "School"}, "organisation"),
    "organisation without name": ({"organisation": {"country": "KR"}}, "organisation.name"),
    "type unknown": ({"organisation": {"name": "A", "country": "KR", "type": "army"}}, "organisation.type"),
    "state unknown": (
        {"organisation": {"name": "A", "country": "US", "subdivision": "US-XX"}},
        "organisation.subdivision",
    ),
    "zone unknown": ({"contact": {"email": "a@example.org", "time_zone": "Mars"}}, "contact.time_zone"),
    "zone is a path": ({"contact": {"email": "a@example.org", "time_zone": "../UTC"}}, "contact.time_zone"),
    "mails in no language": ({"contact": {"email": "a@example.org", "language": "xx"}}, "contact.language"),
    "contact is a list": ({"contact": []}, "contact"),
    "language unknown": ({"language": "../de"}, "language"),
    "language with a line": ({"language": "en\r\nSet-Cookie:a=b"}, "language"),
    "theme unknown": ({"theme": "no-such-theme"}, "theme"),
    "theme with signs": ({"theme": "' OR 1=1"}, "theme"),
    "access unknown": ({"accessibility": ["epilepsy"]}, "accessibility"),
    "access is text": ({"accessibility": "captions"}, "accessibility"),
    "too many access needs": ({"accessibility": ["other"] * 9}, "accessibility"),
    "tester without address": ({"technical_contact": {"name": "Bo"}}, "technical_contact.email"),
    "note too long": ({"note": "x" * 10_001}, "note"),
    "note is a number": ({"note": 5}, "note"),
    "label too long": ({"group_label": "x" * 61}, "group_label"),
    "wait is text": ({"wait": "yes"}, "wait"),
    "hold is an object": ({"hold": {}, "slot": None}, "hold"),
    "hold too long": ({"hold": "x" * 256, "slot": None}, "hold"),
}


@pytest.mark.parametrize("name", WRONG)
def test_every_field_that_cannot_be_read_is_named(client: FlaskClient, slot: str, name: str) -> None:
    values, field = WRONG[name]
    assert fields_of(book(client, group(**{"slot": slot, **values}))) == [field]
    assert rows() == [0, 0, 0, 0, 0, 1]


def test_all_that_is_wrong_is_named_at_once(client: FlaskClient, slot: str) -> None:
    body = group(slot=slot, size="x", note=5, contact={"email": "nobody"})
    assert sorted(fields_of(book(client, body))) == ["contact.email", "note", "size"]


def test_countries_are_asked_of_the_rules(client: FlaskClient, slot: str) -> None:
    for country in ("UK", "ZZ", "kr", "' OR 1=1"):
        answer = book(client, group(slot=slot, organisation={"name": "A", "country": country}))
        assert [one["rule"] for one in body_of(answer, 409)["refusals"]] == ["REQ-02"]


@pytest.mark.parametrize("site", ["https://evil.example", "http://localhost.evil.example", "https://evil.example:80"])
def test_another_sites_page_books_nothing(client: FlaskClient, slot: str, site: str) -> None:
    headers = {"Idempotency-Key": "k", "Origin": site}
    body_of(client.post(f"{API}/bookings", json=group(slot=slot), headers=headers), 403)
    cross = {"Idempotency-Key": "k", "Sec-Fetch-Site": "cross-site"}
    body_of(client.post(f"{API}/bookings", json=group(slot=slot), headers=cross), 403)
    assert rows() == [0, 0, 0, 0, 0, 1]


def test_nothing_lets_another_sites_script_read(client: FlaskClient) -> None:
    answer = client.get(f"{API}/slots", headers={"Origin": "https://evil.example"})
    assert [name for name, _ in answer.headers if name.startswith("Access-Control")] == []


def _api_rules(app: Flask) -> list[Any]:
    return [rule for rule in app.url_map.iter_rules() if rule.rule.startswith(API)]


def test_reading_methods_change_nothing(app: Flask, client: FlaskClient, own: tuple[str, dict[str, str]]) -> None:
    before, tried = rows(), 0
    for rule in _api_rules(app):
        audience = audience_of(app.view_functions[rule.endpoint])
        if "GET" in rule.methods or audience not in {"everybody", "holder"}:
            continue  # the calls of staff have tests of their own
        path = rule.rule.replace("/bookings/<reference>", own[0]).replace("<hold>", "x")
        for method in ("GET", "HEAD", "PUT", "DELETE"):
            headers = {**own[1], "X-HTTP-Method-Override": "POST"}
            answer = client.open(f"{path}?_method=POST", method=method, headers=headers)
            allowed = method in {"GET", "HEAD"} and path == API + own[0]  # seen by the same address
            assert answer.status_code == (200 if allowed else 405)
            tried += 1
    assert (rows(), tried) == (before, 32)


def test_headers_are_on_errors_too_and_nothing_is_told_of_the_inside(client: FlaskClient, slot: str) -> None:
    answer = book(client, group(slot=slot, size="x"))
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Traceback" not in answer.text
    assert "pydantic" not in answer.text
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("accepted", ["xx", "../de", "en\tfr", "q" * 8_192, "*;q=nan", "fr;q=0.9;q=1"])
def test_any_accept_language_is_answered(client: FlaskClient, accepted: str) -> None:
    answer = client.get(f"{API}/slots?language=xx&lang=../de", headers={"Accept-Language": accepted})
    assert fields_of(answer) == ["language"]


def test_an_unknown_address_is_told_as_a_problem(client: FlaskClient) -> None:
    body_of(client.get(f"{API}/nothing"), 404)
    body_of(client.delete(f"{API}/stations"), 405)
    assert json.loads(client.get(f"{API}/nothing").data)["instance"].startswith("urn:request:")
