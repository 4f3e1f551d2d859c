"""The processes of `booking run`: one or several that serve pages, and exactly one worker that sends notices.

On SQLite one process does both, since there is one writer at a time anyway and a notice is sent the moment it is
committed. On PostgreSQL two processes serve, and the worker is a process beside them.
"""

import http.client
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from functools import partial

import click
from granian import Granian
from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels

from booking.app import BODY_LIMIT, create_app
from booking.http import logs
from booking.http.gateway import Gateway
from booking.notices import worker
from booking.settings import Settings

log = logging.getLogger(__name__)

THREADS = 4
WEB_PROCESSES = {"sqlite": 1, "postgresql": 2}
HEADERS_WITHIN_MS = 15_000
STOPS_WITHIN_S = 30
ANSWERS_WITHIN_S = 60
GIVES_WAY = 10  # how nice the worker's process is to those that somebody waits for

# Its lines go where all others go.
_LOGGING = {"formatters": {}, "handlers": {}, "loggers": {"_granian": {"handlers": [], "propagate": True}}}


def serve(settings: Settings, host: str, port: int, database: str, *, sends_notices: bool = True) -> None:
    """Serve until SIGINT or SIGTERM, then finish the requests that are in flight; `database`: sqlite or postgresql.

    `sends_notices`: with a worker; without one, `booking worker` is to run elsewhere. Ends by SystemExit where a
    process could not be kept alive.
    """
    processes = WEB_PROCESSES[database]
    logs.configure()
    server = Granian(
        "booking.server:gateway",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=processes,
        loop=Loops.asyncio,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADERS_WITHIN_MS),
        websockets=False,
        log_level=LogLevels.warning,
        log_dictconfig=_LOGGING,
        respawn_failed_workers=True,
        workers_kill_timeout=STOPS_WITHIN_S,
    )
    beside = _WorkerBeside(settings)
    if sends_notices and processes > 1:
        server.on_startup(beside.start)
        server.on_shutdown(beside.stop)
    threading.Thread(target=_announce, args=(settings, host, port), daemon=True).start()
    # What follows is copied into each process, or sent to it: the settings, and no connection.
    server.serve(
        target_loader=partial(gateway, settings, sends_notices=sends_notices and processes == 1), wrap_loader=False
    )


def gateway(settings: Settings, *, sends_notices: bool) -> Gateway:
    """What one process serves; called in that process."""
    logs.configure()
    if not settings.rate_limits:
        log.warning("rate limits are off: BOOKING_RATE_LIMITS")
    app = create_app(settings)
    running: list[worker.Running] = []

    def begin() -> None:
        if sends_notices:
            running.append(worker.start(app, served.traffic.give_way))

    def end() -> None:
        for one in running:
            one.stop()

    served = Gateway(
        app, threads=THREADS, body_limit=BODY_LIMIT, body_seconds=settings.body_seconds, begin=begin, end=end
    )
    return served


class _WorkerBeside:
    """The worker as a process of its own."""

    def __init__(self, settings: Settings) -> None:
        self._environment = {**os.environ, "BOOKING_PUBLIC_URL": settings.public_url}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it with this process's settings."""
        command = [sys.executable, "-m", "booking.cli", "worker"]
        self._process = subprocess.Popen(command, env=self._environment)  # noqa: S603  our own command
        if sys.platform != "win32":
            os.setpriority(os.PRIO_PROCESS, self._process.pid, GIVES_WAY)

    def stop(self) -> None:
        """Ask it to end, and wait."""
        if self._process:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(STOPS_WITHIN_S)
            except subprocess.TimeoutExpired:
                self._process.kill()


def refuse_taken_port(host: str, port: int) -> None:
    """Raise `click.ClickException` where somebody listens already (the server itself would share the port)."""
    family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind) as probe:
        if sys.platform != "win32":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            message = f"cannot listen at {host}, port {port}: {error.strerror}; --port takes another"
            raise click.ClickException(message) from error


def _announce(settings: Settings, host: str, port: int) -> None:
    """Print the address when it answers."""
    reached_at = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  compared, not listened at
    end = time.monotonic() + ANSWERS_WITHIN_S
    while time.monotonic() < end:
        time.sleep(0.1)
        if _answers(reached_at, port, settings.public_host):
            click.echo(f"Visits & Events: {settings.public_url}")
            sys.stdout.flush()
            return


def _answers(host: str, port: int, named: str) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": named})
        return connection.getresponse().status == 200  # noqa: PLR2004  OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
