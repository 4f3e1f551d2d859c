"""What a guide's pages show: plain values in the reader's language, ready for the templates."""

from dataclasses import dataclass, field

from booking.catalogue.pages import Fact
from booking.clock_faces import Clock


@dataclass(frozen=True, slots=True)
class GroupCard:
    """A group as its guide needs it."""

    name: str
    facts: tuple[Fact, ...]
    write_to: str
    """An address for `mailto:`; may be empty."""


@dataclass(frozen=True, slots=True)
class TourCard:
    """An event that the guide gives."""

    code: str
    title: str
    title_lang: str
    when: str
    """ "14:00" or "Tue 1 Dec, 10:00", on the clocks of the guide's station."""
    facts: str
    """ "Spanish, 24 people, Peru"."""
    station_css: str
    groups: tuple[GroupCard, ...]
    guide_note: str
    asked_for_cover: bool
    """Colleagues have been asked and nobody has answered yet."""
    can_change: bool
    """It has not begun, and is the guide's own: it may still be given to somebody else."""
    comes_along: str = ""
    """Whose event it is, where the guide only comes along; empty for an own one."""


@dataclass(frozen=True, slots=True)
class NextTour:
    """The event that comes first, or takes place now."""

    tour: TourCard
    count_text: str
    """ "in 35 minutes"."""
    seconds: int
    """Until it starts; not above 0 once it has."""
    clock: Clock
    language: str
    start_url: str
    """Only from fifteen minutes before the start."""
    start_text: str
    """When the address opens, or why there is none; empty where there is nothing to open."""
    opens_in_s: int
    """Seconds until the page has something to open; 0: it has, or never will."""


@dataclass(frozen=True, slots=True)
class OfferCard:
    """An event that is offered to the guide."""

    id: int
    when: str
    title: str
    title_lang: str
    facts: str
    station_css: str
    answer_by: str
    then: str
    """What happens without an answer."""
    reason: str
    """Who asks, where it is a colleague; else empty."""
    note: str
    """About the group, from whoever had it before."""
    conflict: str
    """Why it cannot be taken; empty where it can."""
    reasons: tuple[tuple[str, str], ...]
    """Why one may decline: value and text of each chip."""


@dataclass(frozen=True, slots=True)
class CountLine:
    """A number to fill in."""

    name: str
    label: str
    value: str
    hint: str
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CountCard:
    """An event whose attendance is asked for."""

    code: str
    heading: str
    heading_lang: str
    about: str
    """ "Baobab Hill School, Ghana. Booked 18"."""
    lines: tuple[CountLine, ...]
    courses: tuple[tuple[str, str, bool], ...]
    """Value, text, and whether it is chosen."""
    recorded: str = ""
    """What was written down, where something was."""
    wrong: bool = False
    seen: str = ""
    """Which last word of guide or desk the form was made of."""
    overtaken: str = ""
    """What somebody else wrote down meanwhile, and when."""
    is_the_desks: bool = False
    """Whether the desk's number counts, whatever the guide writes."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How much there is, of how much there may be."""

    text: str
    value: int
    most: int


@dataclass(frozen=True, slots=True)
class CallLine:
    """A test call with a group."""

    when: str
    """On the clocks of the guide's station."""
    there: str
    """On the group's, where those are others."""
    facts: str
    """ "15 minutes, Haneulsaem Middle School, Tek Hanbit"."""
    url: str
    """Of the meeting; may be empty."""


@dataclass(frozen=True, slots=True)
class TodayPage:
    """The guide's day."""

    eyebrow: str
    next: NextTour | None
    later: tuple[TourCard, ...]
    offers: tuple[OfferCard, ...]
    counts: tuple[CountCard, ...]
    limits: tuple[Limit, ...]
    calls: tuple[CallLine, ...]
    """Test calls of the next days."""
    may_report_sick: bool
    may_undo_sick: bool
    done: str = ""
    is_bad: bool = False
    """What `done` says did not work."""


@dataclass(frozen=True, slots=True)
class WeekBlock:
    """A stretch of a day that is shaded; `css` holds its kind and its place."""

    css: str


@dataclass(frozen=True, slots=True)
class WeekEntry:
    """An event, or an offer of one, in the grid."""

    code: str
    css: str
    row: int
    rows: int
    """Quarters of an hour from the top of the grid, and how many it covers."""
    minute: int
    """Since the midnight of its day, on the clocks of the guide's station."""
    minutes: int
    """How long it lasts."""
    time: str
    end: str
    title: str
    title_lang: str
    language: str
    facts: str
    version: int = 0
    move_url: str = ""
    """Empty for what cannot be moved."""
    is_offer: bool = False


@dataclass(frozen=True, slots=True)
class WeekDay:
    """A column of the grid."""

    day: str
    """2026-12-08."""
    heading: str
    is_today: bool
    hours: str
    """ "09:00–18:00", "Day off", "Christmas Day"."""
    blocks: tuple[WeekBlock, ...]
    entries: tuple[WeekEntry, ...]
    is_off: bool
    can_block: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A move that waits for a yes: groups would be told."""

    question: str
    button: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class WeekPage:
    """The guide's week."""

    week: str
    """2026-W50."""
    first_day: str
    last_day: str
    """Of those that are shown, 2026-12-07."""
    heading: str
    place: str
    """Whose clocks these are."""
    previous: str
    following: str
    """The weeks before and after, 2026-W49."""
    first_hour: int
    hours: tuple[str, ...]
    days: tuple[WeekDay, ...]
    has_entries: bool
    asked: Asked | None = None
    refused: str = ""
    done: str = ""
    undo: tuple[tuple[str, str], ...] = ()
    """The fields of the form that takes back what `done` says; empty where nothing can be taken back."""
    opened: str = ""
    """The folded form that stands open: "move" or "block"."""
    move_choices: tuple[tuple[str, str], ...] = field(default=())
    """The events that can be moved, by code."""
