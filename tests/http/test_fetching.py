"""Files are fetched from where a person said, and from nowhere inside; slow, endless and folded answers are cut."""

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

import pytest

from booking.http.fetching import Fetched, FetchRefused, Limits, check_address, fetch
from booking.text import is_public
from tests.conclusive import in_time

INSIDE = Limits(inside=True)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/calendar\r\n"
Answer = Callable[[socket.socket], None]


class Server:
    """A server on this machine that answers each connection by the next of these; what it was asked is kept."""

    def __init__(self, answers: Sequence[Answer]) -> None:
        self.asked: list[bytes] = []
        self._answers = list(answers)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        for answer in self._answers:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                self.asked.append(connection.recv(10_000))
                try:
                    answer(connection)
                except OSError:
                    continue  # the reader has hung up

    def close(self) -> None:
        """Let nobody in any more."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes whoever waits for a connection, where the system does so
        self._listener.close()
        self._thread.join(1)


@contextmanager
def serving(*answers: bytes | Answer) -> Iterator[Server]:
    """A server with these answers, one for each connection."""
    server = Server([said(one) if isinstance(one, bytes) else one for one in answers])
    try:
        yield server
    finally:
        server.close()


def said(text: bytes) -> Answer:
    """Answer with these bytes."""
    return lambda connection: connection.sendall(text)


def body_of(text: bytes, head: bytes = HEAD) -> bytes:
    """A whole answer."""
    return head + b"Content-Length: %d\r\n\r\n" % len(text) + text


def redirect(to: str) -> bytes:
    """An answer that sends elsewhere."""
    return f"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()


def refusal(url: str, limits: Limits = INSIDE, **options: object) -> str:
    """The code with which it is refused."""
    with pytest.raises(FetchRefused) as error:
        fetch(url, limits=limits, **options)  # type: ignore[arg-type]  # a test's own options
    return error.value.code


def drip(connection: socket.socket) -> None:
    """A byte now and then, for ever."""
    connection.sendall(HEAD + b"\r\n")
    while True:
        connection.sendall(b"a")
        time.sleep(0.05)


def drip_head(connection: socket.socket) -> None:
    """The same before the answer has begun."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        connection.sendall(b"a")
        time.sleep(0.05)


def flood(connection: socket.socket) -> None:
    """As much as goes through, without an end and without saying how much."""
    connection.sendall(HEAD + b"\r\n")
    while True:
        connection.sendall(b"a" * 100_000)


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1", "127.8.8.8", "0.1.2.3", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1",
        "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254",
        "64:ff9b::7f00:1", "2002:7f00:1::", "fec0::1", "::127.0.0.1", "not an ip", "",
    ],
)  # fmt: skip
def test_addresses_of_the_inside_are_not_public(ip: str) -> None:
    assert not is_public(ip)


@pytest.mark.parametrize("ip", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_addresses_of_the_internet_are(ip: str) -> None:
    assert is_public(ip)


@pytest.mark.parametrize(
    "url",
    [
        "http://calendar.example.org/a.ics", "ftp://example.org/a", "file:///etc/passwd", "javascript:alert(1)",
        "https://", "https:///a", "//example.org/a", "", "https://me:secret@example.org/a", "https://@example.org/a",
        "https://example.org:8443/a", "https://example.org:22/", "https://example.org:99999/", "https://[::1",
        "calendar", "https://127.0.0.1/a", "https://[::1]/a", "https://169.254.169.254/latest",
        "https://localhost/a",
        "https://intranet/a", "https://10.0.0.1/", "https://[::ffff:10.0.0.1]/", "https://example.org/a b",
        "https://example.org/\r\nX: y", "https://exämple.org/", f"https://example.org/{'a' * 2000}",
    ],
)  # fmt: skip
def test_addresses_to_which_nobody_is_sent_are_refused_as_they_are_written(url: str) -> None:
    with pytest.raises(FetchRefused) as error:
        check_address(url)
    assert error.value.code in {"address", "inside"}
    assert "secret" not in str(error.value)


def test_a_proper_address_is_taken() -> None:
    assert check_address("https://calendar.example.org/private-abc/basic.ics?x=1").hostname == "calendar.example.org"


@pytest.mark.parametrize("ips", [["10.0.0.7"], ["93.184.216.34", "127.0.0.1"], ["169.254.169.254"], ["::1"]])
def test_a_name_that_stands_for_an_inner_address_is_not_asked(ips: list[str]) -> None:
    assert refusal("https://calendar.example.org/a", Limits(), resolve=lambda _host, _port: ips) == "inside"


def test_a_name_is_resolved_once_and_the_connection_goes_to_what_was_found() -> None:
    asked: list[tuple[str, int]] = []

    def first_then_elsewhere(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return ["127.0.0.1"] if len(asked) == 1 else ["192.0.2.1"]

    with serving(body_of(b"hello")) as server:
        port = server.url.rpartition(":")[2]
        found = fetch(f"http://rebinding.example.org:{port}/a?b=c", limits=INSIDE, resolve=first_then_elsewhere)
        assert found.body == b"hello"
        assert asked == [("rebinding.example.org", int(port))]
        assert server.asked[0].startswith(b"GET /a?b=c HTTP/1.1\r\nHost: rebinding.example.org:" + port.encode())


def test_a_redirect_to_the_inside_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(redirect("https://169.254.169.254/latest/meta-data/"), body_of(b"never")) as server:
        # The rule for strangers, but for the one door through which a test must get in.
        monkeypatch.setattr("booking.http.fetching.is_public", lambda ip: ip == "127.0.0.1")
        monkeypatch.setattr(
            "booking.http.fetching.check_address",
            lambda url, limits: check_address(url, INSIDE if url == f"{server.url}/a" else limits),
        )
        assert refusal(f"{server.url}/a", Limits()) == "inside"
        assert len(server.asked) == 1


@pytest.mark.parametrize(
    "to", ["file:///etc/passwd", "ftp://127.0.0.1/", "https://[", "http://a@127.0.0.1/", "http://é/"]
)
def test_a_redirect_to_no_web_address_is_refused(to: str) -> None:
    with serving(redirect(to)) as server:
        assert refusal(server.url) == "address"


def test_three_redirects_are_followed_and_no_more() -> None:
    with serving(redirect("/b"), redirect("/c"), redirect("/d"), body_of(b"here")) as server:
        assert fetch(f"{server.url}/a", limits=INSIDE).body == b"here"
        assert [line.split()[1] for line in server.asked] == [b"/a", b"/b", b"/c", b"/d"]
    with serving(*[redirect("/round")] * 4) as server:
        assert refusal(server.url) == "redirects"


def test_what_has_not_changed_is_not_sent_again() -> None:
    kept = b'HTTP/1.1 304 Not Modified\r\nETag: "v2"\r\n\r\n'
    with serving(
        body_of(b"x", HEAD + b'ETag: "v1"\r\nLast-Modified: Sun, 22 Nov 2026 09:00:00 GMT\r\n'), kept
    ) as server:
        first = fetch(server.url, limits=INSIDE)
        assert first == Fetched(b"x", '"v1"', "Sun, 22 Nov 2026 09:00:00 GMT")
        again = fetch(server.url, limits=INSIDE, etag=first.etag, last_modified=first.last_modified)
        assert again == Fetched(None, '"v2"')
        assert b'If-None-Match: "v1"' in server.asked[1]
        assert b"Accept-Encoding: identity" in server.asked[0]


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "forbidden"), (403, "forbidden"), (404, "gone"), (410, "gone"), (500, "answer"), (204, "answer")],
)
def test_other_answers_are_told_apart(status: int, code: str) -> None:
    with serving(f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n".encode()) as server:
        assert refusal(server.url) == code


def test_a_folded_answer_is_refused_unread() -> None:
    with serving(body_of(b"\x1f\x8b" * 10, HEAD + b"Content-Encoding: gzip\r\n")) as server:
        assert refusal(server.url) == "encoded"


@pytest.mark.parametrize("answer", [HEAD + b"Content-Length: 10000000\r\n\r\n", flood], ids=["announced", "flooded"])
def test_ten_megabytes_are_cut_at_five(answer: bytes | Answer) -> None:
    with serving(answer) as server:
        assert refusal(server.url) == "too_large"


@pytest.mark.parametrize("answer", [drip, drip_head, lambda _connection: time.sleep(3)], ids=["body", "head", "silent"])
def test_an_answer_that_never_ends_is_cut_in_time(answer: Answer) -> None:
    with serving(answer) as server:
        began = time.monotonic()
        assert refusal(server.url, Limits(inside=True, most_seconds=0.6)) == "too_slow"
        in_time(time.monotonic() - began, 2)


def test_a_name_that_is_never_found_does_not_hold_it_up() -> None:
    release = threading.Event()

    def stuck(_host: str, _port: int) -> list[str]:
        release.wait(10)
        return []

    assert refusal("http://slow.example.org/", Limits(inside=True, most_seconds=0.3), resolve=stuck) == "too_slow"
    release.set()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"rubbish\r\n\r\n",
        HEAD + b"Content-Length: 100\r\n\r\nshort",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhel",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n",
    ],
)
def test_a_broken_answer_is_none(answer: bytes) -> None:
    with serving(answer) as server:
        assert refusal(server.url) == "unreachable"


def test_where_nobody_listens_nothing_is_fetched() -> None:
    with serving() as server:
        pass
    assert refusal(server.url) == "unreachable"


def test_a_server_that_cannot_prove_its_name_is_not_believed() -> None:
    with serving(body_of(b"plain text, no TLS")) as server:
        assert refusal(server.url.replace("http:", "https:")) == "unreachable"
