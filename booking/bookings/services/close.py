"""Close the premises: what it hits is cancelled with it, in one transaction, and every group is told."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, case, insert, select, update
from sqlalchemy.orm import Session

from booking import zones
from booking.accounts.services import Change, audit_many
from booking.bookings.messages import CANCEL, message, subject_of
from booking.bookings.models import Booking
from booking.bookings.queries.bookings import BookingFacts, bookings_in
from booking.bookings.terms import SWEPT, BookingStatus, Conflict
from booking.catalogue.models import Station
from booking.db import table_of, transaction
from booking.i18n import Translated
from booking.notices.services import queue, withdraw_all
from booking.notices.terms import Message
from booking.scheduling.models import Closure, Event
from booking.scheduling.services.in_step import release
from booking.scheduling.terms import ClosureType, EventStatus

_EVENT, _STATION, _BOOKING, _CLOSURE = table_of(Event), table_of(Station), table_of(Booking), table_of(Closure)
UPCOMING = (EventStatus.OPEN, EventStatus.PLANNED, EventStatus.CLOSED)


@dataclass(frozen=True)
class ClosureWish:
    """A closure or partial reopening to declare; days are local days of the station, both included."""

    station: str
    """Code."""
    type: ClosureType
    starts_on: date
    ends_on: date | None
    announced_on: date
    blocks_formats: tuple[str, ...] = ("in-person",)
    allows: tuple[str, ...] = ()
    distanced_capacity: int | None = None
    message: str = ""


@dataclass(frozen=True)
class Closed:
    """What a closure hit: codes of the cancelled events, references of their bookings."""

    code: str
    events: tuple[str, ...]
    bookings: tuple[str, ...]


def close_premises(wish: ClosureWish, *, now: datetime, actor: str) -> Closed:
    """Declare it: bookings made before are swept by it, bookings made after see it, none is lost between.

    The station's row is locked for writing, as whoever makes an event holds it shared; the status of each event that
    is hit makes every booking under way fail its conditional UPDATE. Raises Conflict for an unknown station, an empty
    range or a closure that is announced later than today.
    """
    with transaction() as session:
        station = _locked_station(session, wish, now)
        code = f"C-{wish.station}-{wish.starts_on:%y%m%d}-{secrets.token_hex(2)}"
        session.execute(insert(_CLOSURE).values(_closure(wish, station.id, code)))
        session.execute(update(_STATION).where(_STATION.c.id == station.id).values(version=_STATION.c.version + 1))
        hit = _cancel_events(session, wish, station.id, now, actor)
        swept = cancel_bookings(session, [row.id for row in hit], now)
        _limit_groups(session, wish, station.id, now)
        _tell(session, wish, code, hit, swept, now, actor)
    return Closed(code, tuple(row.code for row in hit), tuple(booking.reference for booking in swept))


def _locked_station(session: Session, wish: ClosureWish, now: datetime) -> Row[Any, Any]:
    statement = (
        select(_STATION.c.id, _STATION.c.time_zone)
        .where(_STATION.c.code == wish.station)
        .with_for_update(key_share=True)
    )
    station = session.execute(statement).first()
    in_order = wish.ends_on is None or wish.starts_on <= wish.ends_on
    if station is None or not in_order or wish.announced_on > zones.local_date(now, station.time_zone):
        raise Conflict(wish.station)
    return station


def _closure(wish: ClosureWish, station_id: int, code: str) -> dict[str, object]:
    return {
        "code": code,
        "station_id": station_id,
        "type": wish.type,
        "starts_on": wish.starts_on,
        "ends_on": wish.ends_on,
        "announced_on": wish.announced_on,
        "blocks_formats": list(wish.blocks_formats),
        "allows": list(wish.allows),
        "distanced_capacity": wish.distanced_capacity,
        "message": Translated({"en": wish.message}),
    }


def _cancel_events(
    session: Session, wish: ClosureWish, station_id: int, now: datetime, actor: str
) -> Sequence[Row[tuple[int, str]]]:
    """The events it hits, cancelled: from here on no booking of theirs can be made. Their hosts are free."""
    hits = [
        *_upcoming(station_id, wish, now),
        _EVENT.c.format.in_(wish.blocks_formats),
        _EVENT.c.kind.not_in(wish.allows),
    ]
    locked = (
        session.execute(select(_EVENT.c.id).where(*hits).order_by(_EVENT.c.id).with_for_update(key_share=True))
        .scalars()
        .all()
    )
    statement = (
        update(_EVENT)
        .where(_EVENT.c.id.in_(locked))
        .values(status=EventStatus.CANCELLED, version=_EVENT.c.version + 1, taken=0, status_reason=wish.message)
        .returning(_EVENT.c.id, _EVENT.c.code)
    )
    found = session.execute(statement).all()
    release(session, [row.id for row in found], now, actor=actor)
    return found


def _upcoming(station_id: int, wish: ClosureWish, now: datetime) -> list[ColumnElement[bool]]:
    conditions = [
        _EVENT.c.station_id == station_id,
        _EVENT.c.starts_at > now,
        _EVENT.c.starts_on >= wish.starts_on,
        _EVENT.c.status.in_(UPCOMING),
    ]
    return conditions if wish.ends_on is None else [*conditions, _EVENT.c.starts_on <= wish.ends_on]


def cancel_bookings(session: Session, event_ids: Sequence[int], now: datetime) -> list[BookingFacts]:
    """All bookings of the events: read after the events are locked, so that none can slip in between.

    Returns those that a group knows of, as they were before.
    """
    swept = bookings_in(session, list(event_ids), SWEPT)
    statement = update(_BOOKING).where(_BOOKING.c.id.in_([booking.id for booking in swept]))
    status = case(
        (_BOOKING.c.status == BookingStatus.ON_HOLD, BookingStatus.EXPIRED.value),
        else_=BookingStatus.CANCELLED_BY_STATION.value,
    )
    session.execute(
        statement.values(
            status=status,
            hold_expires_at=None,
            answer_by=None,
            sequence=_BOOKING.c.sequence + 1,
            version=_BOOKING.c.version + 1,
            changed_at=now,
        )
    )
    return [booking for booking in swept if booking.status is not BookingStatus.ON_HOLD]


def _limit_groups(session: Session, wish: ClosureWish, station_id: int, now: datetime) -> None:
    """Distancing: nothing more is sold beyond the limit; what is taken already stays, and is listed as over."""
    limit = wish.distanced_capacity
    if limit is None:
        return
    lowered = case((_EVENT.c.taken > limit, _EVENT.c.taken), else_=limit)
    on_site = (_EVENT.c.format == "in-person", _EVENT.c.capacity > limit)
    session.execute(update(_EVENT).where(*_upcoming(station_id, wish, now), *on_site).values(capacity=lowered))


def _tell(
    session: Session,
    wish: ClosureWish,
    code: str,
    hit: Sequence[Row[tuple[int, str]]],
    swept: Sequence[BookingFacts],
    now: datetime,
    actor: str,
) -> None:
    def change(action: str, subject: str, **after: object) -> Change:
        return Change(at=now, actor=actor, action=action, subject=subject, station_code=wish.station, after=after)

    declared = change("closure.declare", f"closure:{code}", events=len(hit), bookings=len(swept))
    cancelled = [change("event.cancel", f"event:{row.code}", closure=code) for row in hit]
    told = [change("booking.cancel", subject_of(booking.reference), closure=code) for booking in swept]
    audit_many(session, [declared, *cancelled, *told])
    withdraw_all(session, [subject_of(booking.reference) for booking in swept])
    queue(session, [cancel_message(one, now, wish.message) for one in swept if one.contact.email])


def cancel_message(booking: BookingFacts, now: datetime, reason: str, *, closure: bool = True) -> Message:
    """What a group is told whose booking, as it was before, the station has cancelled; `closure`: of the premises."""
    ended = replace(
        booking,
        status=BookingStatus.CANCELLED_BY_STATION,
        sequence=booking.sequence + 1,
        version=booking.version + 1,
        answer_by=None,
    )
    method = CANCEL if booking.invited else ""
    told = message("booking_cancelled_by_station", ended, now, method=method, reason=reason)
    return told if closure else replace(told, payload={**told.payload, "closure": False})
