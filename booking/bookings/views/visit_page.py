"""The page of a request without a time, for its group: see it, answer, ask for something else, withdraw."""

from collections.abc import Callable
from functools import wraps

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock, i18n
from booking.accounts.access import open_to
from booking.bookings import limits
from booking.bookings.answer_forms import AnswerForm, ReplyForm
from booking.bookings.guests import opened_visit
from booking.bookings.pages import Refused
from booking.bookings.presenting.visits import told_against, visit_page
from booking.bookings.queries.bookings import booking_by_reference, notes_of
from booking.bookings.queries.visit_requests import VisitFacts
from booking.bookings.services.answering import Answer
from booking.bookings.services.visit_group import counter as ask_for_another
from booking.bookings.services.visit_group import reply_about_visit, take_suggestion, withdraw_visit
from booking.bookings.terms import BookingStatus, Conflict, NoteKind, RequestStatus, WishesRefused
from booking.bookings.views.blueprint import CONFLICT, blueprint
from booking.bookings.visit_forms import CounterForm
from booking.bookings.visit_pages import CounterPage
from booking.clock_faces import reader_place
from booking.db import db
from booking.http.headers import with_token

SAID = {
    RequestStatus.NEEDS_INFORMATION: NoteKind.QUESTION,
    RequestStatus.PROPOSED: NoteKind.SUGGESTION,
    RequestStatus.REFUSED: NoteKind.REFUSAL,
    RequestStatus.REQUESTED: NoteKind.TAKEN_BACK,
}
"""What of the desk's writing stands on the page in which status."""

Step = Callable[[VisitFacts], ResponseReturnValue]


def opened(step: Step) -> Callable[[str], ResponseReturnValue]:
    """A view of one request, opened by the token in its address; anything else is the same 404, and counted."""

    @wraps(step)
    def view(reference: str) -> ResponseReturnValue:
        visit = opened_visit(reference, request.args.get("t"))
        if visit is None:
            limits.wrong_reference(request.remote_addr, clock.now())
            abort(404)
        return step(visit)

    return view


@blueprint.get("/requests/<reference>")
@open_to("holder")
@with_token
@opened
def visit(found: VisitFacts) -> ResponseReturnValue:
    """The request in its present state; once booked, the booking."""
    if found.status is RequestStatus.BOOKED:
        return redirect(url_for("bookings.booking", reference=found.reference, t=request.args.get("t")), 303)
    return _page(found, done=request.args.get("done", "")), 200


@blueprint.post("/requests/<reference>/answer")
@open_to("holder")
@with_token
@opened
def answer_question(found: VisitFacts) -> ResponseReturnValue:
    """The answer to the desk's question."""
    form = ReplyForm(request.form)
    if not form.validate():
        return _page(found, reply=form), 422
    return _do(found, form, lambda answer: reply_about_visit(answer, form.answer.data), "answered")


@blueprint.post("/requests/<reference>/suggestion")
@open_to("holder")
@with_token
@opened
def accept_suggestion(found: VisitFacts) -> ResponseReturnValue:
    """Yes to the topic that the desk suggests."""
    return _do(found, AnswerForm(request.form), take_suggestion, "taken")


@blueprint.post("/requests/<reference>/withdraw")
@open_to("holder")
@with_token
@opened
def withdraw(found: VisitFacts) -> ResponseReturnValue:
    """The group asks no more."""
    return _do(found, AnswerForm(request.form), withdraw_visit, "withdrawn")


@blueprint.get("/requests/<reference>/counter")
@open_to("holder")
@with_token
@opened
def counter_form(found: VisitFacts) -> ResponseReturnValue:
    """Where a group says what it would rather have than what was proposed."""
    version = _proposed_version(found)
    if version is None:
        return _page(found), 200
    return _counter(found, CounterForm(data={"version": str(version)})), 200


@blueprint.post("/requests/<reference>/counter")
@open_to("holder")
@with_token
@opened
def counter(found: VisitFacts) -> ResponseReturnValue:
    """Give the proposed time back, and ask for something else."""
    form = CounterForm(request.form)
    wishes = form.wishes(found.contact.time_zone or found.station.time_zone) if form.validate() else None
    if wishes is None:
        return _counter(found, form), 422
    answer = Answer(found.reference, form.seen_version, clock.now())
    try:
        ask_for_another(answer, wishes, form.said.data or "")
    except WishesRefused as error:
        told = told_against(error.by_wish, clock.now())
        return _counter(found, form, tuple(one for all_ in told.values() for one in all_)), CONFLICT
    except Conflict:
        problem = _("This was answered meanwhile, or its time is over. Nothing of yours was sent.")
        return _counter(found, form, problem=str(problem)), CONFLICT
    return redirect(_place(found, "countered"), 303)


def _proposed_version(found: VisitFacts) -> int | None:
    """The version of what a group may answer with something else: a suggested topic, or a proposed time."""
    if found.status is RequestStatus.PROPOSED:
        return found.version
    booking = booking_by_reference(db.session(), found.reference)
    is_proposed = booking is not None and booking.is_open_request and booking.status is BookingStatus.PROPOSED
    return booking.version if booking and is_proposed and found.status is RequestStatus.BOOKED else None


def _do(found: VisitFacts, form: AnswerForm, act: Callable[[Answer], object], done: str) -> ResponseReturnValue:
    """Do it, and go back to the page; 409 with the page as it is now where it came too late."""
    try:
        act(Answer(found.reference, form.seen_version, clock.now()))
    except Conflict:
        now_found = opened_visit(found.reference, request.args.get("t")) or abort(404)
        reply = form if isinstance(form, ReplyForm) else None
        return _page(now_found, reply=reply, done="overtaken"), CONFLICT
    return redirect(_place(found, done), 303)


def _place(found: VisitFacts, done: str) -> str:
    return url_for("bookings.visit", reference=found.reference, t=request.args.get("t"), done=done)


def _page(found: VisitFacts, *, done: str = "", reply: ReplyForm | None = None) -> str:
    wanted = SAID.get(found.status)
    notes = notes_of(db.session(), found.reference) if wanted else []
    said = notes[-1].text if notes and notes[-1].kind is wanted else ""
    page = visit_page(found, request.args.get("t") or "", said, done, reply)
    return render_template("bookings/visit.html", page=page)


def _counter(found: VisitFacts, form: CounterForm, refusals: tuple[Refused, ...] = (), problem: str = "") -> str:
    token, zone = request.args.get("t") or "", found.contact.time_zone or found.station.time_zone
    page = CounterPage(
        reference=found.reference,
        token=token,
        back_url=url_for("bookings.visit", reference=found.reference, t=token),
        zone=reader_place(zone, i18n.current_locale()),
        form=form,
        refusals=refusals,
        problem=problem,
    )
    return render_template("bookings/visit_counter.html", page=page)
