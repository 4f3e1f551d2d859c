"""Read a foreign calendar in a process of its own: `python -m booking.scheduling.foreign ZONE START END < calendar`.

Whoever wrote it may want to keep the machine busy. A process can be ended at any moment, may take no more memory than
it is given, and holds no secret of ours.
"""

import json
import sys
from datetime import datetime

from booking.scheduling.foreign.busy import Reading, read
from booking.scheduling.foreign.lines import Unreadable

MEMORY = 512 * 1024 * 1024  # bytes
SECONDS = 30  # of the processor


def _limit() -> None:
    """Hold this process to its memory and time, where the system knows how."""
    try:
        import resource  # noqa: PLC0415  not on every system
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def _answer(reading: Reading) -> dict[str, object]:
    seconds = [[int(start.timestamp()), int(end.timestamp())] for start, end in reading.intervals]
    return {"intervals": seconds, "skipped": reading.skipped, "shortened": reading.shortened}


def main() -> None:
    """Write one line of JSON: the intervals in seconds since 1970, or the problem."""
    _limit()
    home, start, end = sys.argv[1:]
    try:
        body = sys.stdin.buffer.read()
        answer = _answer(read(body, home, datetime.fromisoformat(start), datetime.fromisoformat(end)))
    except Unreadable as error:
        answer = {"problem": error.code, "line": error.line}
    except (MemoryError, RecursionError):
        answer = {"problem": "too_complicated", "line": 0}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
