"""Cancel a booking, withdraw a request, or leave a line: in time or late, the place is freed all the same."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import update

from booking.accounts.services import audit
from booking.bookings.messages import CANCEL, message, subject_of
from booking.bookings.models import Booking
from booking.bookings.queries.bookings import BookingFacts
from booking.bookings.queries.situation import situation
from booking.bookings.services.answering import Answer
from booking.bookings.services.book import again_if_stale
from booking.bookings.services.change import changeable, late_refusals
from booking.bookings.services.group_answers import decline_proposal
from booking.bookings.services.writing import Stale, changed, give_places_back, lock_events
from booking.bookings.terms import ENDABLE, TAKES_PLACES, BookingRefused, BookingStatus
from booking.db import table_of, transaction
from booking.notices.services import queue, withdraw
from booking.scheduling.terms import Visibility

_BOOKING = table_of(Booking)


def cancel(
    reference: str, *, now: datetime, late: bool = False, version: int | None = None, actor: str = "group"
) -> BookingFacts:
    """Give the place back. After the deadline CAN-01 refuses, until `late` confirms that it is recorded as late.

    Raises BookingRefused, Conflict (changed meanwhile, or cancelled already), UnknownBooking.
    """
    return again_if_stale(lambda: _cancel_once(reference, now, late, version, actor))


def _cancel_once(reference: str, now: datetime, late: bool, version: int | None, actor: str) -> BookingFacts:  # noqa: FBT001
    booking = changeable(reference, version, now, ENDABLE)
    if booking.status is BookingStatus.PROPOSED and booking.waiting_since is None:
        return decline_proposal(Answer(reference, booking.version, now, actor))
    found = situation(booking.as_request(), now, own=booking)
    if refusals := late_refusals(booking, found, now, confirmed=late):
        raise BookingRefused(refusals)
    was_sure = booking.status is BookingStatus.CONFIRMED
    ended = replace(
        booking,
        status=BookingStatus.CANCELLED_BY_GROUP if was_sure else BookingStatus.WITHDRAWN,
        late=bool(late_refusals(booking, found, now, confirmed=False)),
        sequence=booking.sequence + 1,
        version=booking.version + 1,
        answer_by=None,
    )
    _write(booking, ended, now, actor)
    return ended


def _write(booking: BookingFacts, ended: BookingFacts, now: datetime, actor: str) -> None:
    with transaction() as session:
        lock_events(session, [booking.event.id])
        statement = (
            update(_BOOKING)
            .where(_BOOKING.c.id == booking.id, _BOOKING.c.version == booking.version)
            .where(_BOOKING.c.status == booking.status)
            .values(
                status=ended.status,
                late=ended.late,
                sequence=ended.sequence,
                version=ended.version,
                answer_by=None,
                changed_at=now,
            )
        )
        if changed(session, statement) != 1:
            raise Stale
        if booking.status in TAKES_PLACES:
            private = booking.event.visibility is Visibility.PRIVATE
            give_places_back(session, booking.event.id, booking.size or 0, private=private, now=now, actor=actor)
        audit(
            session,
            at=now,
            actor=actor,
            action="booking.cancel",
            subject=subject_of(booking.reference),
            station_code=booking.station.code,
            before={"status": booking.status.value},
            after={"status": ended.status.value, "late": ended.late},
        )
        if ended.contact.email:
            withdraw(session, subject_of(booking.reference))
            queue(session, [message(_kind(booking), ended, now, method=CANCEL if booking.invited else "")])


def _kind(booking: BookingFacts) -> str:
    """The mail that tells of the end, by what it is the end of."""
    if booking.status is BookingStatus.CONFIRMED:
        return "booking_cancelled"
    return "waiting_left" if booking.waiting_since else "request_withdrawn"
