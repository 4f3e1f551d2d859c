"""Setting a password by a one-time link."""

import re
from contextlib import AbstractContextManager
from datetime import timedelta
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from booking import clock
from booking.accounts.models import Account, AuditEntry, OneTimeLink
from booking.accounts.passwords import is_password
from booking.accounts.services import add_role
from booking.accounts.terms import Role
from booking.db import db
from tests.builders import NOW

GOOD = "lantern pepper orbit"


@pytest.fixture
def link(client: FlaskClient) -> str:
    """The path of a fresh link."""
    with client.application.app_context():
        return "/set-password/" + add_role("ana@example.org", Role.GUIDE, ["VIE"], actor="command", now=NOW)


def at(minutes: float = 0) -> AbstractContextManager[None]:
    """The clock, stopped some minutes after the link was made."""
    return clock.frozen(NOW + timedelta(minutes=minutes))


def send(client: FlaskClient, link: str, password: str, minutes: float = 1) -> TestResponse:
    """Open the page, type a password, send it."""
    with at(minutes):
        page = client.get(link)
        found = re.search(r'name="csrf_token" value="([^"]+)"', page.text) or re.search("(.)", "x")
        assert found
        return client.post(link, data={"csrf_token": found[1], "password": password})


def kept_hash() -> str:
    """The hash of Ana's password; empty where she has none."""
    return db.session.scalars(select(Account.password_hash)).one()


def test_the_link_lets_its_owner_set_a_password(client: FlaskClient, link: str) -> None:
    answer = send(client, link, GOOD)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/password-set")
    assert client.get(answer.headers["Location"]).status_code == 200
    assert is_password(GOOD, kept_hash())
    assert db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all() == ["add role", "set password"]


def test_the_token_is_not_kept(link: str) -> None:
    token = link.rpartition("/")[2]
    assert len(token) == 43
    assert token not in db.session.scalars(select(OneTimeLink.token_hash)).one()


def test_opening_the_page_uses_nothing_up(client: FlaskClient, link: str) -> None:
    with at(1):
        pages = [client.get(link), client.head(link), client.get(link)]
    assert [page.status_code for page in pages] == [200, 200, 200]
    assert "ana@example.org" in pages[0].text
    assert pages[0].headers["Cache-Control"] == "no-store"
    assert pages[0].headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    "password",
    ["", "short", "a" * 129, "password1234", "Geneva2026!!"],
    ids=["none", "short", "long", "common", "ours"],
)
def test_a_password_that_is_too_weak_is_refused_with_a_sentence(client: FlaskClient, link: str, password: str) -> None:
    answer = send(client, link, password)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert not password or password not in answer.text
    assert kept_hash() == ""


def test_used_old_unknown_and_malformed_links_are_answered_alike(client: FlaskClient, link: str) -> None:
    with at(10):
        old = client.get(link)
    send(client, link, GOOD)
    others = [link, "/set-password/" + "A" * 43, "/set-password/x", "/set-password/" + quote("é'\"<>")]
    with at(2):
        answers = [old, *(client.get(other) for other in others)]
    assert {answer.status_code for answer in answers} == {404}
    assert {answer.text for answer in answers} == {old.text}


@pytest.mark.parametrize("password", [GOOD, "short"])
def test_posting_to_a_dead_link_is_answered_like_opening_it(client: FlaskClient, link: str, password: str) -> None:
    with at(1):
        page = client.get(link)
        token = (re.search(r'name="csrf_token" value="([^"]+)"', page.text) or [""])[1]
    with at(11):
        opened = client.get(link)
        posted = client.post(link, data={"csrf_token": token, "password": password})
    assert (posted.status_code, posted.text) == (opened.status_code, opened.text)
    assert kept_hash() == ""


def test_a_link_works_once(client: FlaskClient, link: str) -> None:
    with at(1):
        page = client.get(link)
        token = (re.search(r'name="csrf_token" value="([^"]+)"', page.text) or [""])[1]
        first = client.post(link, data={"csrf_token": token, "password": GOOD})
        second = client.post(link, data={"csrf_token": token, "password": "another lantern orbit"})
    assert (first.status_code, second.status_code) == (303, 404)
    assert is_password(GOOD, kept_hash())


def test_a_newer_link_ends_the_older(client: FlaskClient, link: str) -> None:
    newer = add_role("ana@example.org", Role.COORDINATOR, [], actor="command", now=NOW)
    with at(1):
        assert client.get(link).status_code == 404
        assert client.get(f"/set-password/{newer}").status_code == 200
    assert db.session.scalar(select(func.count()).select_from(Account)) == 1


def test_an_account_that_is_shut_sets_no_password(client: FlaskClient, link: str) -> None:
    db.session.scalars(select(Account)).one().is_active = False
    db.session.flush()
    with at(1):
        assert client.get(link).status_code == 404
