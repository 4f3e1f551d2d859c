"""What is kept and for how long; one's own data, by a link that is mailed to the address that they are of."""

from datetime import datetime

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from booking import clock
from booking.accounts.access import open_to
from booking.bookings import limits
from booking.bookings.guests import opened_booking, opened_visit
from booking.bookings.queries.bookings import BookingFacts
from booking.bookings.queries.visit_requests import VisitFacts
from booking.catalogue.models import Station
from booking.db import db, table_of
from booking.http.headers import with_token
from booking.privacy.files import MIME_TYPES, as_csv, as_json
from booking.privacy.forms import EraseForm
from booking.privacy.links import named_in, opens_data
from booking.privacy.presenting import ask_page, erased_text, own_data_page, privacy_page
from booking.privacy.queries.own import Owner, needed, own_rows, owner_of
from booking.privacy.services.erase import Asked, erase
from booking.privacy.services.tell import send_own_data_link

blueprint = Blueprint("privacy", __name__)


@blueprint.get("/privacy")
@open_to("everybody")
def privacy() -> ResponseReturnValue:
    """What is kept of whom, and for how long."""
    station = table_of(Station).c
    rows = db.session.execute(select(station.code, station.name, station.contact_days)).all()
    return render_template("privacy/privacy.html", page=privacy_page([(one[0], one[1], one[2]) for one in rows]))


def _opened(reference: str) -> BookingFacts | VisitFacts:
    """The booking or request of the link; anything else is the same 404, and counted."""
    token = request.args.get("t")
    found = opened_booking(reference, token) or opened_visit(reference, token)
    if found is None:
        limits.wrong_reference(request.remote_addr, clock.now())
        abort(404)
    return found


@blueprint.get("/bookings/<reference>/data")
@open_to("holder")
@with_token
def ask(reference: str) -> ResponseReturnValue:
    """Before the link is asked for, or once it is on its way."""
    page = ask_page(_opened(reference), request.args.get("t"), is_sent="sent" in request.args)
    return render_template("privacy/ask.html", page=page)


@blueprint.post("/bookings/<reference>/data")
@open_to("holder")
@with_token
def mail_link(reference: str) -> ResponseReturnValue:
    """Mail the link to the address of the booking: who was only forwarded this page does not get it."""
    found = _opened(reference)
    owner = owner_of(db.session(), reference)
    if owner is None or not owner.email:
        abort(409)
    send_own_data_link(owner, clock.now())
    return redirect(url_for("privacy.ask", reference=found.reference, t=request.args.get("t"), sent="yes"), 303)


def _owner(token: str, now: datetime) -> Owner:
    """Whose data the link opens; anything else is the same 404, and counted."""
    owner = owner_of(db.session(), named_in(token)[0])
    if not opens_data(token, owner, now) or owner is None:
        limits.wrong_reference(request.remote_addr, now)
        abort(404)
    return owner


@blueprint.get("/my-data/<token>")
@open_to("holder")
@with_token
def own_data(token: str) -> ResponseReturnValue:
    """All that is kept, to take along or to erase."""
    now = clock.now()
    return _page(token, _owner(token, now), EraseForm(), now), 200


@blueprint.get("/my-data/<token>/my-data.<kind>")
@open_to("holder")
@with_token
def own_file(token: str, kind: str) -> ResponseReturnValue:
    """All own rows as a file."""
    now = clock.now()
    owner = _owner(token, now)
    if kind not in MIME_TYPES:
        abort(404)
    return send_file(owner, kind, now)


def send_file(owner: Owner, kind: str, now: datetime) -> Response:
    """The file of a contact."""
    rows = own_rows(db.session(), owner)
    body = as_json(rows, now) if kind == "json" else as_csv(rows)
    headers = {"Content-Disposition": f'attachment; filename="my-data.{kind}"'}
    return Response(body, content_type=MIME_TYPES[kind], headers=headers)


@blueprint.post("/my-data/<token>")
@open_to("holder")
@with_token
def erase_own(token: str) -> ResponseReturnValue:
    """Erase it, or what no visit to come needs; who has nothing left cannot open this page any more."""
    now = clock.now()
    owner = _owner(token, now)
    form = EraseForm(request.form)
    if not form.validate():
        return _page(token, owner, form, now), 422
    done = erase(owner, Asked("group", now))
    return render_template("privacy/erased.html", sentence=erased_text(len(done.kept)))


def _page(token: str, owner: Owner, form: EraseForm, now: datetime) -> str:
    session = db.session()
    bookings, requests = needed(session, owner, now)
    page = own_data_page(owner.email, token, own_rows(session, owner), (*bookings, *requests), form, "")
    return render_template("privacy/own_data.html", page=page)
