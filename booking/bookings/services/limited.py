"""Limits under the locks: places of events follow what limits allow, and what limits count is counted once more."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, bindparam, select, update
from sqlalchemy.orm import Session

from booking.bookings.models import IS_WAITING, Booking
from booking.bookings.queries.limits import held_limits, uses_between
from booking.bookings.rules import Situation, within_limits
from booking.bookings.rules.limits import counted_limits, used_of
from booking.bookings.services.waiting import offer_places
from booking.bookings.services.writing import Stale
from booking.catalogue.models import Offering, Station
from booking.catalogue.queries import OFFERING, STATION, offering_facts, station_facts
from booking.db import table_of
from booking.scheduling.models import Event
from booking.scheduling.queries.closures import dated_of
from booking.scheduling.queries.events import EVENT, event_facts
from booking.scheduling.terms import EventFacts, EventStatus, Measure

_EVENT, _BOOKING = table_of(Event), table_of(Booking)
_OFFERING, _STATION = table_of(Offering).c, table_of(Station).c
UPCOMING = (EventStatus.OPEN, EventStatus.PLANNED, EventStatus.CLOSED)
NEW_GROUP = frozenset({Measure.PEOPLE, Measure.GROUPS})
MORE_PEOPLE = frozenset({Measure.PEOPLE})
NEW_EVENT = frozenset(Measure)


@dataclass(frozen=True)
class Fitted:
    """An event as it was, its station's code, and how many places it has now."""

    event: EventFacts
    station: str
    capacity: int


def keep_limits(session: Session, found: Situation, event_id: int, adds: frozenset[Measure] = NEW_GROUP) -> None:
    """Count once more what was written, under the locks of the limits that count it; Stale where it is too much.

    `adds`: what there is more of by now; an event made for it is one more too. Asks nothing where no limit counts it.
    """
    more = adds | {Measure.EVENTS} if found.event is None else adds
    counted = [one for one in counted_limits(found) if one.measure in more]
    if not counted or found.day is None:
        return
    held = held_limits(session, [one.id for one in counted])
    uses = uses_between(session, held, (found.day, found.day)) if held else ()
    if any(one.most is not None and used_of(one, uses, found.day, event_id) > one.most for one in held):
        raise Stale


def fit_to_limits(
    session: Session, now: datetime, which: Iterable[ColumnElement[bool]], actor: str = "worker"
) -> list[Fitted]:
    """Give events to come the places that closures' distancing and dated limits allow, never fewer than are taken.

    `which`: conditions on the columns of events. What an event had before is kept beside it, and comes back when the
    limit goes; places that come free so are offered to the line. Six statements at most, and those of the offers.
    The caller's transaction holds the stations.
    """
    events = _upcoming(session, now, which)
    dated = dated_of(session, {one.station for one in events}, now) if events else {}
    rows: list[dict[str, object]] = []
    fitted: list[Fitted] = []
    for found in events:
        event = found.event
        assert event is not None  # noqa: S101  each is about one
        known = dated[found.station.id]
        there = replace(found, closures=known.closures, limits=known.limits)
        allowed = within_limits(there, event.own_places, now)
        lowered = max(allowed, event.taken)
        own = event.own_places if allowed < event.own_places else None
        if (lowered, own) != (event.capacity, event.own_capacity):
            rows.append({"row": event.id, "places": lowered, "own": own})
            fitted.append(Fitted(event, found.station.code, lowered))
    if rows:
        session.connection().execute(_FIT, rows)
        _offer(session, [one.event.id for one in fitted], now, actor)
    return fitted


_FIT = (
    update(_EVENT)
    .where(_EVENT.c.id == bindparam("row"))
    .values(capacity=bindparam("places"), own_capacity=bindparam("own"))
)


def _upcoming(session: Session, now: datetime, which: Iterable[ColumnElement[bool]]) -> list[Situation]:
    """The events, locked by id: bookings under way come before us and are counted, or after us and see the places."""
    conditions = (*which, _EVENT.c.starts_at > now, _EVENT.c.status.in_(UPCOMING))
    ids = select(_EVENT.c.id).where(*conditions).order_by(_EVENT.c.id)
    if not session.execute(ids.with_for_update(key_share=True)).all():
        return []
    statement = (
        select(*EVENT, *OFFERING, *STATION)
        .join_from(_EVENT, table_of(Offering), _OFFERING.id == _EVENT.c.offering_id)
        .join(table_of(Station), _STATION.id == _EVENT.c.station_id)
        .where(*conditions)
        .order_by(_EVENT.c.id)
    )
    return [_at_its_time(row) for row in session.execute(statement).mappings()]


def _at_its_time(row: RowMapping) -> Situation:
    event = event_facts(row)
    return Situation(station_facts(row), offering_facts(row), event=event, starts_at=event.starts_at)


def _offer(session: Session, ids: Collection[int], now: datetime, actor: str) -> None:
    waited = select(_BOOKING.c.event_id).where(_BOOKING.c.event_id.in_(ids), _BOOKING.c.status == IS_WAITING)
    for event_id in session.execute(waited.distinct().order_by(_BOOKING.c.event_id)).scalars().all():
        offer_places(session, event_id, now, actor=actor)
