"""The whole API, sent what its document allows and what it does not, as nobody, guide, coordinator: no 5xx, no break.

`FUZZ=200` says how many examples each call gets. The seed is fixed: what fails once fails again.
"""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from booking import clock
from booking.accounts.models import Account
from booking.app import create_app
from booking.db import db
from booking.http.fetching import RESOLVER
from booking.http.openapi import document, operations
from tests.builders import NOW
from tests.conftest import nobody_has_that_name, settings_for
from tests.guards.world import World, make_world
from tests.signing_in import api_token

EXAMPLES = int(os.environ.get("FUZZ", "4"))
HELD = (
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
)
OF_OWN = 3
"""So many of four examples are about things that there are; the rest about what the document's types allow."""


class House:
    """An installation on a database file of its own, with a station and its staff."""

    def __init__(self, app: Flask, world: World, tokens: dict[str, dict[str, str]]) -> None:
        self.app, self.tokens = app, tokens
        self._names = world.names
        self.schema: Any = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)

    def about(self, path: str, parameter: str) -> str | None:
        """The name of a thing that there is, for a parameter of an address."""
        if parameter == "code":
            kind = "begun" if path.endswith("/attendance") else path.split("/")[3].rstrip("s")
        else:
            kind = {"reference": "booking", "asked": "visit"}.get(parameter, parameter)
        return self._names.get(kind)


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("fuzz")
    shutil.copy(sqlite_template, folder / "booking.db")
    app = create_app(settings_for(f"sqlite:///{folder / 'booking.db'}", folder))
    app.extensions[RESOLVER] = nobody_has_that_name
    with app.app_context(), clock.frozen(NOW):
        world = make_world("VIE")
        people = {role: db.session.get(Account, world.people[role]) for role in ("guide", "coordinator")}
        tokens = {role: api_token(one) for role, one in people.items() if one}
        db.session.remove()
    with clock.frozen(NOW):
        yield House(app, world, {**tokens, "nobody": {}})
    with app.app_context():
        db.engine.dispose()


def tried(house: House, call: Any, role: str, mode: GenerationMode) -> None:  # noqa: ANN401  schemathesis' own
    """Send a call its examples; AssertionErrors of schemathesis say what was wrong, with the request to repeat it."""
    counted = iter(range(10**9))

    def one(case: Any) -> None:  # noqa: ANN401  schemathesis' own
        for name in case.path_parameters or {}:
            known = house.about(call.path, name)
            if known and next(counted) % 4 < OF_OWN:
                case.path_parameters[name] = known
        with house.app.app_context():
            case.validate_response(case.call(headers=house.tokens[role]), checks=HELD)
            db.session.remove()

    quiet = [
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
    ]
    run = settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=quiet,
    )
    run(given(case=call.as_strategy(generation_mode=mode))(one))()


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["allowed", "not allowed"])
@pytest.mark.parametrize("role", ["nobody", "guide", "coordinator"])
def test_no_call_breaks_or_answers_otherwise_than_it_says(house: House, role: str, mode: GenerationMode) -> None:
    count = 0
    for found in house.schema.get_all_operations():
        call = found.ok()
        can_be_wrong = call.body or call.query
        if mode is GenerationMode.POSITIVE or can_be_wrong:
            tried(house, call, role, mode)
            count += 1
    assert count > 10


def shape_of(document: dict[str, Any], call: dict[str, Any]) -> dict[str, Any]:
    """The schema of what a call is sent as JSON; empty where it is sent none."""
    body = call.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    name = body.get("$ref", "").rpartition("/")[2]
    return dict(document["components"]["schemas"][name]) if name else dict(body)


def test_null_in_any_field_breaks_no_call(house: House) -> None:
    """What is left out and what is null are two things: each field is sent as null, beside an example and alone."""
    with house.app.app_context():
        described = document(house.app)
    client, sent = house.app.test_client(), 0
    for method, path, call in operations(described):
        shape = shape_of(described, call)
        names = {name: house.about(path, name) or "1" for name in re.findall(r"{(\w+)}", path)}
        address = path.format_map(names)
        for field in shape.get("properties", {}):
            for base in ({}, *shape.get("examples", [])[:1]):
                body = {**base, field: None}
                answer = client.open(address, method=method.upper(), json=body, headers=house.tokens["coordinator"])
                assert answer.status_code < 500, (method, path, body, answer.text)
                sent += 1
    assert sent > 200
