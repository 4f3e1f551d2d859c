"""What was prepared is carried out on the day on which it is announced: a job of the worker."""

import logging
from datetime import datetime

from sqlalchemy import select

from booking import zones
from booking.bookings.closing_terms import OperationState
from booking.bookings.models import ClosureOperation
from booking.bookings.services.closure_declare import carry_out
from booking.bookings.services.closure_plan import order_of
from booking.bookings.terms import Conflict
from booking.catalogue.models import Station
from booking.db import db, table_of
from booking.scheduling.terms import HostTaken

_OPERATION, _STATION = table_of(ClosureOperation).c, table_of(Station).c
_log = logging.getLogger(__name__)


def announce_closures(now: datetime) -> int:
    """Carry out every operation whose day is here; how many. One that cannot be is left, and said in the log.

    What was booked since it was prepared goes on as the rest does: on its day nobody is there to be asked.
    """
    columns = (_OPERATION.code, _OPERATION.plan, _OPERATION.created_by, _OPERATION.answer_by, _OPERATION.due_on)
    prepared = select(*columns, _STATION.time_zone).join_from(
        ClosureOperation, Station, _STATION.id == _OPERATION.station_id
    )
    waiting = prepared.where(_OPERATION.state == OperationState.PREPARED).order_by(_OPERATION.due_on, _OPERATION.id)
    done = 0
    for row in db.session.execute(waiting).all():
        if row.due_on > zones.local_date(now, row.time_zone):
            continue
        try:
            carry_out(order_of(row.plan, now, row.created_by, row.answer_by), row.code)
            done += 1
        except (Conflict, HostTaken) as error:
            _log.warning("closure %s could not be carried out: %s", row.code, type(error).__name__)
    return done
