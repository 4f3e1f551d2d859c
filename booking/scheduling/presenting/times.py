"""The page of a guide's times: the week, the month of days off, days that are different."""

from calendar import Calendar as Month_
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from babel.dates import format_skeleton, get_day_names
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import i18n, zones
from booking.scheduling.forms import DaysForm, OtherHoursForm, WeekForm, written
from booking.scheduling.hosts import OtherHours
from booking.scheduling.minutes import DAY
from booking.scheduling.pages import DayCell, Month, OtherDay, TimesPage
from booking.scheduling.presenting.common import Whose, frame_of, misfits_of
from booking.scheduling.queries.profiles import AHEAD, NotPossible, OwnEvent, Profile


@dataclass(frozen=True)
class Times:
    """What is known beside the profile: the month shown, the events in it, and those that do not fit."""

    now: datetime
    month: date
    events: Sequence[OwnEvent]
    misfits: Sequence[NotPossible]
    done: str = ""


@dataclass(frozen=True)
class TimesForms:
    """The forms as they were sent, those with something to correct; None: as things are."""

    week: WeekForm | None = None
    days: DaysForm | None = None
    other: OtherHoursForm | None = None

    @property
    def opened(self) -> str:
        """Which folded form is open."""
        return "days" if self.days else "hours" if self.other else ""


def times_page(whose: Whose, known: Times, forms: TimesForms) -> TimesPage:
    """The page."""
    profile, locale = whose.profile, i18n.current_locale()
    station = profile.station
    name = i18n.station_name(station.code, locale, station.name)
    return TimesPage(
        frame=frame_of(whose, known.done),
        clocks=_("All times are on the clocks of %(station)s.", station=name),
        no_pattern="" if profile.week else _no_pattern(profile),
        week_form=forms.week or WeekForm.of(profile.week),
        weekdays=[get_day_names("wide", "stand-alone", locale)[day] for day in range(7)],
        month=_month(whose, known),
        days_form=forms.days or DaysForm(),
        other_days=[
            _other_day(one, locale) for one in sorted(profile.host.other_hours) if one.day >= _today(whose, known)
        ],
        other_form=forms.other or OtherHoursForm(),
        misfits=misfits_of(whose, known.misfits),
        opened=forms.opened,
    )


def _today(whose: Whose, known: Times) -> date:
    return zones.local_date(known.now, whose.profile.station.time_zone)


def _no_pattern(profile: Profile) -> str:
    opens, closes = profile.station.virtual_hours
    text: str = _(
        "No hours are given yet. Those of the station count: %(opens)s to %(closes)s on its working days.",
        opens=written(opens),
        closes=_end(closes),
    )
    return text


def _end(minute: int) -> str:
    return "24:00" if minute == DAY else written(minute)


def _other_day(one: OtherHours, locale: str) -> OtherDay:
    words = {
        True: _("%(day)s: works also from %(opens)s to %(closes)s"),
        False: _("%(day)s: does not work from %(opens)s to %(closes)s"),
    }
    values = {"day": i18n.format_day(one.day, locale), "opens": written(one.opens), "closes": _end(one.closes)}
    return OtherDay(words[one.works] % values, one.day.isoformat(), written(one.opens))


def _month(whose: Whose, known: Times) -> Month:
    locale, first, today = i18n.current_locale(), known.month, _today(whose, known)
    short, wide = (get_day_names(width, "stand-alone", locale) for width in ("narrow", "wide"))
    held = Counter(zones.local_date(event.starts_at, whose.profile.station.time_zone) for event in known.events)
    weeks = [week for week in Month_().monthdatescalendar(first.year, first.month) if week[-1] >= today]
    before, after = (first - timedelta(days=1)).replace(day=1), (first + timedelta(days=32)).replace(day=1)
    return Month(
        title=format_skeleton("yMMMM", first, locale=locale),
        weekdays=[(short[day], wide[day]) for day in range(7)],
        weeks=[
            [_cell(whose, day, today, held[day]) if day.month == first.month else None for day in week]
            for week in weeks
        ],
        before_url=_month_url(whose, before) if before >= today.replace(day=1) else "",
        after_url=_month_url(whose, after) if after <= today + AHEAD else "",
    )


def _month_url(whose: Whose, first: date) -> str:
    return whose.url("times", month=first.isoformat()) + "#days"


def _cell(whose: Whose, day: date, today: date, events: int) -> DayCell:
    host = whose.profile.host
    is_off = any(first <= day <= last for first, last in host.days_off)
    is_other = any(one.day == day for one in host.other_hours)
    works = any(weekday == day.weekday() for weekday, _opens, _closes in host.hours)
    works = works or any(one.works for one in host.other_hours if one.day == day)
    state = _("day off") if is_off else _("works") if works else _("does not work on this weekday")
    words = [i18n.format_day(day, i18n.current_locale()), state]
    if is_other and not is_off:
        words.append(_("other hours"))
    if events:
        words.append(ngettext("%(num)s event", "%(num)s events", events))
    css = " ".join(name for name, holds in (("off", is_off), ("free", not works), ("other", is_other)) if holds)
    return DayCell(day.isoformat(), day.day, i18n.join_facts(words), css, events, is_off, day < today)
