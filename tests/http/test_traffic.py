"""Work without haste gives way to requests, but not for ever."""

import time

import pytest

from booking.http.traffic import PATIENCE_S, QUIET_S, Traffic
from tests.conclusive import in_time


def waited(traffic: Traffic) -> float:
    """Seconds that giving way took."""
    begun = time.monotonic()
    traffic.give_way()
    return time.monotonic() - begun


def test_with_nobody_there_nothing_waits() -> None:
    in_time(waited(Traffic()), QUIET_S)


def test_while_a_request_is_answered_work_waits_as_long_as_its_patience() -> None:
    traffic = Traffic()
    with traffic.request():
        assert waited(traffic) >= PATIENCE_S


def test_after_the_last_request_work_waits_for_a_moment_of_quiet() -> None:
    traffic = Traffic()
    with traffic.request(), traffic.request():
        pass
    assert not traffic.is_quiet()
    took = waited(traffic)
    assert took >= QUIET_S
    in_time(took, PATIENCE_S)
    assert traffic.is_quiet()


def test_a_request_that_fails_is_counted_as_ended() -> None:
    traffic = Traffic()
    with pytest.raises(ZeroDivisionError), traffic.request():
        _ = 1 / 0
    time.sleep(QUIET_S)
    assert traffic.is_quiet()
