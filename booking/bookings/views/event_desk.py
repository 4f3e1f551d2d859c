"""An event at the desk: its address and note, a message to its groups, and taking it back that it was called off."""

from collections.abc import Callable
from dataclasses import replace

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import clock, i18n
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff
from booking.bookings.event_desk_forms import MessageForm, PlaceForm, RestoreForm, message_form
from booking.bookings.event_desk_pages import MessagePage
from booking.bookings.presenting.event_desk import looked_at, message_page
from booking.bookings.presenting.series import when
from booking.bookings.services.event_place import PlaceOvertaken, set_place
from booking.bookings.services.restore_event import GuideIsBusy, PremisesClosed, restore_event
from booking.bookings.services.write_groups import Draft, Overtaken, recipients, write_to_groups
from booking.bookings.terms import Conflict
from booking.bookings.views.board import blueprint as board_blueprint
from booking.bookings.views.board import events_form, events_found
from booking.bookings.views.desk_events import mine, page_of
from booking.bookings.views.event_beside import beside
from booking.bookings.views.series import blueprint
from booking.http.headers import personal
from booking.http.once import require_once
from booking.scheduling.queries.desk import DeskEvent
from booking.scheduling.terms import HostTaken, RoomTaken

MOST_EVENTS = 500
"""Of a list, to whose groups one message goes."""


@blueprint.post("/desk/events/<code>/place")
@open_to("coordinator")
@personal
def place(code: str) -> ResponseReturnValue:
    """Keep address, meeting point and note."""
    found, form = mine(code), PlaceForm(request.form)
    if not form.validate():
        return page_of(found, desk=beside(found, place=form, opened="place")), 422
    try:
        set_place(code, form.place(), seen=form.seen(), now=clock.now(), actor=required_staff().actor)
    except PlaceOvertaken as error:
        form.see(error.now)
        there = [one for one in (error.now.meeting_url, error.now.meeting_point, error.now.guide_note) if one]
        told = _("Somebody has changed it meanwhile. It is now: %(now)s.", now=i18n.join_facts(there) or _("nothing"))
        return page_of(found, desk=beside(found, place=form, opened="place"), problems=[told]), 409
    except (HostTaken, Conflict) as error:
        return page_of(found, desk=beside(found, place=form, opened="place"), problems=[_why(error)]), 409
    return redirect(url_for("series.event", code=code, done="changed"), 303)


@blueprint.post("/desk/events/<code>/restore")
@open_to("coordinator")
@personal
def restore(code: str) -> ResponseReturnValue:
    """It takes place after all."""
    mine(code)
    form, actor = RestoreForm(request.form), required_staff().actor
    alone, version = bool(form.without_guide.data), form.seen_version
    try:
        restore_event(code, version=version, now=clock.now(), actor=actor, without_guide=alone)
    except (HostTaken, Conflict) as error:
        fresh = mine(code)
        return page_of(fresh, desk=beside(fresh, opened="restore"), problems=[_why(error)]), 409
    return redirect(url_for("series.event", code=code, done="restored"), 303)


def _why(error: Exception) -> str:
    said = {
        PremisesClosed: _("The premises are closed that day. Nothing was changed."),
        GuideIsBusy: _("Its guide is busy then. Nothing was changed: tick the box to have somebody else found."),
        RoomTaken: _("Another event is in that meeting room at that time. Nothing was changed."),
        HostTaken: _("The guide is in another event at that time. Nothing was changed."),
    }
    return str(said.get(type(error), _("This event has changed, or is over. Nothing was changed.")))


@blueprint.get("/desk/events/<code>/message")
@open_to("coordinator")
@personal
def message(code: str) -> ResponseReturnValue:
    """A text to the groups of the event, to be written."""
    found = mine(code)
    return render_template("bookings/desk_message.html", page=_for_event(found, message_form()))


@blueprint.post("/desk/events/<code>/message")
@open_to("coordinator")
@personal
def send_message(code: str) -> ResponseReturnValue:
    """Look whom it reaches; then send it."""
    found, form = mine(code), message_form(request.form)
    page = _for_event(found, form)
    back = url_for("series.event", code=code, done="written")
    return _look_or_send(page, form, frozenset({found.id}), lambda _number: back)


def _for_event(found: DeskEvent, form: MessageForm) -> MessagePage:
    heading = str(_("Write to the groups of %(when)s", when=when(found.starts_local)))
    action = url_for("series.send_message", code=found.code)
    return message_page(heading, action, url_for("series.event", code=found.code), form)


def _look_or_send(
    page: MessagePage, form: MessageForm, events: frozenset[int], back: Callable[[int], str]
) -> ResponseReturnValue:
    if not form.validate():
        return render_template("bookings/desk_message.html", page=page), 422
    require_once(request.form)
    draft = Draft(form.texts(), events, bool(form.in_line.data))
    found, now = recipients(draft), clock.now()
    if request.form.get("step") != "send":
        form.state.raw_data = [found.state]
        return render_template("bookings/desk_message.html", page=looked_at(page, draft, found))
    try:
        sent = write_to_groups(draft, state=form.state.data or "-", now=now, actor=required_staff().actor)
    except Overtaken:
        form.state.raw_data = [found.state]
        told = str(_("Others are in it now than when you looked. Nothing was sent: look again."))
        page = replace(looked_at(page, draft, found), problem=told)
        return render_template("bookings/desk_message.html", page=page), 409
    return redirect(back(sent), 303)


@board_blueprint.get("/desk/messages")
@open_to("coordinator")
@personal
def messages() -> ResponseReturnValue:
    """A text to the groups of all events of a list, to be written."""
    page, _events = _for_list(message_form())
    return render_template("bookings/desk_message.html", page=page)


@board_blueprint.post("/desk/messages")
@open_to("coordinator")
@personal
def send_messages() -> ResponseReturnValue:
    """Look whom it reaches; then send it."""
    form = message_form(request.form)
    page, events = _for_list(form)
    query = request.args.to_dict()
    return _look_or_send(page, form, events, lambda number: url_for("desk.events", sent=number, **query))  # type: ignore[arg-type]  # texts


def _for_list(form: MessageForm) -> tuple[MessagePage, frozenset[int]]:
    """The page, and the events of the list that the address names."""
    wanted = events_form()
    found = events_found(wanted, MOST_EVENTS) if wanted.validate() else []
    number = ngettext("Write to the groups of %(num)s event", "Write to the groups of %(num)s events", len(found))
    query = request.args.to_dict()
    query.pop("after", None)
    action, back = url_for("desk.send_messages", **query), url_for("desk.events", **query)  # type: ignore[arg-type]  # texts
    return message_page(number, action, back, form), frozenset(one.id for one in found)
