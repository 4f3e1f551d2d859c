"""The desk's log of mails: what went, what waits, what failed and why, and sending a failed one again."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from booking import clock
from booking.accounts import navigation
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff
from booking.accounts.terms import Role
from booking.bookings.mail_log_pages import MailsForm
from booking.bookings.presenting.mail_log import STATES, mails_page
from booking.bookings.services.mail_log import send_again
from booking.db import db
from booking.http.headers import personal
from booking.notices.queries import found_mails
from booking.notices.terms import NoticeState

MOST = 100

blueprint = Blueprint("mails", __name__)
blueprint.record(navigation.link("mails.log", _l("Mails"), "coordinator", 85))


@blueprint.get("/desk/mails")
@open_to("coordinator")
@personal
def log() -> ResponseReturnValue:
    """The latest mails of the own stations, narrowed by address, number and state."""
    form = MailsForm(request.args, choices={"state": [(state.value, text) for state, (text, _pill) in STATES.items()]})
    if not form.validate():
        return render_template("bookings/mails.html", page=mails_page(form, (), MOST)), 422
    state = NoticeState(form.state.data) if form.state.data else None
    reach = required_staff().stations(Role.COORDINATOR)
    found = found_mails(db.session(), reach, form.q.data or "", state, MOST)
    return render_template("bookings/mails.html", page=mails_page(form, found, MOST, request.args.get("done", "")))


@blueprint.post("/desk/mails/<int:notice_id>/again")
@open_to("coordinator")
@personal
def again(notice_id: int) -> ResponseReturnValue:
    """Send a mail that failed once more; one that is under way already stays as it is."""
    staff = required_staff()
    told = send_again(notice_id, staff.stations(Role.COORDINATOR), now=clock.now(), actor=staff.actor)
    if told is None:
        abort(404)
    return redirect(url_for("mails.log", done="again" if told else "under_way"), 303)
