"""Reads of the outbox: is anything due, what failed, is a worker alive."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
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


def masked(address: str) -> str:
    """An address that can be recognised by who knows it, and by nobody else: s…@h….org."""
    local, _, domain = address.rpartition("@")
    host, _, top = domain.rpartition(".")
    return f"{local[:1]}…@{host[:1]}….{top}"


def worker_seen_at(session: Session) -> datetime | None:
    """When any worker was last seen, or None."""
    return session.scalar(select(func.max(WorkerHeartbeat.seen_at)))
