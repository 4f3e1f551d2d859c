"""What tests of webhooks share: a station, an installation whose messages stay on this machine, and a receiver."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from booking.http.fetching import RESOLVER, addresses_of
from tests.webhooks.making import Receiver, receiver


@pytest.fixture
def inside(app: Flask) -> Iterator[Flask]:
    """Messages may go to this machine."""
    settings, resolver = app.extensions["booking.settings"], app.extensions[RESOLVER]
    app.extensions["booking.settings"] = replace(settings, webhooks_inside=True)
    app.extensions[RESOLVER] = addresses_of
    yield app
    app.extensions["booking.settings"], app.extensions[RESOLVER] = settings, resolver


@pytest.fixture
def theirs() -> Iterator[Receiver]:
    """A receiving server on this machine."""
    with receiver() as one:
        yield one
