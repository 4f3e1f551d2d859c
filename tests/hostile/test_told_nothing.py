"""Known and unknown addresses and links, many of each, are answered with one status and one length of body (P20)."""

import secrets
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from booking.accounts import passwords
from booking.accounts.terms import Role
from booking.db import db
from booking.scheduling.links import offer_url
from booking.scheduling.models import Guide
from booking.scheduling.services import feeds
from tests.builders import NOW
from tests.guards.matrix import body
from tests.guards.world import make_world
from tests.hostile.walk import hidden
from tests.signing_in import make_account

SAMPLES = 200
Ask = Callable[[str], tuple[int, int]]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The work of argon2 is the same for both, which test_sign_in.py holds; here it would only take time."""
    monkeypatch.setattr(passwords, "is_password", lambda _given, _kept: False)


def addresses() -> tuple[list[str], list[str]]:
    """Of members of staff, and of nobody, equally long."""
    known = [make_account(Role.GUIDE, "VIE", email=f"known{one:04}@example.org").email for one in range(SAMPLES)]
    return known, [f"nobod{one:04}@example.org" for one in range(SAMPLES)]


def form(client: FlaskClient, page: str, **values: str) -> Ask:
    """How a form that takes an address is answered."""
    token = hidden(client.get(page), "csrf_token")

    def ask(email: str) -> tuple[int, int]:
        answer = client.post(page, data={"csrf_token": token, "email": email, **values})
        return answer.status_code, len(body(answer))

    return ask


@pytest.mark.parametrize("page", ["/sign-in", "/forgot-password", "/my-booking"])
def test_no_form_tells_whose_an_address_is(client: FlaskClient, page: str) -> None:
    ask = form(client, page, **({"password": "lantern pepper orbit"} if page == "/sign-in" else {}))
    known, unknown = addresses()
    assert {ask(email) for email in known} == {ask(email) for email in unknown}
    assert len({ask(email) for email in known[:3]}) == 1


def test_no_wrong_link_tells_what_there_is(client: FlaskClient) -> None:
    """A token that is no one's beside the number of an offer or a feed that is there, and of one that is not."""
    there = int(make_world("VIE").names["offer"])
    guide = db.session.scalars(select(Guide).order_by(Guide.id)).first()
    assert guide is not None
    feeds.new_guide_address((guide.id, guide.code), now=NOW, actor="test")
    pages = {
        "/offers/{}?t=": (str(there), str(there + 900)),
        "/calendars/{}-": ("1", "7"),
        "/set-password/{}": ("", ""),
    }
    for page, numbers in pages.items():
        ends = ".ics" if page.startswith("/calendars") else ""
        told = set()
        for _ in range(SAMPLES):
            for number in numbers:
                answer = client.get(page.format(number) + secrets.token_urlsafe(32) + ends)
                told.add((answer.status_code, len(body(answer))))
        assert len(told) == 1, (page, told)
        assert told.pop()[0] == 404
    assert client.get(offer_url(there).removeprefix("http://localhost")).status_code == 200
