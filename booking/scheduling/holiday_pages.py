"""What the desk's page of holidays shows."""

from dataclasses import dataclass

from booking.catalogue.station_pages import Hits, Overtaken, StationFrame
from booking.scheduling.holiday_forms import CountryForm, HolidayForm, ProposalForm


@dataclass(frozen=True, slots=True)
class HolidayRow:
    """A holiday that is kept."""

    code: str
    when: str
    name: str
    name_lang: str
    events: str
    """ "2 events, 31 people"; empty for none."""
    change_url: str
    """Empty for a day that is over."""
    remove_url: str
    form: HolidayForm
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class ProposedRow:
    """A public holiday that is not kept yet."""

    value: str
    when: str
    name: str
    name_lang: str
    events: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class YearLink:
    """Another year."""

    text: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class HolidaysPage:
    """The holidays of a station in a year, and what could be added."""

    frame: StationFrame
    year: int
    years: tuple[YearLink, ...]
    rows: tuple[HolidayRow, ...]
    proposed: tuple[ProposedRow, ...]
    proposed_of: str
    """ "Austria"; empty where no country is chosen."""
    proposal_form: ProposalForm
    new_form: HolidayForm
    country_form: CountryForm
    add_url: str
    propose_url: str
    country_url: str
    asks: Hits | None = None
    asks_form: HolidayForm | ProposalForm | None = None
    """The form that is to be sent again, in spite of what it hits."""
    asks_url: str = ""
    overtaken: Overtaken | None = None
    problem: str = ""
