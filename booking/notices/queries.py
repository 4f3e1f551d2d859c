"""Reads of the outbox: is anything due, what failed, is a worker alive."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session

from booking.notices.models import Notice, WorkerHeartbeat
from booking.notices.terms import NoticeState


@dataclass(frozen=True)
class Listed:
    """A notice as the desk sees it: without its text, and its address masked."""

    id: int
    kind: str
    subject: str
    state: NoticeState
    recipient_masked: str
    attempts: int
    due_at: datetime
    next_try_at: datetime
    sent_at: datetime | None
    error: str | None


def anything_due(session: Session, now: datetime) -> bool:
    """Whether there is something to claim; asked without a lock, so that an idle worker disturbs nobody."""
    waiting = (Notice.state.in_((NoticeState.QUEUED, NoticeState.SENDING)), Notice.next_try_at <= now)
    found = session.scalar(select(exists().where(*waiting)))
    session.rollback()
    return bool(found)


def listed(session: Session, state: NoticeState | None = None, limit: int = 100) -> list[Listed]:
    """The latest notices first, or those in one state."""
    statement = select(Notice).order_by(Notice.due_at.desc(), Notice.id.desc()).limit(limit)
    if state is not None:
        statement = statement.where(Notice.state == state)
    return [_listed(notice) for notice in session.scalars(statement)]


def _listed(notice: Notice) -> Listed:
    return Listed(
        id=notice.id,
        kind=notice.kind,
        subject=notice.subject,
        state=notice.state,
        recipient_masked=masked(notice.recipient),
        attempts=notice.attempts,
        due_at=notice.due_at,
        next_try_at=notice.next_try_at,
        sent_at=notice.sent_at,
        error=notice.error,
    )


@dataclass(frozen=True, slots=True)
class Mail:
    """A notice as the desk of its station sees it, without its text; `station` is a code, empty for mails of none."""

    id: int
    kind: str
    subject: str
    recipient: str
    station: str
    state: NoticeState
    attempts: int
    due_at: datetime
    sent_at: datetime | None
    error: str | None


_STATION = func.coalesce(Notice.payload["station"].as_string(), "")


def _mails(stations: Collection[str] | None) -> Select[Any]:
    columns = (Notice.id, Notice.kind, Notice.subject, Notice.recipient, _STATION.label("station"), Notice.state)
    found = select(*columns, Notice.attempts, Notice.due_at, Notice.sent_at, Notice.error)
    return found if stations is None else found.where(_STATION.in_(stations))


def found_mails(
    session: Session, stations: Collection[str] | None, text: str, state: NoticeState | None, limit: int
) -> list[Mail]:
    """The latest mails of these stations (codes; None: all) whose address or subject holds the text."""
    statement = _mails(stations).order_by(Notice.due_at.desc(), Notice.id.desc()).limit(limit)
    if text:
        holds = [column.icontains(text, autoescape=True) for column in (Notice.recipient, Notice.subject)]
        statement = statement.where(or_(*holds))
    if state is not None:
        statement = statement.where(Notice.state == state)
    return [Mail(**row) for row in session.execute(statement).mappings()]


def mail(session: Session, stations: Collection[str] | None, notice_id: int) -> Mail | None:
    """One mail of these stations; None for what is unknown and what is of others."""
    row = session.execute(_mails(stations).where(Notice.id == notice_id)).mappings().one_or_none()
    return Mail(**row) if row else None


def last_failure(session: Session, subject: str) -> str | None:
    """Why the last mail about a subject did not go; None where it went, or none was tried."""
    tried = (Notice.subject == subject, Notice.state.in_((NoticeState.SENT, NoticeState.FAILED)))
    newest = select(Notice.state, Notice.error).where(*tried).order_by(Notice.due_at.desc(), Notice.id.desc()).limit(1)
    row = session.execute(newest).one_or_none()
    return row.error or "" if row and row.state is NoticeState.FAILED else None


def masked(address: str) -> str:
    """An address that can be recognised by who knows it, and by nobody else: s…@h….org. A forgotten one stays empty."""
    if not address:
        return ""
    local, _, domain = address.rpartition("@")
    host, _, top = domain.rpartition(".")
    return f"{local[:1]}…@{host[:1]}….{top}"


def worker_seen_at(session: Session) -> datetime | None:
    """When any worker was last seen, or None."""
    return session.scalar(select(func.max(WorkerHeartbeat.seen_at)))


def known_keys(session: Session, keys: Collection[str]) -> set[str]:
    """Which of these dedupe keys have a notice already, whatever became of it."""
    return set(session.execute(select(Notice.dedupe_key).where(Notice.dedupe_key.in_(keys))).scalars())
