"""Two coordinators and one mail text: of those who saw the same version one saves, whoever else does at that moment."""

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
from booking.bookings.mail_places import Place
from booking.bookings.services.mail_texts import Saving, save_words
from booking.db import db, transaction
from booking.notices.wording import stored
from booking.notices.wording.kinds import KINDS
from booking.notices.wording.stored import Overtaken, Stored
from booking.notices.wording.voice import Key
from tests.builders import NOW
from tests.conclusive import happened
from tests.conftest import make_postgres_database, migrated, settings_for

pytestmark = pytest.mark.race
WRITERS, ROUNDS = 6, 5
PLACE = Place(KINDS["booking_confirmed"], "fr", "VIE")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def own_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application with a database of its own."""
    if request.param == "postgresql":
        url = migrated(make_postgres_database(request.getfixturevalue("postgres_server"), "booking_mail_texts"))
    else:
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "booking.db")
        url = f"sqlite:///{tmp_path / 'booking.db'}"
    application = create_app(settings_for(url, tmp_path))
    yield application
    with application.app_context():
        db.engine.dispose()


def write(app: Flask, start: Barrier, seen: int, words: str) -> str:
    """Save at the same moment as all others; what became of it."""
    with app.app_context():
        start.wait()
        try:
            save_words(Saving(PLACE, seen, NOW, "account:1"), {"subject": words})
        except Overtaken:
            return "overtaken"
        return "saved"


def all_write(app: Flask, seen: int) -> Counter[str]:
    """What became of the writers of one round."""
    start = Barrier(WRITERS)
    with ThreadPoolExecutor(WRITERS) as people:
        done = [people.submit(write, app, start, seen, f"Words {seen}.{number}") for number in range(WRITERS)]
        return Counter(one.result() for one in done)


def test_of_several_who_saw_the_same_one_saves(own_app: Flask) -> None:
    for seen in range(ROUNDS):
        assert all_write(own_app, seen) == {"saved": 1, "overtaken": WRITERS - 1}
    with own_app.app_context():
        assert [one.version for one in stored.versions(db.session(), PLACE.key)] == [5, 4, 3, 2, 1]
        assert db.session.scalar(text("SELECT count(*) FROM audit_entry")) == ROUNDS


@pytest.mark.parametrize("own_app", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
@pytest.mark.control
def test_without_the_guard_several_save(own_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    reads, meet = stored.current, Barrier(WRITERS, timeout=60)

    def together(session: Session, key: Key) -> Stored | None:
        found = reads(session, key)
        meet.wait()
        return found

    monkeypatch.setattr(stored, "current", together)
    with own_app.app_context(), transaction() as session:
        session.execute(text("ALTER TABLE mail_text DROP CONSTRAINT uq_mail_text_kind_locale_station_version"))
    happened(all_write(own_app, 0)["saved"] > 1, "one saved")
