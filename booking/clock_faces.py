"""What a clock on a page or in a mail says: one instant on two walls, the reader's and the station's."""

from dataclasses import dataclass
from typing import NamedTuple

RIBBON_MINUTE = 1 / 6
"""Width of a minute on the ribbon: 24 hours are 240 units."""


class Rect(NamedTuple):
    """A bar of the 24-hour ribbon: `kind` is `n` (night), `d` (day) or `t` (the event); units of a 240 x 16 box."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Clock:
    """One event's time as two places read it, in the words of the page's language.

    `primary_*` is the reader's own clock for a virtual event and the station's for one on site; `secondary_text` is
    the other, with its own day in words.
    """

    primary_time: str
    """ "10:00"."""
    primary_date_text: str
    """ "Tue 1 Dec"."""
    primary_place: str
    """ "in Seoul"."""
    secondary_text: str
    """ "20:00 on Mon 30 Nov in New York"; empty where both places share the clock."""
    datetime_attr: str
    """RFC 3339 with the offset of the primary place."""
    on_site: bool
    station_css: str
    """ "s-ny", "s-gva", "s-vie" or "s-nbo": the station's hue."""
    end_time: str = ""
    """ "10:45", on the primary clock; empty where the length is not told."""
    ribbon: tuple[Rect, ...] = ()
    """The primary place's day and night with the event on it; decoration only."""
