"""Members of staff for tests: an account with a role, a browser that is signed in, a personal token."""

import itertools
import secrets
from datetime import datetime, timedelta

from flask.testing import FlaskClient
from sqlalchemy import update

from booking import clock
from booking.accounts import identity
from booking.accounts.models import Account, AccountRole, ApiToken, SignIn
from booking.accounts.queries import token_hash
from booking.accounts.terms import EVERYWHERE, TOKEN_PREFIX, Role
from booking.db import transaction
from booking.scheduling.models import Guide
from tests.builders import NOW, save

LONG = timedelta(days=3650)

_numbers = itertools.count(1)


def make_account(
    role: Role | str | None = Role.COORDINATOR,
    station: str = EVERYWHERE,
    *,
    guide: Guide | None = None,
    **values: object,
) -> Account:
    """Somebody with that role at the station (at all of them, unless told), a second factor set up.

    `guide`: the person is this guide of the schedule.
    """
    number = next(_numbers)
    account = Account(
        **{
            "email": f"staff{number}@example.org",
            "name": f"Staff {number} Invented",
            "created_at": NOW,
            "totp_generation": 1,
            "totp_confirmed_at": NOW,
            **values,
        },
    )
    save(account)
    if role:
        save(AccountRole(account_id=account.id, role=Role(role), station_code=station))
    if guide:
        with transaction() as session:
            session.execute(update(Guide).where(Guide.id == guide.id).values(account_id=account.id))
    return account


def change(account: Account, **values: object) -> None:
    """Change the account's row."""
    with transaction() as session:
        session.execute(update(Account).where(Account.id == account.id).values(**values))


def make_sign_in(account: Account, at: datetime | None = None, **values: object) -> str:
    """A sign-in with its second factor given; its token. Without `at` it is good whatever the test's clock says."""
    begun, token = at or clock.now(), secrets.token_urlsafe(32)
    row = {
        "token_hash": token_hash(token),
        "account_id": account.id,
        "created_at": begun,
        "seen_at": begun if at else begun + LONG,
        "expires_at": begun + (timedelta(hours=12) if at else LONG),
        "second_factor_at": begun,
        **values,
    }
    save(SignIn(**row))
    return token


def sign_in(client: FlaskClient, account: Account, at: datetime | None = None) -> FlaskClient:
    """The browser, signed in as this person from now on."""
    token = make_sign_in(account, at)
    with client.session_transaction() as session:
        session[identity.SIGN_IN] = token
    return client


def sign_out(client: FlaskClient) -> FlaskClient:
    """The browser, anonymous again."""
    with client.session_transaction() as session:
        session.pop(identity.SIGN_IN, None)
    return client


def api_token(account: Account) -> dict[str, str]:
    """The header with which a program calls the API as this person."""
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    save(ApiToken(account_id=account.id, name="test", token_hash=token_hash(token), created_at=NOW))
    return {"Authorization": f"Bearer {token}"}
