"""A request at the desk: accept it, propose another time, ask the group, refuse."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from booking import clock, i18n, zones
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff
from booking.bookings.answer_forms import AcceptForm, AnswerForm, AskForm, ProposeForm, RefuseForm
from booking.bookings.desk_booking_pages import AnswerForms, OvertakenNote
from booking.bookings.explanations import explain
from booking.bookings.presenting.common import refused
from booking.bookings.presenting.desk_booking import DONE, is_undecided, overtaken
from booking.bookings.queries.bookings import BookingFacts
from booking.bookings.queries.situation import is_hosted
from booking.bookings.queries.visit_requests import visit_by_reference
from booking.bookings.services.accept_request import accept_request
from booking.bookings.services.answer_request import ask_group, propose_time, refuse_request
from booking.bookings.services.answering import Answer
from booking.bookings.terms import BookingRefused, BookingStatus, Conflict
from booking.bookings.views.board import blueprint
from booking.bookings.views.desk_bookings import mine, page_of
from booking.bookings.visit_forms import TakeBackForm
from booking.catalogue.terms import Kind
from booking.db import db
from booking.fields import Choices
from booking.http.headers import personal
from booking.scheduling.queries.desk import desk_event, guides_for
from booking.scheduling.queries.fitness import fitness
from booking.scheduling.terms import HostTaken, UnknownEvent, Visibility

HELD_DAYS = 3
"""For how many days a proposed time is held, unless the desk says otherwise."""

Act = Callable[[Answer], object]


@blueprint.get("/desk/requests/<reference>")
@open_to("coordinator")
@personal
def asked(reference: str) -> ResponseReturnValue:
    """Everything that the group asked, its history, and the answers there are."""
    return _page(mine(reference), done=request.args.get("done", ""))


@blueprint.post("/desk/requests/<reference>/accept")
@open_to("coordinator")
@personal
def accept(reference: str) -> ResponseReturnValue:
    """Yes, and who gives it."""
    found = mine(reference)
    form = _accept_form(found, request.form)

    def act(answer: Answer) -> object:
        permitted, exception = bool(form.permitted.data), form.exception.data or ""
        return accept_request(answer, form.guide.data or "", permitted=permitted, exception=exception)

    return _decide(found, form, act, "accept")


@blueprint.post("/desk/requests/<reference>/propose")
@open_to("coordinator")
@personal
def propose(reference: str) -> ResponseReturnValue:
    """Another time, held until a day."""
    found, form = mine(reference), ProposeForm(request.form)
    zone = found.station.time_zone
    starts_at = form.starts_at(zone) if not form.wrong and form.validate() else None
    until = form.until(zone, clock.now()) if starts_at else None
    if starts_at == found.event.starts_at:
        form.proposed_at.errors = [_("This is the time they asked for: accept it.")]

    def act(answer: Answer) -> object:
        if starts_at is None or until is None:
            raise Conflict(reference)
        return propose_time(answer, starts_at, until, text=form.said.data or "", exception=form.why.data or "")

    return _decide(found, form, act, "propose")


@blueprint.post("/desk/requests/<reference>/ask")
@open_to("coordinator")
@personal
def ask(reference: str) -> ResponseReturnValue:
    """A question to the group."""
    found, form = mine(reference), AskForm(request.form)
    return _decide(found, form, lambda answer: ask_group(answer, form.question.data), "ask")


@blueprint.post("/desk/requests/<reference>/refuse")
@open_to("coordinator")
@personal
def refuse(reference: str) -> ResponseReturnValue:
    """No, with the reason that the group reads."""
    found, form = mine(reference), RefuseForm(request.form)
    return _decide(found, form, lambda answer: refuse_request(answer, form.reason.data), "refuse")


def _decide(found: BookingFacts, form: AnswerForm, act: Act, done: str) -> ResponseReturnValue:
    """Do it and go back to the page; or the page again, with what was wrong, refused or overtaken."""
    now = clock.now()
    if form.seen_version != found.version or not is_undecided(found, now):
        return _overtaken(found, form, done)
    if form.wrong or not form.validate():
        return _page(found, {done: form}, opened=done), 422
    try:
        act(Answer(found.reference, form.seen_version, now, required_staff().actor))
    except BookingRefused as error:
        return _page(found, {done: form}, opened=done, refusals=error), 409
    except (HostTaken, UnknownEvent):
        problem = _("This guide has just been given another event. Choose again.")
        return _page(found, {done: form}, opened=done, problem=problem), 409
    except Conflict:
        return _overtaken(mine(found.reference), form, done)
    return redirect(url_for("desk.asked", reference=found.reference, done=done), 303)


def _overtaken(found: BookingFacts, form: AnswerForm, done: str) -> ResponseReturnValue:
    """409 with both states; what was typed stays, to be sent again where it still can."""
    told = overtaken(form, found, page_of(found).history)
    form.version.raw_data = [str(found.version)]
    form.seen.raw_data = [found.status.value]
    return _page(found, {done: form}, opened=done, note=told), 409


def _page(
    found: BookingFacts,
    forms: dict[str, AnswerForm] | None = None,
    *,
    opened: str = "",
    done: str = "",
    refusals: BookingRefused | None = None,
    problem: str = "",
    note: OvertakenNote | None = None,
) -> str:
    page = replace(page_of(found), opened=opened, done=str(DONE.get(done, "")), overtaken=note)
    if is_undecided(found, clock.now()):
        page = replace(page, answers=_forms(found, forms or {}))
    elif found.status is BookingStatus.PROPOSED and visit_by_reference(db.session(), found.reference):
        page = replace(page, take_back=TakeBackForm(data={"version": str(found.version), "seen": found.status.value}))
    if refusals:
        told = explain(refusals.refusals, locale=i18n.current_locale(), now=clock.now(), request=found.as_request())
        page = replace(page, refusals=refused(told))
    if problem:
        page = replace(page, problems=(problem,))
    return render_template("bookings/desk_booking.html", page=page)


def _forms(found: BookingFacts, given: dict[str, AnswerForm]) -> AnswerForms:
    """The four answers; the one that was sent as it was filled in."""
    state = {"version": str(found.version), "seen": found.status.value}
    accept, propose, ask, refuse = (given.get(name) for name in ("accept", "propose", "ask", "refuse"))
    return AnswerForms(
        accept=accept if isinstance(accept, AcceptForm) else _accept_form(found, data=state),
        propose=propose if isinstance(propose, ProposeForm) else ProposeForm(data={**state, **_times(found)}),
        ask=ask if isinstance(ask, AskForm) else AskForm(data=state),
        refuse=refuse if isinstance(refuse, RefuseForm) else RefuseForm(data=state),
    )


def _times(found: BookingFacts) -> dict[str, object]:
    """The time that is asked for, to be changed, and some days to answer in."""
    zone, now = found.station.time_zone, clock.now()
    local = zones.to_local(found.event.starts_at, zone)
    until = min(zones.local_date(now + timedelta(days=HELD_DAYS), zone), local.date())
    return {"proposed_on": local.date(), "proposed_at": local.time().replace(tzinfo=None), "until_on": until}


def _accept_form(
    found: BookingFacts, sent: MultiDict[str, str] | None = None, data: Mapping[str, object] | None = None
) -> AcceptForm:
    """With those who can and may give it: the one who already does, then by name."""
    needs_guide = is_hosted(found.offering) and found.event.visibility is Visibility.PRIVATE
    choices, own = _guides(found) if needs_guide else ([], "")
    form = AcceptForm(sent, choices={"guide": choices}, data={**(data or {}), "guide": own})
    form.needs_guide = needs_guide
    form.needs_permission = found.event.kind == Kind.COURTESY_VISIT
    return form


def _guides(found: BookingFacts) -> tuple[Choices, str]:
    """Guides or speakers against whom nothing stands, and the code of whoever gives it now."""
    session, event = db.session(), found.event
    known = desk_event(session, event.code)
    hosts = {guide.id: guide for guide in known.guides} if known else {}
    guides = {guide.id: guide for guide in guides_for(session, [found.station.id])} | hosts
    against = fitness(session, [event.id], list(guides)).get(event.id, {})
    free = [guide for id_, guide in guides.items() if id_ in hosts or (id_ in against and not against[id_])]
    first = next((guide.code for guide in hosts.values()), "")
    return [(guide.code, guide.shown) for guide in free], first
