"""Two coordinators and one survey: of those who saw the same version one saves, whoever else does at that moment."""

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
from booking.attendance.services import surveys
from booking.attendance.services.surveys import QuestionWish, Reach, SurveyWish, change_survey, make_survey
from booking.attendance.survey_queries import SurveyRecord, survey_named
from booking.attendance.terms import QuestionKind
from booking.catalogue.services.stations import Edit
from booking.catalogue.terms import Overtaken
from booking.db import db, transaction
from booking.i18n import Translated
from tests.builders import NOW
from tests.conclusive import happened
from tests.conftest import make_postgres_database, migrated, settings_for

pytestmark = pytest.mark.race
WRITERS, ROUNDS = 6, 3
NOWHERE = Reach(frozenset(), frozenset())


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def own_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application with a database of its own, and a survey in it."""
    if request.param == "postgresql":
        url = migrated(make_postgres_database(request.getfixturevalue("postgres_server"), "booking_surveys"))
    else:
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "booking.db")
        url = f"sqlite:///{tmp_path / 'booking.db'}"
    application = create_app(settings_for(url, tmp_path))
    with application.app_context():
        make_survey(Edit("garden", 1, NOW, "account:1"), asking("Was it green?"), NOWHERE)
    yield application
    with application.app_context():
        db.engine.dispose()


def asking(words: str) -> SurveyWish:
    return SurveyWish(Translated("Garden"), "", (QuestionWish("", QuestionKind.YES_OR_NO, Translated(words)),))


def write(app: Flask, start: Barrier, seen: int, words: str) -> str:
    """Save at the same moment as all others; what became of it."""
    with app.app_context():
        start.wait()
        try:
            change_survey(Edit("garden", seen, NOW, "account:1"), asking(words), NOWHERE)
        except Overtaken:
            return "overtaken"
        return "saved"


def all_write(app: Flask, seen: int) -> Counter[str]:
    """What became of the writers of one round."""
    start = Barrier(WRITERS)
    with ThreadPoolExecutor(WRITERS) as people:
        done = [people.submit(write, app, start, seen, f"Words {seen}.{number}?") for number in range(WRITERS)]
        return Counter(one.result() for one in done)


def test_of_several_who_saw_the_same_survey_one_saves(own_app: Flask) -> None:
    for seen in range(1, ROUNDS + 1):
        assert all_write(own_app, seen) == {"saved": 1, "overtaken": WRITERS - 1}
    with own_app.app_context():
        found = survey_named(db.session(), "garden")
        assert found is not None
        assert (found.version, len(found.asked), len(found.questions)) == (ROUNDS + 1, 1, ROUNDS + 1)
        assert db.session.scalar(text("SELECT count(*) FROM audit_entry")) == ROUNDS + 1


@pytest.mark.parametrize("own_app", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
@pytest.mark.control
def test_without_a_look_under_the_lock_several_save(own_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with own_app.app_context():
        seen = survey_named(db.session(), "garden")
    assert seen is not None

    def as_it_was(_session: Session, _code: str) -> SurveyRecord:
        return seen

    monkeypatch.setattr(surveys, "survey_named", as_it_was)
    with own_app.app_context(), transaction() as session:
        session.execute(text("ALTER TABLE survey_question DROP CONSTRAINT uq_survey_question_survey_id_code"))
    happened(all_write(own_app, 1)["saved"] > 1, "one saved")
