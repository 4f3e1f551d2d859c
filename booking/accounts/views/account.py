"""One's own account: where one is signed in."""

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.accounts import queries
from booking.accounts.access import open_to
from booking.accounts.identity import current_person, required_staff
from booking.accounts.pages import device_lines
from booking.accounts.services import sign_ins
from booking.accounts.views.blueprint import blueprint
from booking.db import db
from booking.http.headers import personal


@blueprint.get("/account")
@open_to("staff")
@personal
def account() -> ResponseReturnValue:
    """What belongs to the person who is signed in."""
    staff, person = required_staff(), current_person()
    found = queries.sign_ins_of(db.session(), staff.account_id, clock.now())
    devices = device_lines(found, person.sign_in_id if person else None)
    return render_template("accounts/account.html", staff=staff, devices=devices)


@blueprint.post("/account/sign-ins/<int:sign_in_id>/end")
@open_to("staff")
@personal
def end_sign_in(sign_in_id: int) -> ResponseReturnValue:
    """Sign out on one of the person's devices."""
    staff = required_staff()
    if not sign_ins.end_one(staff.account_id, sign_in_id, actor=staff.actor, now=clock.now()):
        abort(404)
    return redirect(url_for("accounts.account"), 303)
