"""Links that are signed, not stored."""

import pytest
from flask import Flask

from booking.accounts.links import LENGTH, is_signed, signed
from tests.conftest import settings_for


def test_the_same_thing_has_the_same_token_which_opens_it(app: Flask) -> None:
    with app.app_context():
        token = signed("booking", 7, 1)
        assert token == signed("booking", 7, 1)
        assert len(token) == LENGTH
        assert is_signed(token, "booking", 7, 1)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("other", [("feed", 7, 1), ("booking", 8, 1), ("booking", 7, 2), ("booking", "7|1", 1)])
def test_it_opens_nothing_else(other: tuple[str, object, int]) -> None:
    assert not is_signed(signed("booking", 7, 1), *other)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("token", ["", None, "x", "é" * 43, "\ud800", "A" * 43, "A" * 10_000])
def test_rubbish_opens_nothing(token: str | None) -> None:
    assert not is_signed(token, "booking", 7, 1)


def test_another_server_signs_otherwise(app: Flask) -> None:
    mine = signed("booking", 7, 1)
    settings = app.extensions["booking.settings"]
    other = settings_for(settings.database_url, settings.instance_dir, secret_key="another-key-0123456789abcdefghijk")
    try:
        app.extensions["booking.settings"] = other
        assert not is_signed(mine, "booking", 7, 1)
    finally:
        app.extensions["booking.settings"] = settings
