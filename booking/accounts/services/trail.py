"""The audit trail: lines written in the transaction of the change that they tell of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import g, has_request_context
from sqlalchemy import insert
from sqlalchemy.orm import Session

from booking.accounts.models import AuditEntry
from booking.bulk import Rows, ready
from booking.db import core, table_of

GROUP = "group"
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
        core(session).execute(_INSERT_ENTRIES, rows)


def lines_ready(session: Session, changes: Iterable[Change]) -> Rows:
    """Lines of the audit trail to be written by `bulk.run`, made ready before a lock is taken."""
    return ready(session, _INSERT_ENTRIES, [_audit_row(change) for change in changes])


def _audit_row(change: Change) -> dict[str, object]:
    return {
        "at": change.at,
        "actor": _actor(change),
        "role": change.role,
        "station_code": change.station_code,
        "action": change.action,
        "subject": change.subject,
        "before": None if change.before is None else dict(change.before),
        "after": None if change.after is None else dict(change.after),
        "request_id": g.get("request_id", "") if has_request_context() else "",
    }


def _actor(change: Change) -> str:
    """Who did it: not the group, where somebody of the desk opened its booking."""
    return g.get("acting_as", GROUP) if change.actor == GROUP and has_request_context() else change.actor
