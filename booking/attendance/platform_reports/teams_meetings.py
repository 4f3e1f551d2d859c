"""Reports of Teams meetings with a summary first: that of 2021, and the one in numbered sections."""

import re
from collections.abc import Iterable

from booking.attendance.platform_reports.drafts import Draft, Header, line_of
from booking.attendance.platform_reports.tables import Row
from booking.attendance.platform_reports.terms import Layout, NotReadable, Refusal
from booking.attendance.platform_reports.words import Field, field_of

_SECTION = re.compile(r"([1-9])\. ?\S")
_SUMMARY, _PEOPLE, _STAYS = 1, 2, 3
_NEEDED = (Field.NAME, Field.JOIN, Field.LEAVE)


def section_of(row: Row) -> int | None:
    """The number of the section that a row begins."""
    found = _SECTION.match(row.cells[0]) if row.cells and not any(row.cells[1:]) else None
    return int(found[1]) if found else None


def is_summary(header: Header) -> bool:
    """Whether these are the headings of a meeting of 2021: stays without sections, and no minutes as bare numbers."""
    return header.has(*_NEEDED)


def read_summary(rows: Iterable[Row]) -> Draft:
    """A meeting of 2021: a summary of two columns, then a row for each stay."""
    draft = Draft(Layout.TEAMS_2021)
    for row in rows:
        if row.is_blank:
            continue
        draft.last = row
        if draft.header:
            draft.lines.append(line_of(draft.header, row))
        elif is_summary(Header.of(row)):
            draft.header = Header.of(row)
        else:
            _note(draft, row)
    return draft


def read_sections(rows: Iterable[Row]) -> Draft:
    """A meeting in sections: summary, people with all their time, single stays; what comes after is not attendance."""
    draft, section, header = Draft(Layout.TEAMS_SECTIONS), 0, None
    for row in rows:
        if row.is_blank:
            continue
        draft.last = row
        begins = section_of(row)
        if begins:
            section, header, draft.header = begins, None, None
        elif section == _SUMMARY:
            _note(draft, row)
        elif section in {_PEOPLE, _STAYS} and header is None:
            header = draft.header = Header.of(row)
            header.require(*_NEEDED)
        elif header:
            draft.lines.append(line_of(header, row, is_total=section == _PEOPLE))
    if section < _PEOPLE or (section in {_PEOPLE, _STAYS} and header is None):
        raise NotReadable(Refusal.CUT_OFF, "the file ends before the list of people: it was cut off")
    return draft


def _note(draft: Draft, row: Row) -> None:
    """A line of the summary: what, and its value."""
    if len(row.cells) > 1:
        draft.note([(field_of(row.cells[0]), row.cells[1])], row.line)
