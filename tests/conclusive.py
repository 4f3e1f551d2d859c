"""What a test cannot decide alone: whether a race came about, and whether the machine had time.

What must never happen fails at once and is never asked again. But a race in which too little happened at the same
moment shows nothing, and neither does a clock on a machine that was busy with something else: such a run is
`Inconclusive` and is made anew (AGAIN, and no other failure); the summary tells of it as RERUN. One that stays
inconclusive fails.
"""

import pytest

AGAIN = pytest.mark.flaky(reruns=4, only_rerun=["Inconclusive"])


class Inconclusive(AssertionError):
    """The run decides nothing, neither that it is right nor that it is wrong."""


def happened(seen: object, what: str) -> None:
    """Without it the rest of the test would show nothing."""
    if not seen:
        raise Inconclusive(what)


def in_time(took_s: float, most_s: float) -> None:
    """No more seconds than that; where it were more each time, it is too slow."""
    if took_s >= most_s:
        message = f"{took_s:.2f} s, and it may take {most_s} s"
        raise Inconclusive(message)
