"""Where coordinators say which programs are told of what, and see what arrived."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from booking import clock
from booking.accounts import navigation
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff
from booking.catalogue.queries import all_stations
from booking.db import db
from booking.http.fetching import FetchRefused
from booking.http.headers import personal
from booking.i18n import current_locale, station_name
from booking.webhooks import pages
from booking.webhooks.forms import EndpointForm, filled
from booking.webhooks.queries import endpoints as queries
from booking.webhooks.queries.endpoints import Listed
from booking.webhooks.reach import look_at_address, my_endpoint, my_message, my_stations, still_there
from booking.webhooks.services import endpoints as services
from booking.webhooks.services.endpoints import ChangedMeanwhile
from booking.webhooks.words import ADDRESS_REFUSED

CONFLICT, UNREADABLE = 409, 422

blueprint = Blueprint("webhooks", __name__)
blueprint.record(navigation.link("webhooks.listed", _l("Webhooks"), "coordinator", 86))


@blueprint.get("/desk/webhooks")
@open_to("coordinator")
@personal
def listed() -> ResponseReturnValue:
    """The endpoints for one's stations."""
    names = _names()
    rows = [pages.row(one, names) for one in queries.endpoints(db.session(), my_stations())]
    return render_template("webhooks/listed.html", rows=rows, done=request.args.get("done", ""))


@blueprint.get("/desk/webhooks/new")
@open_to("coordinator")
@personal
def new() -> ResponseReturnValue:
    """Ask where messages shall go, and which."""
    return render_template("webhooks/new.html", form=_form())


@blueprint.post("/desk/webhooks/new")
@open_to("coordinator")
@personal
def register() -> ResponseReturnValue:
    """Make an endpoint; its secret is shown once."""
    form, staff = _form(), required_staff()
    if not _is_fine(form):
        return render_template("webhooks/new.html", form=form), UNREADABLE
    code, secret = services.register(form.wish(), staff.account_id, now=clock.now(), actor=staff.actor)
    return _show_secret(code, secret)


@blueprint.get("/desk/webhooks/<code>")
@open_to("coordinator")
@personal
def one(code: str) -> ResponseReturnValue:
    """One endpoint, and its latest messages."""
    found = my_endpoint(code)
    return _page(found, _form(found))


@blueprint.post("/desk/webhooks/<code>")
@open_to("coordinator")
@personal
def change(code: str) -> ResponseReturnValue:
    """Another address, or other messages; where somebody else was faster both are shown, and what was typed is kept."""
    found, form = my_endpoint(code), _form()
    if not _is_fine(form):
        return _page(found, form, UNREADABLE)
    try:
        services.change(code, form.wish(), form.version.data or 0, now=clock.now(), actor=required_staff().actor)
    except ChangedMeanwhile:
        found = my_endpoint(code)
        form.version.raw_data = [str(found.version)]
        return _page(found, form, CONFLICT)
    return _back(code, "saved")


@blueprint.post("/desk/webhooks/<code>/switch")
@open_to("coordinator")
@personal
def switch(code: str) -> ResponseReturnValue:
    """Send nothing more (`to=off`), or send again (`to=on`)."""
    found, to = my_endpoint(code), "".join(request.form.getlist("to"))
    if to not in {"on", "off"}:
        abort(UNREADABLE)
    with still_there():
        services.switch(found.code, on=to == "on", now=clock.now(), actor=required_staff().actor)
    return _back(code, to)


@blueprint.post("/desk/webhooks/<code>/new-secret")
@open_to("coordinator")
@personal
def new_secret(code: str) -> ResponseReturnValue:
    """Another secret, shown once; the one before is valid for a day."""
    with still_there():
        secret = services.new_secret(my_endpoint(code).code, now=clock.now(), actor=required_staff().actor)
    return _show_secret(code, secret)


@blueprint.post("/desk/webhooks/<code>/test")
@open_to("coordinator")
@personal
def send_test(code: str) -> ResponseReturnValue:
    """Send a message that tells nothing."""
    with still_there():
        services.send_test(my_endpoint(code).code, now=clock.now(), actor=required_staff().actor)
    return _back(code, "test")


@blueprint.post("/desk/webhooks/<code>/drop")
@open_to("coordinator")
@personal
def drop(code: str) -> ResponseReturnValue:
    """Take it away, with its messages."""
    with still_there():
        services.drop(my_endpoint(code).code, now=clock.now(), actor=required_staff().actor)
    return redirect(url_for("webhooks.listed", done="dropped"), 303)


@blueprint.post("/desk/webhooks/messages/<message>")
@open_to("coordinator")
@personal
def send_again(message: str) -> ResponseReturnValue:
    """Send a message that arrived or was given up once more."""
    _found, code = my_message(message)
    services.send_again(message, code, now=clock.now(), actor=required_staff().actor)
    return _back(code, "again")


def _names() -> dict[str, str]:
    """The stations of whoever is signed in, by code."""
    reach, locale = my_stations(), current_locale()
    known = [one for one in all_stations(db.session()) if reach is None or one.code in reach]
    return {one.code: station_name(one.code, locale, one.name) for one in known}


def _form(endpoint: Listed | None = None) -> EndpointForm:
    is_sent = request.method == "POST"
    form = EndpointForm(request.form if is_sent else None, data=filled(endpoint) if endpoint else None)
    form.offer(_names(), may_leave_out=my_stations() is None)
    if is_sent:
        form.process(request.form)  # the stations may be chosen only now
    return form


def _is_fine(form: EndpointForm) -> bool:
    """Whether the form can be kept; the address is looked up, so that none that leads inside is saved."""
    if not form.validate():
        return False
    try:
        look_at_address(form.url.data)
    except FetchRefused:
        form.url.errors = [ADDRESS_REFUSED]
        return False
    return True


def _page(found: Listed, form: EndpointForm, status: int = 200) -> ResponseReturnValue:
    messages = queries.deliveries(db.session(), found.id, pages.SHOWN)
    shown = pages.page(found, _names(), form, messages, changed=status == CONFLICT)
    return render_template("webhooks/one.html", page=shown, done=request.args.get("done", "")), status


def _show_secret(code: str, secret: str) -> ResponseReturnValue:
    return render_template("webhooks/secret.html", code=code, secret=secret)


def _back(code: str, done: str) -> ResponseReturnValue:
    return redirect(url_for("webhooks.one", code=code, done=done), 303)
