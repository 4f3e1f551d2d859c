"""How busy a process is with requests, so that work without haste gives way to whoever waits for an answer."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

QUIET_S = 0.05  # so long nobody must have asked for anything
PATIENCE_S = 0.5  # then the work goes on all the same: a busy day must not keep mails back


class Traffic:
    """The requests that one process is answering. Counted on the event loop, read from any thread."""

    def __init__(self) -> None:
        self._open = 0
        self._ended_at = 0.0

    @contextmanager
    def request(self) -> Iterator[None]:
        """Count a request for as long as the block runs."""
        self._open += 1
        try:
            yield
        finally:
            self._open -= 1
            self._ended_at = time.monotonic()

    def is_quiet(self) -> bool:
        """Whether nothing is being answered, nor was a moment ago."""
        return not self._open and time.monotonic() - self._ended_at >= QUIET_S

    def give_way(self) -> None:
        """Wait until it is quiet, half a second at most."""
        end = time.monotonic() + PATIENCE_S
        while not self.is_quiet() and time.monotonic() < end:
            time.sleep(QUIET_S / 2)
