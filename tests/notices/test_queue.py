"""Queueing and withdrawing, in the transaction of the change that a notice tells."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from booking.db import db, transaction
from booking.notices import services
from booking.notices.models import Notice
from booking.notices.terms import Message, NoticeState
from tests.notices.letters_of_all_kinds import NOW, message

pytestmark = pytest.mark.usefixtures("app")


def queue(*messages: Message) -> None:
    with transaction() as session:
        services.queue(session, messages)


def rows() -> list[Notice]:
    db.session.expire_all()
    return list(db.session.scalars(select(Notice).order_by(Notice.dedupe_key)))


def test_a_message_is_kept_with_all_its_facts() -> None:
    queue(message("a"))
    (row,) = rows()
    assert (row.kind, row.subject, row.locale) == ("booking_confirmed", "booking:1", "en")
    assert row.payload == message().payload
    assert (row.state, row.attempts, row.due_at, row.next_try_at) == (NoticeState.QUEUED, 0, NOW, NOW)


def test_the_message_id_comes_from_the_key_and_the_public_host(app: Flask) -> None:
    queue(message("a"))
    assert rows()[0].message_id == services.message_id("a", app.extensions["booking.settings"].public_host)
    assert services.message_id("a", "example.org") != services.message_id("b", "example.org")
    assert services.message_id("a", "::1").endswith("@localhost>")


def test_a_message_asked_for_twice_is_one() -> None:
    queue(message("a"), message("b"))
    queue(message("b", recipient="other@example.org"), message("c"))
    assert [row.dedupe_key for row in rows()] == ["a", "b", "c"]
    assert rows()[1].recipient == message().recipient


def test_what_was_sent_is_not_queued_again() -> None:
    queue(message("a"))
    (notice,) = services.claim(NOW, "w")
    services.mark_sent(notice, NOW)
    queue(message("a"))
    assert [row.state for row in rows()] == [NoticeState.SENT]


def test_a_transaction_that_is_rolled_back_queues_nothing() -> None:
    services.wake.clear()
    with suppress(ZeroDivisionError), transaction() as session:
        services.queue(session, [message("a")])
        raise ZeroDivisionError
    assert rows() == []
    assert not services.wake.is_set()


def test_no_messages_are_no_statement() -> None:
    queue()
    assert rows() == []


def test_a_commit_wakes_the_worker_of_this_process() -> None:
    services.wake.clear()
    queue(message("a"))
    assert services.wake.is_set()


def test_a_subject_takes_back_what_was_not_sent() -> None:
    queue(message("a"), message("b", subject="booking:2"), message("c", kind="reminder_1_day"))
    with transaction() as session:
        assert services.withdraw(session, "booking:1") == 2
    assert [row.state.value for row in rows()] == ["withdrawn", "queued", "withdrawn"]
    assert len(services.claim(NOW, "w")) == 1


def test_only_some_kinds_can_be_taken_back() -> None:
    queue(message("a"), message("b", kind="reminder_1_day"), message("c", kind="reminder_1_hour"))
    with transaction() as session:
        assert services.withdraw(session, "booking:1", {"reminder_1_day", "reminder_1_hour"}) == 2
    assert [row.state.value for row in rows()] == ["queued", "withdrawn", "withdrawn"]


def test_what_was_sent_cannot_be_taken_back() -> None:
    queue(message("a"))
    (notice,) = services.claim(NOW, "w")
    services.mark_sent(notice, NOW)
    with transaction() as session:
        assert services.withdraw(session, "booking:1") == 0
    assert rows()[0].state is NoticeState.SENT


def test_one_taken_back_while_it_is_being_sent_is_not_tried_again() -> None:
    queue(message("a"))
    (notice,) = services.claim(NOW, "w")
    with transaction() as session:
        services.withdraw(session, "booking:1")
    assert not services.renew(notice, NOW)
    services.try_later([notice], NOW, "DATA 451")
    assert rows()[0].state is NoticeState.WITHDRAWN
    assert services.claim(NOW + timedelta(days=1), "w") == []


def test_one_that_was_taken_back_is_queued_afresh_when_it_is_asked_for_again() -> None:
    queue(message("a"))
    with transaction() as session:
        services.withdraw(session, message("a").subject)
    queue(replace(message("a"), locale="fr"))
    (row,) = rows()
    assert (row.state, row.locale, row.attempts) == (NoticeState.QUEUED, "fr", 0)


def test_what_waits_can_be_put_right_and_what_was_sent_stays() -> None:
    queue(message("a"), message("b"))
    (sent, _waiting) = services.claim(NOW, "w", limit=2)
    services.mark_sent(sent, NOW)
    old = dict(sent.payload)
    with transaction() as session:
        assert services.put_right(session, message("a").subject, {"title": "New", "unheard_of": 1}) == 1
    payloads = {row.id: row.payload for row in rows()}
    assert payloads.pop(sent.id) == old
    assert list(payloads.values()) == [{**old, "title": "New"}]
