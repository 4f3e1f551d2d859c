"""The page behind the link to join: it opens the meeting, and asks how many are with whoever opens it.

Whoever has the link may open the page; it changes nothing but that number, and names nobody.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.accounts.access import open_to
from booking.attendance.forms import PeopleForm, SurveyForm
from booking.attendance.join_queries import moved_from, platform_of, said_by_leader
from booking.attendance.joining import Moment
from booking.attendance.presenting.joining import Joining, certificate_page, join_page
from booking.attendance.services.answer import answer, has_answered
from booking.attendance.services.record import NotBegun, UnknownGroup
from booking.attendance.services.say import say
from booking.attendance.survey_queries import asking
from booking.bookings import limits
from booking.bookings.guests import joining_booking
from booking.catalogue.queries.material import materials_of
from booking.db import db
from booking.http.headers import with_token
from booking.scheduling.queries.rooms import stays
from booking.scheduling.terms import UnknownEvent

TOO_EARLY, UNREADABLE = 409, 422
blueprint = Blueprint("joining", __name__, url_prefix="/join")

Step = Callable[[Joining], ResponseReturnValue]
View = Callable[[str], ResponseReturnValue]


def opened(step: Step) -> View:
    """A view of one joining page, opened by the token in its address; anything else is the same 404, and counted."""

    @wraps(step)
    def view(token: str) -> ResponseReturnValue:
        return step(_joining(token))

    return view


def _joining(token: str) -> Joining:
    """The booking that the token opens, as it is at this moment."""
    now, session = clock.now(), db.session()
    booking = joining_booking(token)
    if booking is None:
        limits.wrong_reference(request.remote_addr, now)
        abort(404)
    stay = stays(session, [booking.event.id]).get(booking.event.id)
    return Joining(
        booking=booking,
        token=token,
        now=now,
        said=said_by_leader(session, booking.id),
        platform=stay.platform if stay else platform_of(session, booking.event.id),
        address=stay.url if stay else "",
    )


@blueprint.get("/<token>")
@open_to("holder")
@with_token
@opened
def page(found: Joining) -> ResponseReturnValue:
    """The page in its moment; whoever has just said how many they are goes on to the meeting by themselves."""
    return _page(found, _number(found))


@blueprint.post("/<token>")
@open_to("holder")
@with_token
@opened
def say_number(found: Joining) -> ResponseReturnValue:
    """How many are there."""
    form = PeopleForm(request.form)
    if not found.may_say:
        return _page(found, form, TOO_EARLY)
    if not form.validate():
        return _page(found, form, UNREADABLE)
    try:
        say(found.booking.reference, form.people.data, found.now)
    except (UnknownGroup, UnknownEvent, NotBegun):  # cancelled or moved a moment ago: the page says so
        return _page(_joining(found.token), form, TOO_EARLY)
    return redirect(url_for("joining.page", token=found.token, on="yes"), 303)


@blueprint.get("/<token>/meeting")
@open_to("holder")
@with_token
@opened
def meeting(found: Joining) -> ResponseReturnValue:
    """On to the meeting, at the address that it has at this moment; back to the page while it is not open."""
    if join_page(found).meeting_url:
        return redirect(found.address, 303)
    return redirect(url_for("joining.page", token=found.token), 303)


@blueprint.post("/<token>/survey")
@open_to("holder")
@with_token
@opened
def answer_survey(found: Joining) -> ResponseReturnValue:
    """What the group says of its event: once; a second time it is thanked and nothing is counted."""
    asked = asking(db.session(), found.booking.event.id)
    form = SurveyForm(asked, request.form)
    if not found.may_answer:
        return _page(found, _number(found), TOO_EARLY)
    if not form.validate():
        return _page(replace(found, survey=form), _number(found), UNREADABLE)
    answer(found.booking, asked, form.answers)
    return redirect(url_for("joining.page", token=found.token, _anchor="survey"), 303)


@blueprint.get("/<token>/certificate")
@open_to("holder")
@with_token
@opened
def certificate(found: Joining) -> ResponseReturnValue:
    """That the group took part, to be printed; back to the page where it did not, or nobody knows yet."""
    if found.moment is not Moment.AFTER or not found.has_certificate:
        return redirect(url_for("joining.page", token=found.token), 303)
    return render_template("attendance/certificate.html", page=certificate_page(found))


def _number(found: Joining) -> PeopleForm:
    """What was said last, else the number that is booked."""
    return PeopleForm(data={"people": found.said or found.booking.size})


def _survey(found: Joining) -> SurveyForm | None:
    """What the group is asked, once it is."""
    return SurveyForm(asking(db.session(), found.booking.event.id)) if found.may_answer else None


def _page(found: Joining, form: PeopleForm, status: int = 200) -> Response:
    """The page; a browser that is to go on is told so in a header, since a form may lead nowhere outside."""
    session, booking = db.session(), found.booking
    page = join_page(
        replace(
            found,
            form=form,
            is_going=request.args.get("on") == "yes" and found.said is not None,
            survey=found.survey or _survey(found),
            has_answered=found.may_answer and has_answered(session, booking.id),
            was_at=moved_from(session, booking),
            materials=materials_of(session, [booking.offering.id]).get(booking.offering.id, ()),
        )
    )
    made = make_response(render_template("attendance/join.html", page=page), status)
    if page.is_going:
        made.headers["Refresh"] = f"0; url={page.meeting_url}"
    return made
