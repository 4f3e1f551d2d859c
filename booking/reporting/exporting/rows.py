"""Rows of an export: the cells of each event made once, those of its groups beside them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any

from sqlalchemy.orm import Session

from booking import zones
from booking.i18n.countries import country_name
from booking.i18n.languages import language_name
from booking.reporting.exporting.columns import Column, Part, of_part
from booking.reporting.queries.answers import region_of
from booking.reporting.queries.attendance_rows import AnyRow, Found, Group, events_and_groups, histories
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
        self.named = [(at, _Names(name, locale)) for at, name in _positions(groups)]
        self.history = self.wanted.index("history") if "history" in self.wanted else None
        self.said: Mapping[tuple[int, int | None], str] = {}
        self.locale = locale

    def made(self, found: Found) -> list[EventRows]:
        """The rows of these events."""
        return [
            EventRows(event, tuple(make(event, self.locale) for make in self.of_event), self._groups(event, groups))
            for event, groups in found
        ]

    def _groups(self, event: AnyRow, groups: Sequence[Group]) -> list[Cells]:
        rows = self._cells(event, groups) if groups else []
        if not rows or (event.whole is not None and all(group[0] is None for group in groups)):
            rows.append(self._as_a_whole(event))
        return rows

    def _cells(self, event: AnyRow, groups: Sequence[Group]) -> list[Cells]:
        """Whole columns are turned into names: that takes no step of ours for each row."""
        columns: list[Iterable[Any]] = [*islice(zip(*groups, strict=True), 1, None)]
        if not columns:
            return [()] * len(groups)
        for at, names in self.named:
            columns[at] = map(names.__getitem__, columns[at])
        if self.history is not None:
            columns[self.history] = [self.said.get((event.id, booking), "") for booking in columns[self.history]]
        return list(zip(*columns, strict=True))

    def _as_a_whole(self, event: AnyRow) -> Cells:
        told = {"attended": event.whole, "attended_source": event.whole_source}
        if self.history is not None:
            told["history"] = self.said.get((event.id, None), "")
        return tuple(told.get(name) for name in self.wanted)


class _Names(dict[Cell, str]):
    """Names by code, each made once: a dictionary costs a row less than a call."""

    def __init__(self, name: Callable[[str, str], str], locale: str) -> None:
        self.name, self.locale = name, locale

    def __missing__(self, code: Cell) -> str:
        found = self[code] = self.name(str(code), self.locale) if code else ""
        return found


def _positions(groups: Sequence[Column]) -> list[tuple[int, Callable[[str, str], str]]]:
    """Which cells of a group are names of what was read."""
    names: dict[str, Callable[[str, str], str]] = {
        "country_name": country_name,
        "region": lambda code, _locale: region_of(code),
    }
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
