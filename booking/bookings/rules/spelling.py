"""Which names may be two spellings of one organisation: pure, and no decision, since a person makes that."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations

ALIKE = 0.84
"""The share of letters that two names have in common, in order, from which they are shown side by side."""
SHORTEST_WORD = 4
MOST_WITH_A_WORD = 60
"""A word in more names of a country than this tells nothing: they are not compared for its sake."""


@dataclass(frozen=True, slots=True)
class Named:
    """An organisation by name. `key` is the name as it is compared."""

    id: int
    key: str
    country: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two that may be one, and how alike their names are, from 0 to 1."""

    one: int
    other: int
    alike: float


def bare(key: str) -> str:
    """The words of a name in the order of the alphabet, without signs: "School, St. Anne's" is "anne s school st"."""
    return " ".join(sorted("".join(sign if sign.isalnum() else " " for sign in key).split()))


def alike(one: str, other: str) -> float:
    """How alike two bare names are."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE else 0.0


def near_pairs(names: Iterable[Named]) -> list[Pair]:
    """The pairs of one country whose names are alike, the most alike first.

    Compared are names with a longer word in common or with the same first letters: else ten thousand schools would be
    fifty million comparisons.
    """
    known = {one.id: (bare(one.key), one.country) for one in names}
    found = (Pair(one, other, alike(known[one][0], known[other][0])) for one, other in _candidates(known))
    return sorted((pair for pair in found if pair.alike >= ALIKE), key=lambda pair: (-pair.alike, pair.one, pair.other))


def _candidates(known: dict[int, tuple[str, str]]) -> Iterator[tuple[int, int]]:
    shared: dict[tuple[str, str], list[int]] = defaultdict(list)
    for id_, (text, country) in known.items():
        for word in {word for word in text.split() if len(word) >= SHORTEST_WORD} | {f"^{text[:SHORTEST_WORD]}"}:
            shared[country, word].append(id_)
    groups = (ids for ids in shared.values() if len(ids) <= MOST_WITH_A_WORD)
    yield from sorted({pair for ids in groups for pair in combinations(sorted(ids), 2)})
