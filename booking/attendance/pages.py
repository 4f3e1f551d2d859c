"""What the desk's pages of attendance show: plain values in the reader's language."""

from dataclasses import dataclass, field

from booking.attendance.grid_forms import AttendanceFilter, EventCountForm
from booking.fields import CleanField


@dataclass(frozen=True, slots=True)
class GridRow:
    """A line of the grid: a group of an event, or the event as a whole."""

    name: str
    """Of the line, as in the names of its fields."""
    code: str
    is_first: bool
    """Whether it is the first one of its event."""
    when: str
    title: str
    title_lang: str
    group: str
    url: str
    number: str
    """What stands in the field: what was typed, else the official number."""
    was: str
    reason: str
    asks_reason: bool
    source: str
    """Whose word the official number is."""
    course: str
    booked: str
    teacher: str
    guide: str
    platform: str
    seen: str
    differs: bool
    errors: tuple[str, ...] = ()
    reason_errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GridPage:
    """The grid, and what it is narrowed by."""

    form: AttendanceFilter
    days: str
    sentence: str
    rows: tuple[GridRow, ...]
    problems: tuple[str, ...] = ()
    done: str = ""
    before_url: str = ""
    after_url: str = ""
    more_url: str = ""
    missing_url: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class SourceCard:
    """A number that could count, with who said it and when."""

    value: str
    number: str
    label: str
    about: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class LineCard:
    """A group of the event, or the event as a whole, with what everybody said."""

    name: str
    heading: str
    official: str
    source: str
    reason: str
    booked: str
    cards: tuple[SourceCard, ...]
    number: CleanField
    why: CleanField
    errors: tuple[str, ...] = ()
    """Of the choice itself."""


@dataclass(frozen=True, slots=True)
class Word:
    """A saying as the history shows it."""

    when: str
    who: str
    number: str
    source: str
    about: str


@dataclass(frozen=True, slots=True)
class EventCountPage:
    """One event."""

    code: str
    title: str
    title_lang: str
    when: str
    station_css: str
    sentence: str
    form: EventCountForm
    lines: tuple[LineCard, ...]
    history: tuple[Word, ...]
    seen: str
    problems: tuple[str, ...] = ()
    done: str = ""
    begun: bool = True
    remind_url: str = ""
    courses: tuple[tuple[str, str, bool], ...] = field(default=())
