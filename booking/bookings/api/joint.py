"""Joint events for coordinators' programs: ask a station, answer for it, send somebody along, take it back."""

from collections.abc import Callable

from flask import Response, abort
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from spectree import Response as Answers

from booking import clock
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff, staff_at
from booking.accounts.terms import Role
from booking.bookings.api.answers import CONFLICT
from booking.bookings.api.event_answers import etag, event_json
from booking.bookings.api.events import blueprint
from booking.bookings.event_schemas import CoHostIn, EventOut, EventProblem, PartnerChangeIn, PartnerEndQuery
from booking.bookings.presenting.joint import AGAINST
from booking.db import db
from booking.http.api import STAFF, Problem, answer, spec
from booking.http.headers import personal
from booking.problems import problem
from booking.scheduling.queries.desk import DeskEvent, desk_event
from booking.scheduling.queries.partners import partner_at
from booking.scheduling.services import partners
from booking.scheduling.services.co_hosts import GuideUnfit, set_co_host
from booking.scheduling.services.partners import Deed
from booking.scheduling.terms import HostTaken, NotJoint, PartnerOvertaken
from booking.scheduling.words import in_words

__all__ = ["blueprint"]
_STAFF: list[dict[str, list[str]]] = [{STAFF: []}]
_NAMED = {"code": "As `event_id` of any answer.", "partner": "Code of the station that takes part or is asked."}
_CHANGED = Answers(HTTP_200=EventOut, HTTP_401=Problem, HTTP_404=Problem, HTTP_409=EventProblem, HTTP_422=Problem)


@blueprint.put("/events/<code>/partners/<partner>")
@open_to("coordinator")
@personal
@spec.validate(
    resp=_CHANGED,
    path_parameter_descriptions=_NAMED,
    security=_STAFF,
    tags=["events"],
    operation_id="ask_or_answer_partner",
)
def ask_or_answer(code: str, partner: str, json: PartnerChangeIn) -> ResponseReturnValue:
    """Ask a station to take part in an online event of yours, or answer for a station of yours that was asked.

    Its desk is written to, or that of the station that asked. What has been answered meanwhile is 409 with `current`.
    """
    found, deed = _event(code), _deed(code, partner)
    if json.state == "asked":
        staff_at(Role.COORDINATOR, found.station)
        ask = lambda: partners.ask_partners(code, [partner], json.note, now=deed.now, actor=deed.actor)  # noqa: E731
        return _done(ask, code)
    staff_at(Role.COORDINATOR, partner)
    _require_asked(found, partner)
    return _done(lambda: partners.answer(deed, agrees=json.state == "agreed", note=json.note), code)


@blueprint.delete("/events/<code>/partners/<partner>")
@open_to("coordinator")
@personal
@spec.validate(
    resp=_CHANGED,
    path_parameter_descriptions=_NAMED,
    security=_STAFF,
    tags=["events"],
    operation_id="end_partner",
)
def end(code: str, partner: str, query: PartnerEndQuery) -> ResponseReturnValue:
    """Take a station out of an event of yours, or withdraw a station of yours; who came along for it is free."""
    found, staff = _event(code), required_staff()
    leads = staff.may(Role.COORDINATOR, found.station)
    if not leads:
        staff_at(Role.COORDINATOR, partner)
    _require_asked(found, partner)
    do = partners.take_back if leads else partners.withdraw
    return _done(lambda: do(_deed(code, partner), query.reason), code)


@blueprint.put("/events/<code>/partners/<partner>/co-host")
@open_to("coordinator")
@personal
@spec.validate(
    resp=_CHANGED,
    path_parameter_descriptions=_NAMED,
    security=_STAFF,
    tags=["events"],
    operation_id="set_co_host",
)
def co_host(code: str, partner: str, json: CoHostIn) -> ResponseReturnValue:
    """Let one of your own guides or speakers come along to an event in which your station takes part, or nobody."""
    found = _event(code)
    staff_at(Role.COORDINATOR, partner)
    _require_asked(found, partner)
    return _done(lambda: set_co_host(_deed(code, partner), json.guide or ""), code)


def _event(code: str) -> DeskEvent:
    return desk_event(db.session(), code) or abort(404)


def _require_asked(found: DeskEvent, partner: str) -> None:
    """404 for an event of which the station has never heard."""
    if partner_at(db.session(), found.id, partner) is None:
        abort(404)


def _deed(code: str, partner: str) -> Deed:
    return Deed(code, partner, clock.now(), required_staff().actor)


def _done(do: Callable[[], None], code: str) -> Response:
    """The event as it is then; 409 with what stands against it."""
    try:
        do()
    except PartnerOvertaken:
        detail = str(_("It was asked, answered or taken back before. Nothing was changed."))
    except GuideUnfit as unfit:
        detail = str(_("The guide cannot come along: %(why)s.", why=in_words(unfit.reasons[0])))
    except NotJoint as apart:
        detail = str(AGAINST[apart.why])
    except HostTaken:
        detail = str(_("The guide is in another event at that time."))
    else:
        found = _event(code)
        return answer(event_json(found), headers=etag(found))
    return problem(CONFLICT, detail, current=event_json(_event(code)))
