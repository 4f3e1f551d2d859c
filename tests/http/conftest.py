"""An application with a few routes of its own, to which hostile requests are sent."""

from pathlib import Path

import pytest
from flask import Flask, jsonify, request
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from sqlalchemy.exc import OperationalError

from booking.accounts.access import open_to
from booking.app import create_app
from booking.http.headers import personal, with_token
from booking.http.strict import single, strict_json
from booking.problems import TooManyAttempts
from booking.settings import Settings

KEY = "a-key-for-tests-only-0123456789abcdef"


def make_app(folder: Path, **environment: str) -> Flask:
    """The whole application on an empty database file."""
    given = {"BOOKING_SECRET_KEY": KEY, "BOOKING_PUBLIC_URL": "http://localhost", **environment}
    return create_app(Settings.from_environment(given, instance_dir=folder))


def add_probes(app: Flask) -> list[str]:
    """Routes that do next to nothing; the list returned names each change that was let through."""
    done: list[str] = []

    @app.get("/probe")
    def probe() -> ResponseReturnValue:
        return jsonify(size=single(request.args, "size"), token=generate_csrf())

    @app.post("/probe")
    def change() -> ResponseReturnValue:
        done.append(request.form.get("name", ""))
        return "done"

    @app.post("/api/v1/probe")
    def change_by_api() -> ResponseReturnValue:
        body = strict_json(request)
        done.append(str(body))
        return body

    @app.get("/personal")
    @personal
    def of_a_person() -> ResponseReturnValue:
        return "mine"

    @app.get("/secret/<token>")
    @with_token
    def behind_a_token(token: str) -> ResponseReturnValue:
        return token

    @app.get("/things/<int:number>")
    def thing(number: int) -> ResponseReturnValue:
        return str(number)

    @app.get("/breaks/<how>")
    @app.get("/api/v1/breaks/<how>")
    def breaks(how: str) -> ResponseReturnValue:
        raise ERRORS[how]

    for name in ("probe", "change", "change_by_api", "of_a_person", "behind_a_token", "thing", "breaks"):
        open_to("everybody")(app.view_functions[name])
    return done


ERRORS: dict[str, Exception] = {
    "unexpected": ZeroDivisionError("the name of a person"),
    "locked": OperationalError("UPDATE", {}, Exception("database is locked")),
    "no table": OperationalError("SELECT", {}, Exception("no such table: x")),
    "often": TooManyAttempts(17),
}


@pytest.fixture
def probed(tmp_path: Path) -> tuple[FlaskClient, list[str]]:
    """A client of the application with probes, and what the probes were made to do."""
    app = make_app(tmp_path)
    done = add_probes(app)
    return app.test_client(), done


@pytest.fixture
def visitor(probed: tuple[FlaskClient, list[str]]) -> FlaskClient:
    """The client alone."""
    return probed[0]


@pytest.fixture
def done(probed: tuple[FlaskClient, list[str]]) -> list[str]:
    """What the probes were made to do."""
    return probed[1]


@pytest.fixture
def token(visitor: FlaskClient) -> str:
    """The token that the visitor's forms carry."""
    answer = visitor.get("/probe").get_json()
    assert isinstance(answer, dict)
    return str(answer["token"])
