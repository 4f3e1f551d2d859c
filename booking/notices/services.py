"""Queue and withdraw notices inside a caller's transaction; claim and settle them in short ones of their own."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from operator import attrgetter
from threading import Event
from typing import Any

from flask import current_app
from sqlalchemy import Select, Update, delete, event, select, update
from sqlalchemy.orm import Session

from booking.bulk import Rows, ready, run
from booking.db import core, db, insert_for, insert_into, table_of, transaction
from booking.notices.models import Notice, WorkerHeartbeat
from booking.notices.terms import (
    BACK_OFF,
    LEASE,
    MOST_ATTEMPTS,
    WITH_ONE_TIME_LINK,
    Claimed,
    Message,
    NoticeState,
    Told,
)

wake = Event()
"""Set when a transaction of this process has queued something: its worker need not wait for the next poll."""


_QUEUED_HERE = "notices.queued"
_OPEN = (NoticeState.QUEUED, NoticeState.SENDING)
_AFRESH = ("recipient", "locale", "payload", "due_at", "state", "attempts", "next_try_at")
_CLAIMED = (
    Notice.id,
    Notice.kind,
    Notice.recipient,
    Notice.locale,
    Notice.payload,
    Notice.message_id,
    Notice.attempts,
    Notice.due_at,
    Notice.claimed_by.label("worker_id"),
)
_TOLD = (Notice.subject, Notice.kind, Notice.recipient, Notice.payload, Notice.state, Notice.attempts)


def queue(session: Session, messages: Iterable[Message]) -> None:
    """Write the messages' rows in the caller's transaction; one whose dedupe key is known already is left out.

    One that was withdrawn is queued afresh. Nobody is written to whose address has been forgotten.
    """
    host = current_app.extensions["booking.settings"].public_host
    rows = [_row(message, host) for message in messages if message.recipient]
    if rows:
        connection = core(session)
        connection.execute(_insert_notices(connection.dialect.name), rows)
        session.info[_QUEUED_HERE] = True


def letters_ready(session: Session, messages: Iterable[Message]) -> Rows:
    """The messages' rows for `queue_ready`, made ready before a lock is taken."""
    host = current_app.extensions["booking.settings"].public_host
    rows = [_row(message, host) for message in messages if message.recipient]
    return ready(session, _insert_notices(session.get_bind().dialect.name), rows)


def queue_ready(session: Session, letters: Rows) -> None:
    """The same as `queue` with rows that are ready."""
    run(session, letters)
    session.info[_QUEUED_HERE] = True


@cache
def _insert_notices(dialect: str) -> Any:  # noqa: ANN401  two dialects' own classes
    statement = insert_for(dialect, table_of(Notice))
    fresh = {name: statement.excluded[name] for name in _AFRESH}
    withdrawn = table_of(Notice).c.state == NoticeState.WITHDRAWN
    return statement.on_conflict_do_update(index_elements=["dedupe_key"], set_=fresh, where=withdrawn)


def _row(message: Message, host: str) -> dict[str, object]:
    return {
        "kind": message.kind,
        "dedupe_key": message.dedupe_key,
        "subject": message.subject,
        "recipient": message.recipient,
        "locale": message.locale,
        "payload": dict(message.payload),
        "message_id": message_id(message.dedupe_key, host),
        "due_at": message.due_at,
        "state": NoticeState.QUEUED,
        "attempts": 0,
        "next_try_at": message.due_at,
    }


def message_id(dedupe_key: str, host: str) -> str:
    """The Message-ID of a message: the same key at the same host always has the same one."""
    digest = hashlib.sha256(dedupe_key.encode()).hexdigest()[:32]
    return f"<{digest}@{'localhost' if ':' in host else host}>"


@event.listens_for(db.session, "after_commit")
def _wake_worker(session: Session) -> None:
    if session.info.pop(_QUEUED_HERE, False):
        wake.set()


def withdraw(session: Session, subject: str, kinds: Collection[str] | None = None) -> int:
    """Take back the unsent notices about a subject (only those of `kinds`, if given), in the caller's transaction.

    One that is being sent at this moment may still arrive, but is not tried again. Returns how many were taken back.
    """
    statement = update(Notice).where(Notice.subject == subject, Notice.state.in_(_OPEN))
    if kinds is not None:
        statement = statement.where(Notice.kind.in_(kinds))
    return _changed(session, statement.values(state=NoticeState.WITHDRAWN, claimed_by=None))


def withdraw_all(
    session: Session, subjects: Collection[str] | Select[Any], kinds: Collection[str] | None = None
) -> int:
    """Take back the unsent notices about all of these subjects (only those of `kinds`, if given) in one statement."""
    statement = update(Notice).where(Notice.subject.in_(subjects), Notice.state.in_(_OPEN))
    if kinds is not None:
        statement = statement.where(Notice.kind.in_(kinds))
    return _changed(session, statement.values(state=NoticeState.WITHDRAWN, claimed_by=None))


def told_about(session: Session, subjects: Collection[str]) -> list[Told]:
    """Every notice about these subjects, oldest first, locked: none is claimed while the caller decides on it."""
    about = select(*_TOLD).where(Notice.subject.in_(subjects)).order_by(Notice.id)
    return [Told(**row) for row in session.execute(about.with_for_update()).mappings()]


def put_right(session: Session, subject: str, facts: Mapping[str, object]) -> int:
    """Give the unsent notices about a subject these facts instead of their own; how many, in the caller's transaction.

    A fact that a notice does not tell is not added. One that is being sent at this moment may still tell the old ones.
    """
    unsent = select(Notice.id, Notice.payload).where(Notice.subject == subject, Notice.state.in_(_OPEN))
    found = session.execute(unsent.order_by(Notice.id).with_for_update()).all()
    for row in found:
        told = {name: value for name, value in facts.items() if name in row.payload}
        _changed(session, update(Notice).where(Notice.id == row.id).values(payload={**row.payload, **told}))
    return len(found)


def claim(now: datetime, worker_id: str, limit: int = 20, lease: timedelta = LEASE) -> list[Claimed]:
    """Take up to `limit` due notices for one worker, oldest first; nobody else gets them before the lease ends.

    Those whose worker was lost at the last allowed attempt are failed here.
    """
    due = select(Notice.id).where(Notice.state.in_(_OPEN), Notice.next_try_at <= now, Notice.attempts < MOST_ATTEMPTS)
    chosen = due.order_by(Notice.next_try_at).limit(limit).with_for_update(skip_locked=True).cte("chosen")
    taken = (
        update(Notice)
        .where(Notice.id.in_(select(chosen.c.id)))
        .values(
            state=NoticeState.SENDING,
            claimed_by=worker_id,
            next_try_at=now + lease,
            attempts=Notice.attempts + 1,
        )
        .returning(*_CLAIMED)
    )
    with transaction() as session:
        _fail_abandoned(session, now)
        rows = session.execute(taken, execution_options={"synchronize_session": False}).mappings()
        return sorted((Claimed(**row) for row in rows), key=attrgetter("due_at", "id"))


def _fail_abandoned(session: Session, now: datetime) -> None:
    abandoned = (Notice.state == NoticeState.SENDING, Notice.next_try_at <= now, Notice.attempts >= MOST_ATTEMPTS)
    values = {"state": NoticeState.FAILED, "claimed_by": None, "error": "the worker was lost each time"}
    _changed(session, update(Notice).where(*abandoned).values(values))


def renew(notice: Claimed, now: datetime, lease: timedelta = LEASE) -> bool:
    """Begin the lease again; False where the notice is no longer this worker's, and must not be sent."""
    with transaction() as session:
        return _changed(session, _held(notice).values(next_try_at=now + lease)) == 1


def mark_sent(notice: Claimed, now: datetime) -> None:
    """Record that the mail server has taken the message, whoever holds the notice by now.

    The link that signs somebody in or sets a password is kept no longer than it takes to send it.
    """
    values: dict[str, Any] = {"state": NoticeState.SENT, "sent_at": now, "claimed_by": None, "error": None}
    if notice.kind in WITH_ONE_TIME_LINK:
        values["payload"] = {name: value for name, value in notice.payload.items() if name != "url"}
    with transaction() as session:
        _changed(session, update(Notice).where(Notice.id == notice.id).values(values))


def try_later(
    notices: Iterable[Claimed], now: datetime, error: str, back_off: tuple[timedelta, ...] = BACK_OFF
) -> None:
    """Give notices back until their back-off ends; one that has used up its attempts is failed."""
    with transaction() as session:
        for notice in notices:
            spent = notice.attempts >= MOST_ATTEMPTS
            wait = back_off[min(notice.attempts, len(back_off)) - 1]
            state = NoticeState.FAILED if spent else NoticeState.QUEUED
            values = {"state": state, "next_try_at": now + wait, "claimed_by": None, "error": error}
            _changed(session, _held(notice).values(values))


def fail(notice: Claimed, error: str) -> None:
    """Give a notice up, for the desk to see; `error` says why, without personal data."""
    with transaction() as session:
        _changed(session, _held(notice).values(state=NoticeState.FAILED, claimed_by=None, error=error))


def release(notices: Iterable[Claimed], now: datetime) -> None:
    """Give back notices that were not tried at all: free at once, and the attempt does not count."""
    with transaction() as session:
        for notice in notices:
            untried = notice.attempts - 1
            values = {"state": NoticeState.QUEUED, "attempts": untried, "next_try_at": now, "claimed_by": None}
            _changed(session, _held(notice).values(values))


def retry(notice_id: int, now: datetime) -> bool:
    """Queue a failed notice afresh, with the same Message-ID; False where there is no such failed notice to anybody."""
    with transaction() as session:
        return queue_again(session, notice_id, now)


def queue_again(session: Session, notice_id: int, now: datetime) -> bool:
    """The same in the caller's transaction; False as well where its address has been forgotten."""
    failed = (Notice.id == notice_id, Notice.state == NoticeState.FAILED, Notice.recipient != "")
    statement = update(Notice).where(*failed)
    session.info[_QUEUED_HERE] = True
    return _changed(session, statement.values(state=NoticeState.QUEUED, attempts=0, next_try_at=now)) == 1


def beat(worker_id: str, now: datetime, forget_after: timedelta = timedelta(days=1)) -> None:
    """Say that a worker lives, and forget those not seen for a day."""
    with transaction() as session:
        row = insert_into(session, WorkerHeartbeat).values(worker_id=worker_id, seen_at=now)
        session.execute(row.on_conflict_do_update(index_elements=["worker_id"], set_={"seen_at": now}))
        session.execute(delete(WorkerHeartbeat).where(WorkerHeartbeat.seen_at < now - forget_after))


def leave(worker_id: str) -> None:
    """Take back a worker's heartbeat when it stops."""
    with transaction() as session:
        session.execute(delete(WorkerHeartbeat).where(WorkerHeartbeat.worker_id == worker_id))


def _held(notice: Claimed) -> Update:
    return update(Notice).where(
        Notice.id == notice.id, Notice.state == NoticeState.SENDING, Notice.claimed_by == notice.worker_id
    )


def _changed(session: Session, statement: Update) -> int:
    """Run an update past the session's objects; returns the number of rows changed."""
    result = session.execute(statement, execution_options={"synchronize_session": False})
    return int(result.rowcount)  # type: ignore[attr-defined]  # an UPDATE gives a CursorResult
