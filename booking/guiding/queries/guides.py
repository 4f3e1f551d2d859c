"""The guide behind an account."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.catalogue.models import Station
from booking.catalogue.queries import STATION, station_facts
from booking.catalogue.terms import StationFacts
from booking.db import table_of
from booking.scheduling.models import Guide
from booking.scheduling.terms import HostRole, Limits

_GUIDE = table_of(Guide).c


@dataclass(frozen=True, slots=True)
class OwnGuide:
    """A guide or speaker as they see themselves: days, weeks and hours are those of the home station."""

    id: int
    code: str
    name: str
    role: HostRole
    station: StationFacts
    limits: Limits


def guide_of(session: Session, account_id: int) -> OwnGuide | None:
    """The active guide of an account, None for an account that is nobody's; one statement."""
    own = (_GUIDE.id, _GUIDE.code, _GUIDE.name, _GUIDE.role)
    limits = (
        _GUIDE.max_events_per_day,
        _GUIDE.max_events_per_week,
        _GUIDE.max_minutes_per_day,
        _GUIDE.max_minutes_per_week,
        _GUIDE.min_rest_min,
    )
    statement = (
        select(*own, *limits, *STATION)
        .join_from(Guide, Station, table_of(Station).c.id == _GUIDE.station_id)
        .where(_GUIDE.account_id == account_id, _GUIDE.is_active.is_(True))
        .order_by(_GUIDE.id)
        .limit(1)
    )
    row = session.execute(statement).mappings().first()
    if row is None:
        return None
    return OwnGuide(
        **{column.key: row[column.key] for column in own},
        station=station_facts(row),
        limits=Limits(*(row[column.key] for column in limits)),
    )
