"""The shapes of limits of capacity in the JSON API, for coordinators."""

from typing import Annotated, Any, ClassVar

from pydantic import Field, StrictInt

from booking.bookings.rules import LimitSource
from booking.catalogue.terms import Format
from booking.http.api import Problem
from booking.http.inputs import Code, Day, OptionalLine, Schema
from booking.scheduling.terms import Measure, Per

MOST = 100_000
LOCALE = r"^(ar|zh|en|fr|ru|es)$"
Number = Annotated[StrictInt, Field(ge=0, le=MOST)]
Percent = Annotated[StrictInt, Field(ge=25, le=100)]
Reason = dict[Annotated[str, Field(pattern=LOCALE)], OptionalLine]
FLAG = r"^(true|false)$"


class LimitsQuery(Schema):
    """Which limits."""

    station: Code | None = Field(None, description="A code; all of yours, if left out.")
    from_: Day | None = Field(None, alias="from", description="Those that still hold on this day; today, if left out.")
    ended: str = Field("false", pattern=FLAG, description="`true`: those that are over or were taken back instead.")


class PreviewQuery(Schema):
    """Whether anything is to be written."""

    preview: str = Field("false", pattern=FLAG, description="`true`: tell what it would reach, and write nothing.")


class OnQuery(Schema):
    """Which day."""

    on: Day | None = Field(None, description="A local day of the station; its today, if left out.")


class NewLimit(Schema):
    """A limit. What is left out of its scope means all; `most`, `percent` or both."""

    measure: Measure
    per: Per = Field(description="`event` or `day`; events are counted by the day.")
    most: Number | None = Field(None, description="How many at most.")
    percent: Percent | None = Field(None, description="Of an event's own places: distancing. People in one event only.")
    starts_on: Day = Field(description="A local day of the station, included.")
    ends_on: Day | None = Field(None, description="Included; until further notice, if left out.")
    station: Code | None = None
    venue: Code | None = Field(None, description="A place of the station.")
    format: Format | None = None
    offering_id: Code | None = None
    reason: Reason = Field(default_factory=dict, description="By locale; groups read it.", max_length=6)


class LimitChangeIn(Schema):
    """What is to be different; the rest stays, and so does what the limit is about.

    Null takes a number, a share or the last day away; elsewhere it changes nothing.
    """

    model_config: ClassVar = {"json_schema_extra": {"minProperties": 1}}

    most: Number | None = None
    percent: Percent | None = None
    starts_on: Day | None = None
    ends_on: Day | None = Field(None, description="null: until further notice.")
    reason: Reason | None = Field(None, max_length=6)


class LimitOut(Schema):
    """A limit as it is."""

    limit_id: str
    measure: Measure
    per: Per
    most: int | None
    percent: int | None
    starts_on: str = Field(json_schema_extra={"format": "date"})
    ends_on: str | None = Field(json_schema_extra={"format": "date"})
    station: str | None
    venue: str | None
    format: Format | None
    offering_id: str | None
    reason: dict[str, str]
    made_by: str
    version: int
    ended: bool = Field(description="Taken back: it binds nothing any more.")


class LimitsOut(Schema):
    """Limits in order of their first day."""

    limits: list[LimitOut]


class OverGroupOut(Schema):
    """A group where there are too many; it stays."""

    reference: str
    size: int
    within: bool = Field(description="It came before the limit was reached.")


class OverOut(Schema):
    """An event (`event_id`) or a day with more than the limit allows."""

    event_id: str | None
    on: str = Field(json_schema_extra={"format": "date"})
    used: int
    allowed: int
    groups: list[OverGroupOut]


class ImpactOut(Schema):
    """What a limit reaches, and where there are too many."""

    events: int
    people: int
    over: list[OverOut]


class BoundOut(Schema):
    """One limit with its value and source."""

    source: LimitSource
    id: str = Field(description="Of the offering, event, closure or limit.")
    measure: Measure
    per: Per = Field(description="`group`: in one booking.")
    value: int
    used: int
    room: int | None = Field(description="People that still fit, as far as this goes; null: as many as like.")
    percent: int | None
    reason: dict[str, str]
    starts_on: str | None = Field(json_schema_extra={"format": "date"})
    ends_on: str | None = Field(json_schema_extra={"format": "date"})
    sentence: str


class ExplanationOut(Schema):
    """Every limit, and the one that binds."""

    on: str = Field(json_schema_extra={"format": "date"})
    people: int | None = Field(description="The largest group that still fits; null without a limit.")
    binding: BoundOut | None
    limits: list[BoundOut]
    sentence: str


class LimitProblem(Problem):
    """Why a limit cannot be changed."""

    current: dict[str, Any] | None = Field(None, description="The limit as it is.")
    asked: dict[str, Any] | None = Field(None, description="What should have been changed.")
