"""The shapes of times and bookings in the JSON API, and the requests that they amount to."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, PlainValidator, StrictBool, StrictInt, WithJsonSchema

from booking import i18n
from booking.bookings.forms import LABEL_LENGTH, MOST_PEOPLE, OLDEST
from booking.bookings.slot_ids import LONGEST
from booking.bookings.terms import Access, BookingStatus, OrganisationType
from booking.catalogue.terms import Format, Kind
from booking.fields import OPAQUE_LENGTH
from booking.http.api import Problem, Refused
from booking.http.inputs import (
    AS_COMMAS,
    COMMAS,
    Code,
    Day,
    Email,
    Language,
    Line,
    Note,
    OptionalLine,
    Schema,
    Time,
    Zone,
    digits,
    optional_line,
    shown_length,
)
from booking.text import InputRefused

Weekday = Literal["mo", "tu", "we", "th", "fr", "sa", "su"]
People = Annotated[StrictInt, Field(ge=1, le=MOST_PEOPLE)]
Age = Annotated[StrictInt, Field(ge=0, le=OLDEST)]
Adults = Annotated[StrictInt, Field(ge=0, le=MOST_PEOPLE)]
Opaque = Annotated[str, Field(min_length=1, max_length=OPAQUE_LENGTH)]
Slot = Annotated[str, Field(min_length=1, max_length=LONGEST)]
PeopleText = Annotated[int, Field(ge=1, le=MOST_PEOPLE), digits(1, MOST_PEOPLE)]
AgeText = Annotated[int, Field(ge=0, le=OLDEST), digits(0, OLDEST)]
Label = Annotated[str, optional_line(LABEL_LENGTH), shown_length(LABEL_LENGTH)]
Hours = tuple[int, int]

_DAY = 24 * 60


def _hours(text: object) -> Hours:
    """Two times of day as minutes: 09:00-11:00."""
    first, _, last = str(text).partition("-")
    return _minute(first), _minute(last)


def _minute(text: str) -> int:
    hour, colon, minute = text.strip().partition(":")
    if not (colon and len(hour) == len(minute) == 2 and (hour + minute).isascii() and (hour + minute).isdigit()):  # noqa: PLR2004  digits
        raise InputRefused("time")
    minutes = int(hour) * 60 + int(minute)
    if int(minute) >= 60 or minutes > _DAY:  # noqa: PLR2004  minutes of an hour
        raise InputRefused("time")
    return minutes


def _mail_language(text: str) -> str:
    """The locale of mails: one of ours, or English."""
    return i18n.known_locale(i18n.base_language(text)) or i18n.DEFAULT_LOCALE


class SlotsQuery(Schema):
    """What a group needs; what is left out narrows nothing. Days, weekdays and hours are those of `time_zone`."""

    language: tuple[Language, ...] = Field((), max_length=2, description="Given twice: first and second choice.")
    size: PeopleText | None = Field(None, description="People, adults included.")
    from_: Day | None = Field(None, alias="from", description="The first day; today, if left out.")
    to: Day | None = Field(None, description="The last day, included; four weeks on, if left out.")
    station: Annotated[tuple[Code, ...], COMMAS] = Field(
        (), description="Codes of stations, with commas between.", json_schema_extra=AS_COMMAS
    )
    format: Annotated[tuple[Format, ...], COMMAS] = Field(
        (), description="How it is given, with commas between.", json_schema_extra=AS_COMMAS
    )
    kind: Annotated[tuple[Kind, ...], COMMAS] = Field(
        (), description="What it is, with commas between.", json_schema_extra=AS_COMMAS
    )
    theme: Annotated[tuple[Code, ...], COMMAS] = Field(
        (), description="Codes of themes, with commas between.", json_schema_extra=AS_COMMAS
    )
    offering: Code | None = Field(None, description="The code or the slug of one offering.")
    youngest_age: AgeText | None = Field(None, description="Years.")
    organisation_type: OrganisationType | None = Field(None, description="Who asks; a school, if left out.")
    time_zone: Zone = Field("UTC", description="The zone of the group.")
    weekdays: Annotated[tuple[Weekday, ...], COMMAS] = Field(
        (), description="With commas between: mo,tu. Binds online times only.", json_schema_extra=AS_COMMAS
    )
    hours: Annotated[Hours, PlainValidator(_hours), WithJsonSchema({"type": "string"})] | None = Field(
        None, description="09:00-11:00: the whole of an event lies inside. Binds online times only."
    )
    cursor: str = Field("", description="`next` of the page before.", max_length=200)


class WhyNotQuery(Schema):
    """A time, and the group that would come."""

    slot: Slot
    language: Language | None = None
    size: PeopleText | None = Field(None, description="People, adults included.")
    youngest_age: AgeText | None = Field(None, description="Years.")
    organisation_type: OrganisationType | None = Field(None, description="Who asks; a school, if left out.")
    time_zone: Zone = Field("UTC", description="The zone of the group.")


class SlotOut(Schema):
    """A time that can be booked."""

    slot: str = Field(description="Opaque: give it back to book the time.")
    event_id: str | None = Field(description="Code of an event that groups share; null for a time of one's own.")
    offering_id: str
    station: str = Field(description="A code.")
    format: Format
    language: str
    starts_at: str = Field(description="With the offset of the station.", json_schema_extra={"format": "date-time"})
    starts_at_yours: str = Field(
        description="The same instant with the offset of `time_zone`.", json_schema_extra={"format": "date-time"}
    )
    duration_min: int
    places_left: int
    partners: list[str] = Field(description="Codes of the stations that take part in a joint event.")


class SlotsOut(Schema):
    """A page of at most 50 times, soonest first."""

    slots: list[SlotOut]
    next: str | None = Field(description="The cursor of the next page.")
    refusals: list[Refused] | None = Field(None, description="Only where nothing fits: why.")
    alternatives: list[SlotOut] | None = Field(None, description="Only where nothing fits: the nearest times that do.")


class WhyNotOut(Schema):
    """The reasons against a time, none where it can be had, and the nearest times that fit."""

    refusals: list[Refused]
    alternatives: list[SlotOut]


class CheckOut(Schema):
    """What a booking would be told."""

    refusals: list[Refused]
    warnings: list[Refused] = Field(description="They ask, and do not refuse: TIME-05, LANG-06.")
    alternatives: list[SlotOut]


class RefusedProblem(Problem):
    """A request that the rules refuse, or that meets another state than it knew."""

    refusals: list[Refused] | None = None
    alternatives: list[SlotOut] | None = None
    current: dict[str, Any] | None = Field(None, description="The booking as it is.")
    asked: dict[str, Any] | None = Field(None, description="What should have been changed.")


class Organisation(Schema):
    """Who asks."""

    name: Line
    type: OrganisationType = OrganisationType.SCHOOL
    country: Label = Field("", description="ISO 3166-1 alpha-2.")
    subdivision: Label = Field("", description="ISO 3166-2, for the United States: US-NY.")


class Contact(Schema):
    """Who books and receives the mails."""

    name: OptionalLine = ""
    email: Email
    language: Annotated[Language, AfterValidator(_mail_language)] | None = Field(
        None, description="Of the mails: one of ar, zh, en, fr, ru, es; English for any other."
    )
    time_zone: Zone | None = None


class TechnicalContact(Schema):
    """Who tests the connection."""

    name: OptionalLine = ""
    email: Email


class Wish(Schema):
    """A group and the time it wishes: `hold`, or `slot`, or `offering_id` with `language` and `starts_at`."""

    hold: Opaque | None = Field(None, description="From POST /holds; where it has ended, its time is asked for again.")
    slot: Slot | None = Field(None, description="From GET /slots.")
    offering_id: Code | None = None
    language: Language | None = Field(None, description="The event's, if left out.")
    starts_at: Time | None = Field(None, description="RFC 3339; its offset is the station's or that of the group.")
    organisation: Organisation | None = None
    group_label: Label = Field("", description="For several groups of one school.")
    contact: Contact | None = None
    size: People | None = Field(None, description="Adults included.")
    youngest_age: Age | None = Field(None, description="Years.")
    accompanying_adults: Adults = Field(0, description="They count in `size`.")
    theme: Code | None = None
    technical_contact: TechnicalContact | None = Field(
        None, description="Who tests the connection: needed for live online tours and briefings."
    )
    accessibility: tuple[Access, ...] = Field((), max_length=len(Access))
    note: Note = Field("", description="No names of participants.")
    wait: StrictBool = Field(
        False,  # noqa: FBT003  a field's default
        description="Of an event without room: stand in its line, instead of CAP-02. A group gets all its places or "
        "none; what comes free is offered to the first in line whom it is enough for.",
    )


class BookingIn(Wish):
    """A booking. Whatever the rules require and is missing is told as REQ-01."""

    contact: Contact


class HoldIn(Schema):
    """A time to keep while the group says who it is."""

    slot: Slot
    size: People = Field(description="Adults included.")
    youngest_age: Age | None = Field(None, description="Years.")


class HoldOut(Schema):
    """A hold."""

    hold: str = Field(description="Opaque: give it back to book the time.")
    expires_at: str = Field(json_schema_extra={"format": "date-time"})


class ChangeIn(Schema):
    """What is to be different; at least one of `size`, `accompanying_adults` and `slot`."""

    model_config: ClassVar = {"json_schema_extra": {"minProperties": 1}}

    size: People | None = Field(None, description="Adults included.")
    accompanying_adults: Adults | None = None
    slot: Slot | None = Field(None, description="From GET /slots: another time.")
    late: StrictBool = Field(False, description="Confirms a change after the deadline (CAN-01).")  # noqa: FBT003  a default


class CancellationIn(Schema):
    """How to cancel; the body may be left out."""

    late: StrictBool = Field(False, description="Confirms that the deadline is over (CAN-01).")  # noqa: FBT003  a default


class KeyHeader(Schema):
    """What makes a repeated call one booking."""

    key: str = Field(
        alias="Idempotency-Key",
        description="1 to 255 visible ASCII characters, new for each booking; the same key gives the same answer.",
        max_length=OPAQUE_LENGTH,
    )


class MatchHeader(Schema):
    """Which version of the booking is meant."""

    version: str | None = Field(
        None, alias="If-Match", description="The ETag of the booking as it was read; 409 where it has changed since."
    )


class BookedOut(Schema):
    """The answer to a booking."""

    reference: str
    status: Literal["confirmed", "requested", "waiting"] = Field(
        description="`requested`: a person must answer, the place is kept until then. `waiting`: in line, without one."
    )
    token: str = Field(description="Opens the booking: keep it secret.")
    manage_url: str = Field(description="The page to see, change and cancel.")
    event_id: str
    starts_at: str = Field(description="With the offset of the station.", json_schema_extra={"format": "date-time"})
    size: int


class OrganisationOut(Schema):
    """Who asks."""

    name: str
    type: str
    country: str
    subdivision: str


class ContactOut(Schema):
    """Who receives the mails."""

    name: str
    email: str
    language: str
    time_zone: str


class PersonOut(Schema):
    """Who tests the connection."""

    name: str
    email: str


class WaitingOut(Schema):
    """A place in the line of a full event."""

    ahead: int = Field(description="Groups before this one.")
    since: str = Field(json_schema_extra={"format": "date-time"})
    passed_at: str | None = Field(
        description="When places last came free that were too few for this group.",
        json_schema_extra={"format": "date-time"},
    )
    passed_places: int | None = Field(description="How many those were.")


class BookingOut(Schema):
    """A booking as it is."""

    reference: str
    status: BookingStatus
    late: bool = Field(description="Changed or cancelled after the deadline.")
    event_id: str
    offering_id: str
    station: str
    format: Format
    language: str
    starts_at: str = Field(description="With the offset of the station.", json_schema_extra={"format": "date-time"})
    starts_at_yours: str = Field(
        description="The same instant with the offset of the contact's zone.",
        json_schema_extra={"format": "date-time"},
    )
    duration_min: int
    size: int | None
    accompanying_adults: int
    youngest_age: int | None
    theme: str
    organisation: OrganisationOut
    group_label: str
    contact: ContactOut
    technical_contact: PersonOut | None
    accessibility: list[str]
    note: str
    answer_by: str | None = Field(
        description="Until when a request is answered, or a group in line must accept what it is offered.",
        json_schema_extra={"format": "date-time"},
    )
    waiting: WaitingOut | None = Field(description="With the status `waiting` only.")
    free_until: str = Field(
        description="The last day, at the station, on which it is changed freely.", json_schema_extra={"format": "date"}
    )
    manage_url: str
    invitation_url: str
