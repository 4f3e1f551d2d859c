"""The worker: sends what is due, runs the domains' periodic jobs, and says that it lives; any number may run."""

import logging
import os
import random
import secrets
import socket
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from booking import clock
from booking.db import db
from booking.notices import mail, queries, services
from booking.notices.pausing import paused_since
from booking.notices.terms import BACK_OFF, LEASE, Claimed
from booking.notices.transport import (
    FolderTransport,
    NotOurs,
    Refused,
    Server,
    SmtpTransport,
    Transport,
    TryLater,
    Unreachable,
)
from booking.notices.wording import stored
from booking.notices.wording.voice import Texts
from booking.settings import Settings

POLL_SECONDS = 1.0
JOBS_EVERY_SECONDS = 15.0
BATCH = 20
LONGEST_PAUSE = 30.0  # seconds between two tries while the database does not answer
STOPS_WITHIN = 5.0  # seconds; a message that a server is slow to take is then left to its lease

log = logging.getLogger(__name__)
Job = Callable[[datetime], object]


def _at_once() -> None:
    """Nobody is given way to."""


def worker_name() -> str:
    """A name that no other worker has."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


@dataclass
class Worker:
    """One loop over the outbox; `lease` and `back_off` are shorter in tests only.

    `give_way` is called before each piece of work, and returns when those who share the process can spare the time.
    """

    app: Flask
    name: str = field(default_factory=worker_name)
    lease: timedelta = LEASE
    back_off: tuple[timedelta, ...] = BACK_OFF
    poll_seconds: float = POLL_SECONDS
    give_way: Callable[[], None] = _at_once
    _jobs_due: float = 0.0
    _has_said_that_it_is_paused: bool = False

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set; errors of the database lengthen the pause, and nothing else ends the loop."""
        failures = 0
        log.info("worker %s begins", self.name)
        while not stop.is_set():
            try:
                busy = self.tick(stop)
                failures = 0
            except Exception as error:  # noqa: BLE001  a worker outlives whatever one round runs into
                failures, busy = failures + 1, False
                log.error("worker %s: round failed: %s", self.name, where(error))  # noqa: TRY400  texts may hold data
            if not busy:
                self._pause(stop, failures)
        self._say_goodbye()

    def tick(self, stop: threading.Event | None = None) -> bool:
        """One round: a batch of what is due and, every 15 s, the jobs. Returns whether more may be waiting."""
        services.wake.clear()
        self.give_way()
        with self.app.app_context():
            sent = self.send_due(stop)
            if time.monotonic() >= self._jobs_due:
                self._jobs_due = time.monotonic() + JOBS_EVERY_SECONDS
                self.run_jobs()
        return sent >= BATCH

    def send_due(self, stop: threading.Event | None = None) -> int:
        """Claim and send one batch inside an application context; returns how many notices were claimed."""
        now = clock.now()
        if not queries.anything_due(db.session(), now) or self._is_paused():
            return 0
        batch = services.claim(now, self.name, BATCH, self.lease)
        _Batch(self, batch, stop or threading.Event()).send()
        return len(batch)

    def run_jobs(self) -> None:
        """Say that the worker lives, then run each registered job; one that fails does not keep others from running."""
        services.beat(self.name, clock.now())
        if self._is_paused():
            return
        jobs: list[Job] = self.app.extensions.get("booking.jobs", [])
        for job in jobs:
            try:
                job(clock.now())
            except Exception as error:  # noqa: BLE001  one domain's job must not stop another's
                log.error("job %s failed: %s", getattr(job, "__name__", job), where(error))  # noqa: TRY400
            finally:
                db.session.rollback()

    def _is_paused(self) -> bool:
        since = paused_since(db.session())
        db.session.rollback()
        if since and not self._has_said_that_it_is_paused:
            log.warning("worker %s sends nothing: paused since %s (`booking notices --resume`)", self.name, since)
        self._has_said_that_it_is_paused = bool(since)
        return bool(since)

    def _pause(self, stop: threading.Event, failures: int) -> None:
        """Wait for the next poll, for something queued in this process, or for the end."""
        longest = min(LONGEST_PAUSE, self.poll_seconds * 2**failures) if failures else self.poll_seconds
        end = time.monotonic() + longest * random.uniform(0.8, 1.2)  # noqa: S311  spreads workers, hides nothing
        while not stop.is_set() and (left := end - time.monotonic()) > 0:
            if services.wake.wait(min(left, self.poll_seconds)) and not failures:
                return

    def _say_goodbye(self) -> None:
        try:
            with self.app.app_context():
                services.leave(self.name)
        except SQLAlchemyError as error:
            log.warning("worker %s: no goodbye: %s", self.name, where(error))
        log.info("worker %s ends", self.name)


class _Batch:
    """Notices claimed together, sent over one connection."""

    def __init__(self, worker: Worker, notices: list[Claimed], stop: threading.Event) -> None:
        self._worker = worker
        self._waiting = list(notices)
        self._stop = stop
        self._settings: Settings = worker.app.extensions["booking.settings"]
        self._leased_at = dict.fromkeys((notice.id for notice in notices), time.monotonic())
        self._texts = _texts_of(notices)

    def send(self) -> None:
        """Send one after the other; when told to stop, the rest is given back untried."""
        with transport_of(self._settings) as transport:
            while self._waiting and not self._stop.is_set():
                self._worker.give_way()
                self._send_one(self._waiting.pop(0), transport)
        if self._waiting:
            services.release(self._waiting, clock.now())

    def _send_one(self, notice: Claimed, transport: Transport) -> None:
        try:
            outgoing = mail.compose(notice, self._settings, clock.now(), self._texts)
        except Exception as error:  # noqa: BLE001  a message that cannot be written must not keep others waiting
            self._give_up(notice, f"rendering: {where(error)}")
            return
        try:
            transport.send(outgoing, lambda: self._is_ours(notice))
        except NotOurs:
            log.warning("notice %d (%s): lease lost", notice.id, notice.kind)
        except Refused as error:
            self._give_up(notice, str(error))
        except TryLater as error:
            self._put_off(notice, error)
        else:
            services.mark_sent(notice, clock.now())
            log.info("notice %d (%s): sent", notice.id, notice.kind)

    def _is_ours(self, notice: Claimed) -> bool:
        """Whether enough of the lease is left to send; when a quarter is gone, it is begun again."""
        fresh = self._worker.lease.total_seconds() / 4
        if time.monotonic() - self._leased_at[notice.id] < fresh:
            return True
        self._leased_at[notice.id] = time.monotonic()
        return services.renew(notice, clock.now(), self._worker.lease)

    def _give_up(self, notice: Claimed, error: str) -> None:
        services.fail(notice, error)
        log.error("notice %d (%s): failed: %s", notice.id, notice.kind, error)

    def _put_off(self, notice: Claimed, error: TryLater) -> None:
        """Try again later; with a server that cannot be reached the rest of the batch waits as well."""
        put_off = [notice]
        if isinstance(error, Unreachable):
            put_off += self._waiting
            self._waiting = []
        services.try_later(put_off, clock.now(), str(error), self._worker.back_off)
        log.warning("%d notice(s) from %d on: later: %s", len(put_off), notice.id, error)


def _texts_of(notices: list[Claimed]) -> Texts:
    """The desk's words for a batch, as they are now, in one statement."""
    if not notices:
        return {}
    found = stored.texts_of(db.session(), {notice.kind for notice in notices})
    db.session.rollback()
    return found


def transport_of(settings: Settings) -> Transport:
    """The mail server of the settings, or the folder `mail` of the instance."""
    if settings.smtp_url:
        return SmtpTransport(Server.from_url(settings.smtp_url), settings.public_host)
    return FolderTransport(settings.instance_dir / "mail")


def where(error: BaseException) -> str:
    """Kind and place of an error; its text is left out, since it may quote a person's data."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {frames[-1].name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"


@dataclass
class Running:
    """A worker in a thread of this process."""

    thread: threading.Thread
    stopping: threading.Event

    def stop(self, timeout: float = STOPS_WITHIN) -> bool:
        """Ask it to stop and wait; returns whether it did. What it still holds is free again when its lease ends."""
        self.stopping.set()
        services.wake.set()
        self.thread.join(timeout)
        return not self.thread.is_alive()


def start(app: Flask, give_way: Callable[[], None] = _at_once) -> Running:
    """Start a worker in a thread that does not keep the process alive."""
    stopping = threading.Event()
    worker = Worker(app, give_way=give_way)
    thread = threading.Thread(target=worker.run, args=(stopping,), name="notices", daemon=True)
    thread.start()
    return Running(thread, stopping)
