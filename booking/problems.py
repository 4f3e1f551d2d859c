"""What went wrong, told: application/problem+json (RFC 9457) under /api/, a page elsewhere."""

import json
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Flask, Response, g, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from jinja2 import Template
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import (
    HTTPException,
    InternalServerError,
    SecurityError,
    ServiceUnavailable,
    TooManyRequests,
)
from werkzeug.http import HTTP_STATUS_CODES

from booking.http.door import is_api
from booking.http.logs import request_id
from booking.text import own_path

PROBLEM_JSON = "application/problem+json"
BUSY_RETRY_S = 2
"""Seconds after which a request that met a lock for too long may come again."""

_PASSED_ON = ("Allow", "Retry-After", "WWW-Authenticate", "Content-Range")
_BUSY_CODES = frozenset(
    {"55P03", "57014", "40P01", "40001"}
)  # lock time-out, statement time-out, deadlock, serialisation
_GONE_CLASSES = ("08", "57P", "53")  # connection lost, server going down, no connection left

log = logging.getLogger(__name__)


class TooManyAttempts(Exception):
    """A limit was reached: answered with 429, and Retry-After in seconds."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__("too many attempts")
        self.retry_after_s = retry_after_s


def problem(
    status: int,
    detail: str = "",
    *,
    title: str = "",
    refusals: Iterable[Mapping[str, str]] | None = None,
    alternatives: Iterable[Mapping[str, Any]] | None = None,
    errors: Iterable[Mapping[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
    **members: object,
) -> Response:
    """A problem+json answer.

    `refusals` hold rule, field, message and way_out; `alternatives` are slots; `errors` hold field and message. What is
    None is left out.
    """
    told = {"type": "about:blank", "title": title or name_of(status), "status": status, "detail": detail}
    lists = {"refusals": refusals, "alternatives": alternatives, "errors": errors}
    body = {
        **told,
        "instance": f"urn:request:{request_id()}",
        **{name: list(given) for name, given in lists.items() if given is not None},
        **members,
    }
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status, headers=dict(headers or {}), content_type=PROBLEM_JSON)


def name_of(status: int) -> str:
    """The standard's name of a status, such as "Not Found"."""
    return HTTP_STATUS_CODES.get(status, "Unknown Error")


def init_app(app: Flask) -> None:
    """Answer every error of the application in one of the two ways."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(TooManyAttempts, _too_many)
    app.register_error_handler(DBAPIError, _database_error)
    app.register_error_handler(PoolTimeout, _busy)
    app.register_error_handler(Exception, _unexpected)


def _http_error(error: HTTPException) -> Response | HTTPException:
    """Any error of HTTP; a redirect, and an answer that somebody has made already, passes."""
    if error.response is not None or (error.code or 500) < 400:  # noqa: PLR2004  not an error
        return error
    status = error.code or 500
    g.refused_because = "token" if isinstance(error, CSRFError) else str(error.description)
    headers = {name: value for name, value in error.get_headers() if name in _PASSED_ON}
    detail = explanation(status, is_token=isinstance(error, CSRFError))
    if is_api():
        return problem(status, detail, headers=headers)
    return error_page(status, detail, headers)


def error_page(status: int, detail: str, headers: Mapping[str, str]) -> Response:
    """The page of an error; plain text where even that cannot be written."""
    g.is_error = True
    again = own_path(request.full_path.removesuffix("?")) if request.method == "GET" and status >= 500 else None  # noqa: PLR2004  our side's
    context = {"status": status, "detail": detail, "request_id": request_id(), "again": again}
    names: list[str | Template] = [f"errors/{status}.html", "errors/error.html"]
    if isinstance(request.routing_exception, SecurityError):
        return _plain_page(status, detail, headers)  # no link can be written for a host that is not ours
    try:
        return Response(render_template(names, **context), status, headers=dict(headers))
    except Exception:
        log.exception("an error page could not be written", extra={"fields": {"request_id": request_id()}})
        return _plain_page(status, detail, headers)


def _plain_page(status: int, detail: str, headers: Mapping[str, str]) -> Response:
    text = f"{status} {name_of(status)}\n{detail}\n{request_id()}\n"
    return Response(text, status, headers=dict(headers), content_type="text/plain; charset=utf-8")


def explanation(status: int, *, is_token: bool = False) -> str:
    """What happened and what to do, for a person."""
    if is_token:
        return str(
            _("This page was open for too long, or was sent from another place. Load it again, then send it once more.")
        )
    told = {
        400: _("The request could not be read. Start again from the page before."),
        401: _("Send a token that may do this: without one there is no answer here."),
        403: _("The request came from another site, or you may not do this."),
        404: _("There is nothing at this address. A link may be old, or was not copied whole."),
        409: _("Somebody else was changing this at the same moment. Nothing was changed: try again."),
        405: _("This address does not answer to that kind of request."),
        408: _("The request took too long to arrive. Try again."),
        413: _("What you sent is too large. Send less, at most 5 MB."),
        415: _("This kind of content cannot be read here."),
        429: _("That was too often in a short time. Wait a little, then try again."),
        500: _("Something went wrong on our side. Nothing was changed. Try again in a few minutes."),
        503: _("Too many people are here at the same moment. Nothing was changed: try again."),
    }
    return str(told.get(status, told[400] if status < 500 else told[500]))  # noqa: PLR2004  the server's own errors


def _too_many(error: TooManyAttempts) -> Response | HTTPException:
    return _http_error(TooManyRequests(retry_after=error.retry_after_s))


def _database_error(error: DBAPIError) -> Response | HTTPException:
    """503 where the same request may succeed in a moment, else 500."""
    return _busy(error) if is_passing(error) else _unexpected(error)


def is_passing(error: DBAPIError) -> bool:
    """Whether the database was only busy or away: a lock held for too long, a deadlock, a lost connection."""
    code = getattr(error.orig, "sqlstate", None)
    if code:
        return code in _BUSY_CODES or code.startswith(_GONE_CLASSES)
    if error.connection_invalidated:
        return True
    no_server = type(error.orig).__module__.startswith("psycopg")  # no code: nobody was there to give one
    return isinstance(error, OperationalError) and (no_server or "locked" in str(error.orig))


def _busy(error: Exception) -> Response | HTTPException:
    log.warning("the database was busy", exc_info=error, extra={"fields": {"request_id": request_id()}})
    return _http_error(ServiceUnavailable(retry_after=BUSY_RETRY_S))


def _unexpected(error: Exception) -> Response | HTTPException:
    """A mistake of ours: logged here, once, and told without a word of what it was."""
    fields = {"request_id": request_id(), "route": request.url_rule.rule if request.url_rule else None}
    log.error("unexpected error", exc_info=error, extra={"fields": fields})
    return _http_error(InternalServerError())
