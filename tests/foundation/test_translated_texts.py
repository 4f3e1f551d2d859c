"""Tests of texts in several languages: what a reader sees, what cannot be stored, and the column."""

import json

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, create_engine, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB

from booking.i18n import Translated, TranslatedText


@pytest.mark.parametrize(
    ("texts", "locale", "seen"),
    [
        pytest.param({"en": "Tour", "fr": "Visite"}, "fr", ("Visite", "fr"), id="in the reader's language"),
        pytest.param({"en": "Tour", "fr": "Visite"}, "ru", ("Tour", "en"), id="else in English"),
        pytest.param({"fr": "Visite", "ar": "جولة"}, "ru", ("جولة", "ar"), id="else in the first official language"),
        pytest.param({"ko": "견학"}, "ru", ("견학", "ko"), id="else in any"),
        pytest.param({"en": "Tour", "fr": "  "}, "fr", ("Tour", "en"), id="a blank translation is none"),
        pytest.param({}, "fr", ("", "fr"), id="nothing"),
    ],
)
def test_a_text_is_shown_in_the_nearest_language_and_says_in_which(
    texts: dict[str, str], locale: str, seen: tuple[str, str]
) -> None:
    assert Translated(texts).in_locale(locale) == seen


def test_a_plain_text_is_english() -> None:
    assert Translated("Tour") == {"en": "Tour"}
    assert str(Translated({"en": "Tour", "fr": "Visite"})) == "Tour"


def test_an_empty_text_is_false() -> None:
    assert not Translated()
    assert not Translated({"fr": " "})
    assert Translated("Tour")


def test_a_changed_text_is_another() -> None:
    tour = Translated("Tour")
    both = tour.with_text("fr", "Visite")
    assert (dict(tour), dict(both)) == ({"en": "Tour"}, {"en": "Tour", "fr": "Visite"})
    assert both.with_text("fr", "") == tour
    assert len({tour, Translated({"en": "Tour"}), both}) == 2


@pytest.mark.parametrize(
    "texts",
    [{"xx": "Tour"}, {"english": "Tour"}, {"": "Tour"}, {"en": "NUL \x00"}, {"en": "half \ud800"}],
)
def test_what_cannot_be_stored_or_shown_is_refused(texts: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"language|characters"):
        Translated(texts)


def test_only_texts_are_texts() -> None:
    with pytest.raises(TypeError):
        Translated({"en": 5})  # type: ignore[dict-item]  # the point


@pytest.mark.parametrize("given", ["Führung", {"en": "Tour", "ar": "جولة"}, Translated({"zh": "参观"}), {}, None])
def test_the_column_gives_back_what_was_kept(given: str | dict[str, str] | Translated | None) -> None:
    offering = Table("offering", MetaData(), Column("id", Integer, primary_key=True), Column("title", TranslatedText))
    engine = create_engine("sqlite://")
    offering.create(engine)
    with engine.begin() as connection:
        connection.execute(insert(offering).values(title=given))
        kept = connection.execute(select(offering.c.title)).scalar_one()
        raw = connection.exec_driver_sql("SELECT title FROM offering").scalar_one()
    engine.dispose()
    assert kept == (None if given is None else Translated(given))
    assert raw == (None if kept is None else json.dumps(dict(kept), ensure_ascii=False, sort_keys=True))


def test_the_column_refuses_a_language_that_is_none() -> None:
    with pytest.raises(ValueError, match="not a language"):
        TranslatedText().process_bind_param({"cn": "参观"}, sqlite.dialect())


def test_the_column_is_json_on_postgresql_and_text_on_sqlite() -> None:
    column, there = TranslatedText(), postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's own lacks types
    assert isinstance(column.load_dialect_impl(there), JSONB)
    assert type(column.load_dialect_impl(sqlite.dialect())) is Text
    assert column.process_bind_param("Tour", there) == {"en": "Tour"}
    assert column.process_result_value({"en": "Tour"}, there) == Translated("Tour")
