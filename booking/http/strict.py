"""Bodies and parameters read without guessing: what is ambiguous or broken is refused, never half understood."""

import json
import math
import re
from typing import Any, NoReturn

from flask import Request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

DEEPEST = 32  # lists and objects inside each other
MOST_DIGITS = 18  # of a whole number: any such number fits into 64 bits

_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")
_OWN_ADDRESS = re.compile(r"/(?:[A-Za-z0-9][^\\\x00-\x20\x7f-\xa0\u2028\u2029]*)?")


def strict_json(request: Request) -> dict[str, Any]:
    """The JSON object of a request.

    Raises 415 for another content type; 400 for what is no UTF-8, no JSON or no object, for NaN and Infinity, keys
    given twice, numbers of more than 18 digits, nesting deeper than 32, NUL and lone surrogates; 413 for what is
    too large.
    """
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("the body must be application/json")
    if request.mimetype_params.get("charset", "utf-8").lower() != "utf-8":
        raise UnsupportedMediaType("JSON is written in UTF-8")
    try:
        value = _read(request.get_data().decode())
    except UnicodeDecodeError:
        raise BadRequest("the body is not UTF-8") from None
    except (json.JSONDecodeError, RecursionError):
        raise BadRequest("the body is not JSON, or nested too deeply") from None
    if not isinstance(value, dict):
        raise BadRequest("the body must be a JSON object")
    _check(value)
    return value


def _read(text: str) -> Any:  # noqa: ANN401  any JSON value
    return json.loads(
        text, object_pairs_hook=_object, parse_constant=_no_number, parse_int=_integer, parse_float=_fraction
    )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadRequest("a key is given twice")
    return found


def _no_number(name: str) -> NoReturn:
    raise BadRequest(f"{name} is not a number")


def _integer(digits: str) -> int:
    if len(digits.lstrip("-")) > MOST_DIGITS:
        raise BadRequest("a number is too long")
    return int(digits)


def _fraction(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise BadRequest("a number is too large")
    return number


def _check(value: object) -> None:
    """Look at every text and every depth, without recursion."""
    level: list[object] = [value]
    for _depth in range(DEEPEST):
        if any(isinstance(item, str) and _UNKEEPABLE.search(item) for item in level):
            raise BadRequest("a text holds NUL or half of a character")
        level = [inner for item in level for inner in _inside(item)]
    if level:
        raise BadRequest("the body is nested too deeply")


def _inside(value: object) -> list[object]:
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    return value if isinstance(value, list) else []


def single(values: MultiDict[str, str], name: str) -> str | None:
    """The value of a parameter that is meant once, None where it is absent; 400 where it is given twice."""
    found = values.getlist(name)
    if len(found) > 1:
        raise BadRequest(f"{name} is given twice")
    return found[0] if found else None


def own_address(text: str | None, default: str) -> str:
    """An address of this site to go on to, such as /book?size=5; `default` for anything else.

    Browsers read a backslash as a slash and skip tabs: only what begins with one slash and a letter or digit passes.
    """
    return text if text and _OWN_ADDRESS.fullmatch(text) else default
