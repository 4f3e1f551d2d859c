"""Which events a report or an export is about: read from the address of its page."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import i18n
from booking.attendance.survey_models import Survey
from booking.bookings.forms import ChosenForm
from booking.bookings.models import Organisation
from booking.catalogue.models import StationLanguage
from booking.catalogue.queries import all_stations
from booking.catalogue.queries.vocabularies import terms
from booking.catalogue.words import FORMATS, KINDS
from booking.db import table_of
from booking.fields import ChoiceField, Choices, ChoicesField, DayField
from booking.reporting.terms import MOST_YEARS, BadPeriod, Filters, Period
from booking.scheduling.models import Series

PARAMETERS = ("from", "to", "station", "kind", "format", "theme", "language", "country", "audience", "unit", "series")
"""What the address of a report may name, but for what a page adds."""
NARROWING = frozenset(PARAMETERS) - {"from", "to"}
_WRONG = {
    "order": _l("The period ends before it begins. Choose this day or a later one as its end."),
    "long": _l("A report covers at most %(years)s years. Choose a shorter period."),
}


class FilterForm(ChosenForm):
    """A GET form: every field optional. Codes are as they are stored."""

    first = DayField(_l("From"), name="from")
    last = DayField(_l("To, included"), name="to")
    station = ChoicesField(_l("Duty stations"))
    kind = ChoicesField(_l("Kinds"))
    format = ChoicesField(_l("Formats"))
    theme = ChoiceField(_l("Theme"), blank=_l("All"))
    language = ChoiceField(_l("Language"), blank=_l("All"))
    country = ChoiceField(_l("Country of the group"), blank=_l("All"))
    audience = ChoiceField(_l("Audience"), blank=_l("All"))
    unit = ChoiceField(_l("Unit"), blank=_l("All"))
    series = ChoiceField(_l("Series"), blank=_l("All"))

    @property
    def narrows(self) -> bool:
        """Whether anything but the period is chosen of what narrows it."""
        return any(field.data for field in self if field.short_name in NARROWING)

    def filters(self, today: date) -> Filters | None:
        """What was asked for; the last complete month where no day is named. None, and the field says why, if wrong."""
        if not self.validate():
            return None
        usual = last_complete_month(today)
        first = self.first.data or min(usual.first, self.last.data or usual.first)
        last = self.last.data or max(usual.last, first)
        try:
            period = Period(first, last)
        except BadPeriod:
            self.refuse({"last": wrong_period(first, last)})
            return None
        return Filters(
            period,
            stations=self.station.data or (),
            kinds=self.kind.data or (),
            formats=self.format.data or (),
            themes=_one(self.theme.data),
            languages=_one(self.language.data),
            audiences=_one(self.audience.data),
            units=_one(self.unit.data),
            countries=_one(self.country.data),
            series=_one(self.series.data),
        )


def _one(value: str | tuple[str, ...] | None) -> tuple[str, ...]:
    """What a list of one or, where a page asks for several, of many holds."""
    if isinstance(value, tuple):
        return value
    return (value,) if value else ()


def wrong_period(first: date, last: date) -> str:
    """Why no report is made of these days."""
    return str(_WRONG["order" if last < first else "long"]) % {"years": MOST_YEARS}


def last_complete_month(today: date) -> Period:
    """The month before that of this day."""
    last = today.replace(day=1) - timedelta(days=1)
    return Period(last.replace(day=1), last)


def filter_choices(session: Session, locale: str) -> dict[str, Choices]:
    """What each list of the form offers, in the reader's language; four statements."""
    words: dict[str, list[tuple[str, Any]]] = {"theme": [], "audience": [], "unit": []}
    for term in terms(session):
        words.get(term.vocabulary, []).append((term.code, term.label.in_locale(locale)[0]))
    tags = session.execute(select(table_of(StationLanguage).c.language).distinct()).scalars()
    series = table_of(Series).c
    titles = session.execute(select(series.code, series.title).order_by(series.code))
    return {
        **{name: _by_name(pairs, locale) for name, pairs in words.items()},
        "station": [(one.code, i18n.station_name(one.code, locale, one.name)) for one in all_stations(session)],
        "kind": [(kind.value, text) for kind, text in KINDS.items()],
        "format": [(one.value, text) for one, text in FORMATS.items()],
        "language": i18n.language_choices(tags, locale),
        "country": i18n.country_choices(locale),
        "series": [(code, title.in_locale(locale)[0]) for code, title in titles],
    }


def with_known_countries(session: Session, choices: Mapping[str, Choices]) -> dict[str, Choices]:
    """The same lists, with those countries alone that a group is from: a page is to be light."""
    known = set(session.execute(select(table_of(Organisation).c.country).distinct()).scalars())
    return {**choices, "country": [pair for pair in choices["country"] if pair[0] in known]}


def with_surveys(session: Session, choices: Mapping[str, Choices], locale: str) -> dict[str, Choices]:
    """The same lists for naming what tables hold, with the titles of surveys, which no filter asks for."""
    titles = session.execute(select(table_of(Survey).c.code, table_of(Survey).c.title))
    return {**choices, "survey": [(code, title.in_locale(locale)[0]) for code, title in titles]}


def _by_name(pairs: list[tuple[str, Any]], locale: str) -> Choices:
    return sorted(pairs, key=lambda pair: i18n.sort_key(pair[1], locale))


def query_of(filters: Filters) -> Mapping[str, str | list[str]]:
    """The filters as parameters of an address, as this form reads them."""
    lists = {
        "station": filters.stations,
        "kind": filters.kinds,
        "format": filters.formats,
        "theme": filters.themes,
        "language": filters.languages,
        "country": filters.countries,
        "audience": filters.audiences,
        "unit": filters.units,
        "series": filters.series,
    }
    days: dict[str, str | list[str]] = {
        "from": filters.period.first.isoformat(),
        "to": filters.period.last.isoformat(),
    }
    return days | {name: list(values) for name, values in lists.items() if values}
