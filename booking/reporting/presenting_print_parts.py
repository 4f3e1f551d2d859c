"""The document for print in parts: each is a page light enough for a slow line, cut between tables, rows and events."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace

from booking.reporting.print_pages import PrintedEvent, PrintedPart
from booking.reporting.report_pages import Section, ShownRow, ShownTable

MOST_BYTES = 48_000
"""Of a part: a page is to be under 100 kB, of which style sheets, the head and the menu take a little under half."""
HEAD_KB = 40
"""Of every page: style sheets, the head and the menu."""
WHOLE = "all"
"""The part of an address that asks for all of them."""
MARKUP = 8
"""Bytes that a template writes around a text, and at most around what holds several."""
UNWRITTEN = frozenset({"id", "url", "day"})
"""Fields that are not on paper."""


@dataclass
class _Parts:
    """Parts as they fill: the last one is being written."""

    left: int
    made: list[PrintedPart] = field(default_factory=lambda: [PrintedPart()])

    def room_for(self, size: int) -> None:
        """Begin another part where the last one has no room for so many bytes."""
        if size > self.left:
            self.made.append(PrintedPart())
            self.left = MOST_BYTES
        self.left -= size

    def add_table(self, section: Section, table: ShownTable) -> None:
        """Put a table under the heading of its section."""
        self.room_for(bytes_of(table))
        sections = self.made[-1].sections
        begun = sections[-1] if sections and sections[-1].id == section.id else replace(section, tables=())
        kept = sections[:-1] if sections and begun is sections[-1] else sections
        self.made[-1] = replace(self.made[-1], sections=(*kept, replace(begun, tables=(*begun.tables, table))))

    def add_event(self, event: PrintedEvent) -> None:
        """Put an event with its groups at the end of the list."""
        self.room_for(bytes_of(event))
        self.made[-1] = replace(self.made[-1], events=(*self.made[-1].events, event))


def parted(taken: int, sections: Sequence[Section], events: Sequence[PrintedEvent]) -> tuple[PrintedPart, ...]:
    """Tables and events in parts; of the first one so many bytes are taken already."""
    parts = _Parts(max(0, MOST_BYTES - taken))
    for section in sections:
        for whole in section.tables:
            for table in _pieces(whole):
                parts.add_table(section, table)
    for event in events:
        parts.add_event(event)
    return tuple(parts.made)


def joined(parts: Sequence[PrintedPart]) -> PrintedPart:
    """All of them as one; a table that was cut stays in its pieces, each with its heads."""
    sections: list[Section] = []
    for section in (section for part in parts for section in part.sections):
        if sections and sections[-1].id == section.id:
            sections[-1] = replace(section, tables=(*sections[-1].tables, *section.tables))
        else:
            sections.append(section)
    return PrintedPart(tuple(sections), tuple(event for part in parts for event in part.events))


def bytes_of(shown: object) -> int:
    """About how many bytes a page needs for what is shown, with all that it holds."""
    if isinstance(shown, str):
        return len(shown.encode()) + MARKUP if shown else 0
    if isinstance(shown, tuple):
        return sum(map(bytes_of, shown))
    if is_dataclass(shown):
        written = (one.name for one in fields(shown) if one.name not in UNWRITTEN)
        return MARKUP + sum(bytes_of(getattr(shown, name)) for name in written)
    return 0


def _pieces(table: ShownTable) -> Iterator[ShownTable]:
    """The table, or as many as it takes where no part has room for all of its rows."""
    rows: list[ShownRow] = []
    left = MOST_BYTES // 2
    for row in table.rows:
        size = bytes_of(row)
        if rows and size > left:
            yield replace(table, rows=tuple(rows), notes=())
            rows, left = [], MOST_BYTES // 2
        rows.append(row)
        left -= size
    yield replace(table, rows=tuple(rows))
