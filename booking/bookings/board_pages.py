"""What the desk's front page and its list of events show: plain values in the reader's language."""

from dataclasses import dataclass

from booking.bookings.board_forms import BoardForm, EventsForm
from booking.bookings.desk_pages import EventRow
from booking.catalogue.pages import Link


@dataclass(frozen=True, slots=True)
class RedLine:
    """Something that a desk must see to, with what it may do."""

    what: str
    facts: str
    actions: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class RedList:
    """One of the lists; `calm` is said where nothing is in it."""

    name: str
    title: str
    calm: str
    number: int
    lines: tuple[RedLine, ...]
    """The first of them."""
    more: Link | None


@dataclass(frozen=True, slots=True)
class BoardCell:
    """A field of the board; without a link nothing is given there in that language."""

    events: int
    people: str
    """ "214 people"."""
    headcount: str
    """The number alone, for where the words have no room."""
    named: str
    """ "English, Vienna"."""
    url: str
    heat: str
    """Class by the number of events: h0 to h3."""
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A language, and a field for each station."""

    language: str
    cells: tuple[BoardCell, ...]


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """A station, and all of its events."""

    name: str
    station_css: str
    events: int


@dataclass(frozen=True, slots=True)
class BoardPage:
    """The week."""

    week: str
    """ "Mon 30 Nov to Sun 6 Dec 2026"."""
    sentence: str
    form: BoardForm
    before_url: str
    after_url: str
    lists: tuple[RedList, ...]
    columns: tuple[BoardColumn, ...]
    rows: tuple[BoardRow, ...]
    joint: RedList | None = None
    """Joint events of other stations that wait for an answer; None for none."""
    done: str = ""


@dataclass(frozen=True, slots=True)
class EventsPage:
    """The events behind a field of the board."""

    week: str
    form: EventsForm
    events: tuple[EventRow, ...]
    before_url: str
    after_url: str
    more_url: str
    """The next page; empty on the last one."""
    message_url: str
    sent: str = ""
    """How many groups were written to just now."""
