"""The headers of every answer, errors and files included: what a browser may load, keep, show and pass on."""

import base64
import hashlib
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Flask, Response, g, request
from flask.typing import ResponseReturnValue

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
FOR_EVER = "public, max-age=31536000, immutable"  # a file whose address carries the hash of its bytes

_OWN_STYLE = "own_style"

P = ParamSpec("P")


def personal(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """A page about a person or a group: nobody keeps a copy, whatever the answer is."""

    @wraps(view)
    def marked(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        g.is_personal = True
        return view(*args, **kwargs)

    return marked


def with_token(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """A personal page whose address is a secret: besides, no other page or site is told where its reader came from."""

    @wraps(view)
    def marked(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        g.is_personal = g.has_token = True
        return view(*args, **kwargs)

    return marked


def allow_style(css: str) -> None:
    """Let this one answer hold a style element with exactly these bytes: the policy names their hash, nothing else."""
    g.own_style = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()


def init_app(app: Flask) -> None:
    """Put the headers on every answer of the application."""
    app.after_request(_add)


def _add(response: Response) -> Response:
    response.headers.update(ALWAYS)
    if own := g.pop(_OWN_STYLE, None):
        allowed = POLICY.replace("style-src 'self'", f"style-src 'self' 'sha256-{own}'")
        response.headers["Content-Security-Policy"] = allowed
    response.headers["Referrer-Policy"] = "no-referrer" if g.get("has_token") else "same-origin"
    if g.get("is_personal"):
        response.headers["Cache-Control"] = "no-store"
    elif request.endpoint == "static" and request.args.get("v") and response.status_code < 400:  # noqa: PLR2004  no error
        response.headers["Cache-Control"] = FOR_EVER
    elif "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-cache"
    return response
