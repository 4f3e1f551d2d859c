"""A database of a race's own, what is put into it before, and plain SQL that looks at it afterwards."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Engine, Row, create_engine, text

from booking.app import create_app
from booking.db import db, engine_options
from tests.conftest import settings_for

TAKING = "('on_hold', 'requested', 'needs_information', 'proposed', 'confirmed', 'attended', 'no_show', 'not_recorded')"
"""Statuses whose size counts, written out once more: the check must not share a mistake with the code."""

OVERLAPS = """
SELECT one.guide_id, one.id AS first, other.id AS second
FROM assignment AS one JOIN assignment AS other ON other.guide_id = one.guide_id AND other.id > one.id
WHERE one.status = 'active' AND other.status = 'active'
  AND one.starts_at < other.busy_until AND other.starts_at < one.busy_until
"""
PLACES = f"""
SELECT event.code, event.capacity, event.taken, event.status,
       (SELECT coalesce(sum(size), 0) FROM booking WHERE event_id = event.id AND status IN {TAKING}) AS sold
FROM event
"""
UNTOLD = """
SELECT booking.reference FROM booking
WHERE status = 'confirmed' AND (SELECT count(*) FROM notice
  WHERE subject = 'booking:' || booking.reference AND kind = 'booking_confirmed') <> 1
"""


MISTOLD = """
SELECT assignment.id FROM assignment JOIN event ON event.id = event_id JOIN guide ON guide.id = guide_id
WHERE account_id IS NOT NULL AND (assignment.status = 'active') <> EXISTS (
  SELECT 1 FROM notice WHERE subject = 'assignment:' || assignment.id AND state = 'queued'
  AND dedupe_key = 'assignment:' || assignment.id || ':' || (2 * event.version))
"""


@dataclass
class Arena:
    """A migrated database, an application on it in this process, and a folder for what processes leave."""

    url: str
    folder: Path
    app: Flask
    engine: Engine

    @property
    def is_sqlite(self) -> bool:
        """Which of the two databases it is."""
        return self.url.startswith("sqlite")

    @contextmanager
    def desk(self) -> Iterator[None]:
        """Inside, builders and services work on this database; afterwards no lock is left."""
        with self.app.app_context():
            try:
                yield
            finally:
                db.session.remove()

    def rows(self, statement: str, **values: object) -> Sequence[Row[Any]]:
        """What a statement finds, on a connection that no application uses."""
        with self.engine.connect() as connection:
            return connection.execute(text(statement), values).all()

    def value(self, statement: str, **values: object) -> Any:  # noqa: ANN401  a number or a text of any table
        """The one value that a statement finds."""
        (row,) = self.rows(statement, **values)
        return row[0]

    def execute(self, *statements: str) -> None:
        """Change the database behind the application's back."""
        with self.engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))

    def drop_overlap_guard(self) -> None:
        """Let a guide be in two places, and two events in one room: the negative control of P2."""
        for table, rule in (
            ("assignment", "assignment_guide_is_in_one_place"),
            ("room_use", "room_use_is_one_at_a_time"),
        ):
            if self.is_sqlite:
                self.execute(*(f"DROP TRIGGER {rule}_{name}" for name in ("insert", "update")))
            else:
                self.execute(f"ALTER TABLE {table} DROP CONSTRAINT ex_{rule}")

    def oversold(self) -> list[Row[Any]]:
        """Events in which more places are sold than there are, or than the event knows of."""
        return [row for row in self.rows(PLACES) if row.sold != row.taken or row.sold > row.capacity]

    def overlaps(self) -> list[Row[Any]]:
        """Pairs of assignments in which a guide is in two places."""
        return list(self.rows(OVERLAPS))

    def rooms_shared(self) -> list[Row[Any]]:
        """Pairs of events in one meeting room at one time."""
        return list(self.rows(OVERLAPS.replace("assignment", "room_use").replace("guide_id", "room_id")))

    def untold(self) -> list[str]:
        """Confirmed bookings with no confirmation, or with several."""
        return [row.reference for row in self.rows(UNTOLD)]

    def mistold(self) -> list[int]:
        """Assignments whose unsent mails, once they were sent, would leave another calendar entry than there is."""
        return [row.id for row in self.rows(MISTOLD)]

    def is_whole(self) -> bool:
        """Whether the file is as SQLite wants it; PostgreSQL recovers from its log before it answers."""
        return not self.is_sqlite or self.value("PRAGMA integrity_check") == "ok"

    def deadlocks(self) -> int:
        """How many circles of waiting PostgreSQL has ended so far; SQLite knows one writer at a time."""
        if self.is_sqlite:
            return 0
        return int(self.value("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"))

    def close(self) -> None:
        """Let go of every connection."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        self.engine.dispose()


def open_arena(url: str, folder: Path) -> Arena:
    """An arena on a migrated database."""
    return Arena(url, folder, create_app(settings_for(url, folder)), create_engine(url, **engine_options(url)))


def on_sqlite(template: Path, folder: Path) -> str:
    """A copy of the migrated file; its address."""
    path = folder / "race.db"
    shutil.copy(template, path)
    return f"sqlite:///{path}"


def on_postgres(server: str, template: str, name: str) -> str:
    """A copy of the migrated database of that server; its address."""
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    engine.dispose()
    return engine.url.set(database=name).render_as_string(hide_password=False)
