"""Forget what is due: in short transactions, each with its line of the trail; two runs at once forget a thing once."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy.orm import Session

from booking.accounts.services import audit
from booking.db import db, shrink, transaction
from booking.privacy.queries.due import Due, anything_due, contacts_due, erased_since, letters_due, others_due
from booking.privacy.services.contacts import forget_bookings, forget_requests
from booking.privacy.services.erase import finish
from booking.privacy.services.letters import forget_letters, old_letters
from booking.privacy.terms import Removed

BATCH = 500
"""Rows that one transaction forgets: others write in between."""
ROUND = 10
"""Transactions for a table in one round of the worker; the rest is left to the next."""
LOOKED_EVERY = timedelta(hours=1)
"""By one worker while nothing is due: a day more or less is all that anybody was promised."""
SMALL = 100 * 1024 * 1024
"""Bytes of a SQLite file that the worker writes anew by itself, in about a second; the command takes any."""
PATIENCE_MS = 500
_STATE = "booking.privacy.state"


class _State:
    """What this process remembers between rounds: when nothing was due, and whether a file is to be written anew."""

    looked_at: datetime | None = None
    is_unclean: bool = False


def forget_what_is_due(now: datetime) -> None:
    """A job of the worker: looks once an hour, without a lock, and writes only where something is due."""
    state = current_app.extensions.setdefault(_STATE, _State())
    if state.looked_at is None or not timedelta(0) <= now - state.looked_at < LOOKED_EVERY:
        state.is_unclean |= erased_since(db.session(), state.looked_at or now - LOOKED_EVERY)
        removed = forget(now, rounds=ROUND)
        state.is_unclean |= bool(removed)
        state.looked_at = now if removed.is_all else None
    if state.is_unclean and _is_small():
        state.is_unclean = not shrink(PATIENCE_MS)


def forget(now: datetime, rounds: int | None = None) -> Removed:
    """Forget what is due at `now`, table by table; at most `rounds` transactions for each (None: all of it)."""
    files = _forget_files(now)
    rows = Counter({"erasure": finish(now)})
    if not anything_due(db.session(), now):
        return Removed({name: count for name, count in rows.items() if count}, files)
    session = db.session()
    bookings, requests = contacts_due(session, now)
    works: list[tuple[Due, Callable[[Session, Due], int]]] = [
        (bookings, lambda session, due: forget_bookings(session, due.chosen(BATCH), now)),
        (requests, lambda session, due: forget_requests(session, due.chosen(BATCH), now)),
        (letters_due(now), lambda session, due: forget_letters(session, due.which, BATCH)),
        *((due, _forget_some) for due in others_due(session, now)),
    ]
    session.rollback()
    is_all = True
    for due, work in works:
        count, is_whole = _in_batches(due, work, now, rounds)
        rows[due.table.name] += count
        is_all &= is_whole
    return Removed({name: count for name, count in rows.items() if count}, files, is_all)


def _in_batches(due: Due, work: Callable[[Session, Due], int], now: datetime, rounds: int | None) -> tuple[int, bool]:
    """How many rows, and whether that was all of them."""
    total, done = 0, 0
    while rounds is None or done < rounds:
        if not _is_due(due):
            return total, True
        with transaction() as session:
            count = work(session, due)
            if count:
                after = {"table": due.table.name, "kind": due.kind.value, "rows": count}
                audit(session, at=now, actor="worker", action="retention.forget", subject="retention", after=after)
        total, done = total + count, done + 1
        if not count:
            return total, True  # somebody else was quicker
    return total, not _is_due(due)


def _is_due(due: Due) -> bool:
    """Whether there is one, asked without a lock."""
    found = db.session().execute(due.look().limit(1)).first()
    db.session().rollback()
    return found is not None


def _forget_some(session: Session, due: Due) -> int:
    return int(session.connection().execute(due.removal(BATCH)).rowcount)


def _mail_folder() -> Path:
    instance: Path = current_app.extensions["booking.settings"].instance_dir
    return instance / "mail"


def _forget_files(now: datetime) -> int:
    gone = old_letters(_mail_folder(), now)
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def _is_small() -> bool:
    """Whether the SQLite file is small enough to be written anew while people wait for it."""
    file = db.engine.url.database if db.engine.dialect.name == "sqlite" else None
    return not file or not Path(file).exists() or Path(file).stat().st_size <= SMALL
