"""Where things stand in the grid of a week: rows of a quarter of an hour, and lanes where two stand side by side."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from booking.scheduling.minutes import Window

STEP = 15  # minutes of a row
HOUR = 60
DAY_MINUTES = 24 * HOUR
MOST_LANES = 3
"""Beyond so many at once, they stand in front of each other: the style sheet knows no narrower ones."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The hours that a grid shows, from the full hour before the first thing to the one after the last."""

    first_hour: int
    last_hour: int

    @classmethod
    def around(cls, windows: Iterable[Window], usual: Window) -> "Frame":
        """The smallest that holds the usual hours and all of the windows, in minutes of a day."""
        known = [usual, *windows]
        first, last = min(one[0] for one in known), max(one[1] for one in known)
        return cls(first // HOUR, min(-(-last // HOUR), 24))

    @property
    def hours(self) -> range:
        """The full hours that are written beside it."""
        return range(self.first_hour, self.last_hour)

    def row(self, minute: int) -> int:
        """The row in which a minute of the day lies, from 0."""
        return max(minute - self.first_hour * HOUR, 0) // STEP

    def rows(self, window: Window) -> tuple[int, int]:
        """The first row of a window, and how many it covers: at least one."""
        first = self.row(window[0])
        end = min(window[1], self.last_hour * HOUR) - self.first_hour * HOUR
        return first, max(-(-end // STEP) - first, 1)

    def css(self, window: Window) -> str:
        """The classes that put a window into its place."""
        row, rows = self.rows(window)
        return f"r{row} n{rows}"


def lanes(windows: Sequence[Window]) -> list[tuple[int, int]]:
    """For each window, which follow each other by start, its lane (from 1) and how many its neighbours need."""
    given: list[int] = []
    cluster: list[int] = []
    shares: dict[int, int] = {}
    until: dict[int, int] = {}
    for place, (start, end) in enumerate(windows):
        if cluster and start >= max(until.values()):
            shares |= dict.fromkeys(cluster, len(until))
            cluster, until = [], {}
        free = [lane for lane, busy in until.items() if busy <= start]
        lane = min(free) if free else min(len(until) + 1, MOST_LANES)
        until[lane] = max(end, until.get(lane, 0))
        given.append(lane)
        cluster.append(place)
    shares |= dict.fromkeys(cluster, len(until))
    return [(lane, shares[place]) for place, lane in enumerate(given)]
