"""Charts as numbers of a drawing: pure, so that a template has only to write them down.

A chart is drawn for a reader from left to right; for one from right to left each x becomes width - x. Anchors of texts
follow the direction by themselves.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, log10

WIDTH, BASE, TOP, FIRST = 220.0, 132.0, 12.0, 44.0
"""Of a chart of columns: its width, where its columns stand and end at most, and where they begin beside the scale."""
LETTER = 6.2
"""How wide a letter of a label is."""

Written = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Column:
    """What a chart shows of one month: None is "not recorded", `before` that of a year earlier."""

    label: str
    value: int | None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A word in a drawing."""

    x: str
    y: str
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing: `bars`, `marks` of the year before and `lines` of a scale are paths, each in one attribute."""

    width: int
    height: int
    bars: str
    labels: tuple[Text, ...]
    scale: tuple[Text, ...] = ()
    lines: str = ""
    marks: str = ""


def ceiling(numbers: Sequence[int]) -> int:
    """A round number that none of these is above, two parts of which are whole: 10, 20, 30, ... 100, 200, ..."""
    highest = max(numbers, default=0)
    unit = 10 ** max(1, int(log10(highest))) if highest else 10
    return next(step * unit for step in (1, 2, 3, 4, 5, 6, 8, 10) if step * unit >= highest)


def columns(found: Sequence[Column], highest: int, written: Written, *, is_mirrored: bool) -> Chart:
    """A column for each, under a scale that ends with `highest`; a mark where each was a year before."""
    room = (WIDTH - FIRST) / max(1, len(found))
    thick = round(min(room * 0.68, 24.0), 1)
    across = _across(WIDTH, is_mirrored=is_mirrored)

    def top(value: int) -> float:
        return BASE - (BASE - TOP) * value / highest

    placed = [(FIRST + room * (at + 0.5), one) for at, one in enumerate(found)]
    bars = [_bar(across(x - thick / 2, thick), top(one.value), thick, BASE) for x, one in placed if one.value]
    marks = [
        f"M{_short(across(x - thick / 2 - 2, thick + 4))} {_short(top(one.before))}h{_short(thick + 4)}"
        for x, one in placed
        if one.before
    ]
    wide = max((len(one.label) for one in found), default=0) * LETTER
    labels = [
        Text(_short(across(x, 0)), _short(BASE + 17), one.label) for x, one in placed[:: max(1, ceil(wide / room))]
    ]
    scale = (highest // 2, highest)
    values = [Text(_short(across(0, 0)), _short(top(value) - 4), written(value)) for value in scale]
    lines = [f"M0 {_short(top(value))}h{WIDTH:g}" for value in scale]
    return Chart(int(WIDTH), 168, "".join(bars), tuple(labels), tuple(values), "".join(lines), "".join(marks))


def parts(numbers: Sequence[int]) -> list[int]:
    """How long the bar of each number is, per cent of the longest; what is not nought is never without one."""
    longest = max(numbers, default=0) or 1
    return [ceil(100 * number / longest) for number in numbers]


def _across(width: float, *, is_mirrored: bool) -> Callable[[float, float], float]:
    """Where something of a length begins that would begin at x."""
    return lambda x, long: width - x - long if is_mirrored else x


def _bar(x: float, top: float, width: float, base: float) -> str:
    return f"M{_short(x)} {_short(top)}h{_short(width)}V{_short(base)}h{_short(-width)}z"


def _short(number: float) -> str:
    """With one digit after the point, or none."""
    return f"{number:.1f}".removesuffix(".0")
