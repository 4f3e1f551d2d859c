"""How the tests call the API: a body that is fine, and what every answer must be."""

import itertools
import json
from datetime import UTC, datetime
from typing import Any, TypeVar

from flask.testing import FlaskClient
from pydantic import BaseModel
from werkzeug.test import TestResponse

from booking.bookings.slot_ids import open_slot_id
from booking.catalogue.models import Offering

API = "/api/v1"
PROBLEM = "application/problem+json"
TEN_IN_VIENNA = datetime(2026, 12, 14, 9, 0, tzinfo=UTC)
Json = dict[str, Any]
Model = TypeVar("Model", bound=BaseModel)

_keys = itertools.count(1)


def group(**values: object) -> Json:
    """A class of 24 from Seoul, everything filled in but the time; None takes a field away."""
    body: Json = {
        "organisation": {"name": "Inventedford School", "type": "school", "country": "KR"},
        "contact": {
            "name": "Ada Invented",
            "email": "ada@example.org",
            "language": "en",
            "time_zone": "Asia/Seoul",
        },
        "size": 24,
        "youngest_age": 14,
        "accompanying_adults": 2,
        "technical_contact": {"name": "Ada Invented", "email": "ada@example.org"},
        **values,
    }
    return {name: value for name, value in body.items() if value is not None}


def own_slot(offering: Offering, starts_at: datetime = TEN_IN_VIENNA, language: str = "en") -> str:
    """The id of a time of the group's own."""
    return open_slot_id(offering.code, language, starts_at)


def post(client: FlaskClient, path: str, body: object = None, **headers: str) -> TestResponse:
    """Send a JSON body; `Idempotency_Key="a"` is a header."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(API + path, json=body, headers=named)


def book(client: FlaskClient, body: Json, key: str | None = None) -> TestResponse:
    """Book with a key, a new one unless it is given."""
    return post(client, "/bookings", body, Idempotency_Key=key or f"key-{next(_keys)}")


def bearer(booked: TestResponse) -> dict[str, str]:
    """The header that opens the booking of an answer."""
    return {"Authorization": f"Bearer {booked.json['token']}"}  # type: ignore[index]  # a booking was answered


def body_of(response: TestResponse, status: int = 200) -> Json:
    """The JSON of an answer with this status; of a problem, that it is told as one."""
    assert response.status_code == status, response.text
    if status >= 400:
        assert response.content_type == PROBLEM
        told: Json = json.loads(response.data)
        assert told["status"] == status
        assert list(told)[:5] == ["type", "title", "status", "detail", "instance"]
        return told
    assert response.content_type == "application/json"
    found: Json = json.loads(response.data)
    return found


def fields_of(response: TestResponse) -> list[str]:
    """The fields that a 422 names; each has its sentence."""
    errors = body_of(response, 422)["errors"]
    assert all(list(error) == ["field", "message"] and error["message"] for error in errors)
    return [error["field"] for error in errors]


def rules_of(response: TestResponse) -> list[str]:
    """The rules that a 409 names; each is told with its way out."""
    refusals = body_of(response, 409)["refusals"]
    assert all(list(one) == ["rule", "field", "message", "way_out"] and all(one.values()) for one in refusals)
    return [one["rule"] for one in refusals]


def keeps(model: type[Model], found: Json) -> Model:
    """That an answer is what the document says, with its keys in the document's order and no others."""
    names = [field.alias or name for name, field in model.model_fields.items()]
    assert list(found) == [name for name in names if name in found]
    missing = [name for name in names if name not in found and model.model_fields[name].is_required()]
    assert missing == []
    return model.model_validate(found)
