"""What filters and figures are in SQL: conditions on facts."""

from collections.abc import Mapping
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
    "reasons": "status_reason",
}
STATUSES: Mapping[Figure, frozenset[str]] = {
    Figure.EVENTS_CANCELLED: frozenset({EventStatus.CANCELLED.value}),
    Figure.EVENTS_NO_SHOW: frozenset({EventStatus.NO_SHOW.value}),
    Figure.EVENTS_UNDECIDED: frozenset({EventStatus.PLANNED.value, EventStatus.OPEN.value, EventStatus.CLOSED.value}),
}
"""Figures of events that were not held, and the statuses of these."""


def replied_in(month: ColumnElement[str], period: Period) -> ColumnElement[bool]:
    """Replies that are kept without their event: of months that the period touches, or of no time."""
    return or_(month == "", month.between(f"{period.first:%Y-%m}", f"{period.last:%Y-%m}"))


def events_source(filters: Filters, *of_groups: ColumnElement[bool]) -> FromClause:
    """The facts of events; where groups are asked for, of those that such groups came to, with these groups alone.

    Where it is asked what became of groups, these are groups that did not come, of events whatever became of them.
    `of_groups` are conditions on these: who wants few of the events saves the database the sums of all.
    """
    if not any(filters.of_groups):
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
        .where(*_groups_asked_for(filters), *of_groups)
        .group_by(group.event_id)
        .subquery("came")
    )
    kept = [column for column in EVENTS.c if column.name not in came.c]
    joined = select(*kept, *(came.c[name] for name in ("groups", "booked", "attended", "unrecorded")))
    return joined.join_from(EVENTS, came, came.c.of_event == EVENTS.c.event_id).subquery("events_of_groups")


def _groups_asked_for(filters: Filters) -> list[ColumnElement[bool]]:
    group = GROUPS.c
    asked: list[ColumnElement[bool]] = [group.status.in_(filters.fates) if filters.fates else CAME]
    named = (
        (group.country, filters.countries),
        (group.subdivision, filters.subdivisions),
    )
    asked += [column.in_(values) for column, values in named if values]
    return [*asked, *([group.late == 1] if filters.late else [])]


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
    for name, values in (("country", filters.countries), ("subdivision", filters.subdivisions)):
        if values and name in columns:
            conditions.append(columns[name].in_(values))
    return and_(true(), *conditions)


def counted(columns: Any, figure: Figure) -> ColumnElement[bool]:  # noqa: ANN401  columns of a table or a subquery
    """Whether an event is one of those that a figure counts."""
    status, wanted = columns.status, STATUSES.get(figure)
    if figure is Figure.GROUPS_LOST:
        return true()
    if wanted:
        return status.in_(sorted(wanted))  # type: ignore[no-any-return]  # columns are not typed
    held = status == EventStatus.HELD.value
    if figure is Figure.EVENTS_RECORDED:
        return and_(held, columns.attended.is_not(None))
    if figure is Figure.EVENTS_UNRECORDED:
        return and_(held, or_(columns.attended.is_(None), columns.unrecorded > 0))
    return held  # type: ignore[no-any-return]  # the same
