"""The page of the events behind a number."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from booking import i18n
from booking.accounts.identity import required_staff
from booking.accounts.terms import Role
from booking.attendance.presenting.words import whose
from booking.fields import Choices
from booking.reporting.filter_forms import query_of
from booking.reporting.naming import Names, number
from booking.reporting.presenting_report import days_of
from booking.reporting.queries.behind import Sum, pages_of
from booking.reporting.queries.events import EventLine
from booking.reporting.report_pages import EventsPage, Link, ListedEvent
from booking.reporting.table_terms import Kind
from booking.reporting.terms import Figure, Filters

ON_PAGE = 50
FIGURES = {
    Figure.PARTICIPANTS: _l("Participants"),
    Figure.GROUPS: _l("Groups"),
    Figure.EVENTS_RECORDED: _l("Events held whose participants were counted"),
    Figure.EVENTS_UNRECORDED: _l("Events held of which a number is missing"),
    Figure.EVENTS_CANCELLED: _l("Events cancelled"),
    Figure.EVENTS_NO_SHOW: _l("Events to which nobody came"),
    Figure.EVENTS_UNDECIDED: _l("Events over that nobody concluded"),
    Figure.COUNTRIES_NUMBER: _l("Countries"),
    Figure.LANGUAGES_NUMBER: _l("Languages used"),
    Figure.REGIONS_NUMBER: _l("Regional groups"),
    Figure.STATES_NUMBER: _l("States of the United States"),
}
"""What the number of a figure is called; all others are of the events held."""
HELD = _l("Events held")
DISTINCT = frozenset({Figure.COUNTRIES_NUMBER, Figure.LANGUAGES_NUMBER, Figure.REGIONS_NUMBER, Figure.STATES_NUMBER})
"""Figures that say how many different ones there are among the events, not how many events."""


@dataclass(frozen=True)
class Listed:
    """A page of events, what all of them come to, and whose word their numbers are, by code."""

    lines: Sequence[EventLine]
    whole: Sum
    sources: Mapping[str, Collection[str]]


def events_page(
    figure: Figure,
    filters: Filters,
    found: Listed,
    value: int | None,
    page: int,
    choices: Mapping[str, Choices],
) -> EventsPage:
    """The events, and what all of them come to."""
    whole = found.whole
    names, locale = Names(choices, i18n.current_locale()), i18n.current_locale()
    last = pages_of(whole.lines, ON_PAGE)
    said = ngettext("%(events)s event", "%(events)s events", whole.lines, events=number(whole.lines))
    if whole.events != whole.lines and figure not in {Figure.EVENTS_UNRECORDED, Figure.EVENTS_RECORDED}:
        said = i18n.join_sentences(
            (said, _("Where a visit is two events, on site and online, one of them is counted."))
        )
    return EventsPage(
        title=str(FIGURES.get(figure, HELD)),
        days=days_of(filters.period, locale),
        number=number(value),
        says=said,
        filters=names.filters(filters),
        events=tuple(_line(line, names, found.sources.get(line.code, ())) for line in found.lines),
        total=(number(whole.events), number(whole.groups), number(whole.people)),
        back_url=f"{url_for('reports.page')}?{urlencode(query_of(Filters(filters.period)), doseq=True)}",
        pages=_pages(min(page, last), last),
        at=_("Page %(page)s of %(all)s", page=number(min(page, last)), all=number(last)) if last > 1 else "",
    )


def _line(line: EventLine, names: Names, sources: Collection[str]) -> ListedEvent:
    facts = (
        names.code(line.kind, Kind.KIND),
        names.code(line.format, Kind.FORMAT),
        names.code(line.language, Kind.LANGUAGE),
        names.code(line.theme, Kind.THEME),
    )
    is_mine = required_staff().may(Role.COORDINATOR, line.station)
    return ListedEvent(
        line.code,
        i18n.format_day_year(line.starts_on, names.locale),
        url_for("series.event", code=line.code) if is_mine else "",
        names.code(line.station, Kind.STATION),
        " · ".join(fact for fact in facts if fact),
        number(line.groups),
        number(line.attended),
        bool(line.counts),
        source=", ".join(whose(source, line.attended) for source in sources),
        count_url=url_for("attendance.one", code=line.code) if is_mine and line.attended is not None else "",
    )


def _pages(at: int, last: int) -> tuple[Link, ...]:
    links = ((_("Page before"), at - 1), (_("Next page"), at + 1))
    return tuple(Link(text, _page_url(to)) for text, to in links if 1 <= to <= last)


def _page_url(page: int) -> str:
    pairs = [(name, one) for name, one in request.args.items(multi=True) if name != "page"]
    return f"{request.path}?{urlencode([*pairs, ('page', str(page))])}"
