"""Let staff in by one-time links: an account with its roles, a password."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from booking.accounts.models import Account, AccountRole, OneTimeLink
from booking.accounts.queries import account_id_of, token_hash
from booking.accounts.services.trail import audit
from booking.accounts.terms import LinkPurpose, Role
from booking.db import insert_into, transaction

LINK_LASTS = timedelta(minutes=10)
TOKEN_BYTES = 32  # 256 bits


def add_role(email: str, role: Role, stations: Collection[str], *, actor: str, now: datetime) -> str:
    """Give a person a role at these stations (none: at all), with an account where there was none.

    `email` is normalised. Returns the token of a link to set the password, kept as its hash only; earlier links of the
    account stop working.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with transaction() as session:
        account_id = account_id_of(session, email) or _new_account(session, email, now)
        for code in sorted(set(stations)) or [""]:
            row = insert_into(session, AccountRole).values(account_id=account_id, role=role, station_code=code)
            session.execute(row.on_conflict_do_nothing())
        _end_links(session, account_id, now)
        link = {"account_id": account_id, "purpose": LinkPurpose.SET_PASSWORD, "expires_at": now + LINK_LASTS}
        session.execute(insert(OneTimeLink).values(token_hash=token_hash(token), **link))
        after = {"role": role.value, "stations": sorted(set(stations))}
        audit(session, at=now, actor=actor, action="add role", subject=f"account:{account_id}", after=after)
    return token


def _new_account(session: Session, email: str, now: datetime) -> int:
    values = {"email": email, "name": "", "password_hash": "", "is_active": True, "created_at": now}
    return int(session.execute(insert(Account).values(values).returning(Account.id)).scalar_one())


def _end_links(session: Session, account_id: int, now: datetime) -> None:
    open_links = (OneTimeLink.account_id == account_id, OneTimeLink.used_at.is_(None))
    session.execute(update(OneTimeLink).where(*open_links).values(used_at=now))


def set_password(token: str, password_hash: str, now: datetime) -> bool:
    """Use up a link and keep the new password's hash; False where the link is used, too old or none.

    One UPDATE decides, so that of many clicks at once exactly one succeeds.
    """
    usable = (
        OneTimeLink.token_hash == token_hash(token),
        OneTimeLink.purpose == LinkPurpose.SET_PASSWORD,
        OneTimeLink.used_at.is_(None),
        OneTimeLink.expires_at > now,
    )
    with transaction() as session:
        used = update(OneTimeLink).where(*usable).values(used_at=now).returning(OneTimeLink.account_id)
        account_id = session.scalar(used)
        if account_id is None:
            return False
        whose = (Account.id == account_id, Account.is_active)
        kept = session.scalar(update(Account).where(*whose).values(password_hash=password_hash).returning(Account.id))
        if kept is None:
            return False
        _end_links(session, account_id, now)
        who = f"account:{account_id}"
        audit(session, at=now, actor=who, action="set password", subject=who)
    return True
