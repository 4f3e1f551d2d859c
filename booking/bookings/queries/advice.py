"""What to do instead: the next open events, read only when something is refused."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.db import table_of
from booking.scheduling.models import Event
from booking.scheduling.terms import EventStatus, Visibility

NAMED = 3
"""Times named in a sentence."""

_EVENT = table_of(Event).c


def next_starts(
    session: Session, offering_ids: Iterable[int], after: datetime, before: datetime, *, places: int, language: str
) -> list[tuple[datetime, str]]:
    """(start, station zone) of the next open events of those offerings between two instants; one statement.

    With so many places left, and in that language unless it is empty.
    """
    statement = (
        select(_EVENT.starts_at, _EVENT.time_zone)
        .where(
            _EVENT.offering_id.in_(tuple(offering_ids)),
            _EVENT.starts_at >= after,
            _EVENT.starts_at < before,
            _EVENT.status == EventStatus.OPEN,
            _EVENT.visibility == Visibility.OPEN,
            _EVENT.capacity - _EVENT.taken >= places,
        )
        .order_by(_EVENT.starts_at)
        .limit(NAMED)
    )
    if language:
        statement = statement.where(_EVENT.language == language)
    return [(row.starts_at, row.time_zone) for row in session.execute(statement)]
