"""A contact's data at a desk that was asked for them on the telephone: to send them on, or to erase them."""

from datetime import datetime

from flask import Blueprint, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff, staff_at
from booking.accounts.terms import Role
from booking.db import db
from booking.http.headers import personal
from booking.privacy.forms import DeskEraseForm, DeskFileForm
from booking.privacy.presenting import desk_contact_page, erased_text
from booking.privacy.queries.own import Owner, needed, own_rows, owner_of, stations_of
from booking.privacy.services.erase import Asked, erase
from booking.privacy.services.tell import say_taken
from booking.privacy.views.own import send_file

blueprint = Blueprint("contacts", __name__)


def _owner(reference: str) -> Owner:
    """The contact; the file holds what all stations keep, so who is at home at one of them only is told so (403)."""
    owner = owner_of(db.session(), reference)
    if owner is None:
        abort(404)
    staff_at(Role.COORDINATOR, owner.station)
    mine = required_staff().stations(Role.COORDINATOR)
    if mine is not None and not stations_of(db.session(), owner) <= mine:
        back_url = url_for("desk.search", q=reference)
        abort(make_response(render_template("privacy/desk_elsewhere.html", back_url=back_url), 403))
    return owner


@blueprint.get("/desk/contacts/<reference>")
@open_to("coordinator")
@personal
def contact(reference: str) -> ResponseReturnValue:
    """What is kept of the contact of a booking."""
    return _page(_owner(reference), DeskFileForm(), DeskEraseForm(), clock.now()), 200


@blueprint.post("/desk/contacts/<reference>/file")
@open_to("coordinator")
@personal
def file(reference: str) -> ResponseReturnValue:
    """The file, for a reason that the trail keeps."""
    owner, now, form = _owner(reference), clock.now(), DeskFileForm(request.form)
    if not form.validate():
        return _page(owner, form, DeskEraseForm(), now), 422
    staff = required_staff()
    say_taken(owner, staff.account_id, staff.actor, form.reason.data, now)
    return send_file(owner, form.kind.data, now)


@blueprint.post("/desk/contacts/<reference>/erase")
@open_to("coordinator")
@personal
def erase_contact(reference: str) -> ResponseReturnValue:
    """Erase it, for a reason that the trail keeps."""
    owner, now, form = _owner(reference), clock.now(), DeskEraseForm(request.form)
    if not form.validate():
        return _page(owner, DeskFileForm(), form, now), 422
    done = erase(owner, Asked(required_staff().actor, now, form.reason.data))
    sentence = erased_text(len(done.kept))
    if done.kept:
        return _page(owner, DeskFileForm(), DeskEraseForm(), now, sentence), 200
    back_url = url_for("desk.search", q=reference)
    return render_template("privacy/desk_erased.html", sentence=sentence, back_url=back_url)


def _page(owner: Owner, file_form: DeskFileForm, erase_form: DeskEraseForm, now: datetime, done: str = "") -> str:
    session = db.session()
    bookings, requests = needed(session, owner, now)
    rows = own_rows(session, owner)
    page = desk_contact_page(owner, rows, (*bookings, *requests), (file_form, erase_form), done)
    return render_template("privacy/desk_contact.html", page=page)
