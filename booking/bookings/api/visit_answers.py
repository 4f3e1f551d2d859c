"""Requests as JSON: whether they hold a time or not, what is refused, and both states of one that has changed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from booking.bookings.api.answers import instant, refusals_json
from booking.bookings.queries.asked import Asked
from booking.bookings.queries.visit_requests import VisitFacts
from booking.bookings.terms import BookingRefused, BookingRequest
from booking.http.api import answer
from booking.http.strict import strict_json
from booking.problems import problem

CONFLICT = 409


def refused(error: BookingRefused, asked: BookingRequest, now: datetime) -> Response:
    """409: what the rules refuse."""
    told = refusals_json(error.refusals, asked, now)
    detail = " ".join(one["message"] for one in told)
    title = _("The rules do not allow this")
    return problem(CONFLICT, detail, title=title, refusals=told, alternatives=[])


def both_states(found: Asked) -> Response:
    """409: the request as it is, and how it should have been answered."""
    detail = _("This request has changed since it was read, or cannot be answered so. Nothing was changed.")
    sent: Mapping[str, Any] = strict_json(request) if request.content_length else {}
    return problem(CONFLICT, detail, current=request_json(found), asked=dict(sent), headers=etag(found))


def told(found: Asked) -> Response:
    """The request as it is now."""
    return answer(request_json(found), headers=etag(found))


def etag(found: Asked) -> dict[str, str]:
    """The header that names its version."""
    return {"ETag": f'"{found.version}"'}


def request_json(found: Asked) -> dict[str, Any]:
    """A request, whether it holds a time or not."""
    zone = found.station.time_zone
    event = None if isinstance(found, VisitFacts) else found.event
    return {
        "reference": found.reference,
        "status": found.status.value,
        "station": found.station.code,
        "offering_id": found.offering.code if found.offering else None,
        "kind": found.offering.kind.value if found.offering else None,
        "language": found.language or (event.language if event else ""),
        "event_id": event.code if event else None,
        "starts_at": instant(event.starts_at, zone) if event else None,
        "wishes": [instant(one, zone) for one in found.wishes] if isinstance(found, VisitFacts) else [],
        "theme": found.theme,
        "size": found.size or 0,
        "organisation": found.organisation,
        "answer_by": instant(found.answer_by, zone) if found.answer_by else None,
        "no_speaker": isinstance(found, VisitFacts) and found.no_speaker_at is not None,
        "version": found.version,
    }
