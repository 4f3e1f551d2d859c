"""What was prepared is carried out on the day on which it is announced: a job of the worker."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, or_, select, update

from booking import zones
from booking.accounts.queries import account_by_id
from booking.accounts.services import audit
from booking.bookings.closing import ClosureRefused, NotPossible
from booking.bookings.closing_terms import Hurdle, OperationState, Stuck
from booking.bookings.links import public_url
from booking.bookings.models import ClosureOperation
from booking.bookings.services.closure_declare import carry_out
from booking.bookings.services.closure_plan import order_of
from booking.bookings.services.writing import changed
from booking.bookings.terms import Conflict
from booking.catalogue.models import Station
from booking.db import db, table_of, transaction
from booking.i18n import DEFAULT_LOCALE
from booking.notices.services import queue
from booking.notices.terms import Message
from booking.scheduling.terms import HostTaken

_OPERATION, _STATION = table_of(ClosureOperation).c, table_of(Station).c
_log = logging.getLogger(__name__)
AGAIN = timedelta(minutes=10)
"""After so long one that could not be carried out is tried once more."""
STUCK_MAIL = "closure_stuck"
_NAMED = 20
"""Events that are kept as what is in the way."""
_WHY: Mapping[Hurdle, Stuck] = {
    Hurdle.OVERLAP: Stuck.CLOSED,
    Hurdle.PAST: Stuck.PAST,
    Hurdle.ANNOUNCED_LATE: Stuck.PAST,
    Hurdle.NO_ANSWER_BY: Stuck.ANSWER_BY,
    Hurdle.ANSWER_BY_PAST: Stuck.ANSWER_BY,
}


def announce_closures(now: datetime) -> int:
    """Carry out every operation whose day is here; how many. One that cannot be is left, and its coordinator told once.

    What was booked since it was prepared goes on as the rest does: on its day nobody is there to be asked.
    """
    names = ("id", "code", "plan", "created_by", "answer_by", "due_on", "stuck_at", "stuck_why", "stuck_about")
    place = (_STATION.time_zone, _STATION.code.label("station"), _STATION.contact_email)
    columns = (*(_OPERATION[name] for name in names), *place)
    prepared = select(*columns).join_from(ClosureOperation, Station, _STATION.id == _OPERATION.station_id)
    rested = or_(_OPERATION.stuck_at.is_(None), _OPERATION.stuck_at <= now - AGAIN)
    waiting = prepared.where(_OPERATION.state == OperationState.PREPARED, rested)
    done = 0
    for row in db.session.execute(waiting.order_by(_OPERATION.due_on, _OPERATION.id)).all():
        if row.due_on > zones.local_date(now, row.time_zone):
            continue
        try:
            carry_out(order_of(row.plan, now, row.created_by, row.answer_by), row.code)
            done += 1
        except (Conflict, HostTaken) as error:
            _keep(row, error, now)
    return done


def _keep(row: Row[Any], error: Exception, now: datetime) -> None:
    """Why it waits stands on its page; whoever prepared it reads once that it does."""
    why, about = _in_the_way(error)
    _log.warning("closure %s could not be carried out: %s %s", row.code, why.value, about)
    is_new = (why.value, about) != (row.stuck_why, row.stuck_about)
    mine = (_OPERATION.id == row.id, _OPERATION.state == OperationState.PREPARED)
    kept = {"stuck_at": now, "stuck_why": why.value, "stuck_about": about}
    with transaction() as session:
        if not changed(session, update(table_of(ClosureOperation)).where(*mine).values(kept)) or not is_new:
            return
        audit(
            session,
            at=now,
            actor="worker",
            action="closure.wait",
            subject=f"operation:{row.code}",
            station_code=row.station,
            after={"why": why.value, "about": about},
        )
        queue(session, _letters(row, now))


def _in_the_way(error: Exception) -> tuple[Stuck, str]:
    """Why, and the codes of what is in the way."""
    if isinstance(error, NotPossible):
        return Stuck.CHOICE, " ".join(one.event.code for one in error.hits[:_NAMED])
    if isinstance(error, ClosureRefused):
        return _WHY.get(error.hurdle, Stuck.CHANGED), error.closure.code if error.closure else ""
    return (Stuck.TAKEN if isinstance(error, HostTaken) else Stuck.CHANGED), ""


def _letters(row: Row[Any], now: datetime) -> list[Message]:
    """To whoever prepared it, or to the station where that account is closed. Its key makes it the only one."""
    kind, _, number = row.created_by.partition(":")
    person = account_by_id(db.session(), int(number)) if kind == "account" and number.isdigit() else None
    address = person.email if person else row.contact_email
    if not address:
        return []
    payload = {
        "name": person.name if person else "",
        "day": row.due_on.isoformat(),
        "station": row.station,
        "url": public_url(f"/desk/closures/operations/{row.code}"),
    }
    locale = (person.locale if person else "") or DEFAULT_LOCALE
    key = f"{STUCK_MAIL}:{row.code}"
    return [Message(STUCK_MAIL, key, f"operation:{row.code}", address, locale, payload, now)]
