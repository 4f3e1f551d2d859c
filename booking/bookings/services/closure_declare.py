"""Declare a closure: what it hits goes on in the way that was chosen, in one transaction; each group is told once."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from booking.accounts.services import audit
from booking.bookings.closing import ClosureRefused, Declared, Order, Preview, PreviewOvertaken
from booking.bookings.closing_terms import Hurdle, OperationState
from booking.bookings.models import ClosureOperation
from booking.bookings.queries.closing import engaged, fingerprint, to_come
from booking.bookings.services.book import again_if_stale
from booking.bookings.services.closure_plan import Closing, announced_on, is_announced, plan, to_json
from booking.bookings.services.closure_preview import days_of, preview
from booking.bookings.services.closure_ready import make_ready
from booking.bookings.services.closure_write import write
from booking.bookings.services.plan import once
from booking.bookings.services.writing import Key, Stale, put_key
from booking.bulk import many_things
from booking.catalogue.queries import station_named
from booking.db import db, table_of, transaction
from booking.scheduling.models import Event
from booking.scheduling.queries.desk import guides_for
from booking.scheduling.services.assign import again_if_hosts_changed
from booking.scheduling.services.events import hold_for_planning, lock_with_hosts

_OPERATION, _EVENT = table_of(ClosureOperation), table_of(Event)


def declare(order: Order) -> Declared:
    """Do it, all or nothing, or prepare it where it is announced on a later day.

    Raises ClosureRefused (it makes no sense), PreviewOvertaken (something arose since it was looked at), NotPossible
    (a choice that an event does not admit), HostTaken, KeyReused, Conflict.
    """
    told = {**to_json(order), "answer_by": order.answer_by, "state": order.state}
    key = Key.of(order.key, order.actor, told) if order.key else None
    return once(key, lambda: _again(order, key), lambda code: Declared(code, is_replayed=True))


def carry_out(order: Order, operation: str) -> Declared:
    """Do what was prepared, on its day; `operation` is its code. Raises as `declare`."""
    return _again(order, None, operation)


def _again(order: Order, key: Key | None, operation: str = "") -> Declared:
    """Look first and lock then; where others are quicker than that, lock first: a closure always comes to an end."""
    tries = [_declare_once]

    def attempt() -> Declared:
        once_more = tries.pop() if tries else _declare_locked
        return again_if_hosts_changed(lambda: once_more(order, key, operation))

    with many_things():
        return again_if_stale(attempt)


def _declare_once(order: Order, key: Key | None, operation: str) -> Declared:
    seen = preview(order.wishes, order.now)
    if order.state not in {"", seen.state}:
        raise PreviewOvertaken(seen)
    closing = plan(seen, order)
    code = operation or _new_code(seen, order.now)
    if not is_announced(order, seen.station.time_zone):
        return _prepare(closing, key, code)
    around = _engagements(db.session(), closing)
    ready = make_ready(db.session(), closing, code)
    with transaction() as session:
        if key:
            put_key(session, key, {"reference": code}, order.now)
        _lock(session, closing)
        if _is_stale(session, closing) or around != _engagements(session, closing):
            raise Stale
        return write(session, ready, prepared=bool(operation))


def _declare_locked(order: Order, key: Key | None, operation: str) -> Declared:
    """The same with the station, all its guides and the events of those days held while it is looked at."""
    with transaction() as session:
        station = station_named(session, order.wishes[0].station)
        if station is None:
            raise ClosureRefused(Hurdle.UNKNOWN)
        hold_for_planning(session, station.id)
        days = select(_EVENT.c.id).where(*to_come(station.id, days_of(order.wishes), order.now))
        guides = [guide.id for guide in guides_for(session, [station.id])]
        lock_with_hosts(session, list(session.execute(days).scalars()), guides)
        seen = preview(order.wishes, order.now)
        if order.state not in {"", seen.state}:
            raise PreviewOvertaken(seen)
        closing = plan(seen, order)
        code = operation or _new_code(seen, order.now)
        if key:
            put_key(session, key, {"reference": code}, order.now)
        return write(session, make_ready(session, closing, code), prepared=bool(operation))


def _new_code(seen: Preview, now: datetime) -> str:
    return f"O-{seen.station.code}-{now:%y%m%d}-{secrets.token_hex(2).upper()}"


def _lock(session: Session, closing: Closing) -> None:
    """The station for writing, then hosts, then events: whoever books or makes an event comes before us, or after."""
    hold_for_planning(session, closing.preview.station.id)
    events = {one.hit.event.id for one in closing.chosen}
    there = {one.way.event.id for one in closing.chosen if one.way and one.way.event}
    lock_with_hosts(session, events | there, closing.guides)


def _is_stale(session: Session, closing: Closing) -> bool:
    seen = closing.preview
    return seen.seen != fingerprint(session, seen.station.id, days_of(seen.wishes), closing.order.now)


def _engagements(session: Session, closing: Closing) -> list[tuple[object, ...]]:
    """What the guides who are asked for have at those times."""
    ways = [one.way for one in closing.chosen if one.way]
    if not closing.guides or not ways:
        return []
    pause = timedelta(minutes=closing.preview.station.buffer_min)
    start, end = min(way.starts_at for way in ways), max(way.ends_at for way in ways) + pause
    return [tuple(row) for row in engaged(session, closing.guides, start, end)]


def _prepare(closing: Closing, key: Key | None, code: str) -> Declared:
    order, station = closing.order, closing.preview.station
    row = {
        "code": code,
        "station_id": station.id,
        "state": OperationState.PREPARED,
        "created_at": order.now,
        "created_by": order.actor,
        "due_on": announced_on(order),
        "answer_by": order.answer_by,
        "plan": to_json(order),
        "withdrawn": {},
    }
    with transaction() as session:
        if key:
            put_key(session, key, {"reference": code}, order.now)
        session.execute(insert(_OPERATION).values(row))
        audit(
            session,
            at=order.now,
            actor=order.actor,
            action="closure.prepare",
            subject=f"operation:{code}",
            station_code=station.code,
            after={"due_on": announced_on(order).isoformat()},
        )
    return Declared(code, is_prepared=True)
