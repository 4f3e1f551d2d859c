"""Guides and speakers, when they work and when they are taken."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import literal as constant
from sqlalchemy import select, union_all
from sqlalchemy.orm import Session

from booking.catalogue.terms import Kind, OfferingFacts, StationFacts
from booking.scheduling.models import Assignment, Availability, BusyInterval, DayOff, Event, Guide, GuideLanguage
from booking.scheduling.slots import HostFacts, Span, Taken, Timetable, minute_of
from booking.scheduling.terms import AssignmentStatus, HostRole

_GUIDE, _LANGUAGE = Guide.__table__.c, GuideLanguage.__table__.c
_ASSIGNMENT, _BUSY = Assignment.__table__.c, BusyInterval.__table__.c
_DAY = timedelta(days=1)


def role_for(kind: Kind) -> HostRole:
    """A guide leads tours and visits, a speaker briefs."""
    return HostRole.SPEAKER if kind is Kind.BRIEFING else HostRole.GUIDE


def hosts_of(session: Session, station_ids: Collection[int], first: date, last: date) -> list[HostFacts]:
    """The active hosts of the stations in order of id, with days off between two local days; three statements."""
    columns = (_GUIDE.id, _GUIDE.station_id, _GUIDE.role, _GUIDE.max_events_per_day)
    statement = (
        select(*columns, _LANGUAGE.language)
        .join_from(Guide, GuideLanguage, _LANGUAGE.guide_id == _GUIDE.id, isouter=True)
        .where(_GUIDE.station_id.in_(station_ids), _GUIDE.is_active.is_(True))
        .order_by(_GUIDE.id)
    )
    languages: dict[tuple[int, int, HostRole, int | None], set[str | None]] = defaultdict(set)
    for *guide, language in session.execute(statement).all():
        languages[guide[0], guide[1], guide[2], guide[3]].add(language)
    ids = [guide[0] for guide in languages]
    hours = _hours(session, ids)
    days_off = _days_off(session, ids, first, last)
    return [
        HostFacts(
            id=number,
            station_id=station_id,
            role=role,
            languages=frozenset(filter(None, spoken)),
            hours=tuple(hours[number]),
            days_off=tuple(days_off[number]),
            max_events_per_day=most,
        )
        for (number, station_id, role, most), spoken in languages.items()
    ]


def _hours(session: Session, ids: Sequence[int]) -> dict[int, list[tuple[int, int, int]]]:
    table = Availability.__table__.c
    statement = select(table.guide_id, table.weekday, table.opens, table.closes).where(table.guide_id.in_(ids))
    found: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for row in session.execute(statement.order_by(table.guide_id, table.weekday, table.opens)):
        found[row.guide_id].append((row.weekday, row.opens, row.closes))
    return found


def _days_off(session: Session, ids: Sequence[int], first: date, last: date) -> dict[int, list[tuple[date, date]]]:
    table = DayOff.__table__.c
    statement = select(table.guide_id, table.starts_on, table.ends_on).where(
        table.guide_id.in_(ids), table.starts_on <= last, table.ends_on >= first
    )
    found: dict[int, list[tuple[date, date]]] = defaultdict(list)
    for row in session.execute(statement):
        found[row.guide_id].append((row.starts_on, row.ends_on))
    return found


def taken_between(
    session: Session, ids: Collection[int], start: datetime, end: datetime, except_event: int = 0
) -> Mapping[int, Sequence[Taken]]:
    """When those hosts are in an event (with its pause) or busy elsewhere between two instants; one statement.

    `except_event`: id of an event that is about to be given up, and keeps nobody.
    """
    events = select(
        _ASSIGNMENT.guide_id,
        _ASSIGNMENT.starts_at,
        _ASSIGNMENT.busy_until.label("until"),
        constant(1).label("is_event"),
    ).where(
        _ASSIGNMENT.guide_id.in_(ids),
        _ASSIGNMENT.status == AssignmentStatus.ACTIVE,
        _ASSIGNMENT.starts_at < end,
        _ASSIGNMENT.busy_until > start,
        _ASSIGNMENT.event_id != except_event,
    )
    elsewhere = select(_BUSY.guide_id, _BUSY.starts_at, _BUSY.ends_at, constant(0)).where(
        _BUSY.guide_id.in_(ids), _BUSY.starts_at < end, _BUSY.ends_at > start
    )
    found: dict[int, list[Taken]] = defaultdict(list)
    for host, start_at, until, is_event in session.execute(union_all(events, elsewhere)).all():
        found[host].append(Taken(host, minute_of(start_at), minute_of(until), bool(is_event)))
    return found


def free_hosts(
    session: Session,
    station: StationFacts,
    offering: OfferingFacts,
    language: str,
    interval: tuple[datetime, datetime],
    except_event: int = 0,
) -> tuple[int, ...]:
    """Ids of the station's hosts who could give the offering then, those with least to do that day first."""
    start, end = interval
    first, last = start - _DAY, end + _DAY
    hosts = hosts_of(session, [station.id], first.date(), last.date())
    taken = taken_between(session, [host.id for host in hosts], first, last, except_event)
    timetable = Timetable(station, Span(minute_of(first), minute_of(last)), hosts, taken)
    minutes = minute_of(end) - minute_of(start)
    free = timetable.hosts_at(role_for(offering.kind), language, minute_of(start), minutes)
    return tuple(host.id for host in sorted(free, key=lambda host: (len(taken.get(host.id, ())), host.id)))


def host_engagements(
    session: Session, code: str, start: datetime, end: datetime, buffer_min: int
) -> list[tuple[datetime, datetime]]:
    """When the host of that code is in an event, pause included, around a stretch of time."""
    statement = (
        select(_ASSIGNMENT.starts_at, _ASSIGNMENT.busy_until)
        .join_from(Guide, Assignment, _ASSIGNMENT.guide_id == _GUIDE.id)
        .join(Event, Event.id == _ASSIGNMENT.event_id)
        .where(_GUIDE.code == code, _ASSIGNMENT.status == AssignmentStatus.ACTIVE)
        .where(_ASSIGNMENT.starts_at < end + timedelta(minutes=buffer_min), _ASSIGNMENT.busy_until > start)
    )
    return [(row.starts_at, row.busy_until) for row in session.execute(statement)]
