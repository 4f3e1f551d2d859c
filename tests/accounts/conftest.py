"""What the tests of accounts share."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from tests.accounts.browsing import at


@pytest.fixture
def stopped() -> Iterator[None]:
    """Time stands still at NOW."""
    with at():
        yield


@pytest.fixture
def limited(app: Flask) -> Iterator[None]:
    """The limits on, which tests otherwise do without."""
    settings = app.extensions["booking.settings"]
    app.extensions["booking.settings"] = replace(settings, rate_limits=True)
    yield
    app.extensions["booking.settings"] = settings
