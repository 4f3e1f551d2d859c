"""Send me my links: for whoever has lost the mail."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock, i18n
from booking.accounts.access import open_to
from booking.bookings import limits
from booking.bookings.forms import MyLinksForm
from booking.bookings.pages import MyLinksPage
from booking.bookings.services.links import send_links
from booking.bookings.views.blueprint import blueprint
from booking.http.headers import personal


@blueprint.get("/my-booking")
@open_to("everybody")
@personal
def my_links() -> ResponseReturnValue:
    """Ask for the links, or hear that they are on the way."""
    return render_template("bookings/my_links.html", page=MyLinksPage(MyLinksForm(), sent="sent" in request.args))


@blueprint.post("/my-booking")
@open_to("everybody")
@personal
def mail_links() -> ResponseReturnValue:
    """Mail them; the answer is the same whether the address is known or not."""
    form = MyLinksForm(request.form)
    if not form.validate():
        return render_template("bookings/my_links.html", page=MyLinksPage(form)), 422
    now = clock.now()
    limits.links_attempt(form.email.data, request.remote_addr, now)
    send_links(form.email.data, now=now, locale=i18n.current_locale())
    return redirect(url_for("bookings.my_links", sent="yes"), 303)
