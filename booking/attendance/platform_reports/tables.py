"""Text to rows of cells, with the limits that a file from outside needs."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

from booking.attendance.platform_reports.terms import NotReadable, Refusal
from booking.sheets import unguarded

MOST_ROWS = 50_000
MOST_IN_A_CELL = 131_072
"""Characters; the limit of the csv module, which is set for the whole process and left alone."""
MOST_CELLS = 200
"""Cells of a row; platforms write a dozen."""
DELIMITERS = ("\t", ",", ";")
_LINES = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
_SEPARATOR_LINE = re.compile(r"sep=([,;\t])(?:\r\n?|\n)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """A row: the line on which it begins, from 1, and its cells without blanks around them.

    Nor has a cell the apostrophe that a program put there to keep a spreadsheet from running it: a person's name is the
    same with and without.
    """

    line: int
    cells: tuple[str, ...]

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in it."""
        return not any(self.cells)


def rows_of(text: str, delimiter: str) -> Iterator[Row]:
    """Every row, blank ones too. `NotReadable` with the row: a quote left open, a cell too long, too many rows."""
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    line = 1
    try:
        for number, cells in enumerate(reader, 1):
            if number > MOST_ROWS:
                told = f"the file has more than {MOST_ROWS:,} rows"
                raise NotReadable(Refusal.TOO_MANY_ROWS, told, row=line)
            if len(cells) > MOST_CELLS:
                told = f"the row has more than {MOST_CELLS} cells"
                raise NotReadable(Refusal.TOO_MANY_CELLS, told, row=line)
            yield Row(line, tuple(unguarded(cell.strip()).strip() for cell in cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise _refused(error, line) from None


def _lines(text: str) -> Iterator[str]:
    """The lines, ended by what ends a line of a file and by nothing else that Unicode calls a line's end."""
    found = _SEPARATOR_LINE.match(text)
    if found:
        yield "\n"
    yield from (line.group() for line in _LINES.finditer(text, found.end() if found else 0))


def _refused(error: csv.Error, line: int) -> NotReadable:
    if "field larger" in str(error):
        told = f"a cell has more than {MOST_IN_A_CELL:,} characters: is a quote left open?"
        return NotReadable(Refusal.CELL_TOO_LONG, told, row=line)
    return NotReadable(Refusal.QUOTES, "a quotation mark is left open or stands within a cell", row=line)


def ends_within_a_row(text: str) -> bool:
    """Whether the text has no line end after its last row."""
    return not text.endswith(("\r", "\n"))


def is_last_row(text: str, line: int) -> bool:
    """Whether nothing follows the row that begins on this line."""
    return sum(1 for _line in _LINES.finditer(text)) <= line
