"""The official holidays of stations as a desk sees them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from booking.catalogue.models import Station
from booking.db import table_of
from booking.i18n import Translated
from booking.scheduling.holidays import days_of
from booking.scheduling.models import Closure
from booking.scheduling.terms import ClosureType

_CLOSURE, _STATION = table_of(Closure).c, table_of(Station).c


@dataclass(frozen=True)
class Holiday:
    """An official holiday in force; both days are included."""

    code: str
    station: str
    starts_on: date
    ends_on: date
    name: Translated


def _in_force() -> tuple[ColumnElement[bool], ...]:
    return _CLOSURE.type == ClosureType.OFFICIAL_HOLIDAY, _CLOSURE.lifted_at.is_(None)


def _holidays() -> Select[*tuple[Any, ...]]:
    columns = (_CLOSURE.code, _STATION.code, _CLOSURE.starts_on, func.coalesce(_CLOSURE.ends_on, _CLOSURE.starts_on))
    found = select(*columns, _CLOSURE.message).join_from(Closure, Station, _STATION.id == _CLOSURE.station_id)
    return found.where(*_in_force()).order_by(_CLOSURE.starts_on, _CLOSURE.id)


def holidays_in(session: Session, station_id: int, year: int) -> list[Holiday]:
    """Those of a station that touch the year, by day."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    ends_on = func.coalesce(_CLOSURE.ends_on, _CLOSURE.starts_on)
    found = _holidays().where(_CLOSURE.station_id == station_id, _CLOSURE.starts_on <= last, ends_on >= first)
    return [Holiday(*row) for row in session.execute(found)]


def holiday(session: Session, code: str) -> Holiday | None:
    """The holiday of this code, None where there is none in force."""
    row = session.execute(_holidays().where(_CLOSURE.code == code)).first()
    return Holiday(*row) if row else None


def holiday_days(
    session: Session, station_ids: Collection[int], first: date
) -> Mapping[int, Sequence[tuple[date, str]]]:
    """The days off of stations from a day on, with their names in English, by the station's id."""
    found: dict[int, list[tuple[date, str]]] = defaultdict(list)
    columns = (_CLOSURE.station_id, _CLOSURE.starts_on, _CLOSURE.ends_on, _CLOSURE.message)
    later = func.coalesce(_CLOSURE.ends_on, _CLOSURE.starts_on) >= first
    statement = select(*columns).where(*_in_force(), later, _CLOSURE.station_id.in_(station_ids))
    for station_id, starts_on, ends_on, name in session.execute(statement.order_by(_CLOSURE.starts_on)):
        found[station_id] += [(day, str(name)) for day in days_of(starts_on, ends_on) if day >= first]
    return found
