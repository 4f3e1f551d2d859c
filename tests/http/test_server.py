"""The server itself: it starts, tells where, holds slow senders off, and stops without dropping anybody."""

import http.client
import shutil
import signal
import socket
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select

from booking.notices.models import WorkerHeartbeat
from tests.conclusive import happened, in_time
from tests.conftest import make_postgres_database
from tests.http.site import Site

pytestmark = pytest.mark.race  # several processes, and clocks that run: not part of the fast tests

FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Site]:
    """A server that waits three seconds for a body."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(sqlite_template, folder / "booking.db")
    with Site(folder, f"sqlite:///{folder / 'booking.db'}", BOOKING_BODY_SECONDS="3") as running:
        yield running


def drip(site: Site) -> tuple[bytes, float]:
    """Send a body a byte each half second; the first line of the answer, and the seconds until it came."""
    began = time.monotonic()
    with site.connect() as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n" + FORM + b"\r\n")
        connection.settimeout(0.5)
        while time.monotonic() - began < 20:
            try:
                connection.sendall(b"a")
                return connection.recv(100).partition(b"\r\n")[0], time.monotonic() - began
            except TimeoutError:
                continue
    return b"", time.monotonic() - began


def upload(site: Site) -> int:
    """Send 10 MB without saying so before; the status, 0 where the server hung up first."""
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    try:
        connection.request("POST", "/", body=(b"a" * 100_000 for _ in range(100)), headers={"Content-Type": "x/y"})
        return connection.getresponse().status
    except ConnectionError:
        return 0
    finally:
        connection.close()


def test_it_prints_the_address_when_it_answers(site: Site) -> None:
    assert site.announced == f"Visits & Events: http://127.0.0.1:{site.port}"
    status, headers, body = site.ask("/healthz")
    assert (status, body.strip()) == (200, b'{"status":"ok"}')
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert not any(sign.isdigit() for sign in headers.get("Server", ""))


def test_its_own_worker_lives(site: Site) -> None:
    status, _headers, body = site.ask("/readyz")
    assert (status, b'"worker":"running"' in body) == (200, True)


def test_a_hundred_slow_senders_are_sent_away_and_hold_nobody_up(site: Site) -> None:
    with ThreadPoolExecutor(101) as people:
        waiting = people.submit(site.p99, 3)
        slow = [people.submit(drip, site) for _ in range(100)]
        answers = [one.result() for one in slow]
    assert Counter(line for line, _ in answers) == {b"HTTP/1.1 408 Request Timeout": 100}
    in_time(max(seconds for _, seconds in answers), 10)
    in_time(waiting.result(), 1)


def test_a_hundred_large_uploads_are_refused_and_hold_nobody_up(site: Site) -> None:
    with ThreadPoolExecutor(101) as people:
        waiting = people.submit(site.p99, 2)
        statuses = [one.result() for one in [people.submit(upload, site) for _ in range(100)]]
    assert set(statuses) <= {413, 408, 0}  # 408 and 0 on a machine so busy that 10 MB take longer than allowed
    happened(Counter(statuses)[413], f"the machine is too busy: {statuses}")
    in_time(waiting.result(), 1)


def test_an_announced_body_of_50_mb_is_refused_before_it_is_sent(site: Site) -> None:
    with site.connect() as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 52428800\r\n" + FORM + b"\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        b"GET /\xff HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /%ff HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nCookie: session=\xff\xfe\r\nConnection: close\r\nBad Name: 1\r\n\r\n",
        b"rubbish\r\n\r\n",
    ],
)
def test_broken_requests_are_refused(site: Site, head: bytes) -> None:
    with site.connect() as connection:
        connection.sendall(head)
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(100)[:12] in {b"HTTP/1.1 400", b"HTTP/1.1 405", b""}
    assert site.ask("/healthz")[0] == 200


def test_a_taken_port_is_told_in_one_line(site: Site, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    from booking import cli  # noqa: PLC0415  the command in this process, as its user calls it

    assert cli.run(["run", "--port", str(site.port)]) == 1
    printed = capfd.readouterr()
    assert printed.err.count("\n") == 1
    assert str(site.port) in printed.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_it_finishes_what_it_has_begun_and_stops(tmp_path: Path, sign: signal.Signals) -> None:
    with Site(tmp_path, "") as site, site.connect() as connection:
        connection.sendall(b"POST /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n" + FORM + b"\r\na")
        time.sleep(0.5)
        site.process.send_signal(sign)
        time.sleep(0.5)
        connection.sendall(b"=12")
        assert connection.recv(100).startswith(b"HTTP/1.1 405 ")
        assert site.stop() == 0
    assert "Traceback" not in site.log()
    assert site.log().rstrip().endswith('ends"}')


def test_without_a_worker_it_serves_and_says_that_nothing_is_sent(tmp_path: Path) -> None:
    with Site(tmp_path, f"sqlite:///{tmp_path / 'booking.db'}", options=["--no-worker"]) as site:
        time.sleep(1.5)  # a worker says that it lives as soon as it begins
        status, _headers, body = site.ask("/readyz")
        assert (status, b'"worker":"silent"' in body) == (503, True)
        assert site.ask("/")[0] == 200


@pytest.mark.postgres
def test_on_postgresql_two_processes_serve_and_one_worker_sends(tmp_path: Path, postgres_server: str) -> None:
    url = make_postgres_database(postgres_server, "booking_site")
    with Site(tmp_path, url.replace("+psycopg", "")) as site:
        end = time.monotonic() + 20
        while site.ask("/readyz")[0] != 200 and time.monotonic() < end:
            time.sleep(0.2)
        assert site.ask("/readyz")[0] == 200
        engine = create_engine(url)
        with engine.connect() as connection:
            assert connection.scalar(select(func.count()).select_from(WorkerHeartbeat)) == 1
        assert site.stop() == 0
        with engine.connect() as connection:
            assert connection.scalar(select(func.count()).select_from(WorkerHeartbeat)) == 0
        engine.dispose()
