"""Sign-ins: begin one, say that it is used, end it."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from booking.accounts import passwords
from booking.accounts.models import Account, SignIn
from booking.accounts.queries import account_by_id, account_of, signed_in, token_hash
from booking.accounts.rules import next_step
from booking.accounts.services.trail import audit
from booking.accounts.terms import SIGNED_IN_AT_MOST, SIGNED_IN_BY_HALF_AT_MOST
from booking.db import db, transaction

TOKEN_BYTES = 32  # 256 bits
AGENT_LENGTH = 120
FORGOTTEN_AFTER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Device:
    """Where somebody signs in: address, its network, and what the browser says it is. Only the last two are kept."""

    ip: str
    network: str
    agent: str


def sign_in(email: str, password: str, device: Device, now: datetime) -> str | None:
    """Begin a sign-in by the password; the token for the session, or None where the two do not belong together.

    An address that nobody has costs the same work. The second factor is asked for afterwards, where there is one.
    """
    known = account_of(db.session(), email)
    kept = known.password_hash if known else ""
    if not passwords.is_password(password, kept or passwords.of_nobody()) or known is None or not kept:
        return None
    better = passwords.hashed(password) if passwords.is_outdated(kept) else kept
    with transaction() as session:
        if better != kept:
            session.execute(update(Account).where(Account.id == known.id).values(password_hash=better))
        return open_sign_in(session, known.id, device, now)


def is_own_password(account_id: int, password: str) -> bool:
    """Whether it is the password of that account: asked again before what keeps others out is changed."""
    known = account_by_id(db.session(), account_id)
    return known is not None and passwords.is_password(password, known.password_hash)


def open_sign_in(session: Session, account_id: int, device: Device, now: datetime) -> str:
    """A new sign-in in the caller's transaction; its token, of which the hash is kept.

    Where a step is missing yet, it lasts only as long as one may take for that.
    """
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
    person = signed_in(session, token, now)
    step = next_step(person) if person else None
    if step:
        half = update(SignIn).where(SignIn.token_hash == token_hash(token))
        session.execute(half.values(expires_at=now + SIGNED_IN_BY_HALF_AT_MOST))
    who = f"account:{account_id}"
    audit(session, at=now, actor=who, action="sign in", subject=who, after={"missing": step.value if step else None})
    return token


def complete(session: Session, sign_in_id: int, now: datetime) -> str | None:
    """The second factor was given: a new token for the sign-in in the caller's transaction; None where it has ended."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    begun_at = session.scalar(select(SignIn.created_at).where(SignIn.id == sign_in_id))
    if begun_at is None:
        return None
    alive = (SignIn.id == sign_in_id, SignIn.ended_at.is_(None), SignIn.expires_at > now)
    values = {"token_hash": token_hash(token), "second_factor_at": now, "expires_at": begun_at + SIGNED_IN_AT_MOST}
    done = session.scalar(update(SignIn).where(*alive).values(values).returning(SignIn.id))
    return token if done is not None else None


def renew(session: Session, sign_in_id: int | None, now: datetime) -> str | None:
    """Another token for a sign-in, in the caller's transaction: the one before it is nobody's from now on."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    alive = (SignIn.id == sign_in_id, SignIn.ended_at.is_(None), SignIn.expires_at > now)
    done = session.scalar(update(SignIn).where(*alive).values(token_hash=token_hash(token)).returning(SignIn.id))
    return token if done is not None else None


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


def forget_old(now: datetime) -> None:
    """Take away sign-ins that ended more than thirty days ago; a job of the worker."""
    with transaction() as session:
        session.execute(delete(SignIn).where(SignIn.expires_at < now - FORGOTTEN_AFTER))
