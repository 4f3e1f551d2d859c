"""What the events behind a number come to, all of them together."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from sqlalchemy import func, select, union
from sqlalchemy.orm import Session

from booking.db import table_of
from booking.reporting.queries.events import EventLine, events
from booking.reporting.queries.filtering import EVENTS, GROUPS, counted, events_source, in_period, passes
from booking.reporting.queries.numbers import OF_GROUPS
from booking.reporting.terms import Figure, Filters
from booking.scheduling.models import Event

_EVENT = table_of(Event).c


class Sum(NamedTuple):
    """Of all lines of a list: how many there are, events as reports count them, groups and people that came.

    `events` is smaller than `lines` where a pair of events is one visit; `people` None is "not recorded".
    """

    lines: int
    events: int
    groups: int
    people: int | None

    def number(self, figure: Figure) -> int | None:
        """What the figure is that these events were counted for."""
        if figure is Figure.PARTICIPANTS:
            return self.people
        if figure in OF_GROUPS:
            return self.groups
        return self.lines if figure in {Figure.EVENTS_UNRECORDED, Figure.EVENTS_RECORDED} else self.events


def behind(session: Session, filters: Filters, figure: Figure, *, page: int, size: int) -> tuple[list[EventLine], Sum]:
    """A page of the events that a figure counts, and the sum of all; pages begin with 1, none is after the last."""
    columns: Any = events_source(filters).c
    among = (in_period(columns, filters.period), passes(columns, filters), counted(columns, figure))
    sums = (func.count(), func.sum(columns.counts), func.sum(columns.groups), func.sum(columns.attended))
    lines, number, groups, people = session.execute(select(*sums).where(*among)).one()
    whole = Sum(lines, int(number or 0), int(groups or 0), None if people is None else int(people))
    at = min(page, pages_of(lines, size))
    return events(session, filters, figure, limit=size, offset=(at - 1) * size)[0], whole


def sources_of(session: Session, codes: Collection[str]) -> Mapping[str, Collection[str]]:
    """Whose word the official numbers of these events are, by code; "" is a number that was loaded. One statement."""
    event, group = EVENTS.c, GROUPS.c
    whole = (_EVENT.code, _EVENT.attended_source)
    of_groups = select(event.code, group.attended_source).join_from(EVENTS, GROUPS, group.event_id == event.event_id)
    statement = union(
        of_groups.where(event.code.in_(codes), group.attended.is_not(None)),
        select(*whole).where(_EVENT.code.in_(codes), _EVENT.attended.is_not(None)),
    )
    found: dict[str, list[str]] = defaultdict(list)
    for row in session.execute(statement.order_by("code", "attended_source")):
        found[row.code].append(row.attended_source)
    return found


def pages_of(lines: int, size: int) -> int:
    """How many pages of that size; an empty list has one."""
    return max(1, -(-lines // size))
