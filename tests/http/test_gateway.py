"""From the server to the application, without a server."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from booking.http.gateway import KEPT_IN_MEMORY, REFUSED_BODY, Gateway

Event = dict[str, Any]
LIMIT = KEPT_IN_MEMORY * 2


def scope(path: bytes = b"/", *headers: tuple[bytes, bytes], query: bytes = b"") -> Event:
    """A request as a server describes it."""
    return {
        "type": "http",
        "method": "POST",
        "path": path.decode("utf-8", "replace"),
        "raw_path": path,
        "query_string": query,
        "headers": [(b"host", b"localhost"), *headers],
        "client": ("192.0.2.7", 4321),
        "server": ("127.0.0.1", 8000),
        "scheme": "http",
        "http_version": "1.1",
    }


def exchange(application: Callable[..., Any], request: Event, *pieces: bytes, seconds: float = 5) -> list[Event]:
    """What the gateway sends to a client whose body arrives in pieces; None in them is a client that has gone."""
    gateway = Gateway(application, threads=1, body_limit=LIMIT, body_seconds=seconds)
    waiting: list[Event] = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    waiting.append({"type": "http.request", "body": b"", "more_body": False})
    sent: list[Event] = []

    async def receive() -> Event:
        return waiting.pop(0)

    async def send(event: Event) -> None:
        sent.append(event)

    asyncio.run(gateway(request, receive, send))
    return sent


class Recorder:
    """An application that keeps what it was asked and answers with the length of the body."""

    def __init__(self) -> None:
        self.environ: dict[str, Any] = {}
        self.body = b""

    def __call__(self, environ: dict[str, Any], start: Callable[..., object]) -> list[bytes]:
        """Answer."""
        self.environ, self.body = environ, environ["wsgi.input"].read()
        start("200 OK", [("Content-Type", "text/plain"), ("X-Name", "é")])
        return [str(len(self.body)).encode()]


def test_a_request_arrives_as_it_was_sent() -> None:
    seen = Recorder()
    request = scope(
        b"/caf%C3%A9/%ff%2e", (b"content-type", b"a/b"), (b"content-length", b"5"), (b"x-y", b"1"), query=b"q=%ff"
    )
    sent = exchange(seen, request, b"ab", b"cde")
    assert seen.body == b"abcde"
    assert seen.environ["PATH_INFO"].encode("latin-1") == b"/caf\xc3\xa9/\xff."
    assert (seen.environ["QUERY_STRING"], seen.environ["CONTENT_TYPE"]) == ("q=%ff", "a/b")
    assert (seen.environ["CONTENT_LENGTH"], seen.environ["HTTP_X_Y"]) == ("5", "1")
    assert seen.environ["REMOTE_ADDR"] == "192.0.2.7"
    assert sent == [
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [(b"content-type", b"text/plain"), (b"x-name", b"\xe9")],
        },
        {"type": "http.response.body", "body": b"5", "more_body": False},
    ]


def test_headers_given_twice_are_joined_and_disguised_ones_left_out() -> None:
    seen = Recorder()
    exchange(
        seen,
        scope(b"/", (b"host", b"evil"), (b"cookie", b"a=1"), (b"cookie", b"b=2"), (b"x_forwarded_for", b"1.2.3.4")),
    )
    assert seen.environ["HTTP_HOST"] == "localhost,evil"
    assert seen.environ["HTTP_COOKIE"] == "a=1; b=2"
    assert "HTTP_X_FORWARDED_FOR" not in seen.environ


@pytest.mark.parametrize(
    "announced", [(), ((b"content-length", str(LIMIT).encode()),), ((b"transfer-encoding", b"x"),)]
)
def test_a_body_as_large_as_allowed_is_passed_on_whole(announced: tuple[tuple[bytes, bytes], ...]) -> None:
    seen = Recorder()
    exchange(seen, scope(b"/", *announced), b"a" * KEPT_IN_MEMORY, b"b" * KEPT_IN_MEMORY)
    assert (len(seen.body), seen.environ["CONTENT_LENGTH"], REFUSED_BODY in seen.environ) == (LIMIT, str(LIMIT), False)


@pytest.mark.parametrize("announced", [(), ((b"content-length", b"99999999999"),)])
def test_a_larger_one_reaches_the_application_without_its_body(announced: tuple[tuple[bytes, bytes], ...]) -> None:
    seen = Recorder()
    exchange(seen, scope(b"/", *announced), b"a" * LIMIT, b"b")
    assert (seen.body, seen.environ["CONTENT_LENGTH"], seen.environ[REFUSED_BODY]) == (b"", "0", 413)


def test_a_slow_one_reaches_it_without_its_body() -> None:
    seen = Recorder()
    gateway = Gateway(seen, threads=1, body_limit=LIMIT, body_seconds=0.1)

    async def receive() -> Event:
        await asyncio.sleep(0.03)
        return {"type": "http.request", "body": b"a", "more_body": True}

    async def send(_event: Event) -> None:
        """Nobody looks."""

    asyncio.run(gateway(scope(), receive, send))
    assert (seen.body, seen.environ[REFUSED_BODY]) == (b"", 408)


def test_a_client_that_has_gone_is_not_served() -> None:
    seen = Recorder()
    gateway = Gateway(seen, threads=1, body_limit=LIMIT, body_seconds=5)

    async def receive() -> Event:
        return {"type": "http.disconnect"}

    async def send(_event: Event) -> None:
        raise AssertionError

    asyncio.run(gateway(scope(), receive, send))
    assert seen.environ == {}


def test_an_answer_in_pieces_is_sent_in_pieces_and_closed() -> None:
    closed = threading.Event()

    def pieces() -> Iterator[bytes]:
        try:
            yield from (b"a", b"b", b"c")
        finally:
            closed.set()

    def application(_environ: dict[str, Any], start: Callable[..., object]) -> Iterator[bytes]:
        start("200 OK", [])
        return pieces()

    sent = exchange(application, scope())
    assert [(event.get("body"), event.get("more_body")) for event in sent[1:]] == [
        (b"a", True),
        (b"b", True),
        (b"c", False),
    ]
    assert closed.is_set()


def test_it_begins_before_the_first_request_and_ends_after_the_last() -> None:
    said: list[str] = []
    gateway = Gateway(
        Recorder(),
        threads=1,
        body_limit=LIMIT,
        body_seconds=5,
        begin=lambda: said.append("begin"),
        end=lambda: said.append("end"),
    )

    async def receive() -> Event:
        said.append("asked")
        return {}

    async def send(event: Event) -> None:
        said.append(event["type"])

    asyncio.run(gateway({"type": "lifespan"}, receive, send))
    assert said == ["asked", "begin", "lifespan.startup.complete", "asked", "end", "lifespan.shutdown.complete"]
