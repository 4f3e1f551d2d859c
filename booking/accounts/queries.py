"""Reads of staff and their one-time links."""

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.models import Account, OneTimeLink
from booking.accounts.terms import LinkPurpose


def token_hash(token: str) -> str:
    """What is kept of a token: its SHA-256 in hexadecimal."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def email_of_link(session: Session, token: str, purpose: LinkPurpose, now: datetime) -> str | None:
    """The address of the account that a link may still be used for; None where it is used, too old or none at all."""
    statement = (
        select(Account.email)
        .join(OneTimeLink, OneTimeLink.account_id == Account.id)
        .where(
            OneTimeLink.token_hash == token_hash(token),
            OneTimeLink.purpose == purpose,
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > now,
            Account.is_active,
        )
    )
    return session.scalar(statement)


def account_id_of(session: Session, email: str) -> int | None:
    """The account of a normalised address, or None."""
    return session.scalar(select(Account.id).where(Account.email == email))
