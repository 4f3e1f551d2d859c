"""The vocabulary of a closure as an operation: what is wished, what it would hit, what is chosen, what was done."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from booking.bookings.closing_terms import Choice, Hindered, Hurdle, Obstacle
from booking.bookings.queries.bookings import BookingFacts
from booking.bookings.terms import Conflict
from booking.catalogue.terms import Kind, OfferingFacts, StationFacts
from booking.i18n import DEFAULT_LOCALE, Translated
from booking.scheduling.queries.desk import NamedGuide
from booking.scheduling.terms import ClosureFacts, ClosureType, EventFacts, LeftOut


@dataclass(frozen=True)
class ClosureWish:
    """A closure or partial reopening to declare; days are local days of the station, both included.

    A format in `blocks_formats` is stopped but for the kinds in `allows`; "pre-booked-group" in `allows` keeps
    individuals out. `distanced_capacity` is the largest group on site: larger ones are listed, or, with `larger`, are
    treated as what is stopped.
    """

    station: str
    """Code."""
    type: ClosureType
    starts_on: date
    ends_on: date | None
    announced_on: date
    blocks_formats: tuple[str, ...] = ("in-person",)
    allows: tuple[str, ...] = ()
    distanced_capacity: int | None = None
    message: str = ""
    """The reason that groups read, in English."""
    messages: Mapping[str, str] = field(default_factory=dict)
    """The reason in other languages, by locale."""
    conditions: Mapping[str, str] = field(default_factory=dict)
    """CLO-07: what whoever comes must bring, by locale."""
    larger: bool = False
    extends: str = ""
    """Code of the closure that goes on until `ends_on`; then only the added days are wished."""

    @property
    def reason(self) -> Translated:
        """The reason in every language that it was written in."""
        return Translated({**self.messages, DEFAULT_LOCALE: self.message})

    def covers(self, day: date) -> bool:
        """Whether the local day lies inside."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True)
class Way:
    """How an event can go on: online at the same hour, or on site later."""

    offering: OfferingFacts
    language: str
    starts_at: datetime
    ends_at: datetime
    capacity: int
    guides: tuple[NamedGuide, ...] = ()
    """Who gives it; nobody where nobody has to, or nobody did before."""
    keeps_guide: bool = False
    is_other_language: bool = False
    event: EventFacts | None = None
    """The event that takes the groups, where it is there already."""


@dataclass(frozen=True)
class EventHit:
    """An event that the closure stops, or some groups of one, and how it can go on."""

    event: EventFacts
    offering: OfferingFacts
    title: Translated
    bookings: tuple[BookingFacts, ...]
    """Those with places; holds are left out."""
    line: tuple[BookingFacts, ...] = ()
    """Those in line for it."""
    guides: tuple[NamedGuide, ...] = ()
    is_whole: bool = True
    """Whether the event is stopped; else only the bookings named leave it."""
    phase: int = 0
    """Which of the wishes hits it."""
    online: Way | None = None
    not_online: Obstacle | None = None
    later: Way | None = None
    not_later: Obstacle | None = None

    @property
    def people(self) -> int:
        """How many its groups bring."""
        return sum(booking.size or 0 for booking in self.bookings)

    @property
    def needs_choice(self) -> bool:
        """A courtesy visit is never swept up with the rest: somebody says what happens to it."""
        return self.event.kind == Kind.COURTESY_VISIT

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What can be chosen."""
        ways = {Choice.CONVERT: self.online, Choice.MOVE: self.later}
        return (*(choice for choice, way in ways.items() if way), Choice.CANCEL)

    @property
    def proposed(self) -> Choice:
        """What is best for its groups: the same hour in the same language, then later, then another language."""
        if not self.bookings and not self.line:
            return Choice.CANCEL
        if self.online and not self.online.is_other_language:
            return Choice.CONVERT
        return self.choices[1] if self.online and self.later else self.choices[0]

    def way(self, choice: Choice) -> Way | None:
        """How it goes on by a choice; None where it does not."""
        return {Choice.CONVERT: self.online, Choice.MOVE: self.later}.get(choice)


@dataclass(frozen=True)
class Stays:
    """An event inside the closure that takes place all the same: its kind is allowed (CLO-03)."""

    event: EventFacts
    title: Translated
    offering: OfferingFacts
    bookings: tuple[BookingFacts, ...] = ()


@dataclass(frozen=True)
class Over:
    """A group, or an event of several, above the distanced capacity: listed, never dropped (CAP-04)."""

    booking: BookingFacts
    limit: int


@dataclass(frozen=True)
class Preview:
    """What a declaration would hit, and what could be done about it; nothing is stored."""

    station: StationFacts
    wishes: tuple[ClosureWish, ...]
    hits: tuple[EventHit, ...]
    stays: tuple[Stays, ...]
    untouched: Mapping[str, int]
    """How many events of other formats go on, by format (CLO-06)."""
    over: tuple[Over, ...]
    seen: str
    """A short name of everything that was read."""

    @property
    def state(self) -> str:
        """A short name of what is shown: a declaration confirmed for another state is refused."""
        ways = ";".join(f"{one.event.code}:{_told(one.online)}:{_told(one.later)}" for one in self.hits)
        return hashlib.sha256(f"{self.seen};{ways};{self.wishes!r}".encode()).hexdigest()[:16]

    @property
    def bookings(self) -> list[BookingFacts]:
        """The groups that have places in what is hit."""
        return [booking for one in self.hits for booking in one.bookings]

    @property
    def people(self) -> int:
        """How many they bring."""
        return sum(one.people for one in self.hits)

    @property
    def by_language(self) -> dict[str, int]:
        """Events by their language, most first."""
        return dict(Counter(one.event.language for one in self.hits).most_common())

    @property
    def by_country(self) -> dict[str, int]:
        """Groups by their country, most first."""
        return dict(Counter(booking.country for booking in self.bookings).most_common())

    @property
    def by_locale(self) -> dict[str, int]:
        """Groups by the language that they are written to in, most first."""
        return dict(Counter(booking.contact.locale for booking in self.bookings).most_common())

    @property
    def undecided(self) -> list[EventHit]:
        """Courtesy visits that it hits: each is decided by itself."""
        return [one for one in self.hits if one.needs_choice]


def _told(way: Way | None) -> str:
    if way is None:
        return ""
    guides = ",".join(guide.code for guide in way.guides)
    return f"{way.offering.code}/{way.language}/{way.starts_at.isoformat()}/{guides}"


@dataclass(frozen=True)
class Order:
    """A declaration as it was confirmed."""

    wishes: tuple[ClosureWish, ...]
    """One, or the phases of a reopening."""
    now: datetime
    actor: str
    answer_by: datetime | None = None
    """Until when places are held; needed where groups are written to with a proposal."""
    choices: Mapping[str, Choice] = field(default_factory=dict)
    """By the event's code."""
    rest: Choice | None = None
    """For all other events that admit it; the others, or None: as proposed."""
    state: str = ""
    """The `Preview.state` that was confirmed; empty for any."""
    key: str = ""
    """Sent twice, it is done once."""


@dataclass(frozen=True)
class Declared:
    """What was done: the operation's code, codes of closures and events, references of the groups written to."""

    operation: str
    closures: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    bookings: tuple[str, ...] = ()
    is_prepared: bool = False
    """It is carried out on the day on which it is announced."""
    is_replayed: bool = False


@dataclass(frozen=True)
class Reopened:
    """What a lifted or shortened closure leaves: its code, and the bookings it had cancelled that stay cancelled."""

    closure: str
    bookings: tuple[str, ...] = ()


class ClosureRefused(Conflict):
    """A closure that makes no sense: why, and the closure that stands in its way."""

    def __init__(self, hurdle: Hurdle, closure: ClosureFacts | None = None) -> None:
        super().__init__(hurdle.value)
        self.hurdle = hurdle
        self.closure = closure


@dataclass(frozen=True)
class Hindrance:
    """What keeps an operation from being undone: an event or booking, why, and where it is a guide, who."""

    subject: str
    """Code of an event or closure, or reference of a booking."""
    why: Hindered
    guide: str = ""
    at: datetime | None = None
    by: str = ""


class CannotUndo(ClosureRefused):
    """An operation that cannot be taken back: everything that stands against it."""

    def __init__(self, hurdle: Hurdle, hindrances: tuple[Hindrance, ...] = ()) -> None:
        super().__init__(hurdle)
        self.hindrances = hindrances


@dataclass(frozen=True)
class Undone:
    """What was taken back: the operation, its events, and the groups that were written to."""

    operation: str
    events: tuple[str, ...] = ()
    bookings: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    """References of those who had been written to, and are once more."""
    left_out: tuple[LeftOut, ...] = ()
    """Guides who came along for a partner and are not free any more."""


class PreviewOvertaken(Conflict):
    """Something has changed since the preview that was confirmed: what there is now."""

    def __init__(self, preview: Preview) -> None:
        super().__init__(preview.state)
        self.preview = preview


class NotPossible(Conflict):
    """A choice that some events do not admit, or courtesy visits for which none was made: those events."""

    def __init__(self, preview: Preview, hits: tuple[EventHit, ...]) -> None:
        super().__init__(", ".join(one.event.code for one in hits))
        self.preview = preview
        self.hits = hits
