"""Nothing that matters lives in a process (P10): another goes on with what one began; no limit is doubled."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from booking.app import create_app
from booking.db import db
from tests.accounts.browsing import PASSWORD, make_guide_person
from tests.conftest import make_postgres_database, migrated, settings_for
from tests.hostile.walk import hidden


@pytest.fixture(params=["sqlite", "postgresql"])
def two(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Flask, Flask]]:
    """Two applications that share a database and a key, and nothing else."""
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("sqlite_template"), tmp_path / "two.db")
        url = f"sqlite:///{tmp_path / 'two.db'}"
    else:
        url = migrated(make_postgres_database(request.getfixturevalue("postgres_server"), "booking_two"))
    apps = (
        create_app(settings_for(url, tmp_path, rate_limits=True)),
        create_app(settings_for(url, tmp_path, rate_limits=True)),
    )
    yield apps
    for app in apps:
        with app.app_context():
            db.engine.dispose()


def carried(kept: FlaskClient, to: Flask) -> FlaskClient:
    """The same browser at the other process."""
    client, cookie = to.test_client(), kept.get_cookie("session")
    if cookie:
        client.set_cookie("session", cookie.value)
    return client


def test_a_session_and_its_forms_outlive_the_process_that_began_them(two: tuple[Flask, Flask]) -> None:
    first, second = two
    with first.app_context():
        email = make_guide_person().email
    begun = first.test_client()
    token = hidden(begun.get("/sign-in"), "csrf_token")
    browser = carried(begun, second)
    form = {"csrf_token": token, "email": email, "password": PASSWORD}
    assert browser.post("/sign-in", data=form).status_code == 303
    for app in (first, second) * 3:
        browser = carried(browser, app)
        assert browser.get("/account").status_code == 200
    token = hidden(browser.get("/account"), "csrf_token")
    assert carried(browser, first).post("/sign-out", data={"csrf_token": token}).status_code == 303
    assert carried(browser, second).get("/account").status_code == 303  # the kept cookie is of no use anywhere


def test_limits_are_not_doubled(two: tuple[Flask, Flask]) -> None:
    browser, answers = two[0].test_client(), []
    token = hidden(browser.get("/sign-in"), "csrf_token")
    for number in range(14):
        browser = carried(browser, two[number % 2])
        form = {"csrf_token": token, "email": "ana@example.org", "password": "a wrong one, quite"}
        answers.append(browser.post("/sign-in", data=form).status_code)
    assert answers == [422] * 10 + [429] * 4
