"""Two processes on one database: a sign-in of one is known to the other, and limits are counted together."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from booking.accounts.models import Account
from booking.app import create_app
from booking.db import db
from tests.accounts.browsing import PASSWORD, code_of, make_person, send
from tests.conftest import make_postgres_database, migrated, settings_for

pytestmark = pytest.mark.usefixtures("stopped")


@pytest.fixture(params=["sqlite", "postgresql"])
def two(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Flask, Flask]]:
    """Two applications with the same settings, which share nothing but the database."""
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("sqlite_template"), tmp_path / "two.db")
        url = f"sqlite:///{tmp_path / 'two.db'}"
    else:
        url = migrated(make_postgres_database(request.getfixturevalue("postgres_server"), "booking_two"))
    apps = tuple(create_app(settings_for(url, tmp_path, rate_limits=True)) for _ in range(2))
    yield apps[0], apps[1]
    for app in apps:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def hand_over(browser: FlaskClient, other: FlaskClient) -> FlaskClient:
    """The same browser, whose next request the other process answers."""
    cookie = browser.get_cookie("session")
    assert cookie
    other.set_cookie("session", cookie.value)
    return other


def person(app: Flask) -> Account:
    """Somebody who signs in."""
    with app.app_context():
        account = make_person()
        db.session.expunge_all()
        return account


def test_one_process_begins_a_sign_in_and_the_other_completes_it(two: tuple[Flask, Flask]) -> None:
    account = person(two[0])
    one, other = (app.test_client() for app in two)
    assert send(one, "/sign-in", {"email": account.email, "password": PASSWORD}).status_code == 303
    with two[0].app_context():
        code = code_of(account)
    assert send(hand_over(one, other), "/sign-in/code", {"code": code}).status_code == 303
    assert hand_over(other, one).get("/account").status_code == 200


def test_a_form_shown_by_one_process_is_taken_by_the_other_and_a_sign_out_holds_in_both(
    two: tuple[Flask, Flask],
) -> None:
    account = person(two[0])
    one, other = (app.test_client() for app in two)
    send(one, "/sign-in", {"email": account.email, "password": PASSWORD})
    page = one.get("/sign-in/code").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    cookie = one.get_cookie("session")
    assert cookie
    hand_over(one, other)
    assert other.post("/sign-out", data={"csrf_token": token}).status_code == 303
    one.set_cookie("session", cookie.value)
    assert one.get("/sign-in/code").headers["Location"] == "/sign-in"


def test_tries_are_counted_together(two: tuple[Flask, Flask]) -> None:
    account = person(two[0])
    browsers = [app.test_client() for app in two]
    data = {"email": account.email, "password": "a wrong one, quite"}
    answers = [send(browsers[number % 2], "/sign-in", data).status_code for number in range(13)]
    assert answers == [422] * 10 + [429] * 3
