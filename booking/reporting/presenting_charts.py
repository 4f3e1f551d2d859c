"""Charts of a report, and the tables of their numbers."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from flask_babel import gettext as _

from booking import i18n
from booking.clock_faces import STATION_CSS
from booking.reporting.charting import Column, ceiling, columns, parts
from booking.reporting.naming import Names, number
from booking.reporting.presenting_tables import CHARTED, all_rows, opened
from booking.reporting.report_pages import Multiple, Multiples, Ranking, ShownCell, ShownRow, ShownTable
from booking.reporting.table_terms import Cell, Kind, Report, Row
from booking.reporting.terms import Filters, Period

MOST_MONTHS, MOST_QUARTERS = 13, 39
"""Months of a period that are shown one by one, or by quarter; more of them by year."""
MOST_BARS = 10
RANKED = ("languages", "countries")
"""Ids of the ranked bars."""
STRENGTHS = 4


@dataclass(frozen=True)
class Span:
    """A month, a quarter or a year of the period: a short name for a chart, a long one for a table."""

    first: date
    last: date
    short: str
    long: str


def spans(period: Period, locale: str) -> list[Span]:
    """The months that a period touches, one by one or, of a long one, three or twelve together."""
    months = (period.last.year - period.first.year) * 12 + period.last.month - period.first.month + 1
    step = 1 if months <= MOST_MONTHS else 3 if months <= MOST_QUARTERS else 12
    month = period.first.month - (period.first.month - 1) % step
    first, found = date(period.first.year, month, 1), []
    for _each in range(-(-months // step) + 1):
        end = first.month + step - 1
        last = date(first.year, end, monthrange(first.year, end)[1])
        found.append(Span(first, last, *_span_names(first, step, locale)))
        if last >= period.last:
            break
        first = last + timedelta(days=1)
    return found


def _span_names(first: date, step: int, locale: str) -> tuple[str, str]:
    if step == 1:
        return i18n.short_month(first.month, locale), i18n.month_name(first.year, first.month, locale)
    name = str(first.year) if step > 3 else i18n.quarter_name(first.year, (first.month + 2) // 3, locale)  # noqa: PLR2004  a quarter
    return name, name


@dataclass(frozen=True)
class Charts:
    """How charts are drawn for a reader; `alone` is the one that stands with all its numbers, if one does."""

    names: Names
    query: Mapping[str, str | list[str]]
    is_mirrored: bool
    alone: str = ""

    def multiples(self, report: Report) -> tuple[Multiples, ...]:
        """Events and people by station and month; none where nothing was held."""
        every = spans(report.filters.period, self.names.locale)
        held = _by_station(report.table(CHARTED).rows, every)
        if not held:
            return ()
        says = _("One scale for all stations. The line is the same time a year before.")
        events = self._multiples("events-by-month", _("Events held"), says, every, held, 0)
        people = self._multiples("people-by-month", _("Participants"), says, every, held, 1, is_heat=True)
        return events, people

    def _multiples(
        self,
        id_: str,
        title: str,
        says: str,
        every: Sequence[Span],
        held: dict[str, list[tuple[Cell, Cell]]],
        which: int,
        *,
        is_heat: bool = False,
    ) -> Multiples:
        cells = {station: [pair[which] for pair in pairs] for station, pairs in held.items()}
        most = ceiling([one or 0 for row in cells.values() for cell in row for one in (cell.value, cell.before)])
        charts = tuple(self._multiple(station, row, every, most) for station, row in cells.items())
        table = self._grid(id_, title, every, cells, is_heat=is_heat)
        return Multiples(id_, title, says, charts, table, is_heat)

    def _multiple(self, station: str, cells: Sequence[Cell], every: Sequence[Span], most: int) -> Multiple:
        found = [Column(span.short, cell.value, cell.before) for span, cell in zip(every, cells, strict=True)]
        name = self.names.code(station, Kind.STATION)
        chart = columns(found, most, number, is_mirrored=self.is_mirrored)
        return Multiple(name, STATION_CSS.get(station, ""), chart)

    def _grid(
        self, id_: str, title: str, every: Sequence[Span], cells: dict[str, list[Cell]], *, is_heat: bool
    ) -> ShownTable:
        """A row for each station, a column for each month."""
        most = max((cell.value or 0 for row in cells.values() for cell in row), default=0)

        def css(cell: Cell) -> str:
            strength = _strength(cell.value or 0, most) if is_heat else 0
            return f"h{strength}" if strength else ""

        rows = [
            ShownRow(
                (
                    ShownCell(self.names.code(station, Kind.STATION)),
                    *(opened(cell, number(cell.value), css(cell)) for cell in row),
                )
            )
            for station, row in cells.items()
        ]
        return ShownTable(id_, title, (_("Duty station"), *(span.long for span in every)), (1,), tuple(rows))

    def rankings(self, report: Report) -> tuple[Ranking, ...]:
        """Languages in which events were held, and countries that groups came from."""
        whole = report.filters
        languages = _added(report.table("T4.used").rows, 2, 3, lambda code: whole.narrowed(languages=(code,)))
        countries = _added(report.table("T2.countries").rows, 1, 2, lambda code: whole.narrowed(countries=(code,)))
        found = (
            self._ranking(RANKED[0], _("Languages used"), _("Events held"), Kind.LANGUAGE, languages),
            self._ranking(RANKED[1], _("Countries"), _("Groups"), Kind.COUNTRY, countries),
        )
        return tuple(one for one in found if one and self.alone in {"", one.id})

    def _ranking(self, id_: str, title: str, counted: str, kind: Kind, cells: dict[str, Cell]) -> Ranking | None:
        named = sorted(
            ((self.names.code(code, kind) or _("not recorded"), cell) for code, cell in cells.items() if cell.value),
            key=lambda one: (-(one[1].value or 0), i18n.sort_key(one[0], self.names.locale)),
        )
        if not named:
            return None
        says = f"{counted}. "
        if len(named) > MOST_BARS:
            says += _("The first %(some)s of %(all)s.", some=number(MOST_BARS), all=number(len(named)))
        shown = named if self.alone else named[:MOST_BARS]
        rows = tuple(ShownRow((ShownCell(name), opened(cell, number(cell.value)))) for name, cell in shown)
        more = None if len(shown) == len(named) else all_rows(id_, len(named), self.query)
        table = ShownTable(id_, title, (title, counted), (1,), rows, more=more)
        bars = parts([cell.value or 0 for _name, cell in shown])
        return Ranking(id_, title, says.strip(), tuple(bars), table)


def _by_station(rows: Iterable[Row], every: Sequence[Span]) -> dict[str, list[tuple[Cell, Cell]]]:
    """Events and people of each station in each span."""
    found: dict[str, list[list[Row]]] = defaultdict(lambda: [[] for _span in every])
    for row in rows:
        station, month = str(row.values[0]), str(row.values[1])
        day = date(int(month[:4]), int(month[5:7]), 1)
        at = next(at for at, span in enumerate(every) if span.first <= day <= span.last)
        found[station][at].append(row)
    return {station: [(_sum(part, 2), _sum(part, 3)) for part in parts] for station, parts in found.items()}


def _sum(rows: Sequence[Row], at: int) -> Cell:
    """Numbers of several months as one, with the events of all of them; what nobody recorded is left out."""
    cells = [cell for row in rows if isinstance(cell := row.values[at], Cell)]
    if len(cells) == 1:
        return cells[0]
    known = [cell.value for cell in cells if cell.value is not None]
    value = sum(known) if known or not cells else None
    first = next((cell for cell in cells if cell.filters), None)
    if first is None or first.filters is None:
        return Cell(value)
    days = [cell.filters.period for cell in cells if cell.filters]
    whole = Period(min(one.first for one in days), max(one.last for one in days))
    before = sum(cell.before or 0 for cell in cells)
    return Cell(value, before, replace(first.filters, period=whole), first.figure)


def _added(rows: Iterable[Row], key: int, at: int, inside: Callable[[str], Filters]) -> dict[str, Cell]:
    """Numbers of all stations together, by a code; they open the events of all."""
    cells: dict[str, list[Cell]] = defaultdict(list)
    for row in rows:
        if isinstance(cell := row.values[at], Cell):
            cells[str(row.values[key])].append(cell)
    return {
        code: Cell(
            sum(one.value or 0 for one in some), sum(one.before or 0 for one in some), inside(code), some[0].figure
        )
        for code, some in cells.items()
    }


def _strength(value: int, most: int) -> int:
    """How strong the colour of a cell is, 0 to 4."""
    return -(-value * STRENGTHS // most) if most else 0
