"""What a closure would hit, and what could take its groups: a fixed number of statements, whatever the numbers."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, RowMapping, Text, func, or_, select, type_coerce
from sqlalchemy.orm import Session

from booking.bookings.models import Booking, Organisation
from booking.bookings.terms import SWEPT
from booking.catalogue.models import Offering
from booking.catalogue.queries import OFFERING, offering_facts
from booking.catalogue.terms import OfferingFacts
from booking.db import core, table_of
from booking.i18n import Translated
from booking.scheduling.models import Assignment, Closure, Event, Guide
from booking.scheduling.queries.desk import UPCOMING
from booking.scheduling.queries.events import EVENT, event_facts
from booking.scheduling.terms import AssignmentStatus, EventFacts, EventStatus, Visibility

_EVENT, _BOOKING, _OFFERING = table_of(Event).c, table_of(Booking).c, table_of(Offering).c
_ASSIGNMENT, _CLOSURE, _GROUP = table_of(Assignment).c, table_of(Closure).c, table_of(Organisation).c
_GUIDE = table_of(Guide).c
Days = tuple[date, date | None]
"""First and last local day, both included; None: no end."""


@dataclass(frozen=True)
class InRange:
    """An event inside the days of a closure. `starts_on` is the station's local day."""

    event: EventFacts
    offering: OfferingFacts
    title: Translated
    starts_on: date


def in_days(column: ColumnElement[date], days: Iterable[Days]) -> ColumnElement[bool]:
    """Whether a day lies in one of the ranges."""
    return or_(*(column >= first if last is None else column.between(first, last) for first, last in days))


def to_come(station_id: int, days: Iterable[Days], now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The station's events on those days that are still to come."""
    mine = (_EVENT.station_id == station_id, _EVENT.starts_at > now, _EVENT.status.in_(UPCOMING))
    return *mine, in_days(_EVENT.starts_on, days)


def events_in(
    session: Session, station_id: int, days: Sequence[Days], formats: Collection[str], now: datetime
) -> list[InRange]:
    """The events of these formats on those days, soonest first."""
    columns = (*EVENT, *OFFERING, _EVENT.title, _EVENT.starts_on)
    joined = select(*columns).join_from(Event, Offering, _OFFERING.id == _EVENT.offering_id)
    mine = joined.where(*to_come(station_id, days, now), _EVENT.format.in_(sorted(formats)))
    offerings: dict[int, OfferingFacts] = {}
    found = []
    for row in session.execute(mine.order_by(_EVENT.starts_at, _EVENT.id)).mappings():
        offering = offerings.get(row["offering_id"]) or offering_facts(row)
        offerings[offering.id] = offering
        title = row["title"] or Translated(offering.titles)
        found.append(InRange(event_facts(row), offering, title, row["starts_on"]))
    return found


def untouched(
    session: Session, station_id: int, days: Sequence[Days], formats: Collection[str], now: datetime
) -> dict[str, int]:
    """How many events of all other formats are on those days, by format."""
    counted = select(_EVENT.format, func.count()).where(*to_come(station_id, days, now))
    others = counted.where(_EVENT.format.not_in(sorted(formats))).group_by(_EVENT.format)
    return {str(row[0]): row[1] for row in session.execute(others)}


def fingerprint(session: Session, station_id: int, days: Sequence[Days], now: datetime) -> str:
    """A short name of all that a declaration rests on: events, bookings, guides and closures; four statements."""
    mine = to_come(station_id, days, now)
    events = select(_EVENT.id, _EVENT.version, type_coerce(_EVENT.status, Text), _EVENT.capacity, _EVENT.taken).where(
        *mine
    )
    bookings = (
        select(_BOOKING.id, _BOOKING.event_id, _BOOKING.version, type_coerce(_BOOKING.status, Text))
        .join_from(Booking, Event, _EVENT.id == _BOOKING.event_id)
        .where(*mine, _BOOKING.status.in_(sorted(SWEPT)))
    )
    guides = (
        select(_ASSIGNMENT.id, _ASSIGNMENT.event_id, _ASSIGNMENT.guide_id)
        .join_from(Assignment, Event, _EVENT.id == _ASSIGNMENT.event_id)
        .where(*mine, _ASSIGNMENT.status == AssignmentStatus.ACTIVE)
    )
    closures = select(_CLOSURE.id, _CLOSURE.starts_on, _CLOSURE.ends_on).where(
        _CLOSURE.station_id == station_id, _CLOSURE.lifted_at.is_(None)
    )
    digest = hashlib.sha256()
    for statement in (events, bookings, guides, closures):
        first = next(iter(statement.selected_columns))
        rows = core(session).execute(statement.order_by(first)).all()
        digest.update(repr([tuple(row) for row in rows]).encode())
    return digest.hexdigest()


def engaged(session: Session, guide_ids: Collection[int], start: datetime, end: datetime) -> list[Row[Any]]:
    """What these guides have between two instants: whoever is asked for must still be free under the locks."""
    statement = select(_ASSIGNMENT.id, _ASSIGNMENT.guide_id, _ASSIGNMENT.starts_at, _ASSIGNMENT.busy_until).where(
        _ASSIGNMENT.guide_id.in_(guide_ids),
        _ASSIGNMENT.status == AssignmentStatus.ACTIVE,
        _ASSIGNMENT.starts_at < end,
        _ASSIGNMENT.busy_until > start,
    )
    return list(session.execute(statement.order_by(_ASSIGNMENT.id)))


def targets(
    session: Session, offering_ids: Collection[int], after: date, before: date
) -> dict[tuple[int, str], list[EventFacts]]:
    """Open events with places on later days, by offering and language, soonest first; nobody waits for them."""
    waits = select(_BOOKING.id).where(_BOOKING.event_id == _EVENT.id, _BOOKING.waiting_since.is_not(None)).exists()
    statement = select(*EVENT, _EVENT.offering_id).where(
        _EVENT.offering_id.in_(offering_ids),
        _EVENT.starts_on > after,
        _EVENT.starts_on <= before,
        _EVENT.status == EventStatus.OPEN,
        _EVENT.visibility == Visibility.OPEN,
        _EVENT.taken < _EVENT.capacity,
        ~waits,
    )
    found: dict[tuple[int, str], list[EventFacts]] = defaultdict(list)
    for row in session.execute(statement.order_by(_EVENT.starts_at, _EVENT.id)).mappings():
        event = event_facts(row)
        found[row["offering_id"], event.language].append(event)
    return found


def groups_in(session: Session, event_ids: Collection[int]) -> dict[int, set[tuple[str, str, str]]]:
    """Who has booked in these events, by the event's id: name, country and label of each group (DUP-01)."""
    statement = (
        select(_BOOKING.event_id, _GROUP.name, _GROUP.country, _BOOKING.group_label)
        .join_from(Booking, Organisation, _GROUP.id == _BOOKING.organisation_id)
        .where(_BOOKING.event_id.in_(event_ids), _BOOKING.status.in_(sorted(SWEPT)))
    )
    found: dict[int, set[tuple[str, str, str]]] = defaultdict(set)
    for event_id, *who in session.execute(statement):
        found[event_id].add((who[0], who[1], who[2]))
    return found


@dataclass(frozen=True)
class Before:
    """An event as a declaration finds it: what undo restores, and what the event that takes its groups copies."""

    version: int
    title: Translated | None
    copied: dict[str, Any]
    kept: dict[str, Any]
    """JSON values."""
    assignments: dict[int, int]
    """Active ones of those who give it: their ids by guide."""


_COPIED = ("unit", "theme", "partner", "series_id", "guide_note", "visibility")
_KEPT = ("capacity", "taken", "status_reason", "version")


def before_closing(session: Session, event_ids: Collection[int]) -> dict[int, Before]:
    """The events as they are, by id; two statements."""
    given: dict[int, list[Any]] = defaultdict(list)
    times = (_ASSIGNMENT.starts_at, _ASSIGNMENT.busy_until)
    columns = (_ASSIGNMENT.id, _ASSIGNMENT.event_id, _ASSIGNMENT.guide_id, *times, _ASSIGNMENT.is_co_host)
    joined = select(*columns, _GUIDE.station_id).join_from(Assignment, Guide, _GUIDE.id == _ASSIGNMENT.guide_id)
    active = (_ASSIGNMENT.event_id.in_(event_ids), _ASSIGNMENT.status == AssignmentStatus.ACTIVE)
    for row in session.execute(joined.where(*active).order_by(_ASSIGNMENT.id)):
        given[row.event_id].append(row)
    names = dict.fromkeys((*_COPIED, *_KEPT))
    statement = select(_EVENT.id, _EVENT.title, _EVENT.status, *(_EVENT[name] for name in names))
    rows = session.execute(statement.where(_EVENT.id.in_(event_ids))).mappings()
    return {row["id"]: _before(row, given[row["id"]]) for row in rows}


def _before(row: RowMapping, assignments: Sequence[Any]) -> Before:
    guides = [
        {
            "assignment": one.id,
            "guide": one.guide_id,
            "starts_at": one.starts_at.isoformat(),
            "until": one.busy_until.isoformat(),
        }
        for one in assignments
        if not one.is_co_host
    ]
    along = [
        {"assignment": one.id, "guide": one.guide_id, "station": one.station_id}
        for one in assignments
        if one.is_co_host
    ]
    own = {name: row[name] for name in _KEPT}
    kept = {**own, "status": row["status"].value, "guides": guides, "co_hosts": along}
    copied = {name: row[name] for name in _COPIED}
    given = {one.guide_id: one.id for one in assignments if not one.is_co_host}
    return Before(row["version"], row["title"], copied, kept, given)
