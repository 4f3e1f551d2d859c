"""A forgotten password, and setting one by a one-time link."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.accounts import limits, passwords, queries
from booking.accounts.access import open_to
from booking.accounts.forms import ForgottenForm, NewPasswordForm
from booking.accounts.rules import shortest_password
from booking.accounts.services import links
from booking.accounts.terms import LinkPurpose
from booking.accounts.views.blueprint import blueprint, device
from booking.db import db
from booking.http.headers import personal, with_token


@blueprint.get("/forgot-password")
@open_to("everybody")
@personal
def forgotten() -> ResponseReturnValue:
    """Ask for the address, or say that a mail is on the way."""
    return render_template("accounts/forgotten.html", form=ForgottenForm(), sent="sent" in request.args)


@blueprint.post("/forgot-password")
@open_to("everybody")
@personal
def mail_reset() -> ResponseReturnValue:
    """Mail a link; the answer is the same whether the address is known or not."""
    form, now = ForgottenForm(request.form), clock.now()
    if not form.validate():
        return render_template("accounts/forgotten.html", form=form, sent=False), 422
    limits.reset_attempt(form.email.data, device(), now)
    links.send_reset(form.email.data, now=now)
    return redirect(url_for("accounts.forgotten", sent="yes"), 303)


@blueprint.get("/set-password/<token>")
@open_to("everybody")
@with_token
def set_password(token: str) -> ResponseReturnValue:
    """The page behind a one-time link. Opening it uses nothing up: mail scanners open links too."""
    form = NewPasswordForm()
    form.password.ask_for(_shortest(token))
    return _page(token, form, 200)


@blueprint.post("/set-password/<token>")
@open_to("everybody")
@with_token
def save_password(token: str) -> ResponseReturnValue:
    """Set the password and use the link up."""
    now = clock.now()
    limits.link_attempt(device(), now)
    form = NewPasswordForm(request.form)
    form.password.ask_for(_shortest(token))
    if not form.validate():
        return _page(token, form, 422)
    kept = passwords.hashed(form.password.data)  # the same work whether the link is one or not
    if links.set_password(token, kept, now):
        return redirect(url_for("accounts.password_is_set"), 303)
    return _page(token, form, 200)


@blueprint.get("/password-set")
@open_to("everybody")
@personal
def password_is_set() -> ResponseReturnValue:
    """Where the form leads when all went well."""
    return render_template("accounts/password_set.html")


def _shortest(token: str) -> int:
    """How long the new password of this link's owner must be."""
    reading = db.session()
    owner = queries.link_owner(reading, token, LinkPurpose.SET_PASSWORD)
    known = queries.account_by_id(reading, owner) if owner else None
    roles = queries.roles_of(reading, owner) if owner else ()
    return shortest_password(roles, has_second_factor=known is not None and known.has_second_factor)


def _page(token: str, form: NewPasswordForm, status: int) -> ResponseReturnValue:
    """The form, or the one page for every link that cannot be used, whyever not."""
    email = queries.email_of_link(db.session(), token, LinkPurpose.SET_PASSWORD, clock.now())
    if email is None:
        return render_template("accounts/password.html", form=None, email=""), 404
    return render_template("accounts/password.html", form=form, email=email), status
