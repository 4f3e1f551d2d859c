"""Requests over the API: asked for by anybody, listed and answered by desks on the version that they read."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from spectree import Response as Answers

from booking import clock, i18n, zones
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff, staff_at
from booking.accounts.terms import Role
from booking.bookings import limits
from booking.bookings.api.event_answers import instant_of
from booking.bookings.api.requests import KEY, idempotency_key
from booking.bookings.api.visit_answers import both_states, refused, request_json, told
from booking.bookings.links import manage_url, token_of
from booking.bookings.queries.asked import Asked, after, waiting
from booking.bookings.queries.bookings import booking_by_reference
from booking.bookings.queries.visit_requests import Sought, VisitFacts, visit_by_reference
from booking.bookings.schemas import KeyHeader, MatchHeader, RefusedProblem
from booking.bookings.services.accept_request import HostNeeded, NotPermitted, accept_request
from booking.bookings.services.answer_request import ask_group, propose_time, refuse_request
from booking.bookings.services.answering import Answer
from booking.bookings.services.participant_list import receive_list
from booking.bookings.services.refused import counting_refusals
from booking.bookings.services.visit_answer import ask_about_visit, refuse_visit
from booking.bookings.services.visit_ask import ask_for_visit
from booking.bookings.services.visit_book import Chosen, accept_wish, propose_for_visit
from booking.bookings.services.visit_group import take_back
from booking.bookings.terms import (
    BookingRefused,
    BookingRequest,
    Conflict,
    Contact,
    KeyReused,
    RequestStatus,
    UnknownBooking,
    UnknownTime,
    VisitDetails,
    WishedTime,
)
from booking.bookings.visit_schemas import (
    MOST_ON_PAGE,
    Acceptance,
    ProposeIn,
    Question,
    RefuseIn,
    RequestOut,
    RequestsOut,
    RequestsQuery,
    VisitMade,
    WantedVisit,
)
from booking.catalogue.queries import catalogue
from booking.db import db
from booking.http.api import PREFIX, STAFF, Problem, answer, spec
from booking.http.headers import personal
from booking.http.inputs import InvalidInput
from booking.scheduling.terms import HostTaken, UnknownEvent
from booking.zones import ParsedTime

blueprint = Blueprint("requests_api", __name__, url_prefix=PREFIX)
CREATED, CONFLICT = 201, 409
Act = Callable[[Answer, Asked], object]
_STAFF: list[dict[str, list[str]]] = [{STAFF: []}]
_ASKED = {"asked": "The reference of the request."}
_ANSWERED = Answers(HTTP_200=RequestOut, HTTP_401=Problem, HTTP_404=Problem, HTTP_409=RefusedProblem, HTTP_422=Problem)
_answering = partial(
    spec.validate,
    headers=MatchHeader,
    resp=_ANSWERED,
    path_parameter_descriptions=_ASKED,
    security=_STAFF,
    tags=["requests"],
)
"""Describes a call that answers a request, on the version that was read."""


@blueprint.post("/requests")
@open_to("everybody")
@personal
@spec.validate(
    headers=KeyHeader,
    resp=Answers(
        HTTP_201=VisitMade,
        HTTP_400=Problem,
        HTTP_409=RefusedProblem,
        HTTP_422=Problem,
        HTTP_429=Problem,
        HTTP_503=Problem,
    ),
    tags=["bookings"],
    operation_id="ask",
)
def ask(json: WantedVisit) -> ResponseReturnValue:
    """Ask with up to three times, or for advice. Several times hold nothing; one time of an offering is held."""
    key, now = idempotency_key(), clock.now()
    asked = _asked(json)
    wishes = [_wish(one, asked.contact.time_zone) for one in json.wishes]
    limits.booking_attempt(asked.contact.email, request.remote_addr, now, asked.organisation)
    try:
        with counting_refusals(asked, now):
            made = ask_for_visit(asked, wishes, key=key, now=now)
    except BookingRefused as error:
        return refused(error, asked, now)
    except UnknownTime:
        raise InvalidInput.of("offering_id", _("There is no such offering.")) from None
    except KeyReused:
        raise InvalidInput.of(KEY, _("This key was used for another request.")) from None
    given = {**made.answer, "token": token_of(made.reference), "manage_url": manage_url(made.reference)}
    return answer(given, CREATED, {"Idempotent-Replayed": "true"} if made.replayed else None)


def _asked(json: WantedVisit) -> BookingRequest:
    known, tester, contact = catalogue(db.session()), json.technical_contact, json.contact
    if json.offering_id and json.offering_id not in known.offerings:
        raise InvalidInput.of("offering_id", _("There is no such offering."))
    locale = contact.language or i18n.current_locale()
    return BookingRequest(
        size=json.size,
        language=json.language,
        offering=json.offering_id or "",
        station="" if json.offering_id else json.station or "",
        organisation=json.organisation.name,
        organisation_type=json.organisation.type,
        country=json.organisation.country,
        group_label=json.group_label,
        youngest_age=json.youngest_age,
        accompanying_adults=json.accompanying_adults,
        theme=next(iter(json.topics), ""),
        contact=Contact(contact.name, contact.email, locale, contact.time_zone or ""),
        technical_contact=tester is not None,
        technical_name=tester.name if tester else "",
        technical_email=tester.email if tester else "",
        accessibility=tuple(dict.fromkeys(one.value for one in json.accessibility)),
        note=json.note,
        details=_details(json),
    )


def _details(json: WantedVisit) -> VisitDetails:
    return VisitDetails(
        second_language=json.second_language or "",
        topics=json.topics,
        prior_knowledge=json.prior_knowledge,
        grade=json.grade,
        platform=json.platform,
        recording=json.recording,
        heard_from=json.heard_from,
        vehicle=json.vehicle,
    )


def _wish(time: ParsedTime, zone: str) -> WishedTime:
    """A wish; a wall time is on the group's clock, and refused where that is not told or skips it."""
    if time.offset is not None:
        return WishedTime("", time.local, time.offset, time.is_utc)
    start = instant_of(time, zone) if zone else None
    if start is None:
        raise InvalidInput.of("wishes", _("Write the offset, or the time zone of the contact."))
    return WishedTime("", time.local, zones.offset_at(start, zone))


@blueprint.get("/desk/requests")
@open_to("coordinator")
@personal
@spec.validate(
    resp=Answers(HTTP_200=RequestsOut, HTTP_401=Problem, HTTP_404=Problem, HTTP_422=Problem),
    security=_STAFF,
    tags=["requests"],
    operation_id="requests",
)
def requests(query: RequestsQuery) -> ResponseReturnValue:
    """What waits for an answer at your stations, the first deadline first, whether it holds a time or not."""
    mine, named = required_staff().stations(Role.COORDINATOR), frozenset(query.station)
    if named and mine is not None and not named <= mine:
        abort(404)
    status = (query.status,) if query.status else ()
    sought = Sought(named or mine, status, query.language or "", query.kind.value if query.kind else "")
    try:
        found, more = waiting(db.session(), after(sought, query.cursor), MOST_ON_PAGE)
    except ValueError:
        raise InvalidInput.of("cursor", _("This is no cursor that was given out.")) from None
    return answer({"requests": [request_json(one) for one in found], "next": more or None})


@blueprint.get("/desk/requests/<asked>")
@open_to("coordinator")
@personal
@spec.validate(
    resp=Answers(HTTP_200=RequestOut, HTTP_401=Problem, HTTP_404=Problem),
    path_parameter_descriptions=_ASKED,
    security=_STAFF,
    tags=["requests"],
    operation_id="request",
)
def one_request(asked: str) -> ResponseReturnValue:
    """One request, or the booking that it has become."""
    return told(_mine(asked))


@blueprint.post("/desk/requests/<asked>/accept")
@open_to("coordinator")
@personal
@_answering(operation_id="accept_request")
def accept(asked: str, json: Acceptance) -> ResponseReturnValue:
    """Yes: the group is booked, and who gives it is told. An old `If-Match` is 409 with `current` and `asked`."""

    def act(seen: Answer, found: Asked) -> object:
        if not isinstance(found, VisitFacts):
            return accept_request(seen, json.guide or "", permitted=json.permitted, exception=json.exception)
        start = _start(json.starts_at, found)
        if start not in found.wishes:
            raise InvalidInput.of("starts_at", _("This is none of the times they wish."))
        chosen = Chosen(start, json.guide or "", permitted=json.permitted, exception=json.exception)
        return accept_wish(seen, chosen)

    return _do(asked, act)


@blueprint.post("/desk/requests/<asked>/propose")
@open_to("coordinator")
@personal
@_answering(operation_id="propose_time")
def propose(asked: str, json: ProposeIn) -> ResponseReturnValue:
    """Hold another time for the group, which answers by its link."""

    def act(seen: Answer, found: Asked) -> object:
        start, until = _start(json.starts_at, found), _start(json.until, found, "until")
        if until <= seen.now:
            raise InvalidInput.of("until", _("This is past."))
        if not isinstance(found, VisitFacts):
            return propose_time(seen, start, until, text=json.message, exception=json.exception)
        chosen = Chosen(start, json.guide or "", json.offering_id or "", json.language or "", json.permitted)
        return propose_for_visit(seen, replace(chosen, exception=json.exception, until=until, text=json.message))

    return _do(asked, act)


@blueprint.post("/desk/requests/<asked>/question")
@open_to("coordinator")
@personal
@_answering(operation_id="ask_group")
def question(asked: str, json: Question) -> ResponseReturnValue:
    """Ask the group for more."""

    def act(seen: Answer, found: Asked) -> object:
        is_visit = isinstance(found, VisitFacts)
        return ask_about_visit(seen, json.question) if is_visit else ask_group(seen, json.question)

    return _do(asked, act)


@blueprint.post("/desk/requests/<asked>/refuse")
@open_to("coordinator")
@personal
@_answering(operation_id="refuse_request")
def refuse(asked: str, json: RefuseIn) -> ResponseReturnValue:
    """No, with the reason that the group reads."""

    def act(seen: Answer, found: Asked) -> object:
        is_visit = isinstance(found, VisitFacts)
        return refuse_visit(seen, json.reason) if is_visit else refuse_request(seen, json.reason)

    return _do(asked, act)


@blueprint.post("/desk/requests/<asked>/take-back")
@open_to("coordinator")
@personal
@_answering(operation_id="take_back")
def back(asked: str, json: RefuseIn) -> ResponseReturnValue:
    """Take a proposal back: what the group had asked for is open again."""
    return _do(asked, lambda seen, _found: take_back(seen, json.reason))


@blueprint.post("/desk/requests/<asked>/list-received")
@open_to("coordinator")
@personal
@_answering(operation_id="list_received")
def list_received(asked: str) -> ResponseReturnValue:
    """Note that the participant list of a booking has arrived (SEC-01)."""
    return _do(asked, lambda seen, _found: receive_list(seen))


def _mine(reference: str) -> Asked:
    """The request, or its booking where there is one that lives; unknown and foreign ones are the same 404."""
    visit = visit_by_reference(db.session(), reference)
    is_booked = visit is None or visit.status is RequestStatus.BOOKED
    booking = booking_by_reference(db.session(), reference) if is_booked else None
    found = booking or visit or abort(404)
    staff_at(Role.COORDINATOR, found.station.code)
    return found


def _do(reference: str, act: Act) -> Response:
    """Give the answer on the version of `If-Match`, else on that of this moment."""
    found, now = _mine(reference), clock.now()
    if "If-Match" in request.headers and not request.if_match.contains(str(found.version)):
        return both_states(found)
    try:
        act(Answer(reference, found.version, now, required_staff().actor), found)
    except BookingRefused as error:
        return refused(error, found.as_request(), now)
    except (HostNeeded, NotPermitted) as error:
        field = "guide" if isinstance(error, HostNeeded) else "permitted"
        raise InvalidInput.of(field, _("This is needed to accept it.")) from None
    except (HostTaken, UnknownEvent):
        raise InvalidInput.of("guide", _("This guide is not free then, or does not give it.")) from None
    except UnknownTime:
        raise InvalidInput.of("offering_id", _("There is no such offering.")) from None
    except (Conflict, UnknownBooking):
        return both_states(_mine(reference))
    return told(_mine(reference))


def _start(time: ParsedTime | None, found: Asked, field: str = "starts_at") -> datetime:
    """The instant of a time; a wall time is on the station's clock."""
    if time is None:
        raise InvalidInput.of(field, _("Say when."))
    return instant_of(time, found.station.time_zone)
