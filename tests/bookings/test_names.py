"""One school is one school, however its name was typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.bookings.names import name_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Inventedford School", "  inventedford\u00a0 SCHOOL "),
        ("İnventli Okulu", "INVENTLI OKULU"),
        ("\u0131nventl\u0131 okulu", "Inventli Okulu"),
        ("Straßenschule", "STRASSENSCHULE"),
        ("E\u0301cole inventée", "École Inventée"),
        ("Invent\u200bed \ufb01eld", "Invented Field"),
        ("ΣΧΟΛΕΙΟΣ", "σχολειος"),
    ],
)
def test_two_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Inventedford 1", "Inventedford 2"), ("Żabno", "Zabno"), ("School A", "SchoolA")],
)
def test_different_names_keep_different_keys(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@given(st.text(max_size=40))
def test_a_key_is_its_own_key(text: str) -> None:
    assert name_key(name_key(text)) == name_key(text)
