"""Whether a guide has just reported sick, and may still take it back: read from the audit trail, where it stands."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.models import AuditEntry
from booking.db import table_of
from booking.scheduling.models import Guide

UNDO_FOR = timedelta(minutes=15)
REPORT, UNDO = "guide.sick", "guide.sick.undo"
_AUDIT, _GUIDE = table_of(AuditEntry).c, table_of(Guide).c


def last_report(session: Session, guide_code: str, now: datetime) -> dict[str, Any] | None:
    """What the guide reported within the last minutes and has not taken back: `day`, and `asked` by event code."""
    told = (_AUDIT.subject == f"guide:{guide_code}", _AUDIT.action.in_((REPORT, UNDO)))
    statement = select(_AUDIT.action, _AUDIT.after).where(*told, _AUDIT.at > now - UNDO_FOR)
    row = session.execute(statement.order_by(_AUDIT.id.desc()).limit(1)).first()
    return row.after if row is not None and row.action == REPORT else None


def can_undo_sick(session: Session, guide_id: int, now: datetime) -> bool:
    """Whether the guide reported sick within the last minutes, and has not taken it back; two statements."""
    code = session.execute(select(_GUIDE.code).where(_GUIDE.id == guide_id)).scalar()
    return code is not None and last_report(session, code, now) is not None
