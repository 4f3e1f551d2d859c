"""Messages in the syntax of ICU: what is read, what is refused and where."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.reporting.narrative.message import BadMessage, Filled, Filler, Piece, foreign, names, parse

VALUES = {
    "n": Filled("1,000", 1_000, "n"),
    "one": Filled("1", 1, "one"),
    "q": Filled("about", key="n", is_qualifier=True),
    "who": Filled(f"Ilse and {foreign('Бен', 'ru')}"),
}


def filled(message: str) -> str:
    """The message with `VALUES`, in English, as it reads inside a sentence."""
    return "".join(piece.text for piece in Filler("en", VALUES).fill(parse(f"So {message}")))[3:]


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("plain # words", "plain # words"),
        ("{n} and { n , number }", "1,000 and 1,000"),
        ("{n, plural, one{# day} other{# days}}", "1,000 days"),
        ("{one, plural, one{# day} other{# days}}", "1 day"),
        ("{one, plural, =1{a single day} one{# day} other{# days}}", "a single day"),
        ("{q, select, about{about {n}} other{{n}}}", "about 1,000"),
        ("{q, select, more{more than } other{some}}", "some"),
        ("{n, plural, other{{q, select, about{#!} other{}}}}", "1,000!"),
        ("it''s '{'n'}' o'clock", "it's {n} o'clock"),
        ("{who} came", "Ilse and Бен came"),
        ("1. {q, select, other{it}} is. {q, select, other{it}} was", "1. It is. It was"),
    ],
)
def test_a_message_is_filled(message: str, text: str) -> None:
    assert filled(message) == text


def test_a_figure_and_its_qualifier_are_one_piece_and_a_foreign_name_has_its_language() -> None:
    message = parse("Held: {q, select, about{about } other{}}{n, plural, one{# day} other{# days}}, by {who}.")
    assert Filler("en", VALUES).fill(message) == (
        Piece("Held: "),
        Piece("about 1,000", "n"),
        Piece(" days, by Ilse and "),
        Piece("Бен", lang="ru"),
        Piece("."),
    )


@pytest.mark.parametrize(
    ("message", "line", "found"),
    [
        ("say {n", 1, "{n"),
        ("a } b", 1, "} b"),
        ("one\ntwo {n n}", 2, "{n n}"),
        ("{n, plural, one{# day}}", 1, "{n, plural, one{# da"),
        ("{n, plural, other{a} other{b}}", 1, "{n, plural, other{a}"),
        ("{n, date, short}", 1, "{n, date, short}"),
        ("{0}", 1, "{0}"),
        ("{}", 1, "{}"),
        ("{n.__class__}", 1, "{n.__class__}"),
        ("{n, select, other{{n, select, other{{" * 4, 1, None),
    ],
)
def test_what_is_no_message_is_refused_with_its_place(message: str, line: int, found: str | None) -> None:
    with pytest.raises(BadMessage) as refused:
        parse(message)
    assert refused.value.line == line
    assert found is None or refused.value.found == found


@given(st.text(alphabet="{}#', ab=1\n", max_size=60) | st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    found: set[str] = set()
    with suppress(BadMessage):
        found = names(parse(text))
    assert all(name.isidentifier() for name in found)


@given(st.sampled_from(["{n, select, other{", "{n, plural, other{"]), st.integers(1, 3_000))
def test_depth_is_refused_and_not_the_end_of_the_process(opening: str, times: int) -> None:
    text = opening * times + "x" + "}}" * times
    if times > 6:
        with pytest.raises(BadMessage):
            parse(text)
    else:
        assert names(parse(text)) == {"n"}
