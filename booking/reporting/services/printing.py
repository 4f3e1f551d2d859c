"""Everything that the document for print holds, read as of one moment."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from booking.reporting.narrative.drafting import Draft, draft_of
from booking.reporting.narrative.stored import Frozen, versions_of
from booking.reporting.queries.attendance_rows import AT_ONCE, AnyRow, Found, Group, events_and_groups, number_of_events
from booking.reporting.queries.report import report
from booking.reporting.services.reading import as_of_now
from booking.reporting.table_terms import Report
from booking.reporting.terms import Filters

MOST_EVENTS = 2 * AT_ONCE
"""In the list: some eighty sheets, and what a browser lays out. The workbook has all of them."""
GROUP_COLUMNS = ("organisation", "group_label", "country", "booking_status", "booked", "attended", "attended_source")
"""Of each group, in the order in which it is presented: nothing that names a person."""


@dataclass(frozen=True)
class Printed:
    """A report, its paragraphs where it is about everything, and the first of its events, by day, with their groups."""

    report: Report
    draft: Draft | None
    version: Frozen | None
    events: Sequence[tuple[AnyRow, Sequence[Group]]]
    number: int
    """Events of every state that there are under the filters."""


def printed(filters: Filters, now: datetime, locale: str) -> Printed:
    """What is printed; not more than `MOST_EVENTS` events are kept, so memory does not grow with the period."""

    def read(session: Session) -> Printed:
        draft = draft_of(session, filters.period) if filters == Filters(filters.period) else None
        versions = versions_of(session, draft.choices.report_id) if draft else []
        return Printed(
            report(session, filters, now, locale),
            draft,
            versions[0] if versions else None,
            list(_first(events_and_groups(session, filters, GROUP_COLUMNS))),
            number_of_events(session, filters),
        )

    return as_of_now(read)


def _first(batches: Iterator[Found]) -> Iterator[tuple[AnyRow, Sequence[Group]]]:
    left = MOST_EVENTS
    for batch in batches:
        yield from batch[:left]
        left -= len(batch)
        if left <= 0:
            return
