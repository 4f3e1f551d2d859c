"""The second factor: set one up, give its code, use a recovery code, do without it again."""

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from booking.accounts.models import Account, RecoveryCode
from booking.accounts.queries import AccountFacts, token_hash
from booking.accounts.services import sign_ins
from booking.accounts.services.notes import SECOND_FACTOR_CHANGED, tell
from booking.accounts.services.trail import audit
from booking.accounts.totp import matching_step, secret_of
from booking.db import transaction

CODES = 10
CODE_BYTES = 16  # 128 bits


@dataclass(frozen=True, slots=True)
class SetUp:
    """A second factor was set up: the sign-in's new token, and the recovery codes, to be shown once."""

    token: str
    codes: list[str]


def offered_secret(account: AccountFacts) -> str:
    """The secret that setting up shows: that of the next generation, which the first good code makes the account's."""
    return secret_of(account.id, account.totp_generation + 1)


def set_up(account: AccountFacts, sign_in_id: int, code: str, now: datetime) -> SetUp | None:
    """Take the offered secret if the code is one of it, and end the person's other sign-ins; None for a wrong code.

    The one UPDATE decides: of two at once, one is refused.
    """
    step = matching_step(offered_secret(account), code, now)
    if step is None:
        return None
    try:
        with transaction() as session:
            return _set_up(session, account, sign_in_id, step, now)
    except _Overtaken:
        return None


class _Overtaken(Exception):
    """The account or the sign-in changed meanwhile: nothing is kept."""


def _set_up(session: Session, account: AccountFacts, sign_in_id: int, step: int, now: datetime) -> SetUp:
    seen = (Account.id == account.id, Account.totp_generation == account.totp_generation, Account.is_active)
    values = {"totp_generation": account.totp_generation + 1, "totp_confirmed_at": now, "totp_last_step": step}
    done = session.scalar(update(Account).where(*seen).values(values).returning(Account.id))
    token = sign_ins.complete(session, sign_in_id, now)
    if done is None or token is None:
        raise _Overtaken
    sign_ins.end_all(session, account.id, now, but=sign_in_id)
    _said(session, account, "set up second factor", now)
    return SetUp(token, _new_codes(session, account.id))


def give_code(account: AccountFacts, sign_in_id: int, code: str, now: datetime) -> str | None:
    """Complete a sign-in by a code of the app; its new token, or None for a code that is wrong or was used.

    The step of the code used last is kept, and only a later one is taken: the UPDATE decides, also between two at once.
    """
    step = matching_step(secret_of(account.id, account.totp_generation), code, now)
    if step is None:
        return None
    fresh = (
        Account.id == account.id,
        Account.is_active,
        Account.totp_generation == account.totp_generation,
        Account.totp_confirmed_at.is_not(None),
        Account.totp_last_step.is_(None) | (Account.totp_last_step < step),
    )
    with transaction() as session:
        if session.scalar(update(Account).where(*fresh).values(totp_last_step=step).returning(Account.id)) is None:
            return None
        who = f"account:{account.id}"
        audit(session, at=now, actor=who, action="give second factor", subject=who)
        return sign_ins.complete(session, sign_in_id, now)


def use_recovery_code(account: AccountFacts, sign_in_id: int, code: str, now: datetime) -> str | None:
    """Complete a sign-in by a recovery code, which is used up, and tell the person; its new token, or None."""
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    unused = (
        RecoveryCode.code_hash == token_hash(plain),
        RecoveryCode.account_id == account.id,
        RecoveryCode.used_at.is_(None),
    )
    with transaction() as session:
        used = update(RecoveryCode).where(*unused).values(used_at=now).returning(RecoveryCode.account_id)
        if session.scalar(used) is None:
            return None
        _said(session, account, "use recovery code", now)
        return sign_ins.complete(session, sign_in_id, now)


def renew_codes(account: AccountFacts, now: datetime) -> list[str]:
    """Ten new recovery codes, to be shown once; the old ones stop working."""
    with transaction() as session:
        _said(session, account, "renew recovery codes", now)
        return _new_codes(session, account.id)


def turn_off(account: AccountFacts, now: datetime) -> None:
    """Do without a second factor again; whether the person may, is decided before."""
    with transaction() as session:
        forget(session, account.id)
        _said(session, account, "turn off second factor", now)


def forget(session: Session, account_id: int) -> None:
    """No second factor, and no recovery codes, in the caller's transaction; the old secret never comes back."""
    fresh = {"totp_confirmed_at": None, "totp_generation": Account.totp_generation + 1, "totp_last_step": None}
    session.execute(update(Account).where(Account.id == account_id).values(fresh))
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))


def _new_codes(session: Session, account_id: int) -> list[str]:
    codes = [base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode().rstrip("=") for _ in range(CODES)]
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    session.execute(insert(RecoveryCode), [{"code_hash": token_hash(code), "account_id": account_id} for code in codes])
    return ["-".join(code[at : at + 4] for at in range(0, len(code), 4)) for code in codes]


def _said(session: Session, account: AccountFacts, action: str, now: datetime) -> None:
    """A line of the audit trail, and a mail to the person, who knows whether it was them."""
    who = f"account:{account.id}"
    audit(session, at=now, actor=who, action=action, subject=who)
    tell(session, account, SECOND_FACTOR_CHANGED, now, change=action)
