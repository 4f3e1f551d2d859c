"""The labels that the words of files are given."""

from booking.i18n import LOCALES
from booking.loading.labels import label


def test_a_word_that_is_known_has_its_label_in_every_language() -> None:
    assert label("audience", "secondary")["en"] == "Secondary schools, 13 to 18"
    assert label("theme", "gender-equality")["fr"] == "Égalité des genres"
    assert set(label("unit", "library")) == set(LOCALES)


def test_another_is_read_out_of_its_own_words_and_is_left_to_be_translated() -> None:
    assert label("theme", "night--sky") == {"en": "Night sky"}
