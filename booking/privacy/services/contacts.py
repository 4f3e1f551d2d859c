"""Forget the contacts of bookings and requests, with all that hangs on them, in a caller's transaction."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, delete, update
from sqlalchemy.orm import Session

from booking.bookings.models import Booking, ConnectionTest, RequestNote, VisitDetail, VisitRequest
from booking.db import core, table_of
from booking.privacy.queries.due import emptied
from booking.privacy.terms import Kind
from booking.scheduling.models import WrittenEntry

_BOOKING, _REQUEST = table_of(Booking), table_of(VisitRequest)
_NOTE, _DETAIL, _CALL = table_of(RequestNote), table_of(VisitDetail), table_of(ConnectionTest)
_ENTRY = table_of(WrittenEntry)


def forget_bookings(session: Session, which: ColumnElement[bool], now: datetime) -> int:
    """Forget the contacts of these bookings; how many. Numbers, statuses and everything that reports count stay."""
    gone = {**emptied(_BOOKING, Kind.CONTACT), "contact_removed_at": now, "version": _BOOKING.c.version + 1}
    told = (_BOOKING.c.id, _BOOKING.c.reference, _BOOKING.c.event_id)
    rows = core(session).execute(update(_BOOKING).where(which).values(gone).returning(*told)).all()
    _forget_notes(session, [row.reference for row in rows])
    calls = _CALL.c.booking_id.in_([row.id for row in rows])
    session.execute(update(_CALL).where(calls).values(emptied(_CALL, Kind.CONTACT)))
    session.execute(delete(_ENTRY).where(_ENTRY.c.event_id.in_({row.event_id for row in rows})))
    return len(rows)


def forget_requests(session: Session, which: ColumnElement[bool], now: datetime) -> int:
    """Forget the contacts of these requests without a time; how many."""
    gone = {**emptied(_REQUEST, Kind.CONTACT), "contact_removed_at": now, "version": _REQUEST.c.version + 1}
    rows = core(session).execute(update(_REQUEST).where(which).values(gone).returning(_REQUEST.c.reference)).all()
    _forget_notes(session, [row.reference for row in rows])
    return len(rows)


def _forget_notes(session: Session, references: Collection[str]) -> None:
    """What was written about these, and what their groups said beyond the form of a booking."""
    for table in (_NOTE, _DETAIL):
        about = table.c.reference.in_(references)
        session.execute(update(table).where(about).values(emptied(table, Kind.CONTACT)))
