"""What the joining page must know beside the booking."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.attendance.models import Observation
from booking.attendance.terms import Source
from booking.bookings.messages import subject_of
from booking.bookings.queries.bookings import BookingFacts
from booking.db import table_of
from booking.notices.models import Notice
from booking.scheduling.models import Event

_SAID, _NOTICE, _EVENT = table_of(Observation).c, table_of(Notice).c, table_of(Event).c


def said_by_leader(session: Session, booking_id: int) -> int | None:
    """How many the group's leader said last that they are; None where nothing was said."""
    statement = select(_SAID.attended).where(_SAID.booking_id == booking_id, _SAID.source == Source.TEACHER)
    found: int | None = session.execute(statement.order_by(_SAID.id.desc()).limit(1)).scalar()
    return found


def moved_from(session: Session, booking: BookingFacts) -> datetime | None:
    """When the booking was before it was moved to its present time, as its group was told; None where never."""
    about = (_NOTICE.subject == subject_of(booking.reference), _NOTICE.kind == "booking_moved")
    statement = select(_NOTICE.payload).where(*about).order_by(_NOTICE.id.desc()).limit(1)
    told = session.execute(statement).scalar() or {}
    before = (told.get("before") or {}).get("starts_at")
    if not before or told.get("starts_at") != booking.event.starts_at.isoformat():
        return None
    return datetime.fromisoformat(before)


def platform_of(session: Session, event_id: int) -> str:
    """The platform on which an event is to be held; empty where none is named."""
    return session.execute(select(_EVENT.platform).where(_EVENT.id == event_id)).scalar() or ""
