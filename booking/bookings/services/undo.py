"""Take a cancellation back while its place, its guide and its time are still free: the same booking stands again.

Reference, links and the entry in the calendar stay the same (one UID, SEQUENCE up). Nobody is pushed out: whom the
waiting list has served meanwhile keeps the places.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking.accounts.services import audit
from booking.bookings.messages import REQUEST, message, subject_of
from booking.bookings.models import Booking
from booking.bookings.queries.bookings import BookingFacts, booking_by_reference
from booking.bookings.queries.situation import is_hosted, situation
from booking.bookings.rules import OVERRIDABLE, Action, Situation, decide, holidays
from booking.bookings.services.book import again_if_stale, answer_deadline
from booking.bookings.services.change import update_booking
from booking.bookings.services.hosting import take_host
from booking.bookings.services.once_more import booking_is_unchanged, group_is_still_free
from booking.bookings.services.writing import (
    Organised,
    Stale,
    changed,
    hold_station,
    lock_events,
    lock_hosts,
    lock_organisation_of,
    take_places,
)
from booking.bookings.terms import BookingRefused, BookingStatus, Conflict, UnknownBooking, WishedTime
from booking.db import db, table_of, transaction
from booking.notices.services import queue, withdraw
from booking.scheduling.models import Event
from booking.scheduling.services.in_step import keep_in_step
from booking.scheduling.terms import EventStatus, Visibility

RESTORED = {
    BookingStatus.CANCELLED_BY_GROUP: BookingStatus.CONFIRMED,
    BookingStatus.WITHDRAWN: BookingStatus.REQUESTED,
}
"""What a booking is again, by what it is now."""
MAILS = {BookingStatus.CONFIRMED: "booking_restored", BookingStatus.REQUESTED: "booking_requested"}

_BOOKING, _EVENT = table_of(Booking).c, table_of(Event).c


def is_restorable(booking: BookingFacts, now: datetime) -> bool:
    """Whether its cancellation may be taken back at all; a place in a line is joined anew."""
    left_line = booking.status is BookingStatus.WITHDRAWN and booking.waiting_since is not None
    return booking.status in RESTORED and not left_line and booking.event.starts_at > now


def undo_cancellation(reference: str, *, version: int, now: datetime, actor: str) -> BookingFacts:
    """The booking as it was before the group or the desk cancelled it. `version` is the page's.

    Raises BookingRefused with what stands against it, Conflict where it has changed, UnknownBooking.
    """
    return again_if_stale(lambda: _undo_once(reference, version, now, actor))


def _undo_once(reference: str, version: int, now: datetime, actor: str) -> BookingFacts:
    booking = booking_by_reference(db.session(), reference)
    if booking is None:
        raise UnknownBooking(reference)
    if booking.version != version or not is_restorable(booking, now):
        raise Conflict(reference)
    found = _situation(booking, now)
    _require_free(booking, found, now)
    restored = _restored(booking, found, now)
    with transaction() as session:
        if booking.event.visibility is Visibility.PRIVATE:
            _take_slot(session, booking, restored, found, now, actor)
        else:
            _take_places(session, booking, restored, found, now)
        _tell(session, booking, restored, now, actor)
    return restored


def _situation(booking: BookingFacts, now: datetime) -> Situation:
    """The event that others are in too; for an event of its own, its time as it would be chosen now."""
    asked = booking.as_request()
    if booking.event.visibility is Visibility.PRIVATE:
        wall = WishedTime("", booking.event.starts_at.astimezone(UTC).replace(tzinfo=None), timedelta(0), is_utc=True)
        asked = replace(asked, event="", offering=booking.offering.code, starts=wall)
    return situation(asked, now, except_reference=booking.reference)


def _require_free(booking: BookingFacts, found: Situation, now: datetime) -> None:
    """Everything but what was asked when it was booked: lead times, and rules to which a person may make exceptions."""
    decided = decide(booking.as_request(), found, now, Action.ACCEPT, waived=OVERRIDABLE)
    nobody = found.event is None and is_hosted(found.offering) and not found.free_hosts
    was_sure = booking.status is BookingStatus.CANCELLED_BY_GROUP
    warned = [one for one in decided.warnings if one.rule == "LANG-06"] if nobody and was_sure else []
    if refusals := decided.refusals or warned:
        raise BookingRefused(refusals)


def _restored(booking: BookingFacts, found: Situation, now: datetime) -> BookingFacts:
    status = RESTORED[booking.status]
    return replace(
        booking,
        status=status,
        answer_by=answer_deadline(found, now) if status is BookingStatus.REQUESTED else None,
        invited=booking.invited or status is BookingStatus.CONFIRMED,
        late=False,
        sequence=booking.sequence + 1,
        version=booking.version + 1,
        holidays=holidays(found.closures),
    )


def _take_places(
    session: Session, booking: BookingFacts, restored: BookingFacts, found: Situation, now: datetime
) -> None:
    _lock(session, booking, found)
    update_booking(session, booking, restored, now)
    take_places(session, booking.event.id, booking.event.version, booking.size or 0, [EventStatus.OPEN])


def _take_slot(
    session: Session, booking: BookingFacts, restored: BookingFacts, found: Situation, now: datetime, actor: str
) -> None:
    """The event of its own stands again, given by the first who is free."""
    hold_station(session, found.station)
    lock_hosts(session, found.free_hosts)
    _lock(session, booking, found)
    seen = (_EVENT.id == booking.event.id, _EVENT.version == booking.event.version, _EVENT.taken == 0)
    values = {
        "status": EventStatus.OPEN if found.free_hosts or not is_hosted(found.offering) else EventStatus.PLANNED,
        "taken": booking.size or 0,
        "status_reason": "",
        "version": _EVENT.version + 1,
    }
    is_off = _EVENT.status == EventStatus.CANCELLED
    if changed(session, update(table_of(Event)).where(*seen, is_off).values(values)) != 1:
        raise Stale
    if take_host(session, found, booking.event.id) is None and found.free_hosts:
        raise Stale
    update_booking(session, booking, restored, now)
    keep_in_step(session, [booking.event.id], now, actor=actor)


def _lock(session: Session, booking: BookingFacts, found: Situation) -> None:
    """The organisation, the event, the booking; and the group is still free at that time."""
    lock_organisation_of(session, booking.id)
    own = session.execute(select(_BOOKING.organisation_id).where(_BOOKING.id == booking.id)).scalar()
    lock_events(session, [booking.event.id])
    booking_is_unchanged(session, booking)
    if own is not None:
        group_is_still_free(session, booking.as_request(), found, booking.reference, Organised(own, is_new=False))


def _tell(session: Session, before: BookingFacts, after: BookingFacts, now: datetime, actor: str) -> None:
    """One mail instead of those that are still unsent: the cancellation may be among them."""
    audit(
        session,
        at=now,
        actor=actor,
        action="booking.restore",
        subject=subject_of(before.reference),
        station_code=before.station.code,
        before={"status": before.status.value, "late": before.late},
        after={"status": after.status.value, "late": after.late},
    )
    if after.contact.email:
        withdraw(session, subject_of(before.reference))
        method = REQUEST if after.status is BookingStatus.CONFIRMED else ""
        queue(session, [message(MAILS[after.status], after, now, method=method)])
