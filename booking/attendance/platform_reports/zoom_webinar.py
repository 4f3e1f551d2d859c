"""The attendee report of a Zoom webinar: a line about it, then blocks of hosts, panelists and attendees."""

from collections.abc import Iterable

from booking.attendance.platform_reports.drafts import Draft, Header, line_of
from booking.attendance.platform_reports.tables import Row
from booking.attendance.platform_reports.terms import SECONDS_PER_MINUTE, Layout, NotReadable, Refusal
from booking.attendance.platform_reports.words import BLOCKS, NO, Field, folded

_ATTENDEES = "attendee details"
_ALL = "other attended"


def block_of(row: Row) -> str | None:
    """The block that a row begins. Zoom ends its title with a comma, sometimes within the quotes."""
    title = folded(row.cells[0]).rstrip(" ,") if row.cells and not any(row.cells[1:]) else ""
    return title if title in BLOCKS else None


class _Reader:
    """Goes over the rows, from block to block."""

    def __init__(self) -> None:
        self.draft = Draft(Layout.ZOOM_WEBINAR, duration_unit=SECONDS_PER_MINUTE)
        self.blocks: list[str] = []
        self.of_webinar: Header | None = None

    def take(self, row: Row) -> None:
        """Understand one row."""
        self.draft.last = row
        block = block_of(row)
        if block:
            self.blocks.append(block)
            self.draft.header = None
        elif not self.blocks:
            self._preamble(row)
        elif self.draft.header is None:
            self.draft.header = Header.of(row)
            self.draft.header.require(Field.NAME, Field.JOIN, Field.LEAVE)
        else:
            self._person(self.draft.header, row)

    def _preamble(self, row: Row) -> None:
        header = Header.of(row)
        if header.has(Field.TITLE, Field.MEETING_ID):
            self.of_webinar = header
        elif self.of_webinar:
            self.draft.note(
                ((name, text) for name, text in zip(self.of_webinar.fields, row.cells, strict=False)), row.line
            )
        elif len(row.cells) > 1 and header.fields:
            self.draft.note([(header.fields[0], row.cells[1])], row.line)

    def _person(self, header: Header, row: Row) -> None:
        registered = header.cell(row, Field.REGISTERED)
        if registered:
            self.draft.dates.append((row.line, registered))
        if folded(header.cell(row, Field.ATTENDED)) in NO:
            self.draft.absent += 1
        else:
            self.draft.lines.append(line_of(header, row, BLOCKS[self.blocks[-1]]))


def read_webinar(rows: Iterable[Row]) -> Draft:
    """The whole report; `NotReadable` if it ends before the headings of the attendees."""
    reader = _Reader()
    for row in rows:
        if not row.is_blank:
            reader.take(row)
    if not {_ATTENDEES, _ALL} & set(reader.blocks) or reader.draft.header is None:
        raise NotReadable(Refusal.CUT_OFF, "the file ends before the list of attendees: it was cut off")
    return reader.draft
