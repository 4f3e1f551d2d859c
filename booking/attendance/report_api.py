"""A platform's report over the API: files in, a proposal out; stored once it is accepted, or forgotten."""

from typing import Any

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from spectree import Response as Answers

from booking import clock
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff
from booking.attendance.api import CONFLICT, counted_answer, known
from booking.attendance.presenting.report import CHANGED, why_not
from booking.attendance.proposal import LEFT_OVER, NOT_COUNTED, WHOLE, Options, Proposal
from booking.attendance.queries import CountedEvent
from booking.attendance.report_schemas import ProposalOut, ReadingIn, RejectedOut, ReportFilesIn
from booking.attendance.schemas import AttendanceOut, AttendanceProblem
from booking.attendance.services.record import NotBegun
from booking.attendance.services.uploads import (
    MOST_FILES,
    File,
    NothingOpen,
    OtherFiles,
    Unsettled,
    accept,
    proposal_of,
    reject,
    take,
)
from booking.db import db
from booking.http.api import PREFIX, STAFF, Problem, answer, spec
from booking.http.headers import personal
from booking.http.inputs import InvalidInput
from booking.problems import problem
from booking.scheduling.terms import UnknownEvent

blueprint = Blueprint("attendance_report_api", __name__, url_prefix=PREFIX)
_CODE = {"code": "As `event_id` of any answer."}
_STAFF: Any = [{STAFF: []}]


@blueprint.post("/events/<code>/attendance-report")
@open_to("staff")
@personal
@spec.validate(
    form=ReportFilesIn,
    resp=Answers(
        HTTP_200=ProposalOut, HTTP_401=Problem, HTTP_404=Problem, HTTP_409=Problem, HTTP_422=Problem, HTTP_429=Problem
    ),
    security=_STAFF,
    path_parameter_descriptions=_CODE,
    tags=["attendance"],
    operation_id="attendance_report",
)
def upload(code: str) -> ResponseReturnValue:
    """Read reports of Teams or Zoom, one or several; the answer is a proposal that is stored once it is accepted.

    The files are kept for a day at most, and forgotten as soon as the proposal is accepted or turned down.
    """
    event, _source = known(code)
    given = [one for one in request.files.getlist("file") if one.filename]
    if not given or len(given) > MOST_FILES:
        raise InvalidInput.of("file", _("Send one to %(most)s files.", most=MOST_FILES))
    staff, now = required_staff(), clock.now()
    files = [File(one.filename or "", one.stream.read()) for one in given]
    try:
        refused, _known = take(event, files, now=now, actor=staff.actor, account_id=staff.account_id)
    except UnknownEvent:
        abort(404)
    except NotBegun:
        return problem(CONFLICT, _("The event has not begun. Nothing was written down."))
    if refused:
        raise InvalidInput((f"file.{number}", why_not(one.name, one.why)) for number, one in enumerate(refused))
    return _proposal(event, Options())


@blueprint.post("/events/<code>/attendance-report/look")
@open_to("staff")
@personal
@spec.validate(
    resp=Answers(HTTP_200=ProposalOut, HTTP_401=Problem, HTTP_404=Problem, HTTP_409=Problem, HTTP_422=Problem),
    security=_STAFF,
    path_parameter_descriptions=_CODE,
    tags=["attendance"],
    operation_id="look_at_attendance_report",
)
def look(code: str, json: ReadingIn) -> ResponseReturnValue:
    """The proposal of the reports that wait, read with other options; nothing is stored."""
    event, _source = known(code)
    return _proposal(event, json.options())


@blueprint.post("/events/<code>/attendance-report/accept")
@open_to("staff")
@personal
@spec.validate(
    resp=Answers(
        HTTP_200=AttendanceOut, HTTP_401=Problem, HTTP_404=Problem, HTTP_409=AttendanceProblem, HTTP_422=Problem
    ),
    security=_STAFF,
    path_parameter_descriptions=_CODE,
    tags=["attendance"],
    operation_id="accept_attendance_report",
)
def accept_report(code: str, json: ReadingIn) -> ResponseReturnValue:
    """Store counts and minutes as the platform's word; names are kept nowhere. `state` is that of the proposal."""
    known(code)
    try:
        after = accept(code, json.options(), json.state, now=clock.now(), actor=required_staff().actor)
    except (NothingOpen, OtherFiles, NotBegun) as why:
        return problem(CONFLICT, str(CHANGED[type(why)]))
    except UnknownEvent:
        abort(404)
    except Unsettled as why:
        if why.found.asks_order:
            told = _("The file does not say which number is the day: choose.")
            raise InvalidInput.of("date_order", told) from None
        told = _("This looks like the report of another event. Nothing was stored: confirm it, or forget it.")
        raise InvalidInput.of("is_of_this_event", told) from None
    return counted_answer(after)


@blueprint.delete("/events/<code>/attendance-report")
@open_to("staff")
@personal
@spec.validate(
    resp=Answers(HTTP_200=RejectedOut, HTTP_401=Problem, HTTP_404=Problem),
    security=_STAFF,
    path_parameter_descriptions=_CODE,
    tags=["attendance"],
    operation_id="reject_attendance_report",
)
def reject_report(code: str) -> ResponseReturnValue:
    """Forget the reports that wait; nothing is stored."""
    event, _source = known(code)
    try:
        forgotten = reject(event.code, now=clock.now(), actor=required_staff().actor)
    except UnknownEvent:
        abort(404)
    return answer({"forgotten": forgotten})


def _proposal(event: CountedEvent, options: Options) -> ResponseReturnValue:
    try:
        found = proposal_of(db.session(), event, options, clock.now())
    except NothingOpen as why:
        return problem(CONFLICT, str(CHANGED[type(why)]))
    return answer(_as_json(found))


def _as_json(found: Proposal) -> dict[str, Any]:
    report = found.report
    return {
        "state": found.state,
        "layout": report.layout,
        "participants": len(report.participants),
        "under_threshold": report.under_threshold,
        "date_order": report.date_order,
        "asks_date_order": found.asks_order,
        "looks_like_another_event": found.is_far,
        "bookings": [
            {"reference": reference, "connections": number, "people": found.people[reference]}
            for reference, number in found.numbers.items()
        ],
        "people": [
            {
                "id": match.id,
                "name": match.person.name,
                "minutes": match.person.minutes,
                "booking": None if match.group in {LEFT_OVER, NOT_COUNTED, WHOLE} else match.group,
                "is_counted": match.group not in {LEFT_OVER, NOT_COUNTED},
            }
            for match in found.matches
        ],
        "left_out": [{"name": one.person.name, "reason": one.reason} for one in report.left_out],
        "remarks": [{"row": one.row, "what": one.oddity, "is_counted": one.is_counted} for one in report.remarks],
    }
