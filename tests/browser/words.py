"""The words of a page in its own language, so that one test can read it in each."""

from functools import cache
from pathlib import Path

from babel.support import NullTranslations, Translations
from playwright.sync_api import Page

FOLDER = Path(__file__).parents[2] / "booking" / "translations"


@cache
def catalogue(locale: str) -> NullTranslations:
    """The texts of a locale; English has none."""
    return Translations.load(FOLDER, [locale])


def words(page: Page, text: str, **values: object) -> str:
    """What the page says for an English text."""
    locale = page.locator("html").get_attribute("lang") or ""
    said = str(catalogue(locale).gettext(text))
    return said % values if values else said
