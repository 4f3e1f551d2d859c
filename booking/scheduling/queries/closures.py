"""What is dated: closures, partial reopenings, holidays and limits of capacity, as facts and in one statement."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import BindParameter, Row, and_, bindparam, literal, or_, select, union_all
from sqlalchemy.orm import Session

from booking import zones
from booking.catalogue.terms import StationFacts
from booking.db import table_of
from booking.scheduling.models import CapacityLimit, Closure
from booking.scheduling.terms import ClosureFacts, LimitFacts

_CLOSURE, _LIMIT = table_of(Closure), table_of(CapacityLimit)
_CLOSED = (
    "station_id",
    "code",
    "type",
    "starts_on",
    "ends_on",
    "announced_on",
    "blocks_formats",
    "allows",
    "distanced_capacity",
    "message",
    "conditions",
)
LIMITED = tuple(LimitFacts.__dataclass_fields__)
"""The columns of LimitFacts."""

# Two tables side by side, each row of one of them: a booking reads both and takes one statement.
_WHICH = union_all(select(literal(1).label("which")), select(literal(2))).subquery("which")
_STATIONS: BindParameter[int] = bindparam("station_ids", expanding=True)
_CLOSES = and_(
    _WHICH.c.which == 1,
    _CLOSURE.c.station_id.in_(_STATIONS),
    _CLOSURE.c.lifted_at.is_(None),
    or_(_CLOSURE.c.ends_on.is_(None), _CLOSURE.c.ends_on >= bindparam("first")),
)
_LIMITS = and_(
    _WHICH.c.which == 2,  # noqa: PLR2004  the second of the two
    or_(_LIMIT.c.station_id.is_(None), _LIMIT.c.station_id.in_(_STATIONS)),
    _LIMIT.c.ended_at.is_(None),
    or_(_LIMIT.c.ends_on.is_(None), _LIMIT.c.ends_on >= bindparam("first")),
)
_DATED = (
    select(
        *(_CLOSURE.c[name].label(f"closure_{name}") for name in _CLOSED),
        *(_LIMIT.c[name].label(f"limit_{name}") for name in LIMITED),
    )
    .select_from(_WHICH.outerjoin(_CLOSURE, _CLOSES).outerjoin(_LIMIT, _LIMITS))
    .where(or_(_CLOSURE.c.id.is_not(None), _LIMIT.c.id.is_not(None)))
    .order_by(_CLOSURE.c.starts_on, _CLOSURE.c.id, _LIMIT.c.id)
)


class Dated(NamedTuple):
    """What binds a station on days of its own."""

    closures: tuple[ClosureFacts, ...] = ()
    limits: tuple[LimitFacts, ...] = ()
    """Those of all stations too."""


def closures_of(session: Session, station: StationFacts, now: datetime) -> tuple[ClosureFacts, ...]:
    """What closes or limits a station from its local today on, in order of the first day."""
    return dated_of(session, [station], now)[station.id].closures


def closures_of_all(
    session: Session, stations: Iterable[StationFacts], now: datetime
) -> dict[int, tuple[ClosureFacts, ...]]:
    """The same for several stations in one statement, by the station's id."""
    return {station_id: one.closures for station_id, one in dated_of(session, stations, now).items()}


def dated_of(session: Session, stations: Iterable[StationFacts], now: datetime) -> dict[int, Dated]:
    """Closures and limits of several stations from their local today on, by the station's id; one statement."""
    wanted = {station.id: station for station in stations}
    first = min((zones.local_date(now, one.time_zone) for one in wanted.values()), default=now.date() - timedelta(1))
    closures: dict[int, list[ClosureFacts]] = {station_id: [] for station_id in wanted}
    limits: list[LimitFacts] = []
    for row in session.execute(_DATED, {"station_ids": list(wanted), "first": first}):
        if row.closure_code is None:
            limits.append(_limit(row))
        else:
            closures[row.closure_station_id].append(_closure(row))
    return {
        station_id: Dated(tuple(found), tuple(one for one in limits if one.station_id in {None, station_id}))
        for station_id, found in closures.items()
    }


def _limit(row: Row[tuple[object, ...]]) -> LimitFacts:
    return LimitFacts(**{name: row._mapping[f"limit_{name}"] for name in LIMITED})  # noqa: SLF001  public


def _closure(row: Row[tuple[object, ...]]) -> ClosureFacts:
    return ClosureFacts(
        code=row.closure_code,
        type=row.closure_type,
        starts_on=row.closure_starts_on,
        ends_on=row.closure_ends_on,
        announced_on=row.closure_announced_on,
        blocks_formats=frozenset(row.closure_blocks_formats),
        allows=frozenset(row.closure_allows),
        distanced_capacity=row.closure_distanced_capacity,
        message=row.closure_message.in_locale("en")[0],
        conditions=row.closure_conditions,
    )
