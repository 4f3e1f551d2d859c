"""Which layout a file has: told from its headings, not from its name."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice

from booking.attendance.platform_reports import teams_actions, teams_meetings, zoom_meetings, zoom_webinar
from booking.attendance.platform_reports.drafts import Draft, Header
from booking.attendance.platform_reports.tables import DELIMITERS, Row, rows_of
from booking.attendance.platform_reports.terms import NotReadable, Refusal

Reader = Callable[[Iterable[Row]], Draft]
_HEAD = 40
"""Rows in which the headings are looked for."""
_BY_HEADINGS: tuple[tuple[Callable[[Header], bool], Reader], ...] = (
    (teams_actions.is_live_event, teams_actions.read_live_event),
    (teams_actions.is_join_leave, teams_actions.read_join_leave),
    (zoom_meetings.is_totals, zoom_meetings.read_totals),
    (zoom_meetings.is_stays, zoom_meetings.read_stays),
    (teams_meetings.is_summary, teams_meetings.read_summary),
)
_UNKNOWN = (
    "this is no attendance report of Teams or Zoom whose headings are known here, or only the beginning of one: "
    "download it again, with its headings in English"
)


def draft_of(text: str) -> Draft:
    """The file as its layout understands it; `NotReadable` where no layout does."""
    first: NotReadable | None = None
    nearly: dict[int, list[Row]] = {}
    for delimiter in DELIMITERS:
        rows = rows_of(text, delimiter)
        head, trouble = _head(rows)
        reader = _reader(head)
        if reader:
            return reader(chain(head, _with(trouble), rows))
        first = first or trouble
        nearly[sum(len(row.cells) for row in head)] = head
    _say_what_is_missing(nearly[max(nearly)])
    raise first or NotReadable(Refusal.UNKNOWN, _UNKNOWN)


def _say_what_is_missing(head: list[Row]) -> None:
    """Of a report in sections the beginning is known, so that a heading that is not can be named."""
    rows = [row for row in head if not row.is_blank]
    if rows and teams_meetings.section_of(rows[0]) == 1:
        teams_meetings.read_sections(rows)


def _head(rows: Iterator[Row]) -> tuple[list[Row], NotReadable | None]:
    """The first rows, and what stopped them: it may only say that another delimiter is the right one."""
    head: list[Row] = []
    try:
        head.extend(islice(rows, _HEAD))
    except NotReadable as trouble:
        return head, trouble
    return head, None


def _with(trouble: NotReadable | None) -> Iterator[Row]:
    """No rows, or the trouble that came after the first ones."""
    if trouble:
        raise trouble
    yield from ()


def _reader(head: list[Row]) -> Reader | None:
    rows = [row for row in head if not row.is_blank]
    headers = [Header.of(row) for row in rows]
    found = next((reader for fits, reader in _BY_HEADINGS if any(map(fits, headers))), None)
    if found and teams_meetings.section_of(rows[0]) == 1:
        return teams_meetings.read_sections
    return zoom_webinar.read_webinar if found and any(map(zoom_webinar.block_of, rows)) else found
