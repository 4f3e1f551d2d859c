"""What the desk sees to before an event: participant lists and test calls; and the exceptions it has made."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import clock, zones
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff
from booking.bookings.answer_forms import AnswerForm
from booking.bookings.preparation_forms import CallForm, ExceptionsForm
from booking.bookings.preparation_pages import ExceptionsPage, ListsPage
from booking.bookings.presenting.board import named
from booking.bookings.presenting.desk_booking import DONE
from booking.bookings.presenting.preparation import RULES, exception_lines, missing_list, preparation_of
from booking.bookings.queries.board import places_of
from booking.bookings.queries.bookings import BookingFacts
from booking.bookings.queries.preparation import ExceptionMade, bookings_without_list, call_of, exceptions_between
from booking.bookings.rules import holidays
from booking.bookings.services.answering import Answer
from booking.bookings.services.connection import Call, arrange_call, cancel_call
from booking.bookings.services.participant_list import receive_list
from booking.bookings.terms import Conflict
from booking.bookings.views.blueprint import CONFLICT
from booking.bookings.views.board import blueprint, own_stations
from booking.bookings.views.desk_bookings import mine, page_of
from booking.db import db
from booking.http.headers import personal
from booking.scheduling.queries.closures import closures_of_all

AHEAD, MOST = timedelta(days=60), 200
PERIOD = timedelta(days=180)
"""How far back exceptions are listed unless a period is named."""
ANYWHERE = timedelta(hours=14)
"""By so much a local day begins or ends away from that of UTC."""


@blueprint.get("/desk/lists")
@open_to("coordinator")
@personal
def lists() -> ResponseReturnValue:
    """Visits on site whose participant list has not arrived, the first deadline first."""
    session, now = db.session(), clock.now()
    found = bookings_without_list(session, own_stations(), now, now + AHEAD, MOST)
    known = closures_of_all(session, {one.station.id: one.station for one in found}.values(), now)
    lines = [missing_list(replace(one, holidays=holidays(known.get(one.station.id, ()))), now) for one in found]
    done = str(DONE.get(request.args.get("done", ""), ""))
    return render_template("bookings/desk_lists.html", page=ListsPage(tuple(lines), done))


@blueprint.post("/desk/bookings/<reference>/list")
@open_to("coordinator")
@personal
def list_received(reference: str) -> ResponseReturnValue:
    """The list is here; of it nothing is kept."""
    found, form = mine(reference), AnswerForm(request.form)
    return _do(found, form, receive_list, "list")


@blueprint.post("/desk/bookings/<reference>/call")
@open_to("coordinator")
@personal
def arrange(reference: str) -> ResponseReturnValue:
    """Arrange a test call, or another instead."""
    found, form = mine(reference), CallForm(request.form)
    starts_at = form.starts_at(found.station.time_zone) if form.validate() else None
    if starts_at and not clock.now() < starts_at < found.event.starts_at:
        form.call_at.errors = [_("The call takes place before the event, and not in the past.")]
    if starts_at is None or form.wrong:
        return _page(found, form), 422
    call = Call(starts_at, form.minutes.data, form.address.data or "", form.said.data or "", _call_seen())
    return _do(found, form, lambda answer: arrange_call(answer, call), "call")


@blueprint.post("/desk/bookings/<reference>/call/cancel")
@open_to("coordinator")
@personal
def no_call(reference: str) -> ResponseReturnValue:
    """No test call after all."""
    found, form, seen = mine(reference), AnswerForm(request.form), _call_seen()
    return _do(found, form, lambda answer: cancel_call(answer, seen), "no-call")


def _call_seen() -> str:
    """The call that the page showed; whatever else stands there, or comes twice, is none that there is."""
    return ",".join(request.form.getlist("call"))


@blueprint.get("/desk/exceptions")
@open_to("coordinator")
@personal
def exceptions() -> ResponseReturnValue:
    """Rules that were not kept, with who and why, for the report."""
    places = places_of(db.session(), own_stations())
    stations = [(one.code, named(one.code, one.name)) for one in places]
    form = ExceptionsForm(request.args, choices={"station": stations, "rule": list(RULES.items())})
    if not form.validate():
        return render_template("bookings/desk_exceptions.html", page=ExceptionsPage(form, (), "")), 422
    clocks = {one.code: one.time_zone for one in places}
    found = _exceptions(form, clocks)
    sentence = ngettext("%(num)s exception", "%(num)s exceptions", len(found))
    page = ExceptionsPage(form, exception_lines(found, clocks), sentence)
    return render_template("bookings/desk_exceptions.html", page=page)


def _exceptions(form: ExceptionsForm, clocks: Mapping[str, str]) -> list[ExceptionMade]:
    """Those that the form asks for: days are those of each station's own clock, as in the report."""
    now, first, last = clock.now(), form.from_.data, form.to.data
    start = zones.day_bounds(first, "UTC")[0] - ANYWHERE if first else now - PERIOD
    end = zones.day_bounds(last, "UTC")[1] + ANYWHERE if last else now + timedelta(days=1)
    stations = {form.station.data} if form.station.data else own_stations()
    found = exceptions_between(db.session(), stations, start, end, MOST, form.rule.data or "")
    days = [zones.local_date(one.at, clocks.get(one.station, "UTC")) for one in found]
    return [one for one, day in zip(found, days, strict=True) if (first or day) <= day <= (last or day)]


def _do(found: BookingFacts, form: AnswerForm, act: Callable[[Answer], object], done: str) -> ResponseReturnValue:
    try:
        act(Answer(found.reference, form.seen_version, clock.now(), required_staff().actor))
    except Conflict:
        found, given = mine(found.reference), form if isinstance(form, CallForm) else None
        said = _("This booking was changed meanwhile. Below is how it is now: look, then change it again.")
        if given:
            given.version.raw_data = [str(found.version)]
        return _page(found, given, str(said)), CONFLICT
    if request.form.get("back") == "lists":
        return redirect(url_for("desk.lists", done=done), 303)
    return redirect(url_for("desk.one", reference=found.reference, done=done), 303)


def _page(found: BookingFacts, form: CallForm | None, problem: str = "") -> str:
    prepared = preparation_of(found, call_of(db.session(), found.id), clock.now(), form)
    page = replace(page_of(found), preparation=prepared, problems=(problem,) if problem else ())
    return render_template("bookings/desk_booking.html", page=page)
