"""Dated limits as the desk sees them: where they hold, what they say, and who is over them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.orm import Session

from booking.bookings.models import TAKING, Booking, Organisation
from booking.bookings.queries.limits import venue_of_event
from booking.catalogue.models import Offering, Station, Venue
from booking.catalogue.terms import Format
from booking.db import table_of
from booking.i18n import Translated
from booking.scheduling.models import CapacityLimit, Event
from booking.scheduling.queries.closures import LIMITED
from booking.scheduling.terms import EventStatus, LimitFacts, Measure, Per, Visibility

_EVENT, _BOOKING, _OFFERING = table_of(Event).c, table_of(Booking).c, table_of(Offering).c
_STATION, _VENUE, _LIMIT = table_of(Station).c, table_of(Venue).c, table_of(CapacityLimit).c
_GROUP = table_of(Organisation).c
UPCOMING = (EventStatus.OPEN, EventStatus.PLANNED, EventStatus.CLOSED)


@dataclass(frozen=True)
class LimitRow:
    """A limit with the names of its scope; an empty name means all."""

    facts: LimitFacts
    station: str
    """Code."""
    station_name: str
    venue: str
    venue_name: Translated | None
    offering: str
    offering_title: Translated | None
    reason: Translated
    made_by: str
    created_at: datetime
    ended_at: datetime | None
    version: int


def limit_rows(
    session: Session, stations: Collection[str] | None, first: date, *, ended: bool = False, code: str = ""
) -> list[LimitRow]:
    """The limits of these stations (codes; None: all) and of all stations, from a local day on; one statement.

    `ended`: those that are over or were taken back instead. `code`: this one, whatever its days.
    """
    statement = (
        select(
            *(_LIMIT[name].label(f"limit_{name}") for name in LIMITED),
            func.coalesce(_STATION.code, "").label("station"),
            func.coalesce(_STATION.name, "").label("station_name"),
            func.coalesce(_VENUE.code, "").label("venue"),
            _VENUE.name.label("venue_name"),
            func.coalesce(_OFFERING.code, "").label("offering"),
            _OFFERING.title.label("offering_title"),
            _LIMIT.made_by,
            _LIMIT.created_at,
            _LIMIT.ended_at,
            _LIMIT.version,
        )
        .join_from(CapacityLimit, Station, _STATION.id == _LIMIT.station_id, isouter=True)
        .outerjoin(Venue, _VENUE.id == _LIMIT.venue_id)
        .outerjoin(Offering, _OFFERING.id == _LIMIT.offering_id)
        .order_by(_LIMIT.starts_on, _LIMIT.id)
    )
    if stations is not None:
        statement = statement.where(or_(_LIMIT.station_id.is_(None), _STATION.code.in_(stations)))
    rows = session.execute(_narrowed(statement, first, code, ended=ended)).mappings()
    return [_row(row) for row in rows]


def _narrowed(statement: Select[Any], first: date, code: str, *, ended: bool) -> Select[Any]:
    if code:
        return statement.where(_LIMIT.code == code)
    to_come = or_(_LIMIT.ends_on.is_(None), _LIMIT.ends_on >= first)
    if ended:
        return statement.where(or_(_LIMIT.ended_at.is_not(None), ~to_come))
    return statement.where(_LIMIT.ended_at.is_(None), to_come)


def _row(row: Any) -> LimitRow:  # noqa: ANN401  a row of limit_rows
    facts = LimitFacts(**{name: row[f"limit_{name}"] for name in LIMITED})
    others = {name: row[name] for name in LimitRow.__dataclass_fields__ if name not in {"facts", "reason"}}
    return LimitRow(facts=facts, reason=row["limit_reason"], **others)


@dataclass(frozen=True)
class PlaceOf:
    """A venue, and the offerings that are given there (codes)."""

    code: str
    station: str
    name: Translated
    offerings: tuple[str, ...]


def venues_of(session: Session, stations: Collection[str] | None) -> list[PlaceOf]:
    """The venues of these stations (codes; None: all), by station and code; one statement."""
    statement = (
        select(_VENUE.code, _STATION.code.label("station"), _VENUE.name, _OFFERING.code.label("offering"))
        .join_from(Venue, Station, _STATION.id == _VENUE.station_id)
        .outerjoin(Offering, _OFFERING.venue_id == _VENUE.id)
        .order_by(_STATION.code, _VENUE.code, _OFFERING.code)
    )
    if stations is not None:
        statement = statement.where(_STATION.code.in_(stations))
    found: dict[tuple[str, str], tuple[Translated, list[str]]] = {}
    for row in session.execute(statement):
        kept = found.setdefault((row.station, row.code), (row.name, []))
        kept[1].extend([row.offering] if row.offering else [])
    return [PlaceOf(code, station, name, tuple(given)) for (station, code), (name, given) in found.items()]


def scope_of(limit: LimitFacts) -> list[ColumnElement[bool]]:
    """What the events in a limit's scope and days have, as conditions on their columns."""
    venue = venue_of_event()
    given: list[tuple[ColumnElement[Any], object]] = [
        (_EVENT.station_id, limit.station_id),
        (_EVENT.format, limit.format and Format(limit.format)),
        (_EVENT.offering_id, limit.offering_id),
        (venue, limit.venue_id),
    ]
    conditions = [column == value for column, value in given if value is not None]
    conditions.append(_EVENT.starts_on >= limit.starts_on)
    return [*conditions, _EVENT.starts_on <= limit.ends_on] if limit.ends_on else conditions


@dataclass(frozen=True)
class OverGroup:
    """A group where there are too many; `is_within`: it was there before the limit was reached."""

    reference: str
    organisation: str
    size: int
    is_within: bool


@dataclass(frozen=True)
class Over:
    """An event, or a day, with more than a limit allows. Nobody is sent away: the desk decides."""

    code: str
    """Of the event; empty for a day."""
    title: Translated | None
    day: date
    starts_local: str
    used: int
    allowed: int
    groups: tuple[OverGroup, ...]


@dataclass(frozen=True)
class Impact:
    """What a limit reaches: events to come and the people in them, and where they are too many."""

    events: int
    people: int
    over: tuple[Over, ...]


def impact(session: Session, limit: LimitFacts, now: datetime, stations: Collection[str] | None = None) -> Impact:
    """What a limit reaches, or would reach, by itself; two statements.

    Events and groups are named where they are of these stations (codes; None: all): a limit may be of all of them.
    """
    events = session.execute(_reached(limit, now)).all()
    groups = _groups(session, limit, now)
    over = _over_days(limit, events, groups) if limit.per is Per.DAY else _over_events(limit, events, groups)
    named = over if stations is None else _of_stations(over, groups, set(stations))
    return Impact(len(events), sum(event.taken for event in events), tuple(named))


def _of_stations(over: Iterable[Over], groups: Mapping[int, list[Row[Any]]], stations: set[str]) -> Iterable[Over]:
    own = {group.reference for those in groups.values() for group in those if group.station in stations}
    for one in over:
        told = tuple(group for group in one.groups if group.reference in own)
        if told:
            yield replace(one, groups=told)


def _reached(limit: LimitFacts, now: datetime) -> Select[Any]:
    return (
        select(
            _EVENT.id,
            _EVENT.code,
            func.coalesce(_EVENT.title, _OFFERING.title).label("title"),
            _EVENT.starts_on,
            _EVENT.starts_local,
            _EVENT.visibility,
            func.coalesce(_EVENT.own_capacity, _EVENT.capacity).label("own"),
            _EVENT.taken,
            _OFFERING.max_group,
        )
        .join_from(Event, Offering, _OFFERING.id == _EVENT.offering_id)
        .where(*scope_of(limit), _EVENT.starts_at > now, _EVENT.status.in_(UPCOMING))
        .order_by(_EVENT.starts_at, _EVENT.id)
    )


def _groups(session: Session, limit: LimitFacts, now: datetime) -> dict[int, list[Row[Any]]]:
    """By event, who has places, first come first."""
    statement = (
        select(
            *(_BOOKING.event_id, _BOOKING.reference, _GROUP.name, _STATION.code.label("station")),
            func.coalesce(_BOOKING.size, 0).label("size"),
        )
        .join_from(Booking, Event, _EVENT.id == _BOOKING.event_id)
        .join(Station, _STATION.id == _EVENT.station_id)
        .outerjoin(Organisation, _GROUP.id == _BOOKING.organisation_id)
        .where(*scope_of(limit), _EVENT.starts_at > now, _EVENT.status.in_(UPCOMING), _BOOKING.status.in_(TAKING))
        .order_by(_BOOKING.created_at, _BOOKING.id)
    )
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    rows: Sequence[Any] = session.execute(statement).all()
    for row in rows:
        found[row.event_id].append(row)
    return found


def _over_events(limit: LimitFacts, events: Sequence[Row[Any]], groups: dict[int, list[Row[Any]]]) -> Iterable[Over]:
    for event in events:
        own = event.own if event.visibility == Visibility.OPEN else event.max_group or event.own
        allowed, mine = limit.allowed(own), groups[event.id]
        used = event.taken if limit.measure is Measure.PEOPLE else len(mine)
        if allowed is not None and used > allowed:
            told = _told(mine, limit.measure, allowed)
            yield Over(event.code, event.title, event.starts_on, event.starts_local, used, allowed, told)


def _over_days(limit: LimitFacts, events: Sequence[Row[Any]], groups: dict[int, list[Row[Any]]]) -> Iterable[Over]:
    days: dict[date, list[Row[Any]]] = defaultdict(list)
    for event in events:
        days[event.starts_on].append(event)
    for day, those in sorted(days.items()):
        mine = [group for event in those for group in groups[event.id]]
        counts = {Measure.EVENTS: len(those), Measure.GROUPS: len(mine), Measure.PEOPLE: sum(e.taken for e in those)}
        used, allowed = counts[limit.measure], limit.most or 0
        if used > allowed:
            yield Over("", None, day, "", used, allowed, _told(mine, limit.measure, allowed))


def _told(groups: Sequence[Row[Any]], measure: Measure, allowed: int) -> tuple[OverGroup, ...]:
    """Who came first is within the limit as long as it holds; of events nobody in particular is over."""
    told, left = [], allowed
    for group in groups:
        costs = {Measure.PEOPLE: group.size, Measure.GROUPS: 1, Measure.EVENTS: 0}[measure]
        is_within = costs <= left
        left -= costs if is_within else 0
        told.append(OverGroup(group.reference, group.name or "", group.size, is_within))
    return tuple(told)
