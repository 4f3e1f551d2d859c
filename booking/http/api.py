"""What every call of the JSON API shares: it is read strictly, answered in JSON, and described in one document."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, get_origin

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel
from spectree import SecurityScheme, SecuritySchemeData, SpecTree
from spectree.models import SecureType, Server
from spectree.plugins.flask_plugin import FlaskPlugin
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import UnprocessableEntity

from booking.fields import sentence
from booking.http.inputs import InvalidInput, Schema, read_into
from booking.http.strict import strict_json
from booking.problems import problem
from booking.text import InputRefused

PREFIX = "/api/v1"
VERSION = "1.0.0"
JSON = "application/json"
TOKEN = "bookingToken"  # noqa: S105  the name of a scheme in the document
STAFF = "staffToken"
DESCRIPTION = """\
Find a time for a group, hold it, book it, change it and cancel it. The pages of the site ask the same rules.

Every time is RFC 3339 with an offset, every zone an IANA name, languages are BCP 47, countries ISO 3166-1 alpha-2.
Sizes are people, adults included; lengths are minutes.

Errors are `application/problem+json`. 409 is a request that the rules refuse: `refusals` say which rule, what happened
and the way out, `alternatives` are the nearest times that can be had. 422 is a request that cannot be read: `errors`
name every field. 429 and 503 say in `Retry-After` when to come again. Sentences are in the language of
`Accept-Language`, or of `?lang=` (ar, zh, en, fr, ru, es).

Fields that are not described here are passed over."""


class Refused(Schema):
    """A broken rule."""

    rule: str
    """The id of the rule, such as CAP-01."""
    field: str
    message: str
    way_out: str


class FieldError(Schema):
    """A field that could not be read."""

    field: str
    message: str


class Problem(Schema):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[FieldError] | None = None


class _Strict(FlaskPlugin):
    """Reads parameters and bodies strictly before a view is called; answers are the view's own and pass untouched."""

    def validate(
        self,
        func: Callable[..., ResponseReturnValue],
        query: type[BaseModel] | None,
        json: type[BaseModel] | None,
        *_more: object,
        **kwargs: Any,  # noqa: ANN401  what the address holds
    ) -> ResponseReturnValue:
        """Call the view with what was read; raises `InvalidInput`."""
        if query:
            kwargs["query"] = read_query(query, request.args)
        if json:
            kwargs["json"] = read_body(json)
        return func(**kwargs)


spec = SpecTree(
    backend=_Strict,
    mode="strict",
    title="Visits & Events",
    version=VERSION,
    description=DESCRIPTION,
    openapi_version="3.1.0",
    servers=[Server(url="/")],
    security_schemes=[
        SecurityScheme(
            name=TOKEN,
            data=SecuritySchemeData(
                type=SecureType.HTTP, scheme="bearer", description="The `token` of the booking, from the answer to it."
            ),
        ),
        SecurityScheme(
            name=STAFF,
            data=SecuritySchemeData(
                type=SecureType.HTTP,
                scheme="bearer",
                description="A token that a member of staff made on the own page.",
            ),
        ),
    ],
    validation_error_model=Problem,
    nested_naming_strategy=lambda _parent, child: child,
    naming_strategy=lambda model: model.__name__,
)
"""Every call is described by `@spec.validate(...)`; `booking.http.openapi` writes the document."""


def init_app(app: Flask) -> None:
    """Answer what could not be read with 422."""
    app.register_error_handler(InvalidInput, _cannot_be_read)


def _cannot_be_read(invalid: InvalidInput) -> Response:
    detail = _("Some of what was sent could not be read. Nothing was changed.")
    return problem(UnprocessableEntity.code, detail, errors=invalid.errors)


def answer(body: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer; keys stay in their order."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, headers=dict(headers or {}), content_type=JSON)


@cache
def _is_list(model: type[BaseModel], name: str) -> bool:
    """Whether a parameter may be given more than once."""
    field = next(field for key, field in model.model_fields.items() if (field.alias or key) == name)
    extra = field.json_schema_extra
    in_commas = isinstance(extra, dict) and extra.get("explode") is False
    return get_origin(field.annotation) is tuple and not in_commas


def read_query(model: type[BaseModel], values: MultiDict[str, str]) -> BaseModel:
    """The parameters as the model has them; one that is meant once and comes twice is refused, a blank one is none."""
    found: dict[str, object] = {}
    twice: list[tuple[str, str]] = []
    for name in {field.alias or key for key, field in model.model_fields.items()} & set(values):
        given = [value for value in values.getlist(name) if value.strip()]
        if _is_list(model, name):
            found[name] = given
        elif len(given) > 1:
            twice.append((name, sentence(InputRefused("twice"))))
        elif given:
            found[name] = given[0]
    return read_into(model, found, twice)


def read_body(model: type[BaseModel]) -> BaseModel:
    """The JSON body as the model has it; nothing sent is an empty object."""
    is_empty = not request.content_length and not request.mimetype
    return read_into(model, {} if is_empty else strict_json(request))
