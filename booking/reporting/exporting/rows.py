"""Rows of an export: the cells of each event made once, those of its groups beside them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, partial
from typing import Any

from sqlalchemy.orm import Session

from booking import zones
from booking.i18n.countries import country_name
from booking.i18n.languages import language_name
from booking.reporting.exporting.columns import Column, Part, of_part
from booking.reporting.queries.answers import region_of
from booking.reporting.queries.attendance_rows import AnyRow, Found, events_and_groups, histories
from booking.reporting.terms import Filters

Cell = str | int | None
Cells = tuple[Cell, ...]
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class EventRows:
    """An event: what reports count of it, its cells, and the cells of each group; empty cells are "not recorded"."""

    fact: AnyRow
    cells: Cells
    groups: Sequence[Sequence[Cell]]


def attendance(
    session: Session, filters: Filters, columns: Sequence[Column], locale: str
) -> Iterator[Sequence[EventRows]]:
    """Some events at a time, by day and id; an event without a group has one row without.

    So has one that was counted as a whole beside groups without numbers: the sum of "attended" over rows of events
    held is what reports say.
    """
    maker = _Maker(columns, locale)
    for found in events_and_groups(session, filters, maker.wanted):
        if maker.history is not None:
            maker.said = histories(session, [event.id for event, _groups in found])
        yield maker.made(found)


class _Maker:
    """Makes cells of what is read, for these columns and this reader."""

    def __init__(self, columns: Sequence[Column], locale: str) -> None:
        groups = of_part(columns, Part.GROUP)
        self.wanted = [column.id for column in groups]
        self.of_event = [_EVENT_CELLS[column.id] for column in of_part(columns, Part.EVENT)]
        self.named = [(at, partial(name, locale)) for at, name in _positions(groups)]
        self.numbers = self._at("attended"), self._at("attended_source")
        self.history = self._at("history")
        self.said: Mapping[tuple[int, int | None], str] = {}
        self.locale = locale

    def _at(self, name: str) -> int | None:
        return self.wanted.index(name) if name in self.wanted else None

    def made(self, found: Found) -> list[EventRows]:
        """The rows of these events."""
        return [
            EventRows(event, tuple(make(event, self.locale) for make in self.of_event), self._groups(event, groups))
            for event, groups in found
        ]

    def _groups(self, event: AnyRow, groups: Sequence[AnyRow]) -> list[Sequence[Cell]]:
        rows: list[Sequence[Cell]] = [list(row)[2:] for row in groups]
        if self.named:
            rows = [self._with_names(list(row)) for row in rows]
        if not rows or (event.whole is not None and all(group[1] is None for group in groups)):
            rows.append(self._as_a_whole(event))
        if self.history is not None:
            rows = [self._with_history(event, list(row), self.history) for row in rows]
        return rows

    def _with_history(self, event: AnyRow, row: list[Cell], at: int) -> list[Cell]:
        """The row with what was said in place of the id of its booking, of which an event as a whole has none."""
        booking = row[at]
        row[at] = self.said.get((event.id, booking if isinstance(booking, int) else None), "")
        return row

    def _with_names(self, row: list[Cell]) -> list[Cell]:
        for at, name in self.named:
            row[at] = name(row[at])
        return row

    def _as_a_whole(self, event: AnyRow) -> list[Cell]:
        row: list[Cell] = [None] * len(self.wanted)
        for at, value in zip(self.numbers, (event.whole, event.whole_source), strict=True):
            if at is not None:
                row[at] = value
        return row


@cache
def _country(locale: str, code: str | None) -> str:
    return country_name(code, locale) if code else ""


@cache
def _region(_locale: str, code: str | None) -> str:
    return region_of(code) if code else ""


def _positions(groups: Sequence[Column]) -> list[tuple[int, Callable[[str, Any], str]]]:
    """Which cells of a group are names of what was read."""
    names: dict[str, Callable[[str, Any], str]] = {"country_name": _country, "region": _region}
    return [(at, names[column.id]) for at, column in enumerate(groups) if column.id in names]


def _offset(event: AnyRow, _locale: str) -> str:
    return zones.to_local(event.starts_at, event.time_zone).isoformat(timespec="minutes")


def _title(event: AnyRow, locale: str) -> str:
    text: str = (event.title or event.offering_title).in_locale(locale)[0]
    return text


def _plain(name: str) -> Callable[[AnyRow, str], Cell]:
    def cell(event: AnyRow, _locale: str) -> Cell:
        value: Cell = getattr(event, name)
        return value

    return cell


_EVENT_CELLS: dict[str, Callable[[AnyRow, str], Cell]] = {
    "event_id": _plain("code"),
    "offering_id": _plain("offering"),
    "title": _title,
    "language_name": lambda event, locale: language_name(event.language, locale) if event.language else "",
    "starts_at": _offset,
    "starts_on": lambda event, _locale: event.starts_on.isoformat(),
    "duration_min": lambda event, _locale: (event.ends_at - event.starts_at) // MINUTE,
    "event_status": _plain("status"),
    **{
        name: _plain(name)
        for name in (
            *("station", "unit", "kind", "format", "series", "partner", "theme", "audience", "language"),
            *("time_zone", "status_reason", "topics_raised"),
        )
    },
}
