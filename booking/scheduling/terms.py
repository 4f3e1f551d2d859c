"""The vocabulary of what takes place, when, and who gives it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple


class EventStatus(StrEnum):
    """As stored; "full" is computed."""

    PLANNED = "planned"  # a request's, no guide yet
    OPEN = "open"
    CLOSED = "closed"  # to booking
    HELD = "held"
    CANCELLED = "cancelled"
    NO_SHOW = "no-show"


class Visibility(StrEnum):
    """Open events are listed and shared; a private one is made for one group and never listed."""

    OPEN = "open"
    PRIVATE = "private"


class ClosureType(StrEnum):
    """Why the premises, or the whole service on a holiday, do not receive everybody."""

    PREMISES_CLOSED = "premises-closed"
    PARTIAL_REOPENING = "partial-reopening"
    OFFICIAL_HOLIDAY = "official-holiday"


class HostRole(StrEnum):
    """A guide leads tours, a speaker briefs."""

    GUIDE = "guide"
    SPEAKER = "speaker"


class AssignmentStatus(StrEnum):
    """A cancelled assignment keeps nobody busy."""

    ACTIVE = "active"
    CANCELLED = "cancelled"


class PartnerState(StrEnum):
    """Where a station stands that was asked to take part in another's event."""

    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"  # by the partner
    TAKEN_BACK = "taken-back"  # by the station that leads the event


class Skill(StrEnum):
    """What a guide can lead beyond a general tour."""

    THEMATIC = "thematic"
    CHILDREN = "children"
    PROTOCOL = "protocol"


class OfferReason(StrEnum):
    """Why an event is offered to a guide."""

    UNCOVERED = "uncovered"  # nobody gives it
    COVER = "cover"  # the one who does asks a colleague to take over
    SICK = "sick"  # the one who did is ill


class OfferStatus(StrEnum):
    """What became of an offer."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"  # somebody else has it, or the event needs nobody any more


class Reason(StrEnum):
    """Why a guide or speaker cannot give an event; the order is that in which they are told."""

    ROLE = "role"  # a guide leads, a speaker briefs
    LANGUAGE = "language"
    SKILL = "skill"
    STATION = "station"  # not theirs, or theirs online only
    DAY_OFF = "day-off"
    HOURS = "hours"  # outside the hours worked that day
    BUSY = "busy"  # taken elsewhere, in a private calendar
    EVENT = "event"  # in another event, the pause after it included
    REST = "rest"  # too short a night after or before another event
    DAY_LIMIT = "day-limit"  # as many events that day as may be
    DAY_MINUTES = "day-minutes"
    WEEK_LIMIT = "week-limit"
    WEEK_MINUTES = "week-minutes"


class Unfit(NamedTuple):
    """One reason against a host: `code` names the other event of EVENT and REST, `limit` is what a limit allows."""

    reason: Reason
    code: str = ""
    limit: int = 0


class Limits(NamedTuple):
    """How much a guide gives at most, None without a limit; days and weeks (Monday to Sunday) of the home station."""

    events_per_day: int | None = None
    events_per_week: int | None = None
    minutes_per_day: int | None = None
    minutes_per_week: int | None = None
    rest_min: int | None = None
    """Minutes between the last event of a day and the first of another."""

    @property
    def is_by_day(self) -> bool:
        """Whether a day has a limit."""
        return self.events_per_day is not None or self.minutes_per_day is not None

    @property
    def is_by_week(self) -> bool:
        """Whether a week has one."""
        return self.events_per_week is not None or self.minutes_per_week is not None


NO_LIMITS = Limits()


class Stretch(NamedTuple):
    """Hours of a working week: 0 is Monday, minutes since the midnight of the home station, end excluded."""

    weekday: int
    opens: int
    closes: int
    is_preferred: bool = False


class UnknownGuide(LookupError):
    """No active guide or speaker of that id."""


PRE_BOOKED_GROUP = "pre-booked-group"


@dataclass(frozen=True)
class ClosureFacts:
    """A dated state of the premises: local days of the station, both included; no end is until further notice."""

    code: str
    type: ClosureType
    starts_on: date
    ends_on: date | None
    announced_on: date
    blocks_formats: frozenset[str] = frozenset()
    allows: frozenset[str] = frozenset()
    distanced_capacity: int | None = None
    message: str = ""
    conditions: Mapping[str, str] | None = field(default=None, compare=False)
    """CLO-07: what whoever comes must bring, by locale."""

    def covers(self, day: date) -> bool:
        """Whether the local day lies inside."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True)
class EventFacts:
    """What the rules need to know of an event on the calendar."""

    id: int
    code: str
    status: EventStatus
    visibility: Visibility
    language: str
    starts_at: datetime
    ends_at: datetime
    capacity: int
    taken: int
    version: int
    format: str
    kind: str
    theme: str
    time_zone: str
    venue_id: int | None = None
    own_capacity: int | None = None
    """Its places were it not for a limit; None where none binds it."""

    @property
    def own_places(self) -> int:
        """Its places, whatever limits say."""
        return self.capacity if self.own_capacity is None else self.own_capacity


class Measure(StrEnum):
    """What a limit counts."""

    PEOPLE = "people"
    GROUPS = "groups"
    EVENTS = "events"


class Per(StrEnum):
    """Within what it counts: one booking (an offering's largest group), one event, or a day of its stations."""

    GROUP = "group"
    EVENT = "event"
    DAY = "day"


@dataclass(frozen=True)
class LimitFacts:
    """A dated limit: local days of the station, both included; no end is until further notice.

    An empty part of the scope means all. `percent` is a share of the event's own places, or of the offering's largest
    group where there is no event yet; where `most` is given too, the lower one holds. `reason` is by locale.
    """

    id: int
    code: str
    measure: Measure
    per: Per
    starts_on: date
    ends_on: date | None = None
    most: int | None = None
    percent: int | None = None
    station_id: int | None = None
    venue_id: int | None = None
    format: str | None = None
    offering_id: int | None = None
    reason: Mapping[str, str] = field(default_factory=dict)

    def covers(self, day: date) -> bool:
        """Whether the local day lies inside."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def is_of(self, station_id: int, venue_id: int | None, given_as: str, offering_id: int) -> bool:
        """Whether what takes place there, like that, lies in its scope."""
        return (
            self.station_id in {None, station_id}
            and self.venue_id in {None, venue_id}
            and self.format in {None, given_as}
            and self.offering_id in {None, offering_id}
        )

    def allowed(self, own: int | None) -> int | None:
        """What it allows of so many places of one's own; None where it takes a share of what has no limit."""
        share = None if self.percent is None or own is None else max(1, own * self.percent // 100)
        return min((one for one in (self.most, share) if one is not None), default=None)

    @property
    def is_counted(self) -> bool:
        """Whether it rests on bookings of several rows, which no event's own row holds."""
        return self.per is Per.DAY or self.measure is not Measure.PEOPLE


class Use(NamedTuple):
    """An event that takes place, and what it takes of the limits of its day."""

    event_id: int
    station_id: int
    venue_id: int | None
    format: str
    offering_id: int
    day: date
    people: int
    groups: int


class HostTaken(Exception):
    """The guide or speaker is in another event then, the pause between two included (OVL-01)."""


class RoomTaken(HostTaken):
    """Another event is in that meeting room then, the pause between two included (OVL-01); its code."""

    def __init__(self, event_code: str) -> None:
        super().__init__(event_code)
        self.event_code = event_code


class AddressTaken(Exception):
    """The meeting address is a colleague's standing room."""


class UnknownEvent(LookupError):
    """No event of that code that is still to come, or no such host."""


class NotJoint(Exception):
    """A station cannot take part in this event; `why` says what stands against it."""

    def __init__(self, why: "Apart") -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True)
class LeftOut:
    """A guide who does not come along to a joint event after all; both by their codes."""

    event: str
    guide: str


class Apart(StrEnum):
    """What stands against a station's taking part in an event, or against a guide's coming along."""

    ON_SITE = "on-site"
    OVER = "over"
    OWN = "own"  # the event is this station's
    UNKNOWN = "unknown"  # no such station, or it was never asked
    NOT_ASKED = "not-asked"
    NOT_AGREED = "not-agreed"
    NOT_THEIRS = "not-theirs"  # the guide is no other than another station's
    UNFIT = "unfit"


class PartnerOvertaken(Exception):
    """Somebody has asked, answered or withdrawn since it was looked at: it is not as it was seen any more."""


class OfferGone(LookupError):
    """An offer that cannot be answered: answered already, withdrawn, run out, somebody else's, or none at all."""


class TooLate(Exception):
    """What was done can be taken back for some minutes only, and they are over."""
