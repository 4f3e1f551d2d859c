"""What a database must be told before anybody serves it again: it knows nothing of what came after its backup."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, inspect, select, update
from sqlalchemy.orm import Session

from booking import schema
from booking.accounts.models import OneTimeLink, SignIn
from booking.accounts.services import audit
from booking.bookings.models import Booking, ConnectionTest
from booking.db import db, table_of, transaction
from booking.notices.pausing import pause
from booking.privacy.models import Erasure
from booking.privacy.services.erase import ledger, replay
from booking.scheduling.models import Event

AHEAD = 1_000
"""So much higher are the SEQUENCEs of what is ahead: mails sent after the backup was made may have had any below."""
REASON = "a backup was restored"


@dataclass(frozen=True, slots=True)
class Told:
    """What was done: events ahead, sign-ins that ended, contacts that were erased again."""

    events: int
    sign_ins: int
    erased: int


def tell(digests: Collection[str], now: datetime) -> Told:
    """Bring the database up to date, pause the outbox, raise SEQUENCEs, end sign-ins, erase again."""
    schema.bring_restored_up_to_date()
    with transaction() as session:
        pause(session, now, REASON)
        events = _raise_sequences(session, now)
        sign_ins = _end_sign_ins(session)
        after = {"events": events, "sign_ins": sign_ins}
        audit(session, at=now, actor="command", action="database.restore", subject="database", after=after)
    return Told(events, sign_ins, replay(digests, now))


def _raise_sequences(session: Session, now: datetime) -> int:
    """A calendar takes a change only with a SEQUENCE above the last it has seen; for guides that is the version."""
    event, booking, call = table_of(Event), table_of(Booking), table_of(ConnectionTest)
    ahead = event.c.ends_at > now
    of_them = booking.c.event_id.in_(select(event.c.id).where(ahead))
    mine = call.c.booking_id.in_(select(booking.c.id).where(of_them))
    session.execute(update(call).where(mine).values(sequence=call.c.sequence + AHEAD))
    session.execute(update(booking).where(of_them).values(sequence=booking.c.sequence + AHEAD))
    raised = session.execute(update(event).where(ahead).values(version=event.c.version + AHEAD))
    return int(raised.rowcount)  # type: ignore[attr-defined]  # an UPDATE has it


def _end_sign_ins(session: Session) -> int:
    """Those that were ended since the backup would be open again, and links that were used could be used again."""
    session.execute(delete(table_of(OneTimeLink)))
    return int(session.execute(delete(table_of(SignIn))).rowcount)  # type: ignore[attr-defined]  # a DELETE has it


def erasures() -> list[str]:
    """Digests of whom the present application's database has erased; none where it has no such table."""
    with db.engine.connect() as connection:
        if not inspect(connection).has_table(table_of(Erasure).name):
            return []
    found = [digest for digest, _asked_at in ledger(db.session())]
    db.session.remove()
    return found
