"""A report as a workbook: sheet 1 explains it, then a sheet for each of its tables."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import BinaryIO

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from booking.i18n.locales import direction
from booking.reporting import words
from booking.reporting.exporting.about import definitions, filters_said
from booking.reporting.exporting.workbook import OPTIONS
from booking.reporting.naming import Names
from booking.reporting.table_terms import Cell, Kind, Report, Row, Table

WIDTH = 20  # characters of a column
NUMBERS = frozenset({Kind.NUMBER, Kind.PER_CENT})
BEFORE = _l("a year before")


def write_report(file: BinaryIO, report: Report, names: Names, *, who: str) -> None:
    """Write the workbook into the file: numbers are numbers, all else is text; empty is "not recorded"."""
    book = Workbook(file, {**OPTIONS, "constant_memory": False, "in_memory": True})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    to_left = direction(names.locale) == "rtl"
    _write(_sheet(book, _("About"), to_left), list(_about(report, who)), bold)
    for number, tables in groupby(report.tables, lambda table: table.number):
        _write(_sheet(book, number, to_left), [line for table in tables for line in _lines(table, names)], bold)
    book.close()


def _sheet(book: Workbook, name: str, to_left: bool) -> Worksheet:  # noqa: FBT001  of the locale
    sheet = book.add_worksheet(name)
    if to_left:
        sheet.right_to_left()
    sheet.set_column(0, 20, WIDTH)
    return sheet


_Line = tuple[bool, list[str | int | None]]
"""Whether it is a heading, and its cells."""


def _write(sheet: Worksheet, lines: list[_Line], bold: Format) -> None:
    for at, (is_heading, cells) in enumerate(lines):
        for column, cell in enumerate(cells):
            if isinstance(cell, str) and cell:
                sheet.write_string(at, column, cell, bold if is_heading else None)
            elif isinstance(cell, int):
                sheet.write_number(at, column, cell, bold if is_heading else None)


def _about(report: Report, who: str) -> Iterator[_Line]:
    period = report.filters.period
    yield True, [_("About this file")]
    days = _("%(first)s to %(last)s, both included", first=period.first.isoformat(), last=period.last.isoformat())
    yield False, [_("Period"), days]
    for name, values in filters_said(report.filters) or [(_("Filters"), _("none"))]:
        yield False, [name, values]
    yield False, [_("Made at"), report.made_at.strftime("%Y-%m-%d %H:%M UTC")]
    yield False, [_("Made by"), who]
    for one in report.not_ready:
        yield False, [str(words.REASONS[one.reason]), one.number]
    for name, says in definitions():
        yield False, [name, says]


def _lines(table: Table, names: Names) -> Iterator[_Line]:
    """The title, the headings, the rows, what is to be known, and a blank line."""
    has_before = {at for row in table.rows for at, cell in enumerate(row.values) if _before(cell) is not None}
    yield True, [str(words.TITLES[table.id])]
    heads: list[str | int | None] = []
    for at, column in enumerate(table.columns):
        name = str(words.COLUMNS[column.name])
        heads += [name, f"{name}, {BEFORE}"] if at in has_before else [name]
    yield True, heads
    for row in table.rows:
        yield row.is_total, list(_cells(table, row, has_before, names))
    for note in table.notes:
        yield False, [str(words.NOTES[note])]
    yield False, []


def _before(value: object) -> int | None:
    return value.before if isinstance(value, Cell) else None


def _cells(table: Table, row: Row, has_before: set[int], names: Names) -> Iterator[str | int | None]:
    for at, (value, column) in enumerate(zip(row.values, table.columns, strict=True)):
        is_label = at == 0 and row.is_total and not isinstance(value, Cell)
        if is_label:
            yield str(words.TOTAL)
        elif column.kind in NUMBERS and isinstance(value, Cell | int):
            yield value.value if isinstance(value, Cell) else value
        elif isinstance(value, date):
            yield value.isoformat()
        else:
            yield names.plain(value, column)
        if at in has_before:
            yield _before(value)
