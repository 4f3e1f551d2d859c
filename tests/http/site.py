"""A real `booking run` in processes of its own, for tests that need the server itself."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

ROOT = Path(__file__).parents[2]
STARTS_WITHIN_S = 90


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Site:
    """The server on a database; as a context it is stopped at the end. `program`: the module that is the command.

    `options` are more of the command's; `environment` is set for it.
    """

    def __init__(
        self,
        folder: Path,
        database_url: str,
        program: str = "booking.cli",
        options: Sequence[str] = (),
        **environment: str,
    ) -> None:
        self.port = free_port()
        self._errors = folder / f"errors-{self.port}.txt"
        own = {"BOOKING_INSTANCE_DIR": str(folder), "BOOKING_DATABASE_URL": database_url, **environment}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BOOKING_")}
        with self._errors.open("w") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", program, "run", "--port", str(self.port), *options],
                cwd=ROOT,
                env={**kept, **own},
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        self.announced = self._first_line()
        if not self.announced:
            self.stop()
            raise AssertionError(self.log())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def _first_line(self) -> str:
        """What the server says when it answers; empty where it ended before."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end; its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(sign)
        status = self.process.wait(STARTS_WITHIN_S)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return status

    def log(self) -> str:
        """What it has written to standard error."""
        return self._errors.read_text()

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Status, headers and body of one answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def connect(self) -> socket.socket:
        """A connection on which a test writes the bytes itself."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def p99(self, seconds: float) -> float:
        """How long 99 of 100 answers take at most that somebody else gets meanwhile, in seconds."""
        end, took = time.monotonic() + seconds, []
        while time.monotonic() < end:
            began = time.monotonic()
            assert self.ask("/healthz")[0] == 200
            took.append(time.monotonic() - began)
            time.sleep(0.01)
        return sorted(took)[max(0, len(took) * 99 // 100 - 1)]
