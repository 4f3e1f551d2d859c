"""Guides and speakers, when they work and when they are taken."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import BindParameter, Date, Row, Select, bindparam, cast, null, or_, select, true, union_all
from sqlalchemy import literal as constant
from sqlalchemy.orm import Session

from booking.catalogue.models import Station
from booking.catalogue.terms import OfferingFacts, StationFacts
from booking.db import table_of
from booking.scheduling.calendars import Calendar
from booking.scheduling.hosts import HostFacts, OtherHours, Taken, need_of
from booking.scheduling.load import Load
from booking.scheduling.minutes import DAY, Span, instant_of, minute_of, weeks_around
from booking.scheduling.models import (
    Assignment,
    Availability,
    AvailabilityException,
    BusyInterval,
    DayOff,
    Event,
    Guide,
    GuideLanguage,
    GuideStation,
)
from booking.scheduling.slots import Timetable
from booking.scheduling.terms import NO_LIMITS, AssignmentStatus, Limits, Skill

_GUIDE, _STATION, _EVENT = table_of(Guide).c, table_of(Station).c, table_of(Event).c
_LANGUAGE, _ELSEWHERE = table_of(GuideLanguage).c, table_of(GuideStation).c
_HOURS, _OTHER, _OFF = table_of(Availability).c, table_of(AvailabilityException).c, table_of(DayOff).c
_ASSIGNMENT, _BUSY = table_of(Assignment).c, table_of(BusyInterval).c
_LIMIT_COLUMNS = (
    _GUIDE.max_events_per_day,
    _GUIDE.max_events_per_week,
    _GUIDE.max_minutes_per_day,
    _GUIDE.max_minutes_per_week,
    _GUIDE.min_rest_min,
)
_GUIDE_COLUMNS = (
    _GUIDE.id,
    _GUIDE.code,
    _GUIDE.station_id,
    _GUIDE.role,
    _GUIDE.leads,
    _GUIDE.seniority,
    *_LIMIT_COLUMNS,
    _STATION.time_zone,
    _STATION.working_weekdays,
    _STATION.virtual_opens,
    _STATION.virtual_closes,
)

# Written once: to write a statement anew costs more than to run it.
_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_STATIONS: BindParameter[int] = bindparam("station_ids", expanding=True)
_NO_DAY = cast(null(), Date)
_ACTIVE: Select[tuple[object, ...]] = (
    select(*_GUIDE_COLUMNS)
    .join_from(table_of(Guide), table_of(Station), _STATION.id == _GUIDE.station_id)
    .where(_GUIDE.is_active.is_(True))
    .order_by(_GUIDE.id)
)
_OF_STATIONS = _ACTIVE.where(
    or_(
        _GUIDE.station_id.in_(_STATIONS),
        _GUIDE.id.in_(select(_ELSEWHERE.guide_id).where(_ELSEWHERE.station_id.in_(_STATIONS))),
    )
)
_OF_IDS = _ACTIVE.where(_GUIDE.id.in_(_IDS))
_ABILITIES = union_all(
    select(_LANGUAGE.guide_id, _LANGUAGE.language, constant(0).label("station_id"), true().label("on_site")).where(
        _LANGUAGE.guide_id.in_(_IDS)
    ),
    select(_ELSEWHERE.guide_id, constant(""), _ELSEWHERE.station_id, _ELSEWHERE.on_site).where(
        _ELSEWHERE.guide_id.in_(_IDS)
    ),
)
_TIMES = union_all(
    select(
        _HOURS.guide_id,
        _HOURS.weekday,
        _HOURS.opens,
        _HOURS.closes,
        _HOURS.is_preferred.label("flag"),
        _NO_DAY.label("first"),
        _NO_DAY.label("last"),
    ).where(_HOURS.guide_id.in_(_IDS)),
    select(_OTHER.guide_id, constant(0), _OTHER.opens, _OTHER.closes, _OTHER.works, _OTHER.on_day, _NO_DAY).where(
        _OTHER.guide_id.in_(_IDS), _OTHER.on_day.between(bindparam("first"), bindparam("last"))
    ),
    select(_OFF.guide_id, constant(0), constant(0), constant(0), true(), _OFF.starts_on, _OFF.ends_on).where(
        _OFF.guide_id.in_(_IDS), _OFF.starts_on <= bindparam("last"), _OFF.ends_on >= bindparam("first")
    ),
)
_ENGAGED = union_all(
    select(
        _ASSIGNMENT.guide_id,
        _ASSIGNMENT.starts_at,
        _ASSIGNMENT.busy_until.label("until"),
        _EVENT.ends_at,
        _EVENT.code,
    )
    .join_from(table_of(Assignment), table_of(Event), _EVENT.id == _ASSIGNMENT.event_id)
    .where(
        _ASSIGNMENT.guide_id.in_(_IDS),
        _ASSIGNMENT.status == AssignmentStatus.ACTIVE,
        _ASSIGNMENT.starts_at < bindparam("end"),
        _ASSIGNMENT.busy_until > bindparam("start"),
        _ASSIGNMENT.event_id.not_in(bindparam("given_up", expanding=True)),
    ),
    select(_BUSY.guide_id, _BUSY.starts_at, _BUSY.ends_at, _BUSY.ends_at, constant("")).where(
        _BUSY.guide_id.in_(_IDS), _BUSY.starts_at < bindparam("end"), _BUSY.ends_at > bindparam("start")
    ),
)


_LIMITS = (
    select(*_LIMIT_COLUMNS, _STATION.time_zone)
    .join_from(table_of(Guide), table_of(Station), _STATION.id == _GUIDE.station_id)
    .where(_GUIDE.id == bindparam("id"))
)


@dataclass
class _Parts:
    """What is read of a host beside the guide's own row."""

    languages: set[str] = field(default_factory=set)
    online_at: set[int] = field(default_factory=set)
    on_site_at: set[int] = field(default_factory=set)
    hours: list[tuple[int, int, int]] = field(default_factory=list)
    preferred: list[tuple[int, int, int]] = field(default_factory=list)
    other_hours: list[OtherHours] = field(default_factory=list)
    days_off: list[tuple[date, date]] = field(default_factory=list)


def hosts_of(session: Session, station_ids: Collection[int], first: date, last: date) -> list[HostFacts]:
    """The active hosts who give anything for the stations, in order of id; three statements.

    Days off and other hours are read between two local days.
    """
    return _hosts(session, session.execute(_OF_STATIONS, {"station_ids": list(station_ids)}).all(), first, last)


def hosts_with(session: Session, ids: Collection[int], first: date, last: date) -> list[HostFacts]:
    """The same for the active ones among some hosts."""
    return _hosts(session, session.execute(_OF_IDS, {"ids": list(ids)}).all(), first, last)


def _hosts(session: Session, guides: Sequence[Row[tuple[object, ...]]], first: date, last: date) -> list[HostFacts]:
    parts: dict[int, _Parts] = defaultdict(_Parts)
    ids = [row.id for row in guides]
    for row in session.execute(_ABILITIES, {"ids": ids}).all():
        _add_ability(parts[row.guide_id], row)
    for row in session.execute(_TIMES, {"ids": ids, "first": first, "last": last}).all():
        _add_time(parts[row.guide_id], row)
    return [_host(row, parts[row.id]) for row in guides]


def _add_ability(of_host: _Parts, row: Row[tuple[object, ...]]) -> None:
    if row.language:
        of_host.languages.add(row.language)
    else:
        (of_host.on_site_at if row.on_site else of_host.online_at).add(row.station_id)


def _add_time(of_host: _Parts, row: Row[tuple[object, ...]]) -> None:
    if row.first is None:
        stretch = (row.weekday, row.opens, row.closes)
        of_host.hours.append(stretch)
        if row.flag:
            of_host.preferred.append(stretch)
    elif row.last is None:
        of_host.other_hours.append(OtherHours(row.first, row.opens, row.closes, works=bool(row.flag)))
    else:
        of_host.days_off.append((row.first, row.last))


def _host(row: Row[tuple[object, ...]], parts: _Parts) -> HostFacts:
    station_hours = [(int(day), row.virtual_opens, row.virtual_closes) for day in row.working_weekdays]
    return HostFacts(
        id=row.id,
        station_id=row.station_id,
        role=row.role,
        languages=frozenset(parts.languages),
        zone=row.time_zone,
        hours=tuple(sorted(parts.hours or station_hours)),
        days_off=tuple(parts.days_off),
        other_hours=tuple(parts.other_hours),
        limits=Limits(*(getattr(row, column.key) for column in _LIMIT_COLUMNS)),
        leads=None if row.leads is None else frozenset(map(Skill, row.leads)),
        online_at=frozenset(parts.online_at),
        on_site_at=frozenset(parts.on_site_at),
        preferred=tuple(sorted(parts.preferred)),
        code=row.code,
        seniority=row.seniority,
    )


def taken_between(
    session: Session, ids: Collection[int], start: datetime, end: datetime, given_up: Collection[int] = ()
) -> Mapping[int, Sequence[Taken]]:
    """When those hosts are in an event (with its pause) or busy elsewhere between two instants; one statement.

    `given_up`: ids of events that keep nobody, because they are about to be moved or given to others.
    """
    values = {"ids": list(ids), "start": start, "end": end, "given_up": list(given_up)}
    found: dict[int, list[Taken]] = defaultdict(list)
    for host, start_at, until, ends_at, code in session.execute(_ENGAGED, values).all():
        last = minute_of(until)
        pause = last - minute_of(ends_at) if code else 0
        found[host].append(Taken(host, minute_of(start_at), last, bool(code), pause, code))
    return found


def limits_allow(session: Session, host_id: int, interval: tuple[datetime, datetime]) -> bool:
    """Whether the host's limits leave room for an event at these instants, whatever else stands against it."""
    row = session.execute(_LIMITS, {"id": host_id}).one()
    limits = Limits(*row[:-1])
    if limits == NO_LIMITS:
        return True
    start, end = map(minute_of, interval)
    span = Span(start - DAY, end + DAY)
    weeks = weeks_around(span)
    taken = taken_between(session, [host_id], instant_of(weeks.base), instant_of(weeks.end))
    load = Load(limits, Calendar(row.time_zone, span), taken.get(host_id, ()))
    return next(load.against(start, end), None) is None


def free_hosts(
    session: Session,
    station: StationFacts,
    offering: OfferingFacts,
    language: str,
    interval: tuple[datetime, datetime],
    except_event: int = 0,
) -> tuple[int, ...]:
    """Ids of the hosts who could give the station's offering then: its own first, of them those with least to do."""
    start, end = map(minute_of, interval)
    span = Span(start - DAY, end + DAY)
    weeks = weeks_around(span)
    first, last = instant_of(weeks.base), instant_of(weeks.end)
    hosts = hosts_of(session, [station.id], first.date(), last.date())
    taken = taken_between(session, [host.id for host in hosts], first, last, [except_event])
    free = Timetable(station, span, hosts, taken).hosts_at(need_of(offering, language), start, end - start)

    def order(host: HostFacts) -> tuple[bool, int, int]:
        near = sum(one.start < span.end and span.base < one.end for one in taken.get(host.id, ()))
        return host.station_id != station.id, near, host.id

    return tuple(host.id for host in sorted(free, key=order))


def host_engagements(
    session: Session, code: str, start: datetime, end: datetime, buffer_min: int
) -> list[tuple[datetime, datetime]]:
    """When the host of that code is in an event, pause included, around a stretch of time."""
    statement = (
        select(_ASSIGNMENT.starts_at, _ASSIGNMENT.busy_until)
        .join_from(Guide, Assignment, _ASSIGNMENT.guide_id == _GUIDE.id)
        .join(Event, _EVENT.id == _ASSIGNMENT.event_id)
        .where(_GUIDE.code == code, _ASSIGNMENT.status == AssignmentStatus.ACTIVE)
        .where(_ASSIGNMENT.starts_at < end + timedelta(minutes=buffer_min), _ASSIGNMENT.busy_until > start)
    )
    return [(row.starts_at, row.busy_until) for row in session.execute(statement)]
