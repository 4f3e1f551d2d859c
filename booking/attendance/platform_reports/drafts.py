"""What a layout makes of its rows: cells by their meaning, nothing judged yet."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from booking.attendance.platform_reports.tables import Row
from booking.attendance.platform_reports.terms import Layout, NotReadable, Reason, Refusal
from booking.attendance.platform_reports.words import Field, field_of

_NOTHING = frozenset({"", "-", "--", "n/a"})


@dataclass(frozen=True, slots=True)
class Header:
    """A row of headings: which column holds what; the first of two that mean the same counts."""

    line: int
    fields: tuple[Field | None, ...]
    headings: tuple[str, ...]

    @classmethod
    def of(cls, row: Row) -> "Header":
        """The headings of a row; blank ones at its end are no columns."""
        cells = row.cells
        while cells and not cells[-1]:
            cells = cells[:-1]
        return cls(row.line, tuple(map(field_of, cells)), cells)

    def has(self, *fields: Field) -> bool:
        """Whether all of these are there."""
        return set(fields) <= set(self.fields)

    def require(self, *fields: Field) -> None:
        """Refuse headings of which one of these is missing, naming it."""
        for name in fields:
            if name not in self.fields:
                raise NotReadable(Refusal.COLUMN_MISSING, "the column is missing", row=self.line, column=name.value)

    def cell(self, row: Row, name: Field) -> str:
        """The cell of a row; empty where there is none, or where dashes say so."""
        if name not in self.fields:
            return ""
        at = self.fields.index(name)
        text = row.cells[at] if at < len(row.cells) else ""
        return "" if text.lower() in _NOTHING else text


@dataclass(frozen=True, slots=True)
class Line:
    """A row about a person, as text: a stay (`join`, `leave`, `duration`) or a step of one (`action`, `at`)."""

    row: int
    name: str = ""
    email: str = ""
    upn: str = ""
    session: str = ""
    role: str = ""
    join: str = ""
    leave: str = ""
    duration: str = ""
    action: str = ""
    at: str = ""
    reason: Reason | None = None
    """Why the whole block is left out."""
    is_waiting: bool = False
    """In the waiting room: not in the meeting."""
    is_total: bool = False
    """All stays of a person in one row, gaps and all; rows of single stays go before it."""
    is_short: bool = False
    """Cells are missing."""


@dataclass(slots=True)
class Draft:
    """A file as its layout understands it."""

    layout: Layout
    lines: list[Line] = field(default_factory=list)
    facts: dict[Field, str] = field(default_factory=dict)
    """Of the meeting, as text."""
    dates: list[tuple[int, str]] = field(default_factory=list)
    """Rows and times that say nothing of attendance, but in which order days are written."""
    absent: int = 0
    duration_unit: int | None = None
    """Seconds of a bare number in a column of durations."""
    header: Header | None = None
    """The headings that were read last."""
    last: Row | None = None
    """The last row that is not blank."""
    is_utc: bool = False
    """Whether the layout writes UTC."""
    stated_counts_rows: bool = False
    """Whether the stated number of people counts those who came back again."""

    def note(self, facts: Iterable[tuple[Field | None, str]], line: int) -> None:
        """Keep what is known of the meeting; the first word counts, its times help to tell the order of days."""
        for name, text in facts:
            if name and text:
                self.facts.setdefault(name, text)
                if name in {Field.START, Field.END, Field.GENERATED}:
                    self.dates.append((line, text))


def line_of(header: Header, row: Row, reason: Reason | None = None, *, is_total: bool = False) -> Line:
    """A row about a person."""
    cell = header.cell
    return Line(
        row=row.line,
        name=cell(row, Field.NAME),
        email=cell(row, Field.EMAIL),
        upn=cell(row, Field.UPN),
        session=cell(row, Field.SESSION),
        role=cell(row, Field.ROLE),
        join=cell(row, Field.JOIN),
        leave=cell(row, Field.LEAVE),
        duration=cell(row, Field.TOTAL) or cell(row, Field.DURATION),
        action=cell(row, Field.ACTION),
        at=cell(row, Field.AT),
        reason=reason,
        is_total=is_total,
        is_short=len(row.cells) < len(header.fields),
    )
