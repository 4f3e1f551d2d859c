"""The guide's week: see it, move a tour, take a day or some hours off."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock, zones
from booking.accounts.access import open_to
from booking.bookings.rules import holidays
from booking.db import db
from booking.guiding.forms import BlockForm, MoveForm, UnblockForm
from booking.guiding.pages import Asked, WeekPage
from booking.guiding.presenting import moves
from booking.guiding.presenting.done import done_week
from booking.guiding.presenting.week import OwnWeek, week_page
from booking.guiding.queries.calendar import calendar_of
from booking.guiding.queries.guides import OwnGuide
from booking.guiding.queries.tours import tour_of, tours_between
from booking.guiding.services.move import MovedMeanwhile, MoveRefused, look_at_move, move_tour
from booking.guiding.views.blueprint import actor, blueprint, own_guide
from booking.http.headers import personal
from booking.scheduling.forms import minutes
from booking.scheduling.hosts import OtherHours
from booking.scheduling.queries.closures import closures_of
from booking.scheduling.queries.offers import pending_for
from booking.scheduling.roster.weeks import BadWeek, Week, parse_week
from booking.scheduling.services import availability

CONFLICT, UNREADABLE = 409, 422


@blueprint.get("/week")
@open_to("guide")
@personal
def week() -> ResponseReturnValue:
    """A week, this one unless another is named; `move` and `block` open the forms for an event or a day."""
    guide = own_guide()
    try:
        asked = parse_week(request.args.get("week", ""))
    except BadWeek:
        asked = Week.of(zones.local_date(clock.now(), guide.station.time_zone))
    page, args = _page(guide, asked), request.args
    moved = tour_of(db.session(), guide.id, args["moved"]) if "moved" in args else None
    done = moves.moved(moved, guide, clock.now()) if moved else done_week(args).text
    page = replace(page, done=done, undo=_undo(args), opened="move" if "move" in args else "")
    return _shown(page, move_form=_chosen(page, args.get("move", "")))


@blueprint.post("/week/move")
@open_to("guide")
@personal
def move() -> ResponseReturnValue:
    """Another time for a tour; where groups would be told, the question comes first."""
    guide, now, form = own_guide(), clock.now(), MoveForm(request.form)
    if not form.validate():
        return _again(guide, move_form=form)
    try:
        tour = look_at_move(guide, form.event.data, form.local, now=now)
        if tour.group_count and not form.confirmed.data:
            return _again(guide, move_form=form, asked=moves.question(tour, form))
        move_tour(guide, form.event.data, form.local, now=now, actor=actor(), version=form.seen)
    except MoveRefused as refused:
        return _again(guide, move_form=form, refused=moves.why_not(refused, guide, now))
    except MovedMeanwhile:
        return _again(guide, move_form=form, refused=str(_("This tour was changed meanwhile. Look where it is now.")))
    return redirect(url_for("guiding.week", week=str(Week.of(form.day.data)), moved=form.event.data), 303)


@blueprint.post("/week/block")
@open_to("guide")
@personal
def block() -> ResponseReturnValue:
    """A day off, or some hours of it; tours that stand then stay, and want cover."""
    guide, form = own_guide(), BlockForm(request.form)
    if not form.validate():
        return _again(guide, block_form=form)
    day, window = form.day.data, form.window
    if window is None:
        availability.set_days_off(guide.id, day, day, off=True, now=clock.now(), actor=actor())
    else:
        hours = OtherHours(day, *window, works=False)
        availability.add_other_hours(guide.id, hours, now=clock.now(), actor=actor())
    taken: dict[str, Any] = {"opens": form.opens.typed} if window else {}
    done = "hours" if window else "day"
    return redirect(url_for("guiding.week", week=str(Week.of(day)), done=done, day=day.isoformat(), **taken), 303)


@blueprint.post("/week/work")
@open_to("guide")
@personal
def work() -> ResponseReturnValue:
    """Take a day off back, or hours of it that were."""
    guide, form = own_guide(), UnblockForm(request.form)
    if not form.validate():
        abort(UNREADABLE)
    day, now = form.day.data, clock.now()
    if form.opens.data is None:
        availability.set_days_off(guide.id, day, day, off=False, now=now, actor=actor())
    else:
        availability.remove_other_hours(guide.id, day, minutes(form.opens.data), now=now, actor=actor())
    return redirect(url_for("guiding.week", week=str(Week.of(day)), done="worked"), 303)


def _undo(args: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The fields of the form that takes a block back."""
    if args.get("done") not in {"day", "hours"}:
        return ()
    return tuple((name, args[name]) for name in ("day", "opens") if name in args)


def _page(guide: OwnGuide, shown: Week) -> WeekPage:
    """The week as it is: five statements, whatever stands in it."""
    session, now, zone = db.session(), clock.now(), guide.station.time_zone
    start, end = zones.day_bounds(shown.monday, zone)[0], zones.day_bounds(shown.sunday, zone)[1]
    offers = [one for one in pending_for(session, guide.id, now) if start <= one.event.starts_at < end]
    own = OwnWeek(
        guide=guide,
        week=shown,
        now=now,
        calendar=calendar_of(session, guide, [shown.monday + timedelta(days=step) for step in range(7)]),
        tours=tours_between(session, guide.id, start, end),
        offers=offers,
        holidays={day: one.message for one in closures_of(session, guide.station, now) for day in holidays([one])},
    )
    return week_page(own)


def _chosen(page: WeekPage, code: str) -> MoveForm:
    """The form with an event of the page chosen, at the time at which it stands."""
    for day in page.days:
        for entry in day.entries:
            if entry.code == code and entry.move_url:
                local = datetime.fromisoformat(f"{day.day}T{entry.time}")
                return MoveForm(data={"event": code, "day": local.date(), "time": local.time()})
    return MoveForm()


def _again(
    guide: OwnGuide,
    *,
    move_form: MoveForm | None = None,
    block_form: BlockForm | None = None,
    asked: Asked | None = None,
    refused: str = "",
) -> ResponseReturnValue:
    """The page once more: with the question, the refusal, or what could not be read."""
    page = _page(guide, Week.of(_day_meant(guide, move_form, block_form)))
    opened = "" if asked else "move" if move_form else "block"
    status = 200 if asked else CONFLICT if refused else UNREADABLE
    page = replace(page, asked=asked, refused=refused, opened=opened)
    return _shown(page, move_form=move_form, block_form=block_form), status


def _day_meant(guide: OwnGuide, move_form: MoveForm | None, block_form: BlockForm | None) -> date:
    """The day that was typed; else that of the tour, so that the form finds it again; else today."""
    form = move_form or block_form
    if form and form.day.data:
        typed: date = form.day.data
        return typed
    tour = tour_of(db.session(), guide.id, move_form.event.data) if move_form and move_form.event.data else None
    return zones.local_date(tour.starts_at if tour else clock.now(), guide.station.time_zone)


def _shown(page: WeekPage, move_form: MoveForm | None = None, block_form: BlockForm | None = None) -> str:
    forms = {"move_form": move_form or MoveForm(), "block_form": block_form or BlockForm()}
    return render_template("guiding/week.html", page=page, **forms)
