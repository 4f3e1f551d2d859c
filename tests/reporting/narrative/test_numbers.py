"""Qualifiers by rule: two significant figures, never a word that is untrue."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.reporting.narrative.numbers import Qualifier, Rounded, by_rule, rounded, written

ABOUT, MORE, NEARLY, AT_LEAST, EXACT = (
    Qualifier.ABOUT,
    Qualifier.MORE,
    Qualifier.NEARLY,
    Qualifier.AT_LEAST,
    Qualifier.EXACT,
)


@pytest.mark.parametrize(
    ("value", "wish", "qualifier", "shown"),
    [
        (347, ABOUT, ABOUT, 350),
        (9_964, ABOUT, ABOUT, 10_000),
        (345, ABOUT, ABOUT, 350),
        (344, ABOUT, ABOUT, 340),
        (22, ABOUT, ABOUT, 22),
        (22, MORE, MORE, 20),
        (20, MORE, AT_LEAST, 20),
        (7, MORE, EXACT, 7),
        (1_036, MORE, MORE, 1_000),
        (46_120, MORE, MORE, 46_000),
        (30_000, AT_LEAST, AT_LEAST, 30_000),
        (30_412, AT_LEAST, AT_LEAST, 30_000),
        (1_780, NEARLY, NEARLY, 1_800),
        (1_800, NEARLY, EXACT, 1_800),
        (101, NEARLY, ABOUT, 100),
        (58, NEARLY, NEARLY, 60),
        (9, NEARLY, ABOUT, 9),
        (0, ABOUT, ABOUT, 0),
        (0, NEARLY, EXACT, 0),
        (269, EXACT, EXACT, 269),
    ],
)
def test_a_figure_is_rounded_as_its_qualifier_says(
    value: int, wish: Qualifier, qualifier: Qualifier, shown: int
) -> None:
    assert rounded(value, wish) == Rounded(qualifier, shown)


@given(st.integers(0, 10**9), st.sampled_from(Qualifier))
def test_no_qualifier_is_ever_untrue(value: int, wish: Qualifier) -> None:
    said = rounded(value, wish)
    truth = {
        EXACT: said.shown == value,
        ABOUT: abs(said.shown - value) * 100 <= 5 * max(value, 1),
        MORE: said.shown < value,
        NEARLY: value < said.shown <= value * 1.05,
        AT_LEAST: said.shown <= value,
    }
    assert truth[said.qualifier]


def test_below_a_hundred_a_figure_is_exact_unless_somebody_chooses() -> None:
    assert [by_rule(99, ABOUT), by_rule(100, ABOUT), by_rule(22, MORE)] == [EXACT, ABOUT, MORE]


def test_numbers_are_written_in_threes() -> None:
    assert [written(number, ".") for number in (0, 999, 1_000, 1_300_000)] == ["0", "999", "1.000", "1.300.000"]
