"""Where a guide finds the address of the own feed and says which private calendar keeps one busy; the desk's feeds."""

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking import clock
from booking.accounts import navigation
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff, staff_at
from booking.accounts.terms import Role
from booking.catalogue.queries import all_stations
from booking.catalogue.terms import StationFacts
from booking.db import db
from booking.guiding.calendar_pages import desk_page, guide_page
from booking.guiding.forms import PrivateCalendarForm
from booking.guiding.queries.guides import OwnGuide
from booking.guiding.views.blueprint import actor, own_guide
from booking.http.fetching import FetchRefused, Limits
from booking.http.headers import personal
from booking.scheduling.services import feeds, private_calendars

blueprint = Blueprint("calendars", __name__)
blueprint.record(navigation.link("calendars.mine", _l("Calendars"), "guide", 50))
blueprint.record(navigation.link("calendars.desk", _l("Calendars"), "coordinator", 80))


@blueprint.get("/guide/calendars")
@open_to("guide")
@personal
def mine() -> ResponseReturnValue:
    """The own feed, and the private calendar."""
    return _mine(own_guide(), PrivateCalendarForm())


@blueprint.post("/guide/calendars/feed")
@open_to("guide")
@personal
def new_address() -> ResponseReturnValue:
    """The first or another address; the one before opens nothing any more."""
    guide = own_guide()
    feeds.new_guide_address((guide.id, guide.code), now=clock.now(), actor=actor())
    return redirect(url_for("calendars.mine", done="address"), 303)


@blueprint.post("/guide/calendars/private")
@open_to("guide")
@personal
def save_private() -> ResponseReturnValue:
    """Keep the address of a private calendar; it is read in the background."""
    guide, form = own_guide(), PrivateCalendarForm(request.form)
    if not form.validate():
        return _mine(guide, form, 422)
    limits = Limits(inside=current_app.extensions["booking.settings"].calendars_inside)
    try:
        private_calendars.save_calendar(
            (guide.id, guide.code), form.url.data, now=clock.now(), actor=actor(), limits=limits
        )
    except FetchRefused:
        form.url.errors = [_("Write the secret address of a calendar on the internet, beginning with https:.")]
        return _mine(guide, form, 422)
    return redirect(url_for("calendars.mine", done="saved"), 303)


@blueprint.post("/guide/calendars/private/remove")
@open_to("guide")
@personal
def remove_private() -> ResponseReturnValue:
    """Forget the address and everything read from it."""
    guide = own_guide()
    private_calendars.remove_calendar((guide.id, guide.code), now=clock.now(), actor=actor())
    return redirect(url_for("calendars.mine", done="removed"), 303)


@blueprint.get("/desk/calendars")
@open_to("coordinator")
@personal
def desk() -> ResponseReturnValue:
    """The feeds of the stations for which one coordinates."""
    codes = required_staff().stations(Role.COORDINATOR)
    stations = [one for one in all_stations(db.session()) if codes is None or one.code in codes]
    page = desk_page(db.session(), stations)
    return render_template("guiding/desk_calendars.html", page=page, done=request.args.get("done", ""))


@blueprint.post("/desk/calendars/<code>")
@open_to("coordinator")
@personal
def new_desk_address(code: str) -> ResponseReturnValue:
    """The first or another address for a desk; the one before opens nothing any more."""
    station = _station(code)
    feeds.new_desk_address((station.id, station.code), now=clock.now(), actor=actor())
    return redirect(url_for("calendars.desk", done="address"), 303)


def _station(code: str) -> StationFacts:
    """A station for which one coordinates; 404 for any other."""
    staff_at(Role.COORDINATOR, code)
    return next((one for one in all_stations(db.session()) if one.code == code), None) or abort(404)


def _mine(guide: OwnGuide, form: PrivateCalendarForm, status: int = 200) -> ResponseReturnValue:
    page = guide_page(db.session(), guide, form)
    return render_template("guiding/calendars.html", page=page, done=request.args.get("done", "")), status
