"""A group's own leader says how many sit there: kept at once, official after the event where nobody knows better."""

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.services import audit
from booking.attendance.models import Observation
from booking.attendance.queries import CountedEvent, events_to_count
from booking.attendance.services.record import NotBegun, Speaker, UnknownGroup, keep, locked
from booking.attendance.services.settle import settle
from booking.attendance.terms import Course, Source
from booking.bookings.models import Booking
from booking.bookings.terms import BookingStatus
from booking.db import db, table_of, transaction
from booking.scheduling.models import Event
from booking.scheduling.terms import UnknownEvent

OPENS_BEFORE = timedelta(minutes=15)
"""How long before the start leaders come in, and may say how many they are."""
LOOKED_AT_FOR = timedelta(days=3)
"""How long after its end the worker looks whether leaders have spoken of an event that nobody has counted."""

_EVENT, _BOOKING, _OBSERVATION = table_of(Event), table_of(Booking), table_of(Observation)


def say(reference: str, number: int, now: datetime) -> None:
    """Keep that so many people, the leader included, sit at the leader's screen; the last word counts.

    `reference`: of the booking. Raises UnknownGroup (none that was to come), UnknownEvent (cancelled), NotBegun.
    """
    code = _event_of(db.session(), reference)
    with transaction() as session:
        event = locked(session, code)
        group = next((one for one in event.groups if one.reference == reference), None)
        if group is None:
            raise UnknownGroup(reference)
        if now < event.starts_at - OPENS_BEFORE:
            raise NotBegun(code)
        if group.by_teacher == number:
            return
        speaker = Speaker(source=Source.TEACHER, now=now, actor="group")
        keep(session, event, [{"booking_id": group.id, "attended": number}], Course.HELD, speaker)
        after = settle(session, code, now) if now >= event.ends_at else event
        audit(
            session,
            at=now,
            actor="group",
            action="attendance.say",
            subject=f"event:{code}",
            station_code=event.station,
            before={"group": reference, "said": group.by_teacher},
            after={"group": reference, "said": number, "official": _official(after, reference)},
        )


def settle_sayings(now: datetime) -> int:
    """Let what leaders said be official where the event is over; a job of the worker. How many events."""
    session = db.session()
    due = events_to_count(session, _waiting(session, now))
    codes = [event.code for event in due if event.has_lines]
    for code in codes:
        _settle_one(code, now)
    return len(codes)


def _settle_one(code: str, now: datetime) -> None:
    """Of one event; of one that was called off meanwhile there is nothing to settle."""
    with suppress(UnknownEvent), transaction() as session:
        before = locked(session, code)
        after = settle(session, code, now)
        came = {one.reference: one.attended for one in after.groups}
        was = {one.reference: one.attended for one in before.groups}
        if came != was:
            audit(
                session,
                at=now,
                actor="worker",
                action="attendance.record",
                subject=f"event:{code}",
                station_code=before.station,
                before={"groups": was},
                after={"groups": came},
            )


def _waiting(session: Session, now: datetime) -> Collection[int]:
    """Ids of events lately over of which a leader has spoken, and that have no number of that group."""
    statement = (
        select(_EVENT.c.id)
        .distinct()
        .join_from(Event, Booking, _BOOKING.c.event_id == _EVENT.c.id)
        .join(Observation, _OBSERVATION.c.booking_id == _BOOKING.c.id)
        .where(_EVENT.c.ends_at <= now, _EVENT.c.starts_at > now - LOOKED_AT_FOR)
        .where(_BOOKING.c.status == BookingStatus.CONFIRMED, _BOOKING.c.attended.is_(None))
        .where(_OBSERVATION.c.source == Source.TEACHER, _OBSERVATION.c.attended.is_not(None))
    )
    return list(session.execute(statement).scalars())


def _event_of(session: Session, reference: str) -> str:
    found = select(_EVENT.c.code).join_from(Event, Booking, _BOOKING.c.event_id == _EVENT.c.id)
    code: str | None = session.execute(found.where(_BOOKING.c.reference == reference)).scalar()
    if code is None:
        raise UnknownGroup(reference)
    return code


def _official(event: CountedEvent, reference: str) -> int | None:
    return next((group.attended for group in event.groups if group.reference == reference), None)
