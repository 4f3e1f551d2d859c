"""The second factor: the code at signing in, and setting one up."""

import io

import segno
from flask import Response, abort, redirect, render_template, url_for
from flask import request as asked
from flask.typing import ResponseReturnValue

from booking import clock
from booking.accounts import identity, limits, queries, totp
from booking.accounts.access import open_to
from booking.accounts.forms import CodeForm, RecoveryForm
from booking.accounts.identity import current_person, required_staff
from booking.accounts.queries import AccountFacts
from booking.accounts.rules import needs_second_factor, next_step
from booking.accounts.services import second_factor
from booking.accounts.terms import Person, Step
from booking.accounts.views.blueprint import ask_again, begin_session, blueprint, device, enter, is_sure, refused
from booking.db import db
from booking.http.headers import personal

QR_SCALE = 5  # pixels a module, where a browser does not size it


@blueprint.get("/sign-in/code")
@open_to("everybody")
@personal
def code() -> ResponseReturnValue:
    """Ask for the code of the app."""
    _waiting()
    form = CodeForm(data={"next": CodeForm(asked.args).next.data})
    return render_template("accounts/code.html", form=form, wrong=False, left=0)


@blueprint.post("/sign-in/code")
@open_to("everybody")
@personal
def give_code() -> ResponseReturnValue:
    """Complete the sign-in, or say that the code has passed and how often one may try."""
    form, (account, sign_in_id), now = CodeForm(asked.form), _waiting(), clock.now()
    if not form.validate():
        return render_template("accounts/code.html", form=form, wrong=False, left=0), 422
    counted = limits.code_attempt(account.id, account.email, device(), now)
    token = second_factor.give_code(account, sign_in_id, form.code.data, now)
    if token is None:
        refused("code")
        return render_template("accounts/code.html", form=form, wrong=True, left=counted.left), 422
    counted.take_back()
    return enter(token, form.next.data, now)


@blueprint.get("/sign-in/recovery-code")
@open_to("everybody")
@personal
def recovery() -> ResponseReturnValue:
    """Ask for a recovery code."""
    _waiting()
    return render_template("accounts/recovery.html", form=RecoveryForm(), wrong=False, left=0)


@blueprint.post("/sign-in/recovery-code")
@open_to("everybody")
@personal
def give_recovery_code() -> ResponseReturnValue:
    """Complete the sign-in by a recovery code, and use it up."""
    form, (account, sign_in_id), now = RecoveryForm(asked.form), _waiting(), clock.now()
    if not form.validate():
        return render_template("accounts/recovery.html", form=form, wrong=False, left=0), 422
    counted = limits.code_attempt(account.id, account.email, device(), now)
    token = second_factor.use_recovery_code(account, sign_in_id, form.code.data, now)
    if token is None:
        refused("recovery code")
        return render_template("accounts/recovery.html", form=form, wrong=True, left=counted.left), 422
    counted.take_back()
    return enter(token, None, now)


@blueprint.get("/account/second-factor")
@open_to("everybody")
@personal
def set_up_second_factor() -> ResponseReturnValue:
    """Show the secret to an authenticator app, and ask for its first code."""
    account, _sign_in_id = _setting_up()
    return _offer(account, CodeForm(data={"next": CodeForm(asked.args).next.data}))


@blueprint.post("/account/second-factor")
@open_to("everybody")
@personal
def confirm_second_factor() -> ResponseReturnValue:
    """Take the new second factor, end the person's other sign-ins, and show the recovery codes, this once."""
    (account, sign_in_id), form, now = _setting_up(), CodeForm(asked.form), clock.now()
    if not form.validate():
        return _offer(account, form), 422
    counted = limits.code_attempt(account.id, account.email, device(), now)
    done = second_factor.set_up(account, sign_in_id, form.code.data, now)
    if done is None:
        return _offer(account, form, wrong=True), 422
    counted.take_back()
    begin_session(done.token, now)
    return render_template("accounts/recovery_codes.html", codes=done.codes, next=form.next.data)


@blueprint.get("/account/second-factor.svg")
@open_to("everybody")
@personal
def second_factor_picture() -> ResponseReturnValue:
    """The secret as a QR code: a picture of its own, since a page may hold none inside it."""
    account, _sign_in_id = _setting_up()
    picture = io.BytesIO()
    address = totp.address_of(second_factor.offered_secret(account), account.email)
    segno.make(address, micro=False).save(picture, kind="svg", scale=QR_SCALE, border=2, xmldecl=False)
    return Response(picture.getvalue(), content_type="image/svg+xml")


@blueprint.post("/account/second-factor/off")
@open_to("staff")
@personal
def turn_off_second_factor() -> ResponseReturnValue:
    """Do without a second factor, where no role of the person asks for one."""
    staff, now = required_staff(), clock.now()
    if not is_sure(now):
        return ask_again()
    account = queries.account_by_id(db.session(), staff.account_id)
    if account is None or needs_second_factor(staff):
        abort(404)
    second_factor.turn_off(account, now)
    return redirect(url_for("accounts.account"), 303)


@blueprint.post("/account/recovery-codes")
@open_to("staff")
@personal
def renew_recovery_codes() -> ResponseReturnValue:
    """Ten new recovery codes, shown this once."""
    staff, now = required_staff(), clock.now()
    if not is_sure(now):
        return ask_again()
    account = queries.account_by_id(db.session(), staff.account_id)
    if account is None or not account.has_second_factor:
        abort(404)
    codes = second_factor.renew_codes(account, now)
    return render_template("accounts/recovery_codes.html", codes=codes, next=None)


def _waiting() -> tuple[AccountFacts, int]:
    """Whose code is waited for, and the sign-in; anybody else goes to the page for the password."""
    person = current_person()
    if person is None or next_step(person) is not Step.CODE:
        abort(redirect(url_for("accounts.sign_in"), 303))
    return _known(person)


def _setting_up() -> tuple[AccountFacts, int]:
    """Who sets up a second factor: somebody who must, or who is signed in and has given the password lately."""
    person = current_person()
    step = next_step(person) if person else None
    if person is None or step is Step.CODE:
        abort(redirect(url_for("accounts.sign_in", next=identity.asked_page()), 303))
    if step is None and not is_sure(clock.now()):
        abort(ask_again())
    return _known(person)


def _known(person: Person) -> tuple[AccountFacts, int]:
    account = queries.account_by_id(db.session(), person.staff.account_id)
    if account is None or person.sign_in_id is None:
        abort(404)
    return account, person.sign_in_id


def _offer(account: AccountFacts, form: CodeForm, *, wrong: bool = False) -> str:
    secret = second_factor.offered_secret(account)
    groups = [secret[at : at + 4] for at in range(0, len(secret), 4)]
    return render_template(
        "accounts/second_factor.html", form=form, secret=groups, is_first=not account.has_second_factor, wrong=wrong
    )
