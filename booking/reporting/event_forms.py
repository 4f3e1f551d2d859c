"""Which events a page lists that opens a number: whatever `query_of_events` wrote into its address."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

from flask_babel import lazy_gettext as _l

from booking.fields import ChoiceField, CleanField, sentence
from booking.reporting.filter_forms import FilterForm, query_of
from booking.reporting.terms import MOST_CODES, Figure, Filters
from booking.text import InputRefused, clean_line

NO_EVENTS = frozenset({Figure.LANGUAGES_OFFERED, Figure.ITEMS, Figure.SURVEY_PER_CENT})
"""Figures that no event is behind."""
OPENED = tuple(figure for figure in Figure if figure not in NO_EVENTS)
NONE = "-"
"""Stands in an address for the empty code: an event without a theme has one."""
LONGEST = 120


class CodesField(CleanField):
    """Codes as they are stored, as repeated parameters: one that nothing has finds nothing."""

    choices: object = ()
    """Given to every list of a filter; not asked here."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read them, not more than any list has."""
        self.data = ()
        if len(valuelist) > MOST_CODES:
            raise ValueError(_TOO_MANY % MOST_CODES)
        try:
            self.data = tuple("" if one == NONE else clean_line(one, LONGEST) for one in valuelist if one)
        except InputRefused as refused:
            raise ValueError(sentence(refused)) from refused


_TOO_MANY = _l("Name at most %d of them.")


class EventsForm(FilterForm):
    """A GET form that is read only: each filter may name several values."""

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
    raised = CodesField(_l("Topic raised"))
    month = CodesField(_l("Month"))

    def filters(self, today: date) -> Filters | None:
        """The same filters, and those that only a number of a report has."""
        found = super().filters(today)
        if found is None:
            return None
        months = tuple(int(one) for one in self.month.data or () if one in _MONTHS)
        return replace(found, offerings=self.offering.data or (), raised=self.raised.data or (), months=months)

    @property
    def wanted(self) -> Figure:
        """What is counted."""
        return Figure(self.figure.data or Figure.EVENTS)


_MONTHS = frozenset(str(number) for number in range(1, 13))


def query_of_events(filters: Filters, figure: Figure) -> str:
    """What names the events of a number in an address; without a figure, it is the number of events held."""
    more: Mapping[str, tuple[str | int, ...]] = {
        "offering": filters.offerings,
        "raised": filters.raised,
        "month": filters.months,
    }
    counted = {} if figure is Figure.EVENTS else {"figure": figure.value}
    named = {**counted, **query_of(filters), **{name: list(map(str, values)) for name, values in more.items()}}
    pairs = [(name, one) for name, value in named.items() for one in ([value] if isinstance(value, str) else value)]
    return urlencode([(name, NONE if one == "" else one) for name, one in pairs])
