"""Names of countries and areas as the United Nations uses them, from our own table (never CLDR's)."""

import re
from difflib import get_close_matches
from functools import cache

from babel import Locale
from babel.core import get_global

from booking.i18n.locales import LOCALES
from booking.i18n.sorting import sorted_by_name
from booking.i18n.tables import plain, table
from booking.i18n.terminology import term

NOT_RECORDED = "ZZ"
"""Stands where a country was not collected or is withheld; no country, never offered as a choice."""

_LONGEST_NAME = 60
_AS_IN_A_LIST = re.compile(r"^(.+) \((\w+ )-( [^)]+)?\)$")
_USUAL_NAMES = {
    "america": "US", "bolivia": "BO", "britain": "GB", "brunei": "BN", "burma": "MM", "cape verde": "CV",
    "congo kinshasa": "CD", "czech republic": "CZ", "dr congo": "CD", "drc": "CD", "east timor": "TL", "emirates": "AE",
    "england": "GB", "great britain": "GB", "holland": "NL", "iran": "IR", "ivory coast": "CI", "korea": "KR",
    "laos": "LA", "macedonia": "MK", "micronesia": "FM", "moldova": "MD", "north korea": "KP",
    "northern ireland": "GB", "palestine": "PS", "russia": "RU", "scotland": "GB", "south korea": "KR",
    "swaziland": "SZ", "syria": "SY", "taiwan": "TW", "tanzania": "TZ", "the netherlands": "NL", "turkey": "TR",
    "uae": "AE", "united states": "US", "vatican": "VA", "venezuela": "VE", "vietnam": "VN", "wales": "GB",
}  # fmt: skip
"""What people write that is not the name in the table; plain spelling."""


def is_country(code: str) -> bool:
    """Whether this is an ISO 3166-1 alpha-2 code of the table, in capitals."""
    return code in table("countries", "code")


def country_name(code: str, locale: str) -> str:
    """The short name for lists, in this locale; "not recorded" for ZZ, the code itself if it is unknown."""
    if code == NOT_RECORDED:
        return term("qualifier.not-recorded", locale)
    row = table("countries", "code").get(code)
    return row[f"name_{locale}"] if row else code


def country_in_text(code: str, locale: str) -> str:
    """The name beside other words. Arabic says it whole: its name for lists puts the place first, and a dash for it."""
    name = country_name(code, locale)
    return _AS_IN_A_LIST.sub(r"\2\1\3", name) if locale == "ar" else name


@cache
def _sorted_choices(locale: str) -> tuple[tuple[str, str], ...]:
    named = [(code, country_name(code, locale)) for code in table("countries", "code")]
    return tuple(sorted_by_name(named, lambda choice: choice[1], locale))


def country_choices(locale: str) -> list[tuple[str, str]]:
    """(code, name) of all countries and areas, in the order of the reader's language."""
    return list(_sorted_choices(locale))


@cache
def _codes_by_name() -> dict[str, str]:
    """Codes by every name in the six languages: CLDR's shorter ones, over them ours, over them what people say."""
    rows = table("countries", "code").items()
    cldr = {plain(Locale(locale).territories[code]): code for locale in LOCALES for code, _ in rows}
    return cldr | {plain(row[f"name_{locale}"]): code for locale in LOCALES for code, row in rows} | _USUAL_NAMES


def _by_other_code(text: str) -> str | None:
    """The country of another code for it: lower case, three letters, three digits, or "UK"."""
    aliases = get_global("territory_aliases").get(text.upper(), [])
    return next((code for code in (text.upper(), *aliases) if is_country(code)), None)


def suggest_country(text: str) -> str | None:
    """The code that was probably meant ("UK" -> "GB", "Korea" -> "KR"), or None."""
    text = text.strip()
    if not text or len(text) > _LONGEST_NAME:
        return None
    names, name = _codes_by_name(), plain(text)
    found = _by_other_code(text) or names.get(name)
    if found:
        return found
    close = get_close_matches(name, names, n=1, cutoff=0.8)
    return names[close[0]] if close else None


def us_states(locale: str) -> list[tuple[str, str]]:
    """(ISO 3166-2 code, name) of the states, the district and the outlying areas of the United States, by name."""
    named = [(code, row[f"name_{locale}"]) for code, row in table("us_states", "code").items()]
    return sorted_by_name(named, lambda choice: choice[1], locale)


def is_us_state(code: str) -> bool:
    """Whether this is the ISO 3166-2 code of one of them, in capitals."""
    return code in table("us_states", "code")


def us_state_name(code: str, locale: str) -> str:
    """The name of one of them in this locale; the code itself if it is unknown."""
    row = table("us_states", "code").get(code)
    return row[f"name_{locale}"] if row else code
