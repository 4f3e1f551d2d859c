"""What a sentence needs after its parts are in place: one full stop, and Latin names that keep their side in Arabic."""

import re
import unicodedata
from typing import TypeVar

# A day may end in a shortened month or in the Russian for "year"; at the end of a sentence their stop is also its own.
_TWO_STOPS = re.compile(
    r"\b(г|янв|февр|мар|апр|июн|июл|авг|сент|окт|нояб|дек|janv|févr|avr|juil|sept|oct|nov|déc)"  # noqa: RUF001  Cyrillic
    r"\.((?:</\w+>)*)\.(?=[\s<]|$)"
)
_AFTER_LATIN = re.compile("(?<=[A-Za-z0-9])([،؛])(?= (?:<bdi[^>]*>)?[A-Za-z0-9])")
_Text = TypeVar("_Text", bound=str)
_RIGHT_TO_LEFT_MARK = "\u200f"
_DOT, _KEPT_DOT = " · ", "\u00a0· "
"""Between two facts; the dot stays with the first, so that no line begins with it."""
_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"
_RIGHT_TO_LEFT, _LEFT_TO_RIGHT = frozenset({"R", "AL"}), frozenset({"L"})


def one_stop(text: _Text) -> _Text:
    """The text (markup stays markup) without a second full stop after a shortened month or year."""
    if ".." not in text and ".</" not in text:
        return text
    return text.__class__(_TWO_STOPS.sub(r"\1.\2", text))


def stopped(value: object) -> object:
    """What a template is about to write, a text with single stops and no dot at the beginning of a line."""
    if not isinstance(value, str):
        return value
    return one_stop(value.replace(_DOT, _KEPT_DOT) if _DOT in value else value)


def right_to_left(text: str) -> str:
    """An Arabic list of facts that begins with a Latin name or holds two side by side, in the order it is read.

    Where the browser asks the text for its direction (`dir="auto"`, `<bdi>`) the first letter would answer.
    """
    apart = _AFTER_LATIN.sub(rf"\1{_RIGHT_TO_LEFT_MARK}", text)
    sides = (unicodedata.bidirectional(letter) for letter in apart)
    first = next((side for side in sides if side in {"L", "R", "AL"}), "AL")
    return _RIGHT_TO_LEFT_MARK + apart if first == "L" else apart


def isolated(text: str, locale: str) -> str:
    """The text apart from what stands beside it, where it holds letters of the other direction than the page.

    For texts that more is written around before a page has them; where a page writes them itself, it uses `<bdi>`.
    """
    other = _LEFT_TO_RIGHT if locale == "ar" else _RIGHT_TO_LEFT
    if all(unicodedata.bidirectional(letter) not in other for letter in text):
        return text
    return f"{_ISOLATE}{text}{_END_OF_ISOLATE}"


def finished(text: str, locale: str) -> str:
    """A whole text with single stops; in Arabic with a mark after a comma between two Latin names or numbers.

    Without the mark both would be one left-to-right run, and what comes second would be read first.
    """
    stopped = one_stop(text)
    return _AFTER_LATIN.sub(rf"\1{_RIGHT_TO_LEFT_MARK}", stopped) if locale == "ar" else stopped
