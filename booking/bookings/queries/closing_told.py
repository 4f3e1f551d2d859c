"""Why a group is asked about another event: the closure that stopped its own."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.bookings.closing_terms import Choice, StepState
from booking.bookings.models import ClosureStep
from booking.db import table_of
from booking.i18n import Translated
from booking.scheduling.models import Closure, Event

_STEP, _CLOSURE, _EVENT = table_of(ClosureStep).c, table_of(Closure).c, table_of(Event).c


@dataclass(frozen=True)
class ClosedFor:
    """What a closure did to a group's visit; the group has not answered yet."""

    reason: Translated
    was_at: datetime
    """When the visit would have begun."""
    choice: Choice


def closed_for(session: Session, booking_id: int) -> ClosedFor | None:
    """The closure by which a booking's present event was proposed, if its answer is still owed; one statement."""
    row = session.execute(
        select(_CLOSURE.message, _EVENT.starts_at, _STEP.choice)
        .join_from(ClosureStep, Closure, _CLOSURE.id == _STEP.closure_id)
        .join(Event, _EVENT.id == _STEP.event_id)
        .where(_STEP.booking_id == booking_id, _STEP.state == StepState.PENDING)
    ).first()
    return ClosedFor(row.message, row.starts_at, row.choice) if row else None
