"""The vocabulary of attendance reports: what a file may be, who was there and for how long, what is odd about a row.

Times are naive: a platform writes the clock of whoever downloaded the report and does not say its zone, save where
`Meeting.is_utc` is set.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

SECONDS_PER_MINUTE = 60


class Layout(StrEnum):
    """What a platform calls a report, and how it lays it out."""

    TEAMS_2020 = "teams_2020_join_leave"
    TEAMS_2021 = "teams_2021_meeting_summary"
    TEAMS_SECTIONS = "teams_current_sections"
    TEAMS_LIVE_EVENT = "teams_live_event"
    ZOOM_PARTICIPANTS = "zoom_meeting_participants"
    ZOOM_TOTALS = "zoom_totals"
    ZOOM_WEBINAR = "zoom_webinar_attendees"


class DateOrder(StrEnum):
    """In which order a file writes day, month and year."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"
    YEAR_FIRST = "ymd"


ASKED = (DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST)
"""The two orders that look alike: which of them it is, a file does not always say."""


class Refusal(StrEnum):
    """Why a file is not read."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_CELLS = "too_many_cells"
    OTHER_KIND = "other_kind"
    NO_TEXT = "no_text"
    NUL = "nul"
    QUOTES = "quotes"
    CELL_TOO_LONG = "cell_too_long"
    CUT_OFF = "cut_off"
    UNKNOWN = "unknown"
    COLUMN_MISSING = "column_missing"
    MIXED_DATES = "mixed_dates"
    OTHER_DATE_ORDER = "other_date_order"
    UNREADABLE = "unreadable"


class NotReadable(ValueError):
    """A file that is no attendance report, or not a whole one. `row` counts lines from 1, 0 is the file as a whole."""

    def __init__(self, code: Refusal, sentence: str, *, row: int = 0, column: str = "") -> None:
        self.code, self.sentence, self.row, self.column = code, sentence, row, column
        where = [f"row {row}"] if row else []
        where += [f"column {column}"] if column else []
        super().__init__(f"{', '.join(where)}: {sentence}" if where else sentence)


class Oddity(StrEnum):
    """What is odd about a row."""

    TIME_UNREADABLE = "time_unreadable"
    DURATION_UNREADABLE = "duration_unreadable"
    NO_TIMES = "no_times"
    LEFT_BEFORE_JOINING = "left_before_joining"
    LEFT_WITHOUT_JOINING = "left_without_joining"
    TOO_LONG = "too_long"
    DURATION_IMPOSSIBLE = "duration_impossible"
    DURATION_DIFFERS = "duration_differs"
    IN_THE_FUTURE = "in_the_future"
    UNKNOWN_ACTION = "unknown_action"
    UNKNOWN_ROLE = "unknown_role"
    TOO_FEW_CELLS = "too_few_cells"
    FEWER_THAN_STATED = "fewer_than_stated"
    NOT_COMPARABLE = "not_comparable"


@dataclass(frozen=True, slots=True)
class Remark:
    """What is odd about one row (0: about the report); whether it was counted all the same. It names no person."""

    row: int
    oddity: Oddity
    sentence: str
    is_counted: bool


class KeyKind(StrEnum):
    """By what a person is told apart from others."""

    EMAIL = "email"
    NAME = "name"
    PLATFORM_ID = "platform_id"
    CONNECTION = "connection"


class Reason(StrEnum):
    """Why somebody in a report is no participant."""

    NAMED_BY_READER = "named_by_reader"
    HOST = "host"
    ORGANIZER = "organizer"
    PRESENTER = "presenter"
    PANELIST = "panelist"
    PRODUCER = "producer"
    WAITING_ROOM = "waiting_room"


@dataclass(frozen=True, slots=True, order=True)
class PersonKey:
    """One person of a report: an address in lower case, a name in NFC and case folded, or the platform's own id."""

    kind: KeyKind
    value: str


@dataclass(frozen=True, slots=True, order=True)
class Stay:
    """From joining to leaving."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """Its length."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a report. `name` and `email` are personal: they are shown once, and never stored.

    `seconds` counts overlapping stays once. `first_join` and `last_leave` are None where the date order is not known or
    the report gives no times. `stays` stand apart and in order; where the date order is not known only the differences
    between them mean anything. `joins` counts the rows that they come from.
    """

    key: PersonKey
    name: str
    email: str
    seconds: int
    joins: int
    first_join: datetime | None = None
    last_leave: datetime | None = None
    stays: tuple[Stay, ...] = field(default=(), repr=False)

    @property
    def minutes(self) -> float:
        """Minutes, to two places: whole seconds are never rounded over a threshold."""
        return round(self.seconds / SECONDS_PER_MINUTE, 2)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Somebody who was there and is no participant."""

    person: Person
    reason: Reason


@dataclass(frozen=True, slots=True)
class Meeting:
    """What the report says about the meeting; empty or None where it does not. `start` and `end` as in `Person`."""

    title: str = ""
    id: str = ""
    start: datetime | None = None
    end: datetime | None = None
    stated_people: int | None = None
    absent: int = 0
    """Rows of people who registered and did not come."""
    is_utc: bool = False
    """Whether the times are UTC; else they are the clock of whoever downloaded the report."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the first and the last time of a report would be, read in this order: to be asked with."""

    order: DateOrder
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """What one attendance report says, or several of one event.

    `date_order` is None where the file does not decide it; `readings` are then what it could be. `encoding` is the name
    of a codec, `is_encoding_guessed` that no mark and no rule of UTF-8 vouches for it.
    """

    layout: Layout
    encoding: str
    participants: tuple[Person, ...]
    left_out: tuple[LeftOut, ...]
    remarks: tuple[Remark, ...]
    meeting: Meeting
    date_order: DateOrder | None
    readings: tuple[Reading, ...]
    threshold_min: int
    fingerprints: frozenset[str]
    """SHA-256 of each file that was read: the same one twice is noticed."""
    is_encoding_guessed: bool = False

    @property
    def under_threshold(self) -> int:
        """How many participants stayed for less than the threshold."""
        return sum(person.seconds < self.threshold_min * SECONDS_PER_MINUTE for person in self.participants)

    @property
    def needs_confirmation(self) -> bool:
        """Whether somebody should look at the remarks before the numbers are used."""
        return bool(self.remarks)


@dataclass(frozen=True, slots=True)
class Figures:
    """A report without its people: all of it that may be stored."""

    layout: Layout
    participants: int
    under_threshold: int
    threshold_min: int
    minutes: tuple[float, ...]
    """Of each participant, the longest first."""
    left_out: Mapping[Reason, int]
    date_order: DateOrder | None
    remarks: tuple[Remark, ...]
