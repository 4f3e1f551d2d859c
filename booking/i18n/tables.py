"""The tables that ship with the package, and how two spellings of one name are told to be the same."""

import csv
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent.parent / "data"


@cache
def table(name: str, key: str) -> Mapping[str, Mapping[str, str]]:
    """The rows of `data/<name>.csv` by the value of their column `key`, in the order of the file."""
    with (_DATA / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return {row[key]: row for row in csv.DictReader(lines)}


def without_marks(text: str) -> str:
    """The text in lower case without accents: "Côte" is "cote"."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def plain(text: str) -> str:
    """What two spellings of one name have in common: letters and digits, without marks, one blank between words."""
    kept = (letter if letter.isalnum() else " " for letter in without_marks(text))
    return " ".join("".join(kept).split())
