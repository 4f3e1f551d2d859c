"""Texts that staff write in one or several languages, and the column that keeps them."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Self

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from booking.i18n.languages import base_language
from booking.i18n.locales import DEFAULT_LOCALE, LOCALES


def _checked(tag: str, text: object) -> str:
    if base_language(tag) is None:
        raise ValueError(f"{tag!r:.40} is not a language")
    if not isinstance(text, str):
        raise TypeError(f"the text in {tag} is not text")
    if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError(f"the text in {tag} holds characters that cannot be stored")
    return text


class Translated(Mapping[str, str]):
    """An unchanging text by language tag; blank translations are left out. A plain string is English."""

    __slots__ = ("_texts",)

    def __init__(self, texts: "Mapping[str, str] | str" = "") -> None:
        given = {DEFAULT_LOCALE: texts} if isinstance(texts, str) else texts
        checked = {tag: _checked(tag, text) for tag, text in given.items()}
        self._texts = {tag: text for tag, text in checked.items() if text.strip()}

    @classmethod
    def stored(cls, texts: dict[str, str]) -> Self:
        """What a column keeps: it was checked when it was written."""
        found = cls.__new__(cls)
        found._texts = texts  # noqa: SLF001  its own
        return found

    def __getitem__(self, tag: str) -> str:
        return self._texts[tag]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def __hash__(self) -> int:
        return hash(frozenset(self._texts.items()))

    def __repr__(self) -> str:
        return f"Translated({self._texts!r})"

    def __str__(self) -> str:
        return self.in_locale(DEFAULT_LOCALE)[0]

    def in_locale(self, locale: str) -> tuple[str, str]:
        """(text, tag of its language): in the locale, else in English, else in any language; ("", locale) if empty.

        The page marks a text of another language with `lang`, so that the fallback is seen and heard.
        """
        order = (locale, DEFAULT_LOCALE, *LOCALES, *self._texts)
        return next(((self._texts[tag], tag) for tag in order if tag in self._texts), ("", locale))

    def with_text(self, tag: str, text: str) -> Self:
        """The same with one translation set, or taken away by a blank text."""
        return type(self)({**self._texts, tag: text})


class TranslatedText(TypeDecorator[Translated]):
    """A `Translated` as JSON: JSONB on PostgreSQL, text on SQLite (whose STRICT tables know no JSON type)."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:  # noqa: ANN401  SQLAlchemy's own signature
        """JSONB where there is one."""
        return dialect.type_descriptor(JSONB() if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Translated | Mapping[str, str] | str | None, dialect: Dialect) -> Any:  # noqa: ANN401
        """To what the column keeps; ValueError for an unknown language."""
        if value is None:
            return None
        texts = dict(value if isinstance(value, Translated) else Translated(value))
        return texts if dialect.name == "postgresql" else json.dumps(texts, ensure_ascii=False, sort_keys=True)

    def process_result_value(self, value: Any, dialect: Dialect) -> Translated | None:  # noqa: ANN401, ARG002
        """Back as a `Translated`."""
        if value is None:
            return None
        return Translated.stored(json.loads(value) if isinstance(value, str) else value)
