"""Tests of the names of countries, their order in each language, and what was meant by another text."""

import unicodedata

import pytest

from booking import i18n
from booking.i18n.tables import table

CODES = list(table("countries", "code"))


def test_all_249_countries_and_areas_have_a_name_in_each_language() -> None:
    assert len(CODES) == 249
    for locale in i18n.LOCALES:
        names = [i18n.country_name(code, locale) for code in CODES]
        assert len(set(names)) == 249
        assert all(name.strip() and unicodedata.is_normalized("NFC", name) for name in names)


@pytest.mark.parametrize(
    ("code", "locale", "name"),
    [
        ("KR", "en", "Republic of Korea"),
        ("PS", "fr", "État de Palestine"),
        ("TW", "en", "Taiwan, Province of China"),
        ("TR", "en", "Türkiye"),
        ("ZZ", "en", "not recorded"),
        ("XX", "en", "XX"),
    ],
)
def test_names_are_those_of_the_united_nations(code: str, locale: str, name: str) -> None:
    assert i18n.country_name(code, locale) == name


@pytest.mark.parametrize(
    ("code", "locale", "name"),
    [
        ("NL", "ar", "مملكة هولندا"),
        ("VE", "ar", "جمهورية فنزويلا البوليفارية"),
        ("BO", "ar", "دولة بوليفيا المتعددة القوميات"),
        ("FK", "ar", "جزر فوكلاند (مالفيناس)"),
        ("BO", "en", "Bolivia (Plurinational State of)"),
    ],
)
def test_beside_other_words_an_arabic_name_is_said_whole(code: str, locale: str, name: str) -> None:
    assert i18n.country_in_text(code, locale) == name


@pytest.mark.parametrize(
    ("code", "known"), [("GB", True), ("UK", False), ("gb", False), ("ZZ", False), ("", False), ("GBR", False)]
)
def test_only_codes_of_the_table_are_countries(code: str, *, known: bool) -> None:
    assert i18n.is_country(code) is known


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("UK", "GB"),
        ("uk", "GB"),
        ("gb", "GB"),
        ("England", "GB"),
        ("Korea", "KR"),
        ("Corée du Sud", "KR"),
        ("KOR", "KR"),
        ("410", "KR"),
        ("USA", "US"),
        ("u.s.a.", None),
        ("Turkey", "TR"),
        ("Turquie", "TR"),
        ("Россия", "RU"),
        ("中国", "CN"),
        ("Cote d'Ivoire", "CI"),
        ("Untied States", "US"),
        ("Österreich", None),
        ("EU", None),
        ("XX", None),
        ("ZZ", None),
        ("", None),
        ("x" * 10_000, None),
    ],
)
def test_what_was_probably_meant_is_suggested(text: str, code: str | None) -> None:
    assert i18n.suggest_country(text) == code


@pytest.mark.parametrize("locale", i18n.LOCALES)
def test_every_country_is_suggested_by_its_own_name(locale: str) -> None:
    assert {code: i18n.suggest_country(i18n.country_name(code, locale)) for code in CODES} == {c: c for c in CODES}


@pytest.mark.parametrize(
    ("locale", "order"),
    [
        pytest.param("en", ["AF", "AX", "AL", "DZ", "CI", "HR", "TR", "TM"], id="English: Å is an A"),
        pytest.param("fr", ["AF", "ZA", "DE", "EG", "SV", "AE", "ES", "US", "ET"], id="French: É is an E"),
        pytest.param("es", ["EG", "SV", "AE", "ES", "US", "ET"], id="Spanish"),
        pytest.param("ru", ["IS", "ES", "IT", "YE", "CV", "KZ"], id="Russian: Й after И"),
        pytest.param("ar", ["RU", "ET", "AZ", "AR", "JO"], id="Arabic: without the article"),
        pytest.param("zh", ["AL", "DZ", "AF", "EG", "BO", "FJ", "PE", "ZM", "CN"], id="Chinese: by pinyin"),
    ],
)
def test_choices_stand_in_the_order_of_the_readers_language(locale: str, order: list[str]) -> None:
    codes = [code for code, _ in i18n.country_choices(locale)]
    assert sorted(codes) == sorted(CODES)
    assert [code for code in codes if code in order] == order


@pytest.mark.parametrize(
    ("locale", "order"),
    [
        ("en", "CL CN CO ET DE MX PE KR CH GB"),
        ("fr", "DE CL CN CO ET MX PE KR GB CH"),
        ("es", "DE CL CN CO ET MX PE GB KR CH"),
        ("ru", "DE CN CO MX PE KR GB CL CH ET"),
        ("zh", "ET GB KR DE CO PE MX CH CL CN"),
        ("ar", "ET DE PE KR CH CL CN CO MX GB"),
    ],
)
def test_the_countries_of_a_report_stand_in_the_order_that_icu_gave_them(locale: str, order: str) -> None:
    codes = sorted(order.split())
    ours = i18n.sorted_by_name(codes, lambda code: i18n.country_name(code, locale), locale)
    assert " ".join(ours) == order


@pytest.mark.parametrize(
    ("locale", "order"),
    [
        ("zh", "bg de ko nl cs ro pt ja sk sw tr ur he hu it hi"),
        ("ar", "ur de it pt bg tr cs ro sk sw he ko hi hu nl ja"),
    ],
)
def test_the_languages_of_a_report_stand_in_the_order_that_icu_gave_them(locale: str, order: str) -> None:
    assert " ".join(tag for tag, _ in i18n.language_choices(sorted(order.split()), locale)) == order


def test_every_chinese_name_is_sorted_by_sound() -> None:
    beyond = {
        letter
        for table_name, key in (("countries", "code"), ("languages", "tag"))
        for row in table(table_name, key).values()
        for letter in row["name_zh"]
        if letter.isalpha() and not "\xb0" <= i18n.sort_key(letter, "zh")[0][0] <= "\xd7"
    }
    assert beyond == set()


def test_the_states_of_the_united_states_have_their_codes_and_stand_by_name() -> None:
    states = i18n.us_states("en")
    assert len(states) == len({code for code, _ in states}) == 57
    assert ("US-DC", "District of Columbia") in states
    assert [name for _, name in states] == sorted(name for _, name in states)
    assert i18n.is_us_state("US-DC")
    assert not i18n.is_us_state("US-XX")


@pytest.mark.parametrize("locale", i18n.LOCALES)
def test_every_state_has_a_name_of_its_own_in_every_language(locale: str) -> None:
    names = [name for _, name in i18n.us_states(locale)]
    assert len(names) == len({name.strip() for name in names if name.strip()}) == 57
    assert i18n.us_state_name("US-CA", "fr") == "Californie"
    assert i18n.us_state_name("US-XX", locale) == "US-XX"
