"""The paragraphs of 2020 in six languages, from figures written by hand; what is left out, and what a desk edits."""

from dataclasses import replace
from pathlib import Path

import pytest

from booking.i18n import LOCALES
from booking.reporting.narrative.composing import PARAGRAPHS, paragraph
from booking.reporting.narrative.filling import ENGLISH, Speaker
from booking.reporting.narrative.message import Lacking, Piece, names
from booking.reporting.narrative.numbers import Qualifier
from booking.reporting.narrative.values import Codes, Content, Count, Flag, Item, Months, Phrases, Places
from booking.reporting.narrative.wording import wording
from tests.reporting.narrative.acceptance import (
    CONTENTS,
    GENEVA,
    NAIROBI,
    NEW_YORK,
    VIENNA,
    about,
    phrases,
    variables,
)

DATA = Path(__file__).parents[2] / "data"


def expected(locale: str) -> dict[str, str]:
    """The filled texts of a locale by paragraph."""
    lines = (DATA / "paragraphs_2020" / f"{locale}.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split(". ", 1) for line in lines)


def text(pieces: tuple[Piece, ...]) -> str:
    """The text alone."""
    return "".join(piece.text for piece in pieces)


def said(number: str, content: Content, locale: str = "en", order: str = "own") -> str:
    """The paragraph as a reader sees it."""
    return text(paragraph(number, content, Speaker(wording(locale), order)).pieces)


@pytest.mark.parametrize("locale", LOCALES)
def test_the_paragraphs_of_2020_are_the_filled_texts(locale: str) -> None:
    assert {number: said(number, CONTENTS[number], locale) for number in PARAGRAPHS} == expected(locale)


@pytest.mark.parametrize("locale", LOCALES)
def test_what_a_desk_is_given_to_edit_reads_the_same(locale: str) -> None:
    for number in PARAGRAPHS:
        one = paragraph(number, CONTENTS[number], Speaker(wording(locale)))
        assert text(one.edited(one.marks)) == text(one.pieces)
        assert {piece.key for piece in one.edited(one.marks)} == {piece.key for piece in one.pieces}


@pytest.mark.parametrize("locale", LOCALES)
def test_every_sentence_asks_in_every_language_for_what_its_english_asks(locale: str) -> None:
    english, own = wording("en").sentences, wording(locale).sentences
    everything = set().union(*(Speaker(wording(locale)).fill(one.variables) for one in CONTENTS.values()))
    for number, sentences in english.items():
        assert list(own[number]) == list(sentences)
        for key, message in sentences.items():
            wanted = {_base(name) for name in names(message)} | {"others", "season"}
            assert {_base(name) for name in names(own[number][key])} <= wanted, (number, key)
    assert everything


def _base(name: str) -> str:
    for suffix in ("_in_cap", "_w_cap", "_cap", "_in", "_all", "_n", "_q", "_w"):
        name = name.removesuffix(suffix)
    return name.rstrip("s")


FORMS = {
    "ru": {
        0: "состоялось 0 визитов вежливости",
        1: "состоялся 1 визит вежливости",
        2: "состоялось 2 визита вежливости",
        3: "состоялось 3 визита вежливости",
        5: "состоялось 5 визитов вежливости",
        11: "состоялось 11 визитов вежливости",
        21: "состоялся 21 визит вежливости",
        100: "состоялось 100 визитов вежливости",
    },
    "ar": {
        0: "ونُظمت 0 زيارة مجاملة",
        1: "ونُظمت زيارة مجاملة واحدة",
        2: "ونُظمت زيارتا مجاملة",
        3: "ونُظمت 3 زيارات مجاملة",
        5: "ونُظمت 5 زيارات مجاملة",
        11: "ونُظمت 11 زيارة مجاملة",
        21: "ونُظمت 21 زيارة مجاملة",
        100: "ونُظمت 100 زيارة مجاملة",
    },
}


@pytest.mark.parametrize(("locale", "number"), [(locale, number) for locale in FORMS for number in FORMS[locale]])
def test_numbers_take_the_form_that_the_language_asks_for(locale: str, number: int) -> None:
    one = paragraph("14", _visits(number), Speaker(wording(locale)))
    assert text(one.pieces).endswith(f"{FORMS[locale][number]}.")
    assert text(one.edited(one.marks)) == text(one.pieces)
    figure = next(piece.text for piece in one.pieces if piece.key == "visits")
    assert figure == (str(number) if str(number) in FORMS[locale][number] else FORMS[locale][number].split(" ", 1)[1])


def _visits(number: int) -> Content:
    return Content(variables(station=Places((GENEVA,)), visits=Count(number)))


def test_a_quiet_period_says_so_without_a_figure_that_is_not_there() -> None:
    nothing = Content(variables(events=about(0), people=about(0)))
    assert said("13", nothing) == (
        "In the reporting period, 0 online tours or briefings were held, with a total of 0 participants."
    )
    assert said("13", Content(variables(events=about(7)))) == (
        "In the reporting period, 7 online tours or briefings were held; the number of participants was not recorded."
    )
    assert all(said(number, Content()) == "" for number in PARAGRAPHS)


@pytest.mark.parametrize("locale", LOCALES)
def test_one_of_everything_reads_well_and_what_is_not_translated_has_its_language(locale: str) -> None:
    content = Content(
        variables(
            station=Places((VIENNA,)),
            countries=Codes("country", ("IT",)),
            topics=Phrases("topic", (Item("climate-change", number=1),)),
            briefings=Count(1),
            raised=Phrases("raised", (Item("river dams", {"en": "river dams"}),)),
            raised_count=Count(1),
            raised_of=Count(3),
            frequency=Flag("sometimes"),
        )
    )
    one = paragraph("16", content, Speaker(wording(locale)))
    assert f"{text(one.pieces)}\n" == (DATA / "paragraphs_of_one" / f"{locale}.txt").read_text(encoding="utf-8")
    assert [piece.text for piece in one.pieces if piece.lang == "en"] == ([] if locale == "en" else ["river dams"])


def test_a_topic_that_is_a_theme_is_said_in_the_language() -> None:
    raised = variables(
        station=Places((VIENNA,)),
        raised=phrases("raised", "Climate change"),
        raised_count=Count(1),
        raised_of=Count(2),
        frequency=Flag("often"),
    )
    texts = [said("16", Content(raised), locale) for locale in ("en", "fr", "ru", "ar")]
    for text_, phrase in zip(
        texts, (" climate change (", "les changements climatiques", "теме «изменение", "تغير المناخ"), strict=True
    ):
        assert phrase in text_


def test_several_stations_have_a_sentence_each_with_marks_of_their_own() -> None:
    rows = [
        variables(station=Places((one,)), visits=Count(number), visitors=Count(10 * number), months=Months((5, 6, 7)))
        for one, number in ((GENEVA, 1), (NAIROBI, 5))
    ]
    content = Content(
        variables(stations=Places((GENEVA, NAIROBI, NEW_YORK)), themes=phrases("theme", "refugees")),
        {"visits": tuple(rows)},
    )
    one = paragraph("12", content, Speaker(wording("en")))
    assert text(one.pieces) == (
        "In Geneva, Nairobi and New York, the premises were closed to the public for all or part of the period. "
        "In Geneva, 1 visit was arranged from May to July for groups with a booking, with 10 visitors. "
        "In Nairobi, 5 visits were arranged from May to July for groups with a booking, with 50 visitors. "
        "Tours and other offerings were prepared on the theme of refugees."
    )
    assert {"visits", "visits_2", "visitors_2"} <= set(one.bound)
    assert text(one.edited("{visits_2} of {visits}")) == "5 of 1"
    assert said("12", content, "ru")[1:].startswith(" Женеве, Найроби и Нью-Йорке помещения были закрыты")
    assert said("12", content, "fr").startswith("À Genève, à Nairobi et à New York, les locaux")


def test_lists_keep_the_order_of_english_where_a_desk_wants_that() -> None:
    content = CONTENTS["16"]
    said_in_chinese = said("16", content, "zh", ENGLISH)
    assert "智利、中国、哥伦比亚、埃塞俄比亚、德国、墨西哥、秘鲁、大韩民国、瑞士和大不列颠" in said_in_chinese


def test_a_chosen_qualifier_is_in_the_figure_and_in_its_mark() -> None:
    speaker = Speaker(wording("es"), chosen={"events": Qualifier.MORE})
    one = paragraph("13", Content(variables(events=about(347), people=about(9_964))), speaker)
    assert "celebraron más de 340 visitas" in text(one.pieces)
    assert Piece("más de 340", "events") in one.pieces
    assert text(one.edited("Total: {events}, {people}")) == "Total: más de 340, unos 10.000"
    russian = paragraph("19", CONTENTS["19"], Speaker(wording("ru"), chosen={"count": Qualifier.EXACT}))
    assert "предлагают экскурсии на 22 языках" in text(russian.pieces)


def test_an_edited_text_may_be_a_message_of_its_own() -> None:
    one = paragraph("13", Content(variables(events=about(1), people=about(2))), Speaker(wording("en")))
    own = "{events, plural, one{# event was} other{# events were}} held for {people}."
    assert text(one.edited(own)) == "1 event was held for 2."
    with pytest.raises(Lacking, match="countries"):
        one.edited("From {countries}.")


def test_the_sum_of_stations_is_said_without_a_number_of_stations_that_is_not_true() -> None:
    content = replace(
        CONTENTS["19"],
        variables=variables(
            stations_six=Places((GENEVA,)),
            stations_list=Places((GENEVA, NAIROBI)),
            count=Count(8, Qualifier.MORE, has_choice=True),
            other_languages=Codes("language", ("de", "it")),
        ),
        rows={
            "some": (
                variables(station=Places((NAIROBI,)), languages=Codes("language", ("en", "fr")), others=Flag("no")),
            )
        },
    )
    assert said("19", content) == (
        "Geneva gave tours and briefings in all six official languages. Nairobi gave tours in English and French. "
        "Geneva and Nairobi together offer tours in 8 languages: the six official languages and German and Italian."
    )
    assert said("19", content, "fr").startswith("Genève a proposé visites et exposés dans les six langues officielles.")
