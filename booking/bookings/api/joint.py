"""Joint events for coordinators' programs: ask a station, answer for it, send somebody along, take it back."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from spectree import Response as Answers

from booking import clock
from booking.accounts.access import open_to
from booking.accounts.identity import required_staff, staff_at
from booking.accounts.terms import Role
from booking.bookings.api.answers import CONFLICT
from booking.bookings.api.event_answers import event_json
from booking.bookings.api.events import blueprint
from booking.bookings.event_schemas import (
    CoHostIn,
    EventOut,
    EventProblem,
    PartnerChangeIn,
    PartnerEndQuery,
    PartnerMatchHeader,
)
from booking.bookings.presenting.joint import AGAINST
from booking.db import db
from booking.http.api import STAFF, Problem, answer, spec
from booking.http.headers import personal
from booking.http.strict import strict_json
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
    headers=PartnerMatchHeader,
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
        ask = lambda _seen: partners.ask_partners(code, [partner], json.note, now=deed.now, actor=deed.actor)  # noqa: E731
        return _done(ask, found, deed)
    staff_at(Role.COORDINATOR, partner)
    _require_asked(found, partner)
    return _done(lambda seen: partners.answer(seen, agrees=json.state == "agreed", note=json.note), found, deed)


@blueprint.delete("/events/<code>/partners/<partner>")
@open_to("coordinator")
@personal
@spec.validate(
    headers=PartnerMatchHeader,
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
    return _done(lambda seen: do(seen, query.reason), found, _deed(code, partner))


@blueprint.put("/events/<code>/partners/<partner>/co-host")
@open_to("coordinator")
@personal
@spec.validate(
    headers=PartnerMatchHeader,
    resp=_CHANGED,
    path_parameter_descriptions=_NAMED,
    security=_STAFF,
    tags=["events"],
    operation_id="set_co_host",
)
def co_host(code: str, partner: str, json: CoHostIn) -> ResponseReturnValue:
    """Let one of your own guides or speakers come along to an event in which your station takes part, or nobody.

    An old `If-Match` is 409 with `current` and `asked`, as is a guide who is not free.
    """
    found = _event(code)
    staff_at(Role.COORDINATOR, partner)
    _require_asked(found, partner)
    return _done(lambda seen: set_co_host(seen, json.guide or ""), found, _deed(code, partner))


def _event(code: str) -> DeskEvent:
    return desk_event(db.session(), code) or abort(404)


def _require_asked(found: DeskEvent, partner: str) -> None:
    """404 for an event of which the station has never heard."""
    if partner_at(db.session(), found.id, partner) is None:
        abort(404)


def _deed(code: str, partner: str) -> Deed:
    return Deed(code, partner, clock.now(), required_staff().actor)


def _done(do: Callable[[Deed], None], found: DeskEvent, deed: Deed) -> Response:
    """The event as it is then; 409 with what stands against it."""
    try:
        do(replace(deed, seen=_seen(found, deed)))
    except PartnerOvertaken:
        detail = str(_("It was asked, answered, taken back or changed before. Nothing was changed."))
    except GuideUnfit as unfit:
        detail = str(_("The guide cannot come along: %(why)s.", why=in_words(unfit.reasons[0])))
    except NotJoint as apart:
        detail = str(AGAINST[apart.why])
    except HostTaken:
        detail = str(_("The guide is in another event at that time."))
    else:
        return answer(event_json(_event(deed.event)), headers=_etag(found, deed))
    current = event_json(_event(deed.event))
    return problem(CONFLICT, detail, current=current, asked=_asked(), headers=_etag(found, deed))


def _seen(found: DeskEvent, deed: Deed) -> int | None:
    """The version that `If-Match` names, None for any. Raises PartnerOvertaken where it is no more."""
    if "If-Match" not in request.headers or request.if_match.star_tag:
        return None
    row = partner_at(db.session(), found.id, deed.station)
    if row is None or not request.if_match.contains(str(row.version)):
        raise PartnerOvertaken(deed.event)
    return row.version


def _etag(found: DeskEvent, deed: Deed) -> dict[str, str]:
    row = partner_at(db.session(), found.id, deed.station)
    return {"ETag": f'"{row.version}"'} if row else {}


def _asked() -> dict[str, Any]:
    """What was sent; a call that takes back has nothing but its reason."""
    return strict_json(request) if request.method == "PUT" else dict(request.args)
