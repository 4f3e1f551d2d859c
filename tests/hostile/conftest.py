"""Vienna with a tour and two guides, on the clock of the tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient

from booking import clock
from booking.db import db
from booking.reporting.services.upkeep import catch_up
from booking.scheduling.models import Event
from tests.builders import NOW, make_event, make_guide, make_offering, make_station
from tests.conftest import undone
from tests.hostile.forms_of_staff import House, forms_of_staff, make_house
from tests.hostile.walk import Step


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


@dataclass(frozen=True)
class Standing:
    """A house of staff that the tests of a file share."""

    house: House

    def browsers(self) -> Iterator[FlaskClient]:
        """Those of everybody in it."""
        yield from self.house.browsers.values()
        yield from (client for client, _page in self.house.entrances)

    @contextmanager
    def as_it_was(self, application: Flask) -> Iterator[None]:
        """Inside the application's context; afterwards the database and the browsers are what they were."""
        cookies = [(client, client.get_cookie("session")) for client in self.browsers()]
        with application.app_context():
            savepoint = db.engine.begin_nested()  # type: ignore[attr-defined]  # in a test the engine is a connection
            try:
                yield
            finally:
                db.session.remove()
                savepoint.rollback()
        for client, cookie in cookies:
            client.delete_cookie("session")
            if cookie:
                client.set_cookie("session", cookie.value)


@pytest.fixture(scope="module")
def standing(shared_app: Flask) -> Iterator[Standing]:
    """Made once for the tests of a file; whatever uses it, uses no `app`."""
    with clock.frozen(NOW), undone(shared_app):
        house = make_house(shared_app)
        catch_up()  # or whoever reads a report first would write the facts of all this
        db.session.remove()
        yield Standing(house)


@pytest.fixture(scope="module")
def all_forms(standing: Standing, shared_app: Flask) -> dict[str, Step]:
    """Every form that the pages of the house show; to open all of them takes seconds."""
    with clock.frozen(NOW), shared_app.app_context():
        found = forms_of_staff(shared_app, standing.house)  # the browsers keep the sessions that the forms belong to
        db.session.remove()
    return found


@pytest.fixture
def house(standing: Standing, shared_app: Flask) -> Iterator[House]:
    """The house; what a test does to it is undone."""
    with standing.as_it_was(shared_app):
        yield standing.house


@pytest.fixture
def forms(all_forms: dict[str, Step], house: House) -> dict[str, Step]:  # noqa: ARG001  what is done by them is undone
    """Each form of staff by the rule of its address, ready to be sent."""
    return all_forms
