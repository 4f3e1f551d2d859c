"""The desk's front page: the board of the week with what must be seen to, and the events behind each of its fields."""

from dataclasses import replace

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from booking import clock, i18n
from booking.accounts import navigation
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff
from booking.accounts.terms import Role
from booking.bookings.board_forms import NO_GUIDE, STATES, EventsForm
from booking.bookings.presenting.board import Board, board_page, events_page, named
from booking.bookings.queries.board import events_behind, expiring, over_capacity, places_of, week_in_numbers
from booking.db import db
from booking.http.headers import personal
from booking.scheduling.queries.desk import DeskEvent
from booking.scheduling.queries.red_list import red_list
from booking.scheduling.roster.weeks import BadWeek, Week, parse_week
from booking.scheduling.terms import EventStatus

ON_PAGE = 100

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
    """The week, and the three lists of what cannot wait."""
    session, mine, now = db.session(), own_stations(), clock.now()
    week = _week(request.args.get("week", ""))
    shown = Board(
        week=week,
        places=places_of(session, mine),
        cells=week_in_numbers(session, mine, (week.monday, week.sunday)),
        red=red_list(session, mine, now),
        expiring=expiring(session, mine, now),
        over=over_capacity(session, mine, now),
    )
    return render_template("bookings/board.html", page=board_page(shown))


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
    sent = request.args.get("sent", "")
    if sent.isdecimal() and len(sent) < 4:  # noqa: PLR2004  digits
        told = ngettext("%(num)s message is on its way.", "%(num)s messages are on their way.", int(sent))
        page = replace(page, sent=told)
    return render_template("bookings/events.html", page=page)


def events_form() -> EventsForm:
    """The filter of the list of events, read from the address."""
    places = places_of(db.session(), own_stations())
    tags = {tag for place in places for tag in place.languages}
    choices = {
        "station": [(place.code, named(place.code, place.name)) for place in places],
        "language": i18n.language_choices(tags, i18n.current_locale()),
        "status": STATES,
    }
    return EventsForm(request.args, choices=choices)


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
