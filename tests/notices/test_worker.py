"""The worker as a thread: it wakes, runs jobs, lives through errors, and stops when it is told."""

import logging
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from booking import clock
from booking.app import create_app
from booking.db import db, transaction
from booking.notices import queries, services, transport, worker
from booking.notices.models import Notice, WorkerHeartbeat
from booking.notices.terms import LEASE
from booking.notices.worker import Worker
from tests.conftest import settings_for
from tests.mail_sink import TAKEN, Sink
from tests.notices.letters_of_all_kinds import message

PATIENCE = 60.0


@pytest.fixture
def own_app(sqlite_template: Path, tmp_path: Path) -> Iterator[Flask]:
    """An application with a database file of its own, since threads cannot share a test's one transaction."""
    path = tmp_path / "booking.db"
    shutil.copy(sqlite_template, path)
    application = create_app(settings_for(f"sqlite:///{path}", tmp_path))
    yield application
    with application.app_context():
        db.engine.dispose()


def eventually(holds: Callable[[], object]) -> bool:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.01)
    return False


@contextmanager
def at_work(*workers: Worker) -> Iterator[threading.Event]:
    stop = threading.Event()
    threads = [threading.Thread(target=one.run, args=(stop,), daemon=True) for one in workers]
    for thread in threads:
        thread.start()
    try:
        yield stop
    finally:
        stop.set()
        services.wake.set()
        for thread in threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()


def queue(app: Flask, *keys: str) -> None:
    now = clock.now()
    with app.app_context(), transaction() as session:
        services.queue(session, [message(key, due_at=now) for key in keys])


def seen_at(app: Flask) -> datetime | None:
    with app.app_context():
        return queries.worker_seen_at(db.session())


def test_what_is_queued_in_this_process_is_sent_at_once_and_not_at_the_next_poll(own_app: Flask) -> None:
    with Sink() as sink:
        own_app.extensions["booking.settings"] = replace(own_app.extensions["booking.settings"], smtp_url=sink.url)
        with at_work(Worker(own_app, poll_seconds=PATIENCE * 10)):
            assert eventually(lambda: seen_at(own_app))
            time.sleep(0.2)  # by now it waits for its next poll
            queue(own_app, "a")
            assert eventually(lambda: sink.raw)


def test_two_workers_together_send_each_message_once(own_app: Flask) -> None:
    with Sink() as sink:
        own_app.extensions["booking.settings"] = replace(own_app.extensions["booking.settings"], smtp_url=sink.url)
        queue(own_app, *(f"key {number}" for number in range(60)))
        with at_work(Worker(own_app), Worker(own_app)):
            assert eventually(lambda: len(sink.raw) >= 60)
    assert len(sink.deliveries()) == 60
    assert set(sink.deliveries().values()) == {1}


def test_a_worker_says_that_it_lives_and_takes_its_word_back_when_it_stops(own_app: Flask) -> None:
    with at_work(Worker(own_app)):
        assert eventually(lambda: seen_at(own_app))
        last = seen_at(own_app)
        assert last is not None
        assert clock.now() - last < timedelta(seconds=PATIENCE)
    assert seen_at(own_app) is None


def test_workers_that_were_lost_are_forgotten_after_a_day(own_app: Flask) -> None:
    with own_app.app_context():
        services.beat("lost", clock.now() - timedelta(days=2))
        services.beat("one", clock.now())
        services.beat("one", clock.now())
        rows = db.session.execute(select(WorkerHeartbeat.worker_id)).scalars().all()
    assert rows == ["one"]


def test_jobs_run_with_the_time_and_one_that_fails_keeps_no_other(
    own_app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    times: list[datetime] = []

    def fails(_now: datetime) -> None:
        raise ValueError("sora@example.org")

    own_app.extensions["booking.jobs"] += [fails, times.append]
    with at_work(Worker(own_app)):
        assert eventually(lambda: times)
    assert abs(times[0] - clock.now()) < timedelta(seconds=PATIENCE)
    assert [line for line in caplog.messages if "job fails failed: ValueError" in line]
    assert "sora" not in caplog.text


def test_jobs_are_not_run_at_each_poll(own_app: Flask) -> None:
    times: list[datetime] = []
    own_app.extensions["booking.jobs"].append(times.append)
    one = Worker(own_app)
    one.tick()
    one.tick()
    assert len(times) == 1


def test_a_database_that_does_not_answer_is_asked_again(
    own_app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked, really = [], queries.anything_due

    def broken_at_first(session: object, now: datetime) -> bool:
        asked.append(now)
        if len(asked) < 3:
            raise OperationalError("SELECT", {"who": "sora@example.org"}, Exception("gone"))
        return really(session, now)  # type: ignore[arg-type]  # the session is handed on

    monkeypatch.setattr(queries, "anything_due", broken_at_first)
    queue(own_app, "a")
    with at_work(Worker(own_app, poll_seconds=0.05)):
        assert eventually(lambda: list((own_app.extensions["booking.settings"].instance_dir).glob("mail/*.eml")))
    assert len(asked) >= 3
    assert "round failed: OperationalError" in caplog.text
    assert "sora" not in caplog.text


def test_a_pause_after_errors_grows_and_is_cut_short_by_the_end(own_app: Flask) -> None:
    stop = threading.Event()
    waited: list[float] = []

    def wait() -> None:
        began = time.monotonic()
        Worker(own_app, poll_seconds=0.05)._pause(stop, 4)  # noqa: SLF001  the pause itself is what is measured
        waited.append(time.monotonic() - began)

    wait()
    assert 0.6 < waited[0] < 2
    stop.set()
    wait()
    assert waited[1] < 0.1


def test_a_running_worker_stops_within_five_seconds(own_app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="booking")
    running = worker.start(own_app)
    assert eventually(lambda: seen_at(own_app))
    began = time.monotonic()
    assert running.stop()
    assert time.monotonic() - began < worker.STOPS_WITHIN
    assert caplog.messages[-1].endswith("ends")


def test_stopping_does_not_wait_for_a_server_that_is_slow_to_take_a_message(own_app: Flask) -> None:
    taking, go_on = threading.Event(), threading.Event()

    def slow(_address: str) -> str:
        taking.set()
        go_on.wait(PATIENCE)
        return TAKEN

    with Sink(at_text=slow) as sink:
        own_app.extensions["booking.settings"] = replace(own_app.extensions["booking.settings"], smtp_url=sink.url)
        queue(own_app, "a")
        running = worker.start(own_app)
        assert taking.wait(PATIENCE)
        assert not running.stop(timeout=0.2)
        go_on.set()
        running.thread.join(PATIENCE)
        assert not running.thread.is_alive()
    with own_app.app_context():
        assert db.session.scalars(select(Notice.state)).one().value == "sent"


def test_names_of_workers_differ() -> None:
    assert worker.worker_name() != worker.worker_name()


def test_a_lost_database_at_the_end_is_no_error(own_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_worker_id: str) -> None:
        raise OperationalError("DELETE", {}, Exception("gone"))

    monkeypatch.setattr(services, "leave", gone)
    with at_work(Worker(own_app)):
        assert eventually(lambda: seen_at(own_app))


def test_a_lease_is_long_enough_for_the_slowest_server_that_is_still_waited_for() -> None:
    at_the_text = 2 * transport.STEP_TIMEOUT + transport.TAKE_TIMEOUT
    assert at_the_text < LEASE.total_seconds() * 3 / 4
