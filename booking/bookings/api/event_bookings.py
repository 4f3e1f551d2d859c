"""Who comes to an event, and who is in line for it: for coordinators' programs."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask.typing import ResponseReturnValue
from spectree import Response as Answers

from booking.accounts.access import open_to
from booking.bookings.api.answers import group_json, instant, waiting_json
from booking.bookings.api.events import blueprint, mine
from booking.bookings.event_schemas import EventBookingsOut
from booking.bookings.presenting.desk_event import BOOKED, in_order
from booking.bookings.queries.bookings import BookingFacts, bookings_in
from booking.db import db
from booking.http.api import STAFF, Problem, answer, spec
from booking.http.headers import personal

__all__ = ["blueprint"]


@blueprint.get("/events/<code>/bookings")
@open_to("coordinator")
@personal
@spec.validate(
    resp=Answers(HTTP_200=EventBookingsOut, HTTP_401=Problem, HTTP_404=Problem),
    path_parameter_descriptions={"code": "As `event_id` of any answer."},
    security=[{STAFF: []}],
    tags=["events"],
    operation_id="event_bookings",
)
def bookings(code: str) -> ResponseReturnValue:
    """The groups of an event: those with places, then the line in its order, with why each was passed over last."""
    event = mine(code)
    found = sorted(bookings_in(db.session(), [event.id], frozenset(BOOKED)), key=in_order)
    return answer({"event_id": event.code, "places_left": event.capacity - event.taken, "bookings": list(_told(found))})


def _told(bookings: Sequence[BookingFacts]) -> Iterator[dict[str, Any]]:
    """In the order of the line, so that each is told how many stand before it."""
    ahead = 0
    for one in bookings:
        waiting = waiting_json(one, ahead)
        yield {
            "reference": one.reference,
            "status": one.status,
            "size": one.size,
            **group_json(one),
            "answer_by": instant(one.answer_by, one.station.time_zone) if one.answer_by else None,
            "waiting": waiting,
        }
        ahead += waiting is not None
