"""A feed waits for nobody who writes or reads: it is served at once, unkept, and the next change waits as ever."""

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import text

from booking import clock
from booking.app import create_app
from booking.db import BUSY_TIMEOUT_MS, WAL_IS_SAFE_FROM, db, transaction
from tests.builders import NOW, make_event, make_offering, make_station
from tests.conclusive import in_time
from tests.conftest import settings_for

IS_WAL = sqlite3.sqlite_version_info >= WAL_IS_SAFE_FROM
KEPT = text("SELECT count(*) FROM written_entry")


@contextmanager
def somebody(path: Path, *statements: str) -> Iterator[None]:
    """Another program with the file, in the midst of something."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        for statement in statements:
            other.execute(statement).fetchall()
        yield


def writes(path: Path) -> AbstractContextManager[None]:
    return somebody(path, "BEGIN IMMEDIATE")


def reads(path: Path) -> AbstractContextManager[None]:
    return somebody(path, "BEGIN", "SELECT * FROM event")


@pytest.fixture
def app(tmp_path: Path, sqlite_template: Path) -> Iterator[Flask]:
    """An application whose database is a file that another program can open."""
    shutil.copy(sqlite_template, tmp_path / "booking.db")
    application = create_app(settings_for(f"sqlite:///{tmp_path / 'booking.db'}", tmp_path))
    with clock.frozen(NOW), application.app_context():
        make_event(make_offering(make_station("VIE")))
        yield application
        db.session.remove()
        db.engine.dispose()


def served(app: Flask) -> float:
    """Ask for the feed; the seconds that it took."""
    began = time.monotonic()
    assert app.test_client().get("/stations/VIE/events.ics").text.count("BEGIN:VEVENT") == 1
    return time.monotonic() - began


def kept() -> int:
    """How many entries are kept."""
    with db.engine.connect() as connection:
        return int(connection.execute(KEPT).scalar_one())


@pytest.mark.parametrize(
    "in_the_way", [writes, pytest.param(reads, marks=pytest.mark.skipif(IS_WAL, reason="no lock"))]
)
def test_a_feed_is_served_at_once_while_somebody(
    app: Flask, tmp_path: Path, in_the_way: Callable[[Path], AbstractContextManager[None]]
) -> None:
    with in_the_way(tmp_path / "booking.db"):
        in_time(served(app), BUSY_TIMEOUT_MS / 2000)
        assert kept() == 0
    served(app)
    assert kept() == 1


def test_a_feed_is_served_at_once_while_a_page_of_the_same_process_writes(app: Flask) -> None:
    begun, answered = Event(), Event()

    def write() -> None:
        with app.app_context(), transaction():
            begun.set()
            answered.wait(BUSY_TIMEOUT_MS / 1000)

    with ThreadPoolExecutor(1) as page:
        written = page.submit(write)
        assert begun.wait(BUSY_TIMEOUT_MS / 1000)
        took = served(app)
        answered.set()
        written.result()
    assert took < BUSY_TIMEOUT_MS / 2000
    assert kept() == 0


def test_whoever_comes_after_waits_as_long_as_ever(app: Flask) -> None:
    served(app)
    with transaction() as session:
        assert session.execute(text("PRAGMA busy_timeout")).scalar_one() == BUSY_TIMEOUT_MS
