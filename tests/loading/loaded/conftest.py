"""The tests of this folder find the files of 2020 in the database, loaded once for all of them."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

import pytest
from flask import Flask

from booking.app import create_app
from booking.db import db
from booking.loading.services import Outcomes, load
from tests.builders import NOW
from tests.conftest import make_postgres_database, migrated, settings_for
from tests.loading.conftest import DATA


def _database(request: pytest.FixtureRequest, folder: Path) -> str:
    if request.param == "postgresql":
        return migrated(make_postgres_database(request.getfixturevalue("postgres_server"), "booking_loaded"))
    copyfile(request.getfixturevalue("sqlite_template"), folder / "loaded.db")
    return f"sqlite:///{folder / 'loaded.db'}"


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def shared_app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application on a loaded database of each kind; the `app` fixture wraps each test in a transaction."""
    folder = tmp_path_factory.mktemp("loaded")
    application = create_app(settings_for(_database(request, folder), folder))
    application.config["TESTING"] = True
    with application.app_context():
        application.extensions["first_load"] = load(DATA, NOW)
        db.session.remove()
    yield application
    with application.app_context():
        db.engine.dispose()


@pytest.fixture
def first_load(app: Flask) -> Outcomes:
    """What the load into the empty database answered."""
    outcomes: Outcomes = app.extensions["first_load"]
    return outcomes
