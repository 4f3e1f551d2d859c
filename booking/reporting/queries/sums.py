"""Facts added up for the tables: one pass over events or groups for each way of looking at them, this year and last."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, literal_column, or_, select, union_all
from sqlalchemy.orm import Session

from booking.catalogue.terms import Kind
from booking.db import let_go
from booking.reporting.queries.filtering import CAME, GROUPS, events_source, in_period, passes
from booking.reporting.terms import Filters
from booking.scheduling.terms import EventStatus


class Sums(NamedTuple):
    """Events and people of a period, and of the same days a year before.

    `recorded` are events whose people somebody counted, `unrecorded` those of which the whole or a group lacks it.
    """

    events: int = 0
    people: int = 0
    recorded: int = 0
    unrecorded: int = 0
    events_before: int = 0
    people_before: int = 0
    recorded_before: int = 0

    def __add__(self, other: object) -> "Sums":
        """Both together."""
        assert isinstance(other, Sums)  # noqa: S101  nothing else is added
        return Sums(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


class EventSums(NamedTuple):
    """Of one station, unit, kind, format, month (202007) and status."""

    station: str
    unit: str
    kind: str
    format: str
    month: int
    status: str
    sums: Sums


class LabelSums(NamedTuple):
    """Of one value of a part: "language", "theme" by station and kind; "raised", "reason" by station: no people."""

    part: str
    station: str
    kind: str
    value: str
    sums: Sums


class CountrySums(NamedTuple):
    """Groups that came, of one station, country and subdivision; `tours` counts those of tours and briefings alone."""

    station: str
    country: str
    subdivision: str
    groups: int
    people: int
    tour_groups: int
    tour_people: int
    groups_before: int
    people_before: int


class SeriesSums(NamedTuple):
    """Events held of one series, and its first and last day in the period."""

    series: str
    partner: str
    first: date | None
    last: date | None
    sums: Sums


class GroupSums(NamedTuple):
    """Bookings of one station and status."""

    station: str
    status: str
    late: int
    groups: int
    groups_before: int


_ALL = literal("")
"""Stands for a key that a part does not have."""
TOURS = (Kind.TOUR.value, Kind.BRIEFING.value)


def _either(columns: Any, filters: Filters) -> ColumnElement[bool]:  # noqa: ANN401  columns of a table or a subquery
    """Facts of the period or of the year before, under the filters."""
    days = or_(in_period(columns, filters.period), in_period(columns, filters.period.year_before))
    return and_(days, passes(columns, filters))


def _event_sums(columns: Any, filters: Filters) -> tuple[ColumnElement[Any], ...]:  # noqa: ANN401  as above
    now, then = in_period(columns, filters.period), in_period(columns, filters.period.year_before)
    said = columns.attended.is_not(None)
    unsaid = or_(columns.attended.is_(None), columns.unrecorded > 0)
    counts = columns.counts
    return (
        _sum(case((now, counts), else_=0)),
        _sum(case((now, columns.attended), else_=0)),
        _sum(case((and_(now, said), 1), else_=0)),
        _sum(case((and_(now, unsaid), 1), else_=0)),
        _sum(case((then, counts), else_=0)),
        _sum(case((then, columns.attended), else_=0)),
        _sum(case((and_(then, said), 1), else_=0)),
    )


def _events_alone(columns: Any, filters: Filters) -> tuple[ColumnElement[Any], ...]:  # noqa: ANN401  as above
    """The same columns where nobody asks for people: each sum costs at every event."""
    now, then = in_period(columns, filters.period), in_period(columns, filters.period.year_before)
    none: ColumnElement[int] = literal_column("0")
    events, before = (_sum(case((days, columns.counts), else_=0)) for days in (now, then))
    return events, none, none, none, before, none, none


def _sum(value: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.coalesce(func.sum(value), 0)


def event_sums(session: Session, filters: Filters) -> list[EventSums]:
    """Events of every status."""
    source = events_source(filters)
    keys = [source.c[name] for name in ("station", "unit", "kind", "format", "month", "status")]
    statement = select(*keys, *_event_sums(source.c, filters)).where(_either(source.c, filters)).group_by(*keys)
    return [EventSums._make((*row[:6], Sums._make(row[6:]))) for row in _rows(session, statement)]


def label_sums(session: Session, filters: Filters) -> list[LabelSums]:
    """Events held by language and theme and what was raised in them, and cancelled ones by reason: one statement."""
    columns: Any = events_source(filters).c
    held, called_off = columns.status == EventStatus.HELD.value, columns.status == EventStatus.CANCELLED.value
    parts = (
        ("language", columns.station, columns.kind, columns.language, held),
        ("theme", columns.station, columns.kind, columns.theme, held),
        ("raised", _ALL, _ALL, columns.raised, and_(held, columns.raised != "")),
        ("reason", columns.station, _ALL, columns.status_reason, called_off),
    )
    sums = {True: _event_sums(columns, filters), False: _events_alone(columns, filters)}
    statements = [
        select(literal(part).label("part"), station, kind, value, *sums[part in {"language", "theme"}])
        .where(_either(columns, filters), condition)
        .group_by(*(column for column in (station, kind, value) if column is not _ALL))
        for part, station, kind, value, condition in parts
    ]
    return [LabelSums._make((*row[:4], Sums._make(row[4:]))) for row in _rows(session, union_all(*statements))]


def series_sums(session: Session, filters: Filters) -> list[SeriesSums]:
    """Series of which an event was held, with the partner that most of its events name."""
    columns: Any = events_source(filters).c
    now = in_period(columns, filters.period)
    days = [ends(case((now, columns.starts_on))) for ends in (func.min, func.max)]
    statement = select(columns.series, func.max(columns.partner), *days, *_event_sums(columns, filters))
    held = (columns.status == EventStatus.HELD.value, columns.series != "")
    rows = _rows(session, statement.where(_either(columns, filters), *held).group_by(columns.series))
    return [SeriesSums._make((*row[:4], Sums._make(row[4:]))) for row in rows]


def series_countries(session: Session, filters: Filters) -> list[tuple[str, str]]:
    """Each series with each country of a group that came to it."""
    group = GROUPS.c
    conditions = (group.series != literal_column("''"), CAME, in_period(group, filters.period), passes(group, filters))
    rows = _rows(session, select(group.series, group.country).distinct().where(*conditions))
    return [(series, country) for series, country in rows]


def country_sums(session: Session, filters: Filters) -> list[CountrySums]:
    """Groups that came."""
    group = GROUPS.c
    now, then = in_period(group, filters.period), in_period(group, filters.period.year_before)
    tours = and_(now, group.kind.in_(TOURS), group.unit == "visitors-service")
    sums = (
        _sum(case((now, 1), else_=0)),
        _sum(case((now, group.attended), else_=0)),
        _sum(case((tours, 1), else_=0)),
        _sum(case((tours, group.attended), else_=0)),
        _sum(case((then, 1), else_=0)),
        _sum(case((then, group.attended), else_=0)),
    )
    keys = (group.station, group.country, group.subdivision)
    statement = select(*keys, *sums).where(_either(group, filters), CAME).group_by(*keys)
    return [CountrySums(*row) for row in _rows(session, statement)]


def group_sums(session: Session, filters: Filters) -> list[GroupSums]:
    """Bookings of every status."""
    group = GROUPS.c
    now, then = in_period(group, filters.period), in_period(group, filters.period.year_before)
    counts = (_sum(case((now, 1), else_=0)), _sum(case((then, 1), else_=0)))
    keys = (group.station, group.status, group.late)
    statement = select(*keys, *counts).where(_either(group, filters)).group_by(*keys)
    return [GroupSums(*row) for row in _rows(session, statement)]


def total(sums: Iterable[Sums]) -> Sums:
    """All of them together."""
    whole = Sums()
    for one in sums:
        whole += one
    return whole


def _rows(session: Session, statement: Select[Any] | Any) -> Sequence[Any]:  # noqa: ANN401  a union is no Select
    rows = session.execute(statement).all()
    let_go(session)
    return rows
