"""Requests that are refused before any view sees them."""

from collections.abc import Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=x"


def post(visitor: FlaskClient, token: str, body: bytes = b"", **more: Any) -> TestResponse:  # noqa: ANN401
    """A form with the visitor's token."""
    more.setdefault("content_type", FORM)
    return visitor.post("/probe", data=f"csrf_token={token}&".encode() + body, **more)


def test_a_form_with_the_token_of_its_session_is_taken(visitor: FlaskClient, token: str, done: list[str]) -> None:
    assert post(visitor, token, b"name=Ana").status_code == 200
    assert done == ["Ana"]


def test_a_form_without_a_token_changes_nothing(visitor: FlaskClient, done: list[str]) -> None:
    assert visitor.post("/probe", data={"name": "Ana"}).status_code == 400
    assert done == []


def test_a_token_of_another_session_changes_nothing(visitor: FlaskClient, token: str, done: list[str]) -> None:
    stranger = visitor.application.test_client()
    stranger.get("/probe")
    assert post(stranger, token).status_code == 400
    assert done == []


def test_a_token_in_the_address_changes_nothing(visitor: FlaskClient, token: str, done: list[str]) -> None:
    assert visitor.post(f"/probe?csrf_token={token}", data={"name": "Ana"}).status_code == 400
    assert done == []


@pytest.mark.parametrize("site", ["cross-site", "same-site", "rubbish"])
def test_a_browser_that_says_another_site_sends_it_is_believed(
    visitor: FlaskClient, token: str, done: list[str], site: str
) -> None:
    assert post(visitor, token, headers={"Sec-Fetch-Site": site}).status_code == 403
    assert done == []


@pytest.mark.parametrize("origin", ["http://evil.example", "https://localhost.evil.example", "http://localhost:1", "x"])
def test_a_foreign_origin_changes_nothing(visitor: FlaskClient, token: str, done: list[str], origin: str) -> None:
    assert post(visitor, token, headers={"Origin": origin}).status_code == 403
    answer = visitor.post("/api/v1/probe", json={}, headers={"Origin": origin})
    assert answer.status_code == 403
    assert done == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "null"},
    ],
)
def test_our_own_pages_may_send_forms(
    visitor: FlaskClient, token: str, done: list[str], headers: dict[str, str]
) -> None:
    assert post(visitor, token, headers=headers).status_code == 200
    assert len(done) == 1


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "application/xml", ""])
def test_a_page_takes_forms_only(visitor: FlaskClient, done: list[str], kind: str) -> None:
    assert visitor.post("/probe", data=b'{"name": 1}', content_type=kind).status_code == 415
    assert done == []


@pytest.mark.parametrize("body", [b"name=%ff%fe", b"name=\xff", b"%ff=1", b"name=%ed%a0%80"])
def test_a_form_that_is_no_utf_8_is_refused_not_repaired(
    visitor: FlaskClient, token: str, done: list[str], body: bytes
) -> None:
    assert post(visitor, token, body).status_code == 400
    assert done == []


def encoded(kind: str, fields: Mapping[str, bytes]) -> bytes:
    """A form as it travels; a multipart one with x as its boundary."""
    if kind == FORM:
        return b"&".join(name.encode() + b"=" + value for name, value in fields.items())
    parts = (
        b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), value)
        for name, value in fields.items()
    )
    return b"".join(parts) + b"--x--\r\n"


def test_a_multipart_form_is_taken_if_it_is_utf_8(visitor: FlaskClient, token: str, done: list[str]) -> None:
    for name, status in (("Zoë".encode(), 200), (b"\xff\xfe", 400)):
        body = encoded(PARTS, {"csrf_token": token.encode(), "name": name})
        assert visitor.post("/probe", data=body, content_type=PARTS).status_code == status
    assert done == ["Zoë"]


@pytest.mark.parametrize("path", ["/probe?size=%ff", "/probe?size=%00", "/a%00b", "/a%0d%0aX: y", "/probe?%1b=1"])
def test_an_address_that_is_no_text_is_refused(visitor: FlaskClient, path: str) -> None:
    assert visitor.get(path).status_code == 400


def test_a_path_that_is_no_utf_8_is_refused(visitor: FlaskClient) -> None:
    assert visitor.get("/", environ_overrides={"PATH_INFO": "/\xff"}).status_code == 400


def test_a_parameter_meant_once_and_given_twice_is_refused(visitor: FlaskClient) -> None:
    assert visitor.get("/probe?size=5").get_json()["size"] == "5"
    assert visitor.get("/probe?size=5&size=500").status_code == 400


@pytest.mark.parametrize("kind", [FORM, PARTS])
def test_too_large_a_field_is_refused(visitor: FlaskClient, token: str, done: list[str], kind: str) -> None:
    body = encoded(kind, {"csrf_token": token.encode(), "name": b"a" * 600_000})
    assert visitor.post("/probe", data=body, content_type=kind).status_code == 413
    assert done == []


@pytest.mark.parametrize("kind", [FORM, PARTS])
def test_too_many_fields_are_refused(visitor: FlaskClient, token: str, done: list[str], kind: str) -> None:
    many = {f"field{number}": b"1" for number in range(2_000)}
    body = encoded(kind, {"csrf_token": token.encode(), **many})
    assert visitor.post("/probe", data=body, content_type=kind).status_code == 413
    assert done == []


@pytest.mark.parametrize("path", ["/probe", "/api/v1/probe"])
def test_a_body_over_5_mb_is_refused(visitor: FlaskClient, done: list[str], path: str) -> None:
    kind = "application/json" if path.startswith("/api/") else FORM
    assert visitor.post(path, data=b"a" * (5 * 1024 * 1024 + 1), content_type=kind).status_code == 413
    assert done == []


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("override", [{"X-HTTP-Method-Override": "POST"}, {"X-Method-Override": "POST"}])
def test_reading_changes_nothing_whatever_method_a_header_names(
    visitor: FlaskClient, done: list[str], method: str, override: dict[str, str]
) -> None:
    visitor.open("/probe?_method=POST", method=method, headers=override)
    answer = visitor.open("/api/v1/probe", method=method, headers=override)
    assert answer.status_code == 405
    assert done == []


def test_an_address_that_cannot_do_it_says_what_it_can(visitor: FlaskClient) -> None:
    for answer in (visitor.delete("/probe"), visitor.put("/api/v1/probe", json={})):
        assert answer.status_code == 405
        assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost:80@evil", "a b", ""])
def test_a_host_that_is_not_ours_is_refused(visitor: FlaskClient, host: str) -> None:
    assert visitor.get("/probe", headers={"Host": host}).status_code == 400


def test_forwarded_headers_are_not_believed_without_a_proxy(visitor: FlaskClient) -> None:
    forged = {"X-Forwarded-For": "1.2.3.4", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    assert visitor.get("/probe", headers=forged).status_code == 200


@pytest.mark.parametrize("cookie", ["session=eyJ4IjoxfQ.x.y", "session=" + "a" * 8_000, "session=.e.", "session=\xff"])
def test_a_forged_cookie_is_nobody(visitor: FlaskClient, cookie: str) -> None:
    assert visitor.get("/probe", headers={"Cookie": cookie}).status_code == 200


@pytest.mark.parametrize("wish", ["xx", "../de", "en\r\nSet-Cookie:a=b", "en-" * 3_000])
def test_a_strange_wish_for_a_language_is_passed_over(visitor: FlaskClient, wish: str) -> None:
    header = wish.replace("\r\n", " ")
    assert visitor.get("/probe", headers={"Accept-Language": header}).status_code == 200
    answer = visitor.get("/probe", query_string={"lang": wish})
    assert answer.status_code == (400 if "\r" in wish else 200)
    assert "a=b" not in answer.headers.get("Set-Cookie", "")


@pytest.mark.parametrize("number", ["9223372036854775808", "2147483648", "9" * 5_000, "\u0661", "-1", "1e3"])
def test_a_number_in_the_address_that_no_row_can_have_is_found_nowhere(visitor: FlaskClient, number: str) -> None:
    assert visitor.get("/things/999999999").text == "999999999"
    assert visitor.get(f"/things/{number}").status_code == 404
