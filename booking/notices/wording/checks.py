"""What is wrong with a wording: braces that are no placeholder of its part, those that are missing, links, lengths."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from booking.notices.wording.markup import links
from booking.notices.wording.parts import Part
from booking.text import LINE_LENGTH, Blank, InputRefused, clean_line, clean_text

MOST = 10_000
"""Code points of a paragraph."""
_BRACES = re.compile(r"\{[^{}\n]*\}|[{}]")
_SHOWN = 30
_SCHEMES = ("http://", "https://", "mailto:")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong. `code`: unknown, brace, missing, link or placeholder_in_link."""

    code: str
    found: str
    line: int = 0
    """Counted from 1; 0 where it is not at one place."""
    instead: str = ""
    """What was probably meant."""


def cleaned(part: Part, text: str) -> str:
    """The text as it is kept, empty where nothing is left to see; `InputRefused` as the door for text says it."""
    try:
        return clean_line(text, LINE_LENGTH) if part.is_line else clean_text(text, MOST)
    except Blank:
        return ""


def faults(part: Part, text: str) -> tuple[Fault, ...]:
    """All that is wrong with the wording of a part; nothing for a text that can be sent."""
    return _faults(text, part.placeholders, part.required, part.is_line)


def is_sound(part: Part, text: object) -> bool:
    """Whether a stored text can be sent, whoever stored it and how."""
    if not isinstance(text, str):
        return False
    try:
        return bool(text) and cleaned(part, text) == text and not faults(part, text)
    except InputRefused:
        return False


@lru_cache(maxsize=2048)
def _faults(text: str, known: frozenset[str], required: frozenset[str], is_line: bool) -> tuple[Fault, ...]:  # noqa: FBT001
    found = list(_braces(text, known))
    found += [Fault("missing", name) for name in sorted(required) if f"{{{name}}}" not in text]
    return (*found, *([] if is_line else _links(text)))


def _braces(text: str, known: frozenset[str]) -> Iterator[Fault]:
    for match in _BRACES.finditer(text):
        name, line = match[0][1:-1], text.count("\n", 0, match.start()) + 1
        if len(match[0]) == 1:
            yield Fault("brace", _around(text, match.start()), line)
        elif name not in known:
            close = difflib.get_close_matches(name.strip().casefold(), known, n=1)
            yield Fault("unknown", match[0][:_SHOWN], line, f"{{{close[0]}}}" if close else "")


def _around(text: str, at: int) -> str:
    """The word or so in which it stands."""
    return text[max(0, at - 8) : at + 12].replace("\n", " ").strip()


def _links(text: str) -> Iterator[Fault]:
    for address in links(text):
        line = text.count("\n", 0, max(0, text.find(address))) + 1
        if "{" in address or "%7B" in address:
            yield Fault("placeholder_in_link", address[:_SHOWN], line)
        elif not address.casefold().startswith(_SCHEMES):
            yield Fault("link", address[:_SHOWN], line)
