"""What the report as a document for print shows: plain words and numbers, without a link but those of the screen."""

from dataclasses import dataclass

from booking.reporting.filter_forms import FilterForm
from booking.reporting.report_pages import KeyFigure, Link, Multiples, Ranking, Section


@dataclass(frozen=True, slots=True)
class PrintedGroup:
    """A group of an event: its organization, where it is from, what became of it, and its numbers."""

    name: str
    facts: str
    booked: str
    attended: str


@dataclass(frozen=True, slots=True)
class PrintedEvent:
    """An event with its groups; `attended` is what reports count."""

    code: str
    when: str
    title: str
    facts: str
    groups: tuple[PrintedGroup, ...]
    attended: str


@dataclass(frozen=True, slots=True)
class PrintPage:
    """The document; the form alone where its period could not be read.

    `about` and `definitions` are the first sheet.
    """

    form: FilterForm
    report_url: str = ""
    days: str = ""
    about: tuple[tuple[str, str], ...] = ()
    definitions: tuple[tuple[str, str], ...] = ()
    paragraphs: tuple[str, ...] = ()
    paragraphs_note: str = ""
    figures: tuple[KeyFigure, ...] = ()
    complete: str = ""
    not_ready: tuple[Link, ...] = ()
    multiples: tuple[Multiples, ...] = ()
    rankings: tuple[Ranking, ...] = ()
    sections: tuple[Section, ...] = ()
    listed: str = ""
    """How many events stand in the list, and where the others are."""
    rest: Link | None = None
    events: tuple[PrintedEvent, ...] = ()
