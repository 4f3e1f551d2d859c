"""The shapes of platforms' reports in the JSON API."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StrictBool, StrictInt

from booking.attendance.platform_reports import DateOrder, Reason
from booking.attendance.platform_reports.terms import Layout, Oddity
from booking.attendance.proposal import NOT_COUNTED, Options
from booking.attendance.report_forms import MOST_HOSTS, MOST_MINUTES
from booking.http.inputs import OptionalLine, Schema
from booking.text import LINE_LENGTH

MOST_PEOPLE = 5_000


class ReportFilesIn(Schema):
    """Files as the platform gives them, 5 MB together at most."""

    file: str = Field(
        description="CSV of Teams or Zoom; may be sent several times.", json_schema_extra={"format": "binary"}
    )


class ReadingIn(Schema):
    """How the files are to be read, and whose each person is."""

    model_config: ClassVar = {
        "json_schema_extra": {
            "examples": [
                {
                    "state": "3f0c9a1be27d4856",
                    "threshold_min": 5,
                    "leave_out_short": True,
                    "date_order": "dmy",
                    "hosts": ["Tour Host (Guest)"],
                    "people": {"a41f00c2d9e7": "VE-7KQ2-28", "0b77e3f1c865": None},
                    "is_of_this_event": False,
                }
            ]
        }
    }

    state: str = Field("-", max_length=LINE_LENGTH, description="Of the proposal that was looked at.")
    threshold_min: Annotated[StrictInt, Field(ge=0, le=MOST_MINUTES)] = 5
    leave_out_short: StrictBool = False
    date_order: Literal["dmy", "mdy"] | None = Field(None, description="Where the files do not say it.")
    hosts: tuple[OptionalLine, ...] = Field(
        default=(), max_length=MOST_HOSTS, description="Names or addresses left out."
    )
    people: dict[str, str | None] = Field(
        default={}, max_length=MOST_PEOPLE, description="By id: the reference of a booking; null: not counted."
    )
    is_of_this_event: StrictBool = Field(default=False, description="Though its times are those of another.")

    def options(self) -> Options:
        """What the reader is asked with."""
        return Options(
            threshold_min=self.threshold_min,
            leaves_out_short=self.leave_out_short,
            date_order=DateOrder(self.date_order) if self.date_order else None,
            hosts=tuple(host for host in self.hosts if host),
            groups={name: NOT_COUNTED if group is None else group for name, group in self.people.items()},
            is_of_this_event=self.is_of_this_event,
        )


class GroupNumberOut(Schema):
    """What would be stored of a booking."""

    reference: str = Field(description="Empty: the event as a whole.")
    connections: int
    people: int = Field(description="With what leaders said of their own screens.")


class ParticipantOut(Schema):
    """Somebody of the report; names are told once and stored nowhere."""

    id: str
    name: str
    minutes: float
    booking: str | None
    is_counted: bool


class LeftOutOut(Schema):
    """Somebody who is no participant."""

    name: str
    reason: Reason


class RemarkOut(Schema):
    """What is odd about a row; 0 is the report."""

    row: int
    what: Oddity
    is_counted: bool


class ProposalOut(Schema):
    """What the reports would say."""

    state: str
    layout: Layout
    participants: int
    under_threshold: int
    date_order: DateOrder | None
    asks_date_order: bool
    looks_like_another_event: bool
    bookings: list[GroupNumberOut]
    people: list[ParticipantOut]
    left_out: list[LeftOutOut]
    remarks: list[RemarkOut]


class RejectedOut(Schema):
    """How many files were forgotten."""

    forgotten: int
