"""The document of the JSON API (OpenAPI 3.1), and the page that lets a person read it."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from flask import Blueprint, Flask, abort, current_app, render_template
from flask.typing import ResponseReturnValue

from booking.http.api import JSON, PREFIX, STAFF, answer, spec
from booking.problems import PROBLEM_JSON

Document = dict[str, Any]
METHODS = ("get", "post", "patch", "put", "delete")
FIRST_ERROR = 400
MOST_ROWS = 350
"""Lines of tables on a page that people read, told once or not: at most 80 kB."""
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
_WITH_ETAG = (
    "/bookings/{reference}",
    "/bookings/{reference}/cancel",
    "/events/{code}",
    "/events/{code}/attendance",
    "/events/{code}/partners/{partner}",
    "/events/{code}/partners/{partner}/co-host",
    "/webhooks/{code}",
    "/stations/{code}",
    "/stations/{code}/languages",
    "/stations/{code}/holidays",
    "/mail-texts/{kind}",
)
_FILES = {
    "/exports/attendance.csv": "text/csv",
    "/exports/attendance.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "/exports/attendance.jsonl": "application/x-ndjson",
}
"""Calls whose answer is a file."""
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
    file = _FILES.get(path.removeprefix(PREFIX))
    if file:
        operation["responses"]["200"]["content"] = {file: {"schema": {"type": "string"}}}
    if "requestBody" in operation:
        body = next(iter(operation["requestBody"]["content"].values()))
        schema = _resolved(described, body["schema"])
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
    """What holds for all calls, and a list of them that leads to the pages of the parts."""
    described = document(current_app)
    return render_template("api/index.html", info=described["info"], parts=_parts(described), prefix=PREFIX)


@blueprint.get("/api/docs/<part>")
def docs_of(part: str) -> ResponseReturnValue:
    """The calls of one part, such as `events`: all on one page would be too heavy for a slow line."""
    parts = _parts(document(current_app))
    if part not in parts:
        abort(404)
    return render_template("api/docs.html", part=part, parts=parts)


def _parts(described: Document) -> dict[str, list[Document]]:
    """The calls of each part: those with one tag; where these are too many, a second part follows (events-2)."""
    parts: dict[str, list[Document]] = {}
    numbers: dict[str, int] = {}
    rows: dict[str, int] = {}
    for method, path, operation in operations(described):
        call = _call(described, method, path, operation)
        tag = operation["tags"][0]
        if rows.get(tag) and rows[tag] + _rows(call) > MOST_ROWS:
            rows[tag], numbers[tag] = 0, numbers.get(tag, 1) + 1
        rows[tag] = rows.get(tag, 0) + _rows(call)
        parts.setdefault(f"{tag}-{numbers[tag]}" if tag in numbers else tag, []).append(call)
    return {part: _told_once(calls) for part, calls in sorted(parts.items())}


def _told_once(calls: list[Document]) -> list[Document]:
    """The calls of a page, with the fields of what several of them answer at the first of these only."""
    told: dict[str, Document] = {}
    return [{**call, "answers": [_once(told, one, call) for one in call["answers"]]} for call in calls]


def _rows(call: Document) -> int:
    """How many lines of tables a call takes on a page."""
    return len(call["parameters"]) + len(call["body"]) + sum(len(one["fields"]) + 1 for one in call["answers"])


def _call(described: Document, method: str, path: str, operation: Document) -> Document:
    """A call as a page shows it: schemas as lists of fields."""
    body = operation.get("requestBody", {}).get("content", {}).get(JSON, {}).get("schema")
    return {
        "id": f"{method}-{path.removeprefix(PREFIX).strip('/')}".translate(str.maketrans("/{}", "---")),
        "method": method.upper(),
        "path": path,
        "summary": operation["summary"],
        "description": operation["description"],
        "needs_token": bool(operation.get("security")),
        "for_staff": {STAFF: []} in operation.get("security", []),
        "parameters": [_parameter(described, parameter) for parameter in operation["parameters"]],
        "body": list(_fields(described, body)) if body else [],
        "answers": [_answer(described, status, one) for status, one in operation["responses"].items()],
    }


def _once(told: Document, answer: Document, call: Document) -> Document:
    """The answer, without its fields where another call has told them: `as_of` is that call."""
    known = told.setdefault(answer["schema"], call) if answer["fields"] else call
    return answer if known["id"] == call["id"] else {**answer, "fields": [], "as_of": known}


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
