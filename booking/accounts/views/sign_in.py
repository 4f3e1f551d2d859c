"""Signing in by password, by a link of the demonstration, and signing out."""

from flask import abort, current_app, redirect, render_template, session, url_for
from flask import request as asked
from flask.typing import ResponseReturnValue

from booking import clock
from booking.accounts import identity, limits, navigation
from booking.accounts.access import open_to
from booking.accounts.forms import SignInForm
from booking.accounts.services import links, sign_ins
from booking.accounts.views.blueprint import blueprint, device, enter, refused
from booking.http.headers import personal, with_token


@blueprint.get("/sign-in")
@open_to("everybody")
@personal
def sign_in() -> ResponseReturnValue:
    """Ask for the password; whoever is signed in goes on."""
    form = SignInForm(asked.args)
    if identity.current_person():
        return redirect(form.next.data or url_for("accounts.first"), 303)
    return render_template("accounts/sign_in.html", form=SignInForm(data={"next": form.next.data}), wrong=False)


@blueprint.post("/sign-in")
@open_to("everybody")
@personal
def give_password() -> ResponseReturnValue:
    """Begin a sign-in, or say that the two do not belong together, whichever of them is wrong."""
    form, here, now = SignInForm(asked.form), device(), clock.now()
    if not form.validate():
        return render_template("accounts/sign_in.html", form=form, wrong=False), 422
    counted = limits.sign_in_attempt(form.email.data, here, now)
    token = sign_ins.sign_in(form.email.data, form.password.data, here, now)
    if token is None:
        refused("password")
        return render_template("accounts/sign_in.html", form=form, wrong=True), 422
    counted.take_back()
    return enter(token, form.next.data, now)


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


@blueprint.get("/sign-in/link/<token>")
@open_to("everybody")
@with_token
def demonstration_link(token: str) -> ResponseReturnValue:
    """The page behind a link of the demonstration. Opening it uses nothing up: mail scanners open links too."""
    return render_template("accounts/by_link.html", link=token, wrong=False)


@blueprint.post("/sign-in/link/<token>")
@open_to("everybody")
@with_token
def use_demonstration_link(token: str) -> ResponseReturnValue:
    """Sign in by the link, and use it up; never where other machines reach the site."""
    here, now = device(), clock.now()
    limits.link_attempt(here, now)
    if current_app.extensions["booking.settings"].is_public:
        abort(404)
    begun = links.sign_in_by_link(token, here, now)
    if begun is None:
        return render_template("accounts/by_link.html", link=token, wrong=True), 404
    return enter(begun, None, now)
