"""Try sound and picture with the technical contact of a group before its event."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from booking.accounts.services import audit
from booking.bookings.links import uid_of
from booking.bookings.messages import CANCEL, REQUEST, facts_told, subject_of
from booking.bookings.models import Booking, ConnectionTest
from booking.bookings.queries.bookings import BookingFacts, booking_by_reference
from booking.bookings.queries.preparation import CallFacts, call_of, calls_overtaken, number_of
from booking.bookings.services.answering import Answer
from booking.bookings.services.writing import lock_events
from booking.bookings.terms import BookingStatus, Conflict, UnknownBooking
from booking.db import db, table_of, transaction
from booking.notices.services import queue
from booking.notices.terms import Message

_CALL, _BOOKING = table_of(ConnectionTest), table_of(Booking)
AT_ONCE = 200


@dataclass(frozen=True)
class Call:
    """A test call as the desk wants it; `address` is where it takes place."""

    starts_at: datetime
    minutes: int = 15
    address: str = ""
    note: str = ""
    seen: str = ""
    """The number of the call that stood there when this one was wished; empty: none."""


def arrange_call(answer: Answer, call: Call) -> BookingFacts:
    """Arrange the call, or another instead; the technical contact is invited.

    Raises Conflict where the booking has changed, is not sure, names nobody, or where the call is not before the event.
    """
    booking = _booking(answer)
    in_time = answer.now < call.starts_at < booking.event.starts_at
    if booking.status is not BookingStatus.CONFIRMED or not booking.technical_email or not in_time:
        raise Conflict(answer.reference)
    with transaction() as session:
        _lock(session, booking)
        _require_seen(session, booking, call.seen)
        arranged = _put(session, booking, call, answer.now)
        _tell(session, booking, arranged, answer)
    return booking


def cancel_call(answer: Answer, seen: str) -> BookingFacts:
    """No test call after all; its entry leaves the contact's calendar. Raises Conflict where it is not the one seen."""
    booking = _booking(answer)
    with transaction() as session:
        _lock(session, booking)
        call = _require_seen(session, booking, seen)
        if call is None:
            raise Conflict(answer.reference)
        _end(session, booking, call, answer)
    return booking


def follow_bookings(now: datetime) -> int:
    """Calls go with their bookings: moved by as much, where that is still to come, else cancelled. How many did."""
    return sum(_follow(reference, now) for _call, reference in calls_overtaken(db.session(), now, AT_ONCE))


def _follow(reference: str, now: datetime) -> bool:
    booking = booking_by_reference(db.session(), reference)
    if booking is None:
        return False
    answer = Answer(reference, booking.version, now, "worker")
    with transaction() as session:
        lock_events(session, [booking.event.id])
        call = call_of(session, booking.id)
        if call is None:
            return False
        then = call.starts_at + (booking.event.starts_at - (call.event_starts_at or booking.event.starts_at))
        if booking.status is BookingStatus.CONFIRMED and then > now:
            moved = _put(session, booking, Call(then, call.minutes, call.address, call.note), now)
            _tell(session, booking, moved, answer)
        else:
            _end(session, booking, call, answer)
    return True


def _booking(answer: Answer) -> BookingFacts:
    booking = booking_by_reference(db.session(), answer.reference)
    if booking is None:
        raise UnknownBooking(answer.reference)
    if booking.version != answer.version:
        raise Conflict(answer.reference)
    return booking


def _lock(session: Session, booking: BookingFacts) -> None:
    """The event's row, as for every change of a booking, which is still as it was seen."""
    lock_events(session, [booking.event.id])
    version = session.execute(select(_BOOKING.c.version).where(_BOOKING.c.id == booking.id)).scalar()
    if version != booking.version:
        raise Conflict(booking.reference)


def _require_seen(session: Session, booking: BookingFacts, seen: str) -> CallFacts | None:
    """The call that there is, which is the one that was seen: of two desks the second looks first."""
    call = call_of(session, booking.id)
    if number_of(call) != seen:
        raise Conflict(booking.reference)
    return call


def _put(session: Session, booking: BookingFacts, call: Call, now: datetime) -> CallFacts:
    """The row of the call, written or written anew, with the next SEQUENCE."""
    mine = _CALL.c.booking_id == booking.id
    known = session.execute(select(_CALL.c.id, _CALL.c.sequence).where(mine).with_for_update()).first()
    values = {
        "event_id": booking.event.id,
        "event_starts_at": booking.event.starts_at,
        "starts_at": call.starts_at,
        "minutes": call.minutes,
        "address": call.address,
        "note": call.note,
        "is_cancelled": False,
        "sequence": known.sequence + 1 if known else 0,
        "changed_at": now,
    }
    if known:
        session.execute(update(_CALL).where(mine).values(values))
    else:
        session.execute(insert(_CALL).values(booking_id=booking.id, **values))
    arranged = call_of(session, booking.id)
    assert arranged is not None  # noqa: S101  just written
    return arranged


def _end(session: Session, booking: BookingFacts, call: CallFacts, answer: Answer) -> None:
    values = {"is_cancelled": True, "sequence": call.sequence + 1, "changed_at": answer.now}
    session.execute(update(_CALL).where(_CALL.c.id == call.id).values(values))
    _tell(session, booking, replace(call, is_cancelled=True, sequence=call.sequence + 1), answer)


def _tell(session: Session, booking: BookingFacts, call: CallFacts, answer: Answer) -> None:
    action = "request.no_test_call" if call.is_cancelled else "request.test_call"
    audit(
        session,
        at=answer.now,
        actor=answer.actor,
        action=action,
        subject=subject_of(booking.reference),
        station_code=booking.station.code,
        after={"starts_at": call.starts_at.isoformat(), "minutes": call.minutes},
    )
    if booking.technical_email:
        queue(session, [_message(booking, call, answer.now)])


def _message(booking: BookingFacts, call: CallFacts, now: datetime) -> Message:
    """The invitation, or its end; no secret link of the booking goes to the technical contact."""
    kind = "test_call_cancelled" if call.is_cancelled else "test_call_arranged"
    calendar = {
        "method": CANCEL if call.is_cancelled else REQUEST,
        "uid": f"call-{uid_of(booking.reference)}",
        "sequence": call.sequence,
        "status": "CANCELLED" if call.is_cancelled else "CONFIRMED",
    }
    return Message(
        kind=kind,
        dedupe_key=f"{booking.reference}:{kind}:{call.sequence}",
        subject=f"test-call:{booking.reference}",
        recipient=booking.technical_email,
        locale=booking.contact.locale,
        payload={
            **facts_told(booking, now),
            "contact_name": booking.technical_name,
            "starts_at": call.starts_at.isoformat(),
            "ends_at": (call.starts_at + timedelta(minutes=call.minutes)).isoformat(),
            "address": call.address,
            "reason": call.note or None,
            "manage_url": "",
            "ics_url": "",
            "answer_by": None,
            "calendar": calendar,
        },
        due_at=now,
    )
