"""Booking, and what a group may do with its booking: see it, change it, cancel it."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from spectree import Response as Answers
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from booking import clock
from booking.accounts.access import open_to
from booking.bookings import limits
from booking.bookings.api.answers import (
    booked_json,
    booking_json,
    both_states,
    refused,
    too_late,
    version_of,
)
from booking.bookings.api.requests import KEY, asked_for, chosen, idempotency_key, time_field, unknown_time, with_hold
from booking.bookings.guests import opened_booking
from booking.bookings.queries.bookings import BookingFacts, booking_by_reference
from booking.bookings.schemas import (
    BookedOut,
    BookingIn,
    BookingOut,
    CancellationIn,
    ChangeIn,
    KeyHeader,
    MatchHeader,
    RefusedProblem,
)
from booking.bookings.services.answer_offer import accept_offer
from booking.bookings.services.book import book as book_place
from booking.bookings.services.cancel import cancel as cancel_booking
from booking.bookings.services.change import change_size, move
from booking.bookings.services.refused import counting_refusals
from booking.bookings.terms import BookingRefused, BookingRequest, BookingStatus, Conflict, KeyReused, UnknownTime
from booking.db import db
from booking.http.api import PREFIX, TOKEN, Problem, answer, spec
from booking.http.headers import personal
from booking.http.inputs import InvalidInput

blueprint = Blueprint("bookings_api", __name__, url_prefix=PREFIX)

LATE = "CAN-01"
_ENDED_BY_GROUP = frozenset({BookingStatus.CANCELLED_BY_GROUP, BookingStatus.WITHDRAWN})
_OWN: list[dict[str, list[str]]] = [{TOKEN: []}]
_REFERENCE = {"reference": "As the answer to the booking gave it."}
_CHANGED = Answers(HTTP_200=BookingOut, HTTP_401=Problem, HTTP_404=Problem, HTTP_409=RefusedProblem, HTTP_422=Problem)


@blueprint.post("/bookings")
@open_to("everybody")
@personal
@spec.validate(
    headers=KeyHeader,
    resp=Answers(
        HTTP_201=BookedOut,
        HTTP_400=Problem,
        HTTP_409=RefusedProblem,
        HTTP_422=Problem,
        HTTP_429=Problem,
        HTTP_503=Problem,
    ),
    tags=["bookings"],
    operation_id="book",
)
def book(json: BookingIn) -> ResponseReturnValue:
    """Book a time, or ask for it where a person must decide.

    A call that got no answer is sent again with the same key: it gives the answer of the first one, byte for byte, with
    `Idempotent-Replayed: true`. The same key with another body is 422. Refused calls are not kept.
    """
    now, key = clock.now(), idempotency_key()
    asked, hold = asked_for(json)
    limits.booking_attempt(asked.contact.email, request.remote_addr, now, asked.organisation)
    try:
        with counting_refusals(asked, now):
            return booked_json(book_place(asked, key=key, now=now, hold=hold))
    except BookingRefused as error:
        wanted, own = with_hold(asked, hold, now)
        return refused(error.refusals, wanted, now, own=own)
    except UnknownTime:
        raise unknown_time(time_field(json)) from None
    except KeyReused:
        raise InvalidInput.of(KEY, _("This key was sent before with another body. Use a new one.")) from None


@blueprint.get("/bookings/<reference>")
@open_to("holder")
@personal
@spec.validate(
    resp=Answers(HTTP_200=BookingOut, HTTP_401=Problem, HTTP_404=Problem, HTTP_429=Problem),
    security=_OWN,
    path_parameter_descriptions=_REFERENCE,
    tags=["bookings"],
    operation_id="booking",
)
def booking(reference: str) -> ResponseReturnValue:
    """See a booking."""
    return _shown(_opened(reference))


def _shown(found: BookingFacts) -> Response:
    return answer(booking_json(found, clock.now()), headers=version_of(found))


def _opened(reference: str) -> BookingFacts:
    """The booking, if the token is its own; the same 404 for unknown, foreign and mistyped ones."""
    found = opened_booking(reference, _bearer())
    if found is None:
        limits.wrong_reference(request.remote_addr, clock.now())
        abort(404)
    return found


def _bearer() -> str:
    """The token of the call; 401 where there is none, whatever the reference is."""
    given = request.authorization
    if given is None or given.type != "bearer" or not given.token:
        raise Unauthorized(www_authenticate=WWWAuthenticate("bearer"))
    return given.token


@blueprint.patch("/bookings/<reference>")
@open_to("holder")
@personal
@spec.validate(
    headers=MatchHeader,
    resp=_CHANGED,
    security=_OWN,
    path_parameter_descriptions=_REFERENCE,
    tags=["bookings"],
    operation_id="change",
)
def change(reference: str, json: ChangeIn) -> ResponseReturnValue:
    """Change the number of people, or move to another time; both at once are one change.

    After the deadline CAN-01 refuses, until `late` confirms. An old `If-Match` is 409 with `current` and `asked`.
    """
    found, now = _opened(reference), clock.now()
    wanted = json.model_dump(exclude_unset=True)
    try:
        return _shown(_changed(found, json, _version(found)))
    except BookingRefused as error:
        if [one.rule for one in error.refusals] == [LATE]:
            return too_late(error.refusals, found, now)
        return refused(error.refusals, _wish(found, json), now, own=found)
    except Conflict:
        return _conflict(reference, wanted)
    except UnknownTime:
        raise unknown_time("slot") from None


def _version(found: BookingFacts) -> int | None:
    """The version that a change rests on, None for any; Conflict where If-Match names another."""
    if "If-Match" not in request.headers:
        return None
    if not request.if_match.contains(str(found.version)):
        raise Conflict(found.reference)
    return found.version


def _changed(found: BookingFacts, wanted: ChangeIn, version: int | None) -> BookingFacts:
    change = partial(move, target=chosen(wanted.slot)) if wanted.slot else change_size
    if wanted.slot is None and wanted.size is None and wanted.accompanying_adults is None:
        raise InvalidInput.of("size", _("Say what is to change: size, accompanying_adults or slot."))
    return change(
        found.reference,
        size=wanted.size,
        accompanying_adults=wanted.accompanying_adults,
        now=clock.now(),
        late=wanted.late,
        version=version,
    )


def _wish(found: BookingFacts, wanted: ChangeIn) -> BookingRequest:
    """The request that a refused change amounted to."""
    same = found.as_request()
    size = same.size if wanted.size is None else wanted.size
    if wanted.slot is None:
        return replace(same, size=size)
    other = chosen(wanted.slot)
    language = other.language or same.language
    return replace(same, size=size, event=other.event, offering=other.offering, starts=other.starts, language=language)


def _conflict(reference: str, wanted: Mapping[str, Any]) -> Response:
    """409 with both states, the booking read afresh."""
    current = booking_by_reference(db.session(), reference)
    if current is None:
        abort(404)
    return both_states(current, wanted, clock.now())


@blueprint.post("/bookings/<reference>/cancel")
@open_to("holder")
@personal
@spec.validate(
    headers=MatchHeader,
    resp=_CHANGED,
    security=_OWN,
    path_parameter_descriptions=_REFERENCE,
    tags=["bookings"],
    operation_id="cancel",
)
def cancel(reference: str, json: CancellationIn) -> ResponseReturnValue:
    """Cancel a booking, withdraw a request, or leave a line; a second time changes nothing and is no error.

    After the deadline CAN-01 refuses, until `late` confirms: it is recorded as late, and the place is freed.
    """
    found, now = _opened(reference), clock.now()
    try:
        version = _version(found)
        if found.status in _ENDED_BY_GROUP:
            return _shown(found)
        return _shown(cancel_booking(reference, now=now, late=json.late, version=version))
    except BookingRefused as error:
        return too_late(error.refusals, found, now)
    except Conflict:
        return _conflict(reference, json.model_dump(exclude_unset=True))


@blueprint.post("/bookings/<reference>/accept")
@open_to("holder")
@personal
@spec.validate(
    headers=MatchHeader,
    resp=_CHANGED,
    security=_OWN,
    path_parameter_descriptions=_REFERENCE,
    tags=["bookings"],
    operation_id="accept",
)
def accept(reference: str) -> ResponseReturnValue:
    """Take the places that a group in line is offered (status `proposed`); a second time changes nothing.

    To refuse them is to cancel. After `answer_by` it is 409: they have gone to the next in line.
    """
    found, now = _opened(reference), clock.now()
    try:
        return _shown(accept_offer(reference, now=now, version=_version(found)))
    except BookingRefused as error:
        return refused(error.refusals, found.as_request(), now, own=found)
    except Conflict:
        return _conflict(reference, {})
