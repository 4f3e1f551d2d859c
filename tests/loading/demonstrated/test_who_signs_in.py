"""Who signs in to the demonstration, and how."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from booking import clock
from booking.accounts.models import Account, AccountRole, OneTimeLink
from booking.accounts.services.links import add_role, demonstration_link
from booking.accounts.terms import Role
from booking.db import db
from booking.loading import demonstration
from booking.scheduling.models import Guide
from tests.accounts.browsing import at, is_in, send
from tests.builders import NOW
from tests.signing_in import make_account

pytestmark = pytest.mark.usefixtures("app")


def paths(app: Flask) -> dict[str, str]:
    """The path of a fresh link for each role."""
    lines = demonstration.ways_in(app, NOW)
    found = [
        re.fullmatch(r"Sign in as (\w+) \([\w ]+\): http://localhost(/sign-in/link/[\w-]{43})", one) for one in lines
    ]
    return {one[1]: one[2] for one in found if one}


def test_every_guide_has_an_account_of_the_own_station() -> None:
    guides = db.session.scalars(select(Guide)).all()
    assert guides
    for guide in guides:
        account = db.session.get_one(Account, guide.account_id)
        assert account.name == guide.name
        assert account.second_factor_waived
        assert account.email.endswith("@example.org")
        (role,) = db.session.scalars(select(AccountRole).where(AccountRole.account_id == account.id)).all()
        assert (role.role, role.station_code) == (Role.GUIDE, guide.code.partition("-")[0])


def test_nobody_has_a_password() -> None:
    assert db.session.scalar(select(func.count()).select_from(Account).where(Account.password_hash != "")) == 0


@pytest.mark.parametrize("role", list(Role))
def test_every_role_signs_in_by_its_link_once(app: Flask, client: FlaskClient, role: Role) -> None:
    with at():
        link = paths(app)[role.value]
        assert client.get(link).status_code == 200
        assert not is_in(client)
        assert send(client, link).headers["Location"] == "/staff"
        assert is_in(client)
        other = app.test_client()
        assert send(other, link).status_code == 404
        assert not is_in(other)


def test_a_link_ends_after_ten_minutes(app: Flask, client: FlaskClient) -> None:
    link = paths(app)["coordinator"]
    with clock.frozen(NOW + timedelta(minutes=10)):
        assert send(client, link).status_code == 404
    assert not is_in(client)


def test_a_site_that_others_reach_prints_none_and_takes_none(app: Flask, client: FlaskClient) -> None:
    with at():
        link = paths(app)["administrator"]
        settings = app.extensions["booking.settings"]
        app.extensions["booking.settings"] = replace(settings, public_url="https://visits.example.org")
        try:
            assert demonstration.ways_in(app, NOW) == []
            assert send(client, link).status_code == 404
        finally:
            app.extensions["booking.settings"] = settings
        assert not is_in(client)


def test_real_people_get_no_such_link() -> None:
    assert demonstration_link(make_account().email, NOW) is None
    assert demonstration_link("nobody@example.org", NOW) is None


def test_only_hashes_of_the_tokens_are_kept(app: Flask) -> None:
    tokens = {path.rpartition("/")[2] for path in paths(app).values()}
    assert len(tokens) == 3
    assert not tokens & set(db.session.scalars(select(OneTimeLink.token_hash)))


def test_somebody_who_sets_a_password_is_of_the_demonstration_no_more(app: Flask, client: FlaskClient) -> None:
    with at():
        paths(app)
        ada = db.session.scalars(select(Account).where(Account.name == "Ada Quillfeather")).one()
        link = "/set-password/" + add_role(ada.email, Role.ADMINISTRATOR, [], actor="command", now=NOW)
        assert send(client, link, {"password": "another lantern orbit"}).status_code == 303
        assert demonstration_link("ada.quillfeather@example.org", NOW) is None
        data = {"email": "ada.quillfeather@example.org", "password": "another lantern orbit"}
        assert send(client, "/sign-in", data).status_code == 303
        assert client.get("/account").headers["Location"].startswith("/account/second-factor")
