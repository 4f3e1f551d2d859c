"""What may be wrong with a translation: missing, doubtful, obsolete, with other placeholders, tags or blanks."""

import re
from collections import Counter
from collections.abc import Iterator

from babel.messages.catalog import Catalog, Message

_PERCENT = re.compile(r"%(?:\(\w+\)[#0\- +]*[\d.]*[a-zA-Z]|%|[a-zA-Z])")
_BRACES = re.compile(r"\{\w*\}")
_TAG = re.compile(r"</?[a-z]+[^>]*>")
_SHOWN = 60
_OF_ONE_NUMBER = {"ar": (0, 1, 2), "es": (0,)}
"""The plural forms that stand for a single number, so that a word may take its place ("a group", "two groups")."""
_NUMBER = Counter({f"%({name}){kind}": 1 for name in ("num", "n", "count") for kind in "sd"})


def texts_of(message: Message) -> tuple[str, ...]:
    """The English texts: one, or singular and plural."""
    return tuple(message.id) if isinstance(message.id, tuple | list) else (message.id,)


def strings_of(message: Message) -> tuple[str, ...]:
    """The translations: one, or one a plural form."""
    return tuple(message.string) if isinstance(message.string, tuple | list) else (message.string or "",)


def is_translated(message: Message, forms: int) -> bool:
    """Whether every form is written: an empty plural form is no translation."""
    strings = strings_of(message)
    return len(strings) == (forms if message.pluralizable else 1) and all(one.strip() for one in strings)


def placeholders(text: str, *, percent: bool) -> Counter[str]:
    """What a program fills in: `{name}`, and where the text is a format also `%(name)s`."""
    return Counter(_BRACES.findall(text)) + Counter(_PERCENT.findall(text) if percent else ())


def _blanks(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def differences(message: Message, locale: str) -> Iterator[str]:
    """In what the translations differ from the text where they must not."""
    texts, percent = texts_of(message), "python-format" in message.flags
    wanted = placeholders(texts[-1], percent=percent)
    for form, string in enumerate(strings_of(message)):
        found = placeholders(string, percent=percent)
        lacking = wanted - found
        if len(texts) > 1 and form in _OF_ONE_NUMBER.get(locale, ()):
            lacking -= _NUMBER + (wanted - placeholders(texts[0], percent=percent))
        if found - wanted or lacking:
            yield f"placeholders {sorted(found.elements())} instead of {sorted(wanted.elements())}"
        if "%" in (_PERCENT.sub("", string) if percent else string if "%" not in texts[-1] else ""):
            yield "a % that is no placeholder: write %%" if percent else "a % that the text has not"
        if sorted(_TAG.findall(string)) != sorted(_TAG.findall(texts[-1])):
            yield "other tags than the text"
        if _blanks(string) != _blanks(texts[0]):
            yield "other blanks at its ends than the text"


def faults_of(catalog: Catalog, *, complete: bool) -> list[str]:
    """The faults of a catalogue, a line each; that something is missing is one only where it must be complete."""
    found = [f"obsolete: {one!s:.{_SHOWN}}" for one in catalog.obsolete]
    for message in catalog:
        if not message.id:
            continue
        name, strings = texts_of(message)[0][:_SHOWN], strings_of(message)
        if message.fuzzy:
            found.append(f"fuzzy: {name}")
        if is_translated(message, catalog.num_plurals):
            found += [f"{fault}: {name}" for fault in differences(message, str(catalog.locale))]
        elif any(strings):
            found.append(f"a plural form is empty: {name}")
        elif complete:
            found.append(f"missing: {name}")
    return found
