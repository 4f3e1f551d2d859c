"""What must be true of closures that were declared as operations: statements that find what is not."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, or_, select

from booking.bookings.closing_terms import OperationState, StepState
from booking.bookings.models import Booking, ClosureOperation, ClosureStep
from booking.bookings.terms import BookingStatus
from booking.db import table_of

_BOOKING, _OPERATION, _STEP = table_of(Booking).c, table_of(ClosureOperation).c, table_of(ClosureStep).c


def promised_nothing(_now: datetime) -> Select[Any]:
    """Groups that owe an answer to a closure, and for whom nothing is held."""
    joined = select(_BOOKING.reference, _OPERATION.code).join_from(
        ClosureStep, Booking, _BOOKING.id == _STEP.booking_id
    )
    lost = or_(
        _BOOKING.status != BookingStatus.PROPOSED,
        _BOOKING.event_id != _STEP.new_event_id,
        _BOOKING.answer_by.is_(None),
    )
    named = joined.join(ClosureOperation, _OPERATION.id == _STEP.operation_id)
    return named.where(_STEP.state == StepState.PENDING, lost).order_by(_BOOKING.reference)


def half_done(_now: datetime) -> Select[Any]:
    """Operations whose steps say something else than they do."""
    undone = _STEP.state == StepState.UNDONE
    differs = or_(
        and_(_OPERATION.state == OperationState.UNDONE, ~undone),
        and_(_OPERATION.state == OperationState.DONE, undone),
        _OPERATION.state.in_((OperationState.PREPARED, OperationState.DROPPED)),
    )
    joined = select(_OPERATION.code).join_from(ClosureOperation, ClosureStep, _STEP.operation_id == _OPERATION.id)
    return joined.where(differs).distinct().order_by(_OPERATION.code)


def overdue(now: datetime) -> Select[Any]:
    """Prepared operations whose day is past: a day is left for the zones, and for a worker that stood still."""
    late = _OPERATION.due_on < (now - timedelta(days=1)).date()
    prepared = select(_OPERATION.code, _OPERATION.due_on).where(_OPERATION.state == OperationState.PREPARED, late)
    return prepared.order_by(_OPERATION.code)
