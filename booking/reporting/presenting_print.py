"""The report as a document for print: sheet 1 says what it is, then come paragraphs, figures, tables and events."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode

from flask import url_for
from flask_babel import gettext as _

from booking import i18n, zones
from booking.attendance.grid_forms import SOURCES
from booking.attendance.terms import Source
from booking.bookings.terms import BookingStatus
from booking.catalogue.terms import StationFacts
from booking.fields import Choices
from booking.reporting.exporting.about import definitions
from booking.reporting.filter_forms import FilterForm, query_of
from booking.reporting.naming import Names, number
from booking.reporting.narrative.drafting import plain_lines
from booking.reporting.presenting_charts import Charts
from booking.reporting.presenting_print_parts import HEAD_KB, WHOLE, bytes_of, joined, parted
from booking.reporting.presenting_report import complete_of, days_of, key_figures, missing_of
from booking.reporting.presenting_tables import Tables
from booking.reporting.print_pages import PrintedEvent, PrintedGroup, PrintedPart, PrintPage
from booking.reporting.queries.attendance_rows import AnyRow, Group
from booking.reporting.report_pages import Link
from booking.reporting.services.printing import Printed
from booking.reporting.table_terms import Kind
from booking.reporting.terms import Filters
from booking.scheduling.terms import EventStatus


def print_page(
    form: FilterForm,
    found: Printed,
    choices: Mapping[str, Choices],
    stations: Sequence[StationFacts],
    *,
    who: str,
    part: int | None = 1,
) -> PrintPage:
    """A part of the document in the reader's language; all of it for None."""
    report, locale = found.report, i18n.current_locale()
    names, query = Names(choices, locale), query_of(report.filters)
    charts = Charts(names, query, i18n.direction(locale) == "rtl")
    listed, rest = _listed(found)
    first = PrintPage(
        form,
        report_url=f"{url_for('reports.page')}?{urlencode(query, doseq=True)}",
        kept=tuple((name, value) for name, many in query.items() if isinstance(many, list) for value in many),
        days=days_of(report.filters.period, locale),
        about=tuple(_about(report.filters, names, stations, report.made_at, who)),
        definitions=tuple(definitions()),
        paragraphs=tuple(plain_lines(found.draft, found.version, locale)) if found.draft else (),
        paragraphs_note=_about_paragraphs(found),
        figures=key_figures(report),
        complete=complete_of(report),
        not_ready=missing_of(report),
        multiples=charts.multiples(report),
        rankings=charts.rankings(report),
        listed=listed,
        rest=rest,
    )
    sections = Tables(names, query, is_whole=True).sections(report.tables)
    events = tuple(_event(event, groups, names) for event, groups in found.events)
    return _part(first, parted(bytes_of(first), sections, events), part, query)


def _part(
    first: PrintPage, parts: Sequence[PrintedPart], wanted: int | None, query: Mapping[str, str | list[str]]
) -> PrintPage:
    """The part that is wanted, the last one where there are fewer, with the way to the others; or all parts in one."""
    at = min(wanted, len(parts)) if wanted else 0
    base, all_of_it = url_for("reports.document"), urlencode({**query, "part": WHOLE}, doseq=True)
    links = tuple(
        Link(_holds(part, which == 1), f"{base}?{urlencode({**query, 'part': which}, doseq=True)}", which == at)
        for which, part in enumerate(parts, 1)
    )
    if len(links) > 1:
        size = number((bytes_of(first) + sum(map(bytes_of, parts))) // 1000 + HEAD_KB)
        whole = Link(_("The whole document at once, about %(size)s kB", size=size), f"{base}?{all_of_it}", not at)
        first = replace(first, parts=links, whole=whole)
    page = replace(first, content=parts[at - 1] if at else joined(parts))
    if at <= 1:
        return page
    part = _("Part %(number)s of %(all)s", number=number(at), all=number(len(parts)))
    return replace(page, part=part, figures=(), multiples=(), rankings=())


def _holds(part: PrintedPart, is_first: bool) -> str:  # noqa: FBT001  the only thing that it is told
    """What stands in a part, in a line."""
    tables = [section.id for section in part.sections]
    said = (
        _("Summary and charts") if is_first else "",
        "–".join(dict.fromkeys((tables[0], tables[-1]))) if tables else "",
        _("Events and groups from %(day)s", day=part.events[0].day) if part.events else "",
    )
    return " · ".join(filter(None, said))


def _about(
    filters: Filters, names: Names, stations: Sequence[StationFacts], at: datetime, who: str
) -> Iterator[tuple[str, str]]:
    """The first sheet, line by line."""
    yield _("Period"), _("%(days)s, both included", days=days_of(filters.period, names.locale))
    yield from names.filters(filters) or [(_("Filters"), _("none"))]
    for station in stations:
        if not filters.stations or station.code in filters.stations:
            place = names.code(station.code, Kind.STATION)
            yield _("Time zone of %(station)s", station=place), station.time_zone
    yield _("Made at"), i18n.join_facts([i18n.format_day_year(at.date(), names.locale), f"{i18n.format_time(at)} UTC"])
    yield _("Made by"), who


def _about_paragraphs(found: Printed) -> str:
    if found.draft is None:
        said = _("The paragraphs are about everything: a report that is narrowed down has none.")
    elif found.version is None:
        said = _("Not signed yet.")
    elif found.version.digest == found.draft.digest:
        said = _("Version %(number)s, signed by two.", number=found.version.number)
    else:
        said = _(
            "Version %(number)s, signed by two. Figures or texts have changed since; the tables are those of now.",
            number=found.version.number,
        )
    return str(said)


def _listed(found: Printed) -> tuple[str, Link | None]:
    """How many events stand in the list, and where the rest of them is."""
    some, every = len(found.events), found.number
    if some == every:
        said = _("Every event of these days under these filters, whatever became of it: %(all)s.", all=number(every))
        return said, None
    said = _(
        "The first %(some)s of %(all)s events, by day. The workbook that is exported under the same filters has all.",
        some=number(some),
        all=number(every),
    )
    query = urlencode({**query_of(found.report.filters), "file": "xlsx"}, doseq=True)
    return said, Link(_("Download XLSX"), f"{url_for('exports.attendance')}?{query}")


def _event(event: AnyRow, groups: Sequence[Group], names: Names) -> PrintedEvent:
    start = zones.to_local(event.starts_at, event.time_zone)
    day = i18n.format_day_year(start.date(), names.locale)
    facts = (
        names.code(event.kind, Kind.KIND),
        names.code(event.format, Kind.FORMAT),
        names.code(event.language, Kind.LANGUAGE),
        names.code(event.status, Kind.STATUS),
        event.status_reason,
    )
    return PrintedEvent(
        event.code,
        day,
        i18n.join_facts([day, i18n.format_time(start)]),
        (event.title or event.offering_title).in_locale(names.locale)[0],
        " · ".join(str(fact) for fact in (names.code(event.station, Kind.STATION), *facts) if fact),
        tuple(_group(group, names) for group in groups),
        number(event.attended) if event.status == EventStatus.HELD else "",
    )


def _group(group: Group, names: Names) -> PrintedGroup:
    _counts, organisation, label, country, status, booked, attended, source = group
    came = status == BookingStatus.ATTENDED
    facts = (
        names.code(country, Kind.COUNTRY) if country else "",
        names.code(status, Kind.STATUS),
        SOURCES[Source(source)] if attended is not None and source else "",
    )
    return PrintedGroup(
        i18n.join_facts([organisation, label]) or _("Somebody who came alone"),
        " · ".join(str(fact) for fact in facts if fact),
        number(booked) if booked is not None else "",
        number(attended) if came or attended is not None else "",
    )
