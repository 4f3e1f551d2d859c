"""Log lines as JSON, one an event, without personal data; each request has an id that its answer carries too.

A request's line names the route, never the address that was asked for: its path or query may hold a token. Of an ip
only the network is kept. An exception is told by its kind and places: its text may quote what somebody typed.
"""

import json
import logging
import secrets
import sys
import time
import traceback
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network

from flask import Flask, Response, g, request

log = logging.getLogger("booking.requests")
security_log = logging.getLogger("booking.security")

HOSTILE = frozenset({400, 403, 408, 413, 414, 415, 421, 429, 431})
"""Statuses of refused input that no page of ours sends: each leaves a line for whoever watches."""

_SHOWN_FRAMES = 12


class JsonLines(logging.Formatter):
    """A record as one line of JSON; `extra={"fields": {...}}` adds to it."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; line breaks inside a text are escaped by JSON itself."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[1]:
            line["error"] = places(record.exc_info[1])
        return json.dumps(line, default=str)


def configure() -> None:
    """Let this process write JSON lines to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    logging.captureWarnings(capture=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)


def places(error: BaseException) -> list[str]:
    """Kinds and places of an exception and of those that caused it, innermost last; no text of theirs."""
    told: list[str] = []
    seen: BaseException | None = error
    while seen is not None:
        frames = traceback.extract_tb(seen.__traceback__)[-_SHOWN_FRAMES:]
        told = [type(seen).__name__, *(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames), *told]
        seen = seen.__cause__ or seen.__context__
    return told


def network(address: str | None) -> str:
    """The /24 or /48 network of an ip; "unknown" for what is none."""
    try:
        ip = ip_address(address or "")
    except ValueError:
        return "unknown"
    return str(ip_network(f"{ip}/{24 if ip.version == 4 else 48}", strict=False))  # noqa: PLR2004  the version


def request_id() -> str:
    """The id of this request."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(8)
    return str(g.request_id)


def init_app(app: Flask) -> None:
    """Give each request an id and a line."""

    @app.before_request
    def _begin() -> None:
        request_id()
        g.began = time.perf_counter()

    @app.after_request
    def _end(response: Response) -> Response:
        response.headers["X-Request-Id"] = request_id()
        fields = _fields(response)
        if response.status_code in HOSTILE:
            security_log.warning("refused", extra={"fields": {**fields, "reason": g.get("refused_because", "")}})
        log.info("request", extra={"fields": fields})
        return response


def _fields(response: Response) -> dict[str, object]:
    began = g.get("began")
    return {
        "request_id": request_id(),
        "method": request.method if request.method.isalpha() else "",
        "route": request.url_rule.rule if request.url_rule else None,
        "status": response.status_code,
        "ms": None if began is None else round((time.perf_counter() - began) * 1000, 1),
        "ip": network(request.remote_addr),
    }
