"""Words that must be the same everywhere, in six languages: stations and their phrases, statuses, labels."""

from collections.abc import Callable, Mapping

from flask import current_app, g, has_app_context
from flask_babel import lazy_gettext as _l

from booking.i18n.tables import table

_IN = {"en": "in {}", "fr": "à {}", "es": "en {}", "ru": "в месте службы {}", "zh": "{}", "ar": "في {}"}
_OF = {"en": "of {}", "fr": "de {}", "es": "de {}", "ru": "{}", "zh": "{}的", "ar": "{}"}
_TIME = {
    "en": "{} time",
    "fr": "heure de {}",
    "es": "hora de {}",
    "ru": "по времени {}",
    "zh": "{}时间",
    "ar": "بتوقيت {}",
}


def term(key: str, locale: str) -> str:
    """The term of this key; KeyError if the table has none, which is a mistake in the code and not in the input."""
    return table("terminology", "key")[key][locale]


def shipped_word(key: str, locale: str) -> str:
    """A word of the vocabularies that ship with the package ("audience.adults"); empty where they lack it."""
    row = table("vocabulary", "key").get(key)
    return row[locale] if row else ""


def _station_term(kind: str, code: str, locale: str) -> str | None:
    row = table("terminology", "key").get(f"{kind}.{code}")
    return row[locale] if row else None


def station_name(code: str, locale: str, name: str) -> str:
    """The station's name in this locale; `name`, as the station is called in English, if the table lacks it."""
    return _station_term("station", code, locale) or name


def station_in(code: str, locale: str, name: str) -> str:
    """The phrase "in Geneva" for a sentence; made from the English `name` for a station that the table lacks."""
    return _station_term("station_in", code, locale) or _IN[locale].format(name)


def station_of(code: str, locale: str, name: str) -> str:
    """The phrase "of Geneva"; made from the English `name` for a station that the table lacks."""
    return _station_term("station_of", code, locale) or _OF[locale].format(name)


def station_time(code: str, locale: str, name: str) -> str:
    """The phrase "Geneva time" after a time; made from the English `name` for a station that the table lacks."""
    return _station_term("station_time", code, locale) or _TIME[locale].format(name)


def premises(code: str, locale: str, name: str) -> str:
    """The name of the station's premises; `name`, in English, if the table lacks them."""
    return _station_term("premises", code, locale) or name


_OTHER_THEMES = {
    "sustainable-development-goals": _l("Sustainable Development Goals"),
    "sustainable-development": _l("sustainable development"),
    "un-documentation": _l("documents of the United Nations"),
    "creative-community": _l("creative community"),
    "disarmament": _l("disarmament"),
}
"""Themes that the terminology does not have."""


THEMES = "booking.themes"
"""Where the application puts what reads the themes of desks: their texts by language, by code."""


def is_known_theme(code: str) -> bool:
    """Whether the theme has its name in all languages without a desk."""
    return f"theme.{code}" in table("terminology", "key") or code in _OTHER_THEMES


def theme_name(code: str, locale: str) -> str:
    """The theme in words: ours, or the desk's that added it; read from its code where nobody gave it a name."""
    if not is_known_theme(code):
        texts = _themes_of_desks().get(code, {})
        return texts.get(locale) or texts.get("en") or code.replace("-", " ")
    try:
        return term(f"theme.{code}", locale)
    except KeyError:
        return str(_OTHER_THEMES[code])


def _themes_of_desks() -> Mapping[str, Mapping[str, str]]:
    """Read once in a request or a job, and only where a theme is none of ours."""
    read: Callable[[], Mapping[str, Mapping[str, str]]] | None = None
    if has_app_context():
        read = current_app.extensions.get(THEMES)
    if read is None:
        return {}
    if THEMES not in g:
        setattr(g, THEMES, read())
    found: Mapping[str, Mapping[str, str]] = g.get(THEMES)
    return found
