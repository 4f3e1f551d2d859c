"""SEC-01: the list of who comes on site goes to security; kept is only that it arrived, and when."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import update

from booking import zones
from booking.accounts.services import audit
from booking.bookings.messages import message, subject_of
from booking.bookings.models import Booking
from booking.bookings.queries.bookings import BookingFacts, booking_by_reference
from booking.bookings.queries.preparation import NOT_RECEIVED, bookings_without_list
from booking.bookings.rules import holidays
from booking.bookings.rules.changes import list_due_on
from booking.bookings.services.answering import Answer
from booking.bookings.services.remind import dedupe_of
from booking.bookings.services.writing import changed, lock_events
from booking.bookings.terms import TAKES_PLACES, Conflict, ParticipantList, UnknownBooking
from booking.db import db, table_of, transaction
from booking.notices.queries import known_keys
from booking.notices.services import queue
from booking.notices.terms import Message
from booking.scheduling.queries.closures import closures_of_all

_BOOKING = table_of(Booking)
AHEAD = timedelta(days=30)
"""How far ahead the worker looks for lists that are due."""
SOON_DAYS = 2
"""Working days before the last day, on which a group is reminded first."""
AT_ONCE = 500


def receive_list(answer: Answer) -> BookingFacts:
    """Note that the list has arrived. Raises Conflict (changed meanwhile, or there is none to wait for)."""
    booking = booking_by_reference(db.session(), answer.reference)
    if booking is None:
        raise UnknownBooking(answer.reference)
    waits = booking.participant_list in NOT_RECEIVED and booking.status in TAKES_PLACES
    if not waits or booking.version != answer.version:
        raise Conflict(answer.reference)
    received = replace(booking, participant_list=ParticipantList.RECEIVED, version=booking.version + 1)
    with transaction() as session:
        lock_events(session, [booking.event.id])
        same = (_BOOKING.c.id == booking.id, _BOOKING.c.version == booking.version)
        values = {
            "participant_list": ParticipantList.RECEIVED,
            "list_received_at": answer.now,
            "version": received.version,
            "changed_at": answer.now,
        }
        if changed(session, update(_BOOKING).where(*same).values(values)) != 1:
            raise Conflict(answer.reference)
        audit(
            session,
            at=answer.now,
            actor=answer.actor,
            action="request.list_received",
            subject=subject_of(booking.reference),
            station_code=booking.station.code,
            before={"participant_list": booking.participant_list},
            after={"participant_list": "received"},
        )
    return received


def remind_of_lists(now: datetime) -> int:
    """Remind groups whose list is missing: some days before its last day, and on it. How many mails; twice is once."""
    due = bookings_without_list(db.session(), None, now, now + AHEAD, AT_ONCE)
    stations = {booking.station.id: booking.station for booking in due}
    known = closures_of_all(db.session(), stations.values(), now)
    mails = [mail for one in due for mail in _mails(one, holidays(known.get(one.station.id, ())), now)]
    told = known_keys(db.session(), [mail.dedupe_key for mail in mails])
    new = [mail for mail in mails if mail.dedupe_key not in told]
    if new:
        with transaction() as session:
            queue(session, new)
    return len(new)


def _mails(booking: BookingFacts, off: frozenset[date], now: datetime) -> list[Message]:
    station = booking.station
    last = list_due_on(station, zones.local_date(booking.event.starts_at, station.time_zone), off)
    soon = zones.nth_working_day_before(last, SOON_DAYS, station.working_weekdays, off)
    today = zones.local_date(now, station.time_zone)
    if not booking.contact.email or not soon <= today <= last:
        return []
    end = zones.day_bounds(last, station.time_zone)[0] + timedelta(minutes=station.on_site_hours[1])
    kind = "list_missing" if today == last else "list_due"
    told = message(kind, replace(booking, holidays=off), now, dedupe=dedupe_of(booking))
    return [replace(told, payload={**told.payload, "answer_by": end.isoformat()})]
