"""What the desk's pages of stations show: plain values in the reader's language, ready for the templates."""

from dataclasses import dataclass

from booking.catalogue.forms.base import EditForm
from booking.catalogue.pages import Fact
from booking.fields import CleanField


@dataclass(frozen=True, slots=True)
class HitRow:
    """An event that a change would leave outside, or that is there already."""

    url: str
    when: str
    title: str
    title_lang: str
    facts: str
    """ "Arabic, 2 groups, 45 people"."""
    why: str


@dataclass(frozen=True, slots=True)
class Hits:
    """Events that do not fit. `digest` names exactly these, so that more of them are shown again."""

    heading: str
    sentence: str
    rows: tuple[HitRow, ...]
    more: str
    """ "and 12 more"; may be empty."""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that two people filled in differently."""

    label: str
    yours: str
    now: str


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Somebody else was first: who and when, and what differs now."""

    sentence: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the pages of a station."""

    text: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class StationFrame:
    """The head of a station's pages."""

    name: str
    css: str
    tabs: tuple[Tab, ...]
    heading: str
    action: str
    """Where the form of the page is sent."""
    done: str = ""
    changed: str = ""
    """ "Changed by Ilse Invented on Mon 23 Nov 2026"."""


@dataclass(frozen=True, slots=True)
class EditPage:
    """The hours and contact of a station, or a new one."""

    frame: StationFrame
    form: EditForm
    facts: tuple[Fact, ...] = ()
    """What this person may not change."""
    asks: Hits | None = None
    """What the change would hit, before it is made."""
    overtaken: Overtaken | None = None
    misfits: Hits | None = None
    """What does not fit as it is."""
    back_url: str = ""


@dataclass(frozen=True, slots=True)
class LanguageRow:
    """A language in the table."""

    tag: str
    name: str
    own_name: str
    dir: str
    is_official: bool
    tours: bool
    briefings: bool


@dataclass(frozen=True, slots=True)
class LanguagesPage:
    """The languages of a station."""

    frame: StationFrame
    form: EditForm
    rows: tuple[LanguageRow, ...]
    asks: Hits | None = None
    overtaken: Overtaken | None = None


@dataclass(frozen=True, slots=True)
class ValueRow:
    """A value of a rule."""

    field: CleanField
    rule: str
    sentence: str
    default: str
    """ "Default: 5 working days"."""
    default_button: str
    """Name of the value where it is not at its default, else empty."""
    changed: str
    """ "Ilse Invented, Mon 23 Nov 2026"; empty where nobody changed it."""


@dataclass(frozen=True, slots=True)
class ValueSection:
    """The values of a station, or of one of its offerings."""

    id: str
    heading: str
    heading_lang: str
    action: str
    form: EditForm
    rows: tuple[ValueRow, ...]
    summary: str
    """ "All at their defaults", "2 values differ from the default"."""
    is_open: bool = False
    """Else only its name stands in the page, with the way to its values: those of many offerings are too much."""
    url: str = ""
    """Where it is open."""
    overtaken: Overtaken | None = None


@dataclass(frozen=True, slots=True)
class RulesPage:
    """The values of all rules at a station."""

    frame: StationFrame
    sections: tuple[ValueSection, ...]


@dataclass(frozen=True, slots=True)
class StationCard:
    """A station in the overview."""

    name: str
    css: str
    url: str
    facts: tuple[str, ...]
    missing: tuple[tuple[str, str], ...]
    """What is missing or does not fit, each with the page that mends it."""


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """The catalogue's front page."""

    stations: tuple[StationCard, ...]
    may_add: bool
    add_sentence: str
    """Who adds stations, for who does not."""
    done: str = ""
