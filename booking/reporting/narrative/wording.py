"""The shipped sentences and phrases of a locale: data, read once."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from booking.reporting.narrative.message import Message, parse

_DATA = Path(__file__).parents[2] / "data" / "paragraphs"


@dataclass(frozen=True)
class Wording:
    """How one locale says it."""

    locale: str
    sentences: Mapping[str, Mapping[str, Message]]
    """By paragraph and key."""
    formats: Mapping[str, str]
    months: Mapping[str, list[str]]
    words: Mapping[str, list[str]]
    """Numbers 1 to 10, masculine and feminine."""
    genders: Mapping[str, str]
    phrases: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Slot:
    """A place of a paragraph: the first sentence whose values are there is said, for each of `rows` if named."""

    sentences: tuple[str, ...]
    after: tuple[str, ...] = ()
    """Sentences of which one must have been said for the first of these."""
    rows: str = ""
    unless: str = ""
    """A value that keeps the first of these from being said."""


@cache
def wording(locale: str) -> Wording:
    """The wording of a locale."""
    found = _read(locale)
    sentences = {
        paragraph: {key: parse(text) for key, text in texts.items()} for paragraph, texts in found["sentences"].items()
    }
    months, words, genders = (found[name] for name in ("months", "words", "genders"))
    return Wording(locale, sentences, found["format"], months, words, genders, found["phrases"])


@cache
def slots() -> Mapping[str, tuple[Slot, ...]]:
    """The places of each paragraph, by its number."""
    found = _read("structure")
    return {paragraph: tuple(map(_slot, places)) for paragraph, places in found.items()}


def _slot(place: Mapping[str, Any]) -> Slot:
    after, rows, unless = place.get("after", ()), place.get("rows", ""), place.get("unless", "")
    return Slot(tuple(place["sentences"]), tuple(after), rows, unless)


@cache
def bindings() -> Mapping[str, Mapping[str, Any]]:
    """Which saved question each figure comes from, by paragraph and variable; and what else is chosen there."""
    return _read("bindings")


def _read(name: str) -> dict[str, Any]:
    with (_DATA / f"{name}.toml").open("rb") as lines:
        return tomllib.load(lines)
