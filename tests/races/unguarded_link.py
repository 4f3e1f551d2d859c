"""The negative control of the one-time link: read whether it is unused, then use it, whoever else has done so."""

import time
from datetime import datetime

from sqlalchemy import update

from booking.accounts import queries
from booking.accounts.models import Account, OneTimeLink
from booking.accounts.services import audit, links
from booking.accounts.terms import LinkPurpose
from booking.cli import main
from booking.db import db, transaction


def set_password(token: str, password_hash: str, now: datetime) -> bool:
    """As the real one, but the UPDATE does not decide."""
    if queries.email_of_link(db.session(), token, LinkPurpose.SET_PASSWORD, now) is None:
        return False
    db.session.rollback()
    time.sleep(0.05)
    with transaction() as session:
        session.execute(update(OneTimeLink).values(used_at=now))
        session.execute(update(Account).values(password_hash=password_hash))
        audit(session, at=now, actor="account:1", action="set password", subject="account:1")
    return True


if __name__ == "__main__":
    assert hasattr(links, "set_password")
    links.set_password = set_password
    main()
