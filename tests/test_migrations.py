"""The schema: one head, up, down and up again on both databases, no difference left, and every guard there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from booking import schema
from booking.db import engine_options
from tests.conftest import make_postgres_database

TOLD = {
    "attendance_is_told",
    "booking_changed_is_told",
    "booking_made_is_told",
    "closure_changed_is_told",
    "closure_made_is_told",
    "event_changed_is_told",
    "event_made_is_told",
}
DUE = {
    "booking_changed_is_due",
    "booking_deleted_is_due",
    "booking_made_is_due",
    "booking_moved_is_due",
    "event_changed_is_due",
    "event_deleted_is_due",
    "event_made_is_due",
    "organisation_changed_is_due",
}
JOINT = {
    "event_leader_is_no_partner",
    "event_partner_is_another_station_insert",
    "event_partner_is_another_station_update",
}
TRIGGERS = {
    "sqlite": {
        *TOLD,
        *DUE,
        *JOINT,
        "assignment_guide_is_in_one_place_insert",
        "assignment_guide_is_in_one_place_update",
        "audit_entry_is_never_changed",
        "room_use_is_one_at_a_time_insert",
        "room_use_is_one_at_a_time_update",
        "audit_entry_is_kept_for_two_years",
    },
    "postgresql": {"audit_entry_is_never_altered", "audit_entry_is_kept_for_two_years", *TOLD, *DUE, *JOINT},
}
NAMES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'migrated.db'}"
    else:
        url = make_postgres_database(request.getfixturevalue("postgres_server"), "booking_migrations")
    made = create_engine(url, **engine_options(url))
    yield made
    made.dispose()


def triggers(connection: Connection) -> set[str]:
    """Names of the triggers there are."""
    return set(connection.execute(text(NAMES[connection.dialect.name])).scalars())


def test_there_is_one_head_so_that_two_branches_conflict() -> None:
    script = ScriptDirectory.from_config(schema.configuration())
    assert len(script.get_heads()) == 1
    numbers = [int(revision.revision) for revision in script.walk_revisions()]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))


def test_up_down_and_up_again_leaves_every_table_and_guard(engine: Engine) -> None:
    with engine.begin() as connection:
        schema.upgrade(connection)
        assert triggers(connection) == TRIGGERS[engine.dialect.name]
    with engine.begin() as connection:
        schema.downgrade(connection, "base")
        assert triggers(connection) == set()
    with engine.begin() as connection:
        schema.upgrade(connection)
        assert schema.current(connection) == schema.head()
        assert triggers(connection) == TRIGGERS[engine.dialect.name]


def test_autogenerate_finds_no_difference(engine: Engine) -> None:
    with engine.begin() as connection:
        schema.upgrade(connection)
    with engine.connect() as connection:
        command.check(schema.configuration(connection))  # raises where the models and the tables differ


def test_on_postgresql_a_guide_is_kept_in_one_place_by_an_exclusion(engine: Engine) -> None:
    with engine.begin() as connection:
        schema.upgrade(connection)
        if engine.dialect.name != "postgresql":
            strict = "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict"
            names = f"{strict} AND name NOT LIKE 'sqlite_%' AND name <> 'alembic_version'"
            assert connection.execute(text(names)).scalar_one() == 0
            return
        kinds = "SELECT contype FROM pg_constraint WHERE conname = 'ex_assignment_guide_is_in_one_place'"
        assert connection.execute(text(kinds)).scalar_one() == "x"


def test_the_audit_trail_cannot_be_altered(engine: Engine) -> None:
    row = (
        "INSERT INTO audit_entry (at, actor, role, station_code, action, subject, request_id) "
        "VALUES ({at}, 'group', '', '', 'booking.book', 'booking:VE-1', '')"
    )
    with engine.begin() as connection:
        schema.upgrade(connection)
        for at in ("CURRENT_TIMESTAMP", "'2020-11-23 09:00:00.000000'"):
            connection.execute(text(row.format(at=at)))
        connection.execute(text("DELETE FROM audit_entry WHERE at < '2021-01-01'"))  # of years ago: retention may
    for change in ("UPDATE audit_entry SET actor = 'nobody'", "DELETE FROM audit_entry"):
        with pytest.raises(DBAPIError), engine.begin() as connection:
            connection.execute(text(change))
