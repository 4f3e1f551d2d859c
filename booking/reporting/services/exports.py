"""An export: who may have what, what the trail keeps of it, and the file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from tempfile import TemporaryFile
from typing import BinaryIO

from booking.accounts.services import audit, count_attempt
from booking.db import db, transaction
from booking.reporting.exporting.columns import Column
from booking.reporting.exporting.rows import EventRows, attendance
from booking.reporting.exporting.texts import csv_lines, json_lines
from booking.reporting.exporting.workbook import write_workbook
from booking.reporting.services.upkeep import catch_up
from booking.reporting.terms import Filters

AN_HOUR = 3600  # seconds
MOST_IN_AN_HOUR = 6
PIECE = 64 * 1024  # bytes


class FileKind(StrEnum):
    """How an export is written."""

    CSV = "csv"
    XLSX = "xlsx"
    JSONL = "jsonl"


MIME_TYPES = {
    FileKind.CSV: "text/csv; charset=utf-8",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.JSONL: "application/x-ndjson",
}


@dataclass(frozen=True)
class Wish:
    """What is to be exported. `reason` says why personal columns are asked for."""

    filters: Filters
    columns: tuple[Column, ...]
    kind: FileKind
    locale: str = "en"
    mark: bool = False
    """A byte order mark before CSV."""
    reason: str = ""

    @property
    def is_personal(self) -> bool:
        """Whether it names anybody."""
        return any(column.is_personal for column in self.columns)

    @property
    def name(self) -> str:
        """The name of the file."""
        period = self.filters.period
        return f"attendance-{period.first.isoformat()}-{period.last.isoformat()}.{self.kind.value}"


class ReasonMissing(ValueError):
    """Personal columns were asked for and nobody said why."""


def allow(wish: Wish, *, account_id: int, actor: str, now: datetime) -> None:
    """Count the export, six an hour for an account, and write one that names people into the trail.

    Raises TooManyAttempts, ReasonMissing. Whose groups an account may see, the caller has put into the filters.
    """
    if wish.is_personal and not wish.reason.strip():
        raise ReasonMissing
    count_attempt("export", str(account_id), limit=MOST_IN_AN_HOUR, window_s=AN_HOUR, now=now)
    if wish.is_personal:
        with transaction() as session:
            period = wish.filters.period
            told = {
                "reason": wish.reason,
                "columns": [column.id for column in wish.columns if column.is_personal],
                "stations": list(wish.filters.stations),
                "format": wish.kind.value,
            }
            subject = f"export:{period.first.isoformat()}-{period.last.isoformat()}"
            audit(session, at=now, actor=actor, action="export.personal", subject=subject, after=told)


def rows(wish: Wish) -> Iterator[Sequence[EventRows]]:
    """What is exported, some events at a time; facts are brought up to date first."""
    catch_up()
    return attendance(db.session(), wish.filters, wish.columns, wish.locale)


def pieces(wish: Wish, *, who: str, now: datetime) -> Iterator[bytes]:
    """The file, piece by piece: memory does not grow with its rows."""
    if wish.kind is FileKind.CSV:
        yield from csv_lines(rows(wish), wish.columns, mark=wish.mark)
    elif wish.kind is FileKind.JSONL:
        yield from json_lines(rows(wish), wish.columns)
    else:
        with TemporaryFile() as file:
            write_to(file, wish, who=who, now=now)
            file.seek(0)
            while piece := file.read(PIECE):
                yield piece


def write_to(file: BinaryIO, wish: Wish, *, who: str, now: datetime) -> None:
    """Write the workbook into the file."""
    write_workbook(file, rows(wish), wish.columns, wish.filters, who=who, at=now, locale=wish.locale)
