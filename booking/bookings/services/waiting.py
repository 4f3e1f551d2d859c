"""Places that come free are offered to those in line, in the transaction that frees them: nobody can slip between."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from booking.accounts.services import Change, audit_many
from booking.bookings.messages import message, subject_of
from booking.bookings.models import IS_WAITING, Booking
from booking.bookings.queries.bookings import bookings_by_id
from booking.bookings.queries.limits import held_limits, limits_on, uses_between
from booking.bookings.queries.line import events_whose_line_can_move
from booking.bookings.rules.limits import used_of
from booking.bookings.rules.waiting import InLine, Passed, line_moves, offer_until, turns
from booking.bookings.terms import BookingStatus
from booking.catalogue.models import Offering
from booking.db import core, db, table_of, transaction
from booking.notices.services import queue, withdraw_all
from booking.scheduling.models import Event
from booking.scheduling.terms import EventStatus, Measure, Visibility

_BOOKING, _EVENT, _OFFERING = table_of(Booking), table_of(Event), table_of(Offering)

# Written once: to write a statement anew costs more than to run it.
_LINE = (
    select(
        _BOOKING.c.id,
        _BOOKING.c.size,
        _EVENT.c.capacity,
        _EVENT.c.taken,
        _EVENT.c.starts_at,
        _EVENT.c.starts_on,
        _EVENT.c.station_id,
        func.coalesce(_EVENT.c.venue_id, _OFFERING.c.venue_id).label("venue_id"),
        _EVENT.c.format,
        _EVENT.c.offering_id,
    )
    .join_from(_BOOKING, _EVENT, _EVENT.c.id == _BOOKING.c.event_id)
    .join(_OFFERING, _OFFERING.c.id == _EVENT.c.offering_id)
    .where(
        _BOOKING.c.event_id == bindparam("event"),
        _BOOKING.c.status == IS_WAITING,
        _EVENT.c.status == EventStatus.OPEN,
        _EVENT.c.visibility == Visibility.OPEN,
    )
    .order_by(_BOOKING.c.waiting_since, _BOOKING.c.id)
)
_PASS = (
    update(_BOOKING)
    .where(_BOOKING.c.id == bindparam("row"))
    .values(skipped_at=bindparam("at"), skipped_places=bindparam("places"))
)


def offer_places(session: Session, event_id: int, now: datetime, *, actor: str) -> int:
    """Offer what is free in an event to those in line whom it is enough for; how many groups.

    In the caller's transaction, which holds the event's row: whoever books or joins the line comes before or after.
    """
    line = core(session).execute(_LINE, {"event": event_id}).all()
    if not line or not line_moves(line[0].starts_at, now):
        return 0
    places, (people, groups) = line[0].capacity - line[0].taken, _limited(session, event_id, line[0])
    found = turns(
        [InLine(row.id, row.size or 0) for row in line], min(places, places if people is None else people), groups
    )
    if (people, groups) != (None, None):
        found = replace(found, passed=())  # it was a limit, and not the event, that had too few for them
    if found.passed:
        _pass_over(session, found.passed, now)
    if found.offered:
        _take(session, event_id, found.offered)
        _offer(session, found.offered, line[0].starts_at, now)
    _record(session, found.offered, found.passed, now, actor)
    return len(found.offered)


def _limited(session: Session, event_id: int, row: Any) -> tuple[int | None, int | None]:  # noqa: ANN401  a row of _LINE
    """How many more people and groups limits that count them leave the event; None: as many as like.

    Those limits are locked: only who gives places to a line where there is one takes a statement more.
    """
    mine = [
        one.id
        for one in limits_on(session, row.station_id, row.starts_on)
        if one.is_counted and one.is_of(row.station_id, row.venue_id, row.format, row.offering_id)
    ]
    if not mine:
        return None, None
    held = held_limits(session, mine)
    uses = uses_between(session, held, (row.starts_on, row.starts_on))
    left = [(one.measure, max(0, (one.most or 0) - used_of(one, uses, row.starts_on, event_id))) for one in held]
    people = min((room for measure, room in left if measure is Measure.PEOPLE), default=None)
    return people, min((room for measure, room in left if measure is Measure.GROUPS), default=None)


def offer_free_places(now: datetime) -> int:
    """The same for every event whose line can move, however its places came free. A job of the worker."""
    offered = 0
    for event_id in events_whose_line_can_move(db.session(), now):
        with transaction() as session:
            statement = select(_EVENT.c.id).where(_EVENT.c.id == event_id)
            session.execute(statement.with_for_update(key_share=True)).all()
            offered += offer_places(session, event_id, now, actor="worker")
    return offered


def _take(session: Session, event_id: int, offered: Sequence[InLine]) -> None:
    """Their places are taken at once; that there are no more than there are is the table's own check."""
    places = sum(group.size for group in offered)
    session.execute(update(_EVENT).where(_EVENT.c.id == event_id).values(taken=_EVENT.c.taken + places))


def _offer(session: Session, offered: Sequence[InLine], starts_at: datetime, now: datetime) -> None:
    hours = current_app.extensions["booking.settings"].waiting_offer_hours
    values = {
        "status": BookingStatus.PROPOSED,
        "answer_by": offer_until(starts_at, now, hours),
        "version": _BOOKING.c.version + 1,
        "changed_at": now,
    }
    ids = [group.id for group in offered]
    session.execute(update(_BOOKING).where(_BOOKING.c.id.in_(ids)).values(values))
    asked = bookings_by_id(session, ids)
    withdraw_all(session, [subject_of(one.reference) for one in asked])
    queue(session, [message("waiting_offer", one, now) for one in asked if one.contact.email])


def _pass_over(session: Session, passed: Sequence[Passed], now: datetime) -> None:
    rows = [{"row": one.group.id, "at": now, "places": one.places} for one in passed]
    session.connection().execute(_PASS, rows)


def _record(session: Session, offered: Sequence[InLine], passed: Sequence[Passed], now: datetime, actor: str) -> None:
    """A line of the trail for each offer, and for each group that was passed over, with the reason."""
    left = {one.group.id: one for one in passed}
    known = bookings_by_id(session, [group.id for group in offered] + list(left))
    line = Change(at=now, actor=actor, action="booking.offer", subject="")
    changes = [
        replace(
            line,
            action="booking.pass_over" if one.id in left else "booking.offer",
            subject=subject_of(one.reference),
            station_code=one.station.code,
            after={"size": one.size, "places": left[one.id].places} if one.id in left else {"status": one.status.value},
        )
        for one in known
    ]
    audit_many(session, changes)
