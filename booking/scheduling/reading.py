"""The background work on private calendars: in a thread of its own, since a slow server must not keep mails waiting."""

import logging
import threading
from datetime import datetime

from flask import Flask, current_app

from booking import clock
from booking.db import db
from booking.http.fetching import Limits
from booking.http.logs import places
from booking.scheduling.queries.private_calendars import anything_due
from booking.scheduling.services.private_calendars import Reader, claim, read_calendar

log = logging.getLogger(__name__)
_reading = threading.Lock()


def read_private_calendars(now: datetime) -> None:
    """A job of the worker: begin to read what is due, unless that is going on already. Returns at once."""
    if anything_due(db.session(), now) and _reading.acquire(blocking=False):
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  a proxy
        threading.Thread(target=_read_and_release, args=(app,), name="calendars", daemon=True).start()


def _read_and_release(app: Flask) -> None:
    try:
        with app.app_context():
            read_due()
    except Exception as error:  # noqa: BLE001  the next round tries again
        log.error("calendars: round failed", extra={"fields": {"error": places(error)}})  # noqa: TRY400  texts hold data
    finally:
        _reading.release()


def read_due() -> int:
    """Read the calendars that are due, one after the other; how many."""
    inside = current_app.extensions["booking.settings"].calendars_inside
    reader, count = Reader(Limits(inside=inside)), 0
    while due := claim(db.session(), now := clock.now()):
        problem = read_calendar(due, now, reader)
        log.info("calendar of a guide: %s", problem or "read")
        count += 1
    return count
