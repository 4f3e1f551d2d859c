"""The shapes of attendance in the JSON API."""

from typing import Annotated

from pydantic import Field, StrictInt

from booking.attendance.forms import MOST
from booking.attendance.terms import Course
from booking.bookings.terms import BookingStatus
from booking.http.inputs import Schema, optional_line, shown_length
from booking.scheduling.terms import EventStatus
from booking.text import LINE_LENGTH

Count = Annotated[StrictInt, Field(ge=0, le=MOST)]
MOST_BOOKINGS = 1_000


class GroupCountIn(Schema):
    """How many of a group came."""

    reference: str = Field(min_length=1, max_length=LINE_LENGTH, description="Of the booking.")
    attended: Count | None = Field(description="Adults included; null: not recorded, never 0.")


class AttendanceIn(Schema):
    """How many came. Bookings that are not named stay as they are."""

    bookings: tuple[GroupCountIn, ...] = Field((), max_length=MOST_BOOKINGS)
    attended: Count | None = Field(None, description="Of the event as a whole, where there are no bookings to count.")
    course: Course = Course.HELD
    topics_raised: Annotated[str, optional_line(LINE_LENGTH), shown_length(LINE_LENGTH)] | None = Field(
        None, description="What the groups asked about; left out: as it was."
    )


class GroupCountOut(Schema):
    """A booking and how many came of it."""

    reference: str
    booked: int | None
    attended: int | None = Field(description="Null: not recorded.")
    status: BookingStatus


class AttendanceOut(Schema):
    """An event's attendance as it is now."""

    event_id: str
    status: EventStatus
    attended: int | None = Field(description="Of the event as a whole, where there are no bookings to count.")
    bookings: list[GroupCountOut]
    course: Course | None = Field(description="How it went, as its guide or the desk said last.")
    topics_raised: str
