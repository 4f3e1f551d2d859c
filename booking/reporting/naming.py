"""What stands in a report's tables, in the reader's language: names, numbers and days as the locale has them."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask_babel import format_decimal, format_percent
from flask_babel import gettext as _

from booking import i18n
from booking.fields import Choices
from booking.reporting import words
from booking.reporting.table_terms import Cell, Column, Kind, Value
from booking.reporting.terms import Filters

CHOSEN = {
    Kind.STATION: "station",
    Kind.UNIT: "unit",
    Kind.KIND: "kind",
    Kind.FORMAT: "format",
    Kind.AUDIENCE: "audience",
    Kind.THEME: "theme",
    Kind.LANGUAGE: "language",
    Kind.COUNTRY: "country",
}
"""Kinds of values whose names are those of a list of the filter."""
FILTERED = (
    ("stations", "station"),
    ("units", "unit"),
    ("kinds", "kind"),
    ("formats", "format"),
    ("themes", "theme"),
    ("languages", "language"),
    ("countries", "country"),
    ("audiences", "audience"),
    ("series", "series"),
)


def number(value: int | None) -> str:
    """A number as the reader's language writes it; None is "not recorded"."""
    return str(words.NOT_RECORDED if value is None else format_decimal(value))


class Names:
    """Names of codes, from the lists of the filter and from the tables of names."""

    def __init__(self, choices: Mapping[str, Choices], locale: str) -> None:
        """`choices` are those of `filter_forms.filter_choices`, `with_surveys` where a report is named."""
        self.locale = locale
        self._lists = {name: {str(code): str(text) for code, text in pairs} for name, pairs in choices.items()}

    def of(self, value: Value, column: Column) -> str:
        """A value of a table in words."""
        if isinstance(value, Cell):
            return self._figure(value, column)
        if isinstance(value, date):
            return i18n.format_day_year(value, self.locale)
        if not isinstance(value, str):
            return words.named(value, column, self.locale)
        return self.code(value, column.kind, column.name)

    def plain(self, value: Value, column: Column) -> str:
        """The same for a program: numbers and days as they are."""
        return (
            self.code(value, column.kind, column.name)
            if isinstance(value, str)
            else words.named(value, column, self.locale)
        )

    def code(self, value: str, kind: Kind, name: str = "") -> str:
        """The name of a code; of a text, itself."""
        if kind is Kind.MONTH and value:
            return i18n.month_name(int(value[:4]), int(value[5:7]), self.locale)
        if name in _SAID:
            return str(_SAID[name](self, value))
        known = self._lists.get(CHOSEN.get(kind, ""), {})
        return known.get(value) or words.named(value, Column(name, kind), self.locale)

    def filters(self, found: Filters) -> tuple[tuple[str, str], ...]:
        """What each filter that is set is called, and the names of its values."""
        named = [(name, getattr(found, field)) for field, name in FILTERED]
        told = [(str(words.COLUMNS[name]), self._listed(name, values)) for name, values in named if values]
        told += [
            (str(words.COLUMNS[name]), i18n.join_list([self.code(one, kind) for one in values], self.locale))
            for name, values, kind in (
                ("state", found.subdivisions, Kind.STATE),
                ("reason", found.reasons, Kind.TEXT),
                ("status", found.fates, Kind.STATUS),
            )
            if values
        ]
        if found.late:
            told.append((str(words.COLUMNS["late"]), str(_("yes"))))
        if found.raised:
            told.append((str(words.TITLES["T3.raised"]), i18n.join_list(found.raised, self.locale)))
        return tuple(told)

    def _listed(self, name: str, values: tuple[str, ...]) -> str:
        kind = next((kind for kind, list_name in CHOSEN.items() if list_name == name), Kind.TEXT)
        every = dict.fromkeys(self.code(value, kind, name) or str(_("none")) for value in values)
        return i18n.join_list(every, self.locale)

    def _figure(self, cell: Cell, column: Column) -> str:
        if column.kind is not Kind.PER_CENT:
            return number(cell.value)
        return str(_("not shown")) if cell.value is None else format_percent(cell.value / 100)

    def _series(self, code: str) -> str:
        return self._lists.get("series", {}).get(code, code)

    def _survey(self, code: str) -> str:
        return self._lists.get("survey", {}).get(code, code)

    def _qualifier(self, code: str) -> str:
        return i18n.term(f"qualifier.{code}", self.locale).replace("{n}", "").strip() if code in _QUALIFIERS else ""


_QUALIFIERS = frozenset({"about", "more-than", "nearly", "at-least", "not-recorded"})
_SAID: Mapping[str, Callable[[Names, str], Any]] = {
    "series": Names._series,  # noqa: SLF001  its own
    "survey": Names._survey,  # noqa: SLF001  its own
    "qualifier": Names._qualifier,  # noqa: SLF001  its own
}
