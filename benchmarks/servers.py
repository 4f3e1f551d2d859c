"""Servers of a benchmark, each a process group of its own that stands still while another is measured."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
STARTS_WITHIN_S, STOPS_WITHIN_S = 60.0, 40.0
SECRET = "a-key-for-benchmarks-0123456789abcdef"  # noqa: S105  guards nothing


class Server:
    """A server on a free port of 127.0.0.1."""

    def __init__(self, command: list[str], environment: dict[str, str], log: Path, port: int) -> None:
        self.port = port
        self._log = log.open("w")
        self._process = subprocess.Popen(
            command, env=os.environ | environment, stdout=self._log, stderr=self._log, start_new_session=True, cwd=HERE
        )

    def wait(self) -> None:
        """Until it answers; SystemExit with its log where it does not."""
        end = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < end and self._process.poll() is None:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/healthz")
                connection.getresponse().read()
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)
            else:
                return
            finally:
                connection.close()
        sys.exit(f"a server did not start:\n{Path(self._log.name).read_text()[-2000:]}")

    @contextmanager
    def running(self) -> Iterator["Server"]:
        """Let it run inside the block; outside it stands still, and what it does by itself costs nobody else time."""
        os.killpg(self._process.pid, signal.SIGCONT)
        try:
            yield self
        finally:
            os.killpg(self._process.pid, signal.SIGSTOP)

    def stop(self) -> None:
        """End it."""
        os.killpg(self._process.pid, signal.SIGCONT)
        self._process.terminate()
        try:
            self._process.wait(STOPS_WITHIN_S)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._log.close()


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def product(url: str, folder: Path, *options: str) -> Iterator[Server]:
    """`booking run` on this database, with its worker unless the options say otherwise; it stands still at first."""
    port = free_port()
    environment = {
        "BOOKING_DATABASE_URL": url,
        "BOOKING_INSTANCE_DIR": str(folder),
        "BOOKING_SECRET_KEY": SECRET,
        "BOOKING_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "BOOKING_RATE_LIMITS": "off",
    }
    command = [sys.executable, "-m", "booking.cli", "run", "--host", "127.0.0.1", "--port", str(port), *options]
    yield from _served(Server(command, environment, folder / f"product-{port}.log", port))


@contextmanager
def bare(url: str, folder: Path) -> Iterator[Server]:
    """The yardstick on this database; it stands still at first."""
    port = free_port()
    command = [sys.executable, str(HERE / "bare.py"), url, str(port)]
    yield from _served(Server(command, {}, folder / "bare.log", port))


def _served(server: Server) -> Iterator[Server]:
    try:
        server.wait()
        with server.running():
            pass
        yield server
    finally:
        server.stop()
