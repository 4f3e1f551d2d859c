"""What filters and figures are in SQL: conditions on facts."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    and_,
    case,
    cast,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
)

from booking.db import table_of
from booking.reporting.models import EventFact, GroupFact
from booking.reporting.terms import Figure, Filters, Period
from booking.scheduling.terms import EventStatus

EVENTS, GROUPS = table_of(EventFact), table_of(GroupFact)
CAME = GROUPS.c.came == literal_column("1")
"""As a constant: a parameter would keep SQLite from the indexes of groups that came."""
_COLUMNS = {
    "stations": "station",
    "units": "unit",
    "kinds": "kind",
    "formats": "format",
    "themes": "theme",
    "languages": "language",
    "audiences": "audience",
    "series": "series",
    "offerings": "offering",
}
TO_COME = (EventStatus.PLANNED, EventStatus.OPEN, EventStatus.CLOSED)


def replied_in(month: ColumnElement[str], period: Period) -> ColumnElement[bool]:
    """Replies that are kept without their event: of months that the period touches, or of no time."""
    return or_(month == "", month.between(f"{period.first:%Y-%m}", f"{period.last:%Y-%m}"))


def events_source(countries: Sequence[str] = ()) -> FromClause:
    """The facts of events; where countries are named, of those that groups from there came to, with these alone."""
    if not countries:
        return EVENTS
    group = GROUPS.c
    came = (
        select(
            group.event_id.label("of_event"),
            *(
                cast(number, Integer).label(name)  # PostgreSQL makes wider and wider numbers of sums
                for name, number in (
                    ("groups", func.count()),
                    ("booked", func.sum(group.booked)),
                    ("attended", func.sum(group.attended)),
                    ("unrecorded", func.sum(case((group.attended.is_(None), 1), else_=0))),
                )
            ),
        )
        .where(CAME, group.country.in_(countries))
        .group_by(group.event_id)
        .subquery("came")
    )
    kept = [column for column in EVENTS.c if column.name not in came.c]
    joined = select(*kept, *(came.c[name] for name in ("groups", "booked", "attended", "unrecorded")))
    return joined.join_from(EVENTS, came, came.c.of_event == EVENTS.c.event_id).subquery("events_of_countries")


def in_period(columns: Any, period: Period) -> ColumnElement[bool]:  # noqa: ANN401  columns of a table or a subquery
    """Whether a fact is of one of these days."""
    within: ColumnElement[bool] = columns.starts_on.between(period.first, period.last)
    return within


def passes(columns: Any, filters: Filters) -> ColumnElement[bool]:  # noqa: ANN401  columns of a table or a subquery
    """Whether a fact passes every filter but the period and, for an event, the countries (`events_source`)."""
    if filters.is_empty:
        return false()
    conditions = [
        columns[name].in_(getattr(filters, field)) for field, name in _COLUMNS.items() if getattr(filters, field)
    ]
    if filters.months:
        conditions.append((columns.month % 100).in_(filters.months))
    if filters.raised:
        conditions.append(or_(*(columns.raised.icontains(f";{one};", autoescape=True) for one in filters.raised)))
    if filters.countries and "country" in columns:
        conditions.append(columns.country.in_(filters.countries))
    return and_(true(), *conditions)


def counted(columns: Any, figure: Figure) -> ColumnElement[bool]:  # noqa: ANN401  columns of a table or a subquery
    """Whether an event is one of those that a figure counts."""
    held = columns.status == EventStatus.HELD.value
    if figure is Figure.EVENTS_CANCELLED:
        return columns.status == EventStatus.CANCELLED.value  # type: ignore[no-any-return]  # columns are not typed
    if figure is Figure.EVENTS_NO_SHOW:
        return columns.status == EventStatus.NO_SHOW.value  # type: ignore[no-any-return]  # the same
    if figure is Figure.EVENTS_UNDECIDED:
        return columns.status.in_([status.value for status in TO_COME])  # type: ignore[no-any-return]  # the same
    if figure is Figure.EVENTS_RECORDED:
        return and_(held, columns.attended.is_not(None))
    if figure is Figure.EVENTS_UNRECORDED:
        return and_(held, or_(columns.attended.is_(None), columns.unrecorded > 0))
    return held  # type: ignore[no-any-return]  # the same
