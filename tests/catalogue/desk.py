"""A desk that edits its catalogue: a browser that is signed in, forms without a token, the trail."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from booking.accounts.models import AuditEntry
from booking.accounts.terms import Role
from booking.catalogue.models import Station
from booking.db import db
from tests.signing_in import make_account, sign_in

HOURS = {
    "contact_email": "vie@example.org",
    "working_weekdays": ["0", "1", "2", "3", "4"],
    "virtual_opens": "08:00",
    "virtual_closes": "20:00",
    "on_site_opens": "09:00",
    "on_site_closes": "17:00",
}
"""What a coordinator's form of Vienna sends as it stands."""


class Desk:
    """Somebody of a station's desk."""

    def __init__(self, client: FlaskClient, role: Role | str = Role.COORDINATOR, station: str = "VIE") -> None:
        client.application.config["WTF_CSRF_ENABLED"] = False
        self.account = make_account(role, station)
        self._client = sign_in(client, self.account)

    def get(self, path: str) -> TestResponse:
        """Open a page of the catalogue."""
        return self._client.get(f"/desk/catalogue{path}")

    def post(self, path: str, **values: Any) -> TestResponse:  # noqa: ANN401
        """Send a form of it; the version is the present one of Vienna unless it is told."""
        sent = {"version": str(version_of()), **values}
        return self._client.post(f"/desk/catalogue{path}", data=sent)


def station_now(code: str = "VIE") -> Station:
    """The row as it is."""
    db.session.expire_all()
    return db.session.scalars(select(Station).where(Station.code == code)).one()


def version_of(code: str = "VIE") -> int:
    """The version of a station, 0 where there is none."""
    return db.session.scalar(select(Station.version).where(Station.code == code)) or 0


def trail(action: str) -> list[tuple[str, dict[str, Any] | None, dict[str, Any] | None]]:
    """The lines of an action: subject, before, after."""
    found = select(AuditEntry.subject, AuditEntry.before, AuditEntry.after).where(AuditEntry.action == action)
    return [(row.subject, row.before, row.after) for row in db.session.execute(found.order_by(AuditEntry.id))]


@contextmanager
def counting() -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    sent: list[str] = []

    def note(*given: Any) -> None:  # noqa: ANN401  SQLAlchemy's own signature
        if not given[2].startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            sent.append(given[2])

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
