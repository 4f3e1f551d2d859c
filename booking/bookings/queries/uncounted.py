"""Events that are over and of which a group that was to come has no number (ATT-01)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from booking.bookings.models import Booking
from booking.bookings.terms import BookingStatus
from booking.catalogue.models import Offering, Station
from booking.db import table_of
from booking.i18n import Translated
from booking.scheduling.models import Event
from booking.scheduling.terms import EventStatus

_EVENT, _BOOKING, _OFFERING, _STATION = (table_of(one).c for one in (Event, Booking, Offering, Station))
TOOK_PLACE = (EventStatus.OPEN, EventStatus.CLOSED, EventStatus.HELD)


@dataclass(frozen=True)
class Uncounted:
    """One of them; `taken` people were to come."""

    id: int
    code: str
    title: Translated
    station: str
    station_id: int
    time_zone: str
    language: str
    starts_at: datetime
    ends_at: datetime
    taken: int


def uncounted(after: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    """Conditions on `event`: it began after and ended until these instants, and a group of it waits for its number.

    Nobody has counted the event as a whole, not even to say that no number is known.
    """
    waits = exists().where(_BOOKING.event_id == _EVENT.id, _BOOKING.status == BookingStatus.CONFIRMED)
    is_whole = (_EVENT.attended.is_(None), _EVENT.attended_source == "")
    return (_EVENT.starts_at > after, _EVENT.ends_at <= until, _EVENT.status.in_(TOOK_PLACE), *is_whole, waits)


def events_without_number(
    session: Session, stations: Collection[str] | None, after: datetime, until: datetime
) -> list[Uncounted]:
    """Those of these stations (codes; None: of all), the oldest first; one statement."""
    names = ("id", "code", "station_id", "time_zone", "language", "starts_at", "ends_at", "taken")
    statement = (
        select(
            *(_EVENT[name] for name in names),
            _EVENT.title.label("own"),
            _OFFERING.title,
            _STATION.code.label("station"),
        )
        .join_from(Event, Offering, _OFFERING.id == _EVENT.offering_id)
        .join(Station, _STATION.id == _EVENT.station_id)
        .where(*uncounted(after, until))
        .order_by(_EVENT.starts_at, _EVENT.id)
    )
    if stations is not None:
        statement = statement.where(_STATION.code.in_(stations))
    return [_uncounted(dict(row)) for row in session.execute(statement).mappings()]


def _uncounted(values: dict[str, Any]) -> Uncounted:
    """An event is titled as its offering unless it has a title of its own."""
    own = values.pop("own")
    return Uncounted(**{**values, "title": own or values["title"]})
