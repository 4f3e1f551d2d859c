"""The desk's page of holidays: what is kept, what the country keeps, and what stands on those days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from booking import i18n, zones
from booking.catalogue.misfits import Misfit, Upcoming
from booking.catalogue.presenting.hits import would_hit
from booking.catalogue.presenting.stations import station_frame
from booking.catalogue.queries.stations import StationRecord
from booking.catalogue.station_pages import Hits
from booking.fields import Choices
from booking.scheduling.holiday_forms import CountryForm, HolidayForm, ProposalForm
from booking.scheduling.holiday_pages import HolidayRow, HolidaysPage, ProposedRow, YearLink
from booking.scheduling.holidays import (
    Proposed,
    countries,
    days_of,
    last_day,
    offered_years,
    proposals,
    subdivision_names,
)
from booking.scheduling.queries.holidays import Holiday
from booking.scheduling.services.holidays import BadDay

BAD_DAYS = {
    "past": _l("%(day)s is over: what was a holiday stays one, and what was none stays none."),
    "far": _l("%(day)s is too far ahead: holidays are kept up to %(last)s."),
    "twice": _l("%(day)s is on the list already."),
}


@dataclass(frozen=True)
class Kept:
    """What the page is made of."""

    station: StationRecord
    year: int
    holidays: Sequence[Holiday]
    events: Sequence[Upcoming]
    now: datetime

    @property
    def today(self) -> date:
        """The station's day."""
        return zones.local_date(self.now, self.station.time_zone)

    @property
    def days(self) -> frozenset[date]:
        """The days that are kept."""
        return frozenset(day for one in self.holidays for day in days_of(one.starts_on, one.ends_on))

    @property
    def proposed(self) -> tuple[Proposed, ...]:
        """What the country keeps and this station does not, from today on."""
        found = proposals(self.station.holiday_country, self.station.holiday_subdivision, self.year)
        return tuple(one for one in found if one.day not in self.days and one.day >= self.today)


def country_choices() -> Choices:
    """The countries whose holidays are known, by name."""
    return [choice for choice in i18n.country_choices(i18n.current_locale()) if choice[0] in countries()]


def subdivision_choices(country: str) -> Choices:
    """The parts of a country, by name."""
    named = list(subdivision_names(country).items())
    return i18n.sorted_by_name(named, lambda choice: choice[1], i18n.current_locale())


def bad_day(bad: BadDay, today: date) -> str:
    """Why a day cannot be kept."""
    locale = i18n.current_locale()
    values = {"day": i18n.format_day_year(bad.day, locale), "last": i18n.format_day_year(last_day(today), locale)}
    return str(BAD_DAYS[bad.reason]) % values


def hit_on(kept: Kept, days: Sequence[date]) -> Hits | None:
    """The events on days that are to be holidays."""
    on_them = {one.code: frozenset({Misfit.HOLIDAY}) for one in kept.events if one.starts_on in days}
    return would_hit(kept.events, on_them, kept.station.time_zone)


def holidays_page(kept: Kept, *, done: str = "", forms: Mapping[str, HolidayForm] | None = None) -> HolidaysPage:
    """The page; `forms`: those that were sent, by the code of the holiday, "" for the new one."""
    sent, station = forms or {}, kept.station
    state = {"version": str(station.version)}
    country = CountryForm(
        choices={"country": country_choices(), "subdivision": subdivision_choices(station.holiday_country)},
        data={
            **state,
            "country": station.holiday_country or None,
            "subdivision": station.holiday_subdivision or None,
        },
    )
    heading = str(_("Official holidays"))
    return HolidaysPage(
        frame=station_frame(station, "holidays.listed", heading, done=done),
        year=kept.year,
        years=tuple(_years(kept)),
        rows=tuple(_row(one, kept, sent.get(one.code)) for one in kept.holidays),
        proposed=tuple(_proposed(one, kept) for one in kept.proposed),
        proposed_of=_whose(station),
        proposal_form=ProposalForm(data=state),
        new_form=sent.get("") or HolidayForm(data=state),
        country_form=country,
        add_url=url_for("holidays.add", code=station.code, year=kept.year),
        propose_url=url_for("holidays.add_proposed", code=station.code, year=kept.year),
        country_url=url_for("holidays.save_country", code=station.code, year=kept.year),
    )


def _years(kept: Kept) -> Sequence[YearLink]:
    return [
        YearLink(str(year), url_for("holidays.listed", code=kept.station.code, year=year), year == kept.year)
        for year in offered_years(kept.today)
    ]


def _whose(station: StationRecord) -> str:
    """Whose holidays are proposed: "Austria, Vienna"."""
    if not station.holiday_country:
        return ""
    part = subdivision_names(station.holiday_country).get(station.holiday_subdivision, "")
    name = i18n.country_in_text(station.holiday_country, i18n.current_locale())
    return i18n.join_facts((name, part)) if part else name


def _row(holiday: Holiday, kept: Kept, form: HolidayForm | None) -> HolidayRow:
    locale, is_over = i18n.current_locale(), holiday.ends_on < kept.today
    name, lang = holiday.name.in_locale(locale)
    state = {"version": str(kept.station.version), "day": holiday.starts_on, "name": name}
    shown = form or HolidayForm(data=state)
    shown.identify(holiday.code)
    first, last = (i18n.format_day_year(day, locale) for day in (holiday.starts_on, holiday.ends_on))
    return HolidayRow(
        code=holiday.code,
        when=first if first == last else str(_("%(first)s to %(last)s", first=first, last=last)),
        name=name,
        name_lang="" if lang == locale else lang,
        events=_events_on(kept, days_of(holiday.starts_on, holiday.ends_on)),
        change_url="" if is_over else url_for("holidays.change", code=holiday.code),
        remove_url="" if is_over else url_for("holidays.remove", code=holiday.code),
        form=shown,
        is_open=form is not None,
    )


def _proposed(one: Proposed, kept: Kept) -> ProposedRow:
    locale = i18n.current_locale()
    name, lang = one.name.in_locale(locale)
    is_worked = one.day.weekday() in kept.station.working_weekdays
    return ProposedRow(
        value=one.day.isoformat(),
        when=i18n.format_day_year(one.day, locale),
        name=name,
        name_lang="" if lang == locale else lang,
        events=_events_on(kept, [one.day]),
        is_chosen=is_worked,
    )


def _events_on(kept: Kept, days: Sequence[date]) -> str:
    found = [one for one in kept.events if one.starts_on in days]
    if not found:
        return ""
    people = sum(one.people for one in found)
    events = ngettext("%(num)s event", "%(num)s events", len(found))
    return i18n.join_facts((events, ngettext("%(num)s person", "%(num)s people", people)))
