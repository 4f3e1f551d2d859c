"""Tests of the names of languages, and of which texts are language tags."""

import pytest

from booking import i18n
from booking.i18n.tables import table

OURS = list(table("languages", "tag"))


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("pl", "pl"),
        ("pt-BR", "pt"),
        ("zh-Hant", "zh"),
        ("sr-Latn-RS", "sr"),
        ("es-419", "es"),
        ("de-1996", "de"),
        ("EN", "en"),
        ("fil", "fil"),
        ("cn", None),
        ("english", None),
        ("en_US", None),
        ("", None),
        ("xx", None),
        ("und", None),
        ("mul", None),
        ("root", None),
        ("../de", None),
        ("en\r\nSet-Cookie:a=b", None),
        ("en\n", None),
        ("еn", None),  # noqa: RUF001  a Cyrillic letter is the point
        ("en-" + "x" * 10_000, None),
    ],
)
def test_a_tag_is_of_a_language_that_cldr_knows_or_of_none(tag: str, language: str | None) -> None:
    assert i18n.base_language(tag) == language


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("cn", "zh"),
        ("en_US", "en"),
        ("english", "en"),
        ("ENGLISH ", "en"),
        ("jp", "ja"),
        ("ua", "uk"),
        ("Français", "fr"),
        ("Francais", "fr"),
        ("frensh", "fr"),
        ("Deutsch", "de"),
        ("العربية", "ar"),
        ("汉语", "zh"),
        ("суахили", "sw"),
        ("polonais", "pl"),
        ("eng", "en"),
        ("iw", "he"),
        ("pt-BR", "pt"),
        ("", None),
        ("   ", None),
        ("qqqq", None),
        ("7", None),
        ("x" * 10_000, None),
    ],
)
def test_what_was_probably_meant_is_suggested(text: str, tag: str | None) -> None:
    assert i18n.suggest_language(text) == tag


@pytest.mark.parametrize("locale", i18n.LOCALES)
def test_every_language_of_ours_is_suggested_by_its_name_in_each_page_language(locale: str) -> None:
    named = {tag: i18n.suggest_language(i18n.language_name(tag, locale)) for tag in OURS}
    assert named == {tag: tag for tag in OURS}


@pytest.mark.parametrize(
    ("tag", "locale", "name", "phrase"),
    [
        ("sw", "en", "Kiswahili", "in Kiswahili"),
        ("ar", "en", "Arabic", "in Arabic"),
        ("ar", "ru", "арабский", "на арабском языке"),
        ("zh", "zh", "汉语", "用汉语"),
        ("pl", "fr", "polonais", "en polonais"),
        ("pl", "ru", "польский", "на польском языке"),
        ("zu", "ru", "зулу", "на языке зулу"),
        ("pl", "ar", "البولندية", "باللغة البولندية"),
        ("pt-BR", "es", "portugués de Brasil", "en portugués"),
        ("pt-XX", "es", "portugués", "en portugués"),
        ("xx", "en", "xx", "in xx"),
    ],
)
def test_languages_are_named_alone_and_in_a_sentence(tag: str, locale: str, name: str, phrase: str) -> None:
    assert (i18n.language_name(tag, locale), i18n.language_in(tag, locale)) == (name, phrase)


@pytest.mark.parametrize(
    ("tag", "name", "direction"),
    [
        ("fr", "français", "ltr"),
        ("ar", "العربية", "rtl"),
        ("ur", "اردو", "rtl"),
        ("he", "עברית", "rtl"),
        ("fa", "فارسی", "rtl"),
        ("pl", "polski", "ltr"),
        ("pt-BR", "português", "ltr"),
        ("xx", "xx", "ltr"),
    ],
)
def test_a_language_names_itself_and_runs_its_own_way(tag: str, name: str, direction: str) -> None:
    assert (i18n.autonym(tag), i18n.language_direction(tag)) == (name, direction)


@pytest.mark.parametrize(
    ("locale", "order"),
    [
        ("en", ["ar", "cs", "en", "tr"]),
        ("fr", ["en", "ar", "cs", "tr"]),
        ("ru", ["en", "ar", "tr", "cs"]),
    ],
)
def test_choices_stand_in_the_order_of_the_readers_language(locale: str, order: list[str]) -> None:
    chosen = i18n.language_choices(["tr", "en", "cs", "ar"], locale)
    assert [tag for tag, _ in chosen] == order
    assert chosen[0] == (order[0], i18n.language_name(order[0], locale))
