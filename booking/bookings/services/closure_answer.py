"""What a group, or the clock, answers to the proposal of a closure is kept in the operation's log."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Exists, exists, update
from sqlalchemy.orm import Session

from booking.bookings.closing_terms import StepState
from booking.bookings.models import Booking, ClosureStep
from booking.db import table_of

_STEP, _BOOKING = table_of(ClosureStep), table_of(Booking)


def is_awaited() -> Exists:
    """Whether the booking of the statement must still answer a closure's proposal."""
    pending = (_STEP.c.booking_id == _BOOKING.c.id, _STEP.c.state == StepState.PENDING)
    return exists().where(*pending).correlate(_BOOKING)


def keep_answer(session: Session, booking_ids: Collection[int], state: StepState, now: datetime, by: str) -> int:
    """Note the answer of those bookings that owed one, in the caller's transaction, which holds their events; how many.

    `by`: group, worker, account:7.
    """
    mine = (_STEP.c.booking_id.in_(booking_ids), _STEP.c.state == StepState.PENDING)
    noted = update(_STEP).where(*mine).values(state=state, answered_at=now, answered_by=by)
    return len(session.execute(noted.returning(_STEP.c.id)).all())
