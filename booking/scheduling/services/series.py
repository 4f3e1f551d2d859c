"""Write a series with its pattern, change the pattern, split the series in two: steps of a caller's transaction."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from booking.db import table_of
from booking.i18n import Translated
from booking.scheduling import series
from booking.scheduling.models import Event, Series
from booking.scheduling.series import BadPattern, Pattern

_SERIES, _EVENT = table_of(Series), table_of(Event)


@dataclass(frozen=True)
class Plan:
    """What a series was made from, as it is stored: its rhythm, and what its events have in common."""

    rhythm: Pattern
    station: str
    offering: str
    language: str
    capacity: int
    guide: str = ""
    """Code of the guide who was to give all of them; empty: whoever the roster finds."""

    def to_json(self) -> dict[str, Any]:
        """JSON for the column."""
        given = {name: getattr(self, name) for name in ("station", "offering", "language", "capacity", "guide")}
        return {**series.to_json(self.rhythm), **given}


def plan_of(stored: Mapping[str, Any] | None) -> Plan | None:
    """The plan of a series, None where none was ever made of it (a loaded one); BadPattern where it was damaged."""
    if stored is None:
        return None
    try:
        given = {name: str(stored[name]) for name in ("station", "offering", "language", "guide")}
        return Plan(series.from_json(stored), capacity=int(stored["capacity"]), **given)
    except (KeyError, TypeError, ValueError) as error:
        raise BadPattern("stored") from error


def new_series_code(plan: Plan) -> str:
    """A code nobody has: station, first day, and six random digits."""
    return f"S-{plan.station}-{plan.rhythm.first_on:%y%m%d}-{secrets.token_hex(3).upper()}"


def write_series(session: Session, code: str, plan: Plan, title: Translated, partner: str = "") -> int:
    """A new series; its id."""
    values = {"code": code, "title": title, "partner": partner, "pattern": plan.to_json()}
    return int(session.execute(insert(_SERIES).values(values).returning(_SERIES.c.id)).scalar_one())


def plan_of_series(session: Session, series_id: int) -> Plan | None:
    """The plan of a series as it is stored, without a lock."""
    return plan_of(session.execute(select(_SERIES.c.pattern).where(_SERIES.c.id == series_id)).scalar_one())


def lock_series(session: Session, series_id: int) -> Plan | None:
    """Lock the series, after its station and before any host; its plan as it is now."""
    statement = select(_SERIES.c.pattern).where(_SERIES.c.id == series_id).with_for_update(key_share=True)
    return plan_of(session.execute(statement).scalar_one())


def save_plan(session: Session, series_id: int, plan: Plan) -> None:
    """Another plan for a series; its events are the caller's business."""
    session.execute(update(_SERIES).where(_SERIES.c.id == series_id).values(pattern=plan.to_json()))


def split_series(session: Session, series_id: int, before: Plan, after: Plan, events: list[int]) -> tuple[int, str]:
    """A new series for these events, under the same title; the old one keeps the rest and its shortened plan."""
    kept = select(_SERIES.c.title, _SERIES.c.partner).where(_SERIES.c.id == series_id)
    row = session.execute(kept).one()
    save_plan(session, series_id, before)
    code = new_series_code(after)
    new_id = write_series(session, code, after, row.title, row.partner)
    session.execute(update(_EVENT).where(_EVENT.c.id.in_(events)).values(series_id=new_id))
    return new_id, code
