"""Whether a file was cut off: platforms end every row, the last one too."""

import re
from collections.abc import Callable, Mapping

from booking.attendance.platform_reports.drafts import Draft, Header
from booking.attendance.platform_reports.recognising import draft_of
from booking.attendance.platform_reports.tables import Row, ends_within_a_row, is_last_row
from booking.attendance.platform_reports.teams_meetings import section_of
from booking.attendance.platform_reports.terms import Layout, NotReadable, Refusal
from booking.attendance.platform_reports.times import seconds_of, stamp_of
from booking.attendance.platform_reports.words import JOINED, LEFT, NO, PARTICIPANT, ROLES, YES, Field, folded


def _is_time(text: str) -> bool:
    return stamp_of(text) is not None


def _is_duration(text: str) -> bool:
    return seconds_of(text, bare_unit=1) is not None


_WHOLE: Mapping[Field, Callable[[str], bool]] = {
    **dict.fromkeys((Field.AT, Field.JOIN, Field.LEAVE, Field.REGISTERED), _is_time),
    **dict.fromkeys((Field.DURATION, Field.TOTAL), _is_duration),
    **dict.fromkeys((Field.GUEST, Field.WAITING, Field.ATTENDED), lambda text: folded(text) in YES | NO),
    Field.ROLE: lambda text: bool(text) and folded(text) in {*PARTICIPANT, *ROLES},
    Field.ACTION: lambda text: folded(text) in JOINED | LEFT,
}
"""By what a cell that nothing follows is known to be whole."""
_LAST_HEADINGS = frozenset({Field.AT, Field.UPN, Field.ROLE, Field.GUEST, Field.WAITING})
"""With what platforms end their headings; a webinar's end with the country, which says nothing here."""
_AT_THE_END = frozenset({Refusal.COLUMN_MISSING, Refusal.QUOTES})
"""What is wrong with a last row because the rest of it is missing."""
_NUMBER = re.compile("[0-9]+")
_HALF = re.compile(r"[ap]\.? ?m\.?")


def whole_draft_of(text: str) -> Draft:
    """The file as its layout understands it; `NotReadable` for one that no layout does, or that is cut off."""
    try:
        draft = draft_of(text)
    except NotReadable as bad:
        if bad.code in _AT_THE_END and ends_within_a_row(text) and is_last_row(text, bad.row):
            raise cut_off(bad.row) from bad
        raise
    _refuse_cut_off(text, draft)
    return draft


def _refuse_cut_off(text: str, draft: Draft) -> None:
    """Refuse a file that ends within its last row; one of which only the last line end is missing is whole."""
    if draft.last is None or not ends_within_a_row(text):
        return
    if section_of(draft.last) or (draft.header and _is_cut(draft, draft.header, draft.last)):
        raise cut_off(draft.last.line)


def cut_off(row: int) -> NotReadable:
    """The refusal."""
    told = "the file ends in the middle of a row: it was cut off, download it again"
    return NotReadable(Refusal.CUT_OFF, told, row=row)


def _is_cut(draft: Draft, header: Header, row: Row) -> bool:
    """Whether a last row lacks cells, or ends with half a word."""
    last = header.fields[-1]
    if row.line == header.line:
        return last not in _LAST_HEADINGS and not (last is None and draft.layout is Layout.ZOOM_WEBINAR)
    if len(row.cells) < len(header.fields):
        return True
    cell = row.cells[len(header.fields) - 1]
    if last is Field.AT and len(draft.lines) > 1:
        return _shape(cell) not in {_shape(line.at) for line in draft.lines[:-1]}
    return bool(last and last in _WHOLE and not _WHOLE[last](cell))


def _shape(text: str) -> str:
    """How a time is written, whichever it is: half of one looks otherwise."""
    return _HALF.sub("m", _NUMBER.sub("0", folded(text)))
