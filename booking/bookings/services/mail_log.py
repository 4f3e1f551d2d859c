"""Send a mail that failed once more."""

from collections.abc import Collection
from datetime import datetime

from booking.accounts.services import audit
from booking.db import transaction
from booking.notices import services as notices
from booking.notices.queries import mail


def send_again(notice_id: int, stations: Collection[str] | None, *, now: datetime, actor: str) -> bool | None:
    """Queue a failed mail of these stations (codes; None: all) afresh, with the same Message-ID.

    False where it is not a failed one by now: of two who ask, one sends. None where there is no such mail.
    """
    with transaction() as session:
        found = mail(session, stations, notice_id)
        if found is None:
            return None
        if not notices.queue_again(session, notice_id, now):
            return False
        audit(
            session,
            at=now,
            actor=actor,
            action="mail.again",
            subject=found.subject,
            station_code=found.station,
            before={"state": found.state.value, "kind": found.kind, "error": found.error},
            after={"state": "queued", "kind": found.kind},
        )
        return True
