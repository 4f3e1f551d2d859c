"""A group that waited says yes to the places that it is offered; no, and the line itself, are ends like any other."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking.accounts.services import audit
from booking.bookings.messages import REQUEST, message, subject_of
from booking.bookings.models import Booking
from booking.bookings.queries.bookings import BookingFacts, booking_by_reference
from booking.bookings.queries.situation import situation
from booking.bookings.rules import Situation, decide, holidays
from booking.bookings.rules.waiting import is_offered
from booking.bookings.services.book import again_if_stale, answer_deadline, status_for
from booking.bookings.services.once_more import booking_is_unchanged, group_is_still_free
from booking.bookings.services.writing import Organised, lock_events, lock_organisation_of
from booking.bookings.terms import Action, BookingRefused, BookingStatus, Conflict, UnknownBooking
from booking.db import db, table_of, transaction
from booking.notices.services import queue, withdraw

_BOOKING = table_of(Booking)
_MAILS = {
    BookingStatus.CONFIRMED: ("booking_confirmed", REQUEST),
    BookingStatus.REQUESTED: ("booking_requested", ""),
}


def accept_offer(reference: str, *, now: datetime, version: int | None = None, actor: str = "group") -> BookingFacts:
    """Make the offered places the group's own; a second time changes nothing.

    NSH-01: of a group that did not come twice within a year they become a request, on which the desk decides.
    Raises BookingRefused where the group is in another event by now (OVL-02), Conflict for an offer that has ended,
    UnknownBooking.
    """
    return again_if_stale(lambda: _accept_once(reference, now, version, actor))


def _accept_once(reference: str, now: datetime, version: int | None, actor: str) -> BookingFacts:
    booking = booking_by_reference(db.session(), reference)
    if booking is None:
        raise UnknownBooking(reference)
    if booking.status is BookingStatus.CONFIRMED and booking.waiting_since is not None:
        return booking
    if not is_offered(booking, now) or version not in {None, booking.version}:
        raise Conflict(reference)
    found = situation(booking.as_request(), now, own=booking)
    decided = decide(booking.as_request(), found, now, Action.TAKE_OFFER)
    if decided.refusals:
        raise BookingRefused(decided.refusals)
    taken = _taken(booking, status_for(decided), found, now)
    _write(booking, taken, found, now, actor)
    return taken


def _taken(booking: BookingFacts, status: BookingStatus, found: Situation, now: datetime) -> BookingFacts:
    """The booking with its places; one on which a person decides is a request like any other, and of no line."""
    is_sure = status is BookingStatus.CONFIRMED
    return replace(
        booking,
        status=status,
        invited=is_sure,
        answer_by=None if is_sure else answer_deadline(found, now),
        waiting_since=booking.waiting_since if is_sure else None,
        version=booking.version + 1,
        holidays=holidays(found.closures),
    )


def _write(booking: BookingFacts, taken: BookingFacts, found: Situation, now: datetime, actor: str) -> None:
    with transaction() as session:
        lock_organisation_of(session, booking.id)
        lock_events(session, [booking.event.id])
        booking_is_unchanged(session, booking)
        group_is_still_free(session, booking.as_request(), found, booking.reference, _organisation_of(session, booking))
        names = ("status", "invited", "answer_by", "waiting_since", "version")
        values = {**{name: getattr(taken, name) for name in names}, "changed_at": now}
        session.execute(update(_BOOKING).where(_BOOKING.c.id == booking.id).values(values))
        audit(
            session,
            at=now,
            actor=actor,
            action="booking.take_offer",
            subject=subject_of(booking.reference),
            station_code=booking.station.code,
            before={"status": booking.status.value},
            after={"status": taken.status.value},
        )
        withdraw(session, subject_of(booking.reference))
        if taken.contact.email:
            kind, method = _MAILS[taken.status]
            queue(session, [message(kind, taken, now, method=method)])


def _organisation_of(session: Session, booking: BookingFacts) -> Organised:
    own = select(_BOOKING.c.organisation_id).where(_BOOKING.c.id == booking.id)
    return Organised(session.execute(own).scalar() or 0, is_new=False)
