"""Exports as text, some rows at a time: CSV as RFC 4180 has it, and JSON Lines."""

import csv
import json
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Sequence

from booking.reporting.exporting.columns import Column, Nature, Part, of_part
from booking.reporting.exporting.rows import Cell, Cells, EventRows
from booking.sheets import BEGINNINGS, guarded

Batches = Iterable[Sequence[EventRows]]
END = "\r\n"
_as_json = json.JSONEncoder(ensure_ascii=False).encode
"""Made once: `json.dumps` makes one for each call that wants other than ASCII."""


def csv_lines(batches: Batches, columns: Sequence[Column], *, mark: bool = False) -> Iterator[bytes]:
    """A header of column names and a line for each row, UTF-8; `mark`: with a byte order mark, as Excel wants it."""
    writer = _Writer(columns)
    yield (BOM_UTF8 if mark else b"") + writer.head().encode()
    for events in batches:
        yield "".join(map(writer.lines, events)).encode()


class _Lines(list[str]):
    """Takes lines as a file would."""

    write = list.append


class _Writer:
    """Writes events: the cells of each once, and before every line of its groups what came of that."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = columns
        events, groups = (of_part(columns, part) for part in Part)
        self.typed_of_event, self.typed_of_group = _typed(events), _typed(groups)
        # An empty cell that has a line to itself is written `""`, so that an empty one more goes beside it; its comma
        # stands between the two parts.
        self.after_event: Cells = ("",) if groups else ()
        self.before_group: Cells = ("",) if events and len(groups) == 1 else ()
        self.end = f",{END}" if self.before_group else END
        self.written = _Lines()
        self.csv = csv.writer(self.written, lineterminator=END)

    def head(self) -> str:
        """The names of the columns."""
        self.csv.writerow([column.id for column in self.columns])
        return self.written.pop()

    def lines(self, event: EventRows) -> str:
        """The lines of an event."""
        [cells], groups = _guarded([event.cells], self.typed_of_event), _guarded(event.groups, self.typed_of_group)
        if self.before_group:
            groups = [(*self.before_group, *row) for row in groups]
        if cells:
            self.csv.writerow((*cells, *self.after_event))
        before = self.written.pop().removesuffix(self.end) if cells else ""
        self.csv.writerows(groups)
        found = before + before.join(self.written)
        self.written.clear()
        return found


def _typed(columns: Sequence[Column]) -> tuple[int, ...]:
    return tuple(at for at, column in enumerate(columns) if column.nature is Nature.TYPED)


def _guarded(rows: Sequence[Sequence[Cell]], typed: Sequence[int]) -> Sequence[Sequence[Cell]]:
    """The rows with an apostrophe where one needs it; the rows themselves where none does."""
    if not any(row[at] and row[at][0] in BEGINNINGS for at in typed for row in rows):  # type: ignore[index]
        return rows
    return [[guarded(str(cell)) if cell and at in typed else cell for at, cell in enumerate(row)] for row in rows]


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
    return _as_json(dict(zip(names, cells, strict=True)))[1:-1]


def _joined(first: str, second: str) -> str:
    return f"{{{first}{', ' if first and second else ''}{second}}}\n"
