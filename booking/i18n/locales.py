"""The six languages of the pages: which one a reader gets, and in which direction it runs."""

from pathlib import Path

from flask import Flask, has_request_context, request, session
from flask_babel import Babel, get_locale
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

LOCALES = ("ar", "zh", "en", "fr", "ru", "es")
"""The official languages, in the order in which the United Nations lists them."""

DEFAULT_LOCALE = "en"
AUTONYMS = {"ar": "العربية", "zh": "中文", "en": "English", "fr": "Français", "ru": "Русский", "es": "Español"}
"""Names of the page languages as the switch in the header shows them, with a capital where the script has one."""

TRANSLATIONS = Path(__file__).parent.parent / "translations"
_LONGEST_ACCEPT_LANGUAGE = 1000  # characters; browsers send less than 200

COMPLETE_LOCALES = LOCALES
"""The locales whose texts are all translated, which `make check` holds them to: the header offers these, and a
browser's wish is answered with these. A locale that is not here yet is reached by its address, `?lang=`."""


def direction(locale: str) -> str:
    """The direction of a page in this locale: "rtl" or "ltr"."""
    return "rtl" if locale == "ar" else "ltr"


def known_locale(wish: str | None) -> str | None:
    """The locale of that name, or None: anything may stand in an address or an old cookie."""
    return wish if wish in LOCALES else None


def accepted_locale(header: str) -> str:
    """The best complete locale for an Accept-Language header; English where it is junk or names none of ours."""
    if len(header) > _LONGEST_ACCEPT_LANGUAGE:
        return DEFAULT_LOCALE
    accepted = parse_accept_header(header, LanguageAccept)
    return accepted.best_match(COMPLETE_LOCALES) or DEFAULT_LOCALE


def negotiated_locale() -> str:
    """The locale of this request: `?lang=`, else the choice kept in the session, else the browser's wish."""
    if not has_request_context():
        return DEFAULT_LOCALE
    chosen = known_locale(request.args.get("lang")) or known_locale(session.get("lang"))
    return chosen or accepted_locale(request.headers.get("Accept-Language", ""))


def current_locale() -> str:
    """The locale in which texts are written at this point of the code; English outside an application."""
    locale = get_locale()
    return locale.language if locale else DEFAULT_LOCALE


def init_app(app: Flask) -> None:
    """Let pages be written in the reader's language, keep a choice in the session, tell templates which one it is."""
    Babel(app, default_translation_directories=str(TRANSLATIONS), locale_selector=negotiated_locale)

    @app.before_request
    def _keep_choice() -> None:
        chosen = known_locale(request.args.get("lang"))
        if chosen and not request.path.startswith("/api/") and session.get("lang") != chosen:
            session["lang"] = chosen

    @app.context_processor
    def _page_language() -> dict[str, object]:
        locale = current_locale()
        offered = [(tag, AUTONYMS[tag]) for tag in COMPLETE_LOCALES]
        return {"page_locale": locale, "page_direction": direction(locale), "page_locales": offered}
