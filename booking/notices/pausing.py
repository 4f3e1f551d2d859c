"""The outbox paused: workers say that they live, and neither send nor run jobs until it goes on."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from booking.db import insert_into, table_of, transaction
from booking.notices.models import Notice, OutboxPause
from booking.notices.terms import NoticeState

_NOTICE = table_of(Notice)
GIVEN_UP = "given up when the outbox went on after a pause"


def paused_since(session: Session) -> datetime | None:
    """Since when the outbox is paused; None while it is not."""
    return session.scalar(select(OutboxPause.since))


def pause(session: Session, now: datetime, reason: str) -> None:
    """Let no worker send from the end of this transaction on; a pause that is there already stays."""
    row = insert_into(session, OutboxPause).values(id=1, since=now, reason=reason)
    session.execute(row.on_conflict_do_nothing(index_elements=["id"]))


def go_on(until: datetime | None = None) -> int:
    """End the pause. Messages due before `until` are given up (`--retry` sends one); how many those are.

    They may have been sent already, after the backup that was restored had been made.
    """
    with transaction() as session:
        found = 0
        if until is not None:
            waiting = (_NOTICE.c.state.in_((NoticeState.QUEUED, NoticeState.SENDING)), _NOTICE.c.due_at < until)
            given_up = {"state": NoticeState.FAILED, "claimed_by": None, "error": GIVEN_UP}
            found = session.execute(update(_NOTICE).where(*waiting).values(given_up)).rowcount  # type: ignore[attr-defined]
        session.execute(delete(OutboxPause))
    return found
