"""The desk's series: the list, a new one with its preview, one with its events. Those of other stations are unknown."""

import secrets
from collections.abc import Mapping
from itertools import groupby

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking import clock, i18n
from booking.accounts import navigation
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff
from booking.accounts.terms import Role
from booking.bookings.desk_pages import PlanPage
from booking.bookings.explanations import explain
from booking.bookings.forms import WEEKDAYS
from booking.bookings.planning import EventsWish, Preview, UnknownGuide, look
from booking.bookings.presenting.common import WEEKDAY_NAMES, refused
from booking.bookings.presenting.series import plan_page, series_page, series_row
from booking.bookings.queries.planning import offering_at_station
from booking.bookings.rules.planning import Collision
from booking.bookings.series_forms import SaveForm, SeriesForm
from booking.bookings.services.plan import Collided, put_on_calendar
from booking.bookings.terms import BookingRefused, KeyReused, UnknownTime
from booking.catalogue.queries import Catalogue, catalogue
from booking.catalogue.terms import Format, OfferingStatus, StationFacts
from booking.catalogue.words import title_of
from booking.db import db
from booking.fields import Choices
from booking.http.headers import personal
from booking.scheduling.queries.desk import DeskSeries, events_of_series, guides_for, series_of
from booking.scheduling.series import BadPattern, places
from booking.scheduling.services.series import plan_of
from booking.scheduling.terms import HostTaken, RoomTaken

blueprint = Blueprint("series", __name__)
blueprint.record(navigation.link("series.listed", _l("Series"), "coordinator", 40))

DONE: Mapping[str, object] = {
    "saved": _l("The series is on the calendar."),
    "changed": _l("Changed. Whoever had to be told is being written to."),
    "cancelled": _l("Called off. Whoever had booked is being written to."),
    "restored": _l("It takes place after all. Its groups are being written to."),
    "written": _l("The messages are on their way."),
    "asked": _l("Asked. Their desks are being written to."),
    "taken-back": _l("Taken back. The desk of the station is being written to."),
    "agreed": _l("Your station takes part. The desk that asked is being written to."),
    "sent": _l("Saved. Whoever comes along, or does not any more, is being written to."),
}


@blueprint.get("/desk/series")
@open_to("coordinator")
@personal
def listed() -> ResponseReturnValue:
    """The series of the coordinator's stations, those that end last first."""
    found = series_of(db.session(), required_staff().stations(Role.COORDINATOR), clock.now())
    rows = [series_row(one, plan_of(one.pattern)) for one in found]
    return render_template("bookings/series.html", rows=rows)


@blueprint.get("/desk/series/new")
@open_to("coordinator")
@personal
def new() -> ResponseReturnValue:
    """The form; what the address carries is filled in."""
    form = _form()
    if request.args:
        form.process(request.args)
        for one in form:
            one.errors = []
    return render_template("bookings/series_new.html", page=PlanPage(form))


@blueprint.get("/desk/series/preview")
@open_to("coordinator")
@personal
def preview() -> ResponseReturnValue:
    """What the form would make; nothing is stored."""
    form = _form()
    form.process(request.args)
    found = _looked(form)
    if not isinstance(found, Preview):
        return render_template("bookings/series_new.html", page=found), 422
    page = plan_page(form, found, values=request.args, key=secrets.token_urlsafe(16))
    return render_template("bookings/series_preview.html", page=page)


@blueprint.post("/desk/series")
@open_to("coordinator")
@personal
def save() -> ResponseReturnValue:
    """Make what is ticked, all or nothing; a double click makes it once."""
    form, more = _form(), SaveForm(request.form)
    form.process(request.form)
    found = _looked(form)
    if not isinstance(found, Preview):
        return render_template("bookings/series_new.html", page=found), 422
    if not more.validate():
        page = plan_page(form, found, values=request.form, key=secrets.token_urlsafe(16), kept=_kept())
        return render_template("bookings/series_preview.html", page=page), 422
    return _saved(form, found.wish, more.key.data)


def _saved(form: SeriesForm, wish: EventsWish, key: str) -> ResponseReturnValue:
    kept, now = _kept(), clock.now()
    try:
        put = put_on_calendar(wish, kept, now=now, actor=required_staff().actor, key=key)
    except Collided as collided:
        page = plan_page(form, collided.preview, values=request.form, key=key, kept=kept, fresh=collided.fresh)
        return render_template("bookings/series_preview.html", page=page), 409
    except (HostTaken, RoomTaken, KeyReused):
        seen = look(db.session(), wish, now)
        fresh = [line.key for line in seen.lines if line.collisions]
        page = plan_page(form, seen, values=request.form, key=secrets.token_urlsafe(16), kept=kept, fresh=fresh)
        return render_template("bookings/series_preview.html", page=page), 409
    if wish.rhythm is None:
        return redirect(url_for("series.event", code=put.reference), 303)
    return redirect(url_for("series.one", code=put.reference, done="saved"), 303)


def _kept() -> dict[str, frozenset[Collision]]:
    """The starts that are ticked, each with what the desk saw against it."""
    known = {one.value: one for one in Collision}
    parts = [value.split("|") for value in request.form.getlist("keep")]
    return {key: frozenset(known[one] for one in seen if one in known) for key, *seen in parts}


@blueprint.get("/desk/series/<code>")
@open_to("coordinator")
@personal
def one(code: str) -> ResponseReturnValue:
    """A series and its events."""
    series, session = mine(code), db.session()
    plan, events = plan_of(series.pattern), events_of_series(session, series.id)
    stands = places(plan.rhythm, [(e.id, e.starts_local, e.occurrence_on) for e in events]) if plan else {}
    moved = {event.id for event in events if stands.get(event.id, event.starts_local) != event.starts_local}
    done = str(DONE.get(request.args.get("done", ""), ""))
    page = series_page(series, plan, events, moved, clock.now(), done)
    return render_template("bookings/series_one.html", page=page)


def mine(code: str) -> DeskSeries:
    """The series, if its events are at a station of the coordinator's, all of them."""
    everywhere = series_of(db.session(), None, clock.now(), code)
    staff = required_staff()
    if not everywhere or not all(staff.may(Role.COORDINATOR, found.station) for found in everywhere):
        abort(404)
    return everywhere[0]


def _looked(form: SeriesForm) -> Preview | PlanPage:
    """What the form would make, or the form again with what is wrong."""
    place = offering_at_station(db.session(), str(form.offering.data)) if form.validate() else None
    wish = form.wish(place[1].time_zone) if place else None
    if wish is None:
        return PlanPage(form)
    try:
        return look(db.session(), wish, clock.now())
    except BadPattern as bad:
        form.say(bad)
    except (UnknownGuide, UnknownTime):
        form.refuse({"guide": _("This guide does not work for the station.")})
    except BookingRefused as error:
        told = explain(error.refusals, locale=i18n.current_locale(), now=clock.now())
        return PlanPage(form, refusals=refused(told, anchors=("language", "offering")))
    return PlanPage(form)


def _form() -> SeriesForm:
    known, mine = catalogue(db.session()), required_staff().stations(Role.COORDINATOR)
    stations = [one for one in known.stations.values() if mine is None or one.code in mine]
    tags = {tag for one in stations for tag in (*known.tours.get(one.id, ()), *known.briefings.get(one.id, ()))}
    guides = guides_for(db.session(), [one.id for one in stations])
    choices: dict[str, Choices] = {
        "offering": _offerings(known, stations),
        "language": i18n.language_choices(tags, i18n.current_locale()),
        "weekdays": list(zip(WEEKDAYS, WEEKDAY_NAMES.values(), strict=True)),
        "guide": [(one.code, one.shown) for one in guides],
    }
    return SeriesForm(choices=choices)


def _offerings(known: Catalogue, stations: list[StationFacts]) -> Choices:
    """What the stations give at set times, by station and title."""
    locale = i18n.current_locale()
    names = {one.id: i18n.station_name(one.code, locale, one.name) for one in stations}
    given = [
        (names[one.station_id], title_of(one.titles, one.title)[0], one.code)
        for one in known.offerings.values()
        if one.station_id in names
        and one.format is not Format.ON_DEMAND
        and one.status is not OfferingStatus.AWAITING_REOPENING
    ]
    return [
        (code, _("%(station)s: %(title)s", station=station, title=title))
        for station, group in groupby(sorted(given), key=lambda one: one[0])
        for _station, title, code in group
    ]
