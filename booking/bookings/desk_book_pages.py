"""What the desk sees while it books for a caller: plain values in the reader's language."""

from dataclasses import dataclass

from booking.bookings.desk_book_forms import DeskBookForm, TimesForm
from booking.bookings.pages import Refused
from booking.catalogue.pages import Fact
from booking.clock_faces import Clock


@dataclass(frozen=True, slots=True)
class TimeRow:
    """A time that can be had."""

    url: str
    clock: Clock
    title: str
    title_lang: str
    facts: str
    """ "Vienna, English, online, live, shared, 12 places left"."""


@dataclass(frozen=True, slots=True)
class TimesPage:
    """Times for a caller."""

    form: TimesForm
    times: tuple[TimeRow, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class DeskBookPage:
    """The chosen time, and who comes."""

    title: str
    title_lang: str
    clock: Clock
    facts: tuple[Fact, ...]
    form: DeskBookForm
    again_url: str
    """Other times for the same wishes."""
    button: str
    is_event: bool
    """Others are in it too: it has a waiting list."""
    refusals: tuple[Refused, ...] = ()
    instead: tuple[TimeRow, ...] = ()
    may_except: bool = False
    """A coordinator may make an exception to what stands against it."""
    problem: str = ""
