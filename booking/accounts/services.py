"""Write the audit trail, count attempts, and let staff in by one-time links."""

import hashlib
import math
import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app, g, has_request_context
from sqlalchemy import case, delete, insert, update
from sqlalchemy.orm import Session

from booking.accounts.models import Account, AccountRole, AuditEntry, OneTimeLink, RateCounter
from booking.accounts.queries import account_id_of, token_hash
from booking.accounts.terms import LinkPurpose, Role
from booking.db import insert_into, table_of, transaction
from booking.problems import TooManyAttempts

LINK_LASTS = timedelta(minutes=10)
TOKEN_BYTES = 32  # 256 bits
_INSERT_ENTRIES = insert(table_of(AuditEntry))


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line of the audit trail; `before` and `after` hold JSON values and never personal data."""

    at: datetime
    actor: str
    """account:7, group, worker, command."""
    action: str
    subject: str
    """booking:VE-..., event:NYC-0001, closure:C-GVA-03."""
    station_code: str = ""
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    role: str = ""


def audit(  # noqa: PLR0913  one line of the trail has this many columns
    session: Session,
    *,
    at: datetime,
    actor: str,
    action: str,
    subject: str,
    station_code: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    role: str = "",
) -> None:
    """Write one line of the audit trail in the caller's transaction, with the id of the request there is."""
    change = Change(
        at=at,
        actor=actor,
        action=action,
        subject=subject,
        station_code=station_code,
        before=before,
        after=after,
        role=role,
    )
    audit_many(session, [change])


def audit_many(session: Session, changes: Iterable[Change]) -> None:
    """Write several lines of the audit trail in the caller's transaction, in one statement."""
    rows = [_audit_row(change) for change in changes]
    if rows:
        session.execute(_INSERT_ENTRIES, rows)


def _audit_row(change: Change) -> dict[str, object]:
    return {
        "at": change.at,
        "actor": change.actor,
        "role": change.role,
        "station_code": change.station_code,
        "action": change.action,
        "subject": change.subject,
        "before": None if change.before is None else dict(change.before),
        "after": None if change.after is None else dict(change.after),
        "request_id": g.get("request_id", "") if has_request_context() else "",
    }


def count_attempt(scope: str, subject: str, *, limit: int, window_s: int, now: datetime) -> None:
    """Count one attempt, in a short transaction of its own so that a refusal does not take it back.

    `scope` names the limit ("booking"), `subject` whose attempt it is (an address, an ip): kept as SHA-256 only. Raises
    `TooManyAttempts` from the attempt after `limit` until the window of `window_s` seconds ends.
    """
    if not current_app.extensions["booking.settings"].rate_limits:
        return
    key = f"{scope}:{hashlib.sha256(subject.encode('utf-8', 'replace')).hexdigest()}"
    ends_at = now + timedelta(seconds=window_s)
    is_over = RateCounter.window_ends_at <= now
    later = {
        "count": case((is_over, 1), else_=RateCounter.count + 1),
        "window_ends_at": case((is_over, ends_at), else_=RateCounter.window_ends_at),
    }
    with transaction() as session:
        first = insert_into(session, RateCounter).values(key=key, window_ends_at=ends_at, count=1)
        counted = first.on_conflict_do_update(index_elements=["key"], set_=later)
        count, window_ends_at = session.execute(counted.returning(RateCounter.count, RateCounter.window_ends_at)).one()
    if count > limit:
        raise TooManyAttempts(max(1, math.ceil((window_ends_at - now).total_seconds())))


def forget_old_counters(now: datetime) -> None:
    """Take away counters whose window has ended; a job of the worker."""
    with transaction() as session:
        session.execute(delete(RateCounter).where(RateCounter.window_ends_at < now))


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
