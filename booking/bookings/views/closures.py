"""The desk's closures: the list, and announcing one: look first, choose what becomes of each visit, then send."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from booking import clock, i18n, zones
from booking.accounts import navigation
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff, staff_at
from booking.accounts.terms import Role
from booking.bookings.closing import ClosureRefused, ClosureWish, NotPossible, Order, Preview, PreviewOvertaken
from booking.bookings.closing_terms import Choice, Hurdle
from booking.bookings.closure_forms import MOST_PHASES, ClosureForm, SendForm, phase_days, said
from booking.bookings.closure_letters import samples
from booking.bookings.closure_pages import ClosurePage, LetterShown
from booking.bookings.presenting.board import named
from booking.bookings.presenting.closure_log import closures_page
from booking.bookings.presenting.closures import Chosen, found
from booking.bookings.presenting.series import carried
from booking.bookings.queries.board import places_of
from booking.bookings.queries.closing_log import closures_known, operations_known
from booking.bookings.services.closure_days import extension
from booking.bookings.services.closure_declare import declare
from booking.bookings.services.closure_preview import preview
from booking.bookings.terms import Conflict, KeyReused
from booking.bookings.views.board import own_stations
from booking.catalogue.queries import station_named
from booking.catalogue.terms import StationFacts
from booking.db import db
from booking.http.headers import personal
from booking.http.once import require_once
from booking.scheduling.terms import HostTaken, RoomTaken
from booking.text import number_in

ANSWER_DAYS, ANSWER_AT = 5, time(18)
"""Working days that groups have to answer, unless the coordinator says otherwise, and the hour of the last."""
MOST_PAGES = 200

blueprint = Blueprint("closures", __name__)
blueprint.record(navigation.link("closures.listed", _l("Closures"), "coordinator", 30))


@blueprint.get("/desk/closures")
@open_to("coordinator")
@personal
def listed() -> ResponseReturnValue:
    """The closures of the coordinator's stations, and what was announced."""
    session, mine, now = db.session(), own_stations(), clock.now()
    page = closures_page(closures_known(session, mine), operations_known(session, mine), now)
    return render_template("bookings/closures.html", page=page)


@blueprint.get("/desk/closures/new")
@open_to("coordinator")
@personal
def new() -> ResponseReturnValue:
    """The form; once it is complete, what the closure would hit. Nothing is stored."""
    form = _form(request.args)
    if "station" not in request.args:
        _only_station(form)
        return _page(form, request.args)
    if "add" in request.args:
        return _page(form, request.args)
    return _looked(form, request.args)


@blueprint.post("/desk/closures/look")
@open_to("coordinator")
@personal
def look() -> ResponseReturnValue:
    """Another part of what it hits, the choices made so far kept. Nothing is stored."""
    return _looked(_form(request.form), request.form)


@blueprint.post("/desk/closures")
@open_to("coordinator")
@personal
def announce() -> ResponseReturnValue:
    """Declare it as it was looked at and chosen, all or nothing; a double click does it once."""
    form, send = _form(request.form), SendForm(request.form)
    if not form.validate():
        return _page(form, request.form, send=send), 422
    place = _station(form)
    staff_at(Role.COORDINATOR, place.code)
    try:
        wishes = _wishes(form)
    except ClosureRefused as refused:
        return _refused(form, refused, request.form, None)
    answer_by = send.answer_by(place.time_zone) if send.validate() else None
    if send.errors:
        return _looked(form, request.form, send=send, status=422)
    return _declared(form, send, _order(wishes, send, answer_by))


def _order(wishes: tuple[ClosureWish, ...], send: SendForm, answer_by: datetime | None) -> Order:
    return Order(
        wishes,
        now=clock.now(),
        actor=required_staff().actor,
        answer_by=answer_by,
        choices=_choices(request.form),
        rest=_rest(request.form.get("rest", "")),
        state=send.state.data,
        key=send.key.data,
    )


def _declared(form: ClosureForm, send: SendForm, order: Order) -> ResponseReturnValue:
    changed = _("This has changed since you looked. Nothing was done: look at it again, then send.")
    try:
        done = declare(order)
    except PreviewOvertaken as overtaken:
        return _with(form, overtaken.preview, request.form, send=send, warning=changed), 409
    except NotPossible as wrong:
        marked = frozenset(one.event.code for one in wrong.hits)
        warning = _("Nothing was done: say first what becomes of the visits that are marked.")
        return _with(form, wrong.preview, request.form, send=send, warning=warning, marked=marked), 409
    except ClosureRefused as refused:
        return _refused(form, refused, request.form, send)
    except (HostTaken, RoomTaken, KeyReused, Conflict):
        return _looked(form, request.form, send=send, warning=changed, status=409)
    return redirect(url_for("closures.operation", code=done.operation, done="sent"), 303)


def _looked(
    form: ClosureForm,
    values: MultiDict[str, str],
    *,
    send: SendForm | None = None,
    warning: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    """What the form would hit, or the form again with what is wrong."""
    if not form.validate():
        return _page(form, values, send=send), 422
    staff_at(Role.COORDINATOR, _station(form).code)
    try:
        seen = preview(_wishes(form), clock.now())
    except ClosureRefused as refused:
        return _refused(form, refused, values, send)
    return _with(form, seen, values, send=send, warning=warning), status


def _refused(
    form: ClosureForm, refused: ClosureRefused, values: MultiDict[str, str], send: SendForm | None
) -> ResponseReturnValue:
    there = refused.closure
    in_the_way = ""
    if there:
        days = phase_days(there.starts_on, there.ends_on)
        in_the_way = _("The premises are closed then already: %(code)s, %(days)s", code=there.code, days=days)
    form.say(refused.hurdle, in_the_way)
    warning = "" if form.wrong else said(refused.hurdle)
    if not form.wrong and send is not None:
        return _looked(form, values, send=send, warning=warning, status=422)
    return _page(form, values, send=send, warning=warning), 422


def _with(
    form: ClosureForm,
    seen: Preview,
    values: MultiDict[str, str],
    *,
    send: SendForm | None = None,
    warning: str = "",
    marked: frozenset[str] = frozenset(),
) -> str:
    """The page with what the closure hits."""
    chosen = _chosen(values, seen, marked)
    send = send or SendForm(values if "answer_on" in values else None)
    if send.answer_on.data is None and not send.answer_on.errors:
        _suggest(send, seen, clock.now())
    send.key.data, send.state.data = secrets.token_urlsafe(16), seen.state
    send.key.raw_data = send.state.raw_data = None
    page = ClosurePage(
        form=form,
        send=send,
        found=found(seen, chosen),
        hidden=_carried(values),
        warning=warning,
        page=chosen.page,
        rest=chosen.rest.value if chosen.rest else "",
        letters=_letters(seen, chosen, send) if "read" in values else (),
        may_add=len(form.phases) < MOST_PHASES,
        zone_note=i18n.station_in(seen.station.code, i18n.current_locale(), seen.station.name),
    )
    return render_template("bookings/closure_new.html", page=page)


def _letters(seen: Preview, chosen: Chosen, send: SendForm) -> tuple[LetterShown, ...]:
    """The mails as they would be sent; none where something is still to be decided."""
    answer_by = send.answer_by(seen.station.time_zone)
    actor = required_staff().actor
    order = Order(seen.wishes, clock.now(), actor, answer_by, choices=chosen.choices, rest=chosen.rest)
    try:
        found = samples(db.session(), seen, order)
    except (ClosureRefused, NotPossible):
        return ()
    locale = i18n.current_locale()
    return tuple(
        LetterShown(
            i18n.language_name(one.locale, locale), one.locale, i18n.direction(one.locale), one.subject, one.text
        )
        for one in found
    )


def _suggest(send: SendForm, seen: Preview, now: datetime) -> None:
    """Some working days to answer; a group whose visit begins earlier has until then."""
    station = seen.station
    today = zones.local_date(now, station.time_zone)
    day = zones.nth_working_day_after(today, ANSWER_DAYS, station.working_weekdays, frozenset())
    send.answer_on.data, send.answer_at.data = day, ANSWER_AT


def _page(form: ClosureForm, values: MultiDict[str, str], *, send: SendForm | None = None, warning: str = "") -> str:
    page = ClosurePage(
        form=form,
        send=send or SendForm(),
        hidden=_carried(values),
        warning=warning,
        may_add=len(form.phases) < MOST_PHASES,
    )
    return render_template("bookings/closure_new.html", page=page)


def _carried(values: MultiDict[str, str]) -> tuple[tuple[str, str], ...]:
    """The fields of the closure itself, to go along with the confirmation."""
    return tuple((name, value) for name, value in carried(values) if name.startswith(("p1-", "p2-", "p3-", *_OWN)))


_OWN = ("station", "announced_on", "extends", "reason", "phases")


def _form(values: MultiDict[str, str]) -> ClosureForm:
    """The form with the stations of this coordinator; without one, it is still empty. Nothing in it is meant twice."""
    require_once(values)
    choices = [(one.code, named(one.code, one.name)) for one in places_of(db.session(), own_stations())]
    given = None if request.method == "GET" and "station" not in values else values
    return ClosureForm(given, choices={"station": choices}, phases=_phases(values))


def _only_station(form: ClosureForm) -> None:
    """Whoever looks after one station need not choose it."""
    if len(form.station.choices) == 1:
        form.station.data = form.station.choices[0][0]


def _phases(values: Mapping[str, str]) -> int:
    given = values.get("add", values.get("phases", "1"))
    return int(given) if given in {"1", "2", "3"} else 1


def _chosen(values: MultiDict[str, str], seen: Preview, marked: frozenset[str]) -> Chosen:
    """What is chosen so far; a button for all takes the choice of each visit back but of those decided one by one."""
    choices, rest, for_all = _choices(values), _rest(values.get("rest", "")), values.get("all", "")
    if for_all:
        single = {one.event.code for one in seen.hits if one.needs_choice}
        choices, rest = {code: one for code, one in choices.items() if code in single}, _rest(for_all)
    return Chosen(choices, rest, _page_number(values), marked)


def _page_number(values: Mapping[str, str]) -> int:
    return number_in(str(values.get("turn", values.get("page", ""))), MOST_PAGES) or 1


def _station(form: ClosureForm) -> StationFacts:
    return station_named(db.session(), str(form.station.data)) or abort(404)


def _wishes(form: ClosureForm) -> tuple[ClosureWish, ...]:
    """What is wished. A closure that goes on stops what it stopped so far. Raises ClosureRefused."""
    station, now = _station(form), clock.now()
    wishes = form.wishes(zones.local_date(now, station.time_zone))
    if not form.extends.data:
        return wishes
    more = extension(form.extends.data, wishes[0].ends_on, now)
    if more.station != station.code:
        raise ClosureRefused(Hurdle.UNKNOWN)
    return (replace(more, message=wishes[0].message, messages={**more.messages, **wishes[0].messages}),)


def _choices(values: MultiDict[str, str]) -> dict[str, Choice]:
    """What was chosen, by the event's code; what is no choice is passed over."""
    known = {one.value: one for one in Choice}
    begins = "choice-"
    return {
        name.removeprefix(begins): known[value]
        for name, value in values.items()
        if name.startswith(begins) and value in known
    }


def _rest(given: str) -> Choice | None:
    return Choice(given) if given in {one.value for one in Choice} else None
