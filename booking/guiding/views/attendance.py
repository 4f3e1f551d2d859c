"""How many came: what is still to be written down, what was, and the form of one event."""

from datetime import timedelta

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.accounts.access import open_to
from booking.accounts.queries import names_of_actors
from booking.attendance.forms import CountForm
from booking.attendance.presenting.words import GROUP_GONE
from booking.attendance.queries import CountedEvent, event_to_count, events_to_count
from booking.attendance.services.record import NotBegun, Overtaken, UnknownGroup, record
from booking.attendance.terms import Source
from booking.db import db
from booking.guiding.presenting.counts import count_card, said_meanwhile
from booking.guiding.presenting.done import done_today
from booking.guiding.queries.guides import OwnGuide
from booking.guiding.queries.tours import tour_of, tours_counted, tours_to_count
from booking.guiding.views.blueprint import actor, back_to_today, blueprint, own_guide
from booking.http.headers import personal
from booking.scheduling.terms import UnknownEvent

SHOWN_FOR = timedelta(days=60)
MOST_SHOWN = 30
UNREADABLE, CONFLICT = 422, 409


@blueprint.get("/attendance")
@open_to("guide")
@personal
def attendance() -> ResponseReturnValue:
    """Events without a number, and those of the last weeks that have one."""
    guide, now, session = own_guide(), clock.now(), db.session()
    missing = tours_to_count(session, guide.id, now - SHOWN_FOR, now)[:MOST_SHOWN]
    known = tours_counted(session, guide.id, now - SHOWN_FOR, now)[:MOST_SHOWN]
    cards = {one.code: count_card(CountForm(one), guide, now) for one in events_to_count(session, missing + known)}
    return render_template(
        "guiding/attendance.html",
        missing=[card for card in cards.values() if not card.recorded],
        known=[card for card in cards.values() if card.recorded][::-1],
        done=done_today(request.args).text,
    )


@blueprint.get("/attendance/<code>")
@open_to("guide")
@personal
def count(code: str) -> ResponseReturnValue:
    """The form of one event, to write its number or to put it right."""
    guide = own_guide()
    card = count_card(CountForm(begun(guide, code)), guide, clock.now())
    return render_template("guiding/count.html", card=card)


@blueprint.post("/attendance/<code>")
@open_to("guide")
@personal
def save_count(code: str) -> ResponseReturnValue:
    """Keep what was said; a correction is kept beside what it corrects."""
    guide, now = own_guide(), clock.now()
    form = CountForm(begun(guide, code), request.form)
    if not form.validate():
        return render_template("guiding/count.html", card=count_card(form, guide, now)), UNREADABLE
    try:
        record(code, form.saying(), source=Source.GUIDE, now=now, actor=actor(), seen=form.seen)
    except Overtaken as overtaken:
        return _overtaken(form, overtaken.now, guide)
    except UnknownGroup:
        changed = CountForm(begun(guide, code), request.form)
        return render_template("guiding/count.html", card=count_card(changed, guide, now, str(GROUP_GONE))), CONFLICT
    except (UnknownEvent, NotBegun):
        abort(404)
    if request.form.get("back") == "attendance":
        return redirect(url_for("guiding.attendance", done="counted"), 303)
    return back_to_today("counted")


def _overtaken(form: CountForm, there: CountedEvent, guide: OwnGuide) -> ResponseReturnValue:
    """409: what stands there by now, and what was typed, to be saved if it still holds."""
    form.see(there)
    last, now = there.last_own, clock.now()
    who = names_of_actors(db.session(), {last.actor}).get(last.actor, "") if last else ""
    card = count_card(form, guide, now, said_meanwhile(there, who, guide, now))
    return render_template("guiding/count.html", card=card), CONFLICT


def begun(guide: OwnGuide, code: str) -> CountedEvent:
    """The event, if this guide gives it and it has begun; the same 404 for every other."""
    tour = tour_of(db.session(), guide.id, code)
    if tour is None or tour.starts_at > clock.now():
        abort(404)
    return event_to_count(db.session(), code) or abort(404)
