"""Reports of Zoom meetings: a row for each stay, or the totals alone; a line about the meeting may stand before."""

from collections.abc import Iterable
from dataclasses import replace

from booking.attendance.platform_reports.drafts import Draft, Header, line_of
from booking.attendance.platform_reports.tables import Row
from booking.attendance.platform_reports.terms import SECONDS_PER_MINUTE, Layout
from booking.attendance.platform_reports.words import YES, Field, folded

_MINUTES = "(minut"
_FACTS = {
    Field.EMAIL: Field.HOST,
    Field.DURATION: None,
}
"""What a column of the meeting's line means: its e-mail is the host's."""


def is_stays(header: Header) -> bool:
    """Whether these are the headings of stays: durations are minutes, and say so."""
    return header.has(Field.NAME, Field.JOIN, Field.LEAVE, Field.DURATION) and any(
        name is Field.DURATION and _MINUTES in folded(text)
        for name, text in zip(header.fields, header.headings, strict=True)
    )


def is_totals(header: Header) -> bool:
    """Whether these are the headings of totals."""
    return header.has(Field.NAME, Field.TOTAL) and not header.has(Field.JOIN)


def read_stays(rows: Iterable[Row]) -> Draft:
    """A row for each stay."""
    return _read(rows, Draft(Layout.ZOOM_PARTICIPANTS, stated_counts_rows=True))


def read_totals(rows: Iterable[Row]) -> Draft:
    """A row for each person."""
    return _read(rows, Draft(Layout.ZOOM_TOTALS))


def _read(rows: Iterable[Row], draft: Draft) -> Draft:
    draft.duration_unit = SECONDS_PER_MINUTE
    of_meeting: Header | None = None
    for row in rows:
        if row.is_blank:
            continue
        draft.last = row
        if draft.header:
            line = line_of(draft.header, row)
            is_waiting = folded(draft.header.cell(row, Field.WAITING)) in YES
            draft.lines.append(replace(line, is_waiting=is_waiting))
        elif is_stays(Header.of(row)) or is_totals(Header.of(row)):
            draft.header = Header.of(row)
        elif of_meeting:
            facts = ((_FACTS.get(name, name) if name else None, text) for name, text in _pairs(of_meeting, row))
            draft.note(facts, row.line)
        else:
            of_meeting = Header.of(row)
    return draft


def _pairs(header: Header, row: Row) -> Iterable[tuple[Field | None, str]]:
    return zip(header.fields, row.cells, strict=False)
