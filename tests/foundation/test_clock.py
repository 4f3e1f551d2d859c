"""Tests of the clock: it tells UTC, and a test can stop it."""

from datetime import UTC, datetime, timedelta, timezone
from threading import Thread

import pytest

from booking import clock

NOON = datetime(2027, 3, 30, 12, tzinfo=UTC)


def test_now_is_aware_and_in_utc() -> None:
    before = datetime.now(UTC)
    now = clock.now()
    assert before <= now <= datetime.now(UTC)
    assert now.utcoffset() == timedelta()


def test_a_stopped_clock_stands_still_and_runs_again_afterwards() -> None:
    with clock.frozen(NOON):
        assert clock.now() == clock.now() == NOON
    assert clock.now() != NOON


def test_a_stopped_clock_tells_utc_whatever_the_offset_it_was_set_with() -> None:
    with clock.frozen(datetime(2027, 3, 30, 21, tzinfo=timezone(timedelta(hours=9)))):
        assert clock.now() == NOON
        assert clock.now().utcoffset() == timedelta()


def test_a_clock_stopped_twice_goes_back_to_the_first_time() -> None:
    with clock.frozen(NOON):
        with clock.frozen(NOON + timedelta(days=1)):
            assert clock.now() == NOON + timedelta(days=1)
        assert clock.now() == NOON


def test_the_clock_is_released_by_a_failing_test_too() -> None:
    with pytest.raises(RuntimeError), clock.frozen(NOON):
        raise RuntimeError
    assert clock.now() != NOON


def test_every_thread_sees_the_stopped_clock() -> None:
    seen: list[datetime] = []
    with clock.frozen(NOON):
        server = Thread(target=lambda: seen.append(clock.now()))
        server.start()
        server.join()
    assert seen == [NOON]


def test_a_clock_cannot_be_stopped_at_a_time_without_offset() -> None:
    with pytest.raises(ValueError, match="naive"), clock.frozen(NOON.replace(tzinfo=None)):
        pass
