"""Forget what mails said and to whom: their rows stay, so that nothing is sent twice, and so do folders of mails."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select, update
from sqlalchemy.orm import Session

from booking.db import table_of
from booking.notices.models import Notice
from booking.privacy.terms import AFTER, Kind

_NOTICE = table_of(Notice)
KEPT = ("calendar", "starts_at", "station")
"""Facts of a mail that decide what is sent next: the state of a calendar entry, the time told, whose mail it is."""


def forget_letters(session: Session, which: ColumnElement[bool], most: int | None = None) -> int:
    """Forget addresses and facts of at most so many of these notices in the caller's transaction; how many."""
    chosen = select(_NOTICE.c.id, _NOTICE.c.payload).where(which).order_by(_NOTICE.c.id).limit(most)
    rows = session.execute(chosen.with_for_update()).all()
    if rows:
        values = {"recipient": "", "payload": bindparam("kept")}
        statement = update(_NOTICE).where(_NOTICE.c.id == bindparam("notice")).values(values)
        session.execute(statement, [{"notice": row.id, "kept": _kept(row.payload)} for row in rows])
    return len(rows)


def _kept(payload: Mapping[str, Any]) -> dict[str, Any]:
    before = payload.get("before") or {}
    moved = {"before": {"starts_at": before["starts_at"]}} if "starts_at" in before else {}
    return {name: payload[name] for name in KEPT if name in payload} | moved


def old_letters(folder: Path, now: datetime) -> list[Path]:
    """Files of the mail folder that are older than mails are kept, finished or not."""
    oldest = (now - AFTER[Kind.LETTER]).timestamp()
    files = (*folder.glob("*.eml"), *folder.glob(".*.part"))
    return [path for path in files if path.stat().st_mtime < oldest]
