"""Finding a time: the search of the page as JSON, why a time cannot be had, and what a booking would be told."""

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from spectree import Response as Answers

from booking import clock
from booking.accounts.access import open_to
from booking.bookings.api.answers import refusals_json, slots_json
from booking.bookings.api.requests import asked_for, situation_of, time_field, unknown_time, with_hold
from booking.bookings.forms import WEEKDAYS
from booking.bookings.offers import ALL_WEEKDAYS, BadCursor, Criteria, SearchResult
from booking.bookings.queries import search as searching
from booking.bookings.rules import decide
from booking.bookings.schemas import CheckOut, SlotsOut, SlotsQuery, WhyNotOut, WhyNotQuery, Wish
from booking.bookings.search import asked_by
from booking.bookings.terms import UnknownTime
from booking.catalogue.api import unknown_station
from booking.catalogue.queries import Catalogue, catalogue
from booking.db import db
from booking.http.api import PREFIX, Problem, answer, spec
from booking.http.inputs import InvalidInput

blueprint = Blueprint("times_api", __name__, url_prefix=PREFIX)


@blueprint.get("/slots")
@open_to("everybody")
@spec.validate(resp=Answers(HTTP_200=SlotsOut, HTTP_422=Problem), tags=["times"], operation_id="slots")
def slots(query: SlotsQuery) -> ResponseReturnValue:
    """Times that can be booked, 50 a page, soonest first.

    Open events, which groups share, and times at which a group can have an event of its own stand in one list. Where
    nothing fits, `refusals` say why and `alternatives` are the nearest times, over all stations.
    """
    now, criteria, known = clock.now(), _criteria(query), catalogue(db.session())
    try:
        found = searching.search(criteria, now, known)
    except BadCursor:
        raise InvalidInput.of("cursor", _("This is no cursor that was given out.")) from None
    body: dict[str, Any] = {"slots": slots_json(found.slots, criteria.time_zone), "next": found.next_cursor}
    if not found.slots:
        body |= _instead(found, criteria, query, known)
    return answer(body)


def _criteria(query: SlotsQuery) -> Criteria:
    if query.from_ and query.to and query.to < query.from_:
        raise InvalidInput.of("to", _("The last day is before the first."))
    return Criteria(
        languages=query.language,
        size=query.size,
        youngest_age=query.youngest_age,
        organisation_type=query.organisation_type or "",
        stations=query.station,
        formats=query.format,
        kinds=query.kind,
        themes=query.theme,
        offering=query.offering or "",
        from_day=query.from_,
        to_day=query.to,
        weekdays=frozenset(map(WEEKDAYS.index, query.weekdays)) or ALL_WEEKDAYS,
        hours=query.hours,
        time_zone=query.time_zone,
        cursor=query.cursor,
    )


def _instead(found: SearchResult, criteria: Criteria, query: SlotsQuery, known: Catalogue) -> dict[str, Any]:
    """Why nothing fits, and what does; a station or offering that does not exist is no reason but a mistake."""
    if unknown := set(query.station) - set(known.stations):
        raise InvalidInput.of("station", unknown_station(min(unknown)))
    names = {name for one in known.offerings.values() for name in (one.code, one.slug)}
    if query.offering and query.offering not in names:
        raise InvalidInput.of("offering", _("No offering has this code or name."))
    asked = asked_by(criteria)
    return {
        "refusals": refusals_json(found.refusals, asked, clock.now(), known),
        "alternatives": slots_json(found.alternatives, criteria.time_zone),
    }


@blueprint.get("/slots/why-not")
@open_to("everybody")
@spec.validate(resp=Answers(HTTP_200=WhyNotOut, HTTP_422=Problem), tags=["times"], operation_id="why_not")
def why_not(query: WhyNotQuery) -> ResponseReturnValue:
    """Why a time cannot be had by this group, and the three nearest that can; no reasons where it can be had."""
    now, criteria = clock.now(), _group_of(query)
    try:
        found = searching.why_not(query.slot, criteria, now)
        asked = searching.request_for(query.slot, criteria)
    except UnknownTime:
        raise unknown_time("slot") from None
    if found.refusals:
        situation_of(asked, now)
    return answer(
        {
            "refusals": refusals_json(found.refusals, asked, now),
            "alternatives": slots_json(found.alternatives, query.time_zone),
        }
    )


def _group_of(query: WhyNotQuery) -> Criteria:
    return Criteria(
        languages=(query.language,) if query.language else (),
        size=query.size,
        youngest_age=query.youngest_age,
        organisation_type=query.organisation_type or "",
        time_zone=query.time_zone,
    )


@blueprint.post("/requests/check")
@open_to("everybody")
@spec.validate(resp=Answers(HTTP_200=CheckOut, HTTP_422=Problem), tags=["times"], operation_id="check")
def check(json: Wish) -> ResponseReturnValue:
    """What a booking with this body would be told; nothing is stored.

    The body is that of POST /bookings. Warnings ask and do not refuse: an early hour for the group, no free guide.
    """
    now = clock.now()
    asked, hold = asked_for(json)
    asked, own = with_hold(asked, hold, now)
    found = situation_of(asked, now, own, time_field(json))
    said = decide(asked, found, now)
    instead = searching.alternatives(asked, found, now) if said.refusals else ()
    return answer(
        {
            "refusals": refusals_json(said.refusals, asked, now),
            "warnings": refusals_json(said.warnings, asked, now),
            "alternatives": slots_json(instead, asked.contact.time_zone),
        }
    )
