"""A guide's day: what comes next, the rest, what is asked, what is still to be written down."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext

from booking import i18n, zones
from booking.attendance.forms import CountForm
from booking.attendance.queries import CountedEvent
from booking.clock_faces import clock_face, countdown, moment, station_moment
from booking.guiding.pages import CallLine, Limit, NextTour, TodayPage
from booking.guiding.presenting.common import tour_card, when
from booking.guiding.presenting.counts import count_card
from booking.guiding.presenting.offers import offer_card
from booking.guiding.queries.calls import OwnCall
from booking.guiding.queries.guides import OwnGuide
from booking.guiding.queries.tours import Tour
from booking.scheduling.queries.offers import OfferShown
from booking.scheduling.roster.weeks import Week

OPENS_BEFORE = timedelta(minutes=15)
"""The meeting's address is shown from so long before the start."""
LATER_AT_LEAST = 3
"""So many events are listed after the next one, if need be of later days."""


@dataclass(frozen=True)
class Day:
    """What the page is made of; `tours` from Monday of this week on, soonest first, the next ones with their groups."""

    guide: OwnGuide
    now: datetime
    tours: Sequence[Tour]
    asked: frozenset[int]
    """Ids of the events for which colleagues are being asked."""
    offers: Sequence[OfferShown]
    counts: Sequence[CountedEvent]
    may_undo_sick: bool
    calls: Sequence[OwnCall] = ()

    @property
    def zone(self) -> str:
        """The clocks of the page: those of the guide's station."""
        return self.guide.station.time_zone


def tours_shown(tours: Sequence[Tour], zone: str, now: datetime) -> list[Tour]:
    """The one that takes place or comes next, the rest of the day, and some more where that is little."""
    coming = [tour for tour in tours if tour.ends_at > now]
    end = zones.day_bounds(zones.local_date(now, zone), zone)[1]
    today = sum(tour.starts_at < end for tour in coming)
    return coming[: max(today, LATER_AT_LEAST + 1)]


def today_page(day: Day) -> TodayPage:
    """The page, with nothing done yet."""
    station, locale = day.guide.station, i18n.current_locale()
    today = zones.local_date(day.now, day.zone)
    shown = tours_shown(day.tours, day.zone, day.now)
    end = zones.day_bounds(today, day.zone)[1]
    return TodayPage(
        eyebrow=i18n.join_facts(
            (i18n.format_day(today, locale), i18n.station_name(station.code, locale, station.name))
        ),
        next=_next(day, shown[0]) if shown else None,
        later=tuple(tour_card(tour, day.guide, day.now, day.asked) for tour in shown[1:]),
        offers=tuple(offer_card(offer, day.guide, day.now) for offer in day.offers),
        counts=tuple(count_card(CountForm(event), day.guide, day.now) for event in day.counts),
        limits=tuple(_limits(day)),
        calls=tuple(_call_line(one, day.guide) for one in day.calls),
        may_report_sick=any(tour.starts_at < end for tour in shown),
        may_undo_sick=day.may_undo_sick,
    )


def _call_line(call: OwnCall, guide: OwnGuide) -> CallLine:
    locale, station = i18n.current_locale(), guide.station
    away = call.time_zone not in {"", station.time_zone}
    length = ngettext("%(num)s minute", "%(num)s minutes", call.minutes)
    return CallLine(
        when=station_moment(call.starts_at, station.time_zone, station.code, locale),
        there=moment(call.starts_at, call.time_zone, locale) if away else "",
        facts=i18n.join_facts(filter(None, (length, call.organisation, call.technical_name))),
        url=call.address,
    )


def _next(day: Day, tour: Tour) -> NextTour:
    locale, now = i18n.current_locale(), day.now
    seconds = int((tour.starts_at - now).total_seconds())
    theirs = {group.time_zone for group in tour.groups} - {""}
    face = clock_face(
        tour.starts_at,
        day.guide.station,
        theirs.pop() if len(theirs) == 1 else day.zone,
        locale,
        on_site=True,
        minutes=tour.minutes,
    )
    opens_at = tour.starts_at - OPENS_BEFORE
    is_open = bool(tour.meeting_url) and now >= opens_at
    return NextTour(
        tour=tour_card(tour, day.guide, now, day.asked),
        count_text=countdown(seconds, locale) if seconds > 0 else str(_("Now")),
        seconds=seconds,
        clock=face,
        language=i18n.language_name(tour.language, locale),
        start_url=tour.meeting_url if is_open else "",
        start_text="" if is_open else _why_no_start(tour, opens_at, day),
        opens_in_s=max(int((opens_at - now).total_seconds()), 0) if tour.meeting_url else 0,
    )


def _why_no_start(tour: Tour, opens_at: datetime, day: Day) -> str:
    if not tour.is_online:
        return ""
    if not tour.meeting_url:
        return str(_("There is no meeting address yet. Ask your coordinator, or give your own room."))
    return str(_("The meeting opens here: %(time)s.", time=when(opens_at, day.guide, day.now)))


def _limits(day: Day) -> Iterator[Limit]:
    """How much the guide gives today and this week, of what was agreed."""
    today, week = zones.local_date(day.now, day.zone), Week.of(zones.local_date(day.now, day.zone))
    limits = day.guide.limits
    dated = [(zones.local_date(tour.starts_at, day.zone), tour) for tour in day.tours]
    this_day = [tour for on, tour in dated if on == today]
    this_week = [tour for on, tour in dated if week.monday <= on <= week.sunday]
    if limits.events_per_day is not None:
        yield _tours(_("Today"), len(this_day), limits.events_per_day)
    if limits.minutes_per_day is not None:
        yield _hours(_("Today"), sum(tour.minutes for tour in this_day), limits.minutes_per_day)
    if limits.events_per_week is not None:
        yield _tours(_("This week"), len(this_week), limits.events_per_week)
    if limits.minutes_per_week is not None:
        yield _hours(_("This week"), sum(tour.minutes for tour in this_week), limits.minutes_per_week)


def _tours(span: str, held: int, most: int) -> Limit:
    return Limit(
        str(
            ngettext(
                "%(span)s: %(held)s of %(num)s tour", "%(span)s: %(held)s of %(num)s tours", most, span=span, held=held
            )
        ),
        held,
        most,
    )


def _hours(span: str, minutes: int, most: int) -> Limit:
    text = ngettext(
        "%(span)s: %(held)s of %(num)s hour",
        "%(span)s: %(held)s of %(num)s hours",
        most // 60,
        span=span,
        held=_half(minutes),
    )
    return Limit(str(text), minutes, most)


def _half(minutes: int) -> str:
    """Hours to the nearest half: "2.5"."""
    halves = round(minutes / 30)
    return f"{halves / 2:g}"
