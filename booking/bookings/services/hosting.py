"""Who gives the private event of a group: the first of the free hosts who can be had; the database decides."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from sqlalchemy import case, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking.bookings.rules import Situation
from booking.db import table_of
from booking.scheduling.models import Assignment, Guide
from booking.scheduling.queries.hosts import limits_allow
from booking.scheduling.services.rooms import keep_rooms
from booking.scheduling.terms import AssignmentStatus, RoomTaken

_GUIDE, _ASSIGNMENT = table_of(Guide), table_of(Assignment)


class _NotThisOne(Exception):
    """This host cannot be had; the savepoint takes the try back."""


def take_host(session: Session, situation: Situation, event_id: int) -> int | None:
    """The first of the free hosts whom nobody else is taking; then, waiting, those whom somebody held."""
    left = list(situation.free_hosts)
    host: int | None = None
    for skip_locked in (True, False):
        while left:
            host, is_given = _try_host(session, situation, event_id, left, skip_locked=skip_locked)
            if host is None or is_given:
                break
            left.remove(host)
        else:
            continue
        if host is not None:
            return host
    return None


def _try_host(
    session: Session, situation: Situation, event_id: int, left: Sequence[int], *, skip_locked: bool
) -> tuple[int | None, bool]:
    """The next host, and whether the event is theirs; a savepoint a try: on PostgreSQL a violation ends a transaction.

    Taking a failed try back unlocks its host: to keep one and wait for the next may close a circle.
    """
    host: int | None = None
    with suppress(_NotThisOne), session.begin_nested():
        host = _locked_host(session, left, skip_locked=skip_locked)
        _require(host is not None and _assigned(session, situation, event_id, host))
        return host, True
    return host, False


def _require(is_given: bool) -> None:  # noqa: FBT001
    if not is_given:
        raise _NotThisOne


def _locked_host(session: Session, ids: Sequence[int], *, skip_locked: bool) -> int | None:
    order = case({host: place for place, host in enumerate(ids)}, value=_GUIDE.c.id)
    statement = select(_GUIDE.c.id).where(_GUIDE.c.id.in_(ids), _GUIDE.c.is_active.is_(True)).order_by(order).limit(1)
    locked = statement.with_for_update(skip_locked=skip_locked, key_share=True)
    found: int | None = session.execute(locked).scalar()
    return found


def _assigned(session: Session, situation: Situation, event_id: int, host: int) -> bool:
    assert situation.starts_at is not None and situation.ends_at is not None  # noqa: S101, PT018  as above
    if not limits_allow(session, host, (situation.starts_at, situation.ends_at)):  # the host's row is locked: once more
        return False
    values = {
        "event_id": event_id,
        "guide_id": host,
        "starts_at": situation.starts_at,
        "busy_until": situation.ends_at + timedelta(minutes=situation.station.buffer_min),
        "status": AssignmentStatus.ACTIVE,
    }
    try:
        session.execute(insert(_ASSIGNMENT), values)
        keep_rooms(session, [event_id], fresh=True)
    except (IntegrityError, RoomTaken):
        return False
    return True
