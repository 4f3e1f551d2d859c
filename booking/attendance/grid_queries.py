"""Which events the desk's grid shows: those over of some days, or only those without a number, the oldest first."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from booking.bookings.queries.uncounted import uncounted
from booking.catalogue.models import Station
from booking.db import table_of
from booking.scheduling.models import Event
from booking.scheduling.terms import EventStatus

_EVENT, _STATION = table_of(Event).c, table_of(Station).c
NEVER = (EventStatus.CANCELLED, EventStatus.PLANNED)


@dataclass(frozen=True)
class Asked:
    """Stations (codes; None: all), local days (both included), what is shown, the code of the last one before."""

    stations: Collection[str] | None
    days: tuple[date, date]
    show: str
    after: str
    most: int


def events_asked(session: Session, asked: Asked, now: datetime) -> list[int]:
    """Ids of events that have begun, the oldest first; one statement, two from the second page on."""
    statement = (
        select(_EVENT.id)
        .join_from(Event, Station, _STATION.id == _EVENT.station_id)
        .where(_EVENT.starts_on >= asked.days[0], _EVENT.starts_on <= asked.days[1])
        .where(_EVENT.starts_at <= now, _EVENT.status.not_in(NEVER))
        .order_by(_EVENT.starts_at, _EVENT.id)
        .limit(asked.most)
    )
    if asked.stations is not None:
        statement = statement.where(_STATION.code.in_(asked.stations))
    if asked.show == "missing":
        earliest = datetime.combine(asked.days[0], time.min, UTC) - timedelta(days=1)
        statement = statement.where(*uncounted(earliest, now))
    if asked.after:
        last = session.execute(select(_EVENT.starts_at, _EVENT.id).where(_EVENT.code == asked.after)).first()
        if last is None:
            return []
        statement = statement.where(tuple_(_EVENT.starts_at, _EVENT.id) > (last.starts_at, last.id))
    return list(session.execute(statement).scalars())


def events_named(session: Session, codes: Collection[str]) -> list[int]:
    """Ids of the events of these codes that were not called off."""
    statement = select(_EVENT.id).where(_EVENT.code.in_(codes), _EVENT.status.not_in(NEVER))
    return list(session.execute(statement).scalars())
