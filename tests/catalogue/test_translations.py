"""Which translations are missing, and which were made from another English text than the one of now."""

from booking.catalogue.rules import is_stale, mark_of, marks_after, missing, stale

BEFORE = {"title": {"en": "Tour", "fr": "Visite", "es": ""}}


def test_a_translation_is_out_of_date_once_the_english_text_is_another() -> None:
    after = {"title": {"en": "Long tour", "fr": "Visite", "es": ""}}
    marks = marks_after(BEFORE, after, {})
    assert is_stale(after, marks, "title", "fr")
    assert list(stale(after, marks, ["en", "fr", "es"])) == [("title", "fr")]


def test_one_that_was_written_along_with_the_english_is_not() -> None:
    after = {"title": {"en": "Long tour", "fr": "Longue visite"}}
    assert not is_stale(after, marks_after(BEFORE, after, {}), "title", "fr")


def test_one_that_is_said_to_fit_still_is_not() -> None:
    after = {"title": {"en": "Long tour", "fr": "Visite"}}
    assert not is_stale(after, marks_after(BEFORE, after, {}, [("title", "fr")]), "title", "fr")


def test_it_stays_out_of_date_while_other_things_are_saved() -> None:
    later = {"title": {"en": "Long tour", "fr": "Visite"}}
    marks = marks_after(later, later, marks_after(BEFORE, later, {}))
    assert is_stale(later, marks, "title", "fr")


def test_the_english_text_put_back_makes_it_fit_again() -> None:
    marks = marks_after(BEFORE, {"title": {"en": "Long tour", "fr": "Visite"}}, {})
    assert not is_stale(BEFORE, marks, "title", "fr")


def test_texts_that_nobody_marked_are_taken_to_fit() -> None:
    assert not is_stale(BEFORE, {}, "title", "fr")


def test_space_around_a_text_is_no_other_text() -> None:
    assert mark_of("Tour") == mark_of(" Tour\n")


def test_a_field_that_has_a_text_misses_its_translations_and_an_empty_one_none() -> None:
    texts = {"title": {"en": "Tour", "fr": "Visite"}, "summary": {"en": "", "fr": " "}}
    assert list(missing(texts, ["en", "fr", "ru"])) == [("title", "ru")]


def test_a_text_that_is_not_in_english_misses_the_english() -> None:
    assert list(missing({"title": {"fr": "Visite"}}, ["en", "fr"])) == [("title", "en")]
