"""Thanks on the day after, with the way to what a group may take with it: found by the worker, queued once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from booking import zones
from booking.bookings.links import join_url
from booking.bookings.messages import message
from booking.bookings.models import Booking
from booking.bookings.queries.bookings import BookingFacts, bookings_by_id
from booking.bookings.terms import BookingStatus
from booking.db import db, table_of, transaction
from booking.notices.models import Notice
from booking.notices.services import queue
from booking.notices.terms import Message
from booking.scheduling.models import Event
from booking.scheduling.terms import EventStatus

KIND = "thanks"
MORNING = time(9)
"""From when on the day after, on the station's clock."""
LATEST = timedelta(days=7)
"""So long after its end an event may still be counted, and its groups thanked."""
AT_ONCE = 500

_EVENT, _BOOKING, _NOTICE = table_of(Event).c, table_of(Booking).c, table_of(Notice).c


def thank(now: datetime) -> int:
    """Queue the thanks that are due; how many there were. Twice, or on two workers, is once."""
    told, last = 0, 0
    while ids := _came(db.session(), now, last):
        due = [booking for booking in bookings_by_id(db.session(), ids) if is_day_after(booking, now)]
        if due:
            with transaction() as session:
                queue(session, [of_group(KIND, booking, now) for booking in due])
        told, last = told + len(due), ids[-1]
    return told


def _came(session: Session, now: datetime, last: int) -> Sequence[int]:
    """Ids of bookings, from after this one on, whose groups came within the last days and were not thanked yet."""
    together = and_(_BOOKING.status == BookingStatus.CONFIRMED, _EVENT.attended > 0)
    key = _BOOKING.reference + f":{KIND}:" + _EVENT.code
    statement = (
        select(_BOOKING.id)
        .join_from(Booking, Event, _EVENT.id == _BOOKING.event_id)
        .where(_EVENT.status == EventStatus.HELD, _EVENT.ends_at <= now, _EVENT.starts_at > now - LATEST)
        .where(or_(_BOOKING.status == BookingStatus.ATTENDED, together), _BOOKING.contact_email != "")
        .where(_BOOKING.id > last, ~select(_NOTICE.id).where(_NOTICE.dedupe_key == key).exists())
    )
    return list(session.execute(statement.order_by(_BOOKING.id).limit(AT_ONCE)).scalars())


def is_day_after(booking: BookingFacts, now: datetime) -> bool:
    """From the morning of the station's next day on."""
    zone = booking.station.time_zone
    day, today = (zones.local_date(instant, zone) for instant in (booking.event.ends_at, now))
    return today > day + timedelta(days=1) or (today > day and zones.to_local(now, zone).time() >= MORNING)


def of_group(kind: str, booking: BookingFacts, now: datetime) -> Message:
    """A mail of this kind, once for an event; its link opens the joining page in the language of the mail."""
    told = message(kind, booking, now, dedupe=booking.event.code)
    link = f"{join_url(booking.reference, booking.generation)}?lang={booking.contact.locale}"
    return replace(told, payload={**told.payload, "join_url": link})
