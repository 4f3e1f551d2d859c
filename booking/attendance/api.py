"""How many came, over the API: for whoever gives the event, and for the coordinators of its station."""

from typing import Any

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from spectree import Response as Answers

from booking import clock
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff
from booking.accounts.terms import Role
from booking.attendance.forms import WITHOUT_A_NUMBER
from booking.attendance.queries import WHOLE as WHOLE_EVENT
from booking.attendance.queries import CountedEvent, Said, accounts_giving, event_to_count, sayings_of
from booking.attendance.schemas import AttendanceIn, AttendanceOut, AttendanceProblem, SeenIn
from booking.attendance.services.record import NotBegun, Overtaken, Saying, UnknownGroup, record
from booking.attendance.terms import Source
from booking.db import db
from booking.http.api import PREFIX, STAFF, Problem, answer, spec
from booking.http.headers import personal
from booking.http.inputs import InvalidInput
from booking.problems import problem
from booking.scheduling.terms import UnknownEvent

blueprint = Blueprint("attendance_api", __name__, url_prefix=PREFIX)
CONFLICT = 409
WHOLE = ""


@blueprint.get("/events/<code>/attendance")
@open_to("staff")
@personal
@spec.validate(
    resp=Answers(HTTP_200=AttendanceOut, HTTP_401=Problem, HTTP_404=Problem),
    security=[{STAFF: []}],
    path_parameter_descriptions={"code": "As `event_id` of any answer."},
    tags=["attendance"],
    operation_id="attendanceOf",
)
def get_attendance(code: str) -> ResponseReturnValue:
    """How many came: the official numbers, whose they are, and everything that was said, oldest first."""
    event, _source = known(code)
    return counted_answer(event)


@blueprint.put("/events/<code>/attendance")
@open_to("staff")
@personal
@spec.validate(
    headers=SeenIn,
    resp=Answers(
        HTTP_200=AttendanceOut, HTTP_401=Problem, HTTP_404=Problem, HTTP_409=AttendanceProblem, HTTP_422=Problem
    ),
    security=[{STAFF: []}],
    path_parameter_descriptions={"code": "As `event_id` of any answer."},
    tags=["attendance"],
    operation_id="attendance",
)
def put_attendance(code: str, json: AttendanceIn) -> ResponseReturnValue:
    """Say how many came to an event, once it has begun. What was said before stays beside it.

    The official number is the desk's, else the guide's, the platform's, the teacher's. `If-Match` is the ETag of the
    attendance as it was read: where guide or desk have spoken since, the answer is 409 with `current` and `asked`.
    """
    event, source = known(code)
    saying, actor = _saying(json, event), required_staff().actor
    is_bound = "If-Match" in request.headers and not request.if_match.star_tag
    if is_bound and not request.if_match.contains(str(event.seen)):
        return _overtaken(event, json)
    seen = event.seen if is_bound else None
    try:
        counted = record(code, saying, source=source, now=clock.now(), actor=actor, seen=seen)
    except UnknownEvent:
        abort(404)
    except Overtaken as overtaken:
        return _overtaken(overtaken.now, json)
    except NotBegun:
        return problem(CONFLICT, _("The event has not begun. Nothing was written down."))
    except UnknownGroup as unknown:
        raise InvalidInput.of("bookings", _("%(reference)s is no booking of it.", reference=unknown)) from None
    return counted_answer(counted)


def counted_answer(event: CountedEvent) -> ResponseReturnValue:
    """The event's attendance with everything that was said, and its ETag."""
    told = [saying_json(one, event) for one in sayings_of(db.session(), event.id)]
    return answer({**_as_json(event), "said": told}, headers=_etag(event))


def _overtaken(event: CountedEvent, asked: AttendanceIn) -> ResponseReturnValue:
    """409 with both states."""
    said = _("Somebody has said how many came since this was read. Nothing was written down.")
    sent = asked.model_dump(mode="json", exclude_unset=True)
    return problem(CONFLICT, said, headers=_etag(event), current=_as_json(event), asked=sent)


def _etag(event: CountedEvent) -> dict[str, str]:
    """Names the last word of guide or desk."""
    return {"ETag": f'"{event.seen}"'}


def known(code: str) -> tuple[CountedEvent, Source]:
    """The event, and whose word it is; 404 for whoever neither gives it nor plans at its station."""
    session, staff = db.session(), required_staff()
    event = event_to_count(session, code) or abort(404)
    if staff.is_a(Role.GUIDE) and staff.account_id in accounts_giving(session, event.id):
        return event, Source.GUIDE
    return (event, Source.DESK) if staff.may(Role.COORDINATOR, event.station) else abort(404)


def _saying(asked: AttendanceIn, event: CountedEvent) -> Saying:
    numbers: dict[str, int | None] = {one.reference: one.attended for one in asked.bookings}
    if len(numbers) < len(asked.bookings):
        raise InvalidInput.of("bookings", _("A booking is named twice."))
    if "attended" in asked.model_fields_set:
        if event.has_lines:
            raise InvalidInput.of("attended", _("There are bookings: say how many came of each."))
        numbers[WHOLE] = asked.attended
    if not numbers and asked.course in WITHOUT_A_NUMBER:
        numbers = dict.fromkeys([one.reference for one in event.groups] if event.has_lines else [WHOLE])
    if not numbers:
        raise InvalidInput.of("bookings", _("Say how many came."))
    return Saying(numbers, asked.course, asked.topics_raised, reasons=dict.fromkeys(numbers, asked.reason))


def _as_json(event: CountedEvent) -> dict[str, Any]:
    return {
        "event_id": event.code,
        "status": event.status,
        "attended": event.attended,
        "bookings": [
            {
                "reference": one.reference,
                "booked": one.size,
                "attended": one.attended,
                "status": one.status,
                "source": one.attended_source,
                "reason": one.attended_reason,
            }
            for one in event.groups
        ],
        "source": event.attended_source,
        "reason": event.attended_reason,
        "course": event.course,
        "topics_raised": event.topics_raised,
    }


def saying_json(said: Said, event: CountedEvent) -> dict[str, Any]:
    """One saying, as it was kept."""
    references = {group.id: group.reference for group in event.groups}
    return {
        "reference": references.get(said.booking_id or WHOLE_EVENT, ""),
        "source": said.source,
        "attended": said.attended,
        "course": said.course,
        "at": said.recorded_at.isoformat(),
        "took": said.chosen,
        "reason": said.reason,
    }
