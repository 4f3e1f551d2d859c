"""Names of languages in the page languages and in their own; which texts are language tags, and what was meant."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache, lru_cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global

from booking.i18n.locales import DEFAULT_LOCALE, LOCALES
from booking.i18n.sorting import sorted_by_name
from booking.i18n.tables import plain, table

_TAG = re.compile(
    r"([A-Za-z]{2,3})(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*"
)
_NO_LANGUAGE = {"und", "mul", "zxx", "root", "mis"}
_LONGEST_NAME = 60
_IN = {"en": "in {}", "fr": "en {}", "es": "en {}", "zh": "用{}", "ar": "باللغة {}"}


@cache
def _cldr(locale: str) -> Locale:
    return Locale(locale)


@lru_cache(maxsize=4_096)
def base_language(tag: str) -> str | None:
    """The language of a BCP 47 tag ("pt-BR" -> "pt"), or None if the text is none that CLDR knows ("cn", "en_US")."""
    found = _TAG.fullmatch(tag)
    if not found:
        return None
    language = found[1].lower()
    known = language in _cldr(DEFAULT_LOCALE).languages and language not in _NO_LANGUAGE
    return language if known else None


def _table_name(tag: str, column: str) -> str | None:
    row = table("languages", "tag").get(tag)
    return row[column] if row else None


def language_name(tag: str, locale: str) -> str:
    """The name of the language as it stands alone in lists; the tag itself if nobody knows it."""
    names = _cldr(locale).languages
    base = base_language(tag) or tag
    return _table_name(tag, f"name_{locale}") or names.get(tag.replace("-", "_")) or _base_name(base, locale)


def _base_name(base: str, locale: str) -> str:
    return _table_name(base, f"name_{locale}") or _cldr(locale).languages.get(base) or base


def language_in(tag: str, locale: str) -> str:
    """The phrase for a sentence: "in Arabic", «на арабском языке»."""
    phrase = _table_name(base_language(tag) or tag, f"in_{locale}")
    if phrase:
        return phrase
    name = language_name(tag, locale)
    return _in_russian(name) if locale == "ru" else _IN[locale].format(name)


def _in_russian(name: str) -> str:
    """An adjective is declined («на польском языке»), another name stays («на языке зулу»)."""
    return f"на {name[:-2]}ом языке" if name.endswith(("ский", "цкий")) else f"на языке {name}"


def _own_locale(tag: str) -> Locale | None:
    try:
        return Locale(base_language(tag) or tag)
    except (UnknownLocaleError, ValueError):
        return None


def autonym(tag: str) -> str:
    """The name of the language in the language itself; lower case where it is written so."""
    listed = _table_name(base_language(tag) or tag, "autonym")
    if listed:
        return listed
    own = _own_locale(tag)
    return (own and own.get_display_name(own)) or language_name(tag, DEFAULT_LOCALE)


def language_direction(tag: str) -> str:
    """The direction of a text in this language: "rtl" or "ltr"."""
    listed = _table_name(base_language(tag) or tag, "direction")
    own = _own_locale(tag)
    return listed or (own.text_direction if own else "ltr")


def language_choices(tags: Iterable[str], locale: str) -> list[tuple[str, str]]:
    """(tag, name) of these languages, in the order of the reader's language."""
    named = [(tag, language_name(tag, locale)) for tag in tags]
    return sorted_by_name(named, lambda choice: choice[1], locale)


@cache
def _tags_by_name() -> dict[str, str]:
    """Tags by every name that CLDR or our table gives the language in the six languages or in itself."""
    known = {
        plain(name): tag for locale in LOCALES for tag, name in _cldr(locale).languages.items() if base_language(tag)
    }
    ours = {
        plain(row[column]): tag for tag, row in table("languages", "tag").items() for column in row if "name" in column
    }
    own = {plain(autonym(tag)): tag for tag in table("languages", "tag")}
    return known | own | ours


def _by_alias(text: str) -> str | None:
    """The language of a three-letter or outdated code ("eng", "iw")."""
    return base_language(get_global("language_aliases").get(text.lower(), ""))


def _by_country(text: str) -> str | None:
    """The language most spoken in a country whose code was taken for a language's ("cn", "jp")."""
    likely = get_global("likely_subtags").get(f"und_{text.upper()}", "")
    return base_language(likely.partition("_")[0])


def suggest_language(text: str) -> str | None:
    """The tag that was probably meant ("en_US" -> "en", "cn" -> "zh", "Français" -> "fr"), or None."""
    text = text.strip()
    if not text or len(text) > _LONGEST_NAME:
        return None
    names, name = _tags_by_name(), plain(text)
    found = names.get(name) or base_language(text.replace("_", "-")) or _by_alias(text) or _by_country(text)
    if found:
        return found
    close = get_close_matches(name, names, n=1, cutoff=0.8)
    return names[close[0]] if close else None
