"""Write the audit trail, count attempts, and let staff in by one-time links."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app, g, has_request_context
from sqlalchemy import case, delete, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from booking.accounts.models import AuditEntry, RateCounter
from booking.db import transaction
from booking.problems import TooManyAttempts

_UPSERT = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


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
        session.execute(insert(AuditEntry.__table__), rows)


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
    with transaction() as session:
        upsert = _UPSERT[session.get_bind().dialect.name](RateCounter.__table__)
        ends_at = now + timedelta(seconds=window_s)
        is_over = RateCounter.window_ends_at <= now
        statement = (
            upsert.values(key=key, window_ends_at=ends_at, count=1)
            .on_conflict_do_update(
                index_elements=["key"],
                set_={
                    "count": case((is_over, 1), else_=RateCounter.count + 1),
                    "window_ends_at": case((is_over, ends_at), else_=RateCounter.window_ends_at),
                },
            )
            .returning(RateCounter.count, RateCounter.window_ends_at)
        )
        count, window_ends_at = session.execute(statement).one()
    if count > limit:
        raise TooManyAttempts(retry_after_s=max(1, -int((now - window_ends_at).total_seconds() // 1)))


def forget_old_counters(now: datetime) -> None:
    """Take away counters whose window has ended; a job of the worker."""
    with transaction() as session:
        session.execute(delete(RateCounter).where(RateCounter.window_ends_at < now))
