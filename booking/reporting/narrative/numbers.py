"""How a figure is rounded for its qualifier, and written."""

from dataclasses import dataclass
from enum import StrEnum

_FIGURES, _TENS, _EXACT_BELOW, _NEAR_PER_CENT = 2, 10, 100, 5


class Qualifier(StrEnum):
    """How a figure in a sentence is to be read; the values are those of the messages' choices."""

    EXACT = "exact"
    ABOUT = "about"
    MORE = "more"
    NEARLY = "nearly"
    AT_LEAST = "at_least"


@dataclass(frozen=True, slots=True)
class Rounded:
    """A figure as it is said: its qualifier may be another than was wished where that would be untrue."""

    qualifier: Qualifier
    shown: int


def rounded(value: int, wish: Qualifier) -> Rounded:
    """The figure for this qualifier.

    About: two significant figures. More than, at least: rounded down to two, or to tens below 100. Nearly: rounded up
    likewise, if that is at most five per cent more. What would say something untrue becomes the next that is true.
    """
    if wish is Qualifier.ABOUT:
        step = _step(value)
        return Rounded(wish, (2 * value + step) // (2 * step) * step)
    down = value // _coarse(value) * _coarse(value)
    if wish in (Qualifier.MORE, Qualifier.AT_LEAST) and value >= _TENS:
        is_more = wish is Qualifier.MORE and down < value
        return Rounded(Qualifier.MORE if is_more else Qualifier.AT_LEAST, down)
    if wish is Qualifier.NEARLY:
        return _nearly(value)
    return Rounded(Qualifier.EXACT, value)


def _nearly(value: int) -> Rounded:
    up = -(-value // _coarse(value)) * _coarse(value)
    if up == value:
        return Rounded(Qualifier.EXACT, value)
    return (
        Rounded(Qualifier.NEARLY, up)
        if 100 * (up - value) <= _NEAR_PER_CENT * value
        else rounded(value, Qualifier.ABOUT)
    )


def by_rule(value: int, wish: Qualifier) -> Qualifier:
    """What a figure gets if nobody chooses: below 100 "about" would say nothing, two figures being all of it."""
    return Qualifier.EXACT if wish is Qualifier.ABOUT and value < _EXACT_BELOW else wish


def _step(value: int) -> int:
    """What the second significant figure counts."""
    return int(10 ** max(0, len(str(value)) - _FIGURES))


def _coarse(value: int) -> int:
    return _TENS if value < _EXACT_BELOW else _step(value)


def written(value: int, thousands: str) -> str:
    """The number in Western digits, in threes."""
    return f"{value:,}".replace(",", thousands)
