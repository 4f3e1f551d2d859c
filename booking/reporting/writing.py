"""A report as text of three kinds: JSON for programs, CSV for sheets, aligned columns for a terminal."""

import csv
import io
import json
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from booking import i18n
from booking.reporting import words
from booking.reporting.naming import Names
from booking.reporting.table_terms import Cell, Kind, Report, Row, Table, Value
from booking.sheets import guarded

WIDEST = 48
"""Characters of a text in a column on a terminal; the rest is left to the other formats."""


def as_json(report: Report) -> dict[str, Any]:
    """Codes and numbers as they are: null is "not recorded"; `measures` as in the file of expected totals."""
    filters = report.filters
    return {
        "period": {"from": filters.period.first.isoformat(), "to": filters.period.last.isoformat()},
        "stations": list(filters.stations),
        "made_at": report.made_at.isoformat(),
        "measures": {id_: answer.plain for id_, answer in report.answers.items()},
        "tables": [_table(table) for table in report.tables],
        "not_ready": [{"reason": one.reason, "number": one.number} for one in report.not_ready],
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "id": table.id,
        "title": str(words.TITLES[table.id]),
        "rows": [_row(table, row) for row in table.rows],
        "notes": [str(words.NOTES[note]) for note in table.notes],
    }


def _row(table: Table, row: Row) -> dict[str, Any]:
    """Values by column; of a number, that of the year before as `<column>_before` where there is one."""
    found: dict[str, Any] = {"is_total": True} if row.is_total else {}
    for column, value in zip(table.columns, row.values, strict=True):
        found[column.name] = _plain(value)
        if isinstance(value, Cell) and value.before is not None:
            found[f"{column.name}_before"] = value.before
    return found


def _plain(value: Value) -> str | int | bool | None:
    if isinstance(value, Cell):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def as_csv(report: Report, names: Names) -> str:
    """Every table under its title, a blank line after each; no text is taken for a formula, no number is one."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    for table in report.tables:
        lines.writerow([f"{table.number} {words.TITLES[table.id]}"])
        lines.writerows([guarded(cell) for cell in line] for line in _lines(table, names))
        lines.writerows([[str(words.NOTES[note])] for note in table.notes] + [[]])
    return text.getvalue()


def _lines(table: Table, names: Names) -> Iterator[list[str]]:
    """The headings and each row, in words; the total says that it is one."""
    yield [str(words.COLUMNS[column.name]) for column in table.columns]
    for row in table.rows:
        line = [names.plain(*pair) for pair in zip(row.values, table.columns, strict=True)]
        if row.is_total and not isinstance(row.values[0], Cell):
            line[0] = str(words.TOTAL)
        yield line


def as_table(report: Report, names: Names) -> str:
    """Every table with aligned columns, numbers at the right, what is not ready at the end."""
    parts = [_aligned(table, list(_lines(table, names))) for table in report.tables if table.rows]
    waiting = [i18n.labelled(words.REASONS[one.reason], one.number) for one in report.not_ready]
    return "\n".join((*parts, *waiting)) + ("\n" if waiting else "")


def _aligned(table: Table, lines: Sequence[Sequence[str]]) -> str:
    cut = [[_cut(" ".join(cell.split())) for cell in line] for line in lines]
    widths = [max(_width(line[at]) for line in cut) for at in range(len(table.columns))]
    numbers = [column.kind in {Kind.NUMBER, Kind.PER_CENT} for column in table.columns]
    shown = ["  ".join(map(_padded, line, widths, numbers)).rstrip() for line in cut]
    rule = "  ".join("-" * width for width in widths)
    notes = [str(words.NOTES[note]) for note in table.notes]
    title = f"{table.number} {words.TITLES[table.id]}"
    return "\n".join((title, shown[0], rule, *shown[1:], *notes)) + "\n"


def _cut(text: str) -> str:
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"


def _width(text: str) -> int:
    """Cells of a terminal: wide characters take two, marks none."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text
    )


def _padded(text: str, width: int, is_number: bool) -> str:  # noqa: FBT001  one of three columns side by side
    blanks = " " * (width - _width(text))
    return blanks + text if is_number else text + blanks


def dumped(report: Report) -> str:
    """The JSON of the command."""
    return json.dumps(as_json(report), ensure_ascii=False, indent=2) + "\n"
