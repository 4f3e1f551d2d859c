"""Which passwords are taken, and how they are kept."""

import pytest

from booking.accounts.passwords import hashed, is_guessable, is_password


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "P@ssw0rd2026!",
        "passwordpassword",
        "qwertyuiop12",
        "administrator1",
        "123456789012",
        "abcdefghijkl",
        "lkjhgfdsapoiuytrewq",
        "aaaaaaaaaaaa",
        "abababababab",
        "iloveyou 2026",
        "Geneva2026!!",
        "unitednations",
        "visits&events2026",
        "            ",
    ],
)
def test_what_many_would_try_first_is_guessable(password: str) -> None:
    assert is_guessable(password)


@pytest.mark.parametrize(
    "password",
    [
        "lantern pepper orbit",
        "nine-otters-in-vienna-today",
        "kQ7!vb2#Lp0x",
        "пять зелёных лодок",
        "雨が降るので傘を持っていく",
    ],
)
def test_words_that_have_nothing_to_do_with_each_other_are_not(password: str) -> None:
    assert not is_guessable(password)


def test_a_password_is_kept_as_argon2id_with_the_costs_promised() -> None:
    kept = hashed("lantern pepper orbit")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert kept != hashed("lantern pepper orbit")
    assert is_password("lantern pepper orbit", kept)
    assert not is_password("lantern pepper orbiT", kept)


@pytest.mark.parametrize("kept", ["", "x", "$argon2id$v=19$m=19456,t=2,p=1$broken"])
def test_without_a_hash_no_password_fits(kept: str) -> None:
    assert not is_password("", kept)
    assert not is_password("lantern pepper orbit", kept)
