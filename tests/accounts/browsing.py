"""What somebody does in a browser: open a page, fill in its form, send it."""

import re
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pyotp
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from booking import clock
from booking.accounts import totp
from booking.accounts.models import Account, AuditEntry
from booking.accounts.passwords import hashed
from booking.accounts.terms import Role
from booking.db import db
from booking.notices.models import Notice
from tests.builders import NOW
from tests.signing_in import make_account

PASSWORD = "lantern pepper orbit"
HASH = hashed(PASSWORD)


def at(minutes: float = 0) -> AbstractContextManager[None]:
    """The clock, stopped some minutes after NOW."""
    return clock.frozen(NOW + timedelta(minutes=minutes))


def send(client: FlaskClient, path: str, fields: dict[str, str] | None = None, page: str = "") -> TestResponse:
    """Open the page (`path` itself, unless told), take its token, send the form to the path."""
    shown = client.get(page or path)
    found = re.search(r'name="csrf_token" value="([^"]+)"', shown.text)
    assert found, f"{page or path} has no form: {shown.status_code}"
    return client.post(path, data={"csrf_token": found[1], **(fields or {})})


def give_password(client: FlaskClient, account: Account, password: str = PASSWORD, **fields: str) -> TestResponse:
    """The first step of signing in."""
    return send(client, "/sign-in", {"email": account.email, "password": password, **fields})


def give_code(client: FlaskClient, code: str) -> TestResponse:
    """The second."""
    return send(client, "/sign-in/code", {"code": code})


def code_of(account: Account, generation: int = 1, steps: int = 0) -> str:
    """What the person's app shows now, or some steps of 30 s later."""
    secret = totp.secret_of(account.id, generation)
    return pyotp.TOTP(secret).at(clock.now() + timedelta(seconds=30 * steps))


def make_person(role: Role | None = Role.COORDINATOR, station: str = "VIE", **values: object) -> Account:
    """Somebody with a password and a second factor."""
    given: dict[str, Any] = {"password_hash": HASH, **values}
    return make_account(role, station, **given)


def make_guide_person(**values: object) -> Account:
    """Somebody with a password alone."""
    given: dict[str, Any] = {"totp_confirmed_at": None, "totp_generation": 0, **values}
    return make_person(Role.GUIDE, **given)


def is_in(client: FlaskClient) -> bool:
    """Whether the browser is signed in, second factor and all."""
    return client.get("/account").status_code == 200


def trail() -> list[str]:
    """The actions of the audit trail, in their order."""
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def mails() -> list[str]:
    """The kinds of the mails that were queued, in their order."""
    return list(db.session.scalars(select(Notice.kind).order_by(Notice.id)))
