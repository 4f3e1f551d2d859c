"""Public holidays of countries, as proposals for a station's own list (the `holidays` library).

A proposal binds nobody: a station keeps some ten of them, and its own list decides.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from booking.i18n import LOCALES, Translated

YEARS_AHEAD = 5
"""How far ahead holidays are kept."""
_ENGLISH = ("en_US", "en_GB")


@dataclass(frozen=True, slots=True)
class Proposed:
    """A public holiday of the country, and what the country calls it in the languages that are known."""

    day: date
    name: Translated


def _library() -> Any:  # noqa: ANN401  a module
    """The library: some 9 MB, which only the pages of holidays need."""
    import holidays  # noqa: PLC0415

    return holidays


@lru_cache(maxsize=1)
def countries() -> Mapping[str, tuple[str, ...]]:
    """The countries whose holidays are known (ISO 3166-1), each with its subdivisions."""
    known: Mapping[str, list[str]] = _library().list_supported_countries(include_aliases=False)
    return {country: tuple(subdivisions) for country, subdivisions in known.items()}


@lru_cache(maxsize=256)
def subdivision_names(country: str) -> Mapping[str, str]:
    """What the subdivisions of a country are called, by code; the code itself where it has no longer name."""
    if country not in countries():
        return {}
    aliases: Mapping[str, str] = getattr(getattr(_library(), country), "subdivisions_aliases", {})
    longest: dict[str, str] = {}
    for alias, code in aliases.items():
        longest[code] = max(longest.get(code, code), alias, key=len)
    return {code: longest.get(code, code) for code in countries()[country]}


@lru_cache(maxsize=256)
def proposals(country: str, subdivision: str, year: int) -> tuple[Proposed, ...]:
    """The public holidays of a year, by day; none for a country that is not known."""
    if country not in countries():
        return ()
    library, where = _library(), subdivision if subdivision in countries()[country] else None
    spoken: Collection[str] = getattr(library, country).supported_languages or ()
    names: dict[date, dict[str, str]] = {}
    for locale, tag in _languages(spoken):
        found: Mapping[date, str] = library.country_holidays(country, subdiv=where, years=year, language=tag)
        for day in found:
            if day.year == year:
                names.setdefault(day, {})[locale] = found[day]
    return tuple(Proposed(day, Translated(names[day])) for day in sorted(names))


def _languages(spoken: Collection[str]) -> list[tuple[str, str | None]]:
    """Our locales with the library's tag of each; English always, in the country's own words if it must be."""
    found: list[tuple[str, str | None]] = [(one, one) for one in LOCALES if one != "en" and one in spoken]
    english = next((tag for tag in (*_ENGLISH, *sorted(spoken)) if tag in spoken and tag.startswith("en")), None)
    return [("en", english), *found]


def last_day(today: date) -> date:
    """The last day that a holiday can be kept for."""
    return date(today.year + YEARS_AHEAD, 12, 31)


def offered_years(today: date) -> range:
    """The years whose holidays a desk looks at."""
    return range(today.year, today.year + YEARS_AHEAD + 1)


def days_of(starts_on: date, ends_on: date | None) -> list[date]:
    """The days of a holiday, which may be several."""
    last = ends_on or starts_on
    return [starts_on + timedelta(days=number) for number in range((last - starts_on).days + 1)]
