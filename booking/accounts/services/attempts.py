"""How often somebody may try: counters in the database, shared by all processes."""

import hashlib
import math
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import case, delete

from booking.accounts.models import RateCounter
from booking.db import insert_into, transaction
from booking.problems import TooManyAttempts


def count_attempt(scope: str, subject: str, *, limit: int, window_s: int, now: datetime) -> None:
    """Count one attempt, in a short transaction of its own so that a refusal does not take it back.

    `scope` names the limit ("booking"), `subject` whose attempt it is (an address, an ip): kept as SHA-256 only. Raises
    `TooManyAttempts` from the attempt after `limit` until the window of `window_s` seconds ends.
    """
    if not current_app.extensions["booking.settings"].rate_limits:
        return
    key = f"{scope}:{hashlib.sha256(subject.encode('utf-8', 'replace')).hexdigest()}"
    ends_at = now + timedelta(seconds=window_s)
    is_over = RateCounter.window_ends_at <= now
    later = {
        "count": case((is_over, 1), else_=RateCounter.count + 1),
        "window_ends_at": case((is_over, ends_at), else_=RateCounter.window_ends_at),
    }
    with transaction() as session:
        first = insert_into(session, RateCounter).values(key=key, window_ends_at=ends_at, count=1)
        counted = first.on_conflict_do_update(index_elements=["key"], set_=later)
        count, window_ends_at = session.execute(counted.returning(RateCounter.count, RateCounter.window_ends_at)).one()
    if count > limit:
        raise TooManyAttempts(max(1, math.ceil((window_ends_at - now).total_seconds())))


def forget_old_counters(now: datetime) -> None:
    """Take away counters whose window has ended; a job of the worker."""
    with transaction() as session:
        session.execute(delete(RateCounter).where(RateCounter.window_ends_at < now))
