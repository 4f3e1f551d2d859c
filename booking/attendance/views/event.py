"""One event's attendance at the desk: what was said by whom, which number counts, and why."""

from dataclasses import replace

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking import clock
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff
from booking.accounts.queries import names_of_actors
from booking.attendance.grid_forms import EventCountForm
from booking.attendance.pages import EventCountPage
from booking.attendance.presenting.event import event_page
from booking.attendance.presenting.words import GROUP_GONE, people
from booking.attendance.queries import CountedEvent, sayings_of
from booking.attendance.services.record import NotBegun, Overtaken, UnknownGroup, record
from booking.attendance.services.remind import remind_guide
from booking.attendance.terms import Source
from booking.attendance.views.blueprint import CONFLICT, UNREADABLE, blueprint, mine
from booking.db import db
from booking.http.headers import personal
from booking.http.once import require_once
from booking.scheduling.terms import UnknownEvent

DONE = {
    "saved": _l("The number is kept."),
    "reminded": _l("The guide is written to."),
    "read": _l("The report is read."),
}


@blueprint.get("/desk/events/<code>/attendance")
@open_to("coordinator")
@personal
def one(code: str) -> ResponseReturnValue:
    """What everybody said, and which number counts."""
    return _page(EventCountForm(mine(code)), done=str(DONE.get(request.args.get("done", ""), "")))


@blueprint.post("/desk/events/<code>/attendance")
@open_to("coordinator")
@personal
def choose(code: str) -> ResponseReturnValue:
    """Let another number count, or say how it went."""
    form = EventCountForm(mine(code), request.form)
    if not form.validate():
        return _page(form), UNREADABLE
    try:
        actor = required_staff().actor
        record(code, form.saying(), source=Source.DESK, now=clock.now(), actor=actor, seen=form.seen)
    except Overtaken as overtaken:
        form.see(overtaken.now)
        return _page(form, problem=_meanwhile(overtaken.now)), CONFLICT
    except NotBegun:
        return _page(form, problem=str(_("The event has not begun. Nothing was written down."))), CONFLICT
    except UnknownGroup:
        return _page(EventCountForm(mine(code), request.form), problem=str(GROUP_GONE)), CONFLICT
    except UnknownEvent:
        abort(404)
    return redirect(url_for("attendance.one", code=code, done="saved"), 303)


@blueprint.post("/desk/events/<code>/attendance/remind")
@open_to("coordinator")
@personal
def remind(code: str) -> ResponseReturnValue:
    """Ask the guide for the number by mail."""
    event = mine(code)
    require_once(request.form)
    if not remind_guide(code, clock.now(), required_staff().actor):
        told = _("Nobody can be written to: it has its number, or no guide with an account gave it.")
        return _page(EventCountForm(event), problem=str(told)), CONFLICT
    return redirect(url_for("attendance.one", code=code, done="reminded"), 303)


def _meanwhile(event: CountedEvent) -> str:
    last = event.last_own
    names = names_of_actors(db.session(), {last.actor}) if last else {}
    who = names.get(last.actor, "") if last else ""
    told = {"who": who or _("Somebody"), "people": people(event.people)}
    said = _("%(who)s has written down %(people)s meanwhile. What you chose stands below: save it again if it holds.")
    return str(said % told)


def _page(form: EventCountForm, *, done: str = "", problem: str = "") -> str:
    sayings = sayings_of(db.session(), form.event.id)
    page: EventCountPage = event_page(form, sayings, names_of_actors(db.session(), {said.actor for said in sayings}))
    event, now = form.event, clock.now()
    waits = event.ends_at <= now and any(number is None for number in event.numbers) and not event.attended_source
    page = replace(
        page,
        done=done,
        problems=(problem,) if problem else (),
        begun=event.starts_at <= now,
        remind_url=url_for("attendance.remind", code=event.code) if waits else "",
    )
    return render_template("attendance/event.html", page=page)
