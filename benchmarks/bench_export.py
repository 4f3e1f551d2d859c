"""How long attendance takes to be written as CSV, JSON Lines and a workbook, SQLite and PostgreSQL, and in what memory.

The yardsticks take turns with it in the same run: a bare cursor of the driver that writes the same columns of the same
rows with the csv module, and a bare XlsxWriter in constant memory that is given rows of the export's kind. A second
thread writes bookings meanwhile: its longest waits stand beside. Run `make benchmark`, or this file alone with a number
of rounds and of events (ten groups each).
"""

import csv
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from bench_report import FIVE_YEARS, NOW, application, seconds, writing
from databases import KINDS, databases
from flask import Flask
from sqlalchemy import text
from xlsxwriter import Workbook
from years import GROUPS_OF_AN_EVENT, fill_years

from booking.db import db
from booking.reporting.exporting.columns import USUAL, chosen
from booking.reporting.exporting.workbook import OPTIONS, write_workbook
from booking.reporting.queries.attendance_rows import AT_ONCE
from booking.reporting.services.exports import FileKind, Wish, pieces, rows
from booking.reporting.services.upkeep import catch_up

ROUNDS = int(sys.argv[1]) if sys.argv[1:] else 2
EVENTS = int(sys.argv[2]) if sys.argv[2:] else 100_000
ROWS_OF_A_WORKBOOK = 100_000
"""A bare workbook of a million rows takes minutes: both sides write so many."""
BARE = """
SELECT f.code, f.station, f.unit, f.offering, o.title, f.kind, f.format, f.series, f.partner, f.theme, f.audience,
    f.language, f.language, f.starts_at, f.starts_on, e.time_zone, e.ends_at, f.status, f.status_reason,
    e.topics_raised, b.reference, g.name, x.organisation_type, b.group_label, x.country, x.country, x.country,
    x.subdivision, x.topic, x.language_asked, x.status, x.late, b.requested_on, b.size, x.attended, x.attended_source
FROM event_fact f JOIN event e ON e.id = f.event_id JOIN offering o ON o.id = e.offering_id
    LEFT JOIN group_fact x ON x.event_id = f.event_id LEFT JOIN booking b ON b.id = x.booking_id
    LEFT JOIN organisation g ON g.id = b.organisation_id
ORDER BY f.starts_on, f.event_id, x.booking_id
"""
PAGE = 4096  # bytes, of the kernel


def bare_csv(target: Path) -> None:
    """The driver's cursor and the csv module."""
    connection = db.engine.raw_connection()
    try:
        cursor = connection.cursor()
        with target.open("w", encoding="utf-8", newline="") as file:
            write = csv.writer(file)
            cursor.execute(BARE)
            while some := cursor.fetchmany(5000):
                write.writerows(some)
    finally:
        connection.close()


def exported(kind: FileKind, target: Path) -> None:
    """The product's own."""
    with target.open("wb") as file:
        file.writelines(pieces(Wish(FIVE_YEARS, chosen(()), kind), who="a benchmark", now=NOW))


def first_rows() -> Iterator[Sequence[Any]]:
    """Rows as the export has them, so many as both workbooks get."""
    left = ROWS_OF_A_WORKBOOK
    for batch in rows(Wish(FIVE_YEARS, chosen(()), FileKind.XLSX)):
        for event in batch:
            for row in event.groups:
                yield (*event.cells, *row)
                left -= 1
                if not left:
                    return


def bare_workbook(target: Path, given: Iterable[Sequence[Any]]) -> None:
    """XlsxWriter alone, one sheet; texts as texts, numbers as numbers."""
    book = Workbook(str(target), OPTIONS)
    sheet = book.add_worksheet()
    for at, row in enumerate(given):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(at, column, cell)
            elif cell is not None:
                sheet.write_number(at, column, cell)
    book.close()


def peak(work: Callable[[], object]) -> float:
    """The most memory while it runs, in MB above what there was before."""
    before, most, stop = resident(), [0.0], threading.Event()

    def watch() -> None:
        while not stop.is_set():
            most[0] = max(most[0], resident())
            time.sleep(0.02)

    watcher = threading.Thread(target=watch)
    watcher.start()
    work()
    stop.set()
    watcher.join()
    return most[0] - before


def resident() -> float:
    """Memory of this process, in MB."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * PAGE / 1e6


def measured(app: Flask, folder: Path) -> Iterator[str]:
    """The lines of the table for one database."""
    target = folder / "export"
    with app.app_context():
        catch_up()
        memory = peak(lambda: exported(FileKind.CSV, target))
        bare, mine, lines = [], [], []
        for _ in range(ROUNDS):
            bare.append(seconds(lambda: bare_csv(target)))
            mine.append(seconds(lambda: exported(FileKind.CSV, target)))
            lines.append(seconds(lambda: exported(FileKind.JSONL, target)))
        waits = meanwhile(app, lambda: exported(FileKind.CSV, target))
        kept = list(first_rows())
        bare_book = min(seconds(partial(bare_workbook, target, kept)) for _ in range(ROUNDS))
        kept.clear()
        book = min(seconds(lambda: some_workbook(target)) for _ in range(ROUNDS))
        book_memory = peak(lambda: some_workbook(target))
    yield row("CSV", min(mine), min(bare), memory, waits)
    yield row("JSON Lines", min(lines), min(bare), 0.0, 0.0)
    yield row(f"XLSX, {ROWS_OF_A_WORKBOOK} rows", book, bare_book, book_memory, 0.0)


def row(name: str, mine: float, bare: float, memory: float, waits: float) -> str:
    """A line of the table."""
    return f"{name} | {mine:.1f} | {bare:.1f} | {mine / bare:.2f} | {memory:.0f} | {waits * 1000:.0f}"


def some_workbook(target: Path) -> None:
    """The product's workbook, with all its sheets, of about as many rows as the bare one was given."""
    wish = Wish(FIVE_YEARS, chosen(()), FileKind.XLSX)
    with target.open("wb") as file:
        few = islice(rows(wish), ROWS_OF_A_WORKBOOK // GROUPS_OF_AN_EVENT // AT_ONCE)
        write_workbook(file, few, wish.columns, wish.filters, who="a benchmark", at=NOW, locale="en")


def meanwhile(app: Flask, work: Callable[[], object]) -> float:
    """The 99th of a hundred waits of a writer while it runs, in seconds."""
    stop, took = threading.Event(), list[float]()
    writer = threading.Thread(target=writing, args=(app, stop, took))
    writer.start()
    work()
    stop.set()
    writer.join()
    return sorted(took)[int(len(took) * 0.99)]


def main() -> None:
    """Print the table."""
    number = EVENTS * GROUPS_OF_AN_EVENT
    print(f"{number} rows of {len(USUAL)} columns; best of {ROUNDS} rounds, seconds\n")
    print("| Database | file | export | bare | ratio | memory, MB | writer's p99, ms |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder, databases(Path(folder), ("export",)) as made:
        for kind in KINDS:
            app = application(made[kind]["export"], Path(folder))
            with app.app_context():
                fill_years(EVENTS)
                if kind == "postgresql":
                    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                        connection.execute(text("SET default_transaction_read_only = off"))
                        connection.execute(text("VACUUM ANALYZE"))
            for line in measured(app, Path(folder)):
                print(f"| {kind} | {line} |", flush=True)
            with app.app_context():
                db.engine.dispose()


if __name__ == "__main__":
    main()
