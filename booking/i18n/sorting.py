"""The order of names in each language, near enough to CLDR without ICU.

Latin and Cyrillic: by letters, accents only between equals, й a letter of its own. Arabic: without the article, hamza
and final forms beside their base letters. Chinese: by pinyin, which is the order of the first 3,755 characters of
GB 2312; the few others that our tables hold are sorted as a character of the same sound. As in CLDR a
character has one place, so that 秘鲁 (Bìlǔ) stands under mì.
"""

import unicodedata
from collections.abc import Callable, Iterable
from typing import TypeVar

from booking.i18n.tables import without_marks

_Item = TypeVar("_Item")
_SAME_SOUND = str.maketrans({"斐": "匪", "汶": "问", "瑙": "挠"})
_ARABIC_ARTICLE = "ال"
_ARABIC_BASES = str.maketrans({"ة": "ت", "ى": "ي"})
_SHORT_I, _SHORT_I_KEY = "й", "и\uffff"


def _chinese(text: str) -> str:
    return text.translate(_SAME_SOUND).encode("gb18030", "replace").decode("latin-1")


def _arabic(text: str) -> str:
    bare = text.removeprefix(_ARABIC_ARTICLE)
    return without_marks(bare).translate(_ARABIC_BASES)


def _alphabetic(text: str) -> str:
    return "".join(_SHORT_I_KEY if letter == _SHORT_I else without_marks(letter) for letter in text.casefold())


_PRIMARY: dict[str, Callable[[str], str]] = {"zh": _chinese, "ar": _arabic}


def sort_key(text: str, locale: str) -> tuple[str, str]:
    """What to compare `text` by in a list of this locale."""
    text = unicodedata.normalize("NFC", text)
    return _PRIMARY.get(locale, _alphabetic)(text), text


def sorted_by_name(items: Iterable[_Item], name: Callable[[_Item], str], locale: str) -> list[_Item]:
    """The items in the order in which a reader of `locale` looks for their names."""
    return sorted(items, key=lambda item: sort_key(name(item), locale))
