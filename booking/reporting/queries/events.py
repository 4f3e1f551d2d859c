"""The events behind a number: whatever a cell or an answer counted, one by one."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.reporting.queries.filtering import counted, events_source, in_period, passes
from booking.reporting.terms import Figure, Filters

MOST_EVENTS = 200
"""For one page."""


class EventLine(NamedTuple):
    """An event as it was counted; `attended` None is "not recorded", `unrecorded` counts groups."""

    code: str
    station: str
    unit: str
    kind: str
    format: str
    theme: str
    language: str
    series: str
    starts_at: datetime
    starts_on: date
    status: str
    counts: int
    groups: int
    attended: int | None
    unrecorded: int


def events(
    session: Session, filters: Filters, figure: Figure, *, limit: int = MOST_EVENTS, offset: int = 0
) -> tuple[list[EventLine], int]:
    """Events that a figure counts under the filters, the first ones first, and how many there are in all."""
    columns = events_source(filters).c
    among = (in_period(columns, filters.period), passes(columns, filters), counted(columns, figure))
    number: int = session.execute(select(func.count()).where(*among)).scalar_one()
    chosen = select(*(columns[name] for name in EventLine._fields)).where(*among)
    page = chosen.order_by(columns.starts_at, columns.code).limit(min(limit, MOST_EVENTS)).offset(offset)
    return [EventLine._make(row) for row in session.execute(page)], number
