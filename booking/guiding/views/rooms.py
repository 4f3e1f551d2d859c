"""A guide's standing meeting rooms, one for each platform."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking import clock
from booking.accounts import navigation
from booking.accounts.access import open_to
from booking.db import db
from booking.guiding.forms import RoomForm
from booking.guiding.views.blueprint import actor, blueprint, own_guide
from booking.http.headers import personal
from booking.scheduling.queries.rooms import rooms_of
from booking.scheduling.services import rooms as services
from booking.scheduling.terms import AddressTaken, RoomTaken

CONFLICT, UNREADABLE = 409, 422
blueprint.record(navigation.link("guiding.rooms", _l("Rooms"), "guide", 60))


@blueprint.get("/rooms")
@open_to("guide")
@personal
def rooms() -> ResponseReturnValue:
    """The rooms, and a form for one more or another address."""
    return _page(RoomForm())


@blueprint.post("/rooms")
@open_to("guide")
@personal
def save_room() -> ResponseReturnValue:
    """Keep a room; the events to come are held there from now on, and no group is written to."""
    guide, form = own_guide(), RoomForm(request.form)
    if not form.validate():
        return _page(form, UNREADABLE)
    try:
        services.save_room(guide.id, form.platform.data, form.url.data, now=clock.now(), actor=actor())
    except AddressTaken:
        form.url.errors = [_("This is the room of a colleague. Take one of your own.")]
        return _page(form, CONFLICT)
    except RoomTaken as error:
        form.url.errors = [_("Another event, %(code)s, is in this room at the time of yours.", code=error.event_code)]
        return _page(form, CONFLICT)
    return redirect(url_for("guiding.rooms", done="saved"), 303)


@blueprint.post("/rooms/remove")
@open_to("guide")
@personal
def remove_room() -> ResponseReturnValue:
    """Give a room up."""
    form = RoomForm(request.form)
    form.validate()
    if not form.platform.data:
        abort(UNREADABLE)
    services.remove_room(own_guide().id, form.platform.data, now=clock.now(), actor=actor())
    return redirect(url_for("guiding.rooms", done="removed"), 303)


def _page(form: RoomForm, status: int = 200) -> ResponseReturnValue:
    own = rooms_of(db.session(), own_guide().id)
    return render_template("guiding/rooms.html", form=form, rooms=own, done=request.args.get("done", "")), status
