"""What the pages of the roster show: texts and values, nothing to look up."""

from collections.abc import Sequence
from dataclasses import dataclass

from booking.catalogue.pages import Choice


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event of the week: who has it today and, on a proposal, who could have it."""

    id: int
    code: str
    when: str
    """ "10:00 to 11:00" on the station's clocks."""
    heard_as: str
    """For those who hear a field: title and time."""
    station: str
    station_css: str
    title: str
    title_lang: str
    language: str
    today: str
    """The guide's name; empty for nobody."""
    proposed: str = ""
    """The same by the roster."""
    is_changed: bool = False
    is_locked: bool = False
    choices: Sequence[Choice] = ()
    """Whoever could have it, by code; none where that was not asked."""
    not_possible: Sequence[str] = ()
    """Who could at another time, and what stands against it."""


@dataclass(frozen=True, slots=True)
class Day:
    """The events of a local day."""

    heading: str
    rows: Sequence[EventRow]


@dataclass(frozen=True, slots=True)
class LoadRow:
    """What a guide has, and how much that is of the most that anybody has."""

    name: str
    text: str
    minutes: int
    most: int


@dataclass(frozen=True, slots=True)
class Uncovered:
    """An event that stays without a guide."""

    when: str
    title: str
    title_lang: str
    why: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """A proposal made before."""

    url: str
    text: str
    state: str


@dataclass(frozen=True, slots=True)
class WeekPage:
    """A week before anything is proposed."""

    week: str
    between: str
    sentence: str
    before_url: str
    after_url: str
    problem: str
    can_propose: bool
    days: Sequence[Day]
    earlier: Sequence[Earlier]


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """Something that has changed since the roster was proposed."""

    event_id: int
    text: str


@dataclass(frozen=True, slots=True)
class ProposalPage:
    """A proposal beside what is."""

    id: int
    week: str
    between: str
    sentence: str
    proof: str
    week_url: str
    applied: str
    """When it was accepted, in a sentence; empty while it waits."""
    problem: str
    conflicts: Sequence[ConflictRow]
    left_out: Sequence[int]
    """Ids of the events that are to stay as they are, beside those of the conflicts."""
    uncovered: Sequence[Uncovered]
    days: Sequence[Day]
    loads: Sequence[LoadRow]
    button: str
