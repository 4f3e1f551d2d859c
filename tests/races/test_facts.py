"""Facts written by several processes while bookings change: what is left agrees with the live tables."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event

import pytest
from flask import Flask
from sqlalchemy import select, update

from booking.app import create_app
from booking.bookings.models import Booking
from booking.bookings.terms import BookingStatus
from booking.db import db, table_of, transaction
from booking.reporting.models import EventFact, FactDue
from booking.reporting.queries.breaches import wrong_facts
from booking.reporting.services.upkeep import catch_up
from booking.scheduling.terms import EventStatus
from tests.builders import NOW, make_booking, make_event, make_offering, make_station
from tests.conftest import make_postgres_database, migrated, settings_for
from tests.races.conftest import FULL, Tell

pytestmark = pytest.mark.race

CHANGES = 200 if FULL else 25
_BOOKING = table_of(Booking)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def two(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Flask, Flask]]:
    """Two applications, as of two processes, on a database of their own."""
    if request.param == "postgresql":
        url = migrated(make_postgres_database(request.getfixturevalue("postgres_server"), "booking_facts"))
    else:
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "booking.db")
        url = f"sqlite:///{tmp_path / 'booking.db'}"
    apps = create_app(settings_for(url, tmp_path)), create_app(settings_for(url, tmp_path))
    yield apps
    for one in apps:
        with one.app_context():
            db.engine.dispose()


def test_whoever_writes_facts_last_has_seen_the_last_change(two: tuple[Flask, Flask], tell: Tell) -> None:
    with two[0].app_context():
        event = make_event(make_offering(make_station()), status=EventStatus.HELD)
        groups = [make_booking(event, size=5).id for _ in range(3)]
    start, is_over = Barrier(5), Event()

    def change(at: int) -> int:
        with two[at % 2].app_context():
            start.wait()
            for number in range(1, CHANGES + 1):
                with transaction() as session:
                    counted = {"attended": number, "status": BookingStatus.ATTENDED}
                    session.execute(update(_BOOKING).where(_BOOKING.c.id == groups[at]).values(counted))
            db.session.remove()
        return 0

    def keep(at: int) -> int:
        rounds = 0
        with two[at % 2].app_context():
            start.wait()
            while not is_over.is_set():
                rounds += catch_up() > 0
            db.session.remove()
        return rounds

    with ThreadPoolExecutor(5) as pool:
        keepers = [pool.submit(keep, at) for at in range(2)]
        writers = [pool.submit(change, at) for at in range(3)]
        for writer in writers:
            writer.result()
        is_over.set()
        rounds = sum(keeper.result() for keeper in keepers)
    with two[1].app_context():
        catch_up()
        assert db.session.execute(select(FactDue.id)).all() == []
        assert list(db.session.execute(wrong_facts(NOW)).scalars()) == []
        assert db.session.execute(select(EventFact.attended)).scalar() == 3 * CHANGES
    tell(f"{rounds} rounds of keepers beside {3 * CHANGES} changes")
