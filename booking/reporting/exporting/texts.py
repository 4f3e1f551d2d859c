"""Exports as text, some rows at a time: CSV as RFC 4180 has it, and JSON Lines."""

import csv
import json
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from booking.reporting.exporting.columns import Column, Nature, Part, of_part
from booking.reporting.exporting.rows import Cell, EventRows
from booking.sheets import BEGINNINGS, guarded

Batches = Iterable[Sequence[EventRows]]


def csv_lines(batches: Batches, columns: Sequence[Column], *, mark: bool = False) -> Iterator[bytes]:
    """A header of column names and a line for each row, UTF-8; `mark`: with a byte order mark, as Excel wants it."""
    text = StringIO(newline="")
    write = csv.writer(text, lineterminator="\r\n")
    write.writerow([column.id for column in columns])
    yield (BOM_UTF8 if mark else b"") + _taken(text)
    typed_of_event, typed_of_group = (_typed(of_part(columns, part)) for part in Part)
    for events in batches:
        for event in events:
            cells = _guarded(event.cells, typed_of_event)
            write.writerows([*cells, *_guarded(row, typed_of_group)] for row in event.groups)
        yield _taken(text)


def _typed(columns: Sequence[Column]) -> tuple[int, ...]:
    return tuple(at for at, column in enumerate(columns) if column.nature is Nature.TYPED)


def _guarded(row: Sequence[Cell], typed: Sequence[int]) -> Sequence[Cell]:
    """The row with an apostrophe where it needs one; the row itself where it needs none."""
    mended: list[Cell] | None = None
    for at in typed:
        cell = row[at]
        if cell and cell.startswith(BEGINNINGS):  # type: ignore[union-attr]  # what is typed is text
            mended = list(row) if mended is None else mended
            mended[at] = guarded(str(cell))
    return row if mended is None else mended


def _taken(text: StringIO) -> bytes:
    """What was written, encoded; the buffer is empty again."""
    written = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return written


def json_lines(batches: Batches, columns: Sequence[Column]) -> Iterator[bytes]:
    """An object for each row, UTF-8; what is not recorded is null."""
    names_of_event, names_of_group = ([column.id for column in of_part(columns, part)] for part in Part)
    for events in batches:
        lines = (
            _joined(first, _inner(names_of_group, row))
            for event in events
            for first in (_inner(names_of_event, event.cells),)
            for row in event.groups
        )
        yield "".join(lines).encode()


def _inner(names: Sequence[str], cells: Sequence[Cell]) -> str:
    """The members of an object, without its braces."""
    return json.dumps(dict(zip(names, cells, strict=True)), ensure_ascii=False)[1:-1]


def _joined(first: str, second: str) -> str:
    return f"{{{first}{', ' if first and second else ''}{second}}}\n"
