"""What races share: a database of their own on each kind, the size of the run, and lines that say what was seen."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import SEEN, make_postgres_database, migrated, own
from tests.races.arena import Arena, on_postgres, on_sqlite, open_arena

FULL = os.environ.get("RACE") == "full"
TEMPLATE = "booking_race_template"

Tell = Callable[[str], None]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In the short form a guard is taken out on one database: `make races` does it on both."""
    if FULL:
        return
    twice = [item for item in items if item.get_closest_marker("control") and "[sqlite" in item.name]
    config.hook.pytest_deselected(items=twice)
    items[:] = [item for item in items if item not in set(twice)]


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """The name of a migrated database that races copy; nobody is connected to it."""
    migrated(make_postgres_database(postgres_server, TEMPLATE))
    return own(TEMPLATE)


def made(request: pytest.FixtureRequest, folder: Path, name: str) -> Arena:
    """An arena on the kind of database that the fixture is asked for."""
    if request.param == "sqlite":
        return open_arena(on_sqlite(request.getfixturevalue("sqlite_template"), folder), folder)
    template = request.getfixturevalue("postgres_template")
    return open_arena(on_postgres(request.getfixturevalue("postgres_server"), template, own(name)), folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def arena(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Arena]:
    """A migrated database of each kind for one race."""
    found = made(request, tmp_path, "booking_race")
    yield found
    found.close()


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Tell:
    """Say in the summary what was seen: without contention a race shows nothing."""

    def add(line: str) -> None:
        request.node.user_properties.append((SEEN, f"{request.node.name}: {line}"))

    return add
