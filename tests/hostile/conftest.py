"""Vienna with a tour and two guides, on the clock of the tests."""

from collections.abc import Iterator

import pytest
from flask import Flask

from booking import clock
from booking.scheduling.models import Event
from tests.builders import NOW, make_event, make_guide, make_offering, make_station


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def event(app: Flask) -> Event:  # noqa: ARG001  the database is there first
    """An event that several groups can join, beside the times of a group's own."""
    station = make_station()
    make_guide(station, "en")
    make_guide(station, "en")
    return make_event(make_offering(station, max_group=60))
