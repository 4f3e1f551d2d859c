"""The grid of a guide's week: hours worked, what is taken elsewhere, what is given, what is offered."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from flask import url_for
from flask_babel import gettext as _

from booking import i18n, zones
from booking.catalogue.words import title_of
from booking.clock_faces import STATION_CSS
from booking.guiding.grid import DAY_MINUTES, HOUR, Frame, lanes
from booking.guiding.pages import WeekBlock, WeekDay, WeekEntry, WeekPage
from booking.guiding.presenting.common import station_css, who_comes
from booking.guiding.queries.calendar import OwnCalendar, local_window
from booking.guiding.queries.guides import OwnGuide
from booking.guiding.queries.tours import Tour
from booking.guiding.services.move import may_move
from booking.i18n import Translated
from booking.scheduling.minutes import Window
from booking.scheduling.queries.offers import OfferShown
from booking.scheduling.roster.weeks import Week
from booking.scheduling.terms import EventStatus

WEEKDAYS = 5
MOVABLE = frozenset({EventStatus.OPEN, EventStatus.PLANNED, EventStatus.CLOSED})


@dataclass(frozen=True)
class OwnWeek:
    """What the page is made of. `holidays`: the names of official holidays by day."""

    guide: OwnGuide
    week: Week
    now: datetime
    calendar: OwnCalendar
    tours: Sequence[Tour]
    offers: Sequence[OfferShown]
    holidays: Mapping[date, str]

    @property
    def days(self) -> list[date]:
        """Monday to Sunday."""
        return [self.week.monday + timedelta(days=step) for step in range(7)]

    @property
    def zone(self) -> str:
        """The clocks of the page: those of the guide's station."""
        return self.guide.station.time_zone


@dataclass(frozen=True, slots=True)
class _Placed:
    """An entry and where it lies on its day."""

    day: date
    window: Window
    entry: WeekEntry


def week_page(own: OwnWeek) -> WeekPage:
    """The page, with nothing asked or done yet."""
    placed = sorted(_entries(own), key=lambda one: (one.day, one.window))
    shown = [day for day in own.days if day.weekday() < WEEKDAYS or _has_anything(own, day, placed)]
    windows = [one.window for one in placed] + [window for day in shown for window in own.calendar.work[day]]
    frame = Frame.around(windows, own.guide.station.virtual_hours)
    locale, station = i18n.current_locale(), own.guide.station
    first, last = i18n.format_days(shown[0], shown[-1], locale)
    return WeekPage(
        week=str(own.week),
        first_day=shown[0].isoformat(),
        last_day=shown[-1].isoformat(),
        heading=f"{first} – {last}",
        place=i18n.station_in(station.code, locale, station.name),
        previous=str(own.week.before),
        following=str(own.week.after),
        first_hour=frame.first_hour,
        hours=tuple(f"{hour:02}:00" for hour in frame.hours),
        days=tuple(_day(own, day, [one for one in placed if one.day == day], frame) for day in shown),
        has_entries=bool(placed),
        move_choices=tuple(_choice(one) for one in placed if one.entry.move_url),
    )


def _has_anything(own: OwnWeek, day: date, placed: Sequence[_Placed]) -> bool:
    return bool(own.calendar.work[day]) or any(one.day == day for one in placed)


def _entries(own: OwnWeek) -> Iterator[_Placed]:
    for tour in own.tours:
        yield _placed(own, tour.starts_at, tour.ends_at, _tour_entry(own, tour))
    for offer in own.offers:
        yield _placed(own, offer.event.starts_at, offer.event.ends_at, _offer_entry(offer))


def _placed(own: OwnWeek, start: datetime, end: datetime, entry: WeekEntry) -> _Placed:
    """The entry on the day on which it begins, cut at its midnight."""
    day = zones.local_date(start, own.zone)
    window = local_window(start, end, day, own.zone)
    face, last = (i18n.format_time(zones.to_local(one, own.zone)) for one in (start, end))
    minutes = int((end - start).total_seconds()) // 60
    return _Placed(day, window, replace(entry, time=face, end=last, minute=window[0], minutes=minutes))


def _tour_entry(own: OwnWeek, tour: Tour) -> WeekEntry:
    can_move = tour.status in MOVABLE and may_move(tour, own.guide, own.now)
    url = url_for("guiding.week", week=str(own.week), move=tour.code, _anchor="move") if can_move else ""
    entry = _entry(tour.code, tour.title, tour.language, station_css(tour), who_comes(tour))
    return replace(entry, move_url=url, version=tour.version)


def _offer_entry(offer: OfferShown) -> WeekEntry:
    css = f"{STATION_CSS.get(offer.station_code, '')} offered"
    entry = _entry(offer.event.code, offer.title, offer.event.language, css, str(_("Offered to you")))
    return replace(entry, is_offer=True)


def _entry(code: str, title: Translated, language: str, css: str, facts: str) -> WeekEntry:
    text, lang = title_of(title)
    return WeekEntry(
        code=code,
        css=css,
        row=0,
        rows=0,
        minute=0,
        minutes=0,
        time="",
        end="",
        title=text,
        title_lang=lang,
        language=i18n.language_name(language, i18n.current_locale()),
        facts=facts,
    )


def _day(own: OwnWeek, day: date, placed: Sequence[_Placed], frame: Frame) -> WeekDay:
    today = zones.local_date(own.now, own.zone)
    work = own.calendar.work[day]
    is_off = day in own.calendar.days_off
    return WeekDay(
        day=day.isoformat(),
        heading=i18n.format_day(day, i18n.current_locale()),
        is_today=day == today,
        hours=_hours(own, day),
        blocks=tuple(_blocks(own, day, frame)),
        entries=tuple(_in_lanes(placed, frame)),
        is_off=is_off,
        can_block=bool(work) and day >= today,
    )


def _hours(own: OwnWeek, day: date) -> str:
    """What is worked that day, in words."""
    if day in own.calendar.days_off:
        return str(_("Day off"))
    if day in own.holidays:
        return own.holidays[day]
    return i18n.join_facts(f"{_face(opens)}–{_face(closes)}" for opens, closes in own.calendar.work[day]) or str(
        _("Free")
    )


def _face(minute: int) -> str:
    return f"{minute // HOUR:02}:{minute % HOUR:02}"


def _blocks(own: OwnWeek, day: date, frame: Frame) -> Iterator[WeekBlock]:
    """Hours that are worked, unless the whole station rests, and above them what is taken elsewhere."""
    for window in () if day in own.holidays else own.calendar.work[day]:
        yield WeekBlock(f"work {frame.css(window)}")
    shown = (frame.first_hour * HOUR, frame.last_hour * HOUR)
    start, end = zones.day_bounds(day, own.zone)
    for busy_from, until in own.calendar.busy:
        if busy_from < end and until > start:
            window = local_window(busy_from, until, day, own.zone)
            if window[0] < shown[1] and window[1] > shown[0]:
                yield WeekBlock(f"busy {frame.css((max(window[0], shown[0]), window[1]))}")


def _in_lanes(placed: Sequence[_Placed], frame: Frame) -> Iterator[WeekEntry]:
    windows = [(one.window[0], min(one.window[1], DAY_MINUTES)) for one in placed]
    for one, (lane, share) in zip(placed, lanes(windows), strict=True):
        row, rows = frame.rows(one.window)
        beside = f" l{lane} of{share}" if share > 1 else ""
        yield replace(one.entry, row=row, rows=rows, css=f"{one.entry.css} {frame.css(one.window)}{beside}".strip())


def _choice(placed: _Placed) -> tuple[str, str]:
    """An event in the list of the form without a grid."""
    day = i18n.format_day(placed.day, i18n.current_locale())
    return placed.entry.code, f"{i18n.join_facts([day, placed.entry.time])} · {placed.entry.title}"
