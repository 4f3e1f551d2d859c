"""The vocabulary of what can be asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """What an offering is."""

    TOUR = "tour"
    BRIEFING = "briefing"
    WEBINAR = "webinar"
    PROGRAMME = "programme"
    COURTESY_VISIT = "courtesy-visit"
    TRAINING = "training"
    FILM = "film"
    EXHIBITION = "exhibition"


class Format(StrEnum):
    """How an offering is given; a hybrid event is two events that name each other as twins."""

    VIRTUAL_LIVE = "virtual-live"
    VIRTUAL_RECORDED = "virtual-recorded"
    IN_PERSON = "in-person"
    OFF_SITE = "off-site"
    HYBRID = "hybrid"
    ON_DEMAND = "on-demand"


class OfferingStatus(StrEnum):
    """`limited` and `suspended` are labels for the visitor: closures decide. Only `awaiting-reopening` refuses."""

    ACTIVE = "active"
    LIMITED = "limited"
    SUSPENDED = "suspended"
    AWAITING_REOPENING = "awaiting-reopening"


class LanguagePolicy(StrEnum):
    """Where the languages of an offering come from."""

    STATION = "station"  # every language of the station for that kind
    OFFICIAL = "official"  # the official languages of the station
    LISTED = "listed"  # its own list
    ANY = "any"  # not limited, never checked


class Basis(StrEnum):
    """Whether a language is one of the six official ones."""

    OFFICIAL = "official"
    UNOFFICIAL = "unofficial"


class Level(StrEnum):
    """For whom a material is."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    UNIVERSITY = "university"
    ALL = "all"


class MaterialKind(StrEnum):
    """Where a material is: at an address elsewhere, or a file of ours."""

    LINK = "link"
    FILE = "file"


class InterestState(StrEnum):
    """How far an address on a list of interest is: asked, confirmed by its owner, written to."""

    ASKED = "asked"
    WAITING = "waiting"
    TOLD = "told"


VIRTUAL_FORMATS = frozenset({Format.VIRTUAL_LIVE, Format.VIRTUAL_RECORDED})
ON_SITE_FORMATS = frozenset({Format.IN_PERSON})
PRIVATE_KINDS = frozenset({Kind.TOUR, Kind.BRIEFING, Kind.COURTESY_VISIT})
"""Kinds for which a group can be given an event of its own at a time it chooses (an open slot)."""


@dataclass(frozen=True)
class StationFacts:
    """What the rules need to know of a station. Hours are minutes since its midnight, weekdays 0 (Monday) to 6."""

    id: int
    code: str
    name: str
    time_zone: str
    working_weekdays: frozenset[int]
    virtual_hours: tuple[int, int]
    on_site_hours: tuple[int, int]
    version: int = 1
    booking_horizon_days: int = 270
    buffer_min: int = 15
    slot_step_min: int = 30
    minor_age: int = 18
    people_per_adult: int = 20
    free_change_days: int = 6
    list_due_days: int = 3
    speaker_days: int = 5
    distancing_gap_min: int = 30
    hold_min: int = 10
    request_answer_days: int = 5
    earliest_comfort: int = 8 * 60
    latest_comfort: int = 20 * 60 + 30
    contact_email: str = ""
    contact_days: int = 180


@dataclass(frozen=True)
class OfferingFacts:
    """What the rules need to know of an offering. Sizes are people, lengths minutes, ages years."""

    id: int
    code: str
    station_id: int
    title: str
    kind: Kind
    format: Format
    theme: str
    status: OfferingStatus = OfferingStatus.ACTIVE
    language_policy: LanguagePolicy = LanguagePolicy.STATION
    languages: frozenset[str] = frozenset()
    duration_min: int = 60
    min_group: int | None = None
    max_group: int | None = None
    lead_working_days: int | None = None
    min_age: int | None = None
    max_age: int | None = None
    unit: str = "visitors-service"
    slug: str = ""
    audience: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)  # by locale; `title` is the English one
    venue_id: int | None = None

    @property
    def is_virtual(self) -> bool:
        """Given online at a set time."""
        return self.format in VIRTUAL_FORMATS

    @property
    def is_on_site(self) -> bool:
        """Given inside the premises."""
        return self.format in ON_SITE_FORMATS


REOPENING = "reopening"
"""What an address on a list waits for, where it is not the opening of bookings for a day."""


class Overtaken(Exception):
    """Somebody else has changed it since it was read: nothing was written."""


class NotThere(LookupError):
    """There is no such thing in the catalogue, or none of this station's."""


class NotReopened(Exception):
    """The offering still awaits its reopening: nobody is written to."""


@dataclass(frozen=True)
class OfferingWish:
    """What an offering is to be, but for its texts. Sizes are people, lengths minutes, ages years, lead working days.

    `languages` is the list of its own, which holds where the policy is `listed`.
    """

    kind: Kind
    format: Format
    theme: str
    audience: str
    unit: str
    status: OfferingStatus
    language_policy: LanguagePolicy
    duration_min: int
    languages: tuple[str, ...] = ()
    min_group: int | None = None
    max_group: int | None = None
    lead_working_days: int | None = None
    min_age: int | None = None
    max_age: int | None = None
    watch_url: str = ""


@dataclass(frozen=True)
class MaterialWish:
    """A material as a desk describes it; `titles` by locale, `content` the bytes of a new file, if one was sent."""

    titles: Mapping[str, str]
    level: Level
    language: str
    url: str = ""
    content: bytes = b""


@dataclass(frozen=True)
class InterestWish:
    """Who wants to be written to about which offering; `wished_on` is a day whose bookings are not open yet."""

    offering: str
    email: str
    locale: str
    wished_on: date | None = None
    organisation: str = ""
    size: int | None = None
