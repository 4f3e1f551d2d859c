"""What exports read: the events of a period in order, some at a time, and their groups."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import Row, Select, String, and_, case, cast, func, literal, or_, select
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
AnyRow: TypeAlias = Row[*tuple[Any, ...]]
Found: TypeAlias = list[tuple[AnyRow, Sequence[AnyRow]]]

_EVENT, _OFFERING = table_of(Event).c, table_of(Offering).c
_BOOKING, _ORGANISATION = table_of(Booking).c, table_of(Organisation).c
_SAID = table_of(Observation).c
_NONE = literal("", String)


def events_and_groups(session: Session, filters: Filters, wanted: Sequence[str]) -> Iterator[Found]:
    """Events with their groups, by day and id, two statements for each 500; `wanted` are columns of groups.

    Each look is a transaction of its own: an event that is moved meanwhile to a later day may be met again there, and
    nobody who books has to wait.
    """
    events, after = _events(filters), None
    while True:
        some = core(session).execute(_next(events, after)).all()
        groups = _groups_of(session, filters, [row.id for row in some], wanted) if some else {}
        let_go(session)
        if some:
            yield [(row, groups.get(row.id, ())) for row in some]
        if len(some) < AT_ONCE:
            return
        after = (some[-1].starts_on, some[-1].id)


def number_of_events(session: Session, filters: Filters) -> int:
    """How many events `events_and_groups` gives."""
    fact: Any = events_source(filters)
    mine = and_(in_period(fact.c, filters.period), passes(fact.c, filters))
    number = session.execute(select(func.count()).select_from(fact).where(mine)).scalar_one()
    let_go(session)
    return int(number)


def _events(filters: Filters) -> tuple[Any, Select[Any]]:
    fact: Any = events_source(filters)
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
    return fact, select(*columns).select_from(joined).where(mine)


def _next(events: tuple[Any, Select[Any]], after: tuple[date, int] | None) -> Select[Any]:
    fact, statement = events
    if after is not None:
        day, key = after
        later = or_(fact.c.starts_on > day, and_(fact.c.starts_on == day, fact.c.event_id > key))
        statement = statement.where(fact.c.starts_on >= day, later)
    return statement.order_by(fact.c.starts_on, fact.c.event_id).limit(AT_ONCE)


def _groups_of(
    session: Session, filters: Filters, ids: Sequence[int], wanted: Sequence[str]
) -> dict[int, list[AnyRow]]:
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
    found: dict[int, list[AnyRow]] = defaultdict(list)
    for row in core(session).execute(statement):
        found[row[0]].append(row)
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
