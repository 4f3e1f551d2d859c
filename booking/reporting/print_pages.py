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
    day: str
    when: str
    title: str
    facts: str
    groups: tuple[PrintedGroup, ...]
    attended: str


@dataclass(frozen=True, slots=True)
class PrintedPart:
    """What one page of the document holds of its tables and events; the first has everything else too."""

    sections: tuple[Section, ...] = ()
    events: tuple[PrintedEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class PrintPage:
    """A part of the document; the form alone where its period could not be read.

    `about` and `definitions` are the first sheet, `kept` the parameters that the form of the period leaves as they are.
    """

    form: FilterForm
    report_url: str = ""
    kept: tuple[tuple[str, str], ...] = ()
    parts: tuple[Link, ...] = ()
    """Every part, where there is more than one."""
    part: str = ""
    """ "Part 2 of 3", for all but the first."""
    whole: Link | None = None
    """All parts on one page, where there are several: a long way on a slow line, and one way to the printer."""
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
    content: PrintedPart = PrintedPart()
    listed: str = ""
    """How many events stand in the list of all parts, and where the others are."""
    rest: Link | None = None
