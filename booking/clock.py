"""The time of day: the only place that asks for it, so that a test can say what time it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime


class _Hands:
    """Where a test has stopped the clock; None while it runs. Shared by all threads, since a test's server is one."""

    stopped_at: datetime | None = None


def now() -> datetime:
    """The present instant, aware and in UTC."""
    return _Hands.stopped_at or datetime.now(UTC)


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Stop the clock of this process at the aware instant `at`; inside, a second `frozen` moves it."""
    if at.tzinfo is None:
        raise ValueError("the clock is stopped at an instant, and a naive time is none")
    before, _Hands.stopped_at = _Hands.stopped_at, at.astimezone(UTC)
    try:
        yield
    finally:
        _Hands.stopped_at = before
