"""The tests of this folder find the demonstration in the database, made once for all of them."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

import pytest
from flask import Flask

from booking.app import create_app
from booking.db import db
from booking.loading import demonstration
from tests.builders import NOW
from tests.conftest import make_postgres_database, migrated, settings_for


def _database(request: pytest.FixtureRequest, folder: Path) -> str:
    if request.param == "postgresql":
        return migrated(make_postgres_database(request.getfixturevalue("postgres_server"), "booking_demonstrated"))
    copyfile(request.getfixturevalue("sqlite_template"), folder / "demonstrated.db")
    return f"sqlite:///{folder / 'demonstrated.db'}"


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def shared_app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application with the demonstration in a database of each kind; `app` wraps each test in a transaction."""
    folder = tmp_path_factory.mktemp("demonstrated")
    application = create_app(settings_for(_database(request, folder), folder))
    application.config["TESTING"] = True
    demonstration.fill(application, NOW)
    yield application
    with application.app_context():
        db.engine.dispose()
