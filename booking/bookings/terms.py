"""The vocabulary of booking: what a group asks for, what is known about it, and what is answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made
from datetime import datetime, timedelta
from enum import StrEnum


class BookingStatus(StrEnum):
    """The life of a booking; `late` is a mark beside it."""

    ON_HOLD = "on_hold"
    REQUESTED = "requested"
    NEEDS_INFORMATION = "needs_information"
    PROPOSED = "proposed"
    WAITING = "waiting"
    CONFIRMED = "confirmed"
    ATTENDED = "attended"
    NO_SHOW = "no_show"
    NOT_RECORDED = "not_recorded"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CANCELLED_BY_GROUP = "cancelled_by_group"
    CANCELLED_BY_STATION = "cancelled_by_station"


TAKES_PLACES = frozenset(
    {
        BookingStatus.ON_HOLD,
        BookingStatus.REQUESTED,
        BookingStatus.NEEDS_INFORMATION,
        BookingStatus.PROPOSED,
        BookingStatus.CONFIRMED,
        BookingStatus.ATTENDED,
        BookingStatus.NO_SHOW,
        BookingStatus.NOT_RECORDED,
    },
)
"""Statuses whose size counts in an event's `taken`."""

SWEPT = frozenset(
    {
        BookingStatus.ON_HOLD,
        BookingStatus.REQUESTED,
        BookingStatus.NEEDS_INFORMATION,
        BookingStatus.PROPOSED,
        BookingStatus.WAITING,
        BookingStatus.CONFIRMED,
    },
)
"""Statuses that end where the event does not take place, or that move with it."""

UNDECIDED = frozenset({BookingStatus.REQUESTED, BookingStatus.NEEDS_INFORMATION})
"""Requests that a person may still decide."""

AWAITING = UNDECIDED | {BookingStatus.PROPOSED}
"""Statuses that end by themselves at a deadline: the desk's, or that of the group."""

MANY_NO_SHOWS = 2
"""NSH-01: after so many within a year a coordinator decides on what a group asks for."""

CHANGEABLE = frozenset({BookingStatus.CONFIRMED, BookingStatus.REQUESTED, BookingStatus.NEEDS_INFORMATION})
"""Statuses in which the group itself may change, move or cancel."""


ENDABLE = CHANGEABLE | {BookingStatus.WAITING, BookingStatus.PROPOSED}
"""Statuses that the group itself may end: what it may cancel, its place in a line, an offer that it does not want."""


class RequestStatus(StrEnum):
    """The life of a request that holds no time; `booked` is carried on by the booking of the same reference."""

    REQUESTED = "requested"
    NEEDS_INFORMATION = "needs_information"
    PROPOSED = "proposed"  # another topic: the group answers
    BOOKED = "booked"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


OPEN_REQUEST = frozenset({RequestStatus.REQUESTED, RequestStatus.NEEDS_INFORMATION, RequestStatus.PROPOSED})
"""Requests that end by themselves at a deadline."""
DESK_ANSWERS = frozenset({RequestStatus.REQUESTED, RequestStatus.NEEDS_INFORMATION})
"""Requests that a desk may answer."""
MOST_WISHES = 3
"""Times that one request may name."""


class Platform(StrEnum):
    """Whose meeting room an online event takes."""

    OURS = "ours"
    THEIRS = "theirs"


class OrganisationType(StrEnum):
    """Who asks."""

    SCHOOL = "school"
    UNIVERSITY = "university"
    NGO = "ngo"
    MEMBER_STATE = "member-state"
    DIGNITARY = "dignitary"
    INDIVIDUAL = "individual"
    OTHER = "other"


OFFICIAL_REQUESTERS = frozenset({OrganisationType.MEMBER_STATE, OrganisationType.DIGNITARY})


class ParticipantList(StrEnum):
    """Whether security has the list of an on-site group; the list itself is never stored."""

    NOT_REQUIRED = "not-required"
    PENDING = "pending"
    RECEIVED = "received"
    MISSING = "missing"


class NoteKind(StrEnum):
    """What was written about a request."""

    QUESTION = "question"
    ANSWER = "answer"
    PROPOSAL = "proposal"
    REFUSAL = "refusal"
    EXCEPTION = "exception"  # why a rule was not kept; the group does not read it
    SUGGESTION = "suggestion"  # another topic
    COUNTER = "counter"  # what the group would rather have
    TAKEN_BACK = "taken-back"  # why a proposal does not stand any more


class Action(StrEnum):
    """What is asked of the one decision."""

    HOLD = "hold"
    BOOK = "book"
    CHANGE = "change"
    RESIZE = "resize"
    CANCEL = "cancel"
    FINAL_CHECK = "final-check"
    ACCEPT = "accept"  # a request, by a person
    PROPOSE = "propose"  # another time for a request
    TAKE_OFFER = "take-offer"  # of places, by a group in line


class Access(StrEnum):
    """Access needs a group may name; a fixed list, so that nobody writes a name or a diagnosis."""

    CAPTIONS = "live-captions"
    SIGN_LANGUAGE = "sign-language"
    SLOWER = "slower-pace"
    DESCRIBED = "described-pictures"
    LARGE_PRINT = "large-print"
    STEP_FREE = "step-free"
    SLIDES = "slides-in-advance"
    OTHER = "other"


@dataclass(frozen=True)
class WishedTime:
    """A start as it was written: the wall time, and the offset if one was given (`is_utc` for a plain Z)."""

    text: str
    local: datetime
    offset: timedelta | None = None
    is_utc: bool = False


@dataclass(frozen=True)
class Contact:
    """The person who books and receives the mails."""

    name: str = ""
    email: str = ""
    locale: str = "en"
    time_zone: str = ""
    phone: str = ""  # of somebody without an address, for whom the desk books
    removed_at: datetime | None = None
    """When it was forgotten; empty: it is as it was given."""


@dataclass(frozen=True)
class VisitDetails:
    """What a request may say beyond a booking; texts are clean, empty where nothing was said."""

    second_language: str = ""
    topics: tuple[str, ...] = ()  # codes of themes, the one asked for most first
    prior_knowledge: str = ""
    grade: str = ""  # "grade 8", where ages do not say it
    platform: str = Platform.OURS
    recording: bool = False  # REC-01: they would like to record, and everybody in the group agrees
    heard_from: str = ""
    vehicle: str = ""  # on site: registration of the bus


NO_DETAILS = VisitDetails()


@dataclass(frozen=True)
class BookingRequest:
    """What a group asks for; texts are clean, nothing is known to be allowed. Sizes are people, adults included."""

    size: int | None = None
    language: str = ""
    offering: str = ""  # code
    event: str = ""  # code of an event to join
    station: str = ""  # code or name the group believes the offering to be of
    starts: WishedTime | None = None
    organisation: str = ""
    organisation_type: str = OrganisationType.SCHOOL
    country: str = ""
    subdivision: str = ""
    group_label: str = ""
    youngest_age: int | None = None
    accompanying_adults: int = 0
    theme: str = ""
    contact: Contact = made(default_factory=Contact)
    technical_contact: bool = False
    technical_name: str = ""
    technical_email: str = ""
    accessibility: tuple[str, ...] = ()
    note: str = ""
    host: str = ""  # code of a speaker asked for
    participant_list: str = ParticipantList.NOT_REQUIRED
    wait: bool = False  # rather stand in line than be refused by CAP-02
    details: VisitDetails = NO_DETAILS


@dataclass(frozen=True)
class Refusal:
    """A broken rule: its id, its field, and the raw values that its sentence needs (dates, codes, numbers)."""

    rule: str
    field: str
    values: Mapping[str, object] = made(default_factory=dict)


@dataclass(frozen=True)
class Engagement:
    """A time at which a group or a host is already in an event."""

    starts_at: datetime
    ends_at: datetime
    reference: str = ""
    event_id: int = 0


class BookingRefused(Exception):
    """The rules refuse; nothing was written."""

    def __init__(self, refusals: list[Refusal]) -> None:
        """Keep the refusals of the first failing step."""
        super().__init__(", ".join(refusal.rule for refusal in refusals))
        self.refusals = refusals


class WishesRefused(BookingRefused):
    """The rules refuse some of the times that a request wishes; nothing was written."""

    def __init__(self, by_wish: Mapping[int, list[Refusal]]) -> None:
        """By the place of the wish, 0 the first."""
        super().__init__([refusal for refusals in by_wish.values() for refusal in refusals])
        self.by_wish = by_wish


class UnknownBooking(LookupError):
    """No booking answers to that reference and token: one answer for unknown, foreign and mistyped."""


class UnknownTime(LookupError):
    """The time chosen is not one that exists: the slot, event or offering is unknown."""


class KeyReused(ValueError):
    """The idempotency key was used before with another request."""


class Conflict(Exception):
    """The state changed meanwhile, or does not admit the action."""
