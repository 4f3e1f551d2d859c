"""Headers of every answer."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from booking.http.headers import ALWAYS
from tests.http.conftest import make_app

EXPECTED = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def lacking(answer: TestResponse) -> list[str]:
    """The headers that are missing or wrong."""
    found = [name for name, value in EXPECTED.items() if answer.headers.getlist(name) != [value]]
    found += [] if answer.headers.get("Referrer-Policy") in {"same-origin", "no-referrer"} else ["Referrer-Policy"]
    found += [name for name in ("Cache-Control", "X-Request-Id") if len(answer.headers.getlist(name)) != 1]
    return found + [name for name in ("X-XSS-Protection", "X-Powered-By") if name in answer.headers]


def test_every_address_answers_with_every_header_whatever_it_answers(client: FlaskClient) -> None:
    rules = list(client.application.url_map.iter_rules())
    found = {}
    for rule in rules:
        path = re.sub(r"<[^>]*>", "x", rule.rule)
        for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS"):
            answer = client.open(path, method=method)
            if lacking(answer):
                found[method, path] = lacking(answer)
    assert len(rules) > 4
    assert found == {}


@pytest.mark.parametrize("path", ["/nowhere", "/api/v1/nowhere", "/breaks/unexpected", "/static/nothing.css", "/a%00b"])
def test_errors_carry_the_headers_too(visitor: FlaskClient, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status_code >= 400
    assert lacking(answer) == []


def test_a_foreign_host_is_refused_with_the_headers(visitor: FlaskClient) -> None:
    answer = visitor.get("/probe", base_url="http://evil.example")
    assert answer.status_code == 400
    assert lacking(answer) == []


def test_an_ordinary_page_is_kept_by_its_reader_only(visitor: FlaskClient) -> None:
    assert visitor.get("/probe").headers["Cache-Control"] == "private, no-cache"


def test_nobody_keeps_a_personal_page(visitor: FlaskClient) -> None:
    answer = visitor.get("/personal")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_a_page_with_a_secret_address_is_not_kept_and_tells_no_referrer(visitor: FlaskClient) -> None:
    answer = visitor.get("/secret/abc")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_a_file_whose_address_carries_its_hash_is_kept_for_ever(visitor: FlaskClient) -> None:
    kept = visitor.get("/static/css/site.css?v=abc")
    plain = visitor.get("/static/css/site.css")
    assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "immutable" not in plain.headers["Cache-Control"]
    assert lacking(kept) == lacking(plain) == []
    kept.close()
    plain.close()


def test_the_session_cookie_of_a_public_site_is_bound_to_it(tmp_path: Path) -> None:
    app = make_app(tmp_path, BOOKING_PUBLIC_URL="https://visits.example.org")
    answer = app.test_client().get("/set-password/x?lang=fr", base_url="https://visits.example.org")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_the_session_cookie_of_a_site_at_home_is_plain_but_hidden_from_scripts(visitor: FlaskClient) -> None:
    cookie = visitor.get("/probe").headers["Set-Cookie"]
    assert cookie.startswith("session=")
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Secure" not in cookie


def test_the_list_of_headers_is_the_one_promised() -> None:
    assert ALWAYS == EXPECTED
