"""Requests and bookings at the desk: the list by deadline, search, and one with everything about it."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import clock, i18n
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff, staff_at
from booking.accounts.queries import trail_of
from booking.accounts.terms import Role
from booking.bookings.answer_forms import RequestsForm, SearchForm
from booking.bookings.desk_book_pages import TimeRow
from booking.bookings.desk_booking_pages import DeskBookingPage, RequestsPage, SearchPage
from booking.bookings.explanations import explain
from booking.bookings.forms import CancelForm, ChangeSizeForm, SeenForm
from booking.bookings.messages import subject_of
from booking.bookings.presenting.board import named
from booking.bookings.presenting.common import refused
from booking.bookings.presenting.desk_book import time_row
from booking.bookings.presenting.desk_booking import DONE, STATUSES, absent, changed_meanwhile, desk_booking_page
from booking.bookings.presenting.desk_visit import asked_line
from booking.bookings.presenting.mail_log import why
from booking.bookings.presenting.manage import can_change, is_late
from booking.bookings.presenting.preparation import preparation_of
from booking.bookings.queries.asked import after, waiting
from booking.bookings.queries.board import places_of
from booking.bookings.queries.bookings import (
    BookingFacts,
    booking_by_reference,
    bookings_like,
    notes_of,
)
from booking.bookings.queries.no_shows import no_shows_of
from booking.bookings.queries.preparation import call_of
from booking.bookings.queries.search import alternatives
from booking.bookings.queries.situation import situation
from booking.bookings.queries.visit_requests import Sought, visit_by_reference, visits_like
from booking.bookings.rules import holidays
from booking.bookings.services.cancel import cancel as cancel_booking
from booking.bookings.services.change import change_size
from booking.bookings.services.undo import is_restorable, undo_cancellation
from booking.bookings.terms import AWAITING, UNDECIDED, BookingRefused, BookingStatus, Conflict, RequestStatus
from booking.bookings.views.board import blueprint, own_stations
from booking.catalogue.terms import Kind
from booking.catalogue.words import KINDS
from booking.db import db
from booking.fields import Choices
from booking.http.headers import personal
from booking.http.paging import page_asked
from booking.notices.queries import last_failure
from booking.scheduling.queries.closures import closures_of

ON_PAGE, FOUND = 50, 50
NO_SPEAKER = "no-speaker"


@blueprint.get("/desk/requests")
@open_to("coordinator")
@personal
def requests() -> ResponseReturnValue:
    """What waits for an answer, the first deadline first, whether it holds a time or not."""
    form = _requests_form()
    status = 200 if form.validate() else 422
    wanted = form.status.data or ""
    sought = Sought(
        stations={form.station.data} if form.station.data else own_stations(),
        statuses=(wanted,) if wanted and wanted != NO_SPEAKER else (),
        language=form.language.data or "",
        kind=form.kind.data or "",
        without_speaker=wanted == NO_SPEAKER,
    )
    try:
        found, more = waiting(db.session(), after(sought, request.args.get("after", "")), ON_PAGE)
    except ValueError:
        abort(404)
    lines = tuple(asked_line(one) for one in found) if status == 200 else ()  # noqa: PLR2004  OK
    more_url = f"{url_for('desk.requests')}?{urlencode({**request.args, 'after': more})}" if more else ""
    return render_template("bookings/requests.html", page=RequestsPage(form, lines, more_url)), status


def _requests_form() -> RequestsForm:
    places = places_of(db.session(), own_stations())
    states = [(status.value, STATUSES[status][0]) for status in sorted(AWAITING)]
    choices: dict[str, Choices] = {
        "station": [(one.code, named(one.code, one.name)) for one in places],
        "status": [*states, (NO_SPEAKER, _("No speaker found"))],
        "language": i18n.language_choices({tag for one in places for tag in one.languages}, i18n.current_locale()),
        "kind": [(kind.value, KINDS[kind]) for kind in (Kind.TOUR, Kind.BRIEFING, Kind.COURTESY_VISIT)],
    }
    return RequestsForm(request.args, choices=choices)


@blueprint.get("/desk/search")
@open_to("coordinator")
@personal
def search() -> ResponseReturnValue:
    """Bookings of the own stations by reference, organisation, class, contact or address."""
    form = SearchForm(request.args)
    if not form.validate() or not form.q.data:
        return render_template("bookings/search.html", page=SearchPage(form, (), "")), 422 if form.errors else 200
    skip = (page_asked() - 1) * FOUND
    asked = [] if skip else visits_like(db.session(), own_stations(), form.q.data, FOUND)
    booked = bookings_like(db.session(), own_stations(), form.q.data, FOUND + 1, skip)
    found = [*map(asked_line, booked[:FOUND]), *map(asked_line, asked)]
    number = ngettext("%(num)s booking found.", "%(num)s bookings found.", len(found))
    if skip or len(booked) > FOUND:
        shown = {"first": skip + 1, "last": skip + len(booked[:FOUND])}
        number = _("Bookings %(first)s to %(last)s, the newest first. Write more of the name to find fewer.", **shown)
    page = SearchPage(form, tuple(found), number, _more_url(len(booked), FOUND, skip))
    return render_template("bookings/search.html", page=page)


def _more_url(found: int, most: int, skip: int) -> str:
    """The next page; empty on the last one."""
    query: dict[str, Any] = {name: value for name, value in request.args.items() if name != "page"}
    return url_for(str(request.endpoint), **query, page=skip // most + 2) if found > most else ""


@blueprint.get("/desk/bookings/<reference>")
@open_to("coordinator")
@personal
def one(reference: str) -> ResponseReturnValue:
    """A booking with its history, and what the desk may do for the group."""
    found = mine(reference)
    if found.is_open_request:
        return redirect(url_for("desk.asked", reference=reference), 303)
    return _page(found, done=request.args.get("done", ""))


@blueprint.post("/desk/bookings/<reference>/size")
@open_to("coordinator")
@personal
def resize(reference: str) -> ResponseReturnValue:
    """Another number of people."""
    found, now = mine(reference), clock.now()
    form = _late(ChangeSizeForm(request.form), found)
    if not form.validate():
        return _page(found, size=form, opened="size"), 422
    try:
        change_size(
            reference,
            size=form.size.data,
            accompanying_adults=form.accompanying_adults.data,
            now=now,
            late=bool(form.late_confirmed.data),
            version=form.seen_version,
            actor=required_staff().actor,
        )
    except (BookingRefused, Conflict) as error:
        return _page(mine(reference), size=form, opened="size", error=error), 409
    return redirect(url_for("desk.one", reference=reference, done="size"), 303)


@blueprint.post("/desk/bookings/<reference>/cancel")
@open_to("coordinator")
@personal
def cancel(reference: str) -> ResponseReturnValue:
    """Cancel for the group."""
    found, now = mine(reference), clock.now()
    form = _late(CancelForm(request.form), found)
    if not form.validate():
        return _page(found, cancel=form, opened="cancel"), 422
    late = bool(form.late_confirmed.data)
    try:
        cancel_booking(reference, now=now, late=late, version=form.seen_version, actor=required_staff().actor)
    except (BookingRefused, Conflict) as error:
        return _page(mine(reference), cancel=form, opened="cancel", error=error), 409
    return redirect(url_for("desk.one", reference=reference, done="cancel"), 303)


@blueprint.post("/desk/bookings/<reference>/undo")
@open_to("coordinator")
@personal
def undo(reference: str) -> ResponseReturnValue:
    """Take the cancellation back."""
    found, form = mine(reference), SeenForm(request.form)
    try:
        undo_cancellation(reference, version=form.seen_version, now=clock.now(), actor=required_staff().actor)
    except (BookingRefused, Conflict) as error:
        instead = _instead(found) if isinstance(error, BookingRefused) else ()
        return _page(mine(reference), error=error, instead=instead), 409
    return redirect(url_for("desk.one", reference=reference, done="undo"), 303)


def _instead(found: BookingFacts) -> tuple[TimeRow, ...]:
    """The nearest times for the group, each with the form in which the desk books it."""
    now, asked = clock.now(), found.as_request()
    known = situation(asked, now, except_reference=found.reference)
    kept = {"size": str(found.size or ""), "time_zone": found.contact.time_zone}
    slots = alternatives(replace(asked, offering=found.offering.code), known, now)
    return tuple(time_row(slot, kept) for slot in slots)


def mine(reference: str) -> BookingFacts:
    """The booking, if its station is the coordinator's; unknown and foreign ones are the same 404."""
    found = booking_by_reference(db.session(), reference)
    if found is None or found.status is BookingStatus.WITHDRAWN:
        _go_to_request(reference)
    if found is None:
        abort(404)
    staff_at(Role.COORDINATOR, found.station.code)
    return replace(found, holidays=holidays(closures_of(db.session(), found.station, clock.now())))


def _go_to_request(reference: str) -> None:
    """Where a request without a time goes on under this reference, its page is meant."""
    visit = visit_by_reference(db.session(), reference)
    if visit is None or visit.status is RequestStatus.BOOKED or request.method != "GET":
        return
    staff_at(Role.COORDINATOR, visit.station.code)
    abort(redirect(url_for("desk.visit", reference=reference), 303))


def page_of(found: BookingFacts) -> DeskBookingPage:
    """All about a booking, without what may be done."""
    session, subject = db.session(), subject_of(found.reference)
    error = last_failure(session, subject)
    page = desk_booking_page(found, trail_of(session, subject), notes_of(session, found.reference))
    page = page if error is None else replace(page, mail_problem=why(error))
    if found.status not in UNDECIDED:
        return page
    group = (found.organisation, found.country, found.organisation_type)
    missed = no_shows_of(session, found.contact.email, group, clock.now())
    return replace(page, absent=absent(missed, found))


def _page(
    found: BookingFacts,
    *,
    size: ChangeSizeForm | None = None,
    cancel: CancelForm | None = None,
    opened: str = "",
    done: str = "",
    error: BookingRefused | Conflict | None = None,
    instead: tuple[TimeRow, ...] = (),
) -> str:
    now, state = clock.now(), {"version": str(found.version)}
    prepared = preparation_of(found, call_of(db.session(), found.id), now)
    page = replace(page_of(found), opened=opened, done=str(DONE.get(done, "")), preparation=prepared, instead=instead)
    if is_restorable(found, now):
        page = replace(page, undo_form=SeenForm(data=state))
    if can_change(found, now):
        numbers = {**state, "size": found.size, "accompanying_adults": found.accompanying_adults}
        page = replace(
            page,
            size_form=size or ChangeSizeForm(data=numbers),
            cancel_form=cancel or CancelForm(data=state),
            late=is_late(found, now),
        )
    if isinstance(error, BookingRefused):
        told = explain(error.refusals, locale=i18n.current_locale(), now=now, request=found.as_request())
        page = replace(page, refusals=refused(told, anchors=("size", "accompanying_adults")))
    elif error:
        sent = size or cancel
        trail = trail_of(db.session(), subject_of(found.reference))
        page = replace(page, overtaken=changed_meanwhile(found, sent, trail))
        if sent:
            sent.version.raw_data = [str(found.version)]
    return render_template("bookings/desk_booking.html", page=page)


def _late(form: ChangeSizeForm | CancelForm, found: BookingFacts) -> ChangeSizeForm | CancelForm:
    form.late = is_late(found, clock.now())
    return form
