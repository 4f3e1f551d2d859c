"""Tables of the outbox: a row per notice, and a row per worker that says when it was last seen."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import Base, enum_by_value
from booking.notices.terms import NoticeState


class Notice(Base):
    """One message to one recipient, written in the transaction of the change that it tells."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_claim", "state", "next_try_at"),
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_has_its_instant"),
        CheckConstraint("(state = 'sending') = (claimed_by IS NOT NULL)", name="sending_has_its_worker"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(comment="name of the templates in templates/mail")
    dedupe_key: Mapped[str] = mapped_column(unique=True, comment="the same message asked for twice is one")
    subject: Mapped[str] = mapped_column(index=True, comment="what it is about, such as booking:123")
    recipient: Mapped[str] = mapped_column(comment="e-mail address")
    locale: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(comment="the facts; sentences are made when it is sent")
    message_id: Mapped[str] = mapped_column(comment="fixed when queued: a second sending is recognised")
    due_at: Mapped[datetime] = mapped_column(comment="not sent before")
    state: Mapped[NoticeState] = mapped_column(enum_by_value(NoticeState))
    attempts: Mapped[int] = mapped_column(comment="claims so far")
    next_try_at: Mapped[datetime] = mapped_column(comment="free to claim from: due, end of a back-off or of a lease")
    claimed_by: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(comment="why the last try failed, without personal data")


class WorkerHeartbeat(Base):
    """When a worker was last seen; /readyz reads it."""

    __tablename__ = "worker_heartbeat"
    __table_args__ = ({"sqlite_strict": True},)

    worker_id: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]


class OutboxPause(Base):
    """While its one row is there, workers send nothing and run no jobs; a restore puts it there."""

    __tablename__ = "outbox_pause"
    __table_args__ = (CheckConstraint("id = 1", name="one"), {"sqlite_strict": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    reason: Mapped[str]


class MailText(Base):
    """One saved version of the words of a kind of mail; the highest version of its key counts, no row is changed."""

    __tablename__ = "mail_text"
    __table_args__ = (
        UniqueConstraint("kind", "locale", "station", "version"),
        CheckConstraint("version > 0", name="version_is_counted"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    locale: Mapped[str]
    station: Mapped[str] = mapped_column(comment="its code; empty: of all stations")
    version: Mapped[int]
    wording: Mapped[str] = mapped_column(comment="JSON, read by hand: one that is broken spoils no other")
    saved_at: Mapped[datetime]
    saved_by: Mapped[str] = mapped_column(comment="account:7")
