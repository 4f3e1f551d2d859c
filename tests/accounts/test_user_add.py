"""`booking user add`."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, text

from booking import cli, schema
from booking.accounts.models import Account, AccountRole, OneTimeLink


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An installation with one station."""
    url = f"sqlite:///{tmp_path / 'booking.db'}"
    monkeypatch.setenv("BOOKING_DATABASE_URL", url)
    monkeypatch.setenv("BOOKING_INSTANCE_DIR", str(tmp_path))
    monkeypatch.setenv("BOOKING_PUBLIC_URL", "http://localhost:8000")
    engine = create_engine(url)
    with engine.begin() as connection:
        schema.upgrade(connection)
        columns = [row[1] for row in connection.execute(text("PRAGMA table_info(station)"))]
        assert "code" in columns
    engine.dispose()
    return url


def rows(url: str, *columns: object) -> list[tuple[object, ...]]:
    """What the database holds."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(select(*columns))]  # type: ignore[call-overload]  # any columns
    engine.dispose()
    return found


def test_it_prints_a_link_good_for_a_password(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["user", "add", "Ana@Example.ORG", "--role", "administrator"]) == 0
    printed = capsys.readouterr().out.strip()
    assert printed.startswith("http://localhost:8000/set-password/")
    assert len(printed.rpartition("/")[2]) == 43
    assert rows(database, Account.email) == [("Ana@example.org",)]
    assert [(role.value, code) for role, code in rows(database, AccountRole.role, AccountRole.station_code)] == [  # type: ignore[attr-defined]  # an enum
        ("administrator", "")
    ]


def test_asked_twice_it_makes_one_account_and_two_links(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        assert cli.run(["user", "add", "ana@example.org", "--role", "guide"]) == 0
    first, second = capsys.readouterr().out.split()
    assert first != second
    assert len(rows(database, Account.id)) == len(rows(database, AccountRole.id)) == 1
    assert [used is None for (used,) in rows(database, OneTimeLink.used_at)] == [False, True]


@pytest.mark.parametrize(
    "arguments",
    [
        ["nobody", "--role", "guide"],
        ["a@example.org\nBcc: b@example.org", "--role", "guide"],
        ["ana@example.org", "--role", "king"],
        ["ana@example.org"],
        ["ana@example.org", "--role", "guide", "--station", "NOWHERE"],
        [],
    ],
)
def test_a_wrong_call_is_told_in_one_line_and_changes_nothing(
    database: str, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert cli.run(["user", "add", *arguments]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("booking: ")
    assert printed.err.count("\n") == 1
    assert rows(database, Account.id) == []
