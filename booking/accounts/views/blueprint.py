"""What the modules of these pages share."""

from datetime import datetime, timedelta

from flask import Blueprint, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from booking.accounts import identity
from booking.accounts.services import sign_ins
from booking.accounts.services.sign_ins import Device
from booking.http.logs import network, request_id, security_log
from booking.text import own_path

KEPT = ("lang", "time_zone")
"""What a visitor chose before signing in; everything else in the session ends then."""

SURE_AT = "sure_at"
SURE_FOR = timedelta(minutes=10)

blueprint = Blueprint("accounts", __name__)


def device() -> Device:
    """Where this request comes from."""
    ip = request.remote_addr or "unknown"
    return Device(ip, network(ip), str(request.user_agent))


def refused(why: str) -> None:
    """A line for whoever watches: somebody was not let in. It names nobody."""
    fields = {"request_id": request_id(), "reason": why, "ip": network(request.remote_addr)}
    security_log.warning("sign-in refused", extra={"fields": fields})


def enter(token: str, wish: str | None, now: datetime) -> ResponseReturnValue:
    """A session of its own for a new sign-in, the one before it ended; on to the page that was wished for."""
    before = session.get(identity.SIGN_IN)
    if isinstance(before, str):
        sign_ins.sign_out(before, now)
    begin_session(token, now)
    return redirect(own_path(wish) or url_for("accounts.first"), 303)


def begin_session(token: str, now: datetime) -> None:
    """Nothing of the session before is kept but what a visitor chose: no form of it can be sent any more."""
    kept = {name: session[name] for name in KEPT if name in session}
    session.clear()
    session.update(kept)
    session[identity.SIGN_IN], session[SURE_AT] = token, int(now.timestamp())


def is_sure(now: datetime) -> bool:
    """Whether the password was given in this session lately: asked for before what keeps others out is changed."""
    at = session.get(SURE_AT)
    return isinstance(at, int) and 0 <= now.timestamp() - at < SURE_FOR.total_seconds()


def ask_again() -> Response:
    """On to the page that asks for the password once more, and back."""
    return redirect(url_for("accounts.confirm", next=identity.asked_page()), 303)
