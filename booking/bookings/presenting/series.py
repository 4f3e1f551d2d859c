"""The desk's pages of series: the list, the form with its preview, one series."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from booking import i18n, zones
from booking.bookings.collision_words import against
from booking.bookings.desk_pages import EventRow, PlanLine, PlanPage, SeriesPage, SeriesRow
from booking.bookings.forms import WEEKDAYS
from booking.bookings.planning import Line, Preview
from booking.bookings.presenting.common import WEEKDAY_NAMES
from booking.bookings.rules.planning import WITHOUT_GUIDE
from booking.bookings.series_forms import RHYTHMS, SeriesForm
from booking.catalogue.pages import Fact
from booking.clock_faces import STATION_CSS
from booking.scheduling.queries.desk import DeskEvent, DeskSeries
from booking.scheduling.series import Pattern
from booking.scheduling.services.series import Plan
from booking.scheduling.terms import EventStatus

STATUSES = {
    EventStatus.PLANNED: (_l("Planned"), " wait"),
    EventStatus.OPEN: (_l("Open"), ""),
    EventStatus.CLOSED: (_l("Closed to booking"), " wait"),
    EventStatus.HELD: (_l("Held"), " past"),
    EventStatus.CANCELLED: (_l("Called off"), " stop"),
    EventStatus.NO_SHOW: (_l("Nobody came"), " past"),
}
UNSEEN = frozenset({"csrf_token", "keep", "key", "event", "state", "lang"})
"""Fields of a form that are not carried along from the page before."""


def when(local: datetime) -> str:
    """A wall time: "Tue 9 Mar 2027, 10:00"."""
    locale = i18n.current_locale()
    words = {"day": i18n.format_day_year(local.date(), locale), "time": i18n.format_time(local)}
    return str(_("%(day)s, %(time)s", **words))


def carried(values: MultiDict[str, str]) -> tuple[tuple[str, str], ...]:
    """The fields of a form, to go along with the next one unseen."""
    return tuple((name, value) for name, value in values.items(multi=True) if name not in UNSEEN)


def series_row(series: DeskSeries, plan: Plan | None) -> SeriesRow:
    """A series in the list."""
    locale = i18n.current_locale()
    title, lang = series.title.in_locale(locale)
    station = i18n.station_name(series.station, locale, series.station)
    parts = [station, *([i18n.language_name(plan.language, locale), rhythm_text(plan.rhythm)] if plan else [])]
    last = i18n.format_day_year(zones.local_date(series.last_at, series.time_zone), locale)
    counts = ngettext(
        "%(left)s of %(num)s event to come, the last on %(day)s",
        "%(left)s of %(num)s events to come, the last on %(day)s",
        series.events,
        left=series.to_come,
        day=last,
    )
    css = STATION_CSS.get(series.station, "")
    url = url_for("series.one", code=series.code)
    return SeriesRow(url, title, lang, i18n.join_facts(parts), counts, css)


def rhythm_text(rhythm: Pattern) -> str:
    """How often, on which days and when, as in "Every week: Tue, 10:00"."""
    locale = i18n.current_locale()
    how = next(
        (str(text) for text, every, place in RHYTHMS.values() if (every, place) == (rhythm.every, rhythm.place)),
        str(_("Every %(number)s weeks", number=rhythm.every)),
    )
    days = i18n.join_list([str(WEEKDAY_NAMES[WEEKDAYS[day]]) for day in rhythm.weekdays], locale)
    times = i18n.join_list([i18n.format_time(one) for one in rhythm.times], locale)
    return str(_("%(how)s: %(days)s, %(times)s", how=how, days=days, times=times))


def event_row(event: DeskEvent, exceptions: Collection[int] = ()) -> EventRow:
    """An event in a list."""
    text, pill = STATUSES[event.status]
    return EventRow(
        url=url_for("series.event", code=event.code),
        code=event.code,
        when=when(event.starts_local),
        status=str(text),
        pill=pill,
        facts=event_facts(event),
        is_exception=event.id in exceptions,
    )


def event_facts(event: DeskEvent) -> str:
    """Places and guides, as in "12 of 20 places taken, Ana Invented"."""
    taken = ngettext(
        "%(taken)s of %(num)s place taken", "%(taken)s of %(num)s places taken", event.capacity, taken=event.taken
    )
    guides = [guide.shown for guide in event.guides] or [str(_("no guide yet"))]
    return i18n.join_facts([taken, *guides])


def plan_page(
    form: SeriesForm,
    preview: Preview,
    *,
    values: MultiDict[str, str],
    key: str,
    kept: Collection[str] | None = None,
    fresh: Collection[str] = (),
) -> PlanPage:
    """The form with its preview. `kept`: the starts that were ticked; None: those that nothing stands against."""
    lines = tuple(_plan_line(line, preview, kept, fresh) for line in preview.lines)
    fine = sum(not line.collisions for line in preview.lines)
    summary = ngettext(
        "%(num)s time, %(fine)s without a hitch.", "%(num)s times, %(fine)s without a hitch.", len(lines), fine=fine
    )
    warning = _("What is marked has changed since you looked. Nothing was saved: look again.") if fresh else ""
    return PlanPage(
        form=form,
        lines=lines,
        summary=summary,
        button=_("Put it on the calendar") if preview.wish.rhythm is None else _("Save the series"),
        warning=warning,
        hidden=carried(values),
        key=key,
        station_css=STATION_CSS.get(preview.station.code, ""),
    )


def _plan_line(line: Line, preview: Preview, kept: Collection[str] | None, fresh: Collection[str]) -> PlanLine:
    return PlanLine(
        value="|".join([line.key, *line.collisions]),
        when=when(line.local),
        offset=_offset(line, preview.station.time_zone),
        notes=tuple(_notes(line, preview)),
        may_be=line.may_be,
        ticked=line.may_be and (line.is_meant if kept is None else line.key in kept),
        is_fresh=line.key in fresh,
    )


def _offset(line: Line, zone: str) -> str:
    return zones.format_offset(zones.offset_at(line.starts_at, zone)) if line.starts_at else ""


def _notes(line: Line, preview: Preview) -> Iterable[str]:
    guide = preview.guide.shown if preview.guide else ""
    for one in against(line.collisions, named=line.named, guide=guide, unfit=line.unfit):
        yield one.message
    if not WITHOUT_GUIDE.isdisjoint(line.collisions) and line.may_be:
        yield str(_("Somebody else is found for it."))
    if line.is_twice:
        yield str(_("The clocks show this time twice: the first is meant."))


def series_page(
    series: DeskSeries,
    plan: Plan | None,
    events: Sequence[DeskEvent],
    exceptions: Collection[int],
    now: datetime,
    done: str,
) -> SeriesPage:
    """A series and its events."""
    title, lang = series.title.in_locale(i18n.current_locale())
    to_come = [one for one in events if one.is_to_come(now)]
    return SeriesPage(
        title=title,
        title_lang=lang,
        facts=tuple(_facts(series, plan)),
        events=tuple(event_row(one, exceptions) for one in to_come),
        past=tuple(event_row(one, exceptions) for one in events if one not in to_come),
        done=done,
        station_css=STATION_CSS.get(series.station, ""),
        texts_url=url_for("series.texts", code=series.code),
    )


def _facts(series: DeskSeries, plan: Plan | None) -> Iterable[Fact]:
    locale = i18n.current_locale()
    yield Fact(str(_("Duty station")), i18n.station_name(series.station, locale, series.station))
    if plan:
        yield Fact(str(_("How often")), rhythm_text(plan.rhythm))
        yield Fact(str(_("Language")), i18n.language_name(plan.language, locale))
        yield Fact(str(_("Places")), str(plan.capacity))
    if series.partner:
        yield Fact(str(_("Partner")), series.partner)
    yield Fact(str(_("Number")), series.code)
