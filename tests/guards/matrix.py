"""Stations with the same things in each, and the addresses of all of them, for the matrix of who may enter where."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from booking.accounts.access import audience_of
from booking.accounts.models import Account, ApiToken, SignIn
from booking.db import db
from tests.builders import (
    NOW,
    save,
)
from tests.guards.world import LATER
from tests.signing_in import api_token, sign_in

# Where the addresses of things begin, and what stands in the place: the longest that fits counts.
THINGS = {
    "/account/sign-ins/": "sign_in",
    "/account/tokens/": "token",
    "/api/v1/mail-texts/": "mail",
    "/api/v1/bookings/": "booking",
    "/api/v1/desk/requests/": "visit",
    "/api/v1/catalogue/offerings/": "offering",
    "/api/v1/closure-operations/": "operation",
    "/api/v1/closures/": "closure",
    "/api/v1/desk/bookings/": "booking",
    "/api/v1/desk/events/": "event",
    "/api/v1/desk/organisations/merges/": "merge",
    "/api/v1/events/": "event",
    "/api/v1/events/<code>/partners/<partner>": "led",
    "/api/v1/events/<code>/partners/<partner>/co-host": "joint",
    "/api/v1/holidays/": "holiday",
    "/api/v1/stations/": "station",
    "/api/v1/webhooks/": "webhook",
    "/api/v1/webhooks/messages/": "message",
    "/api/v1/events/<code>/attendance": "begun",
    "/api/v1/limits/": "limit",
    "/api/v1/offerings/": "offering",
    "/bookings/": "booking",
    "/desk/bookings/": "booking",
    "/desk/contacts/": "booking",
    "/desk/catalogue/offerings/": "offering",
    "/desk/catalogue/pictures/": "picture",
    "/desk/calendars/": "station",
    "/desk/catalogue/holidays/": "holiday",
    "/desk/catalogue/stations/": "station",
    "/desk/closures/": "closure",
    "/desk/closures/operations/": "operation",
    "/desk/events/": "event",
    "/desk/events/<code>/partners/<partner>/answer": "joint",
    "/desk/events/<code>/partners/<partner>/end": "led",
    "/desk/events/<code>/partners/<partner>/guide": "joint",
    "/desk/events/<code>/partners/<partner>/withdraw": "joint",
    "/desk/events/<code>/attendance": "begun",
    "/api/v1/events/<code>/attendance-report": "begun",
    "/desk/guides/": "guide",
    "/desk/items/": "item",
    "/desk/library/": "material",
    "/desk/mail-texts/": "mail",
    "/desk/mails/": "notice",
    "/desk/limits/": "limit",
    "/desk/offerings/<code>/limits": "offering",
    "/desk/organisations/merges/": "merge",
    "/desk/people/": "account",
    "/desk/reports/paragraphs/": "paragraph",
    "/desk/requests/": "booking",
    "/desk/roster/": "proposal",
    "/desk/series/": "series",
    "/desk/surveys/": "survey",
    "/desk/webhooks/": "webhook",
    "/desk/webhooks/messages/": "message",
    "/desk/visits/": "visit",
    "/desk/views/": "view",
    "/guide/attendance/": "begun",
    "/guide/events/": "event",
    "/guide/offers/": "offer",
    "/requests/": "visit",
}
OF_NO_STATION = frozenset({"mail", "paragraph"})
"""Things that are the same at every station: nobody has to be kept from knowing that they are there."""
# Opened by a secret in the address or the body, whoever one is: their own tests try secrets of others.
BY_SECRET = re.compile("/api/v1/holds/|/book(/|$)|/calendars/|/interest/|/join/|/my-data/|/offers/")
READ_BY_ALL = frozenset(
    {
        "/desk/catalogue/offerings/<code>",
        "/desk/catalogue/offerings/<code>/images",
        "/desk/catalogue/offerings/<code>/material",
        "/desk/catalogue/offerings/<code>/texts",
        "/desk/library/<int:material_id>",
    }
)
"""What coordinators of all stations read, and only those of its own change: offerings and the library are shared."""


@dataclass(frozen=True)
class Call:
    """An address and a way to ask it, and for whom it is open."""

    method: str
    rule: Rule
    audience: str

    @property
    def thing(self) -> str | None:
        """What stands in the address; None where nothing does. KeyError for an address that nobody has added here."""
        if not self.rule.arguments:
            return None
        fitting = [start for start in THINGS if self.rule.rule.startswith(start)]
        if not fitting:
            raise KeyError(f"{self.rule.rule}: say in tests/guards/matrix.py what stands in it")
        return THINGS[max(fitting, key=len)]

    def path(self, names: dict[str, str]) -> str:
        """The address of one thing."""
        rule = self.rule.rule.replace("<partner>", names["partner" if self.thing == "led" else "station"])
        return re.sub("<[^>]*>", names[self.thing], rule) if self.thing else rule

    @property
    def is_api(self) -> bool:
        """Whether programs call it."""
        return self.rule.rule.startswith("/api/")

    def __str__(self) -> str:
        return f"{self.method} {self.rule.rule}"


def calls(app: Flask, *audiences: str) -> list[Call]:
    """Every way to ask every address that is open to these audiences."""
    found = []
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        audience = audience_of(app.view_functions[rule.endpoint]) or ""
        if audience in audiences and not BY_SECRET.match(rule.rule):
            methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
            found += [Call(method, rule, audience) for method in methods]
    return found


def may(role: str, audience: str) -> bool:
    """Whether whoever has this role may ask what is open to the audience."""
    return audience in {"staff", role} or (role, audience) == ("administrator", "coordinator")


def ask(app: Flask, call: Call, names: dict[str, str], account_id: int | None) -> TestResponse:
    """What the account (None: nobody) is answered; whatever it did is undone."""
    with _undone():
        account = db.session.get_one(Account, account_id) if account_id else None
        client, path = app.test_client(), call.path(_with_own(names, account))
        if call.is_api:
            headers = api_token(account) if account else {}
            return client.open(path, method=call.method, headers=headers, json=None if call.method == "GET" else {})
        if account:
            sign_in(client, account)
        return client.open(path, method=call.method)


def _with_own(names: dict[str, str], account: Account | None) -> dict[str, str]:
    """The names, with a sign-in and a token of the person where the names are not of nothing."""
    if account is None or "sign_in" in names:
        return names
    sign_in_row = SignIn(account_id=account.id, token_hash="a", created_at=NOW, seen_at=LATER, expires_at=LATER)
    token_row = ApiToken(account_id=account.id, token_hash="b", name="test", created_at=NOW)
    save(sign_in_row, token_row)
    return {**names, "sign_in": str(sign_in_row.id), "token": str(token_row.id)}


@contextmanager
def _undone() -> Iterator[None]:
    """A savepoint of the test's own connection, to which everything is rolled back."""
    savepoint = db.engine.begin_nested()  # type: ignore[attr-defined]  # in a test the engine is a connection
    try:
        yield
    finally:
        db.session.remove()
        savepoint.rollback()


def body(answer: TestResponse) -> str:
    """The text, without what differs from request to request."""
    return re.sub(r'value="[^"]{40,}"|[0-9a-f]{16}', "", answer.text)
