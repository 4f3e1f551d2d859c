"""A nursery of worker processes for test_outbox.py: it has loaded everything once, and forks a worker when asked.

A worker works until SIGTERM. It may be told to kill itself at one of three points, or to claim without lease and
lock, which is the negative control.
"""

import json
import os
import signal
import smtplib
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import literal, select

from booking.app import create_app
from booking.db import db
from booking.notices import services
from booking.notices.models import Notice
from booking.notices.terms import Claimed, NoticeState
from booking.notices.worker import Worker
from booking.settings import Settings

END_OF_TEXT = b"\r\n.\r\n"


def die(*_args: object, **_kwargs: object) -> None:
    """Leave as by kill -9: nothing is tidied up."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_after_claim() -> None:
    """Die holding a batch of which nothing was sent."""
    claim = services.claim

    def claim_and_die(now: datetime, worker_id: str, limit: int, lease: timedelta) -> list[Claimed]:
        if claim(now, worker_id, limit, lease):
            die()
        return []

    services.claim = claim_and_die  # type: ignore[assignment]  # the worker gives all four


def die_after_text() -> None:
    """Die when the server has the whole text and this process has not read its answer."""
    send = smtplib.SMTP.send

    def send_and_die(self: smtplib.SMTP, s: Any) -> None:  # noqa: ANN401  smtplib's own signature
        send(self, s)
        if isinstance(s, bytes) and s.endswith(END_OF_TEXT):
            die()

    smtplib.SMTP.send = send_and_die  # type: ignore[method-assign]  # that is the point


def die_before_mark() -> None:
    """Die when the server has said that it took the message, and the database does not know it yet."""
    services.mark_sent = die


def claim_carelessly() -> None:
    """Read what is due and take it, without saying so to anybody."""

    def claim(now: datetime, worker_id: str, limit: int, _lease: timedelta) -> list[Claimed]:
        waiting = (Notice.state == NoticeState.QUEUED, Notice.next_try_at <= now)
        columns = [getattr(Notice, name) for name in Claimed.__dataclass_fields__ if name != "worker_id"]
        statement = select(*columns, literal(worker_id).label("worker_id")).where(*waiting).limit(limit)
        found = [Claimed(**row) for row in db.session.execute(statement).mappings()]
        db.session.rollback()
        return found

    services.claim = claim  # type: ignore[assignment]  # the worker gives all four


MODES: dict[str, Callable[[], None]] = {
    "after claim": die_after_claim,
    "after text": die_after_text,
    "before mark": die_before_mark,
    "careless": claim_carelessly,
}


def work(told: dict[str, Any]) -> None:
    """Be a worker until SIGTERM, as told."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    MODES.get(told["mode"], lambda: None)()
    environment = {"BOOKING_SECRET_KEY": "k" * 40, "BOOKING_SMTP_URL": told["smtp_url"]}
    given = {"database_url": told["database_url"], "instance_dir": Path(told["folder"])}
    app = create_app(Settings.from_environment(environment, **given))
    lease, back_off = timedelta(seconds=told["lease"]), (timedelta(seconds=0.2),)
    Worker(app, lease=lease, back_off=back_off, poll_seconds=0.1).run(stop)


def start(told: dict[str, Any]) -> int:
    """Begin a process that works as told; its pid."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        work(told)
        code = 0
    finally:
        os._exit(code)


def wait(pid: int) -> int | None:
    """How a process ended, negative for a signal; None if it is still there after ten seconds."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    return None


def main() -> None:
    """Do what each line of the input asks for, {"start": {...}} or {"wait": pid}, and answer with a line of JSON."""
    for line in sys.stdin:
        ((ask, told),) = json.loads(line).items()
        print(json.dumps(start(told) if ask == "start" else wait(told)), flush=True)  # noqa: T201  the answer


if __name__ == "__main__":
    main()
