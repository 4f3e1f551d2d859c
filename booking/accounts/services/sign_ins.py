"""Sign-ins: begin one, say that it is used, end it."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from booking.accounts import passwords
from booking.accounts.models import SignIn
from booking.accounts.queries import password_of, token_hash
from booking.accounts.services.trail import audit
from booking.accounts.terms import SIGNED_IN_AT_MOST
from booking.db import db, transaction

TOKEN_BYTES = 32  # 256 bits
SAID_EVERY = timedelta(minutes=1)
AGENT_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Device:
    """Where somebody signs in: the network of the address, and what the browser says it is."""

    network: str
    agent: str


def sign_in(email: str, password: str, device: Device, now: datetime) -> str | None:
    """Begin a sign-in by the password; the token for the session, or None where the two do not belong together.

    An address that nobody has costs the same work. The second factor is asked for afterwards, where there is one.
    """
    known = password_of(db.session(), email)
    kept = known.password_hash if known else ""
    if not passwords.is_password(password, kept or passwords.of_nobody()) or not known or not kept:
        return None
    with transaction() as session:
        return begin(session, known.account_id, device, now)


def begin(session: Session, account_id: int, device: Device, now: datetime) -> str:
    """A new sign-in in the caller's transaction; its token, of which the hash is kept."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = {
        "token_hash": token_hash(token),
        "account_id": account_id,
        "created_at": now,
        "seen_at": now,
        "expires_at": now + SIGNED_IN_AT_MOST,
        "ip_prefix": device.network,
        "agent": device.agent[:AGENT_LENGTH],
    }
    session.execute(insert(SignIn).values(row))
    who = f"account:{account_id}"
    audit(session, at=now, actor=who, action="sign in", subject=who)
    return token


def sign_out(token: str, now: datetime) -> None:
    """End the sign-in of this token; one that has ended stays as it is."""
    alive = (SignIn.token_hash == token_hash(token), SignIn.ended_at.is_(None))
    with transaction() as session:
        ended = session.scalar(update(SignIn).where(*alive).values(ended_at=now).returning(SignIn.account_id))
        if ended is not None:
            audit(session, at=now, actor=f"account:{ended}", action="sign out", subject=f"account:{ended}")


def end_one(account_id: int, sign_in_id: int, *, actor: str, now: datetime) -> bool:
    """End one sign-in of an account; False where it has none of that number, or it has ended."""
    alive = (SignIn.id == sign_in_id, SignIn.account_id == account_id, SignIn.ended_at.is_(None))
    with transaction() as session:
        ended = session.scalar(update(SignIn).where(*alive).values(ended_at=now).returning(SignIn.id)) is not None
        if ended:
            audit(session, at=now, actor=actor, action="end sign-in", subject=f"account:{account_id}")
    return ended


def end_all(session: Session, account_id: int, now: datetime, *, but: int | None = None) -> None:
    """End every sign-in of an account (`but` one) in the caller's transaction: each is nobody's at its next request."""
    alive = [SignIn.account_id == account_id, SignIn.ended_at.is_(None)]
    if but is not None:
        alive.append(SignIn.id != but)
    session.execute(update(SignIn).where(*alive).values(ended_at=now))


def say_used(sign_in_id: int, now: datetime) -> None:
    """Keep that the sign-in was used now, in a short transaction of its own."""
    alive = (SignIn.id == sign_in_id, SignIn.ended_at.is_(None))
    with transaction() as session:
        session.execute(update(SignIn).where(*alive).values(seen_at=now))
