"""The guide's day."""

from dataclasses import replace
from datetime import timedelta

from flask import render_template, request
from flask.typing import ResponseReturnValue

from booking import clock, zones
from booking.accounts.access import open_to
from booking.attendance.queries import events_to_count
from booking.db import db
from booking.guiding.presenting.done import done_today
from booking.guiding.presenting.today import Day, today_page, tours_shown
from booking.guiding.queries.calls import calls_between
from booking.guiding.queries.sick import can_undo_sick
from booking.guiding.queries.tours import tours_between, tours_to_count, with_groups
from booking.guiding.views.blueprint import blueprint, find_own_guide
from booking.http.headers import personal
from booking.scheduling.queries.offers import asked_for_cover, pending_for
from booking.scheduling.roster.weeks import Week

AHEAD = timedelta(days=14)
COUNTED_FOR = timedelta(days=30)
"""How long an event without a number is asked for here; the desk goes on asking."""
MOST_COUNTS = 5
CALL_LASTS = timedelta(minutes=30)
"""For so long after its beginning a test call is still shown."""


@blueprint.get("/")
@open_to("guide")
@personal
def today() -> ResponseReturnValue:
    """The next event, the rest of the day, offers, and numbers to write down."""
    guide, now, session = find_own_guide(), clock.now(), db.session()
    if guide is None:
        return render_template("guiding/nobody.html")
    zone = guide.station.time_zone
    monday, _end = zones.day_bounds(Week.of(zones.local_date(now, zone)).monday, zone)
    tours = tours_between(session, guide.id, monday, now + AHEAD)
    known = {tour.id: tour for tour in with_groups(session, tours_shown(tours, zone, now))}
    day = Day(
        guide=guide,
        now=now,
        tours=[known.get(tour.id, tour) for tour in tours],
        asked=asked_for_cover(session, list(known)),
        offers=pending_for(session, guide.id, now),
        counts=events_to_count(session, tours_to_count(session, guide.id, now - COUNTED_FOR, now)[:MOST_COUNTS]),
        may_undo_sick=can_undo_sick(session, guide.id, now),
        calls=calls_between(session, guide.id, now - CALL_LASTS, now + AHEAD),
    )
    said = done_today(request.args)
    return render_template("guiding/today.html", page=replace(today_page(day), done=said.text, is_bad=said.is_bad))
