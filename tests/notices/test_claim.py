"""Claims, leases, back-off and giving up."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from booking.db import db, transaction
from booking.notices import services
from booking.notices.models import Notice
from booking.notices.terms import LEASE, MOST_ATTEMPTS, NoticeState
from tests.notices.letters_of_all_kinds import NOW, message


@pytest.fixture(autouse=True)
def _three_notices(app: Flask) -> None:
    del app  # its context is what counts
    with transaction() as session:
        due = {key: NOW + timedelta(hours=hour) for hour, key in enumerate("abc")}
        services.queue(session, [message(key, subject=key, due_at=due_at) for key, due_at in due.items()])


def row(key: str = "a") -> Notice:
    db.session.expire_all()
    return db.session.scalars(select(Notice).where(Notice.dedupe_key == key)).one()


def test_only_what_is_due_is_claimed_oldest_first() -> None:
    assert services.claim(NOW - timedelta(seconds=1), "w") == []
    claimed = services.claim(NOW + timedelta(hours=1), "w")
    assert [notice.message_id for notice in claimed] == [row("a").message_id, row("b").message_id]
    assert {notice.attempts for notice in claimed} == {1}


def test_a_batch_is_never_larger_than_asked() -> None:
    assert len(services.claim(NOW + timedelta(days=1), "w", limit=2)) == 2
    assert len(services.claim(NOW + timedelta(days=1), "w", limit=2)) == 1


def test_what_one_worker_holds_no_other_gets_before_its_lease_ends() -> None:
    (first,) = services.claim(NOW, "one")
    assert services.claim(NOW + LEASE - timedelta(milliseconds=1), "two") == []
    (second,) = services.claim(NOW + LEASE, "two")
    assert second.message_id == first.message_id
    assert (second.worker_id, second.attempts) == ("two", 2)


def test_a_lease_begun_again_keeps_others_away() -> None:
    (notice,) = services.claim(NOW, "one")
    assert services.renew(notice, NOW + timedelta(seconds=50))
    assert services.claim(NOW + LEASE, "two") == []


def test_a_lost_lease_cannot_be_begun_again_nor_settled_by_who_lost_it() -> None:
    (lost,) = services.claim(NOW, "one")
    services.claim(NOW + LEASE, "two")
    assert not services.renew(lost, NOW + LEASE)
    services.try_later([lost], NOW + LEASE, "DATA 451")
    services.fail(lost, "RCPT 550")
    services.release([lost], NOW)
    assert (row().state, row().claimed_by) == (NoticeState.SENDING, "two")


def test_what_was_delivered_is_sent_whoever_holds_it() -> None:
    (lost,) = services.claim(NOW, "one")
    services.claim(NOW + LEASE, "two")
    services.mark_sent(lost, NOW + LEASE)
    assert row().state is NoticeState.SENT
    assert services.claim(NOW + 2 * LEASE, "three") == []


def test_each_try_waits_longer_and_the_twelfth_is_the_last() -> None:
    with transaction() as session:
        assert services.withdraw(session, "b") + services.withdraw(session, "c") == 2
    waits, now = [], NOW
    for _attempt in range(MOST_ATTEMPTS - 1):
        (notice,) = services.claim(now, "w")
        services.try_later([notice], now, "DATA 451")
        waits.append((row().next_try_at - now).total_seconds())
        now = row().next_try_at
    assert waits == [30, 120, 600, 1800, *[7200] * 7]
    services.try_later(services.claim(now, "w"), now, "DATA 451")
    assert (row().state, row().error) == (NoticeState.FAILED, "DATA 451")


def test_a_worker_lost_at_each_try_ends_in_a_failure_and_not_in_a_loop() -> None:
    now = NOW
    for _attempt in range(MOST_ATTEMPTS):
        assert len(services.claim(now, "w", limit=1)) == 1
        now += LEASE
    assert services.claim(now, "w", limit=1) == []
    assert (row().state, row().error) == (NoticeState.FAILED, "the worker was lost each time")


def test_what_was_not_tried_is_free_at_once_and_has_lost_no_attempt() -> None:
    batch = services.claim(NOW, "one")
    services.release(batch, NOW)
    (again,) = services.claim(NOW, "two")
    assert again.attempts == 1


def test_a_failed_notice_can_be_queued_again_with_its_message_id() -> None:
    (notice,) = services.claim(NOW, "w")
    services.fail(notice, "RCPT 550 5.1.1")
    assert services.claim(NOW + timedelta(minutes=30), "w") == []
    assert services.retry(notice.id, NOW)
    (again,) = services.claim(NOW, "w")
    assert (again.message_id, again.attempts) == (notice.message_id, 1)


def test_only_a_failed_notice_can_be_queued_again() -> None:
    assert not services.retry(row().id, NOW)
    assert not services.retry(10**6, NOW)
