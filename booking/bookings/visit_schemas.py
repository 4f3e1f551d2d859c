"""The shapes of requests in the JSON API: what a group asks for without choosing, and how a desk answers."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StrictBool

from booking.bookings.schemas import Adults, Age, Contact, Label, Organisation, People, TechnicalContact
from booking.bookings.terms import MOST_WISHES, Access, Platform
from booking.catalogue.terms import Kind
from booking.http.inputs import AS_COMMAS, COMMAS, Code, Language, Note, OptionalLine, Schema, Time, shown_length
from booking.text import TEXT_LENGTH, clean_text

MOST_ON_PAGE = 50
Words = Annotated[str, AfterValidator(clean_text), shown_length(TEXT_LENGTH, least=1)]
Answerable = Literal["requested", "needs_information", "proposed"]


class WantedVisit(Schema):
    """What a group asks for: up to three times of an offering, or advice where neither is named."""

    offering_id: Code | None = Field(None, description="Left out: advice on what to choose.")
    station: Code | None = Field(None, description="Whose advice; the nearest that speaks the language, if left out.")
    language: Language
    second_language: Language | None = None
    wishes: tuple[Time, ...] = Field(
        (),
        max_length=MOST_WISHES,
        description="RFC 3339 with an offset. One time of an offering is held; several are not.",
    )
    organisation: Organisation
    group_label: Label = ""
    contact: Contact
    size: People = Field(description="Adults included.")
    youngest_age: Age | None = Field(None, description="Years.")
    grade: OptionalLine = ""
    accompanying_adults: Adults = 0
    topics: tuple[Code, ...] = Field((), max_length=10, description="Codes of themes, the first counts most.")
    prior_knowledge: Note = ""
    platform: Platform = Platform.OURS
    technical_contact: TechnicalContact | None = None
    accessibility: tuple[Access, ...] = Field((), max_length=len(Access))
    recording: StrictBool = Field(False, description="They would like to record, and everybody agrees.")  # noqa: FBT003  a default
    vehicle: OptionalLine = ""
    heard_from: OptionalLine = ""
    note: Note = Field("", description="No names of participants.")


class VisitMade(Schema):
    """The request, or the booking that one chosen time is."""

    reference: str
    status: str
    event_id: str | None
    starts_at: str | None = Field(json_schema_extra={"format": "date-time"})
    size: int
    token: str
    manage_url: str


class RequestOut(Schema):
    """A request as a desk sees it; `event_id` and `starts_at` where it holds a time."""

    reference: str
    status: str
    station: str
    offering_id: str | None
    kind: str | None
    language: str
    event_id: str | None
    starts_at: str | None = Field(json_schema_extra={"format": "date-time"})
    wishes: list[str]
    theme: str
    size: int
    organisation: str
    answer_by: str | None = Field(json_schema_extra={"format": "date-time"})
    no_speaker: bool = Field(description="SPK-01: nobody was found for the topic in time.")
    version: int


class RequestsOut(Schema):
    """A page of them, the first deadline first."""

    requests: list[RequestOut]
    next: str | None = Field(description="The cursor of the next page.")


class RequestsQuery(Schema):
    """Which requests; what is left out narrows nothing."""

    station: Annotated[tuple[Code, ...], COMMAS] = Field(
        (), description="Codes of stations, with commas between.", json_schema_extra=AS_COMMAS
    )
    status: Answerable | None = None
    language: Language | None = None
    kind: Kind | None = None
    cursor: str = Field("", description="`next` of the page before.", max_length=200)


class Acceptance(Schema):
    """Yes, at one of the wishes where there are several, given by somebody."""

    starts_at: Time | None = Field(None, description="One of `wishes`; not for a request that holds a time.")
    guide: Code | None = Field(None, description="Code of a guide or speaker; needed for what somebody gives.")
    permitted: StrictBool = Field(False, description="Protocol has agreed to a courtesy visit.")  # noqa: FBT003  a default
    exception: Note = Field("", description="Why a rule that allows it is not kept.")


class ProposeIn(Schema):
    """Another time, held for the group until an instant; for a request without a time also another offering."""

    starts_at: Time
    until: Time
    guide: Code | None = Field(None, description="Whoever is free, if left out.")
    offering_id: Code | None = None
    language: Language | None = None
    permitted: StrictBool = Field(False, description="Protocol has agreed to a courtesy visit.")  # noqa: FBT003  a default
    message: Note = ""
    exception: Note = Field("", description="Why a rule that allows it is not kept.")


class Question(Schema):
    """A question to the group."""

    question: Words


class RefuseIn(Schema):
    """No, or a proposal taken back, with the reason that the group reads."""

    reason: Words
