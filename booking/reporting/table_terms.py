"""The shape of a report's tables: columns that say what stands in them, rows of values, cells that open events."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from booking.reporting.terms import Answer, Figure, Filters


class Kind(StrEnum):
    """What the values of a column are, so that a page or a sheet can name and align them."""

    NUMBER = "number"  # a Cell
    PER_CENT = "per-cent"
    TEXT = "text"  # as somebody wrote it
    DAY = "day"
    YES = "yes"  # a bool
    STATION = "station"  # codes from here on
    UNIT = "unit"
    KIND = "kind"
    FORMAT = "format"
    MONTH = "month"  # "2020-07"
    COUNTRY = "country"
    STATE = "state"
    REGION = "region"
    THEME = "theme"
    AUDIENCE = "audience"
    LANGUAGE = "language"
    STATUS = "status"  # of an event, a booking, an offering or a closure
    RULE = "rule"


@dataclass(frozen=True)
class Column:
    """A column by its name in `words.COLUMNS`, and the kind of its values."""

    name: str
    kind: Kind = Kind.NUMBER


@dataclass(frozen=True)
class Cell:
    """A number; None is "not recorded", never 0. `before` is that of the same days a year earlier.

    `filters` and `figure` open the events that were counted, the year before with `filters.period.year_before`;
    a number that is not one of events has no figure.
    """

    value: int | None
    before: int | None = None
    filters: Filters | None = None
    figure: Figure | None = None


Value = Cell | str | int | bool | date | None
"""What a row holds: None is "not recorded" or "none"."""


@dataclass(frozen=True)
class Row:
    """Values in the order of the columns; the last row of a table may be its total."""

    values: tuple[Value, ...]
    is_total: bool = False


@dataclass(frozen=True)
class Table:
    """One table: `id` names it in `words.TITLES`, as "T1.month"; notes are ids of `words.NOTES`."""

    id: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()

    @property
    def number(self) -> str:
        """Which of the eleven tables it is part of."""
        return self.id.partition(".")[0]


@dataclass(frozen=True)
class NotReady:
    """Something that keeps the figures from being final: how many, and the events, where they are ones of events."""

    reason: str  # id in words.REASONS
    number: int
    filters: Filters | None = None
    figure: Figure | None = None


@dataclass(frozen=True)
class Report:
    """Everything the service did in a period, as of a moment."""

    filters: Filters
    made_at: datetime
    tables: tuple[Table, ...]
    not_ready: tuple[NotReady, ...]
    answers: Mapping[str, Answer] = field(default_factory=dict)

    def table(self, id_: str) -> Table:
        """The table of that id; raises KeyError."""
        return {table.id: table for table in self.tables}[id_]
