"""Bodies and addresses that are read without guessing."""

import pytest
from flask.testing import FlaskClient

from booking.http.strict import own_address


def post(visitor: FlaskClient, body: bytes, kind: str = "application/json") -> tuple[int, object]:
    """What the probe of the API answers to a body."""
    answer = visitor.post("/api/v1/probe", data=body, content_type=kind)
    return answer.status_code, answer.get_json()


def test_plain_json_is_read(visitor: FlaskClient, done: list[str]) -> None:
    body = '{"size": 28, "share": 0.5, "name": "Lycée 東", "list": [[1], {"a": null}], "n": -999999999999999999}'
    expected = {"size": 28, "share": 0.5, "name": "Lycée 東", "list": [[1], {"a": None}], "n": -999999999999999999}
    assert post(visitor, body.encode()) == (200, expected)
    assert post(visitor, b"{}", "application/json; charset=UTF-8") == (200, {})
    assert len(done) == 2


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"a": ' + b"[" * 32 + b"]" * 32 + b"}",
        b'{"size": NaN}',
        b'{"size": Infinity}',
        b'{"size": -Infinity}',
        b'{"size": 1e999}',
        b'{"size": 5, "size": 500}',
        b'{"inner": {"a": 1, "a": 2}}',
        b'{"size": ' + b"1" * 5_000 + b"}",
        b'{"size": 1234567890123456789}',
        b'{"name": "\\ud800"}',
        b'{"\\udfff": 1}',
        b'{"name": "a\\u0000b"}',
        b'{"name": "a\x00b"}',
        b'{"name": "\xff\xfe"}',
        '{"size": 1}'.encode("utf-16"),
        b"\xef\xbb\xbf{}",
        b"[]",
        b"1",
        b'"text"',
        b"",
        b"{",
        b"{'a': 1}",
    ],
    ids=lambda body: repr(body[:24]),
)
def test_what_is_ambiguous_or_broken_is_refused(visitor: FlaskClient, done: list[str], body: bytes) -> None:
    status, told = post(visitor, body)
    assert status == 400
    assert isinstance(told, dict)
    assert told["status"] == 400
    assert done == []


def test_thirty_two_levels_are_read(visitor: FlaskClient) -> None:
    assert post(visitor, b'{"a": ' + b"[" * 30 + b"]" * 30 + b"}")[0] == 200


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "", "application/json; charset=latin-1", "text/json"]
)
def test_only_json_in_utf_8_is_json(visitor: FlaskClient, done: list[str], kind: str) -> None:
    assert post(visitor, b'{"size": 1}', kind)[0] == 415
    assert done == []


@pytest.mark.parametrize("address", ["/", "/book", "/bookings/VE-1?size=5&lang=fr#size", "/9"])
def test_an_address_of_ours_is_gone_on_to(address: str) -> None:
    assert own_address(address, "/home") == address


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example",
        "/\\evil.example",
        "\t//evil",
        "/\t/evil",
        "https:evil.example",
        "http:///evil",
        "/%0a/evil",
        "/a\n//evil",
        "/a\\evil",
        "javascript:alert(1)",
        "https://ok@evil.example",
        "book",
        "/\u2028evil",
        "/a\x00",
        "",
        None,
    ],
)
def test_any_other_leads_home(address: str | None) -> None:
    assert own_address(address, "/home") == "/home"
