"""What is no longer needed: keys of requests that nobody repeats any more."""

from datetime import datetime, timedelta

from sqlalchemy import delete

from booking.bookings.models import IdempotencyKey
from booking.db import table_of, transaction

KEPT = timedelta(hours=48)
"""A key is promised for a day at least."""

_KEY = table_of(IdempotencyKey)


def forget_keys(now: datetime) -> None:
    """Forget keys older than two days; a job of the worker."""
    with transaction() as session:
        session.execute(delete(_KEY).where(_KEY.c.created_at < now - KEPT))
