"""Fetch a file from an address that somebody typed, without letting it reach inside (server-side request forgery).

A name is resolved once, every address it has is looked at, and the connection is made to one that was looked at: a name
that answers differently the second time gains nothing. Redirects are followed three times at most, each looked at like
the first. The answer is cut at a size and at a time. Made of the standard library, because the usual clients resolve
the name once more when they connect, and their time limits begin anew with every byte.
"""

import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

from booking.text import is_public, leads_inside

MOST_BYTES = 5 * 1024 * 1024
MOST_SECONDS = 15.0  # for everything: names, connections, redirects, the last byte
MOST_REDIRECTS = 3
LOOKED_AT_FOR = 3.0  # seconds that somebody who saves an address waits for its name
LONGEST_URL = 2_000
AGENT = "visits-and-events (reads calendars)"

_HEADERS: Mapping[str, str] = {
    "Accept": "text/calendar, */*;q=0.1",
    "Accept-Encoding": "identity",
    "Connection": "close",
    "User-Agent": AGENT,
}
_CHUNK = 64 * 1024
_MOST_TRIES = 4  # addresses of one name
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_REFUSALS: Mapping[int, str] = {401: "forbidden", 403: "forbidden", 404: "gone", 410: "gone"}
_VISIBLE = re.compile(r"[\x21-\x7e]+")
_VALIDATOR = re.compile(r"[\x20-\x7e]{1,200}")

RESOLVER = "booking.resolver"
"""Where an application keeps how names are looked up; tests put something else there."""

Resolver = Callable[[str, int], Sequence[str]]
"""The ip addresses of a host name and port; OSError where there are none."""


class FetchRefused(Exception):
    """Nothing was fetched; the text holds no address.

    `code`: address, inside, redirects, unreachable, certificate, too_slow, too_large, encoded, forbidden (401, 403),
    gone (404, 410), or answer: any other status.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: the body, or None where nothing has changed (304)."""

    body: bytes | None
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """How far one may go. `inside`: to addresses of this machine and over plain http, for tests and nobody else."""

    inside: bool = False
    most_bytes: int = MOST_BYTES
    most_seconds: float = MOST_SECONDS


STRICT = Limits()


def addresses_of(host: str, port: int) -> Sequence[str]:
    """Ask the system for the addresses of a name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[0]) for *_, place in found))


def check_address(url: str, limits: Limits = STRICT) -> SplitResult:
    """The parts of an address that may be asked; FetchRefused for one to which nobody should be sent.

    Looks at what is written and asks nobody: what its name stands for is looked at when it is fetched.
    """
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        raise FetchRefused("address") from None
    is_written_well = len(url) <= LONGEST_URL and _VISIBLE.fullmatch(url) and host and "@" not in parts.netloc
    if not is_written_well or parts.scheme not in ({"https", "http"} if limits.inside else {"https"}):
        raise FetchRefused("address")
    if not limits.inside and (port not in {None, 443} or leads_inside(host)):
        raise FetchRefused("inside")
    return parts


def _is_loopback(text: str) -> bool:
    try:
        return ipaddress.ip_address(text).is_loopback
    except ValueError:
        return False


def look_at(url: str, limits: Limits = STRICT, resolve: Resolver = addresses_of) -> None:
    """What is said of an address when it is saved: FetchRefused where it is none, or its name leads inside by now.

    A name that nobody knows yet passes: it is asked again each time that something is sent there.
    """
    parts = check_address(url, limits)
    try:
        _resolved(parts.hostname or "", parts.port or 443, limits, Deadline(LOOKED_AT_FOR), resolve)
    except FetchRefused as refused:
        if refused.code == "inside":
            raise


def fetch(
    url: str,
    *,
    etag: str = "",
    last_modified: str = "",
    limits: Limits = STRICT,
    resolve: Resolver = addresses_of,
) -> Fetched:
    """The file behind an address; raises FetchRefused. `etag` and `last_modified`: what the last answer carried."""
    deadline = Deadline(limits.most_seconds)
    conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    asked = Asked("GET", {**_HEADERS, **{name: value for name, value in conditions.items() if value}})
    for _ in range(MOST_REDIRECTS + 1):
        parts = check_address(url, limits)
        with connected(parts, limits, deadline, resolve) as stream, answered(stream, parts, asked, deadline) as answer:
            if answer.status not in _REDIRECTS:
                return _fetched(answer, limits, deadline)
            url = _next(url, answer)
    raise FetchRefused("redirects")


def _next(url: str, answer: http.client.HTTPResponse) -> str:
    try:
        return urljoin(url, answer.headers.get("Location", ""))
    except ValueError:
        raise FetchRefused("address") from None


class Deadline:
    """The moment at which the whole fetching is over."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds; FetchRefused when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise FetchRefused("too_slow")
        return left

    @property
    def is_over(self) -> bool:
        """Whether it has passed."""
        return time.monotonic() >= self._end


def _resolved(host: str, port: int, limits: Limits, deadline: Deadline, resolve: Resolver) -> list[str]:
    """The addresses of a name, all of them public; in a thread, since the system knows no time limit for it."""
    found: list[str] = []

    def ask() -> None:
        with suppress(OSError, ValueError):  # ValueError: a name that cannot be one
            found.extend(resolve(host, port))

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(deadline.left)
    if not found:
        raise FetchRefused("too_slow" if deadline.is_over else "unreachable")
    if not all(is_public(address) or (limits.inside and _is_loopback(address)) for address in found):
        raise FetchRefused("inside")
    return found[:_MOST_TRIES]


@contextmanager
def connected(parts: SplitResult, limits: Limits, deadline: Deadline, resolve: Resolver) -> Iterator[socket.socket]:
    """A connection to one of the addresses that were looked at, cut at the deadline whatever is going on."""
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    stream = _first_that_answers(_resolved(host, port, limits, deadline, resolve), port, deadline)
    with stream, stream.dup() as handle:
        cut = threading.Timer(deadline.left, _hang_up, (handle,))
        cut.daemon = True
        cut.start()
        try:
            yield stream
        finally:
            cut.cancel()
            cut.join()


def _hang_up(handle: socket.socket) -> None:
    """End the connection under whoever is reading from it."""
    with suppress(OSError):
        handle.shutdown(socket.SHUT_RDWR)


def _first_that_answers(addresses: Sequence[str], port: int, deadline: Deadline) -> socket.socket:
    for address in addresses:
        with suppress(OSError):
            return socket.create_connection((address, port), timeout=deadline.left)
    raise FetchRefused("too_slow" if deadline.is_over else "unreachable")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is sent: a method, headers beside the host, and a body."""

    method: str
    headers: Mapping[str, str]
    body: bytes | None = None


@contextmanager
def answered(
    stream: socket.socket, parts: SplitResult, asked: Asked, deadline: Deadline
) -> Iterator[http.client.HTTPResponse]:
    """The answer over this connection; whatever goes wrong on the way is a FetchRefused."""
    host = parts.hostname or ""
    connection = http.client.HTTPConnection(host)
    connection.auto_open = 0  # it never connects by itself: that would resolve the name again
    try:
        is_plain = parts.scheme == "http"
        connection.sock = stream if is_plain else ssl.create_default_context().wrap_socket(stream, server_hostname=host)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(asked.method, target, asked.body, {"Host": parts.netloc, **asked.headers})
        with closing(connection.getresponse()) as answer:
            yield answer
    except ssl.SSLCertVerificationError:
        raise FetchRefused("certificate") from None
    except (OSError, http.client.HTTPException, ValueError):
        raise FetchRefused("too_slow" if deadline.is_over else "unreachable") from None
    finally:
        connection.close()


def _fetched(answer: http.client.HTTPResponse, limits: Limits, deadline: Deadline) -> Fetched:
    validators = _validator(answer, "ETag"), _validator(answer, "Last-Modified")
    if answer.status == http.client.NOT_MODIFIED:
        return Fetched(None, *validators)
    if answer.status != http.client.OK:
        raise FetchRefused(_REFUSALS.get(answer.status, "answer"))
    if answer.headers.get("Content-Encoding", "identity").strip().lower() not in {"", "identity"}:
        raise FetchRefused("encoded")  # we asked for none: a small file may unfold into an endless one
    return Fetched(_body(answer, limits, deadline), *validators)


def _validator(answer: http.client.HTTPResponse, name: str) -> str:
    value = answer.headers.get(name, "")
    return value if _VALIDATOR.fullmatch(value) else ""


def _body(answer: http.client.HTTPResponse, limits: Limits, deadline: Deadline) -> bytes:
    if (answer.length or 0) > limits.most_bytes:
        raise FetchRefused("too_large")
    body = bytearray()
    while chunk := answer.read1(_CHUNK):
        body += chunk
        if len(body) > limits.most_bytes:
            raise FetchRefused("too_large")
    if deadline.is_over:
        raise FetchRefused("too_slow")
    if answer.length:
        raise FetchRefused("unreachable")  # it was cut off
    return bytes(body)
