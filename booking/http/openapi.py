"""The document of the JSON API (OpenAPI 3.1), and the page that lets a person read it."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from flask import Blueprint, Flask, current_app, render_template
from flask.typing import ResponseReturnValue

from booking.http.api import JSON, PREFIX, STAFF, answer, spec
from booking.problems import PROBLEM_JSON

Document = dict[str, Any]
METHODS = ("get", "post", "patch", "put", "delete")
FIRST_ERROR = 400
_RETRY = {"Retry-After": {"description": "Seconds after which to come again.", "schema": {"type": "integer"}}}
_REPLAYED = {
    "Idempotent-Replayed": {
        "description": "`true` where this is the answer to an earlier call with the same key.",
        "schema": {"type": "string", "enum": ["true"]},
    }
}
_ETAG = {"ETag": {"description": "The present version of it, for `If-Match`.", "schema": {"type": "string"}}}
_ANY_ERROR = {
    "description": "Any other error, such as a body that is no JSON.",
    "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_WITH_ETAG = ("/bookings/{reference}", "/bookings/{reference}/cancel", "/events/{code}")
_HEADERS = {("POST", f"{PREFIX}/bookings", "201"): _REPLAYED}

blueprint = Blueprint("openapi", __name__)


def document(app: Flask) -> Document:
    """The document of the application's calls, made once."""
    made: Document | None = app.extensions.get("booking.openapi")
    if made is None:
        made = app.extensions["booking.openapi"] = _document()
    return made


def _document() -> Document:
    found: Document = deepcopy(spec.spec)
    found["paths"] = dict(sorted(found["paths"].items()))
    found["components"]["schemas"] = dict(sorted(found["components"]["schemas"].items()))
    _leave_titles_out(found["paths"])
    _leave_titles_out(found["components"])
    for method, path, operation in operations(found):
        _complete(found, operation, method.upper(), path)
    _leave_unused_out(found)
    return found


def _leave_unused_out(described: Document) -> None:
    """Schemas of parameters: the parameters stand where they are used."""
    schemas = described["components"]["schemas"]
    while unused := [name for name in schemas if f'"#/components/schemas/{name}"' not in json.dumps(described)]:
        for name in unused:
            del schemas[name]


def operations(described: Document) -> Iterator[tuple[str, str, Document]]:
    """Method, path and description of every call, in the order of paths."""
    for path, methods in described["paths"].items():
        yield from ((method, path, methods[method]) for method in METHODS if method in methods)


def _complete(described: Document, operation: Document, method: str, path: str) -> None:
    """What spectree does not say: the type of errors, headers, and whether a body may be left out."""
    if "requestBody" not in operation and all(one["in"] == "path" for one in operation["parameters"]):
        operation["responses"].pop("422", None)  # nothing is read
    for status, response in operation["responses"].items():
        if int(status) >= FIRST_ERROR and JSON in response.get("content", {}):
            response["content"] = {PROBLEM_JSON: response["content"][JSON]}
        headers = dict(_HEADERS.get((method, path, status), {}))
        headers |= _RETRY if status in {"429", "503"} else {}
        headers |= _ETAG if status == "200" and path.endswith(_WITH_ETAG) else {}
        if headers:
            response["headers"] = headers
    if "requestBody" in operation:
        schema = _resolved(described, operation["requestBody"]["content"][JSON]["schema"])
        operation["requestBody"]["required"] = bool(schema.get("required") or schema.get("minProperties"))
    operation["responses"]["default"] = _ANY_ERROR


def _leave_titles_out(value: object) -> None:
    """Names written twice: pydantic's titles only say a field's name again (a field may be called "title" itself)."""
    if isinstance(value, dict):
        if isinstance(value.get("title"), str):
            del value["title"]
        for inner in value.values():
            _leave_titles_out(inner)
    elif isinstance(value, list):
        for inner in value:
            _leave_titles_out(inner)


def _resolved(described: Document, schema: Document) -> Document:
    name = schema.get("$ref", "").rpartition("/")[2]
    return described["components"]["schemas"][name] if name else schema


@blueprint.get(f"{PREFIX}/openapi.json")
def openapi_json() -> ResponseReturnValue:
    """The document."""
    return answer(document(current_app))


@blueprint.get("/api/docs")
def docs() -> ResponseReturnValue:
    """The calls that everybody may make, and those of a booking's holder, as a page."""
    return _page(for_staff=False)


@blueprint.get("/api/docs/staff")
def staff_docs() -> ResponseReturnValue:
    """The calls of staff as a page of their own: both together would be too heavy for a slow line."""
    return _page(for_staff=True)


def _page(*, for_staff: bool) -> ResponseReturnValue:
    described = document(current_app)
    calls = list(_calls(described, for_staff=for_staff))
    return render_template("api/docs.html", info=described["info"], calls=calls, prefix=PREFIX, for_staff=for_staff)


def _is_for_staff_alone(operation: Document) -> bool:
    return operation.get("security") == [{STAFF: []}]


def _calls(described: Document, *, for_staff: bool) -> Iterator[Document]:
    """Those calls as the page shows them: schemas as lists of fields, the same one of several answers once."""
    told: dict[str, Document] = {}
    for method, path, operation in operations(described):
        if _is_for_staff_alone(operation) is not for_staff:
            continue
        body = operation.get("requestBody", {}).get("content", {}).get(JSON, {}).get("schema")
        anchor = f"{method}-{path.removeprefix(PREFIX).strip('/')}".translate(str.maketrans("/{}", "---"))
        call = {"id": anchor, "method": method.upper(), "path": path}
        answers = operation["responses"].items()
        yield {
            **call,
            "summary": operation["summary"],
            "description": operation["description"],
            "needs_token": bool(operation.get("security")),
            "for_staff": {STAFF: []} in operation.get("security", []),
            "parameters": [_parameter(described, parameter) for parameter in operation["parameters"]],
            "body": list(_fields(described, body)) if body else [],
            "answers": [_once(told, _answer(described, status, one), call) for status, one in answers],
        }


def _once(told: Document, answer: Document, call: Document) -> Document:
    """The answer, without its fields where another call has told them: `as_of` is that call."""
    known = told.setdefault(answer["schema"], call) if answer["fields"] else call
    return answer if known is call else {**answer, "fields": [], "as_of": known}


def _parameter(described: Document, parameter: Document) -> Document:
    shown = _field(described, parameter["name"], parameter["schema"], required=parameter["required"])
    return {**shown, "place": parameter["in"], "text": parameter.get("description") or shown["text"]}


def _answer(described: Document, status: str, response: Document) -> Document:
    schema = next((content["schema"] for content in response.get("content", {}).values()), None)
    fields = list(_fields(described, schema)) if schema and status.startswith("2") else []
    name = json.dumps(schema)
    return {"status": status, "text": response["description"], "fields": fields, "schema": name, "as_of": None}


def _fields(described: Document, schema: Document, before: str = "") -> Iterator[Document]:
    """The fields of an object, those of objects inside it with dots: contact.email."""
    found = _resolved(described, schema)
    for name, field in found.get("properties", {}).items():
        shown = _field(described, before + name, field, required=name in found.get("required", []))
        yield shown
        inner = _object_in(described, field)
        if inner:
            yield from _fields(described, inner, f"{shown['name']}{'[]' if shown['type'].endswith('[]') else ''}.")


def _object_in(described: Document, schema: Document) -> Document | None:
    """The object that a field holds, or holds a list of."""
    for one in (schema, *schema.get("anyOf", [])):
        held = _resolved(described, one.get("items", one))
        if held.get("properties"):
            return held
    return None


def _field(described: Document, name: str, schema: Document, *, required: bool) -> Document:
    return {
        "name": name,
        "type": " | ".join(dict.fromkeys(_types(described, schema))),
        "required": required,
        "text": schema.get("description", ""),
        "limits": _limits(schema),
    }


def _types(described: Document, schema: Document) -> Iterator[str]:
    """How a value is written, for people: "integer", "string[]", one of a list of words, "null"."""
    for one in schema.get("anyOf", [schema]):
        found = _resolved(described, one)
        if "enum" in found:
            yield from map(str, found["enum"])
        elif found.get("type") == "array":
            inner = " | ".join(_types(described, found.get("items", {})))
            yield f"({inner})[]" if "|" in inner else f"{inner}[]"
        else:
            yield str(found.get("const") or found.get("format") or found.get("type", "any"))


def _limits(schema: Document) -> str:
    """The smallest and largest value, or the length of a text: "1–1000"."""
    for low, high in (("minimum", "maximum"), ("minLength", "maxLength")):
        found = [part for one in (schema, *schema.get("anyOf", [])) for part in (one.get(low), one.get(high))]
        numbers = [str(number) for number in found if number is not None]
        if numbers:
            return "–".join(numbers) if low == "minimum" else f"≤ {numbers[-1]}"
    return ""
