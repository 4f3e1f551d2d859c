"""P19: a one-time link that many people click at once works once."""

import re
import shutil
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from threading import Barrier
from urllib.parse import urlencode

import pytest
from sqlalchemy import create_engine, text

from booking.accounts.queries import token_hash
from booking.db import engine_options
from tests.conclusive import happened
from tests.conftest import make_postgres_database, migrated
from tests.http.site import Site

pytestmark = pytest.mark.race

CLICKS = 20
PASSWORD = "lantern pepper orbit"
TOKEN = "A" * 43


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with one account and its link."""
    if request.param == "postgresql":
        url = migrated(make_postgres_database(request.getfixturevalue("postgres_server"), "booking_link"))
    else:
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "booking.db")
        url = f"sqlite:///{tmp_path / 'booking.db'}"
    execute(
        url,
        "INSERT INTO account (id, email, name, password_hash, is_active, created_at) "
        f"VALUES (1, 'ana@example.org', '', '', {'true' if 'postgres' in url else 1}, '2026-01-01 00:00:00.000000')",
        "INSERT INTO one_time_link (token_hash, account_id, purpose, expires_at) "
        f"VALUES ('{token_hash(TOKEN)}', 1, 'set-password', '2099-01-01 00:00:00.000000')",
    )
    return url


def execute(url: str, *statements: str) -> None:
    """Run statements on a database."""
    engine = create_engine(url, **engine_options(url))
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def value(url: str, question: str) -> object:
    """The one value that answers a question."""
    engine = create_engine(url, **engine_options(url))
    with engine.connect() as connection:
        found: object = connection.execute(text(question)).scalar()
    engine.dispose()
    return found


def click(site: Site, start: Barrier, cookie: str, token: str) -> int:
    """Send the form at the same moment as all others; the status."""
    connection = HTTPConnection("127.0.0.1", site.port, timeout=30)
    connection.connect()
    start.wait()
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode({"csrf_token": token, "password": PASSWORD})
    connection.request("POST", f"/set-password/{TOKEN}", body, headers)
    try:
        return connection.getresponse().status
    finally:
        connection.close()


def all_click(database_url: str, folder: Path, program: str = "booking.cli") -> Counter[int]:
    """How often each status was answered."""
    with Site(folder, database_url.replace("+psycopg", ""), program) as site:
        _status, headers, page = site.ask(f"/set-password/{TOKEN}")
        cookie = headers["Set-Cookie"].partition(";")[0]
        found = re.search(r'name="csrf_token" value="([^"]+)"', page.decode())
        assert found
        start = Barrier(CLICKS)
        with ThreadPoolExecutor(CLICKS) as people:
            clicks = [people.submit(click, site, start, cookie, found[1]) for _ in range(CLICKS)]
            return Counter(one.result() for one in clicks)


def test_of_twenty_clicks_at_once_one_succeeds(database_url: str, tmp_path: Path) -> None:
    assert all_click(database_url, tmp_path) == {303: 1, 404: CLICKS - 1}
    assert value(database_url, "SELECT count(*) FROM audit_entry WHERE action = 'set password'") == 1
    assert str(value(database_url, "SELECT password_hash FROM account")).startswith("$argon2id$")


@pytest.mark.control
def test_without_the_guard_several_succeed(database_url: str, tmp_path: Path) -> None:
    happened(all_click(database_url, tmp_path, "tests.races.unguarded_link")[303] > 1, "one click succeeded")
