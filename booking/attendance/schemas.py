"""The shapes of attendance in the JSON API."""

from typing import Annotated, Any, ClassVar

from pydantic import Field, StrictInt

from booking.attendance.forms import MOST
from booking.attendance.terms import Course, Source
from booking.bookings.terms import BookingStatus
from booking.http.api import Problem
from booking.http.inputs import Schema, optional_line, shown_length
from booking.scheduling.terms import EventStatus
from booking.text import LINE_LENGTH

Count = Annotated[StrictInt, Field(ge=0, le=MOST)]
MOST_BOOKINGS = 1_000
SOURCE = "Whose word it is: desk, guide, platform, teacher; empty: as it was loaded, or nobody's."


class GroupCountIn(Schema):
    """How many of a group came."""

    reference: str = Field(min_length=1, max_length=LINE_LENGTH, description="Of the booking.")
    attended: Count | None = Field(description="Adults included; null: not recorded, never 0.")


class AttendanceIn(Schema):
    """How many came. Bookings that are not named stay as they are."""

    model_config: ClassVar = {
        "json_schema_extra": {
            "examples": [
                {
                    "bookings": [
                        {"reference": "VE-7KQ2-28", "attended": 26},
                        {"reference": "VE-9MWX-41", "attended": None},
                    ],
                    "course": "late",
                    "topics_raised": "How a vote is counted",
                },
                {"attended": 120, "reason": "Counted at the door"},
            ]
        }
    }

    bookings: tuple[GroupCountIn, ...] = Field((), max_length=MOST_BOOKINGS)
    attended: Count | None = Field(None, description="Of the event as a whole, where there are no bookings to count.")
    course: Course = Course.HELD
    topics_raised: Annotated[str, optional_line(LINE_LENGTH), shown_length(LINE_LENGTH)] | None = Field(
        None, description="What the groups asked about; left out: as it was."
    )
    reason: Annotated[str, optional_line(LINE_LENGTH), shown_length(LINE_LENGTH)] = Field(
        "", description="Why another number than a source's; of a coordinator, kept beside the number."
    )


class SeenIn(Schema):
    """What the caller had before them."""

    if_match: str | None = Field(
        None,
        alias="If-Match",
        description="The ETag of the attendance as it was read; 409 where guide or desk have spoken since.",
    )


class GroupCountOut(Schema):
    """A booking and how many came of it."""

    reference: str
    booked: int | None
    attended: int | None = Field(description="The official number. Null: not recorded.")
    status: BookingStatus
    source: str = Field(description=SOURCE)
    reason: str = Field(description="Why the desk chose another; empty: by the rule.")


class SayingOut(Schema):
    """What one source said, as it was kept; nothing is overwritten."""

    reference: str = Field(description="Of the booking; empty: of the event as a whole.")
    source: Source
    attended: int | None = Field(description="People; of a platform, connections. Null: not recorded.")
    course: Course
    at: str = Field(json_schema_extra={"format": "date-time"})
    took: str = Field(description="Of a desk: whose number it took (teacher, guide, platform, rule); empty: its own.")
    reason: str


class AttendanceOut(Schema):
    """An event's attendance as it is now."""

    event_id: str
    status: EventStatus
    attended: int | None = Field(description="Of the event as a whole, where there are no bookings to count.")
    bookings: list[GroupCountOut]
    source: str = Field(description=SOURCE)
    reason: str
    course: Course | None = Field(description="How it went, as its guide or the desk said last.")
    topics_raised: str
    said: list[SayingOut] = Field(description="Everything that was said, oldest first.")


class AttendanceProblem(Problem):
    """409: somebody was quicker, or the event has not begun."""

    current: dict[str, Any] | None = None
    asked: dict[str, Any] | None = None
