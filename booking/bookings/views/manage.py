"""The page behind the manage link: see, change the number, move, cancel, take the calendar file."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import wraps
from typing import TypeVar

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock, i18n
from booking.accounts.access import open_to
from booking.bookings import limits
from booking.bookings.answer_forms import AnswerForm, ReplyForm
from booking.bookings.explanations import explain
from booking.bookings.forms import CancelForm, ChangeSizeForm, LateForm, MoveForm
from booking.bookings.guests import known_situation, opened_booking, opened_visit
from booking.bookings.links import join_token, token_of
from booking.bookings.messages import calendar_file
from booking.bookings.offers import Criteria, Slot
from booking.bookings.presenting.common import refused
from booking.bookings.presenting.manage import Managed, booking_page, can_change, is_late
from booking.bookings.queries.bookings import BookingFacts, notes_of
from booking.bookings.queries.closing_told import closed_for
from booking.bookings.queries.line import ahead_of
from booking.bookings.queries.preparation import call_of
from booking.bookings.queries.search import alternatives, nearest, request_for
from booking.bookings.queries.situation import situation
from booking.bookings.queries.visit_requests import visit_by_reference
from booking.bookings.rules import holidays
from booking.bookings.services.answer_offer import accept_offer
from booking.bookings.services.answering import Answer
from booking.bookings.services.cancel import cancel as cancel_booking
from booking.bookings.services.change import change_size as change_number
from booking.bookings.services.change import move as move_booking
from booking.bookings.services.group_answers import decline_proposal, take_proposal
from booking.bookings.services.group_answers import reply as reply_to
from booking.bookings.services.links import renew_link
from booking.bookings.terms import CHANGEABLE, BookingRefused, BookingStatus, Conflict, NoteKind, Refusal, UnknownTime
from booking.bookings.views.blueprint import blueprint
from booking.db import db
from booking.http.headers import with_token
from booking.scheduling.queries.closures import closures_of
from booking.text import number_in

MOVES_OFFERED = 5
SAID = {
    BookingStatus.NEEDS_INFORMATION: NoteKind.QUESTION,
    BookingStatus.PROPOSED: NoteKind.PROPOSAL,
    BookingStatus.REFUSED: NoteKind.REFUSAL,
}
"""What of the desk's writing stands on the page in which status."""

Step = Callable[[BookingFacts, datetime], ResponseReturnValue]
View = Callable[[str], ResponseReturnValue]
Form = TypeVar("Form", bound=LateForm)


def opened(step: Step) -> View:
    """A view of one booking, opened by the token in its address; anything else is the same 404, and counted."""

    @wraps(step)
    def view(reference: str) -> ResponseReturnValue:
        now = clock.now()
        token = request.args.get("t")
        booking = opened_booking(reference, token)
        if booking is None or booking.status is BookingStatus.WITHDRAWN:
            visit = opened_visit(reference, token)
            if visit is not None and (booking is None or visit.is_open) and request.method == "GET":
                return redirect(url_for("bookings.visit", reference=reference, t=token), 303)
        if booking is None:
            limits.wrong_reference(request.remote_addr, now)
            abort(404)
        known = closures_of(db.session(), booking.station, now)
        return step(replace(booking, holidays=holidays(known)), now)

    return view


@blueprint.get("/bookings/<reference>")
@open_to("holder")
@with_token
@opened
def booking(found: BookingFacts, now: datetime) -> ResponseReturnValue:
    """The booking in its present state."""
    return _page(found, now, done=request.args.get("done", "")), 200


@blueprint.get("/bookings/<reference>.ics")
@open_to("holder")
@with_token
@opened
def ics(found: BookingFacts, now: datetime) -> ResponseReturnValue:
    """The calendar entry of a sure booking."""
    if found.status is not BookingStatus.CONFIRMED:
        abort(404)
    headers = {"Content-Disposition": f'attachment; filename="{found.reference}.ics"'}
    return Response(calendar_file(found, now), content_type="text/calendar; charset=utf-8", headers=headers)


@blueprint.get("/bookings/<reference>/join")
@open_to("holder")
@with_token
@opened
def join(found: BookingFacts, _now: datetime) -> ResponseReturnValue:
    """Where this stood before: on to the joining page, which has a link of its own."""
    return redirect(url_for("joining.page", token=join_token(found.reference, found.generation)), 303)


@blueprint.post("/bookings/<reference>/size")
@open_to("holder")
@with_token
@opened
def change_size(found: BookingFacts, now: datetime) -> ResponseReturnValue:
    """Another number of people."""
    form = _late(ChangeSizeForm(request.form), found, now)

    def change() -> BookingFacts:
        adults = form.accompanying_adults.data
        return change_number(
            found.reference,
            size=form.size.data,
            accompanying_adults=adults,
            now=now,
            late=bool(form.late_confirmed.data),
            version=_version(form),
        )

    return _do(found, form, change, now, "size", "size")


@blueprint.post("/bookings/<reference>/move")
@open_to("holder")
@with_token
@opened
def move(found: BookingFacts, now: datetime) -> ResponseReturnValue:
    """Another time; the old one is kept until the new one is sure."""
    form = _late(MoveForm(request.form), found, now)

    def change() -> BookingFacts:
        target = request_for(form.slot.data, _criteria(found))
        known_situation(target, now, own=found)
        late = bool(form.late_confirmed.data)
        return move_booking(found.reference, target, now=now, late=late, version=_version(form))

    return _do(found, form, change, now, "move", "moved")


@blueprint.post("/bookings/<reference>/cancel")
@open_to("holder")
@with_token
@opened
def cancel(found: BookingFacts, now: datetime) -> ResponseReturnValue:
    """Give the place back."""
    form = _late(CancelForm(request.form), found, now)

    def change() -> BookingFacts:
        late = bool(form.late_confirmed.data)
        return cancel_booking(found.reference, now=now, late=late, version=_version(form))

    return _do(found, form, change, now, "cancel", "cancelled")


@blueprint.post("/bookings/<reference>/proposal")
@open_to("holder")
@with_token
@opened
def answer_proposal(found: BookingFacts, now: datetime) -> ResponseReturnValue:
    """Yes or no to the time that the desk proposes."""
    form = AnswerForm(request.form)
    answer = Answer(found.reference, form.seen_version, now)
    wanted = request.form.getlist("answer")
    if wanted not in (["yes"], ["no"]):
        abort(400)
    act, done = (take_proposal, "taken") if wanted == ["yes"] else (decline_proposal, "declined")
    return _answer(found, now, lambda: act(answer), done)


@blueprint.post("/bookings/<reference>/answer")
@open_to("holder")
@with_token
@opened
def reply_to_desk(found: BookingFacts, now: datetime) -> ResponseReturnValue:
    """The answer to the desk's question."""
    form = ReplyForm(request.form)
    if not form.validate():
        return _page(found, now, reply=form), 422
    answer = Answer(found.reference, form.seen_version, now)
    return _answer(found, now, lambda: reply_to(answer, form.answer.data), "answered", form)


def _answer(
    found: BookingFacts, now: datetime, act: Callable[[], BookingFacts], done: str, form: ReplyForm | None = None
) -> ResponseReturnValue:
    """Tell the desk, and go back to the page; 409 with the page as it is now where it came too late."""
    try:
        after = act()
    except Conflict:
        now_found = opened_booking(found.reference, request.args.get("t")) or abort(404)
        return _page(replace(now_found, holidays=found.holidays), now, reply=form, done="overtaken"), 409
    if after.status is BookingStatus.REQUESTED and done == "accepted":
        done = "requested"  # NSH-01: the desk decides
    place = url_for("bookings.booking", reference=found.reference, t=request.args.get("t"), done=done)
    return redirect(place, 303)


@blueprint.post("/bookings/<reference>/offer")
@open_to("holder")
@with_token
@opened
def answer_offer(found: BookingFacts, now: datetime) -> ResponseReturnValue:
    """Yes or no to the places that a group in line is offered."""
    version, wanted = AnswerForm(request.form).seen_version, request.form.getlist("answer")
    if wanted not in (["yes"], ["no"]):
        abort(400)
    act, done = (accept_offer, "accepted") if wanted == ["yes"] else (cancel_booking, "left")
    try:
        return _answer(found, now, lambda: act(found.reference, now=now, version=version), done)
    except BookingRefused as error:
        return _page(found, now, refusals=error.refusals), 409


@blueprint.post("/bookings/<reference>/link")
@open_to("holder")
@with_token
@opened
def new_link(found: BookingFacts, now: datetime) -> ResponseReturnValue:
    """End this secret link; the new one goes to the contact's address and nowhere else."""
    if found.status not in CHANGEABLE:
        abort(409)
    renew_link(found.reference, now=now)
    return redirect(url_for("bookings.my_links", sent="yes"), 303)


def _overtaken() -> str:
    return str(_("This booking was changed meanwhile. Below is how it is now: look, then change it again."))


def _version(form: LateForm) -> int | None:
    """The state that the page showed."""
    return number_in(form.version.data or "")


def _late(form: Form, found: BookingFacts, now: datetime) -> Form:
    form.late = is_late(found, now)
    return form


def _criteria(found: BookingFacts) -> Criteria:
    """What the group would choose from: the same offering and language, for as many."""
    return Criteria(
        languages=(found.event.language,),
        size=found.size,
        youngest_age=found.youngest_age,
        organisation_type=found.organisation_type,
        offering=found.offering.code,
        time_zone=found.contact.time_zone or found.station.time_zone,
    )


def _do(
    found: BookingFacts, form: LateForm, change: Callable[[], BookingFacts], now: datetime, fold: str, done: str
) -> ResponseReturnValue:
    """Make the change and go back to the page; or the page again, with what was wrong, refused or overtaken."""
    forms = {fold: form}
    if not form.validate():
        return _page(found, now, forms, opened=fold), 422
    try:
        changed = change()
    except BookingRefused as error:
        return _page(found, now, forms, error.refusals, opened=fold), 409
    except UnknownTime:
        abort(404)
    except Conflict:
        form.version.errors = [_overtaken()]
        return _page(found, now, forms, opened=fold), 409
    if done == "moved" and changed.status is not BookingStatus.CONFIRMED:
        done = "move_requested"
    if done == "cancelled" and found.status is BookingStatus.WAITING:
        done = "left"
    return redirect(_back_to(found, done), 303)


def _back_to(found: BookingFacts, done: str) -> str:
    token = token_of(found.reference, found.generation)
    return url_for("bookings.booking", reference=found.reference, t=token, done=done)


def _page(
    found: BookingFacts,
    now: datetime,
    forms: dict[str, LateForm] | None = None,
    refusals: Sequence[Refusal] = (),
    *,
    opened: str = "",
    done: str = "",
    reply: ReplyForm | None = None,
) -> str:
    given = forms or {}
    state = {"version": str(found.version)}
    numbers = {**state, "size": found.size, "accompanying_adults": found.accompanying_adults}
    told = explain(refusals, locale=i18n.current_locale(), now=now, request=found.as_request())
    for form in given.values():
        form.refuse({one.field: one.message for one in told})
    shown = Managed(
        booking=found,
        token=request.args.get("t"),
        now=now,
        size_form=given.get("size") or _late(ChangeSizeForm(data=numbers), found, now),
        move_form=given.get("move") or _late(MoveForm(data=state), found, now),
        cancel_form=given.get("cancel") or _late(CancelForm(data=state), found, now),
        options=_options(found, now),
        refusals=refused(told, anchors=("size", "accompanying_adults")),
        alternatives=_instead(found, now) if refusals and opened != "cancel" else (),
        opened=opened,
        done=done,
        said=_said(found),
        reply_form=reply or ReplyForm(data=state),
        call=call_of(db.session(), found.id) if _may_be_tested(found, now) else None,
        may_counter=found.status is BookingStatus.PROPOSED and _stands_behind(found.reference),
        ahead=ahead_of(db.session(), found.id) if found.status is BookingStatus.WAITING else 0,
        closed=closed_for(db.session(), found.id) if found.status is BookingStatus.PROPOSED else None,
    )
    return render_template("bookings/booking.html", page=booking_page(shown))


def _may_be_tested(found: BookingFacts, now: datetime) -> bool:
    """Whether a test call may have been agreed that is still to come."""
    return found.status is BookingStatus.CONFIRMED and bool(found.technical_email) and found.event.starts_at > now


def _stands_behind(reference: str) -> bool:
    """Whether a request is there to go back to."""
    return visit_by_reference(db.session(), reference) is not None


def _said(found: BookingFacts) -> str:
    """What the desk wrote last, where it is for the group to read now."""
    wanted = SAID.get(found.status)
    notes = notes_of(db.session(), found.reference) if wanted else []
    return next((one.text for one in reversed(notes) if one.kind is wanted), "")


def _options(found: BookingFacts, now: datetime) -> Sequence[Slot]:
    """Times to move to, nearest to the present one."""
    if not can_change(found, now):
        return ()
    near = nearest(_criteria(found), found.event.starts_at, now, n=MOVES_OFFERED)
    return [slot for slot in near if slot.starts_at != found.event.starts_at and slot.offering == found.offering.code]


def _instead(found: BookingFacts, now: datetime) -> Sequence[Slot]:
    asked = replace(found.as_request(), offering=found.offering.code)
    return alternatives(asked, situation(found.as_request(), now, own=found), now)
