"""Say which guide of the schedule a member of staff is: the guide's pages and mails are then that person's."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking.accounts.models import Account
from booking.accounts.services import audit
from booking.db import table_of, transaction
from booking.scheduling.models import Guide

_GUIDE = table_of(Guide)


def tie(account_id: int, code: str, *, actor: str, now: datetime) -> bool:
    """Let the account be the guide of this code; False where it is another one already, or the guide is somebody's."""
    with transaction() as session:
        session.execute(select(Account.id).where(Account.id == account_id).with_for_update())
        if session.scalar(select(_GUIDE.c.id).where(_GUIDE.c.account_id == account_id)) is not None:
            return False
        free = (_GUIDE.c.code == code, _GUIDE.c.account_id.is_(None), _GUIDE.c.is_active.is_(True))
        done = update(_GUIDE).where(*free).values(account_id=account_id).returning(_GUIDE.c.id)
        if session.scalar(done) is None:
            return False
        _say(session, "tie to guide", account_id, code, actor, now)
        return True


def untie(account_id: int, *, actor: str, now: datetime) -> bool:
    """Let the account be no guide any more; False where it was none. What the guide gives stays with the guide."""
    with transaction() as session:
        done = update(_GUIDE).where(_GUIDE.c.account_id == account_id).values(account_id=None).returning(_GUIDE.c.code)
        code = session.scalar(done)
        if code is not None:
            _say(session, "untie from guide", account_id, code, actor, now)
        return code is not None


def _say(session: Session, action: str, account_id: int, code: str, actor: str, now: datetime) -> None:
    audit(session, at=now, actor=actor, action=action, subject=f"account:{account_id}", after={"guide": code})
