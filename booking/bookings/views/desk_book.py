"""The desk books for a caller: a time that fits, who comes, and the answer; the rules are those of every booking."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from booking import clock, i18n
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff, staff_at
from booking.accounts.terms import Role
from booking.bookings.desk_book_forms import DeskBookForm, TimesForm
from booking.bookings.explanations import explain
from booking.bookings.forms import MOST_PEOPLE
from booking.bookings.guests import known_situation
from booking.bookings.offers import Criteria
from booking.bookings.presenting.book import book_choices
from booking.bookings.presenting.common import STANDARD_ZONE, find_choices, refused
from booking.bookings.presenting.desk_book import desk_book_page, times_choices, times_page
from booking.bookings.queries.search import alternatives, request_for, search
from booking.bookings.rules import OVERRIDABLE, Situation
from booking.bookings.rules.request import needs_technical_contact
from booking.bookings.services.book import book as book_place
from booking.bookings.terms import BookingRefused, BookingRequest, Conflict, KeyReused, Refusal, UnknownTime
from booking.bookings.views.board import blueprint, own_stations
from booking.catalogue.queries import Catalogue, catalogue
from booking.catalogue.terms import StationFacts
from booking.db import db
from booking.http.headers import personal
from booking.text import number_in

SHOWN = 40


@blueprint.get("/desk/book/times")
@open_to("coordinator")
@personal
def times() -> ResponseReturnValue:
    """Times of the own stations that fit the caller."""
    now, known = clock.now(), catalogue(db.session())
    mine = own_stations()
    stations = [one for one in known.stations.values() if mine is None or one.code in mine]
    form = _times_form(known, stations, now)
    fine = form.validate()
    criteria = Criteria(
        languages=(form.language.data,) if form.language.data else (),
        size=form.size.data,
        youngest_age=form.youngest_age.data,
        stations=tuple(sorted(one.code for one in stations)),
        offering=form.offering.data or "",
        from_day=form.from_.data,
        time_zone=form.time_zone.data or STANDARD_ZONE,
        limit=SHOWN,
    )
    page = times_page(form, search(criteria, now, known), request.args.to_dict())
    return render_template("bookings/desk_times.html", page=page), 200 if fine else 422


def _times_form(known: Catalogue, stations: Sequence[StationFacts], now: datetime) -> TimesForm:
    here = {one.id: one for one in stations}
    offerings = [one for one in known.offerings.values() if one.station_id in here]
    tags = {tag for station in here for tag in known.tours.get(station, ())}
    values = MultiDict(request.args)
    values.setdefault("time_zone", stations[0].time_zone if stations else STANDARD_ZONE)
    choices = find_choices(stations, offerings, tags, values["time_zone"], now)
    return TimesForm(values, choices=times_choices(choices))


@blueprint.get("/desk/book")
@open_to("coordinator")
@personal
def book() -> ResponseReturnValue:
    """The form for a time, filled in as far as the caller has said already; without one, the times."""
    if "slot" not in request.args:
        return redirect(url_for("desk.times"), 303)
    found, _wish = _known(request.args.get("slot", ""))
    given: dict[str, object] = {name: request.args.get(name, "") for name in ("slot", "time_zone")}
    for name in ("size", "youngest_age"):
        given[name] = number_in(request.args.get(name, ""), MOST_PEOPLE)
    return _page(found, _form(found, data={**given, "key": secrets.token_urlsafe(24)}))


@blueprint.post("/desk/book")
@open_to("coordinator")
@personal
def save() -> ResponseReturnValue:
    """Book it; whatever is wrong or refused, the page comes again with all that was typed."""
    if not request.form.get("slot"):
        return redirect(url_for("desk.times"), 303)
    found, chosen = _known(request.form.get("slot", ""))
    form = _form(found, sent=request.form)
    if not form.validate():
        return _page(found, form), 422
    wish = _wish(form, chosen, found)
    actor, now = required_staff().actor, clock.now()
    try:
        made = book_place(wish, key=form.key.data or "", now=now, actor=actor, exception=form.exception.data or "")
    except BookingRefused as error:
        return _refused(found, form, wish, error.refusals), 409
    except (Conflict, KeyReused) as error:
        return _page(found, form, problem=_why(error)), 409
    return redirect(url_for("desk.one", reference=made.reference, done="book"), 303)


def _why(error: Exception) -> str:
    if isinstance(error, KeyReused):
        return str(_("This form has made a booking already, with other details. Look for the group first."))
    return str(_("Others were booking at the same moment, and somebody was faster. Nothing was booked: try again."))


def _known(slot: str) -> tuple[Situation, BookingRequest]:
    """The time of an own station; 404 for another station's and for a text that names none."""
    try:
        wish = request_for(slot, Criteria())
        found = known_situation(wish, clock.now())
    except UnknownTime:
        abort(404)
    staff_at(Role.COORDINATOR, found.station.code)
    return found, wish


def _form(
    found: Situation, sent: MultiDict[str, str] | None = None, data: Mapping[str, object] | None = None
) -> DeskBookForm:
    known, zone = catalogue(db.session()), found.station.time_zone
    choices = book_choices(list(known.offerings.values()), zone, clock.now())
    given = {"contact_locale": i18n.DEFAULT_LOCALE, **(data or {})}
    form = DeskBookForm(sent, choices=choices, data=None if sent is not None else given)
    form.needs_tester = needs_technical_contact(found.offering)
    return form


def _wish(form: DeskBookForm, chosen: BookingRequest, found: Situation) -> BookingRequest:
    """Who comes, at the time that was chosen."""
    who = form.request()
    contact = replace(who.contact, time_zone=who.contact.time_zone or found.station.time_zone)
    language = found.event.language if found.event else chosen.language
    named = replace(who, event=chosen.event, offering=chosen.offering, starts=chosen.starts)
    return replace(named, contact=contact, language=language)


def _page(found: Situation, form: DeskBookForm, *, problem: str = "") -> str:
    page = desk_book_page(found, form)
    return render_template("bookings/desk_book.html", page=replace(page, problem=problem))


def _refused(found: Situation, form: DeskBookForm, wish: BookingRequest, refusals: Sequence[Refusal]) -> str:
    """The form again: each refusal at its field and in the summary, with the three nearest times."""
    now = clock.now()
    told = explain(refusals, locale=i18n.current_locale(), now=now, request=wish)
    form.refuse({one.field: one.message for one in told})
    page = desk_book_page(found, form, alternatives(replace(wish, offering=found.offering.code), found, now))
    may_except = any(one.rule in OVERRIDABLE for one in refusals)
    page = replace(page, refusals=refused(told, anchors=form.data), may_except=may_except)
    return render_template("bookings/desk_book.html", page=page)
