"""What a class looks for, and the times it is shown: plain values between the search and whoever asks it."""

from dataclasses import dataclass, field
from datetime import date, datetime

from booking.bookings.terms import Refusal
from booking.catalogue.terms import Format, Kind
from booking.i18n import Translated

PAGE, LARGEST_PAGE = 50, 300
WEEKS_SHOWN = 4
ALL_WEEKDAYS = frozenset(range(7))


class BadCursor(ValueError):
    """The text is no cursor that a search gave."""


@dataclass(frozen=True, slots=True)
class Criteria:
    """What a class needs; an empty field narrows nothing. Sizes are people, ages years, hours minutes of a day.

    Days, weekdays and hours are those of `time_zone`. Weekdays and hours bind online times only: on site the station's
    clock counts.
    """

    languages: tuple[str, ...] = ()
    """BCP 47 tags, the first choice first; either will do."""
    size: int | None = None
    youngest_age: int | None = None
    organisation_type: str = ""
    stations: tuple[str, ...] = ()
    """Codes."""
    formats: tuple[Format, ...] = ()
    kinds: tuple[Kind, ...] = ()
    themes: tuple[str, ...] = ()
    offering: str = ""
    """Code or slug."""
    from_day: date | None = None
    """Today, where empty."""
    to_day: date | None = None
    """Included; four weeks after the first, where empty."""
    weekdays: frozenset[int] = ALL_WEEKDAYS
    """0 is Monday."""
    hours: tuple[int, int] | None = None
    """The whole of an event lies inside; a second hour not after the first is on the next day."""
    time_zone: str = "UTC"
    limit: int = PAGE
    cursor: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that can be booked, in an open event or as one of its own. Sizes are people, lengths minutes."""

    slot: str
    """Opaque, see `slot_ids`."""
    event_id: int | None
    event: str
    """Code of the event; empty for an open slot."""
    offering_id: int
    offering: str
    """Code."""
    slug: str
    title: Translated
    station: str
    """Code."""
    time_zone: str
    """Of the station."""
    format: Format
    kind: Kind
    theme: str
    language: str
    starts_at: datetime
    ends_at: datetime
    duration_min: int
    places_left: int
    capacity: int
    is_private: bool
    """For one group alone."""
    needs_person: bool
    """Booking it makes a request that a person answers: a speaker must be found, protocol must agree."""
    partners: tuple[tuple[str, str], ...] = ()
    """Code and IANA zone of the stations that take part in a joint event."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """A time that the class might wish for and cannot have, with the reason; `event` is empty for an open slot."""

    slot: str
    event: str
    offering: str
    slug: str
    title: Translated
    station: str
    time_zone: str
    format: Format
    kind: Kind
    language: str
    starts_at: datetime
    ends_at: datetime
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class OnDemand:
    """A film or exhibition that is watched at any time, without a booking."""

    offering: str
    slug: str
    title: Translated
    station: str
    kind: Kind
    theme: str
    languages: tuple[str, ...]
    watch_url: str


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A page of times, soonest first; for an empty one why nothing fits, and the nearest that do."""

    slots: tuple[Slot, ...]
    next_cursor: str | None = None
    blocked: tuple[Blocked, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    alternatives: tuple[Slot, ...] = ()
    on_demand: tuple[OnDemand, ...] = ()


@dataclass(frozen=True, slots=True)
class WhyNot:
    """The reasons against one time, none where it can be had, and the nearest times that fit."""

    refusals: tuple[Refusal, ...] = ()
    alternatives: tuple[Slot, ...] = field(default=())
