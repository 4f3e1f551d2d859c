"""What the sentences speak of, in no language yet: figures, lists, months, days, stations."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from booking.reporting.narrative.numbers import Qualifier


@dataclass(frozen=True, slots=True)
class Count:
    """A figure; `wish` is the qualifier that the rule gives it. It is never None: what was not counted is not there."""

    value: int
    wish: Qualifier = Qualifier.EXACT
    has_choice: bool = False
    """Whether the sentence has a place for a qualifier."""


@dataclass(frozen=True, slots=True)
class Codes:
    """Countries or languages by their codes, in no order."""

    kind: str
    """country, language"""
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A phrase by its code; where ours lack it, the text of the data: in the reader's language, else in English."""

    code: str
    texts: Mapping[str, str] = field(default_factory=dict, hash=False)
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases of a kind (topic, partner, offering, ...), in the order of the sentence; `within` is one around them."""

    kind: str
    items: tuple[Item, ...]
    within: str = ""


@dataclass(frozen=True, slots=True)
class Months:
    """Months of the year (1 to 12), in the order of time."""

    months: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the period, said without its year."""

    day: date


@dataclass(frozen=True, slots=True)
class Since:
    """When several things began: on one day, in the middle of a month, in a month, or on the last of the days."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Places:
    """Stations by code and English name. `is_whole`: those are all there are."""

    stations: tuple[tuple[str, str], ...]
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Flag:
    """A choice between wordings ("often", "yes"), bound to a figure if it follows from one."""

    name: str


Value = Count | Codes | Phrases | Months | Day | Since | Places | Flag


@dataclass(frozen=True, slots=True)
class Variable:
    """A value and whether its place in the text leads to what was counted."""

    value: Value
    is_bound: bool = True


@dataclass(frozen=True, slots=True)
class Content:
    """What a paragraph says: its variables by name, and rows of them for sentences said of each of several."""

    variables: Mapping[str, Variable] = field(default_factory=dict)
    rows: Mapping[str, tuple[Mapping[str, Variable], ...]] = field(default_factory=dict)
