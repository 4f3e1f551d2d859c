"""Two sign a report at once: it is frozen once, and nobody signs twice, from however many processes."""

import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select, text

from booking.app import create_app
from booking.bookings.terms import BookingStatus
from booking.db import db, transaction
from booking.reporting.narrative import services
from booking.reporting.narrative.drafting import draft_of
from booking.reporting.narrative.models import ReportSignature, ReportVersion
from booking.reporting.narrative.services import Doing, NotSigned, Overtaken, choose, save_text, sign
from booking.reporting.services.reading import as_of_now
from booking.reporting.terms import Period
from booking.scheduling.terms import EventStatus
from tests.builders import NOW, make_booking, make_event, make_offering, make_station
from tests.conftest import make_postgres_database, migrated, settings_for

pytestmark = pytest.mark.race
PERIOD = Period(date(2026, 8, 1), date(2026, 10, 31))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def two(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Flask, Flask]]:
    """Two applications, as of two processes, on a database with a tour held."""
    if request.param == "postgresql":
        url = migrated(make_postgres_database(request.getfixturevalue("postgres_server"), "booking_signing"))
    else:
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "booking.db")
        url = f"sqlite:///{tmp_path / 'booking.db'}"
    apps = create_app(settings_for(url, tmp_path)), create_app(settings_for(url, tmp_path))
    with apps[0].app_context():
        event = make_event(make_offering(make_station()), datetime(2026, 9, 10, 8, tzinfo=UTC), status=EventStatus.HELD)
        make_booking(event, status=BookingStatus.ATTENDED, attended=20)
    yield apps
    for one in apps:
        with one.app_context():
            db.engine.dispose()


def shown(app: Flask) -> str:
    """The digest that a page shows."""
    with app.app_context():
        return as_of_now(lambda session: draft_of(session, PERIOD)).digest


def all_do(apps: Sequence[Flask], actors: Sequence[str], digest: str) -> Counter[str]:
    """Everybody signs at the same moment; what became of it."""
    start = Barrier(len(actors))

    def one(app: Flask, actor: str) -> str:
        with app.app_context():
            start.wait()
            try:
                return f"version {sign(Doing(PERIOD, NOW, actor), digest)}"
            except NotSigned as refused:
                return refused.code

    with ThreadPoolExecutor(len(actors)) as people:
        done = [people.submit(one, apps[at % 2], actor) for at, actor in enumerate(actors)]
        return Counter(each.result() for each in done)


def kept(app: Flask) -> tuple[int, list[tuple[int, str, str]]]:
    """Signatures, and who signed which version."""
    with app.app_context():
        signatures = len(db.session.scalars(select(ReportSignature.id)).all())
        versions = db.session.execute(select(ReportVersion.number, ReportVersion.first_by, ReportVersion.second_by))
        by = [(number, min(first, second), max(first, second)) for number, first, second in versions]
        return signatures, sorted(by)


def test_two_who_sign_at_once_freeze_it_once(two: tuple[Flask, Flask]) -> None:
    done = all_do(two, ["account:1", "account:2"], shown(two[0]))
    assert done == {"version 0": 1, "version 1": 1}
    assert kept(two[0]) == (2, [(1, "account:1", "account:2")])


def test_one_person_in_several_processes_signs_once(two: tuple[Flask, Flask]) -> None:
    assert all_do(two, ["account:1"] * 6, shown(two[0])) == {"version 0": 1, "signed_already": 5}
    assert kept(two[0]) == (1, [])


def test_of_several_only_two_freeze_it(two: tuple[Flask, Flask]) -> None:
    done = all_do(two, [f"account:{number}" for number in range(1, 7)], shown(two[0]))
    assert done == {"version 0": 1, "version 1": 1, "nothing_new": 4}
    assert len(kept(two[0])[1]) == 1


def test_a_text_and_a_signature_at_once_leave_no_signature_under_another_text(two: tuple[Flask, Flask]) -> None:
    digest, start = shown(two[0]), Barrier(2)

    def write() -> str:
        with two[1].app_context():
            start.wait()
            save_text(Doing(PERIOD, NOW, "account:2"), "13", "en", "{events}, {people}")
            return "written"

    def sign_it() -> str:
        with two[0].app_context():
            start.wait()
            try:
                sign(Doing(PERIOD, NOW, "account:1"), digest)
            except NotSigned as refused:
                return refused.code
            return "signed"

    with ThreadPoolExecutor(2) as people:
        written, signed = people.submit(write), people.submit(sign_it)
        assert (written.result(), signed.result() in {"signed", "changed"}) == ("written", True)
    assert all_do(two, ["account:3"], digest) == {"changed": 1}
    assert kept(two[0])[1] == []


def test_two_texts_at_once_are_one(two: tuple[Flask, Flask]) -> None:
    start = Barrier(4)

    def write(at: int) -> str:
        with two[at % 2].app_context():
            start.wait()
            try:
                save_text(Doing(PERIOD, NOW, f"account:{at}"), "13", "en", f"{at}: {{events}}, {{people}}")
            except Overtaken:
                return "overtaken"
            return "saved"

    with ThreadPoolExecutor(4) as people:
        assert Counter(people.map(write, range(4))) == {"saved": 1, "overtaken": 3}


@pytest.mark.parametrize("two", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
@pytest.mark.control
def test_without_the_lock_two_do_not_see_each_other(two: tuple[Flask, Flask], monkeypatch: pytest.MonkeyPatch) -> None:
    digest = shown(two[0])
    with two[0].app_context():
        choose(Doing(PERIOD, NOW, "account:9"), "own", {})  # makes the report's row
    with two[0].app_context(), transaction() as session:
        session.execute(text("ALTER TABLE report_version DROP CONSTRAINT uq_report_version_report_id_number"))
        report_id = session.execute(text("SELECT id FROM report_draft")).scalar()
    monkeypatch.setattr(services, "_locked", lambda *_: report_id)
    monkeypatch.setattr(services, "catch_up_in", lambda _: None)
    meet = Barrier(2, timeout=60)

    def together(*_: object) -> list[str]:
        meet.wait()  # after it was read who has signed
        return []

    monkeypatch.setattr(services, "waits_for", together)
    done = all_do(two, ["account:1", "account:2"], digest)
    assert done == {"version 0": 2}
