"""What an administrator does with the people of a station: invite, change roles, shut out, let in again, reset."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from booking.accounts.models import Account, AccountRole
from booking.accounts.queries import AccountFacts, account_by_id, account_id_of, roles_of
from booking.accounts.services import second_factor, sign_ins
from booking.accounts.services.links import LINK_LASTS, end_links, grant, new_account, new_link
from booking.accounts.services.notes import INVITATION, RESET, SECOND_FACTOR_CHANGED, public_url, tell
from booking.accounts.services.trail import audit
from booking.accounts.terms import LinkPurpose, Role, Staff
from booking.db import transaction

INVITATION_LASTS = timedelta(hours=24)

Roles = Collection[tuple[Role, str]]


@dataclass(frozen=True, slots=True)
class Invited:
    """Whom an administrator invites, and to what."""

    email: str
    name: str
    locale: str
    role: Role
    station: str
    """A code; EVERYWHERE for all stations."""


def invite(invited: Invited, *, by: Staff, now: datetime) -> int:
    """Give a person a role, with an account where there was none; a mail brings the link to set a password.

    Whoever has a password already gets the role and no link; whoever has the role already stays signed in. Returns the
    account.
    """
    with transaction() as session:
        account_id = account_id_of(session, invited.email)
        if account_id is None:
            account_id = new_account(session, invited.email, now, invited.name, invited.locale)
        if grant(session, account_id, invited.role, [invited.station] if invited.station else []):
            sign_ins.end_all(session, account_id, now)
        known = account_by_id(session, account_id)
        if known and not known.password_hash:
            _send_link(session, known, INVITATION, now, INVITATION_LASTS)
        after = {"role": invited.role.value, "stations": [invited.station] if invited.station else []}
        _write(session, "invite", account_id, by, now, after=after, station=invited.station)
        return account_id


class RolesOvertaken(Exception):
    """Somebody else has changed the roles since they were looked at."""


@dataclass(frozen=True, slots=True)
class RolesWish:
    """The roles that a person is to have at the stations `within` reach (None: all); elsewhere stays what there is.

    `seen`: those that the person had there when it was wished.
    """

    wanted: Roles
    seen: Roles
    within: frozenset[str] | None


def change_roles(account_id: int, wish: RolesWish, *, by: Staff, now: datetime) -> None:
    """Give and take what is different; raises RolesOvertaken.

    Every sign-in of the person ends where anything changes: the new roles hold from the next one on.
    """
    wanted, within = set(wish.wanted), wish.within
    with transaction() as session:
        session.execute(select(Account.id).where(Account.id == account_id).with_for_update())
        held = {one for one in roles_of(session, account_id) if within is None or one[1] in within}
        if held == wanted:
            return
        if held != set(wish.seen):
            raise RolesOvertaken
        for role, station in held - wanted:
            of_it = (AccountRole.account_id == account_id, AccountRole.role == role)
            session.execute(delete(AccountRole).where(*of_it, AccountRole.station_code == station))
        for role, station in wanted - held:
            grant(session, account_id, role, [station])
        sign_ins.end_all(session, account_id, now)
        before, after = ({"roles": sorted(f"{role.value}@{code}" for role, code in some)} for some in (held, wanted))
        _write(session, "change roles", account_id, by, now, before=before, after=after)


def shut_out(account_id: int, *, by: Staff, now: datetime) -> None:
    """Nobody signs in to the account any more, nor calls the API with its tokens; every sign-in and link ends."""
    with transaction() as session:
        session.execute(update(Account).where(Account.id == account_id).values(is_active=False))
        sign_ins.end_all(session, account_id, now)
        end_links(session, account_id, now)
        _write(session, "shut out", account_id, by, now, before={"is_active": True}, after={"is_active": False})


def let_in_again(account_id: int, *, by: Staff, now: datetime) -> None:
    """The account is open again, with the password and roles that it had."""
    with transaction() as session:
        session.execute(update(Account).where(Account.id == account_id).values(is_active=True))
        _write(session, "let in again", account_id, by, now, before={"is_active": False}, after={"is_active": True})


def end_sign_ins(account_id: int, *, by: Staff, now: datetime) -> None:
    """Sign the person out everywhere."""
    with transaction() as session:
        sign_ins.end_all(session, account_id, now)
        _write(session, "end sign-ins", account_id, by, now)


def reset_second_factor(account_id: int, *, by: Staff, now: datetime) -> None:
    """The person sets up a new second factor at the next sign-in; a mail says so, since it may be an attack."""
    with transaction() as session:
        second_factor.forget(session, account_id)
        sign_ins.end_all(session, account_id, now)
        known = account_by_id(session, account_id)
        if known:
            tell(session, known, SECOND_FACTOR_CHANGED, now, change="reset second factor")
        _write(session, "reset second factor", account_id, by, now)


def mail_link(account_id: int, *, by: Staff, now: datetime) -> None:
    """Mail the person a new link: to set the first password, or another one."""
    with transaction() as session:
        known = account_by_id(session, account_id)
        if known and known.password_hash:
            _send_link(session, known, RESET, now, LINK_LASTS)
        elif known:
            _send_link(session, known, INVITATION, now, INVITATION_LASTS)
        _write(session, "mail link", account_id, by, now)


def _send_link(session: Session, known: AccountFacts, kind: str, now: datetime, lasts: timedelta) -> None:
    token = new_link(session, known.id, LinkPurpose.SET_PASSWORD, now, lasts)
    tell(session, known, kind, now, url=public_url(f"/set-password/{token}"), expires_at=(now + lasts).isoformat())


def _write(
    session: Session,
    action: str,
    account_id: int,
    by: Staff,
    now: datetime,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    station: str = "",
) -> None:
    audit(
        session,
        at=now,
        actor=by.actor,
        role=Role.ADMINISTRATOR.value,
        action=action,
        subject=f"account:{account_id}",
        station_code=station,
        before=before,
        after=after,
    )
