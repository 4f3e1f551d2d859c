"""The shapes of events in the JSON API, for coordinators."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, StrictBool

from booking.bookings.rules.planning import NEVER, Collision
from booking.bookings.schemas import ContactOut, Label, OrganisationOut, People, PersonOut, RefusedProblem, WaitingOut
from booking.bookings.survey import Scope
from booking.bookings.terms import BookingStatus
from booking.catalogue.terms import Format, Kind
from booking.fields import OPAQUE_LENGTH
from booking.http.inputs import AS_COMMAS, COMMAS, Code, Day, Language, OptionalLine, Schema, Time, Zone
from booking.scheduling.terms import EventStatus, PartnerState, Visibility

MOST_ON_PAGE = 200
Tolerated = Literal["hours", "twice", "guide", "room"]
assert {Collision(one) for one in Tolerated.__args__} == set(Collision) - NEVER  # type: ignore[attr-defined]  # noqa: S101  of Literal


class EventsQuery(Schema):
    """Which days, of each station's own calendar, and which stations."""

    from_: Day | None = Field(None, alias="from", description="The first day; today, if left out.")
    to: Day | None = Field(None, description="The last day, included; two weeks on, if left out. A year at most.")
    station: Annotated[tuple[Code, ...], COMMAS] = Field(
        (), description="Codes, with commas between; all of yours, if left out.", json_schema_extra=AS_COMMAS
    )
    cursor: str = Field("", description="`next` of the page before.", max_length=60)


class EventIn(Schema):
    """An event to put on the calendar."""

    offering_id: Code
    language: Language
    starts_at: Time = Field(description="With its offset, or a wall time of `time_zone`. Whole minutes.")
    time_zone: Zone | None = Field(None, description="Of a `starts_at` without offset; the station's, if left out.")
    capacity: People
    visibility: Visibility = Visibility.OPEN
    guide: Code | None = Field(None, description="Code; somebody is found, if left out.")
    title: OptionalLine = Field("", description="Where it differs from the offering's.")
    station: Code | None = Field(None, description="Of the offering; there is no other.")
    format: Format | None = Field(None, description="Of the offering; there is no other.")
    in_spite_of: tuple[Tolerated, ...] = Field(
        (),
        max_length=4,
        description="Make it outside the hours (`hours`), beside the same at that time (`twice`), or without the guide "
        "where that one cannot give it (`guide`, `room`).",
    )


class EventChangeIn(Schema):
    """What is to be different; what is left out stays."""

    model_config: ClassVar = {"json_schema_extra": {"minProperties": 1}}

    starts_at: Time | None = Field(None, description="With its offset, or a wall time of `time_zone`. Whole minutes.")
    time_zone: Zone | None = Field(None, description="Of a `starts_at` without offset; the station's, if left out.")
    language: Language | None = Field(None, description="Only where nobody has booked yet.")
    capacity: People | None = Field(None, description="Not below what is taken.")
    visibility: Visibility | None = None
    guide: Code | None = Field(None, description="Code; null takes everybody off.")
    title: OptionalLine | None = Field(None, description="Empty: the offering's.")
    status: Literal["cancelled"] | None = Field(None, description="Calls it off; its groups are told `reason`.")
    reason: Label = Field("", description="With `status`: what groups read.")
    scope: Scope = Field(
        Scope.ONE, description="How far it goes in a series; all others move by as much on the clocks."
    )
    release: StrictBool = Field(
        False,  # noqa: FBT003  a field's default
        description="Where a guide cannot come along or give it, the event has none.",
    )


class AssignmentIn(Schema):
    """Who is to give an event."""

    guide: Code | None = Field(description="Code of a guide or speaker; null takes everybody off.")


class OptionalKeyHeader(Schema):
    """What makes a repeated call one event."""

    key: str = Field("", alias="Idempotency-Key", max_length=OPAQUE_LENGTH, description="The same key, the same event.")


class PartnerOut(Schema):
    """A station that was asked to take part in an event, and what it has answered."""

    station: str = Field(description="Code.")
    state: PartnerState
    co_host: str | None = Field(description="Code of the guide or speaker who comes along for it.")
    version: int = Field(description="Of its taking part: the `If-Match` of the calls about it.")


class PartnerMatchHeader(Schema):
    """Which state of a station's taking part is meant."""

    version: str | None = Field(
        None,
        alias="If-Match",
        description="The `version` of the station among `partners`, or the ETag of such a call; 409 where it is old.",
    )


class PartnerChangeIn(Schema):
    """What is to become of a station's taking part."""

    model_config: ClassVar = {
        "json_schema_extra": {
            "examples": [
                {"state": "asked", "note": "Would one of you speak about the years after the war?"},
                {"state": "agreed", "note": "From 17:00 on."},
                {"state": "declined"},
            ]
        }
    }

    state: Literal["asked", "agreed", "declined"] = Field(
        description="`asked` by the station that leads the event, the others by the one that was asked."
    )
    note: OptionalLine = Field("", description="The other desk reads it.")


class CoHostIn(Schema):
    """Who comes along for a partner."""

    model_config: ClassVar = {"json_schema_extra": {"examples": [{"guide": "NBO-G03"}]}}

    guide: Code | None = Field(description="Code of one of the partner's own guides or speakers; null: nobody.")


class PartnerEndQuery(Schema):
    """Why it is taken back."""

    reason: OptionalLine = Field("", description="The other desk reads it.")


class EventOut(Schema):
    """An event as it is."""

    event_id: str
    series: str | None = Field(description="Code of its series.")
    station: str
    offering_id: str
    title: str
    kind: Kind
    format: Format
    language: str
    starts_at: str = Field(description="With the offset of the station.", json_schema_extra={"format": "date-time"})
    ends_at: str = Field(json_schema_extra={"format": "date-time"})
    time_zone: str
    duration_min: int
    capacity: int
    taken: int
    places_left: int
    status: EventStatus
    status_reason: str
    visibility: Visibility
    guide: str | None = Field(description="Code of who gives it.")
    partners: list[PartnerOut] = Field(description="Stations that were asked to take part.")


class EventsOut(Schema):
    """A page of at most 200 events, soonest first."""

    events: list[EventOut]
    next: str | None = Field(description="The cursor of the next page.")


class EventBookingOut(Schema):
    """A group of an event."""

    reference: str
    status: BookingStatus
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
        description="Until when somebody must answer: the desk, or the group.",
        json_schema_extra={"format": "date-time"},
    )
    waiting: WaitingOut | None = Field(description="With the status `waiting` only.")


class EventBookingsOut(Schema):
    """Those with places by reference, then the line: what comes free is offered to the first whom it is enough for."""

    event_id: str
    places_left: int
    bookings: list[EventBookingOut]


class PlacesTaken(Schema):
    """A booking that stands in the way."""

    reference: str
    size: int | None


class EventProblem(RefusedProblem):
    """Why an event cannot be made or changed like that."""

    bookings: list[PlacesTaken] | None = Field(None, description="Those that stand in the way.")
    events: list[str] | None = Field(None, description="Of a series: the events that cannot follow.")
    current: dict[str, Any] | None = Field(None, description="The event as it is.")
