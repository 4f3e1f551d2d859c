"""NSH-01: whoever was expected and did not come is written to on the day after, and asked for a new date; once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from booking.attendance.services.thank import AT_ONCE, LATEST, is_day_after, of_group
from booking.bookings.models import Booking
from booking.bookings.queries.bookings import BookingFacts, bookings_by_id
from booking.bookings.terms import BookingStatus
from booking.catalogue.models import Station
from booking.db import db, table_of, transaction
from booking.notices.models import Notice
from booking.notices.services import queue
from booking.notices.terms import Message
from booking.scheduling.models import Event
from booking.scheduling.terms import EventStatus

KIND = "missed"
_EVENT, _BOOKING, _NOTICE = table_of(Event).c, table_of(Booking).c, table_of(Notice).c
_STATION = table_of(Station).c


def write_to_missed(now: datetime) -> int:
    """Queue what is due; how many mails. A job of the worker: twice, or on two workers, is once."""
    told, last = 0, 0
    while ids := _stayed_away(db.session(), now, last):
        due = [booking for booking in bookings_by_id(db.session(), ids) if is_day_after(booking, now)]
        if due:
            minutes = _minutes(db.session())
            with transaction() as session:
                queue(session, [_message(booking, minutes[booking.station.code], now) for booking in due])
        told, last = told + len(due), ids[-1]
    return told


def _stayed_away(session: Session, now: datetime, last: int) -> Sequence[int]:
    """Ids of bookings, from after this one on, to whose event of the last days nobody came, and not by our fault."""
    nobody = and_(_BOOKING.status == BookingStatus.CONFIRMED, _EVENT.status == EventStatus.NO_SHOW)
    key = _BOOKING.reference + f":{KIND}:" + _EVENT.code
    statement = (
        select(_BOOKING.id)
        .join_from(Booking, Event, _EVENT.id == _BOOKING.event_id)
        .where(_EVENT.ends_at <= now, _EVENT.starts_at > now - LATEST)
        .where(or_(_BOOKING.status == BookingStatus.NO_SHOW, nobody), _BOOKING.contact_email != "")
        .where(_EVENT.had_fault.is_(False))
        .where(_BOOKING.id > last, ~select(_NOTICE.id).where(_NOTICE.dedupe_key == key).exists())
    )
    return list(session.execute(statement.order_by(_BOOKING.id).limit(AT_ONCE)).scalars())


def _minutes(session: Session) -> dict[str, int]:
    """After how many minutes nobody is expected any more, by station."""
    return {row.code: row.no_show_min for row in session.execute(select(_STATION.code, _STATION.no_show_min))}


def _message(booking: BookingFacts, minutes: int, now: datetime) -> Message:
    told = of_group(KIND, booking, now)
    return replace(told, payload={**told.payload, "minutes": minutes})
