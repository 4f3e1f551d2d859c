"""Days, times and lists as each language writes them: 24 hours, Latin digits, the year only where asked."""

from collections.abc import Iterable
from datetime import date, datetime, time
from functools import lru_cache

from babel.dates import format_date, format_skeleton
from flask_babel import gettext as _

from booking.i18n.finishing import right_to_left
from booking.i18n.locales import current_locale

_DAY = {
    "ar": "EEE d MMM",
    "zh": "M月d日EEE",
    "en": "EEE d MMM",
    "fr": "EEE d MMM",
    "ru": "EEE d MMM",
    "es": "EEE d MMM",
}
_DAY_YEAR = _DAY | {
    "ar": "EEE d MMM y",
    "zh": "y年M月d日EEE",
    "en": "EEE d MMM y",
    "fr": "EEE d MMM y",
    "ru": "EEE d MMM y 'г'.",  # noqa: RUF001  the Cyrillic letter is meant
    "es": "EEE d MMM y",
}
_YEAR_LEADS = {"zh"}
_BETWEEN_DAY_AND_TIME = {"ar": "، ", "zh": ""}
_AND = {"en": " and ", "fr": " et ", "es": " y ", "ru": " и ", "zh": "和", "ar": " و"}
_COMMA = {"zh": "、", "ar": " و"}
_OR = {"en": " or ", "fr": " ou ", "es": " o ", "ru": " или ", "zh": "或", "ar": " أو "}
_BETWEEN_FACTS = {"ar": "، ", "zh": "，"}  # noqa: RUF001  the Chinese comma is meant
_STOP = {"zh": "。"}
_I_SOUND, _NOT_I_SOUND = ("i", "í", "hi", "hí"), ("hie", "hia", "hio")


@lru_cache(maxsize=4096)
def _format(day: date, pattern: str, locale: str) -> str:
    if locale == "fr" and day.day == 1:
        pattern = pattern.replace(" d ", " d'er' ")
    return format_date(day, pattern, locale=locale)


def _calendar_day(day: date) -> date:
    """The day alone: aware times of one instant are equal, and the cache would answer one zone with another's day."""
    return date(day.year, day.month, day.day)


def format_day(day: date, locale: str) -> str:
    """The day without its year: "Tue 1 Dec"."""
    return _format(_calendar_day(day), _DAY[locale], locale)


def format_day_year(day: date, locale: str) -> str:
    """The day with its year, for mails and reports: "Tue 1 Dec 2026"."""
    return _format(_calendar_day(day), _DAY_YEAR[locale], locale)


def format_days(first: date, last: date, locale: str) -> tuple[str, str]:
    """The ends of a span of days, its year said once where both share it: last, but first where the year leads."""
    if first.year != last.year:
        return format_day_year(first, locale), format_day_year(last, locale)
    if locale in _YEAR_LEADS:
        return format_day_year(first, locale), format_day(last, locale)
    return format_day(first, locale), format_day_year(last, locale)


def format_time(clock: time | datetime) -> str:
    """The hour on a clock of 24 hours: "09:05"."""
    return f"{clock:%H:%M}"


def format_date_time(local: datetime, locale: str) -> str:
    """Day and hour of a local time: "Tue 1 Dec, 10:00"."""
    between = _BETWEEN_DAY_AND_TIME.get(locale, ", ")
    return f"{format_day(local, locale)}{between}{format_time(local)}"


def _and_before(item: str, locale: str) -> str:
    """The word before the last item: Spanish "y" becomes "e" before the sound i ("francés e inglés")."""
    word = item.casefold()
    takes_e = locale == "es" and word.startswith(_I_SOUND) and not word.startswith(_NOT_I_SOUND)
    return " e " if takes_e else _AND[locale]


def join_list(items: Iterable[str], locale: str) -> str:
    """The items as a phrase: "A, B and C", without a comma before "and"."""
    *first, last = list(items) or [""]
    if not first:
        return last
    return _COMMA.get(locale, ", ").join(first) + _and_before(last, locale) + last


def join_facts(parts: Iterable[object]) -> str:
    """What is known, side by side, in the language of the page: "Tour, 28 people"; what is empty is left out."""
    said = [one for one in map(str, filter(None, parts)) if one]
    text = comma().join(said)
    return right_to_left(text) if len(said) > 1 and current_locale() == "ar" else text


def join_sentences(parts: Iterable[object]) -> str:
    """Whole sentences one after the other in the language of the page; what is empty is left out."""
    return gap().join(said for said in map(str, parts) if said)


def gap() -> str:
    """What stands between two sentences in the language of the page: a blank, and nothing in Chinese."""
    return "" if current_locale() in _STOP else " "


def labelled(label: object, text: object) -> str:
    """A label and what it says, with the colon of the page's language: "Groups: 12"."""
    return str(_("%(label)s: %(text)s", label=label, text=text))


def facts_and(facts: str, *sentences: object) -> str:
    """Facts closed like a sentence, then what is said of them, in the language of the page."""
    return join_sentences([f"{facts}{full_stop()}", *sentences])


def comma() -> str:
    """What stands between two facts in the language of the page, with its space."""
    return _BETWEEN_FACTS.get(current_locale(), ", ")


def full_stop() -> str:
    """What ends a sentence in the language of the page."""
    return _STOP.get(current_locale(), ".")


def word_or(locale: str) -> str:
    """What stands between two choices, with its spaces."""
    return _OR[locale]


def month_name(year: int, month: int, locale: str) -> str:
    """A month with its year: "Jul 2020"."""
    return str(format_skeleton("yMMM", date(year, month, 1), locale=locale))


def short_month(month: int, locale: str) -> str:
    """A month alone, as short as it can be told: "Jul"."""
    return format_date(date(2000, month, 1), "LLL", locale=locale)


def quarter_name(year: int, quarter: int, locale: str) -> str:
    """A quarter with its year: "Q3 2020"."""
    return str(format_skeleton("yQQQ", date(year, 3 * quarter, 1), locale=locale))
