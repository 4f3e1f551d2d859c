"""An export as a workbook: sheet 1 explains it, then come the summary, the events and the groups."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from booking.i18n.locales import direction
from booking.reporting.exporting.about import Tally, about
from booking.reporting.exporting.columns import Column, Part, of_part
from booking.reporting.exporting.rows import Cell, EventRows
from booking.reporting.terms import Filters

OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": False,
}
"""Rows go to the disk as they come, and a text stays a text."""
MOST_ROWS = 1_000_000
"""On one sheet; what is more goes on another. A spreadsheet has 1,048,576."""
SUMMARY = (_l("Duty station"), _l("Kind"), _l("Format"), _l("Month"), _l("Events held"), _l("Participants"))
EVENT_FIGURES = (_l("Events counted"), _l("Attended"))


@dataclass
class _Sheets:
    """The sheets of one name: a second one begins where the first is full."""

    book: Workbook
    name: str
    head: Sequence[tuple[str, int]]
    bold: Format
    right_to_left: bool

    def __post_init__(self) -> None:
        self.number = 0
        self.row = 0
        self.sheet = self._another()

    def _another(self) -> Worksheet:
        self.number += 1
        sheet = self.book.add_worksheet(self.name if self.number == 1 else f"{self.name} {self.number}")
        if self.right_to_left:
            sheet.right_to_left()
        sheet.freeze_panes(1, 0)
        for at, (title, width) in enumerate(self.head):
            sheet.set_column(at, at, width)
            sheet.write_string(0, at, title, self.bold)
        self.row = 0
        return sheet

    def add(self, cells: Iterable[Cell]) -> None:
        """Write one row: numbers as numbers, all else as text, nothing for what is empty."""
        if self.row == MOST_ROWS:
            self.sheet = self._another()
        self.row += 1
        row, string, number = self.row, self.sheet.write_string, self.sheet.write_number
        for at, cell in enumerate(cells):
            if cell.__class__ is str:
                if cell:
                    string(row, at, cell)
            elif cell is not None:
                number(row, at, cell)


def write_workbook(
    file: BinaryIO,
    batches: Iterable[Sequence[EventRows]],
    columns: Sequence[Column],
    filters: Filters,
    *,
    who: str,
    at: datetime,
    locale: str,
    seen: Callable[[int], None] = lambda _rows: None,
) -> Tally:
    """Write the workbook into the file; what went through. `seen` hears of the rows so far."""
    book = Workbook(file, OPTIONS)
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    to_left = direction(locale) == "rtl"
    first = _Sheets(book, _("About"), [(_("About this file"), 34), ("", 90)], bold, to_left)
    summary = _Sheets(book, _("Summary"), [(str(title), 18) for title in SUMMARY], bold, to_left)
    events = _Sheets(book, _("Events"), _event_head(columns), bold, to_left)
    groups = _Sheets(book, _("Groups"), [(str(one.title), one.width) for one in columns], bold, to_left)
    tally = Tally()
    for batch in batches:
        for event in batch:
            events.add((*event.cells, event.fact.counts, event.fact.attended))
            for row in event.groups:
                groups.add((*event.cells, *row))
        tally.add(batch)
        seen(tally.rows)
    for line in about(filters, tally, who=who, at=at):
        first.add(line)
    for key in sorted(tally.events):
        summary.add((*key[:3], _month(key[3]), tally.events[key], tally.people[key]))
    book.close()
    return tally


def _event_head(columns: Sequence[Column]) -> list[tuple[str, int]]:
    head = [(str(one.title), one.width) for one in of_part(columns, Part.EVENT)]
    return [*head, *((str(title), 9) for title in EVENT_FIGURES)]


def _month(number: int) -> str:
    year, month = divmod(number, 100)
    return f"{year:04}-{month:02}"
