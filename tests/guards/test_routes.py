"""Every address says who may enter: everybody, the holder of a booking's link, or staff."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from booking.app import create_app
from booking.settings import Settings

AUDIENCES = {"everybody", "holder", "staff", "guide", "coordinator", "administrator"}
SERVED_TO_ALL = {"static"}  # Flask's own view of the style sheets and scripts


def _views(app: Flask) -> Iterator[tuple[str, Callable[..., object]]]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in SERVED_TO_ALL:
            yield f"{rule.rule} ({rule.endpoint})", app.view_functions[rule.endpoint]


def undeclared(app: Flask) -> list[str]:
    """The addresses whose view does not say who may enter."""
    return [where for where, view in _views(app) if getattr(view, "__audience__", None) not in AUDIENCES]


@pytest.fixture(scope="module")
def whole_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application with all its addresses; no database is asked."""
    folder: Path = tmp_path_factory.mktemp("instance")
    return create_app(Settings.from_environment({}, instance_dir=folder))


def test_every_address_says_who_may_enter(whole_app: Flask) -> None:
    assert undeclared(whole_app) == []


def test_there_are_addresses_to_look_at(whole_app: Flask) -> None:
    assert {"/", "/healthz", "/readyz"} <= {rule.rule for rule in whole_app.url_map.iter_rules()}


def test_the_guard_sees_a_view_that_says_nothing() -> None:
    app = Flask(__name__)
    app.add_url_rule("/open", "open", lambda: "in")
    assert undeclared(app) == ["/open (open)"]
