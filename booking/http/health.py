"""Whether the process serves, and whether what it needs is there: for whoever watches the installation."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Flask, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from booking.db import db

Check = Callable[[Connection], tuple[bool, str]]
"""Asks the database for one thing: whether it is well, and how it stands."""

blueprint = Blueprint("health", __name__)


def init_app(app: Flask, checks: Mapping[str, Check]) -> None:
    """Answer at /healthz and /readyz; `checks` are what other modules add to the latter."""
    app.extensions["booking.checks"] = dict(checks)
    app.register_blueprint(blueprint)


@blueprint.get("/healthz")
def healthz() -> ResponseReturnValue:
    """200 while the process serves; asks nobody else."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def readyz() -> ResponseReturnValue:
    """200 where everything is there, else 503; either way how each thing stands."""
    try:
        state, is_well = _state(db.session.connection())
    except SQLAlchemyError:
        state, is_well = {"database": "unreachable"}, False
    return jsonify(state), 200 if is_well else 503


def _state(connection: Connection) -> tuple[dict[str, Any], bool]:
    """How each thing stands; behind one that is not well, those after it are not asked."""
    checks: dict[str, Check] = current_app.extensions["booking.checks"]
    state, is_well = _database(connection), True
    for name, check in checks.items():
        is_well, state[name] = check(connection) if is_well else (False, "unknown")
    return state, is_well


def _database(connection: Connection) -> dict[str, Any]:
    if connection.dialect.name == "sqlite":
        version = connection.execute(text("SELECT sqlite_version()")).scalar_one()
        mode = connection.execute(text("PRAGMA journal_mode")).scalar_one()
        return {"database": "sqlite", "version": version, "journal_mode": mode}
    version = connection.execute(text("SHOW server_version")).scalar_one()
    return {"database": "postgresql", "version": version, "journal_mode": "wal"}
