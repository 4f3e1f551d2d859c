"""Several enter the number of one event at once: of those who saw the same, one is written, and all others are told."""

import shutil
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from booking.app import create_app
from booking.attendance.queries import CountedEvent, event_to_count
from booking.attendance.services import record as recording
from booking.attendance.services.items import Count, ReadMeanwhile, read
from booking.attendance.services.record import Overtaken, Saying, record
from booking.attendance.terms import Qualifier, Source
from booking.db import db
from tests.attendance.making import make_item
from tests.builders import NOW, make_booking, make_event, make_offering, make_station
from tests.conclusive import happened
from tests.conftest import make_postgres_database, migrated, settings_for

pytestmark = pytest.mark.race
WRITERS, ROUNDS = 6, 4


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def own_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application with a database of its own."""
    if request.param == "postgresql":
        url = migrated(make_postgres_database(request.getfixturevalue("postgres_server"), "booking_attendance"))
    else:
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "booking.db")
        url = f"sqlite:///{tmp_path / 'booking.db'}"
    application = create_app(settings_for(url, tmp_path))
    yield application
    with application.app_context():
        db.engine.dispose()


@pytest.fixture
def codes(own_app: Flask) -> tuple[str, str]:
    """An event, and the reference of its one booking."""
    with own_app.app_context():
        event = make_event(make_offering(make_station()))
        return event.code, make_booking(event).reference


def enter(app: Flask, start: Barrier, codes: tuple[str, str], seen: int, number: int) -> str:
    """Enter a number at the same moment as all others; what became of it."""
    with app.app_context():
        found = event_to_count(db.session(), codes[0])
        assert found is not None
        start.wait()
        saying, after = Saying({codes[1]: number}), found.ends_at
        try:
            record(codes[0], saying, source=Source.DESK, now=after, actor=f"account:{number}", seen=seen)
        except Overtaken:
            return "overtaken"
        return "saved"


def all_enter(app: Flask, codes: tuple[str, str], first: int) -> Counter[str]:
    """What became of those of one round, who all had the present state before them."""
    start = Barrier(WRITERS)
    with app.app_context():
        found = event_to_count(db.session(), codes[0])
        assert found is not None
        seen = found.seen
    with ThreadPoolExecutor(WRITERS) as people:
        done = [people.submit(enter, app, start, codes, seen, first + number) for number in range(WRITERS)]
        return Counter(one.result() for one in done)


def test_of_several_who_saw_the_same_one_is_written(own_app: Flask, codes: tuple[str, str]) -> None:
    for number in range(ROUNDS):
        assert all_enter(own_app, codes, 10 * number) == {"saved": 1, "overtaken": WRITERS - 1}
    with own_app.app_context():
        said = db.session.execute(text("SELECT attended FROM observation ORDER BY id")).scalars().all()
        official = db.session.execute(text("SELECT attended, version FROM booking")).one()
    assert (len(said), tuple(official)) == (ROUNDS, (said[-1], 1 + ROUNDS))


def read_views(app: Flask, start: Barrier, code: str, views: int) -> str:
    """Write down what a counter said, having seen nothing of that day; what became of it."""
    with app.app_context():
        start.wait()
        try:
            read(code, NOW.date(), Count(views, Qualifier.EXACT), seen=0, now=NOW, actor=f"account:{views}")
        except ReadMeanwhile:
            return "overtaken"
        return "saved"


def test_of_several_readings_of_one_day_one_is_written(own_app: Flask) -> None:
    with own_app.app_context():
        code = make_item(None).code
    start = Barrier(WRITERS)
    with ThreadPoolExecutor(WRITERS) as people:
        done = [people.submit(read_views, own_app, start, code, number) for number in range(1, WRITERS + 1)]
        assert Counter(one.result() for one in done) == {"saved": 1, "overtaken": WRITERS - 1}
    with own_app.app_context():
        assert db.session.execute(text("SELECT count(*) FROM view_reading")).scalar() == 1


def test_control_without_looking_at_what_was_said_last_the_race_is_lost(
    own_app: Flask, codes: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock alone is not enough: whoever comes second must look again under it."""
    before: dict[str, CountedEvent] = {}

    def as_it_was(session: Session, code: str) -> CountedEvent:
        found = locked(session, code)
        return before.setdefault(code, found)

    locked = recording.locked
    monkeypatch.setattr(recording, "locked", as_it_was)
    done = all_enter(own_app, codes, 1)
    happened(done["saved"] > 1, f"nobody wrote over another: {done}")
