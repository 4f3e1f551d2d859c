"""What every page's frame needs."""

from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask, render_template_string

from booking import layout


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """An application with one style sheet."""
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "site.css").write_bytes(b"p{}")
    app = Flask("test", static_folder=str(tmp_path), static_url_path="/static")
    layout.init_app(app)
    return app


def test_the_address_of_a_style_sheet_carries_the_hash_of_its_bytes(app: Flask) -> None:
    with app.test_request_context():
        address = render_template_string("{{ asset_url('css/site.css') }}")
    assert address == f"/static/css/site.css?v={sha256(b'p{}').hexdigest()[:12]}"


def test_an_asset_that_is_not_there_is_a_mistake_of_the_template(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(KeyError):
        render_template_string("{{ asset_url('css/none.css') }}")


@pytest.mark.parametrize(
    ("asked", "linked"),
    [
        ("/", "?lang=fr"),
        ("/?size=28&weekdays=mo&weekdays=tu&lang=en", "?size=28&weekdays=mo&weekdays=tu&lang=fr"),
        ("/bookings/x?t=a%26b", "?t=a%26b&lang=fr"),
        ("//evil.example/?x=%22%3E", "?x=%22%3E&lang=fr"),
    ],
)
def test_the_same_page_in_another_language_keeps_its_query_and_its_host(app: Flask, asked: str, linked: str) -> None:
    with app.test_request_context(asked):
        assert layout.language_query("fr") == linked
