"""Staff, their roles, one-time links, the audit trail and the counters of rate limits."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from booking.accounts.terms import LinkPurpose, Role
from booking.db import STRICT, Base, enum_by_value


class Account(Base):
    """A member of staff."""

    __tablename__ = "account"
    __table_args__ = (STRICT,)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True, comment="normalised")
    name: Mapped[str] = mapped_column(default="")
    password_hash: Mapped[str] = mapped_column(default="", comment="argon2id; empty: none set yet")
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    locale: Mapped[str] = mapped_column(default="", server_default="", comment="of the person's mails and pages")
    totp_generation: Mapped[int] = mapped_column(
        default=0, server_default="0", comment="the secret is derived from the server's key and this; 0: never set up"
    )
    totp_confirmed_at: Mapped[datetime | None] = mapped_column(comment="empty: no second factor yet")
    totp_last_step: Mapped[int | None] = mapped_column(comment="of the code used last: none works twice")
    second_factor_waived: Mapped[bool] = mapped_column(
        default=False, server_default=false(), comment="accounts of the demonstration only"
    )


class AccountRole(Base):
    """A role at one station; without a station, at all."""

    __tablename__ = "account_role"
    __table_args__ = (UniqueConstraint("account_id", "role", "station_code"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    role: Mapped[Role] = mapped_column(enum_by_value(Role))
    station_code: Mapped[str] = mapped_column(default="", comment="empty: every station")


class OneTimeLink(Base):
    """A link that works once and for a short time; only the SHA-256 of its token is kept."""

    __tablename__ = "one_time_link"
    __table_args__ = (STRICT,)

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    purpose: Mapped[LinkPurpose] = mapped_column(enum_by_value(LinkPurpose))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignIn(Base):
    """Somebody is signed in on one device. The cookie holds a random token, this row its SHA-256."""

    __tablename__ = "sign_in"
    __table_args__ = (
        Index("ix_sign_in_account_id", "account_id"),
        Index("ix_sign_in_expires_at", "expires_at"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(comment="absolute, whatever is done meanwhile")
    second_factor_at: Mapped[datetime | None] = mapped_column(comment="empty: the password alone so far")
    ip_prefix: Mapped[str] = mapped_column(default="")
    agent: Mapped[str] = mapped_column(default="", comment="of the browser, shortened")
    ended_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """One of ten codes for a lost second factor, kept as its SHA-256; each works once."""

    __tablename__ = "recovery_code"
    __table_args__ = (Index("ix_recovery_code_account_id", "account_id"), STRICT)

    code_hash: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    used_at: Mapped[datetime | None]


class ApiToken(Base):
    """A personal token for the API, with its owner's roles; shown once, kept as its SHA-256."""

    __tablename__ = "api_token"
    __table_args__ = (Index("ix_api_token_account_id", "account_id"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None] = mapped_column(comment="last")
    revoked_at: Mapped[datetime | None]


class AuditEntry(Base):
    """One change of state: who did what to which thing, with what changed but no personal data. Never altered."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_subject", "subject"),
        Index("ix_audit_entry_at", "at"),
        Index("ix_audit_entry_actor", "actor", "id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(comment="account:7, group, worker, command")
    role: Mapped[str] = mapped_column(default="")
    station_code: Mapped[str] = mapped_column(default="")
    action: Mapped[str]
    subject: Mapped[str] = mapped_column(comment="booking:VE-..., event:NYC-0001, closure:C-GVA-03")
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    request_id: Mapped[str] = mapped_column(default="")


class RateCounter(Base):
    """How often something was tried in the present window; shared by all processes."""

    __tablename__ = "rate_counter"
    __table_args__ = (Index("ix_rate_counter_window_ends_at", "window_ends_at"), STRICT)

    key: Mapped[str] = mapped_column(primary_key=True, comment="scope and SHA-256 of the subject")
    window_ends_at: Mapped[datetime]
    count: Mapped[int]
