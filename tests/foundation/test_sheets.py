"""Texts that a spreadsheet could run."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from booking.sheets import guarded, unguarded


@pytest.mark.parametrize("text", ["=cmd|'/c calc'!A1", "@SUM(1)", "+1", "-1", "\tx", "\rx", "\uff1d1", "'=1", "''@a"])
def test_what_could_run_begins_with_an_apostrophe(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "plain", "'quoted'", "2020-07-01", "1-2", " =1", "d'Invention"])
def test_what_cannot_run_stays_as_it_is(text: str) -> None:
    assert (guarded(text), unguarded(text)) == (text, text)


@given(some.text(alphabet="'=+-@\t\rab\uff1d", max_size=6))
def test_every_text_comes_back_as_it_was(text: str) -> None:
    assert unguarded(guarded(text)) == text
