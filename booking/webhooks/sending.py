"""The background work on webhooks: several receivers at a time, each by a thread, none of them the worker's own."""

import logging
import threading
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime

from flask import Flask, current_app

from booking import clock
from booking.db import db
from booking.http.fetching import RESOLVER, FetchRefused, Limits
from booking.http.logs import places
from booking.http.posting import post
from booking.notices.worker import worker_name
from booking.webhooks.keys import secrets_of
from booking.webhooks.queries.endpoints import anything_due, listens, untold
from booking.webhooks.rules import signatures
from booking.webhooks.services.sending import claim, forget_old, has_old, settle
from booking.webhooks.services.telling import tell_changes
from booking.webhooks.terms import Claimed, Outcome

AT_ONCE = 8
"""Receivers at a time: one that is slow holds one of these for 15 s, and is then left alone for a while."""

LOOKS_FOR = 14.0
"""Seconds that the sender goes on looking: until the worker's next round begins it afresh."""

POLL_SECONDS = 1.0
AGENT = "visits-and-events (webhooks)"

log = logging.getLogger(__name__)
_sending = threading.Lock()


def send_webhooks(now: datetime) -> None:
    """A job of the worker: begin to send, unless that is going on already. Returns at once."""
    session = db.session()
    if has_old(session, now):
        forget_old(now)
    if (listens(session) or untold(session)) and _sending.acquire(blocking=False):
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  a proxy
        threading.Thread(target=_send_and_release, args=(app,), name="webhooks", daemon=True).start()


def _send_and_release(app: Flask) -> None:
    try:
        Sender(app).run(LOOKS_FOR)
    except Exception as error:  # noqa: BLE001  the next round tries again
        log.error("webhooks: round failed", extra={"fields": {"error": places(error)}})  # noqa: TRY400  texts hold data
    finally:
        _sending.release()


class Sender:
    """Tells what has changed and sends what is due, for a while."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._name = worker_name()
        self._on_their_way: set[Future[None]] = set()

    def run(self, seconds: float) -> None:
        """Look every second for so long; then wait for what is on its way."""
        end = time.monotonic() + seconds
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook") as pool:
            while time.monotonic() < end:
                if not self._begin(pool):
                    self._rest(end)

    def _begin(self, pool: ThreadPoolExecutor) -> bool:
        """Tell changes, and give what is due to those who are free; whether there was anything."""
        self._on_their_way = {one for one in self._on_their_way if not one.done()}
        with self._app.app_context():
            told, now = tell(), clock.now()
            free = AT_ONCE - len(self._on_their_way)
            batch = claim(now, self._name, free) if free and anything_due(db.session(), now) else []
        self._on_their_way |= {pool.submit(_send_in, self._app, one) for one in batch}
        return bool(told or batch)

    def _rest(self, end: float) -> None:
        """Until a second is over or somebody is free: the next message of that endpoint may be sent then."""
        seconds = max(0.0, min(POLL_SECONDS, end - time.monotonic()))
        if self._on_their_way:
            wait(self._on_their_way, seconds, FIRST_COMPLETED)
        else:
            time.sleep(seconds)


def tell() -> int:
    """Make the messages of what has changed; of how many changes."""
    return tell_changes(clock.now()) if untold(db.session()) else 0


def _send_in(app: Flask, claimed: Claimed) -> None:
    with app.app_context():
        try:
            send(claimed)
        except Exception as error:  # noqa: BLE001  its lease ends, and it is sent again
            log.error("webhook: lost", extra={"fields": {"error": places(error)}})  # noqa: TRY400  texts hold data


def send(claimed: Claimed) -> Outcome:
    """Send one message and record how that ended; outside any transaction, 15 s at most."""
    outcome = _outcome(claimed, clock.now())
    settle(claimed, outcome, clock.now())
    log.info("webhook message %s: %s", claimed.message, outcome.status or outcome.error)
    return outcome


def _outcome(claimed: Claimed, now: datetime) -> Outcome:
    begun, extensions = time.monotonic(), current_app.extensions
    limits, resolve = Limits(inside=extensions["booking.settings"].webhooks_inside), extensions[RESOLVER]
    try:
        body = claimed.body.encode()
        status, error = post(claimed.url, body, headers_of(claimed, now), limits=limits, resolve=resolve), ""
    except FetchRefused as refused:
        status, error = None, refused.code
    return Outcome(status, error, round((time.monotonic() - begun) * 1000))


def headers_of(claimed: Claimed, now: datetime) -> dict[str, str]:
    """The headers of the specification: the instant is that of this try, the id that of the message."""
    timestamp = int(now.timestamp())
    keys = secrets_of(claimed.code, claimed.generation, claimed.old_secret_until, now)
    return {
        "Content-Type": "application/json",
        "User-Agent": AGENT,
        "webhook-id": claimed.message,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signatures(keys, claimed.message, timestamp, claimed.body.encode()),
    }


def send_due() -> int:
    """Tell and send everything that is due, one after the other, in this thread; how many messages."""
    count = 0
    while tell() or anything_due(db.session(), clock.now()):
        for one in claim(clock.now(), "here", AT_ONCE):
            send(one)
            count += 1
    return count
