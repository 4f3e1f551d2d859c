"""The worker reads private calendars in a thread: a provider that is slow keeps no mail and no other job waiting."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking import clock
from booking.app import create_app
from booking.db import db
from booking.http.fetching import Limits
from booking.notices.worker import Worker
from booking.scheduling import reading
from booking.scheduling.models import BusyInterval
from booking.scheduling.queries.private_calendars import Due
from booking.scheduling.services.private_calendars import Reader, read_calendar, save_calendar
from tests.builders import make_guide, make_station
from tests.calendar_server import Provider, provider
from tests.conclusive import in_time
from tests.conftest import settings_for
from tests.scheduling.calendar_texts import calendar, event


@pytest.fixture
def app(tmp_path: Path, sqlite_template: Path) -> Iterator[Flask]:
    """An application on a database file of its own: the thread has a connection of its own."""
    shutil.copy(sqlite_template, tmp_path / "booking.db")
    application = create_app(settings_for(f"sqlite:///{tmp_path / 'booking.db'}", tmp_path, calendars_inside=True))
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def theirs() -> Iterator[Provider]:
    with provider() as one:
        begin = clock.now().strftime("%Y%m%dT%H%M%SZ")
        one.gives(calendar(event(f"DTSTART:{begin}", "DURATION:PT1H")))
        yield one


def kept() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(BusyInterval)) or 0


def within(seconds: float, done: Callable[[], object]) -> bool:
    """Whether it is so within these seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if done():
            return True
        time.sleep(0.05)
    return False


def test_a_job_of_the_worker_reads_what_is_due_and_returns_at_once(
    app: Flask, theirs: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    def slow(due: Due, now: datetime, reader: Reader) -> str:
        go_on.wait(20)
        return read_calendar(due, now, reader)

    monkeypatch.setattr(reading, "read_calendar", slow)
    guide = make_guide(make_station("VIE"))
    now = clock.now()
    save_calendar((guide.id, guide.code), theirs.url, now=now, actor="account:1", limits=Limits(inside=True))
    began = time.monotonic()
    worker = Worker(app)
    worker.run_jobs()
    worker.run_jobs()  # while the first reading is still going on
    in_time(time.monotonic() - began, 10)
    assert kept() == 0
    go_on.set()
    assert within(20, lambda: kept() == 1)
    assert within(30, lambda: not reading._reading.locked())  # noqa: SLF001  the thread has ended before its database does
    assert len(theirs.asked) == 1


def test_a_reading_that_breaks_does_not_keep_the_next_from_beginning(
    app: Flask, theirs: Provider, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_told: object) -> str:
        raise RuntimeError("with a secret in it")

    guide = make_guide(make_station("VIE"))
    save_calendar((guide.id, guide.code), theirs.url, now=clock.now(), actor="account:1", limits=Limits(inside=True))
    with monkeypatch.context() as patched:
        patched.setattr(reading, "read_calendar", broken)
        reading.read_private_calendars(clock.now())
        assert within(30, lambda: "calendars: round failed" in caplog.text)
    assert "secret" not in caplog.text
    assert within(30, lambda: not reading._reading.locked())  # noqa: SLF001  as above
    assert reading.read_private_calendars in app.extensions["booking.jobs"]
