"""What the tests of letters share."""

from collections.abc import Iterator

import pytest
from flask import Flask

from booking.app import create_app
from tests.conftest import settings_for


@pytest.fixture(scope="session")
def _office(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_app(settings_for("sqlite://", tmp_path_factory.mktemp("office")))


@pytest.fixture
def office(_office: Flask) -> Iterator[Flask]:
    """An application, inside its context, for tests that write letters and need no database."""
    with _office.app_context():
        yield _office
