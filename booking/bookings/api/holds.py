"""Keeping a time for ten minutes while a group says who it is."""

from dataclasses import replace

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from spectree import Response as Answers

from booking import clock
from booking.accounts.access import open_to
from booking.bookings import limits
from booking.bookings.api.answers import CREATED, UTC, instant, refused
from booking.bookings.api.requests import chosen, unknown_time
from booking.bookings.guests import held_reference, hold_token
from booking.bookings.schemas import HoldIn, HoldOut, RefusedProblem
from booking.bookings.services import hold as holding
from booking.bookings.services.expire import end_hold
from booking.bookings.terms import BookingRefused, UnknownTime
from booking.http.api import PREFIX, Problem, answer, spec
from booking.http.headers import personal

blueprint = Blueprint("holds_api", __name__, url_prefix=PREFIX)
NO_CONTENT = 204


@blueprint.post("/holds")
@open_to("everybody")
@personal
@spec.validate(
    resp=Answers(HTTP_201=HoldOut, HTTP_409=RefusedProblem, HTTP_422=Problem, HTTP_429=Problem),
    tags=["bookings"],
    operation_id="hold",
)
def hold(json: HoldIn) -> ResponseReturnValue:
    """Keep a time for ten minutes. It takes its places; no mail is sent, nobody is known yet."""
    now = clock.now()
    limits.hold_attempt(request.remote_addr, now)
    asked = replace(chosen(json.slot), size=json.size, youngest_age=json.youngest_age)
    try:
        held = holding.hold(asked, now=now)
    except BookingRefused as error:
        return refused(error.refusals, asked, now)
    except UnknownTime:
        raise unknown_time("slot") from None
    return answer({"hold": hold_token(held.reference), "expires_at": instant(held.expires_at, UTC)}, CREATED)


@blueprint.post("/holds/<hold>/release")
@open_to("holder")
@personal
@spec.validate(
    resp=Answers("HTTP_204", HTTP_404=Problem, HTTP_429=Problem),
    path_parameter_descriptions={"hold": "As POST /holds gave it."},
    tags=["bookings"],
    operation_id="release",
)
def release(hold: str) -> ResponseReturnValue:
    """Give a hold back before it ends. One that has ended, or has become a booking, is left as it is."""
    now, reference = clock.now(), held_reference(hold)
    if reference is None:
        limits.wrong_reference(request.remote_addr, now)
        abort(404)
    end_hold(reference, now)
    return Response(status=NO_CONTENT)
