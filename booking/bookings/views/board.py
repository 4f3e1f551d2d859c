"""The desk's front page: the board of the week with what must be seen to, and the events behind each of its fields."""

from dataclasses import replace
from datetime import timedelta

from flask import Blueprint, abort, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from booking import clock, i18n
from booking.accounts import navigation
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff
from booking.accounts.terms import Role
from booking.bookings.board_forms import NO_GUIDE, STATES, BoardForm, EventsForm
from booking.bookings.presenting.board import Board, board_page, events_page, named
from booking.bookings.queries.board import (
    Place,
    events_behind,
    expiring,
    over_capacity,
    places_of,
    pressing,
    week_in_numbers,
)
from booking.bookings.queries.uncounted import events_without_number
from booking.db import db
from booking.fields import Choices
from booking.http.headers import personal
from booking.scheduling.queries.desk import DeskEvent
from booking.scheduling.queries.partners import to_answer
from booking.scheduling.queries.red_list import red_list
from booking.scheduling.roster.weeks import BadWeek, Week, parse_week
from booking.scheduling.terms import EventStatus
from booking.text import number_in

ON_PAGE = 100
DONE = {
    "declined": _l("Declined. The desk that asked is being written to."),
    "withdrawn": _l("Withdrawn. The desk that leads the event is being written to."),
}
"""Said where an event is none of the desk's any more."""
LOOKED_BACK = timedelta(days=60)
"""How far back the board looks for events without a number."""
GUIDES_TURN = timedelta(days=1)
"""How long after an event its number is the guide's business alone."""

blueprint = Blueprint("desk", __name__)
blueprint.record(navigation.link("desk.board", _l("Board"), "coordinator", 1))
blueprint.record(navigation.link("desk.requests", _l("Requests"), "coordinator", 2))
blueprint.record(navigation.link("desk.search", _l("Search"), "coordinator", 3))


def own_stations() -> frozenset[str] | None:
    """The codes of the stations whose desk this is; None for all."""
    return required_staff().stations(Role.COORDINATOR)


@blueprint.get("/desk/")
@open_to("coordinator")
@personal
def board() -> ResponseReturnValue:
    """The week, and the lists of what cannot wait; narrowed to a station or a language where the address says so."""
    week = _week(request.args.get("week", ""))
    form = BoardForm(request.args, choices=_place_choices())
    form.week.data = week
    is_known = form.validate()
    shown = _board(week, form, form.station.data if is_known else "")
    if is_known and form.language.data:
        shown = shown.in_language(form.language.data)
    page = replace(board_page(shown), done=str(DONE.get(request.args.get("done", ""), "")))
    return render_template("bookings/board.html", page=page), 200 if is_known else 422


def _board(week: Week, form: BoardForm, station: str | None) -> Board:
    """The week at one station, or at all of the desk."""
    session, now = db.session(), clock.now()
    mine = frozenset({station}) if station else own_stations()
    return Board(
        now=now,
        week=week,
        form=form,
        places=[one for one in own_places() if not station or one.code == station],
        cells=week_in_numbers(session, mine, (week.monday, week.sunday)),
        red=red_list(session, mine, now),
        expiring=expiring(session, mine, now),
        pressing=pressing(session, mine, now),
        over=over_capacity(session, mine, now),
        joint=to_answer(session, mine, now),
        uncounted=events_without_number(session, mine, now - LOOKED_BACK, now - GUIDES_TURN),
    )


def own_places() -> list[Place]:
    """The stations whose desk this is, looked up once a request."""
    if "own_places" not in g:
        g.own_places = places_of(db.session(), own_stations())
    found: list[Place] = g.own_places
    return found


def _place_choices() -> dict[str, Choices]:
    """Stations of the desk, and the languages in which they give anything."""
    tags = {tag for place in own_places() for tag in place.languages}
    return {
        "station": [(place.code, named(place.code, place.name)) for place in own_places()],
        "language": i18n.language_choices(tags, i18n.current_locale()),
    }


@blueprint.get("/desk/events")
@open_to("coordinator")
@personal
def events() -> ResponseReturnValue:
    """The events of a week, narrowed by station, language and state."""
    form = events_form()
    if not form.validate():
        page = events_page(_week(""), form, (), "")
        return render_template("bookings/events.html", page=page), 422
    found = events_found(form, ON_PAGE + 1, request.args.get("after", ""))
    more = found[ON_PAGE - 1].code if len(found) > ON_PAGE else ""
    page = events_page(form.week.data or _week(""), form, found[:ON_PAGE], more)
    sent = number_in(request.args.get("sent", ""))
    if sent is not None:
        told = ngettext("%(num)s message is on its way.", "%(num)s messages are on their way.", sent)
        page = replace(page, sent=told)
    return render_template("bookings/events.html", page=page)


def events_form() -> EventsForm:
    """The filter of the list of events, read from the address."""
    return EventsForm(request.args, choices={**_place_choices(), "status": STATES})


def events_found(form: EventsForm, most: int, after: str = "") -> list[DeskEvent]:
    """The events that a filter names, soonest first; after the one of that code, where one is given."""
    week, wanted = form.week.data or _week(""), form.status.data
    without = clock.now() if wanted == NO_GUIDE else None
    return events_behind(
        db.session(),
        {form.station.data} if form.station.data else own_stations(),
        (week.monday, week.sunday),
        most,
        language=form.language.data or "",
        status=EventStatus(wanted) if wanted and not without else None,
        needs_host_at=without,
        after=after,
    )


def _week(text: str) -> Week:
    """The week of the address, else the present one; 404 for what is no week."""
    try:
        return parse_week(text) if text else Week.of(clock.now().date())
    except BadWeek:
        abort(404)
