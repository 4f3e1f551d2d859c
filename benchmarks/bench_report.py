"""How long all tables of a report take over five years: 100,000 events with 1,000,000 bookings, SQLite and PostgreSQL.

The yardstick is one bare `SELECT count(*), sum(attended)` by the driver's own cursor over the same bookings, and one
over their facts, taking turns with the report. A second thread writes meanwhile: its longest waits stand beside.
Run `make benchmark`, or this file alone with a number of rounds and of events.
"""

import contextlib
import math
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from databases import KINDS, databases
from flask import Flask
from sqlalchemy import event, text
from years import GROUPS_OF_AN_EVENT, fill_years

from booking.app import create_app
from booking.db import db, transaction
from booking.reporting.measures import measures
from booking.reporting.services.reading import answers, report
from booking.reporting.services.upkeep import catch_up
from booking.reporting.terms import Filters, Period
from booking.settings import Settings

ROUNDS = int(sys.argv[1]) if sys.argv[1:] else 3
EVENTS = int(sys.argv[2]) if sys.argv[2:] else 100_000
FIVE_YEARS = Filters(Period(date(2022, 1, 1), date(2026, 12, 31)))
A_MONTH = Filters(Period(date(2024, 5, 1), date(2024, 5, 31)))
NOW = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
BARE = "SELECT count(*), sum(attended) FROM {}"
WROTE = "UPDATE booking SET size = size + 1 - 2 * (size % 2) WHERE id = :id"
ASIDE = ("SAVEPOINT", "ROLLBACK", "RELEASE", "BEGIN")


def application(url: str, folder: Path) -> Flask:
    """The product on one of the databases."""
    environment = {
        "BOOKING_SECRET_KEY": "a-key-for-benchmarks-only-0123456789",
        "BOOKING_PUBLIC_URL": "http://localhost",
    }
    settings = Settings.from_environment(environment, database_url=url, instance_dir=folder, rate_limits=False)
    return create_app(settings)


def bare(table: str) -> None:
    """The statement by itself, on the driver's cursor."""
    connection = db.engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(BARE.format(table))
        cursor.fetchall()
    finally:
        connection.close()


def seconds(work: Callable[[], object]) -> float:
    """How long it takes once."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def tables() -> None:
    """The report of five years."""
    report(FIVE_YEARS, NOW)


@contextlib.contextmanager
def statements() -> Iterator[list[str]]:
    """What is sent to the database inside."""
    seen: list[str] = []

    def note(*call: object) -> None:
        if not str(call[2]).startswith(ASIDE):
            seen.append(str(call[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def writing(app: Flask, stop: threading.Event, took: list[float]) -> None:
    """Change a booking twenty times a second, as bookings do; each change names an event whose facts are due."""
    with app.app_context():
        number = 0
        while not stop.is_set():
            number += 97

            def change(row: int = number) -> None:
                with transaction() as session:
                    session.execute(text(WROTE), {"id": 1 + row % (EVENTS * GROUPS_OF_AN_EVENT)})

            took.append(seconds(change))
            stop.wait(0.05)
        db.session.remove()


def meanwhile(app: Flask) -> tuple[float, int]:
    """The 99th of a hundred waits of a writer while reports are made one after another, in seconds; and how many."""
    stop, took = threading.Event(), list[float]()
    writer = threading.Thread(target=writing, args=(app, stop, took))
    writer.start()
    for _ in range(ROUNDS):
        tables()
    stop.set()
    writer.join()
    return sorted(took)[math.ceil(len(took) * 0.99) - 1], len(took)


def measured(app: Flask) -> str:
    """A line of the table for one database."""
    with app.app_context():
        tables()  # warm
        bares: dict[str, list[float]] = {"booking": [], "group_fact": []}
        whole, month, questions = [], [], []
        for _ in range(ROUNDS):
            for name, times in bares.items():
                times.append(seconds(lambda name=name: bare(name)))
            whole.append(seconds(tables))
            month.append(seconds(lambda: report(A_MONTH, NOW)))
            questions.append(seconds(lambda: answers(measures(), FIVE_YEARS.period)))
        with statements() as seen:
            tables()
        number = len(seen)
        longest, writes = meanwhile(app)
        due = seconds(catch_up)
    best = {name: min(times) for name, times in bares.items()}
    cells = (
        number,
        f"{min(whole):.2f}",
        f"{best['booking']:.3f} / {best['group_fact']:.3f}",
        f"{min(whole) / best['booking']:.1f} / {min(whole) / best['group_fact']:.1f}",
        f"{min(month):.2f}",
        f"{min(questions):.2f}",
        f"{longest * 1000:.0f} of {writes}",
        f"{due:.2f}",
    )
    return " | ".join(map(str, cells))


def main() -> None:
    """Print the table."""
    print(f"{EVENTS} events, {EVENTS * GROUPS_OF_AN_EVENT} bookings, five years; best of {ROUNDS} rounds, seconds\n")
    print(
        "| Database | statements | report | bare: bookings / facts | ratio | a month | measures | writer's p99 | due |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder, databases(Path(folder), ("years",)) as made:
        for kind in KINDS:
            app = application(made[kind]["years"], Path(folder))
            with app.app_context():
                fill_years(EVENTS)
                if kind == "postgresql":
                    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                        connection.execute(text("SET default_transaction_read_only = off"))
                        connection.execute(text("VACUUM ANALYZE"))
            print(f"| {kind} | {measured(app)} |", flush=True)
            with app.app_context():
                db.engine.dispose()


if __name__ == "__main__":
    main()
