"""Signing in by password, and signing out."""

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.accounts import identity, navigation
from booking.accounts.access import open_to
from booking.accounts.forms import SignInForm
from booking.accounts.rules import own_path
from booking.accounts.services import sign_ins
from booking.accounts.views.blueprint import blueprint, device
from booking.http.headers import personal

KEPT = ("lang", "time_zone")
"""What a visitor chose before signing in; everything else in the session ends then."""


@blueprint.get("/sign-in")
@open_to("everybody")
@personal
def sign_in() -> ResponseReturnValue:
    """Ask for the password; whoever is signed in goes on."""
    form = SignInForm(request.args)
    if identity.current_person():
        return redirect(form.next.data or url_for("accounts.first"), 303)
    return render_template("accounts/sign_in.html", form=SignInForm(data={"next": form.next.data}), wrong=False)


@blueprint.post("/sign-in")
@open_to("everybody")
@personal
def give_password() -> ResponseReturnValue:
    """Begin a sign-in, or say that the two do not belong together, whichever of them is wrong."""
    form = SignInForm(request.form)
    if not form.validate():
        return render_template("accounts/sign_in.html", form=form, wrong=False), 422
    token = sign_ins.sign_in(form.email.data or "", form.password.data, device(), clock.now())
    if token is None:
        return render_template("accounts/sign_in.html", form=form, wrong=True), 422
    return enter(token, form.next.data)


@blueprint.get("/staff")
@open_to("staff")
@personal
def first() -> ResponseReturnValue:
    """On to the page with which this person begins."""
    return redirect(navigation.first_page(), 303)


@blueprint.post("/sign-out")
@open_to("everybody")
@personal
def sign_out() -> ResponseReturnValue:
    """End this sign-in, and let the browser forget what it keeps of this site."""
    token = session.get(identity.SIGN_IN)
    if isinstance(token, str):
        sign_ins.sign_out(token, clock.now())
    session.clear()
    answer = redirect(url_for("accounts.sign_in"), 303)
    answer.headers["Clear-Site-Data"] = '"cookies", "storage"'
    return answer


def enter(token: str, wish: str | None) -> ResponseReturnValue:
    """A session of its own for the new sign-in, the one before it ended; on to the page that was wished for."""
    before = session.get(identity.SIGN_IN)
    if isinstance(before, str):
        sign_ins.sign_out(before, clock.now())
    kept = {name: session[name] for name in KEPT if name in session}
    session.clear()
    session.update(kept)
    session[identity.SIGN_IN] = token
    return redirect(own_path(wish) or url_for("accounts.first"), 303)
