"""Pure decisions of the catalogue: which translations are missing or out of date, what is a PDF, when bookings open."""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta

Texts = Mapping[str, Mapping[str, str]]
"""Texts by field, then by locale."""
Marks = Mapping[str, Mapping[str, str]]
"""By field and locale: the mark of the English text that a translation was made from."""

ENGLISH = "en"
MARK_LENGTH = 12
PDF_BEGINS, PDF_ENDS, PDF_TAIL = b"%PDF-", b"%%EOF", 2048


def mark_of(text: str) -> str:
    """A short mark that differs where the text does, but for the space around it."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:MARK_LENGTH]


def marks_after(
    before: Texts, after: Texts, marks: Marks, confirmed: Collection[tuple[str, str]] = ()
) -> dict[str, dict[str, str]]:
    """The marks once `after` is saved over `before`.

    A translation that was written anew, or is in `confirmed`, belongs to the English of now; one that stays as it was
    keeps the English that it was made from, also where nobody had noted which that is.
    """
    kept: dict[str, dict[str, str]] = {}
    for field, texts in after.items():
        old, english = before.get(field, {}), texts.get(ENGLISH, "")
        for locale in [tag for tag in texts if tag != ENGLISH and texts[tag].strip()]:
            is_new = texts[locale].strip() != old.get(locale, "").strip() or (field, locale) in confirmed
            was = marks.get(field, {}).get(locale) or mark_of(old.get(ENGLISH, ""))
            kept.setdefault(field, {})[locale] = mark_of(english) if is_new else was
    return kept


def is_stale(texts: Texts, marks: Marks, field: str, locale: str) -> bool:
    """Whether the English text was changed after this translation was made."""
    of = marks.get(field, {}).get(locale)
    has_text = bool(texts.get(field, {}).get(locale, "").strip())
    return has_text and of is not None and of != mark_of(texts[field].get(ENGLISH, ""))


def missing(texts: Texts, locales: Collection[str]) -> Iterator[tuple[str, str]]:
    """Field and locale of each translation that there is not, of fields that have a text in any language."""
    for field, of_field in texts.items():
        if any(text.strip() for text in of_field.values()):
            yield from ((field, locale) for locale in locales if not of_field.get(locale, "").strip())


def stale(texts: Texts, marks: Marks, locales: Collection[str]) -> Iterator[tuple[str, str]]:
    """Field and locale of each translation of an English text that is another by now."""
    for field in texts:
        yield from ((field, locale) for locale in locales if is_stale(texts, marks, field, locale))


def is_pdf(content: bytes) -> bool:
    """Whether the bytes begin and end as a PDF does; names and what a browser says of them are not believed."""
    return content.startswith(PDF_BEGINS) and PDF_ENDS in content[-PDF_TAIL:]


def opening_day(wished_on: date, horizon_days: int) -> date:
    """LEAD-02: the day on which bookings for another day open."""
    return wished_on - timedelta(days=horizon_days)
