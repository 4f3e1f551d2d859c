"""Mails to the members of staff themselves, queued in the transaction of what they tell of."""

import secrets
from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from booking.accounts.queries import AccountFacts
from booking.notices.services import queue
from booking.notices.terms import Message

INVITATION = "account_invitation"
RESET = "password_reset"
PASSWORD_CHANGED = "password_changed"  # noqa: S105  the kind of a mail
SECOND_FACTOR_CHANGED = "second_factor_changed"

_KEY_BYTES = 9


def tell(session: Session, account: AccountFacts, kind: str, now: datetime, **facts: object) -> None:
    """One mail to the person about the own account."""
    message = Message(
        kind=kind,
        dedupe_key=f"{kind}:{account.id}:{secrets.token_urlsafe(_KEY_BYTES)}",
        subject=f"account:{account.id}",
        recipient=account.email,
        locale=account.locale or "en",
        payload={"name": account.name, "at": now.isoformat(), "url": public_url("/sign-in"), **facts},
        due_at=now,
    )
    queue(session, [message])


def public_url(path: str) -> str:
    """An absolute address on the configured public address, never on the Host that a client sent."""
    base: str = current_app.extensions["booking.settings"].public_url
    return f"{base}{path}"
