"""What is looked at once more when the locks are held: a decision rests on it, and it may have changed meanwhile."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from booking.bookings.models import TAKING, Booking
from booking.bookings.names import name_key
from booking.bookings.queries.bookings import BookingFacts
from booking.bookings.queries.line import smallest_waiting
from booking.bookings.rules import Situation
from booking.bookings.rules.waiting import waits
from booking.bookings.services.writing import Organised, Stale
from booking.bookings.terms import BookingRequest, OrganisationType
from booking.db import core, table_of
from booking.scheduling.models import Event
from booking.scheduling.terms import EventStatus

_BOOKING, _EVENT = table_of(Booking).c, table_of(Event).c

# Written once: to write a statement anew costs more than to run it.
_ELSEWHERE = (
    select(_BOOKING.id)
    .join_from(table_of(Booking), table_of(Event), _EVENT.id == _BOOKING.event_id)
    .where(
        _BOOKING.organisation_id == bindparam("organisation"),
        _BOOKING.group_key == bindparam("group"),
        _BOOKING.is_individual.is_(False),
        _BOOKING.status.in_(TAKING),
        _BOOKING.reference != bindparam("reference"),
        _BOOKING.event_id != bindparam("here"),
        _EVENT.status != EventStatus.CANCELLED,
        _EVENT.starts_at < bindparam("ends_at"),
        _EVENT.ends_at > bindparam("starts_at"),
    )
    .limit(1)
)

_PLACES = select(
    _EVENT.capacity, _EVENT.taken, _EVENT.version, _EVENT.status, smallest_waiting().label("smallest_waiting")
).where(_EVENT.id == bindparam("event"))


def group_is_still_free(
    session: Session, request: BookingRequest, found: Situation, reference: str, organisation: Organised
) -> None:
    """OVL-02, now that the organisation is held: a booking that the same group made meanwhile makes this Stale."""
    if request.organisation_type == OrganisationType.INDIVIDUAL or organisation.is_new:
        return
    values = {
        "organisation": organisation.id,
        "group": name_key(request.group_label),
        "reference": reference,
        "here": found.event.id if found.event else 0,
        "starts_at": found.starts_at,
        "ends_at": found.ends_at,
    }
    if core(session).execute(_ELSEWHERE, values).first() is not None:
        raise Stale


def event_is_still_full(session: Session, request: BookingRequest, found: Situation, now: datetime) -> None:
    """The event is locked: nobody joins its line for places that have come free meanwhile, else Stale."""
    assert found.event is not None  # noqa: S101  there is a line for an event only
    row = session.execute(_PLACES, {"event": found.event.id}).one()
    event = replace(found.event, capacity=row.capacity, taken=row.taken)
    as_it_is = replace(found, event=event, smallest_waiting=row.smallest_waiting)
    is_same = (row.version, row.status) == (found.event.version, found.event.status)
    if not is_same or not waits(request, as_it_is, now):
        raise Stale


def booking_is_unchanged(session: Session, booking: BookingFacts) -> None:
    """Its event is locked: the booking is still the one that was looked at, else Stale."""
    statement = select(_BOOKING.version, _BOOKING.status).where(_BOOKING.id == booking.id)
    row = session.execute(statement.with_for_update(key_share=True)).one()
    if (row.version, row.status) != (booking.version, booking.status):
        raise Stale
