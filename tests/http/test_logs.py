"""Lines of the log."""

import json
import logging

import pytest
from flask.testing import FlaskClient

from booking.http.logs import JsonLines, network, places

CANARY = "canary-7Qz"


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    """What would stand in the log."""
    return [json.loads(JsonLines().format(record)) for record in caplog.records]


def test_a_request_leaves_one_line_with_its_route_and_no_address(
    visitor: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    answer = visitor.get(
        f"/secret/{CANARY}?t={CANARY}",
        headers={"User-Agent": CANARY},
        environ_base={"REMOTE_ADDR": "192.0.2.77"},
    )
    (line,) = [line for line in lines(caplog) if line["logger"] == "booking.requests"]
    assert line["route"] == "/secret/<token>"
    assert (line["method"], line["status"], line["ip"]) == ("GET", 200, "192.0.2.0/24")
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert CANARY not in json.dumps(lines(caplog))
    assert "192.0.2.77" not in json.dumps(lines(caplog))


@pytest.mark.parametrize("path", [f"/{CANARY}%00", f"/probe?size={CANARY}&size=2", f"/probe?{CANARY}=%ff"])
def test_hostile_input_leaves_one_line_for_whoever_watches(
    visitor: FlaskClient, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    visitor.get(path)
    found = [line for line in lines(caplog) if line["logger"] == "booking.security"]
    assert [(line["status"], bool(line["reason"])) for line in found] == [(400, True)]
    assert CANARY not in json.dumps(found)


def test_an_honest_request_leaves_none(visitor: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    visitor.get("/probe")
    visitor.get("/nowhere")
    assert [line for line in lines(caplog) if line["logger"] == "booking.security"] == []


def test_an_exception_is_told_by_kind_and_place_not_by_its_words() -> None:
    with pytest.raises(ValueError, match=CANARY) as caught:
        int(CANARY)
    error = RuntimeError(CANARY)
    error.__cause__ = caught.value
    told = places(error)
    assert CANARY not in str(told)
    assert [line for line in told if line.endswith("Error")] == ["ValueError", "RuntimeError"]
    assert any("test_logs.py" in line for line in told)


def test_a_line_stays_a_line_whatever_is_in_it() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "a\r\nb\x1b[31m\u2028", None, None)
    written = JsonLines().format(record)
    assert written.isascii()
    assert written.isprintable()


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("203.0.113.9", "203.0.113.0/24"),
        ("2001:db8:1:2::5", "2001:db8:1::/48"),
        ("", "unknown"),
        (None, "unknown"),
        ("evil\r\n", "unknown"),
    ],
)
def test_of_an_ip_the_network_is_kept(address: str | None, kept: str) -> None:
    assert network(address) == kept
