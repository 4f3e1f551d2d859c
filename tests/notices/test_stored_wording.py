"""Words that the desk has saved: versions, two writers, and what a worker sends."""

import logging
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event as sql
from sqlalchemy import update

from booking import clock
from booking.db import db, transaction
from booking.notices import services
from booking.notices.models import MailText, Notice
from booking.notices.terms import NoticeState
from booking.notices.wording import stored
from booking.notices.wording.stored import Overtaken, Written
from booking.notices.worker import Worker
from tests.notices.letters_of_all_kinds import NOW, message

pytestmark = pytest.mark.usefixtures("app")
KEY = ("booking_confirmed", "en", "")


def write(text: str, seen: int, key: tuple[str, str, str] = KEY) -> int:
    """The subject, as the next version."""
    with transaction() as session:
        parts = {"subject": Written(text, "Booked: {time}")} if text else {}
        return stored.save(session, key, parts, seen=seen, now=NOW, actor="account:7")


def sent(app: Flask, folder: Path) -> list[EmailMessage]:
    """What a worker sends of all that is due."""
    with clock.frozen(NOW):
        Worker(app).send_due()
    return [message_from_bytes(path.read_bytes(), policy=default) for path in sorted(folder.glob("*.eml"))]


@pytest.fixture
def folder(app: Flask) -> Path:
    """Where mails are written to, empty."""
    path: Path = app.extensions["booking.settings"].instance_dir / "mail"
    for old in path.glob("*.eml"):
        old.unlink()
    return path


def test_every_save_is_a_version_and_the_newest_counts() -> None:
    assert [write("One", 0), write("Two", 1), write("", 2), write("Four", 3)] == [1, 2, 3, 4]
    found = stored.versions(db.session(), KEY)
    assert [one.texts for one in found] == [{"subject": "Four"}, {}, {"subject": "Two"}, {"subject": "One"}]
    assert (found[0].saved_at, found[0].saved_by, found[0].parts["subject"].shipped) == (
        NOW,
        "account:7",
        "Booked: {time}",
    )
    newest = stored.current(db.session(), KEY)
    assert newest == found[0]
    assert stored.current(db.session(), ("booking_confirmed", "fr", "")) is None


def test_who_saw_an_older_version_writes_nothing() -> None:
    write("One", 0)
    for seen in (0, 2, -1):
        with pytest.raises(Overtaken):
            write("Late", seen)
    assert [one.texts for one in stored.versions(db.session(), KEY)] == [{"subject": "One"}]


def test_words_for_a_batch_take_one_statement() -> None:
    for station in ("", "NYC", "GVA"):
        for locale in ("en", "fr"):
            write("One", 0, ("booking_confirmed", locale, station))
            write("Two", 1, ("booking_confirmed", locale, station))
    write("Other", 0, ("waiting_left", "en", ""))
    told: list[str] = []

    def count(_c: object, _u: object, statement: str, *_more: Any) -> None:  # noqa: ANN401
        told.extend([statement] if statement.startswith("SELECT") else [])

    sql.listen(db.engine, "before_cursor_execute", count)
    try:
        texts = stored.texts_of(db.session(), {"booking_confirmed"})
    finally:
        sql.remove(db.engine, "before_cursor_execute", count)
    assert len(told) == 1
    assert len(texts) == 6
    assert set(map(str, texts.values())) == {"{'subject': 'Two'}"}


def test_a_mail_goes_in_the_words_of_the_moment_it_is_sent(app: Flask, folder: Path) -> None:
    write("Early words", 0)
    with transaction() as session:
        services.queue(session, [message(f"booking:{number}", subject=f"booking:{number}") for number in range(3)])
    write("Later words for {organisation}", 1)
    mails = sent(app, folder)
    assert [mail["Subject"] for mail in mails] == ["Later words for Haneulsaem Middle School"] * 3


@pytest.mark.parametrize(
    "by_hand", ["no JSON", "[]", '{"subject": 7}', "null", '{"subject": {"text": "{"}}', '{"subject": {"text": 7}}', ""]
)
def test_words_broken_by_hand_spoil_no_mail(
    app: Flask, folder: Path, by_hand: str, caplog: pytest.LogCaptureFixture
) -> None:
    write("Own words", 0)
    write("Own words", 0, ("booking_confirmed", "fr", ""))
    with transaction() as session:
        session.execute(update(MailText).where(MailText.locale == "en").values(wording=by_hand))
        services.queue(session, [message(), message("b", locale="fr", due_at=NOW + timedelta(seconds=-1))])
    with caplog.at_level(logging.ERROR):
        subjects = {str(mail["Subject"]) for mail in sent(app, folder)}
    assert "Own words" in subjects
    assert len(subjects) == 2
    assert db.session.query(Notice).filter(Notice.state == NoticeState.SENT).count() == 2
    assert "mail text booking_confirmed en" in caplog.text
