"""Who is signed in: looked up once a request, in one statement, by the token in the session or a personal token.

Flask-Login keeps the answer for the request. Its own session key and its remember cookie are not used: a sign-in is a
row of ours, so that it can be listed and ended (`booking.accounts.models.SignIn`).
"""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

import flask_login
from flask import Flask, Request, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from booking import clock
from booking.accounts import queries
from booking.accounts.access import audience_of
from booking.accounts.rules import next_step
from booking.accounts.services import sign_ins, tokens
from booking.accounts.terms import TOKEN_PREFIX, Person, Role, Staff, Step
from booking.db import db
from booking.http.door import SAFE, is_api

SIGN_IN = "sign_in"
"""Where the session keeps the token of the sign-in."""

SAID_EVERY = timedelta(minutes=1)
"""How often a sign-in or a token is said to be used: a write for every request would be too many."""

_OPEN = frozenset({"everybody", "holder"})
_NEXT_PAGE = {Step.CODE: "accounts.code", Step.SET_UP: "accounts.set_up_second_factor"}


def init_app(app: Flask) -> None:
    """Know who sends a request, and let in only those for whom a view is open."""
    manager = flask_login.LoginManager()
    manager.session_protection = None  # it binds a session to an address, and people on the move change theirs
    manager.request_loader(_person_of)
    app.config["REMEMBER_COOKIE_NAME"] = None
    app.extensions["booking.login"] = app.login_manager = manager  # type: ignore[attr-defined]  # where Flask-Login looks
    app.before_request(_let_in)


def current_person() -> Person | None:
    """Whoever has given the password or a token, perhaps not the second factor yet."""
    person = flask_login.current_user
    return person._get_current_object() if person and person.is_authenticated else None  # noqa: SLF001  a proxy


def current_staff() -> Staff | None:
    """The member of staff who is signed in, second factor and all, or calls with a personal token; else None."""
    person = current_person()
    return person.staff if person and next_step(person) is None else None


def required_staff() -> Staff:
    """The member of staff who is signed in; for views that are open to staff only. Aborts with 401 otherwise."""
    return current_staff() or abort(401)


def staff_at(role: Role, station_code: str) -> Staff:
    """Whoever is signed in, if the person has that role at the station; else 404, as for what does not exist."""
    staff = required_staff()
    return staff if staff.may(role, station_code) else abort(404)


def act_as(staff: Staff) -> None:
    """From here on the audit trail names this person where it would say "group": the desk opened a group's booking."""
    g.acting_as = staff.actor


def bearer() -> str:
    """The token that an API call carries; empty where there is none."""
    given = request.authorization
    return given.token or "" if given and given.type == "bearer" else ""


def _person_of(_request: Request) -> Person | None:
    """Flask-Login asks once a request."""
    now = clock.now()
    person = _by_token(now) if is_api() else _by_session(now)
    if person and (person.seen_at is None or now - person.seen_at >= SAID_EVERY):
        if person.token_id:
            tokens.say_used(person.token_id, now)
        elif person.sign_in_id:
            sign_ins.say_used(person.sign_in_id, now)
    return person


def _by_token(now: datetime) -> Person | None:
    token = bearer()
    return queries.token_owner(db.session(), token, now) if token.startswith(TOKEN_PREFIX) else None


def _by_session(now: datetime) -> Person | None:
    kept: object = session.get(SIGN_IN)
    return queries.signed_in(db.session(), kept, now) if isinstance(kept, str) else None


def _let_in() -> ResponseReturnValue | None:
    """Before every view: what is not open to this person is a 404; who is nobody yet may sign in first."""
    for kept in ("_login_user", "csrf_token", "acting_as"):
        g.pop(kept, None)  # one application context may serve several requests, as it does in tests
    if request.endpoint in {None, "static"}:
        return None
    audience = audience_of(current_app.view_functions[str(request.endpoint)])
    if audience in _OPEN:
        return None
    person = current_person()
    step = next_step(person) if person else None
    if person is None or (step and is_api()):
        return _first_sign_in()
    if step:
        return redirect(url_for(_NEXT_PAGE[step], next=asked_page()), 303)
    if audience != "staff" and not (audience and person.staff.is_a(Role(audience))):
        abort(404)
    return None


def _first_sign_in() -> ResponseReturnValue:
    if is_api():
        raise Unauthorized(www_authenticate=WWWAuthenticate("bearer"))
    return redirect(url_for("accounts.sign_in", next=asked_page()), 303)


def asked_page() -> str | None:
    """The path to come back to after signing in: this page, or the one whose form was sent."""
    if request.method in SAFE:
        return request.full_path.rstrip("?")
    came_from = urlsplit(request.referrer or "")
    if came_from.netloc != request.host:
        return None
    return f"{came_from.path}?{came_from.query}" if came_from.query else came_from.path
