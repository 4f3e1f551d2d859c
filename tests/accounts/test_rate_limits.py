"""Counting attempts."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from booking.accounts.models import RateCounter
from booking.accounts.services import count_attempt, forget_old_counters
from booking.db import db
from booking.problems import TooManyAttempts
from tests.builders import NOW


def attempt(subject: str = "ana@example.org", scope: str = "booking", seconds: float = 0) -> None:
    """One attempt of three that are allowed in a minute."""
    count_attempt(scope, subject, limit=3, window_s=60, now=NOW + timedelta(seconds=seconds))


@pytest.mark.usefixtures("limited")
def test_the_attempt_after_the_last_allowed_one_is_refused_until_the_window_ends() -> None:
    for seconds in (0, 1, 2):
        attempt(seconds=seconds)
    with pytest.raises(TooManyAttempts) as refused:
        attempt(seconds=10.5)
    assert refused.value.retry_after_s == 50
    with pytest.raises(TooManyAttempts):
        attempt(seconds=59.9)
    attempt(seconds=60)


@pytest.mark.usefixtures("limited")
def test_a_new_window_counts_afresh() -> None:
    for seconds in (0, 1, 2, 60, 61, 62):
        attempt(seconds=seconds)
    with pytest.raises(TooManyAttempts):
        attempt(seconds=63)


@pytest.mark.usefixtures("limited")
def test_others_and_other_scopes_are_not_held_up() -> None:
    for _ in range(3):
        attempt()
    attempt("bob@example.org")
    attempt(scope="look-up")


@pytest.mark.usefixtures("limited")
def test_no_address_is_kept() -> None:
    attempt()
    key = db.session.scalars(select(RateCounter.key)).one()
    assert key.startswith("booking:")
    assert "ana" not in key


@pytest.mark.usefixtures("limited")
def test_windows_that_have_ended_are_forgotten() -> None:
    attempt()
    attempt("bob@example.org", seconds=30)
    forget_old_counters(NOW + timedelta(seconds=61))
    assert db.session.scalar(select(func.count()).select_from(RateCounter)) == 1


@pytest.mark.usefixtures("app")
def test_with_limits_off_nothing_is_counted() -> None:
    for _ in range(5):
        attempt()
    assert db.session.scalar(select(func.count()).select_from(RateCounter)) == 0
