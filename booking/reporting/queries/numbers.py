"""Numbers of events and of people in them, for many saved questions at once.

What asks for station, unit, kind, format and month alone is answered from sums that an index holds in their order: a
column for each question would be looked at for each event. The others share one pass.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from booking.db import let_go
from booking.reporting.queries.filtering import EVENTS, STATUSES, counted, events_source, in_period, passes
from booking.reporting.terms import Figure, Filters, Period, Question
from booking.scheduling.terms import EventStatus

Asked = Sequence[tuple[Question, Filters]]
KEYS = {"stations": "station", "units": "unit", "kinds": "kind", "formats": "format", "months": "month"}
"""Filters that the sums are kept by, and their columns."""
OF_GROUPS = frozenset({Figure.GROUPS, Figure.GROUPS_LOST})
_HELD = frozenset({EventStatus.HELD.value})


class _Sum(NamedTuple):
    """Events of one key, and what was said of them."""

    station: str
    unit: str
    kind: str
    format: str
    month: int  # of the year
    status: str
    events: int
    recorded: int
    unrecorded: int
    people: int


def numbers(session: Session, asked: Asked) -> dict[str, int | None]:
    """The answers by the questions' ids; at most two statements, and one more for each choice of groups."""
    by_way: dict[object, list[tuple[Question, Filters]]] = defaultdict(list)
    for question, filters in asked:
        by_way[None if _is_summed(question, filters) else filters.of_groups].append((question, filters))
    found: dict[str, int | None] = {}
    for way, some in by_way.items():
        found |= _from_sums(session, some) if way is None else _in_one_pass(session, some)
        let_go(session)
    return found


def _is_summed(question: Question, filters: Filters) -> bool:
    known = Filters(filters.period, **{name: getattr(filters, name) for name in KEYS})
    return question.figure not in OF_GROUPS and filters == known


# From sums.
def _from_sums(session: Session, asked: Asked) -> dict[str, int | None]:
    sums = _sums(session, asked[0][1].period)
    yearly = _without_months(sums)
    return {
        question.id: _value(question, [one for one in (sums if filters.months else yearly) if _is_meant(one, filters)])
        for question, filters in asked
    }


def _sums(session: Session, period: Period) -> list[_Sum]:
    event = EVENTS.c
    unsaid = or_(event.attended.is_(None), event.unrecorded > 0)
    keys = [event[name] for name in _Sum._fields[:6]]
    values = (
        func.sum(event.counts),
        func.coalesce(func.sum(case((event.attended.is_not(None), event.counts))), 0),
        func.coalesce(func.sum(case((unsaid, event.counts))), 0),
        func.coalesce(func.sum(event.attended), 0),
    )
    rows = session.execute(select(*keys, *values).where(in_period(event, period)).group_by(*keys))
    return [_Sum._make((*row[:4], row[4] % 100, *row[5:])) for row in rows]


def _without_months(sums: Sequence[_Sum]) -> list[_Sum]:
    """The same added up over the months, which few questions ask for."""
    whole: dict[tuple[Any, ...], tuple[int, ...]] = {}
    for one in sums:
        key = (*one[:4], 0, one.status)
        whole[key] = tuple(map(sum, zip(whole.get(key, (0, 0, 0, 0)), one[6:], strict=True)))
    return [_Sum._make((*key, *values)) for key, values in whole.items()]


def _is_meant(one: _Sum, filters: Filters) -> bool:
    wanted = ((getattr(filters, name), getattr(one, column)) for name, column in KEYS.items())
    return all(not values or value in values for values, value in wanted)


def _value(question: Question, sums: Sequence[_Sum]) -> int | None:
    mine = [one for one in sums if one.status in STATUSES.get(question.figure, _HELD)]
    if question.figure is Figure.PARTICIPANTS:
        unsaid = any(one.events for one in mine) and not any(one.recorded for one in mine)
        return None if unsaid else sum(one.people for one in mine)
    if question.figure is Figure.EVENTS_RECORDED:
        return sum(one.recorded for one in mine)
    return sum(one.unrecorded if question.figure is Figure.EVENTS_UNRECORDED else one.events for one in mine)


# In one pass.
def _in_one_pass(session: Session, asked: Asked) -> dict[str, int | None]:
    source: Any = events_source(asked[0][1])
    columns = [column for one in asked for column in _columns(source.c, *one)]
    anybody = or_(*(passes(source.c, filters) for _, filters in asked))
    meant = (in_period(source.c, asked[0][1].period), anybody)
    row = session.execute(select(*columns).select_from(source).where(*meant)).one()
    return {question.id: _of_pass(question, *row[2 * at : 2 * at + 2]) for at, (question, _) in enumerate(asked)}


def _columns(columns: Any, question: Question, filters: Filters) -> tuple[ColumnElement[Any], ColumnElement[Any]]:  # noqa: ANN401  columns of a table or a subquery
    """Events, and people or groups in them."""
    condition = and_(counted(columns, question.figure), passes(columns, filters))
    of_them = columns.groups if question.figure in OF_GROUPS else columns.attended
    return func.sum(case((condition, columns.counts))), func.sum(case((condition, of_them)))


def _of_pass(question: Question, events: int | None, of_them: int | None) -> int | None:
    if question.figure not in {Figure.PARTICIPANTS, *OF_GROUPS}:
        return events or 0
    return of_them if of_them is not None or (events and question.figure is Figure.PARTICIPANTS) else 0
