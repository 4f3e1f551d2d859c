"""How often somebody may try: counters in the database, shared by all processes."""

import hashlib
import math
from collections.abc import Iterable
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import case, delete, update

from booking.accounts.models import RateCounter
from booking.db import insert_into, transaction
from booking.problems import TooManyAttempts


def count_attempt(scope: str, subject: str, *, limit: int, window_s: int, now: datetime) -> int:
    """Count one attempt, in a short transaction of its own so that a refusal does not take it back.

    `scope` names the limit ("booking"), `subject` whose attempt it is (an address, an ip): kept as SHA-256 only. Raises
    `TooManyAttempts` from the attempt after `limit` until the window of `window_s` seconds ends. Returns how many there
    were in the window, this one included; 0 where limits are off.
    """
    if not current_app.extensions["booking.settings"].rate_limits:
        return 0
    key = _key(scope, subject)
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
    return int(count)


def take_back(counters: Iterable[tuple[str, str]]) -> None:
    """Count one attempt less for each (scope, subject): this one was good."""
    if current_app.extensions["booking.settings"].rate_limits:
        keys = [_key(scope, subject) for scope, subject in counters]
        with transaction() as session:
            fewer = update(RateCounter).where(RateCounter.key.in_(keys), RateCounter.count > 0)
            session.execute(fewer.values(count=RateCounter.count - 1))


def _key(scope: str, subject: str) -> str:
    return f"{scope}:{hashlib.sha256(subject.encode('utf-8', 'replace')).hexdigest()}"


def forget_old_counters(now: datetime) -> None:
    """Take away counters whose window has ended; a job of the worker."""
    with transaction() as session:
        session.execute(delete(RateCounter).where(RateCounter.window_ends_at < now))
