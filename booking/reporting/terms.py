"""The vocabulary of reports: period, filters, figures, saved questions and their answers."""

from calendar import monthrange
from dataclasses import dataclass, field, fields, replace
from datetime import date
from enum import StrEnum

MOST_YEARS = 10
MOST_CODES = 200
"""Values that one filter may name: more than there are, so that no list is cut, and no statement without bounds."""


class BadPeriod(ValueError):
    """A period that no report is made of; `field` is "from" or "to", the argument says why and what instead."""

    def __init__(self, field: str, message: str) -> None:
        """Keep the field that is to be mended."""
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Period:
    """Local days of the station, both ends included: not those of UTC."""

    first: date
    last: date

    def __post_init__(self) -> None:
        """Refuse a period that ends before it begins, or is longer than ten years."""
        if self.last < self.first:
            raise BadPeriod("to", f"the period ends before it begins: choose {self.first} or a later day")
        if (self.last - self.first).days > MOST_YEARS * 366:
            raise BadPeriod("to", f"a report covers at most {MOST_YEARS} years: choose a shorter period")

    @property
    def year_before(self) -> "Period":
        """The same days a year earlier; 29 February becomes the 28th; year 1 has none before it."""
        return self if self.first.year == 1 else Period(_year_before(self.first), _year_before(self.last))


def _year_before(day: date) -> date:
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28) if is_leap_day else day.replace(year=day.year - 1)


@dataclass(frozen=True)
class Filters:
    """Which events and groups count: a value must be among those named; where none is named, every value counts.

    Values are codes as they are stored. `months` are months of the year (7 is July), `raised` topics that were noted
    after the event, `countries` and `subdivisions` those of the groups: an event counts if one of them came, and so do
    its people alone. `reasons` are those of cancellations; `fates` what became of groups that did not come, `late`
    ("1") those of them that said so late. `rules` are those to which desks made exceptions: no event knows of them.
    """

    period: Period
    stations: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    series: tuple[str, ...] = ()
    offerings: tuple[str, ...] = ()
    months: tuple[int, ...] = ()
    raised: tuple[str, ...] = ()
    subdivisions: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    fates: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()

    def narrowed(self, **values: tuple[str, ...] | tuple[int, ...]) -> "Filters":
        """The same with these values; a filter that names some already keeps those that both name, see `is_empty`."""
        both = {name: _both(getattr(self, name), wanted) for name, wanted in values.items()}
        return replace(self, **both)  # type: ignore[arg-type]  # names and types are those of the fields

    def within_month(self, month: int) -> "Filters":
        """The same in that part of the period which is in a month, 202007."""
        first = date(month // 100, month % 100, 1)
        return self.within(first, first.replace(day=monthrange(first.year, first.month)[1]))

    def within(self, first: date, last: date | None) -> "Filters":
        """The same in that part of the period which is between two days that it touches; None: without an end."""
        days = max(first, self.period.first), min(last or self.period.last, self.period.last)
        return replace(self, period=Period(*days))

    @property
    def of_groups(self) -> tuple[tuple[str, ...], ...]:
        """Those that ask which groups of an event count; where none is set, the event's own numbers do."""
        return self.countries, self.subdivisions, self.fates, self.late

    @property
    def is_empty(self) -> bool:
        """Whether two filters met that have nothing in common: nothing counts."""
        return any(NOTHING in getattr(self, one.name) for one in fields(self) if one.name != "period")


NOTHING = "\x00"
"""Stands in a filter that no value can pass."""


def _both(here: tuple[str, ...] | tuple[int, ...], wanted: tuple[str, ...] | tuple[int, ...]) -> tuple[object, ...]:
    if not here or not wanted:
        return here or wanted
    return tuple(one for one in wanted if one in here) or (NOTHING,)


class Figure(StrEnum):
    """What is counted. Each knows its events (`queries.events`), but for those of the catalogue, surveys and views."""

    EVENTS = "events"  # held
    PARTICIPANTS = "participants"  # who came to events held, adults included, staff not
    EVENTS_RECORDED = "events-recorded"  # held, and somebody said how many came
    EVENTS_UNRECORDED = "events-unrecorded"  # held, and nobody has said it, of the whole or of one of its groups
    EVENTS_CANCELLED = "events-cancelled"
    EVENTS_NO_SHOW = "events-no-show"
    EVENTS_UNDECIDED = "events-undecided"  # their day is over, and they are still open: nobody concluded them
    GROUPS = "groups"  # that came to events held
    GROUPS_LOST = "groups-lost"  # that did not come, by what became of them, whatever became of the event
    COUNTRIES = "countries"  # codes of groups that came
    COUNTRIES_NUMBER = "countries-number"
    STATES_NUMBER = "states-number"  # of the United States
    REGIONS_NUMBER = "regions-number"  # regional groups of the United Nations
    TOPICS = "topics"  # themes of events held, the most frequent first
    LANGUAGES = "languages"  # in which events were held
    LANGUAGES_NUMBER = "languages-number"
    LANGUAGES_OFFERED = "languages-offered"  # by the catalogue, for tours or briefings
    ITEMS = "items"  # online items made
    EXCEPTIONS = "exceptions"  # to rules, that desks made
    SURVEY_PER_CENT = "survey-per-cent"  # positive replies of all replies


NO_COUNTRY = "ZZ"
"""A country that was not collected or is withheld: left out, and its number stated."""


@dataclass(frozen=True)
class Question:
    """A saved question: a figure under filters. Which questions there are is data (booking/data/measures.csv)."""

    id: str
    figure: Figure
    paragraph: str
    text: str
    filters: dict[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    months: tuple[int, ...] = ()
    most: int = 0  # values of a list; 0: all
    survey: str = ""  # code of a survey, and of a question of it
    survey_question: str = ""
    owners: tuple[str, ...] = ()  # of online items
    channels: tuple[str, ...] = ()

    def within(self, period: Period, stations: tuple[str, ...] = ()) -> Filters:
        """Its filters in a period, and at these stations alone if any are named."""
        own = Filters(period, months=self.months, **self.filters)
        return own.narrowed(stations=stations)


@dataclass(frozen=True)
class Answer:
    """What a saved question came to: None is "not recorded", or nothing that these stations are asked.

    A list is codes in alphabetical order, or (code, number) pairs, the most first. `filters` and the question's figure
    open the events that were counted.
    """

    question: Question
    filters: Filters
    value: int | tuple[str, ...] | tuple[tuple[str, int], ...] | None

    @property
    def plain(self) -> int | str | None:
        """The value as in `expected_totals`: a number, or "CH CL", or "refugees 12; ..."."""
        if not isinstance(self.value, tuple):
            return self.value
        pairs = [one for one in self.value if isinstance(one, tuple)]
        codes = [one for one in self.value if isinstance(one, str)]
        return "; ".join(f"{code} {number}" for code, number in pairs) if pairs else " ".join(codes)
