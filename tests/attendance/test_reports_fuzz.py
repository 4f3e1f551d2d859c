"""Reports made wrong are read or refused, at once and in little memory (P14). `make fuzz` tries 20,000 of them."""

import os
import time
import tracemalloc
from collections import Counter
from datetime import date
from random import Random

from booking.attendance.platform_reports import DateOrder, NotReadable, figures_of, merge, read_report
from tests.attendance.mutations import mutated

FILES = int(os.environ.get("REPORTS", "250"))
SEED = 20_270_101
ORDERS = (None, DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST)
TODAY = date(2021, 1, 1)
MOST_SECONDS = 0.2
"""Of the processor: what other programs do meanwhile is not counted."""
MOST_MEMORY = 100_000_000


def _read(data: bytes, number: int) -> str:
    """What becomes of a file; anything but the one refusal ends the test with it."""
    try:
        report = read_report(data, hosts=["host@example.org"], date_order=ORDERS[number % 3], today=TODAY)
    except NotReadable as refused:
        told = str(refused)
    else:
        figures = figures_of(merge([report, report]))
        assert figures.participants == len(figures.minutes) >= figures.under_threshold
        assert all(0 <= minutes < 1_000_000 for minutes in figures.minutes)
        return "read"
    assert "\n" not in told
    assert 0 < len(told) < 300
    return "refused"


def test_a_report_made_wrong_is_read_or_refused_at_once_and_in_little_memory() -> None:
    mixed, outcomes, slowest, largest = Random(SEED), Counter[str](), 0.0, 0  # noqa: S311  a seed, to find it again
    for number in range(FILES):
        data = mutated(mixed)
        begun = time.thread_time()
        try:
            outcomes[_read(data, number)] += 1
        except Exception as error:
            raise AssertionError(f"file {number}: {data[:2000]!r}") from error
        slowest = max(slowest, time.thread_time() - begun)
    tracemalloc.start()
    mixed = Random(SEED)  # noqa: S311  the same files again
    for number in range(FILES):
        data = mutated(mixed)
        tracemalloc.reset_peak()
        before, _peak = tracemalloc.get_traced_memory()
        _read(data, number)
        largest = max(largest, tracemalloc.get_traced_memory()[1] - before)
    tracemalloc.stop()
    print(f"{FILES} files: {dict(outcomes)}; slowest {slowest * 1000:.0f} ms, most memory {largest / 1e6:.1f} MB")  # noqa: T201
    assert slowest < MOST_SECONDS
    assert largest < MOST_MEMORY
    assert outcomes["read"] > FILES // 20
