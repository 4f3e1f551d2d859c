"""The page of the events behind a number."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from booking import i18n
from booking.accounts.identity import required_staff
from booking.accounts.terms import Role
from booking.attendance.presenting.words import whose
from booking.fields import Choices
from booking.reporting.event_forms import EventsForm
from booking.reporting.filter_forms import query_of
from booking.reporting.naming import Names, number
from booking.reporting.narrative.forms import period_form
from booking.reporting.presenting_report import days_of
from booking.reporting.queries.behind import Sum, pages_of
from booking.reporting.queries.events import EventLine
from booking.reporting.report_pages import EventsPage, Link, ListedEvent
from booking.reporting.table_terms import Kind
from booking.reporting.terms import Figure, Filters

ON_PAGE = 50
BACK = "back"
"""What a page of the list names the page by that it was opened from."""
FIGURES = {
    Figure.PARTICIPANTS: _l("Participants"),
    Figure.GROUPS: _l("Groups"),
    Figure.GROUPS_LOST: _l("Groups that did not come"),
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
    """A page of events, what all of them come to, whose word their numbers are, by code, and the way back."""

    lines: Sequence[EventLine]
    whole: Sum
    sources: Mapping[str, Collection[str]]
    back: Link


def events_page(
    figure: Figure,
    filters: Filters,
    found: Listed,
    value: int | None,
    page: int,
    choices: Mapping[str, Choices],
) -> EventsPage:
    """The events, and what all of them come to."""
    whole, back = found.whole, found.back
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
        back=back,
        pages=_pages(min(page, last), last, back.url),
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
        source=i18n.join_facts(whose(source, line.attended) for source in sources),
        count_url=url_for("attendance.one", code=line.code) if is_mine and line.attended is not None else "",
    )


def came_from(filters: Filters, today: date) -> Link:
    """The report with all its filters, or the paragraphs, that the reader came from; else the report of these days.

    It is told by the browser, or by the address of one of the list's pages; what it names is read as the pages read it.
    """
    told = _asked_from()
    query, report = MultiDict(parse_qsl(told.query)), url_for("reports.page")
    if told.path == url_for("paragraphs.shown") and (period := period_form(query).period):
        return Link(str(_("Report paragraphs")), f"{told.path}?{urlencode(query_of(Filters(period)))}")
    asked = EventsForm(query).filters(today) if told.path == report else None
    here = asked or Filters(filters.period, stations=filters.stations, kinds=filters.kinds, formats=filters.formats)
    return Link(str(_("Report")), f"{report}?{urlencode(query_of(here), doseq=True)}")


def _asked_from() -> SplitResult:
    """The page of ours that the address or the browser names; an empty one where it is none, or no address at all."""
    try:
        named, told = urlsplit(request.args.get(BACK, "")), urlsplit(request.referrer or "")
    except ValueError:
        return urlsplit("")
    if named.path:
        return named
    return told if told.netloc == request.host else urlsplit("")


def _pages(at: int, last: int, back: str) -> tuple[Link, ...]:
    links = ((_("Page before"), at - 1), (_("Next page"), at + 1))
    return tuple(Link(text, _page_url(to, back)) for text, to in links if 1 <= to <= last)


def _page_url(page: int, back: str) -> str:
    pairs = [(name, one) for name, one in request.args.items(multi=True) if name not in {"page", BACK}]
    return f"{request.path}?{urlencode([*pairs, (BACK, back), ('page', str(page))])}"
