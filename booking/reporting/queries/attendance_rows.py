"""What exports read: the events of a period in order, some at a time, and their groups."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from booking.attendance.models import Observation
from booking.attendance.terms import Qualifier
from booking.bookings.models import Booking, Organisation
from booking.catalogue.models import Offering
from booking.db import core, let_go, table_of
from booking.reporting.queries.filtering import GROUPS, events_source, in_period, passes
from booking.reporting.queries.live import COUNTED
from booking.reporting.terms import Filters
from booking.scheduling.models import Event

AT_ONCE = 500
"""Events for one look: with ten groups each it takes some 30 ms, for which SQLite lets nobody else write."""
AHEAD = 10_000
"""Events put in order at once. No index is in the order of days, so that each time all are looked through."""
ROWS_AT_ONCE = 200
"""Rows of the library that live together: a plain tuple costs the collector of garbage nothing, one of these does."""
AnyRow: TypeAlias = Row[*tuple[Any, ...]]
Group: TypeAlias = tuple[Any, ...]
"""The number of people if it counts, then what was asked for."""
Found: TypeAlias = list[tuple[AnyRow, Sequence[Group]]]

_EVENT, _OFFERING = table_of(Event).c, table_of(Offering).c
_BOOKING, _ORGANISATION = table_of(Booking).c, table_of(Organisation).c
_SAID = table_of(Observation).c
_NONE = literal("", String)


def events_and_groups(session: Session, filters: Filters, wanted: Sequence[str]) -> Iterator[Found]:
    """Events with their groups, by day and id, two statements for each 500; `wanted` are columns of groups.

    Each look is a transaction of its own: an event that is moved meanwhile to a later day may be met again there, one
    that is moved out of the period is left out, and nobody who books has to wait.
    """
    statement = _events(filters)
    for ids in _in_order(session, filters):
        some = core(session).execute(statement, {"ids": ids}).all()
        groups = _groups_of(session, filters, ids, wanted)
        let_go(session)
        if some:
            yield [(row, groups.get(row.id, ())) for row in some]


def _in_order(session: Session, filters: Filters) -> Iterator[list[int]]:
    """The ids of these events by day, as many as one look takes."""
    fact: Any = events_source(filters)
    mine = and_(in_period(fact.c, filters.period), passes(fact.c, filters))
    statement = select(fact.c.starts_on, fact.c.event_id).where(mine).order_by(fact.c.starts_on, fact.c.event_id)
    after: ColumnElement[bool] = true()
    while True:
        some = core(session).execute(statement.where(after).limit(AHEAD)).all()
        let_go(session)
        for at in range(0, len(some), AT_ONCE):
            yield [key for _day, key in some[at : at + AT_ONCE]]
        if len(some) < AHEAD:
            return
        day, key = some[-1]
        after = or_(fact.c.starts_on > day, and_(fact.c.starts_on == day, fact.c.event_id > key))


def number_of_events(session: Session, filters: Filters) -> int:
    """How many events `events_and_groups` gives."""
    fact: Any = events_source(filters)
    mine = and_(in_period(fact.c, filters.period), passes(fact.c, filters))
    number = session.execute(select(func.count()).select_from(fact).where(mine)).scalar_one()
    let_go(session)
    return int(number)


def _events(filters: Filters) -> Select[Any]:
    """The events among `:ids` that are still of these."""
    ids: BindParameter[int] = bindparam("ids", expanding=True)
    fact: Any = events_source(filters, GROUPS.c.event_id.in_(ids))
    names = ("code", "station", "unit", "kind", "format", "series", "partner", "theme", "audience", "language")
    columns = (
        fact.c.event_id.label("id"),
        *(fact.c[name] for name in names),
        *(fact.c[name] for name in ("starts_on", "month", "status", "status_reason", "counts", "attended")),
        *(fact.c[name] for name in ("unrecorded", "starts_at", "offering")),
        _EVENT.ends_at,
        _EVENT.time_zone,
        _EVENT.topics_raised,
        _EVENT.attended.label("whole"),
        _EVENT.attended_source.label("whole_source"),
        _EVENT.title,
        _OFFERING.title.label("offering_title"),
    )
    joined = fact.join(table_of(Event), _EVENT.id == fact.c.event_id).join(
        table_of(Offering), _OFFERING.id == _EVENT.offering_id
    )
    mine = and_(in_period(fact.c, filters.period), passes(fact.c, filters))
    return (
        select(*columns)
        .select_from(joined)
        .where(fact.c.event_id.in_(ids), mine)
        .order_by(fact.c.starts_on, fact.c.event_id)
    )


def _groups_of(session: Session, filters: Filters, ids: Sequence[int], wanted: Sequence[str]) -> dict[int, list[Group]]:
    group = GROUPS.c
    statement = (
        select(group.event_id, _counts().label("number"), *(_group_columns()[name].label(name) for name in wanted))
        .join_from(GROUPS, table_of(Booking), _BOOKING.id == group.booking_id)
        .join(table_of(Organisation), _ORGANISATION.id == _BOOKING.organisation_id)
        .where(group.event_id.in_(ids))
        .order_by(group.event_id, group.booking_id)
    )
    if filters.countries:
        statement = statement.where(group.country.in_(filters.countries))
    found: dict[int, list[Group]] = defaultdict(list)
    for some in core(session).execute(statement).partitions(ROWS_AT_ONCE):
        for row in some:
            found[row[0]].append(row[1:])
    return found


def histories(session: Session, ids: Sequence[int]) -> dict[tuple[int, int | None], str]:
    """Everything that was said of these events, oldest first, by event and booking (None: of the event as a whole).

    "2026-12-14T09:01Z teacher 31; 2026-12-14T10:05Z guide 29"; of a platform connections are counted.
    """
    names = ("event_id", "booking_id", "recorded_at", "source", "attended")
    statement = select(*(_SAID[name] for name in names)).where(_SAID.event_id.in_(ids)).order_by(_SAID.id)
    found: dict[tuple[int, int | None], list[str]] = defaultdict(list)
    for event, booking, at, source, attended in core(session).execute(statement):
        number = Qualifier.NOT_RECORDED if attended is None else attended
        found[event, booking].append(f"{at:%Y-%m-%dT%H:%MZ} {source} {number}")
    let_go(session)
    return {key: "; ".join(texts) for key, texts in found.items()}


def _counts() -> Any:  # noqa: ANN401  a column
    """The official number of a group whose number is one of people who came."""
    return case((GROUPS.c.status.in_([status.value for status in COUNTED]), GROUPS.c.attended))


def _group_columns() -> dict[str, Any]:
    """What a column of an export is in SQL. Somebody who came alone is no organization: the name stays out."""
    group = GROUPS.c
    return {
        "booking": _BOOKING.reference,
        "organisation": case((_BOOKING.is_individual, _NONE), else_=_ORGANISATION.name),
        "organisation_type": group.organisation_type,
        "group_label": _BOOKING.group_label,
        "country": group.country,
        "country_name": group.country,
        "region": group.country,
        "subdivision": group.subdivision,
        "topic": group.topic,
        "language_asked": group.language_asked,
        "booking_status": group.status,
        "late": group.late,
        "requested_on": cast(_BOOKING.requested_on, String),
        "booked": _BOOKING.size,
        "attended": _counts(),
        "attended_source": group.attended_source,
        "history": group.booking_id,
        "contact_name": _BOOKING.contact_name,
        "contact_email": _BOOKING.contact_email,
        "contact_phone": _BOOKING.contact_phone,
    }
