"""Attendance of a day, or of all events without a number, in a grid that is filled in by keyboard."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from booking import clock
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff
from booking.accounts.queries import names_of_actors
from booking.accounts.terms import Role
from booking.attendance.grid_forms import MISSING, AttendanceFilter, GridForm
from booking.attendance.grid_queries import Asked, events_asked, events_named
from booking.attendance.pages import GridPage
from booking.attendance.presenting.grid import differs, period_text, rows_of, sentence_of
from booking.attendance.presenting.words import GROUP_GONE, people
from booking.attendance.queries import CountedEvent, events_to_count
from booking.attendance.services.record import NotBegun, Overtaken, UnknownGroup, record
from booking.attendance.terms import Source
from booking.attendance.views.blueprint import CONFLICT, UNREADABLE, blueprint
from booking.bookings.presenting.board import named
from booking.bookings.queries.board import places_of
from booking.bookings.views.board import own_stations
from booking.db import db
from booking.http.headers import personal
from booking.http.once import require_once
from booking.scheduling.terms import UnknownEvent
from booking.text import number_in

ON_PAGE = 40
"""Events."""
BACK = timedelta(days=60)
"""How far back events without a number are looked for unless a period is named."""
LONGEST = timedelta(days=366)


@blueprint.get("/desk/attendance")
@open_to("coordinator")
@personal
def grid() -> ResponseReturnValue:
    """The events of a day, or those without a number, each with its official number and what was said."""
    form = _filter()
    if not _is_fine(form):
        page = GridPage(form, "", "", ())
        return render_template("attendance/grid.html", page=page), UNREADABLE
    asked = _asked(form)
    ids = events_asked(db.session(), asked, clock.now())
    shown = events_to_count(db.session(), ids[:ON_PAGE])
    more = shown[-1].code if len(ids) > ON_PAGE else ""
    if asked.show == "differ":
        shown = [event for event in shown if differs(event)]
    page = _page(form, asked, GridForm(shown), {}, more)
    return render_template("attendance/grid.html", page=replace(page, done=_done()))


@blueprint.post("/desk/attendance")
@open_to("coordinator")
@personal
def save() -> ResponseReturnValue:
    """Write what was changed: each event whole or not; what could not be written stays on the page with its reason."""
    require_once(request.form)
    codes = request.form.get("events", "").split()
    if len(codes) > ON_PAGE or len(set(codes)) < len(codes):
        abort(400)
    form = GridForm(_named(codes), request.form)
    outcome = _written(form)
    if not outcome.problems:
        query = {**_query(), "saved": str(len(outcome.saved))}
        return redirect(url_for("attendance.grid", **query), 303)  # type: ignore[arg-type]  # texts
    shown = _filter()
    asked = _asked(shown) if _is_fine(shown) else _today()
    page = _page(shown, asked, _afresh(outcome, form), outcome.problems, "")
    told = _said(len(outcome.saved)) if outcome.saved else ""
    page = replace(page, done=told, problems=(str(_not_saved(len(outcome.problems))),))
    return render_template("attendance/grid.html", page=page), CONFLICT if outcome.overtaken else UNREADABLE


@dataclass
class _Outcome:
    """What became of each event that was changed."""

    saved: set[str]
    problems: dict[str, list[str]]
    overtaken: dict[str, CountedEvent]


def _written(form: GridForm) -> _Outcome:
    outcome = _Outcome(set(), {}, {})
    now, actor = clock.now(), required_staff().actor
    for event in form.events:
        if not form.changed(event):
            continue
        if not form.is_fine(event):
            _refuse(outcome, event, form.seen(event))
            continue
        try:
            saying = form.saying(event)
            record(event.code, saying, source=Source.DESK, now=now, actor=actor, seen=form.seen(event))
            outcome.saved.add(event.code)
        except Overtaken as overtaken:
            outcome.overtaken[event.code] = overtaken.now
            outcome.problems[event.code] = [_meanwhile(overtaken.now)]
        except NotBegun:
            outcome.problems[event.code] = [str(_("The event has not begun. Nothing was written down."))]
        except UnknownEvent:
            outcome.problems[event.code] = [str(_("The event was called off meanwhile."))]
        except UnknownGroup:
            outcome.problems[event.code] = [str(GROUP_GONE)]
    return outcome


def _refuse(outcome: _Outcome, event: CountedEvent, seen: int | None) -> None:
    """Its fields say what is missing; where somebody else has spoken meanwhile, that comes first."""
    is_old = seen is not None and seen != event.seen
    outcome.problems[event.code] = [_meanwhile(event)] if is_old else []
    if is_old:
        outcome.overtaken[event.code] = event


def _meanwhile(event: CountedEvent) -> str:
    """What somebody else has written down since the page was made."""
    last = event.last_own
    names = names_of_actors(db.session(), {last.actor}) if last else {}
    who = names.get(last.actor, "") if last else ""
    told = {"who": who or _("Somebody"), "people": people(event.people)}
    said = _("%(who)s has written down %(people)s meanwhile. Yours stands in the field: save again if it holds.")
    return str(said % told)


def _afresh(outcome: _Outcome, sent: GridForm) -> GridForm:
    """The grid as it is by now, with what was typed where it could not be written."""
    events = events_to_count(db.session(), [event.id for event in sent.events])
    form = GridForm(events, _kept(outcome, events))
    for event in events:
        if event.code in outcome.overtaken:
            form.see(event)
        elif event.code in outcome.problems:
            form.is_fine(event)
    return form


def _kept(outcome: _Outcome, events: Sequence[CountedEvent]) -> MultiDict[str, str]:
    """What was sent; of events that were written, or not changed, what the database says by now."""
    shown = GridForm([event for event in events if event.code not in outcome.problems])
    kept = MultiDict(request.form.items(multi=True))
    for field in shown:
        kept[field.name] = field.typed
    return kept


CODE = re.compile(r"[A-Za-z0-9_-]{1,60}")
"""What may be the code of an event: anything else is none, and no question for the database."""


def _named(codes: Sequence[str]) -> list[CountedEvent]:
    """The events of these codes; 404 where one is unknown, or of a station that is not the coordinator's."""
    if not all(map(CODE.fullmatch, codes)):
        abort(404)
    found = events_to_count(db.session(), events_named(db.session(), codes))
    staff = required_staff()
    if len(found) < len(codes) or not all(staff.may(Role.COORDINATOR, event.station) for event in found):
        abort(404)
    return found


def _filter() -> AttendanceFilter:
    places = places_of(db.session(), own_stations())
    return AttendanceFilter(
        request.args, choices={"station": [(place.code, named(place.code, place.name)) for place in places]}
    )


def _is_fine(form: AttendanceFilter) -> bool:
    """Whether the period is one: not backwards, and not longer than a year."""
    if not form.validate():
        return False
    first, last = _days(form)
    if first > last:
        form.to.errors = [_("This is before the first day.")]
    elif last - first > LONGEST:
        form.to.errors = [_("Choose at most a year.")]
    return not form.wrong


def _days(form: AttendanceFilter) -> tuple[date, date]:
    today = clock.now().date()
    last = form.to.data or form.from_.data or today
    start = last - BACK if form.show.data == MISSING else last
    return form.from_.data or start, last


def _asked(form: AttendanceFilter) -> Asked:
    stations: Collection[str] | None = {form.station.data} if form.station.data else own_stations()
    return Asked(stations, _days(form), form.show.data or "all", request.args.get("after", ""), ON_PAGE + 1)


def _today() -> Asked:
    today = clock.now().date()
    return Asked(own_stations(), (today, today), "all", "", ON_PAGE + 1)


def _page(
    form: AttendanceFilter, asked: Asked, grid_form: GridForm, problems: dict[str, list[str]], more: str
) -> GridPage:
    first, last = asked.days
    query, length = _query(), last - first + timedelta(days=1)

    def of_days(start: date) -> str:
        days = {"from": start.isoformat(), "to": (start + length - timedelta(days=1)).isoformat()}
        return url_for("attendance.grid", **{**query, **days})  # type: ignore[arg-type]  # texts

    return GridPage(
        form=form,
        days=period_text(asked.days),
        sentence=sentence_of(grid_form.events),
        rows=tuple(rows_of(grid_form, problems)),
        before_url=of_days(first - length),
        after_url=of_days(last + timedelta(days=1)),
        more_url=url_for("attendance.grid", **{**query, "after": more}) if more else "",  # type: ignore[arg-type]  # texts
        missing_url=url_for("attendance.grid", show=MISSING),
        action=url_for("attendance.save", **query),  # type: ignore[arg-type]  # texts
    )


def _query() -> dict[str, str]:
    """What narrows the grid, as it stands in the address."""
    return {name: request.args[name] for name in ("station", "from", "to", "show") if request.args.get(name)}


def _done() -> str:
    saved = number_in(request.args.get("saved", ""))
    return "" if saved is None else _said(saved)


def _said(number: int) -> str:
    if not number:
        return str(_("Nothing was changed."))
    return str(ngettext("%(num)s event is saved.", "%(num)s events are saved.", number))


def _not_saved(number: int) -> str:
    told = ngettext(
        "%(num)s event was not saved: what stands against it is said in its row.",
        "%(num)s events were not saved: what stands against them is said in their rows.",
        number,
    )
    return str(told)
