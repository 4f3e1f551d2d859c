"""Reports of Teams with a row for each action: the list of a meeting of 2020, and a live event."""

from collections.abc import Iterable

from booking.attendance.platform_reports.drafts import Draft, Header, line_of
from booking.attendance.platform_reports.tables import Row
from booking.attendance.platform_reports.terms import Layout
from booking.attendance.platform_reports.words import Field


def is_join_leave(header: Header) -> bool:
    """Whether these are the headings of a meeting's list."""
    return header.has(Field.NAME, Field.ACTION, Field.AT) and not header.has(Field.SESSION)


def is_live_event(header: Header) -> bool:
    """Whether these are the headings of a live event."""
    return header.has(Field.SESSION, Field.ACTION, Field.AT)


def read_join_leave(rows: Iterable[Row]) -> Draft:
    """A meeting of 2020: `Full Name`, `User Action`, `Timestamp`."""
    return _read(rows, Draft(Layout.TEAMS_2020))


def read_live_event(rows: Iterable[Row]) -> Draft:
    """A live event: session, participant, name, action, role, in UTC."""
    return _read(rows, Draft(Layout.TEAMS_LIVE_EVENT, is_utc=True))


def _read(rows: Iterable[Row], draft: Draft) -> Draft:
    for row in rows:
        if row.is_blank:
            continue
        draft.last = row
        header = Header.of(row)
        if header.has(Field.ACTION, Field.AT):
            draft.header = header
        elif draft.header:
            draft.lines.append(line_of(draft.header, row))
    return draft
