"""Read a CSV file cell by cell, so that whatever is wrong is told with its file, line, column and reason.

Nothing is guessed: the text is UTF-8 (a byte order mark is allowed), the header has exactly the columns of its layout
in any order, every cell is converted by its column's converter, without the apostrophe that our own exports put before
a text that a spreadsheet could run. Reading goes on after a mistake, so that one run tells
all of them.
"""

import codecs
import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any, Generic, TypeVar

from booking.sheets import unguarded

MOST_BYTES = 64 * 1024 * 1024
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)

Value_co = TypeVar("Value_co", covariant=True)


class CellRefused(ValueError):
    """A cell that cannot be kept; `rule` names what it breaks, the message says why."""

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(reason)
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in one file. Line 0 is the file as a whole, an empty column the line as a whole."""

    file: str
    line: int
    column: str
    rule: str
    reason: str

    def __str__(self) -> str:
        line = f", line {self.line}" if self.line else ""
        column = f", column {self.column}" if self.column else ""
        return f"{self.file}{line}{column}: {self.reason} ({self.rule})"


class BadTables(ValueError):
    """Files that cannot be taken; nothing was written."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True)
class Column(Generic[Value_co]):
    """How a column's cells become values; `convert` raises `CellRefused`. An optional column may be missing."""

    convert: Callable[[str], Value_co]
    optional: bool = False


@dataclass(frozen=True)
class Layout:
    """A file: its columns, and those that together tell one row from another."""

    name: str
    key: tuple[str, ...]
    columns: Mapping[str, Column[Any]]

    @property
    def required(self) -> list[str]:
        """The columns that a header must have."""
        return [name for name, column in self.columns.items() if not column.optional]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a file with its converted values; a cell that was refused is missing."""

    line: int
    values: dict[str, Any]


@dataclass
class Table:
    """The rows of one file, and the problems found in it, in reading and afterwards."""

    file: str
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, line: int, column: str, rule: str, reason: str) -> None:
        """Note a mistake."""
        self.problems.append(Problem(self.file, line, column, rule, reason))


def read_table(path: Path, layout: Layout) -> Table:
    """All rows of the file; what is wrong with it stands in the table's `problems`."""
    table = Table(path.name)
    text = _text(path, table)
    if text is not None:
        _read_rows(text, layout, table)
    return table


def _text(path: Path, table: Table) -> str | None:
    """The file as text, or None with the reason noted."""
    try:
        if path.stat().st_size > MOST_BYTES:
            table.refuse(0, "", "encoding", "the file is larger than 64 MB")
            return None
        data = path.read_bytes()
    except OSError as error:
        table.refuse(0, "", "file", f"the file cannot be read: {error.strerror}")
        return None
    if data.startswith(_WIDE_MARKS):
        table.refuse(1, "", "encoding", "the file is UTF-16 or UTF-32, not UTF-8")
        return None
    if b"\x00" in data:
        line = data[: data.index(b"\x00")].count(b"\n") + 1
        table.refuse(line, "", "encoding", "the file holds NUL: it is no UTF-8 text (UTF-16 without its mark?)")
        return None
    return _decoded(data, table)


def _decoded(data: bytes, table: Table) -> str | None:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        sign = data[error.start]
        table.refuse(line, "", "encoding", f"the byte 0x{sign:02X} is not UTF-8 (is the file Latin-1?)")
        return None


def _records(text: str, table: Table) -> Iterator[tuple[int, list[str]]]:
    """The lines as lists of cells, each with the line on which it begins; blank ones are skipped."""
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            if cells:
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        table.refuse(line, "", "quotes", f"the line is not CSV: {error}")


def _read_rows(text: str, layout: Layout, table: Table) -> None:
    records = _records(text, table)
    line, header = next(records, (1, []))
    if not _header_fits(line, header, layout, table):
        return
    seen: dict[tuple[object, ...], int] = {}
    for at, cells in records:
        if len(cells) != len(header):
            table.refuse(at, "", "cells", f"the line has {len(cells)} cells, the header {len(header)}")
            continue
        row = Row(at, dict(_values(at, zip(header, cells, strict=True), layout, table)))
        table.rows.append(row)
        _notice_twin(row, layout, seen, table)


def _header_fits(line: int, header: list[str], layout: Layout, table: Table) -> bool:
    before = len(table.problems)
    if not header and not table.problems:
        table.refuse(line, "", "header", "the file is empty: it has no header")
        return False
    for name in layout.required:
        if name not in header:
            table.refuse(line, name, "header", "the column is missing")
    for name in dict.fromkeys(header):
        if name not in layout.columns:
            table.refuse(line, f"{name!r:.60}", "header", f"the column is unknown in {layout.name}")
        elif header.count(name) > 1:
            table.refuse(line, name, "header", "the column stands twice")
    return len(table.problems) == before


def _values(line: int, cells: Iterable[tuple[str, str]], layout: Layout, table: Table) -> Iterator[tuple[str, object]]:
    for name, cell in cells:
        try:
            yield name, layout.columns[name].convert(unguarded(cell))
        except CellRefused as refused:
            table.refuse(line, name, refused.rule, str(refused))


def _notice_twin(row: Row, layout: Layout, seen: dict[tuple[object, ...], int], table: Table) -> None:
    """Refuse a row whose key stood before; a row whose key could not be read has been refused already."""
    if not all(name in row.values for name in layout.key):
        return
    key = tuple(row.values[name] for name in layout.key)
    first = seen.setdefault(key, row.line)
    if first != row.line:
        told = ", ".join(str(part) for part in key)
        table.refuse(row.line, layout.key[-1], "unique", f"{told} stands already in line {first}")
