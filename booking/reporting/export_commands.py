"""The command `booking export`."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import BinaryIO

import click
from flask.cli import with_appcontext
from sqlalchemy import func, select

from booking import clock
from booking.db import db, let_go
from booking.reporting.exporting.columns import chosen
from booking.reporting.exporting.rows import EventRows
from booking.reporting.exporting.texts import csv_lines, json_lines
from booking.reporting.exporting.workbook import write_workbook
from booking.reporting.files import OUTPUT, STANDARD_OUTPUT, target
from booking.reporting.options import Day, period_of
from booking.reporting.queries.filtering import EVENTS, in_period
from booking.reporting.services.exports import FileKind, Wish, rows
from booking.reporting.terms import Filters, Period


@click.group("export")
def export() -> None:
    """Write what was recorded to a file."""


@export.command("attendance")
@click.option("--from", "first", required=True, type=Day(), metavar="D", help="First local day of the stations.")
@click.option("--to", "last", required=True, type=Day(), metavar="D", help="Last day, included.")
@click.option(
    "--format", "kind", type=click.Choice([kind.value for kind in FileKind]), default="csv", show_default=True
)
@click.option("--output", type=OUTPUT, default=STANDARD_OUTPUT, metavar="F", help="A file; standard output otherwise.")
@click.option("--bom", is_flag=True, help="Begin CSV with a byte order mark, as Excel wants it.")
@with_appcontext
def attendance(first: date, last: date, kind: str, output: Path, bom: bool) -> None:  # noqa: FBT001  click's
    """One row for each event and group, without anything that names a person."""
    period = period_of(first, last)
    wish = Wish(Filters(period), chosen(()), FileKind(kind), mark=bom)
    with target(output) as file:
        _write(file, wish, _events_of(period))


def _events_of(period: Period) -> int:
    statement = select(func.count()).select_from(EVENTS).where(in_period(EVENTS.c, period))
    number = db.session.execute(statement).scalar_one()
    let_go(db.session())
    return int(number)


def _write(file: BinaryIO, wish: Wish, events: int) -> None:
    batches = _shown(rows(wish), events)
    if wish.kind is FileKind.XLSX:
        at = clock.now()
        write_workbook(file, batches, wish.columns, wish.filters, who="booking export", at=at, locale=wish.locale)
        return
    lines = (
        csv_lines(batches, wish.columns, mark=wish.mark)
        if wish.kind is FileKind.CSV
        else json_lines(batches, wish.columns)
    )
    file.writelines(lines)


def _shown(batches: Iterable[Sequence[EventRows]], events: int) -> Iterator[Sequence[EventRows]]:
    """The same, with a bar on a terminal."""
    if not sys.stderr.isatty():
        yield from batches
        return
    with click.progressbar(length=events, file=sys.stderr, label="Events") as bar:
        for batch in batches:
            yield batch
            bar.update(len(batch))


commands = (export,)
