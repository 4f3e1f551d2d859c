"""Which events a page lists that opens a number: whatever `query_of_events` wrote into its address."""

from calendar import monthrange
from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

from flask_babel import lazy_gettext as _l

from booking import zones
from booking.fields import ChoiceField, CleanField, sentence
from booking.reporting.filter_forms import FilterForm, query_of
from booking.reporting.terms import MOST_CODES, Figure, Filters, Period
from booking.text import InputRefused, clean_line

NO_EVENTS = frozenset({Figure.LANGUAGES_OFFERED, Figure.ITEMS, Figure.SURVEY_PER_CENT, Figure.EXCEPTIONS})
"""Figures that no event is behind."""
OPENED = tuple(figure for figure in Figure if figure not in NO_EVENTS)
NONE = "-"
"""Stands in an address for the empty code: an event without a theme has one."""
LONGEST = 120
LENGTH_OF_MONTH = len("2020-07")
DAYS = frozenset({"from", "to"})


class CodesField(CleanField):
    """Codes as they are stored, between commas or as repeated parameters: one that nothing has finds nothing."""

    choices: object = ()
    """Given to every list of a filter; not asked here."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read them, not more than any list has."""
        self.data = ()
        found = [one for typed in valuelist for one in self.parted(typed) if one]
        if len(found) > MOST_CODES:
            raise ValueError(_TOO_MANY % MOST_CODES)
        try:
            self.data = tuple("" if one == NONE else clean_line(one, LONGEST) for one in found)
        except InputRefused as refused:
            raise ValueError(sentence(refused)) from refused

    def parted(self, typed: str) -> list[str]:
        """The codes of one parameter."""
        return typed.split(",")


class TextsField(CodesField):
    """The same of texts, which may have commas: each is a parameter of its own."""

    def parted(self, typed: str) -> list[str]:
        """The one text."""
        return [typed]


class DaysField(CleanField):
    """A period in one parameter: 2020-07, 2020-07..2021-01, or with days."""

    def clean(self, text: str) -> tuple[date, date]:
        """The first and the last day."""
        first, _, last = text.partition("..")
        try:
            return _first_day(first), _last_day(last or first)
        except ValueError as error:
            raise InputRefused("date") from error


def _first_day(text: str) -> date:
    return zones.parse_day(text if len(text) > LENGTH_OF_MONTH else f"{text}-01")


def _last_day(text: str) -> date:
    if len(text) > LENGTH_OF_MONTH:
        return zones.parse_day(text)
    first = zones.parse_day(f"{text}-01")
    return first.replace(day=monthrange(first.year, first.month)[1])


def said(period: Period) -> str:
    """The period as `DaysField` reads it, as short as can be."""
    first, last = period.first.isoformat(), period.last.isoformat()
    if period.first.day == 1 and period.last == _last_day(last[:LENGTH_OF_MONTH]):
        first, last = first[:LENGTH_OF_MONTH], last[:LENGTH_OF_MONTH]
    return first if first == last else f"{first}..{last}"


_TOO_MANY = _l("Name at most %d of them.")


class EventsForm(FilterForm):
    """A GET form that is read only: each filter may name several values."""

    days = DaysField(_l("Days"), name="in")
    figure = ChoiceField(choices=[(figure.value, figure.value) for figure in OPENED])
    station = CodesField(_l("Duty stations"))
    kind = CodesField(_l("Kinds"))
    format = CodesField(_l("Formats"))
    theme = CodesField(_l("Theme"))
    language = CodesField(_l("Language"))
    country = CodesField(_l("Country of the group"))
    audience = CodesField(_l("Audience"))
    unit = CodesField(_l("Unit"))
    series = CodesField(_l("Series"))
    offering = CodesField(_l("Offering"))
    raised = TextsField(_l("Topic raised"))
    month = CodesField(_l("Month"))
    subdivision = CodesField(_l("State or province"))
    reason = TextsField(_l("Why it was called off"))
    fate = CodesField(_l("What became of groups"))
    late = CodesField(_l("Cancelled late"))

    def filters(self, today: date) -> Filters | None:
        """The same filters, and those that only a number of a report has."""
        if self.days.data:
            self.first.data, self.last.data = self.days.data
        found = super().filters(today)
        if found is None:
            return None
        return replace(
            found,
            offerings=self.offering.data or (),
            raised=self.raised.data or (),
            months=tuple(int(one) for one in self.month.data or () if one in _MONTHS),
            subdivisions=self.subdivision.data or (),
            reasons=self.reason.data or (),
            fates=self.fate.data or (),
            late=self.late.data or (),
        )

    @property
    def wanted(self) -> Figure:
        """What is counted."""
        return Figure(self.figure.data or Figure.EVENTS)


_MONTHS = frozenset(str(number) for number in range(1, 13))


def query_of_events(filters: Filters, figure: Figure) -> str:
    """What names the events of a number in an address; without a figure, it is the number of events held."""
    codes = {
        **{name: value for name, value in query_of(filters).items() if name not in DAYS},
        "offering": filters.offerings,
        "month": [str(month) for month in filters.months],
        "subdivision": filters.subdivisions,
        "fate": filters.fates,
        "late": filters.late,
    }
    pairs = [("figure", figure.value)] if figure is not Figure.EVENTS else []
    pairs += [("in", said(filters.period))]
    pairs += [(name, ",".join(one or NONE for one in values)) for name, values in codes.items() if values]
    texts = {"raised": filters.raised, "reason": filters.reasons}
    pairs += [(name, one or NONE) for name, values in texts.items() for one in values]
    return urlencode(pairs, safe=",")
