"""How long `booking load` takes into an empty database of each kind, and what importing the rules costs.

`python benchmarks/bench_loading.py FOLDER` loads another folder than `tests/data/`.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from databases import databases
from servers import SECRET

DATA = Path(__file__).parent.parent / "tests" / "data"
RUNS = 30 if os.environ.get("FULL") == "1" else 10
LOADED_WITHIN_S, IMPORTED_WITHIN_MS = 10, 50
IMPORT = "import booking.bookings.rules"


def load(folder: Path, url: str, instance: Path) -> float:
    """The seconds of a `booking load`, a process of its own."""
    environment = {**os.environ, "BOOKING_DATABASE_URL": url, "BOOKING_INSTANCE_DIR": str(instance)}
    command = [sys.executable, "-m", "booking.cli", "load", str(folder)]
    begun = time.perf_counter()
    subprocess.run(command, env={**environment, "BOOKING_SECRET_KEY": SECRET}, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def python(code: str) -> float:
    """The milliseconds of a fresh interpreter that runs this."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return (time.perf_counter() - begun) * 1000


def main() -> None:
    """Print both."""
    folder = Path(sys.argv[1]) if sys.argv[1:] else DATA
    with ExitStack() as stack:
        instance = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        made = stack.enter_context(databases(instance, ("load",)))
        print(f"booking load, a process of its own (at most {LOADED_WITHIN_S} s)")
        for kind, urls in made.items():
            first, again = (load(folder, urls["load"], instance) for _ in range(2))
            print(f"{kind:12}{first:>7.1f} s, a second time {again:.1f} s")
    pairs = [(python("pass"), python(IMPORT)) for _ in range(RUNS)]
    plain, with_rules = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"\n{IMPORT}: {with_rules - plain:.0f} ms (at most {IMPORTED_WITHIN_MS}); {RUNS} fresh interpreters")
    print(f"python -c pass {plain:.0f} ms, with the rules {with_rules:.0f} ms, medians")


if __name__ == "__main__":
    main()
