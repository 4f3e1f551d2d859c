"""What the catalogue asks of the calendar: the events to come of stations, and where words of vocabularies stand."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.bookings.models import Booking
from booking.bookings.terms import TAKES_PLACES
from booking.catalogue.misfits import Upcoming
from booking.catalogue.models import Offering
from booking.db import table_of
from booking.scheduling.models import Event
from booking.scheduling.queries.desk import UPCOMING

_EVENT, _OFFERING, _BOOKING = table_of(Event).c, table_of(Offering).c, table_of(Booking).c


def upcoming_of(session: Session, station_ids: Collection[int], now: datetime) -> Mapping[int, list[Upcoming]]:
    """The events of stations that have not begun and are not called off, by the station's id; one statement."""
    groups = (
        select(func.count())
        .where(_BOOKING.event_id == _EVENT.id, _BOOKING.status.in_(sorted(TAKES_PLACES)))
        .scalar_subquery()
        .label("groups")
    )
    columns = (
        _EVENT.station_id,
        _EVENT.title,
        _OFFERING.title,
        _EVENT.code,
        _EVENT.kind,
        _EVENT.format,
        _EVENT.language,
        _OFFERING.language_policy,
        _EVENT.starts_at,
        _EVENT.ends_at,
        _EVENT.starts_on,
        groups,
        _EVENT.taken,
    )
    found: dict[int, list[Upcoming]] = defaultdict(list)
    statement = select(*columns).join_from(Event, Offering, _OFFERING.id == _EVENT.offering_id)
    to_come = (_EVENT.station_id.in_(station_ids), _EVENT.starts_at > now, _EVENT.status.in_(UPCOMING))
    in_order = statement.where(*to_come).order_by(_EVENT.starts_at, _EVENT.id)
    for station_id, own, usual, code, *values in session.execute(in_order):
        found[station_id].append(Upcoming(code, own or usual, *values))
    return found
