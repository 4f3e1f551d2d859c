"""One's own account: where one is signed in, the password, personal tokens."""

from flask import abort, redirect, render_template, session, url_for
from flask import request as asked
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.accounts import limits, passwords, queries
from booking.accounts.access import open_to
from booking.accounts.forms import ChangePasswordForm, ConfirmForm, TokenForm
from booking.accounts.identity import current_person, required_staff
from booking.accounts.pages import AccountPage, account_page
from booking.accounts.rules import shortest_password
from booking.accounts.services import links, sign_ins, tokens
from booking.accounts.views.blueprint import (
    SURE_AT,
    ask_again,
    begin_session,
    blueprint,
    device,
    is_sure,
    refused,
)
from booking.db import db
from booking.http.headers import personal


@blueprint.get("/account")
@open_to("staff")
@personal
def account() -> ResponseReturnValue:
    """What belongs to the person who is signed in."""
    return render_template("accounts/account.html", page=_page(TokenForm()), done=asked.args.get("done", ""))


@blueprint.post("/account/sign-ins/<int:sign_in_id>/end")
@open_to("staff")
@personal
def end_sign_in(sign_in_id: int) -> ResponseReturnValue:
    """Sign out on one of the person's devices."""
    staff = required_staff()
    if not sign_ins.end_one(staff.account_id, sign_in_id, actor=staff.actor, now=clock.now()):
        abort(404)
    return redirect(url_for("accounts.account"), 303)


@blueprint.get("/account/confirm")
@open_to("staff")
@personal
def confirm() -> ResponseReturnValue:
    """Ask for the password once more, before what keeps others out is changed."""
    form = ConfirmForm(data={"next": ConfirmForm(asked.args).next.data})
    return render_template("accounts/confirm.html", form=form)


@blueprint.post("/account/confirm")
@open_to("staff")
@personal
def give_password_again() -> ResponseReturnValue:
    """Take it, and go back."""
    staff, form, now = required_staff(), ConfirmForm(asked.form), clock.now()
    if not form.validate():
        return render_template("accounts/confirm.html", form=form), 422
    if not _is_own(staff.email, staff.account_id, form.password.data):
        form.password.errors = [_("This is not your password.")]
        return render_template("accounts/confirm.html", form=form), 422
    session[SURE_AT] = int(now.timestamp())
    return redirect(form.next.data or url_for("accounts.account"), 303)


@blueprint.get("/account/password")
@open_to("staff")
@personal
def password() -> ResponseReturnValue:
    """Ask for a new password, and the one until now."""
    form = _asking(ChangePasswordForm())
    return render_template("accounts/change_password.html", form=form, email=required_staff().email)


@blueprint.post("/account/password")
@open_to("staff")
@personal
def change_password() -> ResponseReturnValue:
    """Take the new password; the person's other sign-ins end, and a mail says so."""
    staff, person, now = required_staff(), current_person(), clock.now()
    form = _asking(ChangePasswordForm(asked.form))
    is_good = form.validate()
    if is_good and not _is_own(staff.email, staff.account_id, form.current.data):
        form.current.errors, is_good = [_("This is not your password.")], False
    if not is_good:
        return render_template("accounts/change_password.html", form=form, email=staff.email), 422
    sign_in_id = person.sign_in_id if person else None
    token = links.change_password(staff.account_id, passwords.hashed(form.password.data), sign_in_id, now)
    if token is None:
        abort(409)
    begin_session(token, now)
    return redirect(url_for("accounts.account", done="password"), 303)


@blueprint.post("/account/tokens")
@open_to("staff")
@personal
def make_token() -> ResponseReturnValue:
    """Make a personal token for the API, and show it this once."""
    staff, form, now = required_staff(), TokenForm(asked.form), clock.now()
    if not is_sure(now):
        return ask_again()
    if not form.validate():
        return render_template("accounts/account.html", page=_page(form), done=""), 422
    made = tokens.make(staff.account_id, form.name.data, now)
    return render_template("accounts/token.html", secret=made)


@blueprint.post("/account/tokens/<int:token_id>/revoke")
@open_to("staff")
@personal
def revoke_token(token_id: int) -> ResponseReturnValue:
    """End one of the person's tokens."""
    if not tokens.revoke(required_staff().account_id, token_id, clock.now()):
        abort(404)
    return redirect(url_for("accounts.account"), 303)


def _asking(form: ChangePasswordForm) -> ChangePasswordForm:
    """The form, asking for as long a password as this person must have."""
    person = current_person()
    if person:
        shortest = shortest_password(person.staff.roles, has_second_factor=person.has_second_factor)
        form.password.ask_for(shortest)
    return form


def _page(form: TokenForm) -> AccountPage:
    person, now, reading = current_person(), clock.now(), db.session()
    if person is None:
        abort(404)
    found = person.staff.account_id
    return account_page(person, queries.sign_ins_of(reading, found, now), queries.tokens_of(reading, found, now), form)


def _is_own(email: str, account_id: int, typed: str) -> bool:
    """Whether the password is the person's own; tries are counted as at signing in."""
    counted = limits.sign_in_attempt(email, device(), clock.now())
    if not sign_ins.is_own_password(account_id, typed):
        refused("password again")
        return False
    counted.take_back()
    return True
