"""What may stand in braces in a text that a desk writes, and what is put there."""

import pytest

from booking.notices.placeholders import PLACEHOLDERS, filled, wrong_placeholders


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Good day, {name}: {time}", []),
        ("no braces at all", []),
        ("{naem} and {time.year} and {0}", ["{naem}", "{time.year}", "{0}"]),
        ("{}", ["{}"]),
        ("{name and time}", ["{name and time}"]),
        ("{name", ["{"]),
        ("name}", ["}"]),
        ("{{name}}", ["{", "}"]),
        ("{x} {x}", ["{x}"]),
    ],
)
def test_what_means_nothing_is_named(text: str, wrong: list[str]) -> None:
    assert wrong_placeholders(text) == wrong


def test_what_is_filled_in_is_not_read_again() -> None:
    assert filled("{name}, {time}", {"name": "{time}", "time": "10:00"}) == "{time}, 10:00"


def test_every_placeholder_is_taken() -> None:
    assert wrong_placeholders(" ".join(f"{{{name}}}" for name in PLACEHOLDERS)) == []
