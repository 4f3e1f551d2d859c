"""The shapes of official holidays in the JSON API, for coordinators."""

from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field, StrictBool

from booking.http.inputs import Day, Line, Schema
from booking.text import clean_int

FIRST_YEAR, LAST_YEAR = 1900, 2999
Year = Annotated[
    int,
    BeforeValidator(lambda text: clean_int(str(text), FIRST_YEAR, LAST_YEAR)),
    Field(json_schema_extra={"minimum": FIRST_YEAR, "maximum": LAST_YEAR}),
]


class HolidaysQuery(Schema):
    """Which year."""

    year: Year | None = Field(None, description="The present one, if left out.")


class HolidayOut(Schema):
    """A day off; `holiday_id` names it, null in a proposal."""

    holiday_id: str | None
    first: str
    last: str = Field(description="Included.")
    name: str = Field(description="In the language of the request, where there is one.")
    events: list[str] = Field(description="Codes of events to come on it.")


class HolidaysOut(Schema):
    """The holidays of a year, and what the country keeps beside them."""

    year: int
    holidays: list[HolidayOut]
    proposed: list[HolidayOut]


class HolidayIn(Schema):
    """A day off."""

    model_config: ClassVar = {
        "json_schema_extra": {"examples": [{"day": "2027-12-24", "name": "Day of Invention", "keep_events": True}]}
    }

    day: Day
    name: Line
    keep_events: StrictBool = Field(
        False,  # noqa: FBT003  a default
        description="Keep it though there are events that day: they stay. Without it that is 409 with their codes.",
    )
