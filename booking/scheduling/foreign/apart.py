"""Read a foreign calendar in a process of its own, which is ended when it takes too long."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from booking.scheduling.foreign.busy import Reading
from booking.scheduling.foreign.lines import Unreadable

MOST_SECONDS = 20.0
_ROOT = Path(__file__).parents[3]  # where the package lies
_PASSED_ON = ("SYSTEMROOT", "PATH")  # nothing of ours: the reader needs no key and no database


def read_apart(body: bytes, home: str, start: datetime, end: datetime, seconds: float = MOST_SECONDS) -> Reading:
    """As `busy.read`; Unreadable("too_complicated") for what takes longer, or ends the process that reads it."""
    known = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603  our own command; the calendar is nothing but its input
            [sys.executable, "-m", "booking.scheduling.foreign", home, start.isoformat(), end.isoformat()],
            input=body,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # what it would say of an error may quote the calendar
            env={**known, "PYTHONPATH": str(_ROOT)},
            timeout=seconds,
            check=True,
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        raise Unreadable("too_complicated") from None
    if "problem" in answer:
        raise Unreadable(answer["problem"], answer["line"])
    intervals = tuple((_instant(first), _instant(last)) for first, last in answer["intervals"])
    return Reading(intervals, answer["skipped"], shortened=answer["shortened"])


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
