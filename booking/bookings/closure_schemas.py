"""The shapes of closures in the JSON API, for coordinators."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, StrictBool, StrictInt

from booking.bookings.closing_terms import Choice, Hindered, Obstacle, OperationState, StepState, Stuck
from booking.bookings.schemas import RefusedProblem
from booking.catalogue.terms import Format, Kind
from booking.http.inputs import AS_COMMAS, COMMAS, Code, Day, Note, Schema, Time, Zone
from booking.scheduling.terms import ClosureType

Stoppable = Literal["in-person", "off-site", "hybrid"]
Allowed = Literal[
    "tour", "briefing", "webinar", "programme", "courtesy-visit", "training", "exhibition", "pre-booked-group"
]
Declarable = Literal["premises-closed", "partial-reopening"]
Locale = Literal["ar", "zh", "en", "fr", "ru", "es"]
_STATE = Field("", max_length=40, description="`state` of the preview that was read: anything that arose since is 409.")
_CHOICES: Any = Field(default_factory=dict, description="By `event_id`: what becomes of it.")
_REST = Field(None, description="What becomes of all others that admit it; as proposed, if left out.")
_ANSWER_BY = Field(
    None, description="Until when places are held; never after the event. With its offset, or a wall time of the zone."
)


class PreviewQuery(Schema):
    """Whether only to look."""

    preview: Literal["true", "false"] = Field("false", description="Look, and store nothing.")


class ClosuresQuery(Schema):
    """Which closures."""

    station: Annotated[tuple[Code, ...], COMMAS] = Field(
        (), description="Codes, with commas between; all of yours, if left out.", json_schema_extra=AS_COMMAS
    )


class PhaseIn(Schema):
    """A stretch of days on which the premises are closed, or open to some."""

    type: Declarable
    starts_on: Day = Field(description="The station's local day.")
    ends_on: Day | None = Field(None, description="Included; until further notice, if left out.")
    blocks_formats: tuple[Stoppable, ...] = Field(("in-person",), max_length=3)
    allows: tuple[Allowed, ...] = Field(
        (), max_length=8, description="Kinds that go on; `pre-booked-group` keeps individuals out."
    )
    distanced_capacity: Annotated[StrictInt, Field(ge=0, le=10_000)] | None = Field(
        None, description="The largest group on site."
    )
    larger: StrictBool = Field(
        False,  # noqa: FBT003  a field's default
        description="Larger groups are treated as what is stopped; else they are only listed.",
    )
    message: Note = Field("", description="The reason that groups read, in English.")
    messages: dict[Locale, Note] = Field(default_factory=dict, description="The reason in other languages.")
    conditions: dict[Locale, Note] = Field(default_factory=dict, description="What whoever comes must bring.")


class ClosureIn(PhaseIn):
    """A closure to declare, with what becomes of the events that it hits."""

    model_config: ClassVar = {
        "json_schema_extra": {
            "examples": [
                {
                    "station": "VIE",
                    "type": "premises-closed",
                    "starts_on": "2026-12-01",
                    "ends_on": "2026-12-31",
                    "allows": ["courtesy-visit"],
                    "message": "The heating is out.",
                    "messages": {"fr": "Le chauffage est en panne."},
                    "answer_by": "2026-11-28T18:00:00+01:00",
                    "rest": "convert",
                },
                {
                    "station": "VIE",
                    "type": "partial-reopening",
                    "starts_on": "2027-04-07",
                    "ends_on": "2027-04-24",
                    "blocks_formats": [],
                    "allows": ["pre-booked-group"],
                    "distanced_capacity": 10,
                    "message": "Small groups are welcome again.",
                    "conditions": {"en": "Bring a mask."},
                    "phases": [
                        {
                            "type": "partial-reopening",
                            "starts_on": "2027-04-25",
                            "blocks_formats": [],
                            "distanced_capacity": 25,
                            "message": "Larger groups are welcome again.",
                        }
                    ],
                },
            ]
        }
    }

    station: Code
    announced_on: Day | None = Field(
        None, description="Today, if left out; on a later day it is carried out then, and nobody knows before."
    )
    phases: tuple[PhaseIn, ...] = Field((), max_length=12, description="Those that follow, declared in one go.")
    answer_by: Time | None = _ANSWER_BY
    time_zone: Zone | None = Field(None, description="Of an `answer_by` without offset; the station's, if left out.")
    choices: dict[Code, Choice] = _CHOICES
    rest: Choice | None = _REST
    state: str = _STATE


class ClosureChangeIn(Schema):
    """Another last day: an earlier one reopens, a later one is declared like a new closure."""

    ends_on: Day | None = Field(description="Included; null: until further notice.")
    answer_by: Time | None = _ANSWER_BY
    time_zone: Zone | None = Field(None, description="Of an `answer_by` without offset; the station's, if left out.")
    choices: dict[Code, Choice] = _CHOICES
    rest: Choice | None = _REST
    state: str = _STATE


class WayOut(Schema):
    """How an event can go on."""

    offering_id: str
    language: str
    is_other_language: bool
    starts_at: str = Field(json_schema_extra={"format": "date-time"})
    ends_at: str = Field(json_schema_extra={"format": "date-time"})
    guide: str | None = Field(description="Code of who gives it.")
    keeps_guide: bool
    event_id: str | None = Field(description="Of an event that is there already.")


class GroupOut(Schema):
    """A group that is hit."""

    reference: str
    organisation: str
    country: str
    size: int | None
    writes: str = Field(description="The locale that it is written to in.")


class HitOut(Schema):
    """An event that the closure stops, or some groups of one."""

    event_id: str
    starts_at: str = Field(json_schema_extra={"format": "date-time"})
    title: str
    kind: Kind
    language: str
    people: int
    groups: list[GroupOut]
    waiting: int = Field(description="Groups in line for it.")
    is_whole: bool = Field(description="Whether the event is stopped; else only these groups leave it.")
    online: WayOut | None
    not_online: Obstacle | None
    later: WayOut | None
    not_later: Obstacle | None
    choices: list[Choice]
    proposed: Choice
    needs_choice: bool = Field(description="A courtesy visit: it must be named in `choices`.")


class StaysOut(Schema):
    """An event that takes place all the same."""

    event_id: str
    starts_at: str = Field(json_schema_extra={"format": "date-time"})
    title: str
    kind: Kind


class OverOut(Schema):
    """A group above the largest that may come: listed, never dropped."""

    reference: str
    event_id: str
    size: int | None
    limit: int


class PreviewOut(Schema):
    """What a closure would hit; nothing is stored."""

    state: str
    events: int
    groups: int
    people: int
    by_language: dict[str, int]
    by_country: dict[str, int]
    by_locale: dict[str, int]
    hits: list[HitOut]
    stays: list[StaysOut]
    untouched: dict[str, int] = Field(description="Events of other formats, by format.")
    over: list[OverOut]


class DeclaredOut(Schema):
    """What was done."""

    operation: str
    closures: list[str]
    events: list[str]
    bookings: list[str]
    prepared: bool = Field(description="It is carried out on the day on which it is announced.")


class ClosureOut(Schema):
    """A closure."""

    closure_id: str
    station: str
    type: ClosureType
    starts_on: str = Field(json_schema_extra={"format": "date"})
    ends_on: str | None = Field(json_schema_extra={"format": "date"})
    announced_on: str = Field(json_schema_extra={"format": "date"})
    blocks_formats: list[Format]
    allows: list[str]
    distanced_capacity: int | None
    messages: dict[str, str]
    conditions: dict[str, str]
    lifted_at: str | None = Field(json_schema_extra={"format": "date-time"})
    operation: str | None = Field(description="That declared it; none, where it was loaded.")


class ClosuresOut(Schema):
    """Closures, the latest first; holidays are none."""

    closures: list[ClosureOut]


class ReopenedOut(Schema):
    """A closure that ends earlier; what it had cancelled stays cancelled."""

    closure: ClosureOut
    left_cancelled: list[str] = Field(description="References of the bookings that it had cancelled on those days.")


class StepOut(Schema):
    """What became of one event or one group."""

    event_id: str
    reference: str | None
    organisation: str | None
    choice: Choice | None = Field(description="None: its places were lowered.")
    state: StepState
    new_event_id: str | None
    answer_by: str | None = Field(json_schema_extra={"format": "date-time"})
    answered_at: str | None = Field(json_schema_extra={"format": "date-time"})
    answered_by: str


class OperationOut(Schema):
    """A declaration with its log."""

    operation: str
    station: str
    state: OperationState
    created_at: str = Field(json_schema_extra={"format": "date-time"})
    due_on: str = Field(json_schema_extra={"format": "date"})
    stuck: Stuck | None = Field(description="Why it could not be announced on its day; it is tried again.")
    stuck_about: list[str] = Field(description="The events that cannot go on as chosen, or the closure in the way.")
    closures: list[str]
    answers: dict[str, int] = Field(description="Groups by state.")
    may_be_undone: bool
    steps: list[StepOut]


class NotAlongOut(Schema):
    """Somebody who came along to a joint event for a partner station, and is not free any more."""

    event_id: str
    guide: str


class UndoneOut(Schema):
    """What was taken back."""

    operation: str
    events: list[str]
    bookings: list[str]
    told: list[str] = Field(description="References of those who had been written to, and are once more.")
    left_out: list[NotAlongOut] = Field(description="Guides of partner stations who do not come along any more.")


class HindranceOut(Schema):
    """What stands against taking back."""

    subject: str
    why: Hindered
    message: str
    guide: str
    at: str | None = Field(json_schema_extra={"format": "date-time"})


class ClosureProblem(RefusedProblem):
    """Why a closure cannot be declared, changed or taken back."""

    events: list[str] | None = Field(None, description="Those that do not admit the choice, or need one of their own.")
    hindrances: list[HindranceOut] | None = None
    current: dict[str, Any] | None = Field(None, description="The preview, or the closure, as it is now.")
