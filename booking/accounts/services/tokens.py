"""Personal tokens for the API: made, said to be used, revoked."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import insert, update

from booking.accounts.models import ApiToken
from booking.accounts.queries import token_hash
from booking.accounts.services.trail import audit
from booking.accounts.terms import TOKEN_PREFIX
from booking.db import transaction

TOKEN_BYTES = 32  # 256 bits
LASTS = timedelta(days=365)


def make(account_id: int, name: str, now: datetime) -> str:
    """A token with the roles that its owner has at the time of each call; it is shown once, and kept as its hash."""
    token = TOKEN_PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    row = {"account_id": account_id, "name": name, "token_hash": token_hash(token), "created_at": now}
    with transaction() as session:
        session.execute(insert(ApiToken).values(**row, expires_at=now + LASTS))
        who = f"account:{account_id}"
        audit(session, at=now, actor=who, action="make token", subject=who)
    return token


def revoke(account_id: int, token_id: int, now: datetime) -> bool:
    """End one token of an account; False where it has none of that number, or it has ended."""
    alive = (ApiToken.id == token_id, ApiToken.account_id == account_id, ApiToken.revoked_at.is_(None))
    with transaction() as session:
        ended = update(ApiToken).where(*alive).values(revoked_at=now).returning(ApiToken.id)
        if session.scalar(ended) is None:
            return False
        who = f"account:{account_id}"
        audit(session, at=now, actor=who, action="revoke token", subject=who)
    return True


def say_used(token_id: int, now: datetime) -> None:
    """Keep that the token was used now, in a short transaction of its own."""
    with transaction() as session:
        session.execute(update(ApiToken).where(ApiToken.id == token_id).values(used_at=now))
