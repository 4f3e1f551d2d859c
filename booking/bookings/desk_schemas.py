"""The shapes of what only a desk does over the JSON API."""

from typing import Annotated, Any

from pydantic import Field, StrictBool, StrictInt

from booking.bookings.schemas import BookingIn
from booking.http.inputs import Line, Note, Schema

Id = Annotated[StrictInt, Field(ge=1, le=2**31 - 1)]


class DeskBookingIn(BookingIn):
    """A booking that the desk makes for a caller; the limits of the public do not hold it."""

    exception: Note = Field(
        "", description="Why a rule that allows it (LANG-02, LEAD-01) is not kept; kept by the desk."
    )


class RestoreIn(Schema):
    """Taking a cancellation back."""

    without_guide: StrictBool = Field(False, description="An event whose guide is busy by now is to find another.")  # noqa: FBT003  a field's default


class TrailEntry(Schema):
    """Something that was done; `before` and `after` hold what is different and nobody's data."""

    at: str = Field(json_schema_extra={"format": "date-time"})
    who: str = Field(description="A member of staff by name, else `group`, `worker` or `command`.")
    action: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class TrailOut(Schema):
    """What became of a thing, oldest first."""

    trail: list[TrailEntry]


class MessageTextIn(Schema):
    """A message in one language; {name}, {time}, {title}, {organisation} and {reference} are filled in."""

    subject: Line
    text: Note


class GroupsMessageIn(Schema):
    """A message to the groups of an event."""

    texts: dict[str, MessageTextIn] = Field(description="By locale; `en` there must be.", max_length=6)
    in_line: StrictBool = Field(False, description="Also to groups on the waiting list.")  # noqa: FBT003  as above
    send: StrictBool = Field(False, description="Else nothing is sent: the answer says who would read it.")  # noqa: FBT003  as above


class GroupsMessageOut(Schema):
    """Who reads it, or would."""

    groups: int
    languages: dict[str, int]
    read_before: int = Field(description="Groups that have had this very text; they are left out.")
    without_address: int
    sent: bool


class SpellingOut(Schema):
    """An organisation."""

    id: int
    name: str
    country: str
    bookings: int
    contacts: int


class PairOut(Schema):
    """Two that may be one."""

    kept: SpellingOut
    merged: SpellingOut


class PairsOut(Schema):
    """The most alike first."""

    pairs: list[PairOut]


class MergeIn(Schema):
    """Which of two spellings stays."""

    kept: Id
    merged: Id
    labels: dict[str, Line] = Field(
        default_factory=dict, description="By reference, a group label for each booking that would collide."
    )


class MergeOut(Schema):
    """A merge; it can be undone for a day."""

    merge: int
