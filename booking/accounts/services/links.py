"""One-time links: a new account, a forgotten password, signing in to a demonstration; and changing a password."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from booking.accounts.models import Account, AccountRole, OneTimeLink
from booking.accounts.queries import account_by_id, account_id_of, account_of, token_hash
from booking.accounts.services import sign_ins
from booking.accounts.services.notes import PASSWORD_CHANGED, RESET, public_url, tell
from booking.accounts.services.sign_ins import TOKEN_BYTES, Device
from booking.accounts.services.trail import audit
from booking.accounts.terms import LinkPurpose, Role
from booking.db import db, insert_into, transaction

LINK_LASTS = timedelta(minutes=10)


def add_role(email: str, role: Role, stations: Collection[str], *, actor: str, now: datetime) -> str:
    """Give a person a role at these stations (none: at all), with an account where there was none.

    `email` is normalised. Returns the token of a link to set the password, kept as its hash only; earlier links of the
    account stop working, and so does every sign-in: the new roles hold from the next one on.
    """
    with transaction() as session:
        account_id = account_id_of(session, email) or new_account(session, email, now)
        grant(session, account_id, role, stations)
        sign_ins.end_all(session, account_id, now)
        after = {"role": role.value, "stations": sorted(set(stations))}
        audit(session, at=now, actor=actor, action="add role", subject=f"account:{account_id}", after=after)
        return new_link(session, account_id, LinkPurpose.SET_PASSWORD, now)


def new_account(session: Session, email: str, now: datetime, name: str = "", locale: str = "") -> int:
    """An account without a password, in the caller's transaction; its number. A twin in flight made it: that one's."""
    values = {"email": email, "name": name, "locale": locale, "password_hash": "", "is_active": True, "created_at": now}
    session.execute(insert_into(session, Account).values(values).on_conflict_do_nothing(index_elements=["email"]))
    return int(session.execute(select(Account.id).where(Account.email == email)).scalar_one())


def grant(session: Session, account_id: int, role: Role, stations: Collection[str]) -> bool:
    """The role at these stations (none: at all), in the caller's transaction; whether that gave anything new."""
    given = False
    for code in sorted(set(stations)) or [""]:
        row = insert_into(session, AccountRole).values(account_id=account_id, role=role, station_code=code)
        given |= session.scalar(row.on_conflict_do_nothing().returning(AccountRole.id)) is not None
    return given


def new_link(
    session: Session, account_id: int, purpose: LinkPurpose, now: datetime, lasts: timedelta = LINK_LASTS
) -> str:
    """A link in the caller's transaction: its token, kept as its hash only; earlier ones of the account end.

    The account's row is locked: of two that are made at once the later one sees the other, and ends it.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.execute(select(Account.id).where(Account.id == account_id).with_for_update(key_share=True))
    end_links(session, account_id, now)
    link = {"account_id": account_id, "purpose": purpose, "expires_at": now + lasts}
    session.execute(insert(OneTimeLink).values(token_hash=token_hash(token), **link))
    return token


def end_links(session: Session, account_id: int, now: datetime) -> None:
    """No link of the account works any more."""
    open_links = (OneTimeLink.account_id == account_id, OneTimeLink.used_at.is_(None))
    session.execute(update(OneTimeLink).where(*open_links).values(used_at=now))


def send_reset(email: str, *, now: datetime) -> None:
    """Mail a link to set a new password to whoever has this address; whether anybody has, only the owner learns.

    The mail is written by the worker afterwards, and an address of nobody costs a transaction too.
    """
    known = account_of(db.session(), email)
    with transaction() as session:
        if known is None or known.second_factor_waived:
            audit(session, at=now, actor="somebody", action="ask for password", subject="account:none")
            return
        token = new_link(session, known.id, LinkPurpose.SET_PASSWORD, now)
        expires_at = (now + LINK_LASTS).isoformat()
        tell(session, known, RESET, now, url=public_url(f"/set-password/{token}"), expires_at=expires_at)
        audit(session, at=now, actor="somebody", action="ask for password", subject=f"account:{known.id}")


def set_password(token: str, password_hash: str, now: datetime) -> bool:
    """Use up a link and keep the new password's hash; False where the link is used, too old or none.

    One UPDATE decides, so that of many clicks at once exactly one succeeds. Every sign-in of the person ends; the
    second factor stays what it is, and is waived no more. Where there was a password before, a mail says that it was
    changed.
    """
    with transaction() as session:
        account_id = _used(session, token, LinkPurpose.SET_PASSWORD, now)
        known = None if account_id is None else account_by_id(session, account_id)
        if known is None:
            return False
        kept = {"password_hash": password_hash, "second_factor_waived": False}
        session.execute(update(Account).where(Account.id == known.id).values(kept))
        end_links(session, known.id, now)
        sign_ins.end_all(session, known.id, now)
        if known.password_hash:
            tell(session, known, PASSWORD_CHANGED, now)
        who = f"account:{known.id}"
        audit(session, at=now, actor=who, action="set password", subject=who)
    return True


def change_password(account_id: int, password_hash: str, sign_in_id: int | None, now: datetime) -> str | None:
    """Keep the new password's hash for somebody signed in: the person's other sign-ins and links end.

    Returns the new token of this sign-in; None where it ended meanwhile, and then nothing is changed.
    """
    with transaction() as session:
        known, token = account_by_id(session, account_id), sign_ins.renew(session, sign_in_id, now)
        if known is None or token is None:
            return None
        session.execute(update(Account).where(Account.id == account_id).values(password_hash=password_hash))
        end_links(session, account_id, now)
        sign_ins.end_all(session, account_id, now, but=sign_in_id)
        tell(session, known, PASSWORD_CHANGED, now)
        audit(session, at=now, actor=f"account:{account_id}", action="change password", subject=f"account:{account_id}")
        return token


def demonstration_link(email: str, now: datetime) -> str | None:
    """The token of a link that signs in without a password; None for everybody who is not of the demonstration."""
    known = account_of(db.session(), email)
    if known is None or not known.second_factor_waived:
        return None
    with transaction() as session:
        audit(session, at=now, actor="command", action="make sign-in link", subject=f"account:{known.id}")
        return new_link(session, known.id, LinkPurpose.SIGN_IN, now)


def sign_in_by_link(token: str, device: Device, now: datetime) -> str | None:
    """Use up a link of the demonstration and begin a sign-in; its token, or None where the link is of no use.

    Only accounts whose second factor is waived are entered so: those of the demonstration.
    """
    with transaction() as session:
        account_id = _used(session, token, LinkPurpose.SIGN_IN, now)
        known = None if account_id is None else account_by_id(session, account_id)
        if known is None or not known.second_factor_waived:
            return None
        return sign_ins.open_sign_in(session, known.id, device, now)


def _used(session: Session, token: str, purpose: LinkPurpose, now: datetime) -> int | None:
    """Whose link this was, used up from now on; None where it was used before, is too old or none."""
    usable = (
        OneTimeLink.token_hash == token_hash(token),
        OneTimeLink.purpose == purpose,
        OneTimeLink.used_at.is_(None),
        OneTimeLink.expires_at > now,
    )
    used = update(OneTimeLink).where(*usable).values(used_at=now).returning(OneTimeLink.account_id)
    found: int | None = session.scalar(used)
    return found
