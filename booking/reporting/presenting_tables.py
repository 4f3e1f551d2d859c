"""The eleven tables in words, each number with the address of its events."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from booking.accounts.identity import required_staff
from booking.accounts.terms import Role
from booking.reporting import words
from booking.reporting.event_forms import DAYS, NO_EVENTS, query_of_events
from booking.reporting.filter_forms import query_of
from booking.reporting.naming import Names, number
from booking.reporting.report_pages import Link, Section, ShownCell, ShownRow, ShownTable
from booking.reporting.table_terms import Cell, Column, Kind, Row, Table, Value
from booking.reporting.terms import Figure, Filters

MOST_ROWS, NARROWED_ROWS = 3, 2
"""Of a table that is cut; of one under filters, which all its addresses repeat."""
WHOLE = 4, 7
"""Rows that a table beside the others has at most to stand uncut; the first may have more. Alone it has all."""
SECTIONS = {
    "T1": _l("Events held and participants"),
    "T2": _l("Countries"),
    "T3": _l("Topics"),
    "T4": _l("Languages"),
    "T5": _l("New offerings"),
    "T6": _l("Closures and reopenings"),
    "T7": _l("Series and programmes"),
    "T8": _l("Surveys"),
    "T9": _l("Items and views"),
    "T10": _l("Cancelled, not attended, refused"),
    "T11": _l("Quality of the data"),
}
CHARTED = "T1.station_month"
EVENTS = "reports/events"
"""Where events are listed, as seen from the page of the report."""
IN_CHARTS = frozenset({CHARTED, "T1.month"})
"""Tables whose numbers stand under the charts."""
_NUMBERS = frozenset({Kind.NUMBER, Kind.PER_CENT})


@dataclass(frozen=True)
class Tables:
    """How tables are written: names, the address of the page, and which table stands alone, if one does."""

    names: Names
    query: Mapping[str, str | list[str]]
    alone: str = ""
    is_whole: bool = False
    """Each with all its rows, those under the charts too: for print."""

    def sections(self, tables: Sequence[Table]) -> tuple[Section, ...]:
        """The tables under their headings."""
        shown = [table for table in tables if self._is_shown(table)]
        found = ((id_, title, [table for table in shown if table.number == id_]) for id_, title in SECTIONS.items())
        return tuple(Section(id_, str(title), tuple(map(self.table, parts))) for id_, title, parts in found if parts)

    def _is_shown(self, table: Table) -> bool:
        if self.is_whole:
            return says_something(table)
        return table.id == self.alone if self.alone else table.id not in IN_CHARTS

    def table(self, table: Table) -> ShownTable:
        """One of them, with its first rows and its total alone where others stand beside it."""
        rows, total = _parted(table.rows)
        is_whole = self.alone or self.is_whole or len(rows) <= WHOLE[table.number == "T1"]
        kept = rows if is_whole else rows[: MOST_ROWS if self.query.keys() <= DAYS else NARROWED_ROWS]
        return ShownTable(
            table.id,
            str(words.TITLES[table.id]),
            tuple(str(words.COLUMNS[one.name]) for one in table.columns),
            tuple(at for at, one in enumerate(table.columns, 1) if one.kind not in _NUMBERS),
            tuple(self._row(row, table.columns) for row in (*kept, *total)),
            tuple(str(words.NOTES[note]) for note in table.notes),
            None if len(kept) == len(rows) else all_rows(table.id, len(rows), self.query),
        )

    def _row(self, row: Row, columns: Sequence[Column]) -> ShownRow:
        cells = [self._cell(value, column) for value, column in zip(row.values, columns, strict=True)]
        if row.is_total and not isinstance(row.values[0], Cell):
            cells[0] = ShownCell(str(words.TOTAL))
        return ShownRow(tuple(cells), row.is_total)

    def _cell(self, value: Value, column: Column) -> ShownCell:
        text = self.names.of(value, column)
        return opened(value, text) if isinstance(value, Cell) else ShownCell(text)


def says_something(table: Table) -> bool:
    """Whether it has a row, or a number that is not 0 in its total."""
    return any(
        not row.is_total or any(isinstance(cell, Cell) and cell.value for cell in row.values) for row in table.rows
    )


def all_rows(id_: str, rows: int, query: Mapping[str, str | list[str]]) -> Link:
    """Where a table stands alone, with all its rows."""
    address = f"{url_for('reports.page')}?{urlencode({**query, 'table': id_}, doseq=True)}"
    return Link(_("All %(number)s rows", number=number(rows)), address)


def opened(cell: Cell, text: str, css: str = "") -> ShownCell:
    """A number, with the address of its events where it has some, and that of a year before beside it."""
    before = number(cell.before) if cell.before else ""
    return ShownCell(text, address_of(cell), before, css)


def address_of(cell: Cell) -> str:
    """Where the events of a number are listed, or else what it was counted from; empty where there is nothing."""
    if not cell.value or cell.filters is None or cell.figure is None:
        return ""
    if cell.figure in NO_EVENTS:
        return _ELSEWHERE[cell.figure](cell.filters) if cell.figure in _ELSEWHERE else ""
    # As short as can be, since there are hundreds in a page: what is encoded for an address needs no other signs.
    query = query_of_events(cell.filters, cell.figure)
    return Markup(f"{EVENTS}?{query}")  # noqa: S704  nothing of it can end an attribute


def _languages_offered(filters: Filters) -> str:
    return f"{url_for('reports.page')}?{urlencode({**query_of(filters), 'table': 'T4.offered'}, doseq=True)}"


def _exceptions(filters: Filters) -> str:
    """The list of exceptions that one station made to one rule, for its own desk."""
    [station] = filters.stations
    if not required_staff().may(Role.COORDINATOR, station):
        return ""
    days = {name: day for name, day in query_of(filters).items() if name in DAYS}
    of = {"station": station, "rule": filters.rules[0]} if any(filters.rules) else {"station": station}
    return f"{url_for('desk.exceptions')}?{urlencode({**of, **days})}"


_ELSEWHERE: Mapping[Figure, Callable[[Filters], str]] = {
    Figure.LANGUAGES_OFFERED: _languages_offered,
    Figure.EXCEPTIONS: _exceptions,
}
"""Numbers that no event is behind, and the addresses of what is."""


def _parted(rows: Iterable[Row]) -> tuple[list[Row], list[Row]]:
    every = list(rows)
    return [row for row in every if not row.is_total], [row for row in every if row.is_total]
