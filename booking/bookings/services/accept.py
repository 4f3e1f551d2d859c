"""A request that waited for nothing but a guide is sure as soon as there is one.

That is how a tour is booked at once where somebody is free: the rules have decided, and only the guide was missing. A
briefing or a courtesy visit is decided by a person, whoever is free, and so is what a group asks for that did not come
twice within a year (NSH-01).
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Select, exists, select, update
from sqlalchemy.orm import Session

from booking.accounts.services import Change, audit_many
from booking.bookings.messages import REQUEST, message, subject_of
from booking.bookings.models import Booking
from booking.bookings.queries.bookings import BookingFacts, bookings_in
from booking.bookings.queries.no_shows import often_absent
from booking.bookings.rules import DECIDED_BY_A_PERSON, holidays
from booking.bookings.services.writing import lock_events
from booking.bookings.terms import BookingStatus
from booking.db import db, table_of, transaction
from booking.notices.services import queue, withdraw_all
from booking.scheduling.models import Assignment, Event, gives
from booking.scheduling.queries.closures import closures_of_all
from booking.scheduling.terms import EventStatus, Visibility

_BOOKING, _EVENT, _ASSIGNMENT = table_of(Booking), table_of(Event).c, table_of(Assignment).c


def confirm_hosted(session: Session, event_ids: Collection[int], now: datetime, actor: str) -> list[str]:
    """Make the requests in those of these events sure that have their guide now, and tell the groups; references.

    In the caller's transaction, which holds the events' rows.
    """
    ready = session.execute(_hosted(now).where(_EVENT.id.in_(event_ids))).scalars().all()
    asked = _asked(session, ready, now)
    if asked:
        _confirm(session, asked, now)
        _tell(session, asked, now, actor)
    return [booking.reference for booking in asked]


def confirm_waiting(now: datetime) -> int:
    """The same for every event, however it came to its guide; how many requests. A job of the worker."""
    waiting = _hosted(now).where(
        exists().where(_BOOKING.c.event_id == _EVENT.id, _BOOKING.c.status == BookingStatus.REQUESTED)
    )
    found = db.session.execute(waiting.order_by(_EVENT.id)).scalars().all()
    ids = sorted({booking.event.id for booking in _asked(db.session(), found, now)})
    if not ids:
        return 0
    with transaction() as session:
        lock_events(session, ids)
        return len(confirm_hosted(session, ids, now, "worker"))


def _asked(session: Session, events: Sequence[int], now: datetime) -> list[BookingFacts]:
    """The requests in these events on which nobody has to decide."""
    asked = bookings_in(session, list(events), frozenset({BookingStatus.REQUESTED})) if events else []
    absent = often_absent(session, [booking.id for booking in asked], now) if asked else frozenset()
    return [booking for booking in asked if booking.id not in absent]


def _hosted(now: datetime) -> Select[int]:
    """Private events to come, of kinds that nobody decides on, that somebody gives."""
    given = exists().where(_ASSIGNMENT.event_id == _EVENT.id, *gives())
    return select(_EVENT.id).where(
        _EVENT.starts_at > now,
        _EVENT.status == EventStatus.OPEN,
        _EVENT.visibility == Visibility.PRIVATE,
        _EVENT.kind.not_in(sorted(DECIDED_BY_A_PERSON)),
        given,
    )


def _confirm(session: Session, asked: Collection[BookingFacts], now: datetime) -> None:
    sure = {
        "status": BookingStatus.CONFIRMED,
        "invited": True,
        "answer_by": None,
        "sequence": _BOOKING.c.sequence + 1,
        "version": _BOOKING.c.version + 1,
        "changed_at": now,
    }
    session.execute(update(_BOOKING).where(_BOOKING.c.id.in_([one.id for one in asked])).values(sure))


def _tell(session: Session, asked: Collection[BookingFacts], now: datetime, actor: str) -> None:
    """The confirmation instead of an acknowledgement that is still unsent, and a line of the trail each."""
    subjects = [subject_of(one.reference) for one in asked]
    withdraw_all(session, subjects)
    closures = closures_of_all(session, [one.station for one in asked], now)
    sure = [
        replace(
            one,
            status=BookingStatus.CONFIRMED,
            invited=True,
            answer_by=None,
            sequence=one.sequence + 1,
            version=one.version + 1,
            holidays=holidays(closures[one.station.id]),
        )
        for one in asked
    ]
    queue(session, [message("booking_confirmed", one, now, method=REQUEST) for one in sure if one.contact.email])
    before, after = {"status": BookingStatus.REQUESTED.value}, {"status": BookingStatus.CONFIRMED.value}
    audit_many(
        session,
        [
            Change(
                at=now,
                actor=actor,
                action="booking.confirm",
                subject=subject_of(one.reference),
                station_code=one.station.code,
                before=before,
                after=after,
            )
            for one in sure
        ],
    )
