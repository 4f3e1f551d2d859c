"""Whose contact is due to be forgotten: the last tour of the same address is longer ago than the station keeps it."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, FromClause, and_, case, exists, false, or_, select, text
from sqlalchemy.orm import Session

from booking.bookings.models import KEEPS_CONTACT_SQL, Booking, VisitRequest
from booking.bookings.terms import OPEN_REQUEST, BookingStatus, OrganisationType, RequestStatus
from booking.catalogue.models import Station
from booking.db import table_of
from booking.scheduling.models import Event

Columns = Mapping[str, Column[Any]]
ENDED = (
    *(BookingStatus.REFUSED, BookingStatus.WITHDRAWN, BookingStatus.EXPIRED),
    *(BookingStatus.CANCELLED_BY_GROUP, BookingStatus.CANCELLED_BY_STATION),
)
"""Bookings that no tour came of: they are over with what ended them."""

LONGEST = timedelta(days=30)
"""No event lasts longer: what began before cannot have ended since."""

_BOOKING, _REQUEST, _EVENT = table_of(Booking), table_of(VisitRequest), table_of(Event)
_STATION = table_of(Station).c


def cutoffs(session: Session, now: datetime) -> dict[datetime, list[int]]:
    """The ids of the stations by the instant before which a group's last tour is to be forgotten there."""
    found: dict[datetime, list[int]] = defaultdict(list)
    for station_id, days in session.execute(select(_STATION.id, _STATION.contact_days)):
        found[now - timedelta(days=days)].append(station_id)
    return dict(found)


def _over_at(booking: FromClause, event: FromClause) -> ColumnElement[datetime]:
    """When a booking's tour is over; without a tour, when the booking was."""
    is_ended = and_(booking.c.status.in_(ENDED), booking.c.changed_at < event.c.ends_at)
    return case((is_ended, booking.c.changed_at), else_=event.c.ends_at)


def _comes_later(own: FromClause, cutoff: datetime) -> ColumnElement[bool]:
    """Whether the same address has another tour, or asks for one, that is not so long ago, at whatever station.

    The addresses of all that is recent are gathered once: to look for each of the old ones costs their product.
    """
    other, event, request = _BOOKING.alias("other"), _EVENT.alias("other_event"), _REQUEST.alias("other_request")
    recent = (event.c.starts_at >= cutoff - LONGEST, _over_at(other, event) >= cutoff)
    booked = select(other.c.contact_email).where(event.c.id == other.c.event_id, *recent)
    asks = or_(request.c.status.in_(sorted(OPEN_REQUEST)), request.c.changed_at >= cutoff)
    asked = select(request.c.contact_email).where(request.c.status != RequestStatus.BOOKED, asks)
    address = own.c.contact_email
    return and_(address != "", or_(address.in_(booked.correlate(None)), address.in_(asked.correlate(None))))


def bookings_due(limits: Mapping[datetime, list[int]]) -> ColumnElement[bool]:
    """Bookings whose contact is due, as a condition on `booking` alone."""
    events = (_EVENT.c.id == _BOOKING.c.event_id,)
    over = [
        and_(
            exists().where(*events, _EVENT.c.station_id.in_(ids), _over_at(_BOOKING, _EVENT) < cutoff),
            ~_comes_later(_BOOKING, cutoff),
        )
        for cutoff, ids in limits.items()
    ]
    return and_(text(KEEPS_CONTACT_SQL), or_(false(), *over))


def requests_due(limits: Mapping[datetime, list[int]]) -> ColumnElement[bool]:
    """Requests without a time whose contact is due: those booked go with their booking."""
    column = _REQUEST.c
    booking = _BOOKING.alias("their_booking")
    gone = exists().where(booking.c.reference == column.reference, booking.c.contact_removed_at.is_not(None))
    over = [
        and_(column.station_id.in_(ids), column.changed_at < cutoff, ~_comes_later(_REQUEST, cutoff))
        for cutoff, ids in limits.items()
    ]
    ended = and_(column.status.not_in([*sorted(OPEN_REQUEST), RequestStatus.BOOKED]), or_(false(), *over))
    return and_(text(KEEPS_CONTACT_SQL), or_(ended, and_(column.status == RequestStatus.BOOKED, gone)))


def events_due(limits: Mapping[datetime, list[int]]) -> ColumnElement[bool]:
    """Events whose note about the group is due."""
    column = _EVENT.c
    over = [and_(column.station_id.in_(ids), column.ends_at < cutoff) for cutoff, ids in limits.items()]
    return and_(column.guide_note != "", or_(false(), *over))


def individuals_due(organisation: FromClause, mark: str) -> ColumnElement[bool]:
    """Names of individuals, once nothing else is kept of who came under them."""
    own = (_BOOKING.c.organisation_id == organisation.c.id,)
    request = (_REQUEST.c.organisation_id == organisation.c.id,)
    forgotten = or_(
        exists().where(*own, _BOOKING.c.contact_removed_at.is_not(None)),
        exists().where(*request, _REQUEST.c.contact_removed_at.is_not(None)),
    )
    kept = or_(
        exists().where(*own, _BOOKING.c.contact_removed_at.is_(None)),
        exists().where(*request, _REQUEST.c.contact_removed_at.is_(None)),
    )
    is_person = organisation.c.type == OrganisationType.INDIVIDUAL
    return and_(is_person, organisation.c.name_key.not_like(f"{mark}%"), forgotten, ~kept)
