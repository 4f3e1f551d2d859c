"""One event at the desk: see it, change it or call it off, alone or with its series, give it to a guide."""

import secrets
from collections.abc import Sequence
from dataclasses import replace

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock, i18n
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff, staff_at
from booking.accounts.terms import Role
from booking.bookings.event_desk_pages import EventDesk
from booking.bookings.explanations import explain
from booking.bookings.limit_words import binding_text, bound_text
from booking.bookings.presenting.desk_event import BOOKED, confirm_page, event_page, guide_choices
from booking.bookings.queries.bookings import bookings_in
from booking.bookings.queries.planning import offering_at_station
from booking.bookings.queries.situation import bare_situation
from booking.bookings.rules import explain as explain_limits
from booking.bookings.series_forms import NOBODY, CancelForm, ChangeForm, GuideForm
from booking.bookings.services.reschedule import OverCapacity
from booking.bookings.services.series import Done, LanguageIsTaken, Order, cancel_events, change_events, look
from booking.bookings.survey import NOTHING, EventChange, NoSeries, Overtaken, Stopped
from booking.bookings.terms import BookingRefused, BookingRequest, Conflict, KeyReused
from booking.bookings.views.event_beside import beside
from booking.bookings.views.event_joint import as_partner
from booking.bookings.views.series import DONE, blueprint
from booking.catalogue.queries import catalogue
from booking.db import db
from booking.http.headers import personal
from booking.scheduling.queries.desk import DeskEvent, desk_event, guides_for
from booking.scheduling.queries.fitness import fitness
from booking.scheduling.series import BadPattern
from booking.scheduling.services.assign import HostsOvertaken, assign_guide, guides_seen, unassign
from booking.scheduling.terms import HostTaken, RoomTaken, UnknownEvent
from booking.scheduling.words import in_words

REFUSED = (Conflict, BookingRefused, BadPattern, HostTaken, RoomTaken, KeyReused)


@blueprint.get("/desk/events/<code>")
@open_to("coordinator")
@personal
def event(code: str) -> ResponseReturnValue:
    """The event as it is, and what can be done; for the desk of a partner what that may see and do."""
    as_one = as_partner(code, request.args.get("at", ""))
    return as_one or page_of(mine(code), done=request.args.get("done", ""))


@blueprint.get("/desk/events/<code>/change")
@open_to("coordinator")
@personal
def confirm_change(code: str) -> ResponseReturnValue:
    """What the change would reach; nothing is done yet."""
    found = mine(code)
    form = _change_form(found)
    form.process(request.args)
    if not form.validate():
        return page_of(found, change=form, opened="change"), 422
    wanted = form.change(found)
    if wanted == EventChange(release=wanted.release):
        return page_of(found, change=form, opened="change", problems=[_("Nothing is different yet.")]), 422
    return _confirm(found, form, wanted)


@blueprint.get("/desk/events/<code>/cancel")
@open_to("coordinator")
@personal
def confirm_cancel(code: str) -> ResponseReturnValue:
    """Whom calling it off would reach; nothing is done yet."""
    found, form = mine(code), CancelForm(request.args)
    if not form.validate():
        return page_of(found, cancel=form, opened="cancel"), 422
    return _confirm(found, form, NOTHING)


@blueprint.post("/desk/events/<code>/change")
@open_to("coordinator")
@personal
def change(code: str) -> ResponseReturnValue:
    """Make the change, to what is ticked."""
    found = mine(code)
    form = _change_form(found)
    form.process(request.form)
    if not form.validate():
        return page_of(found, change=form, opened="change"), 422
    wanted = form.change(found)
    try:
        return _done(change_events(_order(found, form), wanted), found, form, "changed")
    except REFUSED as error:
        return _confirm(found, form, wanted, _why(error), 409)


@blueprint.post("/desk/events/<code>/cancel")
@open_to("coordinator")
@personal
def cancel(code: str) -> ResponseReturnValue:
    """Call off what is ticked."""
    found, form = mine(code), CancelForm(request.form)
    if not form.validate():
        return page_of(found, cancel=form, opened="cancel"), 422
    try:
        return _done(cancel_events(_order(found, form), form.reason.data or ""), found, form, "cancelled")
    except REFUSED as error:
        return _confirm(found, form, NOTHING, _why(error), 409)


@blueprint.post("/desk/events/<code>/guide")
@open_to("coordinator")
@personal
def assign(code: str) -> ResponseReturnValue:
    """Give the event to a guide, or to nobody."""
    found, now, actor = mine(code), clock.now(), required_staff().actor
    form = GuideForm(request.form, choices={"guide": _guides(found)})
    if not form.validate():
        return page_of(found, guide=form), 422
    if form.seen.data is not None and form.seen.data != guides_seen(found):
        return _given_meanwhile(found, form)
    try:
        if form.guide.data:
            assign_guide(code, form.guide.data, now=now, actor=actor, seen=form.seen.data)
        else:
            unassign(code, now=now, actor=actor, seen=form.seen.data)
    except HostsOvertaken:
        return _given_meanwhile(mine(code), form)
    except (HostTaken, RoomTaken, UnknownEvent) as error:
        return page_of(found, guide=form, problems=_why(error)), 409
    return redirect(url_for("series.event", code=code, done="changed"), 303)


def _given_meanwhile(found: DeskEvent, form: GuideForm) -> ResponseReturnValue:
    """409: who has it by now; what was chosen stays, to be sent again."""
    form.seen.raw_data = [guides_seen(found)]
    there = i18n.join_list([one.shown for one in found.guides], i18n.current_locale()) or _("nobody")
    wanted = dict(form.guide.choices).get(form.guide.data or "", _("nobody"))
    told = _("Somebody has given it to %(now)s meanwhile. You wanted %(wanted)s: send it again if that still holds.")
    return page_of(found, guide=form, problems=[told % {"now": there, "wanted": wanted}]), 409


def mine(code: str) -> DeskEvent:
    """The event, if its station is the coordinator's; unknown and foreign ones are the same 404."""
    found = desk_event(db.session(), code) or abort(404)
    staff_at(Role.COORDINATOR, found.station)
    return found


def page_of(
    found: DeskEvent,
    *,
    change: ChangeForm | None = None,
    cancel: CancelForm | None = None,
    guide: GuideForm | None = None,
    done: str = "",
    problems: Sequence[str] = (),
    opened: str = "",
    desk: EventDesk | None = None,
) -> str:
    """The event, with what was typed where it could not be done."""
    bookings = bookings_in(db.session(), [found.id], frozenset(BOOKED))
    forms = None
    if found.is_to_come(clock.now()):
        first = found.guides[0].code if found.guides else ""
        own = guide or GuideForm(choices={"guide": _guides(found)}, data={"guide": first, "seen": guides_seen(found)})
        forms = change or _change_form(found), cancel or CancelForm(), own
    said = str(DONE.get(done, ""))
    page = event_page(found, bookings, forms, done=said, problems=problems, opened=opened)
    if forms:
        told = explain_limits(bare_situation(BookingRequest(event=found.code), clock.now()), clock.now())
        page = replace(page, binding=binding_text(told), limits=tuple(map(bound_text, told.bounds)))
    return render_template("bookings/series_event.html", page=replace(page, desk=desk or beside(found)))


def _confirm(
    found: DeskEvent,
    form: ChangeForm | CancelForm,
    wanted: EventChange,
    problems: Sequence[str] = (),
    status: int = 200,
) -> ResponseReturnValue:
    """Ask once more, with all that it reaches; where even that cannot be said, the event again."""
    sent = request.values if status == 200 else request.form  # noqa: PLR2004  the page is asked for the first time
    chosen = frozenset(sent.getlist("event")) or None
    try:
        seen = look(found.code, wanted, form.how_far, chosen, clock.now())
    except REFUSED as error:
        return page_of(found, problems=_why(error)), 409
    key = secrets.token_urlsafe(16)
    page = confirm_page(seen, form, sent, key, problems)
    return render_template("bookings/series_confirm.html", page=page), status


def _order(found: DeskEvent, form: ChangeForm | CancelForm) -> Order:
    return Order(
        found.code,
        form.how_far,
        clock.now(),
        required_staff().actor,
        chosen=frozenset(request.form.getlist("event")),
        state=form.state.data or "",
        key=form.key.data or "",
    )


def _done(done: Done, found: DeskEvent, form: ChangeForm | CancelForm, said: str) -> ResponseReturnValue:
    """Back to the event, or to the series that was changed."""
    if done.series and form.how_far.value != "one":
        return redirect(url_for("series.one", code=done.series, done=said), 303)
    return redirect(url_for("series.event", code=found.code, done=said), 303)


def _change_form(found: DeskEvent) -> ChangeForm:
    known = catalogue(db.session())
    place = offering_at_station(db.session(), found.offering)
    given = known.languages_of(place[0]) if place else ()
    guides = guides_for(db.session(), [found.station_id])
    choices = {
        "language": i18n.language_choices({*given, found.language}, i18n.current_locale()),
        "guide": [(NOBODY, _("Nobody")), *((one.code, one.shown) for one in guides)],
    }
    data = {
        "starts_on": found.starts_local.date(),
        "starts_at": found.starts_local.time(),
        "language": found.language,
        "capacity": found.capacity,
        "title": str(found.title or ""),
    }
    return ChangeForm(choices=choices, data=data)


def _guides(found: DeskEvent) -> list[tuple[str, str]]:
    """Who works for the station, those first whom nothing stands against."""
    guides = guides_for(db.session(), [found.station_id])
    against = fitness(db.session(), [found.id], [one.id for one in guides]).get(found.id, {})
    reasons = {one.code: in_words(against[one.id][0]) for one in guides if against.get(one.id)}
    return guide_choices({one.code: one.shown for one in guides}, reasons, [one.code for one in found.guides])


def _why(error: Exception) -> list[str]:
    """Why it cannot be done, in the page's language."""
    if isinstance(error, Stopped) and not error.survey.chosen:
        return [_("Tick at least one event.")]
    if isinstance(error, BookingRefused):
        told = explain(error.refusals, locale=i18n.current_locale(), now=clock.now())
        return [i18n.join_sentences((one.message, one.way_out)) for one in told]
    if isinstance(error, OverCapacity | LanguageIsTaken):
        booked = i18n.join_list([one.reference for one in error.bookings], i18n.current_locale())
        if isinstance(error, OverCapacity):
            return [_("More places are taken than that, by %(bookings)s.", bookings=booked)]
        return [_("Groups have booked in the present language: %(bookings)s.", bookings=booked)]
    said = {
        Stopped: _("What is marked below stops it. Nothing was changed: untick it, or choose another time."),
        Overtaken: _("Somebody has changed these events since you looked. Nothing was changed: look again."),
        NoSeries: _("This event belongs to no series that can be changed as one."),
        BadPattern: _("The series cannot be moved like that: change single events."),
        HostTaken: _("The guide is in another event at that time."),
        RoomTaken: _("The meeting room is taken at that time."),
    }
    return [str(said.get(type(error), _("This event has changed, or is over. Nothing was changed.")))]
