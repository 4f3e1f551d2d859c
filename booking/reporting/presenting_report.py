"""The page of a report, and that of the events behind a number."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

from flask import url_for
from flask_babel import format_percent, ngettext
from flask_babel import gettext as _

from booking import i18n
from booking.attendance.grid_forms import MISSING
from booking.attendance.views.grid import LONGEST
from booking.fields import Choices
from booking.reporting import words
from booking.reporting.filter_forms import FilterForm, last_complete_month, query_of
from booking.reporting.naming import Names, number
from booking.reporting.presenting_charts import Charts
from booking.reporting.presenting_tables import Tables, address_of
from booking.reporting.report_pages import KeyFigure, Link, ReportPage
from booking.reporting.table_terms import Cell, Report, Table
from booking.reporting.terms import Figure, Filters, Period

Query = Mapping[str, str | list[str]]


def report_page(
    form: FilterForm, report: Report | None, choices: Mapping[str, Choices], today: date, *, alone: str = ""
) -> ReportPage:
    """Everything of a report, or one table `alone`; the form and the shortcuts where the filter could not be read."""
    if report is None:
        return ReportPage(form, shortcuts(Filters(last_complete_month(today)), today, is_shown=False))
    locale = i18n.current_locale()
    names, query = Names(choices, locale), query_of(report.filters)
    tables = Tables(names, query, alone)
    page = ReportPage(
        form,
        shortcuts(report.filters, today),
        days=days_of(report.filters.period, locale),
        sections=tables.sections(report.tables),
        files=_files(query),
        whole=Link(_("The whole report"), _address("reports.page", query)) if alone else None,
    )
    charts = Charts(names, query, i18n.direction(locale) == "rtl", alone)
    if alone:
        return replace(page, rankings=charts.rankings(report))
    return replace(
        page,
        figures=key_figures(report),
        complete=complete_of(report),
        not_ready=not_ready_of(report),
        multiples=charts.multiples(report),
        rankings=charts.rankings(report),
        is_empty=not any(row.values for row in report.table("T1.kind").rows if not row.is_total),
    )


def days_of(period: Period, locale: str) -> str:
    """As in "1 Jul 2020 to 31 Jan 2021", in the reader's language."""
    first, last = (i18n.format_day_year(day, locale) for day in (period.first, period.last))
    return str(_("%(first)s to %(last)s", first=first, last=last))


def shortcuts(filters: Filters, today: date, *, is_shown: bool = True) -> tuple[Link, ...]:
    """Periods that are often asked for, with the other filters kept."""
    month = last_complete_month(today)
    quarter = date(today.year, today.month - (today.month - 1) % 3, 1)
    before = last_complete_month(quarter)
    year = today.year - 1 if today.month > 1 else today.year - 2
    periods = (
        (_("Last month"), month),
        (_("Last quarter"), Period(_months_before(before.first, 2), before.last)),
        (_("This year so far"), Period(date(today.year, 1, 1), today)),
        (_("July to January"), Period(date(year, 7, 1), date(year + 1, 1, 31))),
    )
    return tuple(
        Link(
            text,
            _address("reports.page", query_of(replace(filters, period=period))),
            is_shown and period == filters.period,
        )
        for text, period in periods
    )


def _months_before(day: date, months: int) -> date:
    for _each in range(months):
        day = last_complete_month(day).first
    return day


def _address(endpoint: str, query: Query, **more: str) -> str:
    return f"{url_for(endpoint)}?{urlencode({**query, **more}, doseq=True)}"


def _files(query: Query) -> tuple[Link, ...]:
    return (
        Link(_("Download XLSX"), _address("exports.attendance", query, file="xlsx")),
        Link(_("Download CSV"), _address("exports.attendance", query, file="csv")),
        Link(_("Choose columns"), _address("exports.page", query)),
        Link(_("Print the report"), _address("reports.document", query)),
        Link(_("Report paragraphs"), _address("paragraphs.shown", {name: query[name] for name in ("from", "to")})),
    )


def key_figures(report: Report) -> tuple[KeyFigure, ...]:
    """Five, each beside that of a year before."""
    events, people = report.table("T1.station").rows[-1].values[1:3]
    online = report.table("T1.online").rows[-1].values[1]
    groups = report.filters
    countries = _distinct(report.table("T2.countries"), 1, 2, groups, Figure.COUNTRIES_NUMBER)
    languages = _distinct(report.table("T4.used"), 2, 3, groups, Figure.LANGUAGES_NUMBER)
    found = (
        (_("Events held"), events),
        (_("Participants"), people),
        (_("Online tours and briefings"), online),
        (_("Countries"), countries),
        (_("Languages used"), languages),
    )
    return tuple(_figure(name, cell) for name, cell in found if isinstance(cell, Cell))


def _distinct(table: Table, key: int, at: int, filters: Filters, figure: Figure) -> Cell:
    """How many codes have a number, now and a year before."""
    cells = [(row.values[key], cell) for row in table.rows if isinstance(cell := row.values[at], Cell)]
    now, before = ({code for code, cell in cells if value(cell)} for value in (_value, _before))
    return Cell(len(now), len(before), filters, figure)


def _value(cell: Cell) -> int | None:
    return cell.value


def _before(cell: Cell) -> int | None:
    return cell.before


def _figure(name: str, cell: Cell) -> KeyFigure:
    before = _("a year before: %(number)s", number=number(cell.before)) if cell.before else _("a year before: none")
    change = ""
    if cell.before and cell.value is not None:
        part = (cell.value - cell.before) / cell.before
        change = f"{'+' if part >= 0 else '−'}{format_percent(abs(part))}"
    return KeyFigure(name, number(cell.value), address_of(cell), str(before), change)


def complete_of(report: Report) -> str:
    """How many of the events held have a number."""
    events, _people, missing = (
        cell.value or 0 for cell in report.table("T1.station").rows[-1].values[1:4] if isinstance(cell, Cell)
    )
    if not events:
        return ""
    if not missing:
        every = ngettext(
            "The one event that was held has its number of participants.",
            "All %(events)s events that were held have their number of participants.",
            events,
            events=number(events),
        )
        return str(every)
    known = max(0, events - missing)  # of a pair of events that is one visit, both may miss theirs
    some = _(
        "%(known)s of %(all)s events that were held have their number of participants: %(part)s.",
        known=number(known),
        all=number(events),
        part=format_percent(known / events),
    )
    return str(some)


def not_ready_of(report: Report) -> tuple[Link, ...]:
    """What keeps the figures from being final, and where the desk writes numbers down."""
    missing = [*missing_of(report)]
    period = report.filters.period
    if missing and period.last - period.first <= LONGEST:
        query = {"show": MISSING, "from": period.first.isoformat(), "to": period.last.isoformat()}
        missing.append(Link(_("Write the missing numbers down"), _address("attendance.grid", query)))
    return tuple(missing)


def missing_of(report: Report) -> tuple[Link, ...]:
    """What keeps the figures from being final."""
    return tuple(
        Link(
            i18n.labelled(words.REASONS[one.reason], number(one.number)),
            address_of(Cell(one.number, None, one.filters, one.figure)),
        )
        for one in report.not_ready
    )
