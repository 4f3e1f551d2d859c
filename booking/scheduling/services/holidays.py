"""A station's official holidays: add, change and take away; nothing on the calendar is touched.

The station's row is locked for writing first, so that two desks never keep the same day twice, and its version is
raised, so that the search sees the day at once.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import RowMapping, func, insert, select, update
from sqlalchemy.orm import Session

from booking import zones
from booking.accounts.services import Change, audit_many
from booking.catalogue.services.stations import Edit, lock_station, raise_version
from booking.catalogue.terms import Format, Overtaken
from booking.db import table_of, transaction
from booking.i18n import Translated
from booking.scheduling.holidays import days_of, last_day
from booking.scheduling.models import Closure
from booking.scheduling.terms import ClosureType

_CLOSURE = table_of(Closure)
BLOCKED = (Format.IN_PERSON, Format.OFF_SITE, Format.VIRTUAL_LIVE, Format.VIRTUAL_RECORDED)


class BadDay(Exception):
    """A day that cannot be a holiday; `reason` is past, far or twice. Nothing was written."""

    def __init__(self, reason: str, day: date) -> None:
        super().__init__(reason, day)
        self.reason, self.day = reason, day


@dataclass(frozen=True, slots=True)
class NewHoliday:
    """A day off; `name` by locale, at least in one."""

    day: date
    name: Translated


def add_holidays(edit: Edit, wanted: Sequence[NewHoliday], source: str = "") -> list[str]:
    """Keep these days, all or none; their codes. Raises Overtaken, BadDay."""
    with transaction() as session:
        station = lock_station(session, edit)
        _check(session, station, [one.day for one in wanted], edit.now)
        rows = [_row(station, one, edit.now, source) for one in wanted]
        if not rows:
            return []
        session.execute(insert(_CLOSURE), rows)
        raise_version(session, station["id"])
        told = [(str(row["code"]), _told(one.day, one.name)) for row, one in zip(rows, wanted, strict=True)]
        audit_many(session, [_change(edit, "holiday.add", code, None, after) for code, after in told])
    return [code for code, _after in told]


def change_holiday(edit: Edit, code: str, wanted: NewHoliday) -> bool:
    """Another day or name; False where it is as it was. `edit` names the station. Raises Overtaken, BadDay."""
    with transaction() as session:
        station = lock_station(session, edit)
        row = _kept(session, station, code, edit.now)
        before, after = _told(row["starts_on"], row["message"]), _told(wanted.day, wanted.name)
        if before == after:
            return False
        _check(session, station, [wanted.day], edit.now, but=code)
        mine = update(_CLOSURE).where(_CLOSURE.c.code == code)
        session.execute(mine.values(starts_on=wanted.day, ends_on=wanted.day, message=wanted.name))
        raise_version(session, station["id"])
        audit_many(session, [_change(edit, "holiday.change", code, before, after)])
    return True


def remove_holiday(edit: Edit, code: str) -> None:
    """The day is worked after all; the row stays for who looks back. Raises Overtaken, BadDay."""
    with transaction() as session:
        station = lock_station(session, edit)
        row = _kept(session, station, code, edit.now)
        session.execute(update(_CLOSURE).where(_CLOSURE.c.code == code).values(lifted_at=edit.now))
        raise_version(session, station["id"])
        before = _told(row["starts_on"], row["message"])
        audit_many(session, [_change(edit, "holiday.remove", code, before, None)])


def _kept(session: Session, station: RowMapping, code: str, now: datetime) -> RowMapping:
    """The row of a holiday in force that is not over yet."""
    statement = select(_CLOSURE).where(
        _CLOSURE.c.code == code,
        _CLOSURE.c.station_id == station["id"],
        _CLOSURE.c.type == ClosureType.OFFICIAL_HOLIDAY,
        _CLOSURE.c.lifted_at.is_(None),
    )
    row = session.execute(statement).mappings().first()
    if row is None:
        raise Overtaken(code)
    if (row["ends_on"] or row["starts_on"]) < zones.local_date(now, station["time_zone"]):
        raise BadDay("past", row["starts_on"])
    return row


def _check(session: Session, station: RowMapping, days: Sequence[date], now: datetime, but: str = "") -> None:
    """Raise BadDay for a day that is over, too far ahead, or kept already."""
    today = zones.local_date(now, station["time_zone"])
    known = _known_days(session, station["id"], today, but)
    for number, day in enumerate(days):
        if day < today:
            raise BadDay("past", day)
        if day > last_day(today):
            raise BadDay("far", day)
        if day in known or day in days[:number]:
            raise BadDay("twice", day)


def _known_days(session: Session, station_id: int, first: date, but: str) -> Collection[date]:
    statement = select(_CLOSURE.c.starts_on, _CLOSURE.c.ends_on).where(
        _CLOSURE.c.station_id == station_id,
        _CLOSURE.c.type == ClosureType.OFFICIAL_HOLIDAY,
        _CLOSURE.c.lifted_at.is_(None),
        func.coalesce(_CLOSURE.c.ends_on, _CLOSURE.c.starts_on) >= first,
        _CLOSURE.c.code != but,
    )
    return {day for row in session.execute(statement) for day in days_of(row.starts_on, row.ends_on)}


def _row(station: RowMapping, wanted: NewHoliday, now: datetime, source: str) -> dict[str, object]:
    return {
        "code": f"H-{station['code']}-{wanted.day:%y%m%d}-{secrets.token_hex(2)}",
        "station_id": station["id"],
        "type": ClosureType.OFFICIAL_HOLIDAY,
        "starts_on": wanted.day,
        "ends_on": wanted.day,
        "announced_on": zones.local_date(now, station["time_zone"]),
        "blocks_formats": list(BLOCKED),
        "allows": [],
        "source": source,
        "message": wanted.name,
    }


def _told(day: date, name: Translated) -> dict[str, object]:
    return {"day": day.isoformat(), "name": str(name)}


def _change(
    edit: Edit, action: str, code: str, before: Mapping[str, object] | None, after: Mapping[str, object] | None
) -> Change:
    return Change(
        at=edit.now,
        actor=edit.actor,
        action=action,
        subject=f"closure:{code}",
        station_code=edit.code,
        before=before,
        after=after,
    )
