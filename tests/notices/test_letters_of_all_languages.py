"""Every kind of letter in five languages: no English is left over, and its signs are those of the language."""

import re
from functools import cache
from html import unescape

import pytest

from booking.notices import letters
from scripts import translations
from tests.notices.letters_of_all_kinds import FULL, KINDS, claimed

pytestmark = pytest.mark.usefixtures("office")

UNLIKELY = {
    "ar": r"[\u0600-\u06ff][,;?]|،،|\(\)| ،| \.",
    "zh": r"[\u4e00-\u9fff][,:;?()]|[,:;?()][\u4e00-\u9fff]|，，|。。",  # noqa: RUF001  the language's own signs
    "fr": r"[\w»)][;?!]|\w ?:(?=\s)|'\w|« |\s»(?<!\u00a0»)",
    "ru": r"[\"“]|\w \.|[^.]\.\.(?!\.)",
    "es": r"\w [.,;:?]|^[^¿]*\?",
}
"""Signs of another language, or two where there should be one."""


@cache
def left_over(locale: str) -> frozenset[str]:
    """The English texts that read otherwise in this language."""
    texts = {one.id: one.string for one in translations.read(locale) if isinstance(one.id, str) and one.id}
    return frozenset(text for text, said in texts.items() if said and text != said)


def nodes(page: str) -> list[str]:
    """The texts between the tags of a page."""
    body = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    return [unescape(node).strip() for node in re.split(r"<[^>]*>", body) if node.strip()]


@pytest.mark.parametrize("locale", translations.TRANSLATED)
def test_no_letter_has_an_english_text_left_over(locale: str) -> None:
    english = left_over(locale) - {FULL["title"]}  # it is a text of the samples as well
    for kind in KINDS:
        written = letters.letter(claimed(kind, locale))
        said = {*nodes(written.html), *map(str.strip, written.text.splitlines()), written.subject}
        assert said & english == set(), kind


@pytest.mark.parametrize("locale", translations.TRANSLATED)
def test_the_signs_of_a_letter_are_those_of_its_language(locale: str) -> None:
    for kind in KINDS:
        written = letters.letter(claimed(kind, locale))
        lines = [
            written.subject,
            *(line for line in written.text.splitlines() if "://" not in line and "@" not in line),
        ]
        wrong = [line for line in lines if re.search(UNLIKELY[locale], line) or re.search(r"\S  \S", line)]
        assert wrong == [], kind


def test_a_day_at_the_end_of_a_russian_sentence_has_one_stop() -> None:
    written = letters.letter(claimed("attendance_due", "ru"))
    assert "Последний день для этого: вт 8 дек. 2026 г.\n" in written.text  # noqa: RUF001  Russian
    assert "8 дек. 2026 г.</p>" in written.html  # noqa: RUF001  Russian


def test_latin_names_in_an_arabic_line_stand_in_the_order_of_reading() -> None:
    written = letters.letter(claimed("booking_confirmed", "ar"))
    mark = "\u200f"
    for text in (written.text, written.html):
        assert f"class 2-3،{mark} Haneulsaem" in text
    assert mark not in letters.letter(claimed("booking_confirmed", "fr")).text
