"""What is looked at before any view: host, body, encoding, origin and token of a request."""

import re
from urllib.parse import unquote_to_bytes, urlsplit

from flask import Flask, abort, current_app, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import BadRequest, Forbidden, RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.routing import IntegerConverter

from booking.http.gateway import REFUSED_BODY

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
API = "/api/"

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")
_csrf = CSRFProtect()


class IdConverter(IntegerConverter):
    """`<int:...>` in an address: the id of a row, in ASCII digits, and no number that a database could not compare."""

    regex = "[0-9]{1,9}"


def init_app(app: Flask) -> None:
    """Ask these questions of every request, in this order."""
    app.url_map.converters["int"] = IdConverter
    # The origin is asked for below; a Referer is not sent from pages whose address is a secret.
    app.config.update(WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False)
    _csrf.init_app(app)
    for question in (_body_arrived, _host_is_ours, _address_is_text, _comes_from_here, _form_is_ours):
        app.before_request(question)


def is_api() -> bool:
    """Whether the request is for the JSON API: no cookies there, and problems are told in JSON."""
    return request.path.startswith(API)


def _body_arrived() -> None:
    """What the gateway did not read to its end is refused here."""
    status = request.environ.get(REFUSED_BODY)
    if status:
        abort(int(status))


def _host_is_ours() -> None:
    """Reading the host raises 400 where TRUSTED_HOSTS does not name it."""
    _ = request.host


def _address_is_text() -> None:
    """Path and query are UTF-8 without control characters (werkzeug would put marks in place of what is broken)."""
    for part in (request.environ.get("PATH_INFO", "").encode("latin-1"), unquote_to_bytes(request.query_string)):
        if _CONTROLS.search(_text(part)):
            raise BadRequest("control characters in the address")


def _text(part: bytes) -> str:
    try:
        return part.decode()
    except UnicodeDecodeError:
        raise BadRequest("no UTF-8") from None


def _comes_from_here() -> None:
    """A change is asked for by our own pages or by a program, never by another site's page.

    Browsers that say Sec-Fetch-Site are believed. Older ones say Origin; from a page that tells no referrer it is
    "null", and then the form's token alone decides.
    """
    if request.method in SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site:
        is_ours = site in {"same-origin", "none"}
    else:
        is_ours = origin in {None, "null"} or urlsplit(str(origin)).netloc == request.host
    if not is_ours:
        raise Forbidden("the request comes from another site")


def _form_is_ours() -> None:
    """A form is UTF-8, of a form's type, and carries the token of its reader's session; the API reads JSON itself."""
    if request.method in SAFE or is_api() or request.url_rule is None:
        return
    if request.mimetype not in FORM_TYPES and (request.mimetype or request.content_length):
        raise UnsupportedMediaType("no form")
    if request.mimetype == "application/x-www-form-urlencoded":
        body = request.get_data(cache=True)
        limits = current_app.config  # werkzeug holds these two for a form that it reads from the wire itself
        if len(body) > limits["MAX_FORM_MEMORY_SIZE"] or body.count(b"&") >= limits["MAX_FORM_PARTS"]:
            raise RequestEntityTooLarge("a form of that size")
        _text(unquote_to_bytes(body))
    elif any("\ufffd" in key + value for key, value in request.form.items(multi=True)):
        raise BadRequest("no UTF-8")
    if current_app.config["WTF_CSRF_ENABLED"]:
        _csrf.protect()
