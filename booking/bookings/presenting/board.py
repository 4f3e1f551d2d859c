"""The desk's front page: the week by station and language, and what must be seen to."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlencode

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import i18n, zones
from booking.bookings.board_forms import NO_GUIDE, BoardForm, EventsForm
from booking.bookings.board_pages import BoardCell, BoardColumn, BoardPage, BoardRow, EventsPage, RedLine, RedList
from booking.bookings.presenting.joint import waiting_list
from booking.bookings.presenting.series import event_row
from booking.bookings.queries.board import SOON, Cell, Expiring, Over, Place, Pressing
from booking.bookings.queries.uncounted import Uncounted
from booking.catalogue.pages import Link
from booking.clock_faces import STATION_CSS, station_moment
from booking.scheduling.queries.desk import DeskEvent
from booking.scheduling.queries.partners import Invited
from booking.scheduling.queries.red_list import RedRow, Trouble
from booking.scheduling.roster.weeks import Week

SHOWN = 5
"""Rows of a red list on the front page."""


@dataclass(frozen=True)
class Board:
    """What the page is made of; the lists hold all, whatever their week."""

    now: datetime
    week: Week
    form: BoardForm
    places: Sequence[Place]
    cells: Sequence[Cell]
    red: Sequence[RedRow] = ()
    expiring: Sequence[Expiring] = ()
    pressing: Sequence[Pressing] = ()
    over: Sequence[Over] = ()
    joint: Sequence[Invited] = ()
    """Joint events to answer."""
    uncounted: Sequence[Uncounted] = ()
    flags: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))

    @property
    def troubles(self) -> int:
        """How many rows the lists have."""
        return len(self.red) + len(self.due) + len(self.speakers) + len(self.over) + len(self.uncounted)

    @property
    def due(self) -> list[Expiring | Pressing]:
        """Requests of both kinds whose answer is due soon, the first deadline first."""
        soon = self.now + SOON
        both: list[Expiring | Pressing] = [*self.expiring, *(one for one in self.pressing if one.answer_by <= soon)]
        return sorted(both, key=lambda one: (one.answer_by, one.reference))

    @property
    def speakers(self) -> list[Pressing]:
        """SPK-01: requests for whose topic nobody is found in time."""
        return [one for one in self.pressing if one.seeks_speaker(self.now)]

    def in_language(self, tag: str) -> "Board":
        """Only what is in one language."""
        return replace(
            self,
            places=[replace(one, languages=one.languages & {tag}) for one in self.places],
            cells=[one for one in self.cells if one.language == tag],
            red=[one for one in self.red if one.language == tag],
            expiring=[one for one in self.expiring if one.language == tag],
            pressing=[one for one in self.pressing if one.language == tag],
            over=[one for one in self.over if one.language == tag],
            joint=[one for one in self.joint if one.event.language == tag],
            uncounted=[one for one in self.uncounted if one.language == tag],
        )


def board_page(board: Board) -> BoardPage:
    """The page."""
    _flag(board)
    numbers = {(cell.station, cell.language): cell for cell in board.cells}
    return BoardPage(
        week=week_text(board.week),
        sentence=_sentence(board),
        form=board.form,
        before_url=_board_url(board, board.week.before),
        after_url=_board_url(board, board.week.after),
        lists=(
            _without_guide(board),
            _expiring(board.due),
            _without_speaker(board),
            _over(board.over),
            _uncounted(board.uncounted),
        ),
        columns=tuple(_column(place, board.cells) for place in board.places),
        rows=tuple(
            BoardRow(i18n.language_name(tag, i18n.current_locale()), tuple(_cells(tag, board, numbers)))
            for tag in _languages(board)
        ),
        joint=waiting_list(board.joint, SHOWN),
    )


def _board_url(board: Board, week: Week) -> str:
    """The same part of the board in another week."""
    kept = {one.short_name: one.typed for one in board.form if one.typed and one.short_name != "week"}
    return url_for("desk.board") + "?" + urlencode({"week": str(week), **kept})


def week_text(week: Week) -> str:
    """As in "Mon 30 Nov to Sun 6 Dec 2026"."""
    locale = i18n.current_locale()
    first, last = i18n.format_days(week.monday, week.sunday, locale)
    return str(_("%(first)s to %(last)s", first=first, last=last))


def _sentence(board: Board) -> str:
    events = sum(cell.events for cell in board.cells)
    people = sum(cell.people for cell in board.cells)
    told = {
        "events": ngettext("%(num)s event", "%(num)s events", events),
        "people": ngettext("%(num)s person", "%(num)s people", people),
    }
    if not board.troubles:
        return str(_("%(events)s, %(people)s. Nothing needs you.", **told))
    things = ngettext("%(num)s thing needs you", "%(num)s things need you", board.troubles)
    return str(_("%(events)s, %(people)s. %(things)s; the rest runs by itself.", things=things, **told))


def _languages(board: Board) -> list[str]:
    """Those in which anything is given or takes place, by name."""
    tags = {cell.language for cell in board.cells}.union(*(place.languages for place in board.places))
    locale = i18n.current_locale()
    return sorted(tags, key=lambda tag: i18n.sort_key(i18n.language_name(tag, locale), locale))


def _column(place: Place, cells: Iterable[Cell]) -> BoardColumn:
    events = sum(cell.events for cell in cells if cell.station == place.code)
    return BoardColumn(named(place.code, place.name), STATION_CSS.get(place.code, ""), events)


def named(code: str, name: str) -> str:
    """A station in the reader's language."""
    return i18n.station_name(code, i18n.current_locale(), name)


def _cells(tag: str, board: Board, numbers: dict[tuple[str, str], Cell]) -> Iterable[BoardCell]:
    for place in board.places:
        cell = numbers.get((place.code, tag), Cell(place.code, tag, 0, 0))
        query = {"station": place.code, "language": tag, "week": str(board.week)}
        is_given = cell.events or tag in place.languages
        yield BoardCell(
            events=cell.events,
            people=ngettext("%(num)s person", "%(num)s people", cell.people),
            headcount=str(cell.people),
            named=i18n.join_facts((i18n.language_name(tag, i18n.current_locale()), named(place.code, place.name))),
            url=url_for("desk.events") + "?" + urlencode(query) if is_given else "",
            heat=f"h{(cell.events > 0) + (cell.events > 3) + (cell.events > 7)}",  # noqa: PLR2004  the key below it
            flags=tuple(sorted(board.flags.get((place.code, tag), ()))),
        )


def _flag(board: Board) -> None:
    """Mark the fields in which the week has something red."""
    for row in board.red:
        if _is_in(row.starts_at, row.time_zone, board.week):
            name = _("no address") if row.trouble is Trouble.NO_ADDRESS else _("no guide")
            board.flags[row.station_code, row.language].add(str(name))
    for over in board.over:
        if _is_in(over.starts_at, over.time_zone, board.week):
            board.flags[over.station, over.language].add(str(_("over")))


def _is_in(starts_at: datetime, zone: str, week: Week) -> bool:
    return week.monday <= zones.local_date(starts_at, zone) <= week.sunday


def _without_guide(board: Board) -> RedList:
    more = Link(str(_("All events without a guide this week")), _events_url(board.week, status=NO_GUIDE))
    return RedList(
        name="guide",
        title=str(_("No guide")),
        calm=str(_("Every event has a guide, and its meeting address.")),
        number=len(board.red),
        lines=tuple(map(_red_line, board.red[:SHOWN])),
        more=more if len(board.red) > SHOWN else None,
    )


def _red_line(row: RedRow) -> RedLine:
    locale = i18n.current_locale()
    what = station_moment(row.starts_at, row.time_zone, row.station_code, locale)
    people = ngettext("%(num)s person", "%(num)s people", row.taken)
    facts = i18n.join_facts([i18n.language_name(row.language, locale), people])
    act = _("Set the address") if row.trouble is Trouble.NO_ADDRESS else _("Propose a guide")
    link = Link(str(act), url_for("series.event", code=row.code))
    return RedLine(what, i18n.facts_and(facts, _trouble(row)), (link,))


def _trouble(row: RedRow) -> str:
    if row.trouble is Trouble.NO_ADDRESS:
        return str(_("No meeting address yet."))
    if row.answer_by:
        until = station_moment(row.answer_by, row.time_zone, row.station_code, i18n.current_locale())
        return str(_("A guide is asked, answer by %(until)s.", until=until))
    return str(_("Everybody who could was asked.")) if row.is_exhausted else str(_("Nobody is asked yet."))


def _expiring(rows: Sequence[Expiring | Pressing]) -> RedList:
    return RedList(
        name="requests",
        title=str(_("Requests about to expire")),
        calm=str(_("No request ends within two days.")),
        number=len(rows),
        lines=tuple(map(_expiring_line, rows[:SHOWN])),
        more=Link(str(_("All requests")), url_for("desk.requests")),
    )


def _expiring_line(row: Expiring | Pressing) -> RedLine:
    until = station_moment(row.answer_by, row.time_zone, row.station, i18n.current_locale())
    endpoint = "desk.visit" if isinstance(row, Pressing) else "desk.asked"
    link = Link(str(_("Decide")), url_for(endpoint, reference=row.reference))
    return RedLine(i18n.labelled(until, row.organisation), _asked_for(row), (link,))


def _asked_for(row: Expiring | Pressing) -> str:
    """What, in which language, for how many."""
    locale = i18n.current_locale()
    title = row.offering if isinstance(row, Pressing) else row.title
    what = title.in_locale(locale)[0] if title else str(_("Advice on what to choose"))
    people = ngettext("%(num)s person", "%(num)s people", row.size)
    return i18n.join_facts([what, i18n.language_name(row.language, locale), people])


def _without_speaker(board: Board) -> RedList:
    rows = board.speakers
    return RedList(
        name="speaker",
        title=str(_("No speaker yet")),
        calm=str(_("Nobody waits for a speaker longer than was promised.")),
        number=len(rows),
        lines=tuple(_speaker_line(one, board.now) for one in rows[:SHOWN]),
        more=Link(str(_("All without a speaker")), url_for("desk.requests", status="no-speaker")) if rows else None,
    )


def _speaker_line(row: Pressing, now: datetime) -> RedLine:
    """SPK-01: until when somebody is looked for, then what is proposed instead."""
    end = row.no_speaker_at or row.speaker_by or row.answer_by
    until = station_moment(end, row.time_zone, row.station, i18n.current_locale())
    if end <= now:
        told, act = _("The time to find a speaker ended %(until)s.", until=until), _("Propose another topic or a tour")
    else:
        told, act = _("Find a speaker by %(until)s.", until=until), _("Find a speaker")
    link = Link(str(act), url_for("desk.visit", reference=row.reference))
    return RedLine(row.organisation, i18n.facts_and(_asked_for(row), told), (link,))


def _over(rows: Sequence[Over]) -> RedList:
    return RedList(
        name="over",
        title=str(_("Over capacity")),
        calm=str(_("No group is larger than its limit.")),
        number=len(rows),
        lines=tuple(map(_over_line, rows[:SHOWN])),
        more=None,
    )


def _uncounted(found: Sequence[Uncounted]) -> RedList:
    more = Link(str(_("All without a number")), url_for("attendance.grid", show="missing"))
    return RedList(
        name="uncounted",
        title=str(_("Without a number")),
        calm=str(_("Every event of the last weeks has its number.")),
        number=len(found),
        lines=tuple(map(_uncounted_line, found[:SHOWN])),
        more=more if found else None,
    )


def _uncounted_line(row: Uncounted) -> RedLine:
    locale = i18n.current_locale()
    what = station_moment(row.starts_at, row.time_zone, row.station, locale)
    booked = ngettext("%(num)s person was booked.", "%(num)s people were booked.", row.taken)
    link = Link(str(_("Enter the number")), url_for("attendance.one", code=row.code))
    return RedLine(what, i18n.facts_and(row.title.in_locale(locale)[0], booked), (link,))


def _over_line(row: Over) -> RedLine:
    locale = i18n.current_locale()
    what = station_moment(row.starts_at, row.time_zone, row.station, locale)
    number = ngettext(
        "%(taken)s people, %(num)s too many: the limit is %(limit)s now.",
        "%(taken)s people, %(num)s too many: the limit is %(limit)s now.",
        row.over_by,
        taken=row.taken,
        limit=row.limit,
    )
    link = Link(str(_("Open the event")), url_for("series.event", code=row.code))
    return RedLine(what, i18n.facts_and(row.title.in_locale(locale)[0], number), (link,))


def _events_url(week: Week, **query: str) -> str:
    return url_for("desk.events") + "?" + urlencode({"week": str(week), **query})


def events_page(week: Week, form: EventsForm, events: Collection[DeskEvent], more: str) -> EventsPage:
    """The list, with the weeks beside it; `more`: the code after which the next page begins."""
    kept = {one.short_name: one.typed for one in form if one.typed and one.short_name != "week"}
    return EventsPage(
        week=week_text(week),
        form=form,
        events=tuple(map(event_row, events)),
        before_url=_events_url(week.before, **kept),
        after_url=_events_url(week.after, **kept),
        more_url=_events_url(week, after=more, **kept) if more else "",
        message_url=url_for("desk.messages") + "?" + urlencode({"week": str(week), **kept}),
    )
