"""Put events on the calendar and change many at once, hosts along: the desk's own planning.

Rooms, offers and mails to guides follow by `in_step`, which the caller calls last. These are steps of a caller's
transaction. Locks in everybody's order: the station, a series, hosts by id, events by id.
"""

import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking import zones
from booking.catalogue.models import Station
from booking.catalogue.terms import OfferingFacts, StationFacts
from booking.db import table_of
from booking.i18n import Translated
from booking.scheduling.models import Assignment, Event, Guide, co_hosts, gives
from booking.scheduling.services.assign import HostsChanged
from booking.scheduling.terms import AssignmentStatus, EventStatus, HostTaken, Visibility

_EVENT, _GUIDE, _ASSIGNMENT = table_of(Event), table_of(Guide), table_of(Assignment)
_STATION = table_of(Station)
_ACTIVE, _CANCELLED = AssignmentStatus.ACTIVE, AssignmentStatus.CANCELLED


@dataclass(frozen=True)
class Planned:
    """An event to put on the calendar. Everything about it is decided; its length is the offering's."""

    station: StationFacts
    offering: OfferingFacts
    language: str
    starts_at: datetime
    capacity: int
    title: str = ""
    partner: str = ""
    visibility: Visibility = Visibility.OPEN
    series_id: int | None = None
    occurrence_on: date | None = None
    code: str = ""

    @property
    def ends_at(self) -> datetime:
        """When it is over."""
        return self.starts_at + timedelta(minutes=self.offering.duration_min)


@dataclass(frozen=True)
class Busy:
    """A time for which somebody is needed: an event's, or a new one for it. The pause is in `until`."""

    event_id: int
    starts_at: datetime
    until: datetime


def hold_for_planning(session: Session, station_id: int) -> None:
    """The station's row for writing: closures, open slots and other desks come before us and are seen, or after us."""
    statement = select(_STATION.c.id).where(_STATION.c.id == station_id).with_for_update(key_share=True)
    session.execute(statement).one()


def write_events(session: Session, planned: Sequence[Planned]) -> dict[str, int]:
    """Write them; the ids by code, in the order given."""
    rows = [_row(one) for one in planned]
    if not rows:
        return {}
    made = session.execute(insert(_EVENT).returning(_EVENT.c.code, _EVENT.c.id), rows)
    ids = {row.code: row.id for row in made}
    return {str(row["code"]): ids[row["code"]] for row in rows}


def new_event_code(station: StationFacts, starts_at: datetime) -> str:
    """A code nobody has: station, local day, and six random digits."""
    return f"{station.code}-{zones.to_local(starts_at, station.time_zone):%y%m%d}-{secrets.token_hex(3).upper()}"


def _row(planned: Planned) -> dict[str, object]:
    station, offering = planned.station, planned.offering
    return {
        "code": planned.code or new_event_code(station, planned.starts_at),
        "station_id": station.id,
        "offering_id": offering.id,
        "series_id": planned.series_id,
        "unit": offering.unit,
        "title": Translated(planned.title) if planned.title else None,
        "format": offering.format,
        "kind": offering.kind,
        "theme": offering.theme,
        "audience": offering.audience,
        "language": planned.language,
        "ends_at": planned.ends_at,
        "time_zone": station.time_zone,
        **new_time(planned.starts_at, station.time_zone),
        "capacity": planned.capacity,
        "status": EventStatus.OPEN,
        "visibility": planned.visibility,
        "partner": planned.partner,
        "occurrence_on": planned.occurrence_on,
    }


def new_time(starts_at: datetime, zone: str) -> dict[str, object]:
    """The columns that say when an event starts."""
    local = zones.to_local(starts_at, zone)
    return {"starts_at": starts_at, "starts_local": f"{local:%Y-%m-%dT%H:%M}", "starts_on": local.date()}


def lock_with_hosts(session: Session, event_ids: Collection[int], guides: Iterable[int] = ()) -> None:
    """Lock all hosts of the events and these guides, by id, then the events, by id. Raises HostsChanged."""
    hosts = {*_hosts_of(session, event_ids), *guides}
    wanted = select(_GUIDE.c.id).where(_GUIDE.c.id.in_(hosts)).order_by(_GUIDE.c.id)
    session.execute(wanted.with_for_update(key_share=True)).all()
    events = select(_EVENT.c.id).where(_EVENT.c.id.in_(event_ids)).order_by(_EVENT.c.id)
    session.execute(events.with_for_update(key_share=True)).all()
    if not hosts.issuperset(_hosts_of(session, event_ids)):
        raise HostsChanged(len(hosts))


def _hosts_of(session: Session, event_ids: Collection[int]) -> set[int]:
    statement = select(_ASSIGNMENT.c.guide_id).where(*_given(event_ids))
    return set(session.execute(statement).scalars())


def _given(event_ids: Collection[int]) -> tuple[ColumnElement[bool], ...]:
    return _ASSIGNMENT.c.event_id.in_(event_ids), _ASSIGNMENT.c.status == _ACTIVE


def clashes(session: Session, times: Iterable[Busy]) -> dict[int, list[int]]:
    """By event, those of its hosts who are in another event at its new time; the events given are no others."""
    return _clashes(session, times, gives())


def _clashes(session: Session, times: Iterable[Busy], which: tuple[ColumnElement[bool], ...]) -> dict[int, list[int]]:
    wanted = {one.event_id: one for one in times}
    mine: dict[int, list[int]] = defaultdict(list)
    theirs = select(_ASSIGNMENT.c.event_id, _ASSIGNMENT.c.guide_id)
    for row in session.execute(theirs.where(_ASSIGNMENT.c.event_id.in_(wanted), *which)):
        mine[row.guide_id].append(row.event_id)
    others = _elsewhere(session, mine, wanted.values())
    found: dict[int, list[int]] = defaultdict(list)
    for guide, events in mine.items():
        for event in events:
            if any(start < wanted[event].until and wanted[event].starts_at < until for start, until in others[guide]):
                found[event].append(guide)
    return dict(found)


def _elsewhere(
    session: Session, guides: Collection[int], times: Collection[Busy]
) -> dict[int, list[tuple[datetime, datetime]]]:
    """When the guides are in events that are none of those."""
    found: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    if not guides or not times:
        return found
    statement = select(_ASSIGNMENT.c.guide_id, _ASSIGNMENT.c.starts_at, _ASSIGNMENT.c.busy_until).where(
        _ASSIGNMENT.c.guide_id.in_(guides),
        _ASSIGNMENT.c.status == _ACTIVE,
        _ASSIGNMENT.c.event_id.not_in([one.event_id for one in times]),
        _ASSIGNMENT.c.starts_at < max(one.until for one in times),
        _ASSIGNMENT.c.busy_until > min(one.starts_at for one in times),
    )
    for guide, start, until in session.execute(statement):
        found[guide].append((start, until))
    return found


def move_hosts(session: Session, times: Iterable[Busy]) -> None:
    """Hosts go along to the new times. Raises HostTaken where the database refuses an overlap.

    All are let go of first: two events of one guide may change places. Who came along for a partner station and is
    elsewhere then comes along no more.
    """
    wanted = {one.event_id: one for one in times}
    busy = _clashes(session, wanted.values(), co_hosts())
    take_off(session, [(event, guide) for event, guides in busy.items() for guide in guides])
    held = select(_ASSIGNMENT.c.id, _ASSIGNMENT.c.event_id).where(*_given(wanted))
    rows = [
        {"row": row.id, "start": wanted[row.event_id].starts_at, "end": wanted[row.event_id].until}
        for row in session.execute(held)
    ]
    if not rows:
        return
    mine = _ASSIGNMENT.c.id.in_([row["row"] for row in rows])
    session.execute(update(_ASSIGNMENT).where(mine).values(status=_CANCELLED))
    values = {"starts_at": bindparam("start"), "busy_until": bindparam("end"), "status": _ACTIVE}
    again = update(_ASSIGNMENT).where(_ASSIGNMENT.c.id == bindparam("row")).values(values)
    try:
        session.connection().execute(again, rows)
    except IntegrityError as error:
        raise HostTaken from error


def givers_of_events(session: Session, event_ids: Collection[int]) -> set[tuple[int, int]]:
    """Who gives these events: pairs of event and guide."""
    statement = select(_ASSIGNMENT.c.event_id, _ASSIGNMENT.c.guide_id)
    statement = statement.where(_ASSIGNMENT.c.event_id.in_(event_ids), *gives())
    return {(row.event_id, row.guide_id) for row in session.execute(statement)}


def take_off(session: Session, pairs: Collection[tuple[int, int]]) -> None:
    """Take guides off events."""
    given = tuple_(_ASSIGNMENT.c.event_id, _ASSIGNMENT.c.guide_id).in_(pairs)
    session.execute(update(_ASSIGNMENT).where(given, _ASSIGNMENT.c.status == _ACTIVE).values(status=_CANCELLED))


def put_on(session: Session, guide_id: int, times: Iterable[Busy]) -> None:
    """Give these events to a guide whose row is locked. Raises HostTaken where the database refuses an overlap."""
    rows = [
        {
            "event_id": one.event_id,
            "guide_id": guide_id,
            "starts_at": one.starts_at,
            "busy_until": one.until,
            "status": _ACTIVE,
        }
        for one in times
    ]
    if not rows:
        return
    try:
        session.execute(insert(_ASSIGNMENT), rows)
    except IntegrityError as error:
        raise HostTaken(guide_id) from error
