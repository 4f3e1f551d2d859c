"""What the desk's pages of closures show: plain values in the reader's language, ready for the templates."""

from dataclasses import dataclass

from booking.bookings.closure_forms import ClosureForm, EndForm, SendForm
from booking.bookings.desk_pages import Hidden
from booking.catalogue.pages import Link


@dataclass(frozen=True, slots=True)
class Bar:
    """A line of a small chart: a name and a number, with the bar's length in percent of the longest."""

    name: str
    number: int
    length: int


@dataclass(frozen=True, slots=True)
class Option:
    """What can become of an event."""

    value: str
    text: str
    is_chosen: bool
    is_possible: bool


@dataclass(frozen=True, slots=True)
class HitRow:
    """An event that is stopped, who comes to it, and how it can go on."""

    code: str
    url: str
    when: str
    """ "Mon 30 Nov, 10:00 in Geneva"."""
    who: str
    facts: str
    """ "Palais and park, French, 22 people, Switzerland"."""
    ways: tuple[str, ...]
    warnings: tuple[str, ...]
    options: tuple[Option, ...]
    """None where nothing is to be chosen."""
    is_undecided: bool
    """Nobody has said yet what becomes of it, and it is not decided with the rest."""
    is_marked: bool
    """The choice sent for it cannot be."""


@dataclass(frozen=True, slots=True)
class StayRow:
    """An event that takes place all the same, or a group above the limit."""

    when: str
    who: str
    facts: str
    url: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a closure would hit."""

    sentence: str
    """Empty where there is something to count: then `counts` says it."""
    counts: tuple[str, ...]
    """Visits, groups, people, languages and countries: "14 visits"."""
    stays_sentence: str
    by_language: tuple[Bar, ...]
    by_country: tuple[Bar, ...]
    hits: tuple[HitRow, ...]
    stays: tuple[StayRow, ...]
    over: tuple[StayRow, ...]
    shown: str
    """ "40 of 96 shown"; empty where all are."""
    kept: Hidden
    """Choices made for events that are not shown."""
    next_page: int
    """0 where there is none."""
    earlier_page: int
    told: str
    """ "13 groups are written to in 5 languages: 10 convert, 3 move, 1 is cancelled."."""
    button: str
    asks: bool
    """Some groups are asked, so that a day is needed until which places are held."""
    station_css: str


@dataclass(frozen=True, slots=True)
class LetterShown:
    """A mail as a group would read it."""

    language: str
    lang: str
    direction: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class ClosurePage:
    """The form, and beside it what it would hit once it is complete."""

    form: ClosureForm
    send: SendForm
    found: Found | None = None
    hidden: Hidden = ()
    warning: str = ""
    page: int = 1
    rest: str = ""
    """What is chosen for all that are not chosen one by one; empty: as proposed."""
    may_add: bool = True
    letters: tuple[LetterShown, ...] = ()
    """Asked for with "Read them first"."""
    zone_note: str = ""
    """Whose clock the hour is: "in Geneva"."""


@dataclass(frozen=True, slots=True)
class ClosureRow:
    """A closure in the list."""

    url: str
    days: str
    what: str
    reason: str
    reason_lang: str
    state: str
    pill: str
    station: str
    station_css: str


@dataclass(frozen=True, slots=True)
class OperationRow:
    """An operation in a list."""

    url: str
    text: str
    state: str
    pill: str


@dataclass(frozen=True, slots=True)
class ClosuresPage:
    """The list of closures."""

    prepared: tuple[OperationRow, ...]
    ahead: tuple[ClosureRow, ...]
    """In force and to come."""
    past: tuple[ClosureRow, ...]


@dataclass(frozen=True, slots=True)
class LogRow:
    """An event or a group of an operation, and what came of it."""

    when: str
    who: str
    facts: str
    outcome: str
    pill: str
    url: str
    is_event: bool = False


@dataclass(frozen=True, slots=True)
class OperationPage:
    """What an operation did, and what was answered."""

    code: str
    title: str
    state: str
    pill: str
    sentence: str
    """ "Announced Mon 23 Nov, 14:22 in Geneva: 14 visits, 13 groups. 10 to virtual and 4 cancelled."."""
    answers: str
    """ "Of the groups 4 have accepted, 1 has declined and 8 have not answered."."""
    rows: tuple[LogRow, ...]
    more: str
    closures: tuple[ClosureRow, ...]
    undo_text: str
    """The button; empty where it cannot be undone."""
    why_not: str
    station_css: str
    stuck: "StuckPart | None" = None
    undo_note: str = ""
    again_url: str = ""
    """The form, filled with what was prepared and not announced."""
    done: str = ""
    problems: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    """After an undo: who does not come along any more for a partner station."""


@dataclass(frozen=True, slots=True)
class StuckPart:
    """Why a prepared closure was not announced on its day."""

    sentence: str
    """ "On Tue 1 Dec, 00:01 it could not be announced. ..."."""
    way_out: str
    about: tuple[Link, ...]
    """The events or the closure in the way."""


@dataclass(frozen=True, slots=True)
class OneClosurePage:
    """A closure, the operations that made it, and what can be done about it."""

    code: str
    title: str
    row: ClosureRow
    conditions: str
    allowed: str
    operations: tuple[Link, ...]
    form: EndForm | None
    """A new last day; None where it is over."""
    may_lift: bool
    extend_url: str
    version: str
    done: str = ""
    problems: tuple[str, ...] = ()
