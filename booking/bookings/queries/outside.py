"""Bookings to come that are outside what their offering says by now: listed for the desk, never dropped."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.bookings.models import Booking
from booking.bookings.queries.bookings import BookingFacts, bookings_by_id
from booking.bookings.terms import TAKES_PLACES
from booking.catalogue.terms import OfferingFacts
from booking.db import table_of
from booking.scheduling.models import Event
from booking.scheduling.queries.desk import DeskEvent, events_by_id
from booking.scheduling.terms import EventStatus, Visibility

MOST = 2_000
"""Bookings, and events, that are looked at: the soonest."""
_BOOKING, _EVENT = table_of(Booking), table_of(Event)
_TO_COME = (EventStatus.PLANNED, EventStatus.OPEN, EventStatus.CLOSED)


class Why(StrEnum):
    """What of an offering a booking or an event is outside of."""

    TOO_MANY = "too-many"
    TOO_FEW = "too-few"
    TOO_YOUNG = "too-young"
    TOO_OLD = "too-old"
    LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class Outside:
    """Bookings and events with what they are outside of; an event is named for its language only."""

    bookings: tuple[tuple[BookingFacts, tuple[Why, ...]], ...]
    events: tuple[DeskEvent, ...]


def outside(session: Session, offering: OfferingFacts, languages: Collection[str] | None, now: datetime) -> Outside:
    """What is to come and does not fit; `languages` None: any. At most five statements."""
    coming = (_EVENT.c.offering_id == offering.id, _EVENT.c.starts_at > now, _EVENT.c.status.in_(_TO_COME))
    held = select(_BOOKING.c.id).join(_EVENT, _EVENT.c.id == _BOOKING.c.event_id)
    held = held.where(*coming, _BOOKING.c.status.in_(sorted(TAKES_PLACES))).order_by(_EVENT.c.starts_at, _BOOKING.c.id)
    ids = list(session.execute(held.limit(MOST)).scalars())
    found = bookings_by_id(session, ids) if ids else []
    soonest = sorted(found, key=lambda one: (one.event.starts_at, one.reference))
    against = ((one, tuple(_against(one, offering, languages))) for one in soonest)
    events = select(_EVENT.c.id).where(*coming).order_by(_EVENT.c.starts_at).limit(MOST)
    if languages is not None:
        wrong = list(session.execute(events.where(_EVENT.c.language.not_in(list(languages)))).scalars())
    else:
        wrong = []
    return Outside(tuple(pair for pair in against if pair[1]), tuple(events_by_id(session, wrong) if wrong else ()))


def _against(one: BookingFacts, offering: OfferingFacts, languages: Collection[str] | None) -> Iterator[Why]:
    size, age = one.size, one.youngest_age
    if size is not None and offering.max_group is not None and size > offering.max_group:
        yield Why.TOO_MANY
    if (
        size is not None
        and offering.min_group is not None
        and size < offering.min_group
        and one.event.visibility is Visibility.PRIVATE
    ):
        yield Why.TOO_FEW
    if age is not None and offering.min_age is not None and age < offering.min_age:
        yield Why.TOO_YOUNG
    if age is not None and offering.max_age is not None and age > offering.max_age:
        yield Why.TOO_OLD
    if languages is not None and one.event.language.partition("-")[0] not in languages:
        yield Why.LANGUAGE
