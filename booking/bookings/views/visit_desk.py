"""A request without a time at the desk: accept a wish, propose, ask, refuse, suggest another topic, hand on."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock, i18n, zones
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff, staff_at
from booking.accounts.queries import trail_of
from booking.accounts.terms import Role
from booking.bookings.answer_forms import AnswerForm, AskForm, RefuseForm
from booking.bookings.explanations import explain
from booking.bookings.messages import subject_of
from booking.bookings.presenting.common import refused
from booking.bookings.presenting.desk_visit import DONE, desk_visit_page, overtaken_visit, speaker_lines
from booking.bookings.presenting.visit_answers import (
    Desk,
    accept_form,
    forms_of,
    hand_on_form,
    propose_form,
    suggest_form,
)
from booking.bookings.presenting.visits import told_against, wish_line
from booking.bookings.queries.bookings import notes_of
from booking.bookings.queries.speakers import Speaker, speakers_for
from booking.bookings.queries.visit_requests import VisitFacts, visit_by_reference, wished
from booking.bookings.services.answering import Answer
from booking.bookings.services.visit_answer import ask_about_visit, hand_on, refuse_visit, suggest_topic
from booking.bookings.services.visit_ask import against
from booking.bookings.services.visit_book import Chosen, accept_wish, propose_for_visit
from booking.bookings.services.visit_group import take_back
from booking.bookings.terms import Action, BookingRefused, Conflict, RequestStatus
from booking.bookings.views.blueprint import CONFLICT
from booking.bookings.views.board import blueprint
from booking.bookings.visit_forms import AcceptWishForm, HandOnForm, ProposeForVisitForm, TakeBackForm
from booking.bookings.visit_pages import WishChoice
from booking.catalogue.queries import catalogue
from booking.db import db
from booking.http.headers import personal
from booking.scheduling.queries.topics import topics_known
from booking.scheduling.terms import HostTaken, UnknownEvent

Act = Callable[[Answer], object]


@blueprint.get("/desk/visits/<reference>")
@open_to("coordinator")
@personal
def visit(reference: str) -> ResponseReturnValue:
    """What is asked, who could give it when, and the answers there are; once booked, the booking."""
    found = _mine(reference)
    if found.status is RequestStatus.BOOKED:
        return redirect(url_for("desk.one", reference=reference), 303)
    return _page(found, done=request.args.get("done", ""))


@blueprint.post("/desk/visits/<reference>/accept")
@open_to("coordinator")
@personal
def accept_visit(reference: str) -> ResponseReturnValue:
    """Yes to one of the wishes, and who gives it."""
    found = _mine(reference)
    form = accept_form(_desk(found), None, request.form)
    start = form.start(found.wishes)
    if start is None and form.seen_version == found.version:
        problem = _("This is none of the times they wish. Choose again.")
        return _page(found, {"accept": form}, problem=problem), 422

    def act(answer: Answer) -> object:
        if start is None:
            raise Conflict(reference)
        permitted, why = bool(form.permitted.data), form.exception.data or ""
        return accept_wish(answer, Chosen(start, form.guide.data or "", permitted=permitted, exception=why))

    return _decide(found, form, act, "accept")


@blueprint.post("/desk/visits/<reference>/propose")
@open_to("coordinator")
@personal
def propose_visit(reference: str) -> ResponseReturnValue:
    """A time, held until a day; of what was asked for, or of something else."""
    found = _mine(reference)
    form, zone = propose_form(_desk(found), request.form), found.station.time_zone
    starts_at = form.starts_at(zone) if form.validate() else None
    until = form.until(zone, clock.now()) if starts_at else None

    def act(answer: Answer) -> object:
        if starts_at is None or until is None:
            raise Conflict(reference)
        return propose_for_visit(answer, _proposed(form, starts_at, until))

    return _decide(found, form, act, "propose")


@blueprint.post("/desk/visits/<reference>/ask")
@open_to("coordinator")
@personal
def ask_visit(reference: str) -> ResponseReturnValue:
    """A question to the group."""
    found, form = _mine(reference), AskForm(request.form)
    return _decide(found, form, lambda answer: ask_about_visit(answer, form.question.data), "ask")


@blueprint.post("/desk/visits/<reference>/refuse")
@open_to("coordinator")
@personal
def refuse_request_without_time(reference: str) -> ResponseReturnValue:
    """No, with the reason that the group reads."""
    found, form = _mine(reference), RefuseForm(request.form)
    return _decide(found, form, lambda answer: refuse_visit(answer, form.reason.data), "refuse")


@blueprint.post("/desk/visits/<reference>/suggest")
@open_to("coordinator")
@personal
def suggest(reference: str) -> ResponseReturnValue:
    """Another topic (SPK-01)."""
    found = _mine(reference)
    form = suggest_form(_desk(found), request.form) or abort(404)
    until = zones.day_bounds(form.until_on.data, found.station.time_zone)[1] if form.validate() else None
    if until is not None and until <= clock.now():
        form.until_on.errors = [_("This day is over. Choose a later one.")]

    def act(answer: Answer) -> object:
        return suggest_topic(answer, form.theme.data, until or answer.now, form.said.data or "")

    return _decide(found, form, act, "suggest")


@blueprint.post("/desk/visits/<reference>/hand-on")
@open_to("coordinator")
@personal
def hand_on_visit(reference: str) -> ResponseReturnValue:
    """Another desk answers; the request is no longer this one's."""
    found = _mine(reference)
    form = hand_on_form(_desk(found), request.form) or HandOnForm(request.form)
    return _decide(found, form, lambda answer: hand_on(answer, form.station.data), "hand-on")


@blueprint.post("/desk/visits/<reference>/take-back")
@open_to("coordinator")
@personal
def take_back_proposal(reference: str) -> ResponseReturnValue:
    """A suggested topic, or a proposed time, does not stand any more."""
    found, form = _mine(reference), TakeBackForm(request.form)
    return _decide(found, form, lambda answer: take_back(answer, form.reason.data), "take-back")


def _proposed(form: ProposeForVisitForm, starts_at: datetime, until: datetime) -> Chosen:
    return Chosen(
        starts_at,
        form.guide.data or "",
        form.offering.data,
        form.language.data,
        permitted=bool(form.permitted.data),
        exception=form.why.data or "",
        until=until,
        text=form.said.data or "",
    )


def _mine(reference: str) -> VisitFacts:
    """The request, if its station is the coordinator's; unknown and foreign ones are the same 404."""
    found = visit_by_reference(db.session(), reference) or abort(404)
    staff_at(Role.COORDINATOR, found.station.code)
    return found


def _desk(found: VisitFacts, given: dict[str, AnswerForm] | None = None) -> Desk:
    session, now = db.session(), clock.now()
    speakers = speakers_for(session, found, now)
    return Desk(found, catalogue(session), speakers, topics_known(session), now, given or {})


def _decide(found: VisitFacts, form: AnswerForm, act: Act, done: str) -> ResponseReturnValue:
    """Do it and go on; or the page again, with what was wrong, refused or overtaken."""
    now = clock.now()
    if form.wrong or not form.validate():
        return _page(found, {done: form}, opened=done), 422
    try:
        act(Answer(found.reference, form.seen_version, now, required_staff().actor))
    except BookingRefused as error:
        return _page(found, {done: form}, opened=done, refusals=error), CONFLICT
    except (HostTaken, UnknownEvent):
        problem = _("This guide has just been given another event. Choose again.")
        return _page(found, {done: form}, opened=done, problem=problem), CONFLICT
    except Conflict:
        return _overtaken(_mine(found.reference), form, done)
    return redirect(_next(found, done), 303)


def _next(found: VisitFacts, done: str) -> str:
    if done == "hand-on":
        return url_for("desk.requests")
    endpoints = {"accept": "desk.one", "propose": "desk.asked"}
    return url_for(endpoints.get(done, "desk.visit"), reference=found.reference, done=done)


def _overtaken(found: VisitFacts, form: AnswerForm, done: str) -> ResponseReturnValue:
    """409 with both states; what was typed stays, to be sent again where it still can."""
    if found.status is RequestStatus.BOOKED:
        return redirect(url_for("desk.one", reference=found.reference, done="overtaken"), 303)
    form.version.raw_data = [str(found.version)]
    return _page(found, {done: form}, opened=done, late=form), CONFLICT


def _page(
    found: VisitFacts,
    given: dict[str, AnswerForm] | None = None,
    *,
    opened: str = "",
    done: str = "",
    refusals: BookingRefused | None = None,
    problem: str = "",
    late: AnswerForm | None = None,
) -> str:
    session = db.session()
    page = desk_visit_page(found, trail_of(session, subject_of(found.reference)), notes_of(session, found.reference))
    desk = _desk(found, given)
    forms = forms_of(desk)
    page = replace(
        page,
        wishes=tuple(_wishes(desk, accepts=forms is not None)),
        speakers=speaker_lines(desk.speakers, found.wishes),
        forms=forms,
        take_back=_take_back(desk),
        opened=opened,
        done=str(DONE.get(done, "")),
        problems=(problem,) if problem else (),
        overtaken=overtaken_visit(late, found, page.history) if late else None,
    )
    if refusals:
        told = explain(refusals.refusals, locale=i18n.current_locale(), now=clock.now(), request=found.as_request())
        page = replace(page, refusals=refused(told))
    return render_template("bookings/desk_visit.html", page=page)


def _take_back(desk: Desk) -> TakeBackForm | None:
    given = desk.given.get("take-back")
    if isinstance(given, TakeBackForm):
        return given
    return TakeBackForm(data=desk.state) if desk.visit.status is RequestStatus.PROPOSED else None


def _wishes(desk: Desk, *, accepts: bool) -> list[WishChoice]:
    """Each wish with what stands against it, who is free then, and the form that says yes to it."""
    found, zone = desk.visit, desk.visit.contact.time_zone
    asked = found.as_request()
    judged = against(asked, [wished(one) for one in found.wishes], desk.now, Action.ACCEPT) if asked.offering else {}
    told = told_against(judged, desk.now)
    sent = desk.given.get("accept")
    return [
        WishChoice(
            line=wish_line(start, found.station, zone, told.get(place, ())),
            form=_accept(desk, start, sent) if accepts and asked.offering and start > desk.now else None,
            free=_names(desk.speakers, start),
        )
        for place, start in enumerate(found.wishes)
    ]


def _accept(desk: Desk, start: datetime, sent: AnswerForm | None) -> AcceptWishForm:
    """The form of a wish; where it was the one that was sent, as it was filled in."""
    if isinstance(sent, AcceptWishForm) and sent.start([start]):
        return sent
    return accept_form(desk, start)


def _names(speakers: Sequence[Speaker], start: datetime) -> tuple[str, ...]:
    free = (one for one in speakers if start in one.free_at)
    return tuple(one.guide.shown if one.knows else _("%(name)s (other topics)", name=one.guide.shown) for one in free)
