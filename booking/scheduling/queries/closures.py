"""Closures, partial reopenings and holidays as facts."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from booking import zones
from booking.catalogue.terms import StationFacts
from booking.scheduling.models import Closure
from booking.scheduling.terms import ClosureFacts

_CLOSURE = Closure.__table__.c
_COLUMNS = (
    _CLOSURE.station_id,
    _CLOSURE.code,
    _CLOSURE.type,
    _CLOSURE.starts_on,
    _CLOSURE.ends_on,
    _CLOSURE.announced_on,
    _CLOSURE.blocks_formats,
    _CLOSURE.allows,
    _CLOSURE.distanced_capacity,
    _CLOSURE.message,
    _CLOSURE.conditions,
)
_IN_FORCE = (
    select(*_COLUMNS)
    .where(_CLOSURE.station_id.in_(bindparam("station_ids", expanding=True)), _CLOSURE.lifted_at.is_(None))
    .where(or_(_CLOSURE.ends_on.is_(None), _CLOSURE.ends_on >= bindparam("first")))
    .order_by(_CLOSURE.starts_on, _CLOSURE.id)
)


def closures_of(session: Session, station: StationFacts, now: datetime) -> tuple[ClosureFacts, ...]:
    """What closes or limits a station from its local today on, in order of the first day."""
    return closures_of_all(session, [station], now)[station.id]


def closures_of_all(
    session: Session, stations: Iterable[StationFacts], now: datetime
) -> dict[int, tuple[ClosureFacts, ...]]:
    """The same for several stations in one statement, by the station's id."""
    wanted = {station.id: station for station in stations}
    first = min((zones.local_date(now, one.time_zone) for one in wanted.values()), default=now.date() - timedelta(1))
    found: dict[int, list[ClosureFacts]] = {station_id: [] for station_id in wanted}
    for row in session.execute(_IN_FORCE, {"station_ids": list(wanted), "first": first}):
        found[row.station_id].append(
            ClosureFacts(
                code=row.code,
                type=row.type,
                starts_on=row.starts_on,
                ends_on=row.ends_on,
                announced_on=row.announced_on,
                blocks_formats=frozenset(row.blocks_formats),
                allows=frozenset(row.allows),
                distanced_capacity=row.distanced_capacity,
                message=row.message.in_locale("en")[0],
                conditions=row.conditions.in_locale("en")[0] if row.conditions else "",
            )
        )
    return {station_id: tuple(closures) for station_id, closures in found.items()}
