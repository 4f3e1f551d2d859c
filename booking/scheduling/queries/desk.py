"""The calendar as a desk sees it: events of any status with who gives them, and the series that they belong to."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select, tuple_
from sqlalchemy.orm import Session

from booking.catalogue.models import Offering, Station
from booking.catalogue.terms import Format, Kind
from booking.db import table_of
from booking.i18n import Translated
from booking.scheduling.models import Assignment, Event, Guide, GuideStation, Series, gives
from booking.scheduling.terms import EventStatus, HostRole, Visibility

_EVENT, _SERIES, _GUIDE = table_of(Event).c, table_of(Series).c, table_of(Guide).c
_STATION, _OFFERING, _ASSIGNMENT = table_of(Station).c, table_of(Offering).c, table_of(Assignment).c
_ELSEWHERE = table_of(GuideStation).c
UPCOMING = (EventStatus.OPEN, EventStatus.PLANNED, EventStatus.CLOSED)


@dataclass(frozen=True)
class NamedGuide:
    """A guide or speaker as a desk names one."""

    id: int
    code: str
    name: str
    role: HostRole

    @property
    def shown(self) -> str:
        """The name, or the code of somebody who has none."""
        return self.name or self.code


@dataclass(frozen=True)
class DeskEvent:
    """An event with all that a desk may change of it. `starts_local` and `occurrence` are on the station's clocks."""

    id: int
    code: str
    station: str
    station_id: int
    time_zone: str
    offering: str
    offering_title: Translated
    series: str
    series_id: int | None
    kind: Kind
    format: Format
    theme: str
    language: str
    starts_at: datetime
    ends_at: datetime
    starts_local: datetime
    occurrence_on: date | None
    capacity: int
    taken: int
    status: EventStatus
    status_reason: str
    visibility: Visibility
    version: int
    title: Translated | None
    guides: tuple[NamedGuide, ...] = ()

    @property
    def shown_title(self) -> Translated:
        """Its own title, or the offering's."""
        return self.title or self.offering_title

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return int((self.ends_at - self.starts_at).total_seconds()) // 60

    def is_to_come(self, now: datetime) -> bool:
        """Whether it may still be changed: not begun, held or cancelled."""
        return self.status in UPCOMING and self.starts_at > now


@dataclass(frozen=True)
class DeskSeries:
    """A series, and how many of its events are still to come."""

    id: int
    code: str
    title: Translated
    partner: str
    pattern: dict[str, Any] | None
    station: str
    time_zone: str
    events: int
    to_come: int
    first_at: datetime
    last_at: datetime


def _select() -> Select[Any]:
    columns = (
        *(_EVENT[name] for name in ("id", "code", "station_id", "series_id", "time_zone", "kind", "format", "theme")),
        *(_EVENT[name] for name in ("language", "starts_at", "ends_at", "starts_local", "occurrence_on", "capacity")),
        *(_EVENT[name] for name in ("taken", "status", "status_reason", "visibility", "version", "title")),
        _STATION.code.label("station"),
        _OFFERING.code.label("offering"),
        _OFFERING.title.label("offering_title"),
        func.coalesce(_SERIES.code, "").label("series"),
    )
    return (
        select(*columns)
        .join_from(Event, Station, _STATION.id == _EVENT.station_id)
        .join(Offering, _OFFERING.id == _EVENT.offering_id)
        .outerjoin(Series, _SERIES.id == _EVENT.series_id)
    )


def desk_event(session: Session, code: str) -> DeskEvent | None:
    """The event of that code, None where there is none."""
    found = _facts(session, session.execute(_select().where(_EVENT.code == code)).all())
    return found[0] if found else None


def events_of_series(session: Session, series_id: int) -> list[DeskEvent]:
    """All events of a series, soonest first."""
    statement = _select().where(_EVENT.series_id == series_id).order_by(_EVENT.starts_at, _EVENT.id)
    return _facts(session, session.execute(statement).all())


def events_by_id(session: Session, ids: Collection[int]) -> list[DeskEvent]:
    """These events, soonest first."""
    statement = _select().where(_EVENT.id.in_(ids)).order_by(_EVENT.starts_at, _EVENT.id)
    return _facts(session, session.execute(statement).all())


def events_on(
    session: Session,
    stations: Collection[str] | None,
    days: tuple[date, date],
    most: int,
    after: str = "",
    which: Sequence[ColumnElement[bool]] = (),
) -> list[DeskEvent]:
    """The events of these stations (None: of all) on local days, both included, soonest first.

    `after`: the code of the last one of the page before; `which`: more conditions on `event`.
    """
    statement = _select().where(_EVENT.starts_on >= days[0], _EVENT.starts_on <= days[1], *which)
    if stations is not None:
        statement = statement.where(_STATION.code.in_(stations))
    if after:
        last = select(_EVENT.starts_at, _EVENT.id).where(_EVENT.code == after)
        place = session.execute(last).first()
        if place is None:
            return []
        statement = statement.where(tuple_(_EVENT.starts_at, _EVENT.id) > (place.starts_at, place.id))
    return _facts(session, session.execute(statement.order_by(_EVENT.starts_at, _EVENT.id).limit(most)).all())


def _facts(session: Session, rows: Sequence[Row[Any]]) -> list[DeskEvent]:
    """The rows with their guides, in one more statement."""
    guides = guides_of(session, [row.id for row in rows])
    return [_event(row, guides[row.id]) for row in rows]


def _event(row: Row[Any], guides: Iterable[NamedGuide]) -> DeskEvent:
    values = dict(row._mapping)  # noqa: SLF001  SQLAlchemy's public name
    local = datetime.fromisoformat(values.pop("starts_local"))
    return DeskEvent(**values, starts_local=local, guides=tuple(guides))


def guides_of(session: Session, ids: Collection[int]) -> dict[int, list[NamedGuide]]:
    """Who gives these events, by the event's id; nobody for those that nobody gives."""
    found: dict[int, list[NamedGuide]] = defaultdict(list)
    if not ids:
        return found
    statement = (
        select(_ASSIGNMENT.event_id, _GUIDE.id, _GUIDE.code, _GUIDE.name, _GUIDE.role)
        .join_from(Assignment, Guide, _GUIDE.id == _ASSIGNMENT.guide_id)
        .where(_ASSIGNMENT.event_id.in_(ids), *gives())
        .order_by(_ASSIGNMENT.event_id, _GUIDE.id)
    )
    for event_id, *guide in session.execute(statement):
        found[event_id].append(NamedGuide(*guide))
    return found


def etag_of(event: DeskEvent) -> str:
    """A short name of the state that a desk may change: bookings come and go without changing it."""
    state = (event.version, event.status, event.visibility, event.capacity, event.title, event.language)
    guides = [guide.code for guide in event.guides]
    return hashlib.sha256(repr((*state, event.starts_at, guides)).encode()).hexdigest()[:16]


def guides_for(session: Session, station_ids: Collection[int]) -> list[NamedGuide]:
    """The active guides and speakers who work for these stations, at home or as guests, by name."""
    guests = select(_ELSEWHERE.guide_id).where(_ELSEWHERE.station_id.in_(station_ids))
    statement = (
        select(_GUIDE.id, _GUIDE.code, _GUIDE.name, _GUIDE.role)
        .where(_GUIDE.is_active.is_(True), _GUIDE.station_id.in_(station_ids) | _GUIDE.id.in_(guests))
        .order_by(_GUIDE.name, _GUIDE.code)
    )
    return [NamedGuide(*row) for row in session.execute(statement)]


def series_of(session: Session, stations: Collection[str] | None, now: datetime, code: str = "") -> list[DeskSeries]:
    """The series with events of these stations (None: of all), those that end last first; only `code` if given.

    A series whose events are of several stations is told once for each.
    """
    to_come = func.count(_EVENT.id).filter(_EVENT.starts_at > now, _EVENT.status.in_(UPCOMING))
    columns = (_SERIES.id, _SERIES.code, _SERIES.title, _SERIES.partner, _SERIES.pattern)
    last = func.max(_EVENT.starts_at)
    statement = (
        select(
            *(_SERIES.id, _STATION.code, _STATION.time_zone),
            *(func.count(_EVENT.id), to_come, func.min(_EVENT.starts_at), last),
        )
        .join_from(Series, Event, _EVENT.series_id == _SERIES.id)
        .join(Station, _STATION.id == _EVENT.station_id)
        .group_by(_SERIES.id, _STATION.code, _STATION.time_zone)
        .order_by(last.desc(), _SERIES.id)
    )
    if stations is not None:
        statement = statement.where(_STATION.code.in_(stations))
    if code:
        statement = statement.where(_SERIES.code == code)
    counted = session.execute(statement).all()
    rows = select(*columns).where(_SERIES.id.in_([row[0] for row in counted]))
    named = {row.id: row for row in session.execute(rows)}
    return [DeskSeries(*named[series_id], *numbers) for series_id, *numbers in counted]
