"""A worker's round against a real mail server: taken, put off, refused, hung up on."""

import email
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import select

from booking import clock
from booking.db import db, transaction
from booking.notices import services
from booking.notices.models import Notice
from booking.notices.terms import BACK_OFF, LEASE, NoticeState
from booking.notices.worker import Worker
from tests.mail_sink import DROP, TAKEN, Answer, Sink, free_port
from tests.notices.letters_of_all_kinds import NOW, message, payload_of

SERVER = "booking.settings"


@pytest.fixture(autouse=True)
def _stopped_clock() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def use(app: Flask) -> Iterator[Callable[[str | None], Worker]]:
    """A worker of an installation that has this mail server."""
    before = app.extensions[SERVER]

    def install(url: str | None) -> Worker:
        app.extensions[SERVER] = replace(before, smtp_url=url)
        return Worker(app)

    yield install
    app.extensions[SERVER] = before


def queue(*recipients: str, **values: object) -> None:
    with transaction() as session:
        services.queue(session, [message(to, recipient=to, **values) for to in recipients])


def states() -> dict[str, str]:
    db.session.expire_all()
    found = {row.recipient: row.state.value for row in db.session.scalars(select(Notice).order_by(Notice.id))}
    db.session.rollback()
    return found


def the_row() -> Notice:
    db.session.expire_all()
    return db.session.scalars(select(Notice)).one()


def row_to(recipient: str) -> Notice:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Notice).where(Notice.recipient == recipient)).one()


def first_then(first: str, then: str = TAKEN) -> Answer:
    """An answer for the first message, and another one for all that follow."""
    answers = iter([first])
    return lambda _address: next(answers, then)


def test_what_is_due_is_sent_over_one_connection(use: Callable[[str | None], Worker]) -> None:
    queue("a@example.org", "b@example.org", "c@example.org")
    with Sink() as sink:
        assert use(sink.url).send_due() == 3
    assert sink.seen == ["a@example.org", "b@example.org", "c@example.org"]
    assert sink.connections == 1
    assert set(states().values()) == {"sent"}
    assert the_ids(sink) == the_ids_of_rows()


def the_ids(sink: Sink) -> list[str]:
    return [str(taken["Message-ID"]) for taken in sink.messages]


def the_ids_of_rows() -> list[str]:
    return list(db.session.scalars(select(Notice.message_id).order_by(Notice.id)))


def test_nothing_is_sent_twice(use: Callable[[str | None], Worker]) -> None:
    queue("a@example.org")
    with Sink() as sink:
        at_work = use(sink.url)
        assert (at_work.send_due(), at_work.send_due()) == (1, 0)
    assert len(sink.raw) == 1
    assert the_row().sent_at == NOW


def test_what_is_not_due_waits(use: Callable[[str | None], Worker]) -> None:
    queue("a@example.org", due_at=NOW + timedelta(seconds=1))
    with Sink() as sink:
        assert use(sink.url).send_due() == 0
        with clock.frozen(NOW + timedelta(seconds=1)):
            assert use(sink.url).send_due() == 1


@pytest.mark.parametrize(
    ("stage", "answer", "error"),
    [
        ("at_recipient", "450 4.2.1 busy", "RCPT 450 4.2.1"),
        ("at_text", "451 try again, a@example.org", "DATA 451"),
        ("at_text", DROP, "connection: SMTPServerDisconnected"),
        ("at_recipient", DROP, "connection: SMTPServerDisconnected"),
    ],
)
def test_a_passing_trouble_is_tried_again_and_keeps_nobody_else(
    use: Callable[[str | None], Worker], stage: str, answer: str, error: str
) -> None:
    queue("a@example.org", "b@example.org")
    with Sink(**{stage: first_then(answer)}) as sink:
        use(sink.url).send_due()
        assert states() == {"a@example.org": "queued", "b@example.org": "sent"}
        row = row_to("a@example.org")
        assert (row.error, row.next_try_at) == (error, NOW + BACK_OFF[0])
        with clock.frozen(NOW + BACK_OFF[0]):
            use(sink.url).send_due()
    assert states() == {"a@example.org": "sent", "b@example.org": "sent"}
    assert set(sink.deliveries().values()) == {1}


@pytest.mark.parametrize("stage", ["at_recipient", "at_text"])
def test_a_refusal_is_final_shown_and_keeps_nobody_else(use: Callable[[str | None], Worker], stage: str) -> None:
    queue("a@example.org", "b@example.org")
    with Sink(**{stage: first_then("550 5.1.1 no such user a@example.org")}) as sink:
        use(sink.url).send_due()
        with clock.frozen(NOW + timedelta(days=30)):
            assert use(sink.url).send_due() == 0
    assert states() == {"a@example.org": "failed", "b@example.org": "sent"}
    assert row_to("a@example.org").error == ("RCPT" if stage == "at_recipient" else "DATA") + " 550 5.1.1"


def test_a_server_that_is_not_there_puts_the_whole_batch_off_after_one_knock(
    use: Callable[[str | None], Worker],
) -> None:
    queue("a@example.org", "b@example.org", "c@example.org")
    assert use(f"smtp://127.0.0.1:{free_port()}").send_due() == 3
    assert set(states().values()) == {"queued"}
    row = row_to("c@example.org")
    assert (row.error, row.attempts, row.next_try_at) == ("connecting: ConnectionRefusedError", 1, NOW + BACK_OFF[0])


def test_wrong_credentials_are_the_installations_trouble_and_no_message_is_given_up(
    use: Callable[[str | None], Worker],
) -> None:
    queue("a@example.org")
    with Sink() as sink:
        use(sink.url.replace("smtp://", "smtp://user:secret@")).send_due()
    row = the_row()
    assert (row.state, row.error) == (NoticeState.QUEUED, "connecting: SMTPNotSupportedError")


@pytest.mark.parametrize(
    "broken", [{"kind": "no_such_kind"}, {"payload": {}}, {"payload": {**payload_of("my_links"), "title": "x"}}]
)
def test_a_letter_that_cannot_be_written_fails_alone(
    use: Callable[[str | None], Worker], broken: dict[str, object]
) -> None:
    queue("a@example.org", **broken)
    queue("b@example.org")
    with Sink() as sink:
        use(sink.url).send_due()
    assert states() == {"a@example.org": "failed", "b@example.org": "sent"}
    assert str(row_to("a@example.org").error).startswith("rendering: ")


def test_a_header_that_would_end_a_line_is_never_sent(use: Callable[[str | None], Worker]) -> None:
    queue("a@example.org", payload={**payload_of("booking_confirmed"), "contact_name": "Bob\r\nBcc: e@example.org"})
    with Sink() as sink:
        use(sink.url).send_due()
    assert states() == {"a@example.org": "failed"}
    assert sink.raw == []


def test_after_a_killed_worker_the_same_message_is_sent_with_the_same_ids(
    use: Callable[[str | None], Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    queue("a@example.org")

    def killed(*_args: object) -> None:
        raise SystemExit

    with Sink() as sink:
        with monkeypatch.context() as patch:
            patch.setattr(services, "mark_sent", killed)
            with pytest.raises(SystemExit):
                use(sink.url).send_due()
        assert use(sink.url).send_due() == 0
        with clock.frozen(NOW + LEASE):
            assert use(sink.url).send_due() == 1
    first, second = sink.messages
    assert first["Message-ID"] == second["Message-ID"]
    assert calendar_of(first) == calendar_of(second)
    assert "SEQUENCE:2" in calendar_of(first)
    assert the_row().state is NoticeState.SENT


def calendar_of(taken: EmailMessage) -> str:
    part = next(part for part in taken.walk() if part.get_content_type() == "text/calendar")
    return str(part.get_content())


def test_a_notice_that_another_has_taken_meanwhile_is_not_sent(
    use: Callable[[str | None], Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    queue("a@example.org", "b@example.org")
    with Sink() as sink:
        slow = use(sink.url)
        slow.lease = timedelta(0)  # none of it is ever fresh: it is begun again before each text
        monkeypatch.setattr(services, "renew", lambda notice, *_args: notice.recipient == "b@example.org")
        slow.send_due()
    assert [taken["To"].addresses[0].addr_spec for taken in sink.messages] == ["b@example.org"]
    assert states() == {"a@example.org": "sending", "b@example.org": "sent"}


def test_a_worker_told_to_stop_gives_the_rest_back_untried(use: Callable[[str | None], Worker]) -> None:
    queue("a@example.org", "b@example.org")
    stop = Event()

    def then_stop(_address: str) -> str:
        stop.set()
        return TAKEN

    with Sink(at_text=then_stop) as sink:
        use(sink.url).send_due(stop)
    assert states() == {"a@example.org": "sent", "b@example.org": "queued"}
    assert row_to("b@example.org").attempts == 0


def test_without_a_mail_server_messages_are_files(use: Callable[[str | None], Worker], app: Flask) -> None:
    folder = Path(app.extensions["booking.settings"].instance_dir) / "mail"
    queue("a@example.org")
    use(None).send_due()
    (path,) = [path for path in folder.iterdir() if path.stem in the_row().message_id]
    assert path.suffix == ".eml"
    written = email.message_from_bytes(path.read_bytes(), policy=default)
    assert written["Message-ID"] == the_row().message_id
    assert folder.stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_written_puts_the_batch_off(use: Callable[[str | None], Worker], app: Flask) -> None:
    queue("a@example.org", "b@example.org")
    at_work = use(None)
    folder = app.extensions["booking.settings"].instance_dir / "no-folder"
    folder.write_text("a file")
    app.extensions["booking.settings"] = replace(app.extensions["booking.settings"], instance_dir=folder)
    at_work.send_due()
    folder.unlink()
    assert set(states().values()) == {"queued"}


def test_log_lines_name_ids_and_kinds_and_nobody(
    use: Callable[[str | None], Worker], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="booking")
    queue("a@example.org", "b@example.org", "c@example.org")
    queue("d@example.org", payload={})
    answers = iter(["550 no a@example.org", "451 not now, b@example.org"])
    with Sink(at_text=lambda _address: next(answers, TAKEN)) as sink:
        use(sink.url).send_due()
    assert set(states().values()) == {"failed", "queued", "sent"}
    assert len(caplog.messages) >= 4
    for line in caplog.messages:
        assert "@" not in line
        assert "Sora" not in line


@pytest.mark.parametrize("kind", ["account_invitation", "password_reset"])
def test_a_link_that_opens_an_account_is_kept_no_longer_than_it_takes_to_send_it(
    use: Callable[[str | None], Worker], kind: str
) -> None:
    queue("a@example.org", kind=kind, payload=payload_of(kind))
    with Sink() as sink:
        use(sink.url).send_due()
    assert "/set-password/" in str(sink.messages[0])
    assert "/set-password/" not in str(the_row().payload)
