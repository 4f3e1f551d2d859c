"""Private calendars: which are due, and what a guide is shown of one."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from booking.accounts.models import Account
from booking.catalogue.models import Station
from booking.db import table_of
from booking.scheduling.models import BusyInterval, Guide, PrivateCalendar

_CALENDAR, _BUSY, _GUIDE = table_of(PrivateCalendar).c, table_of(BusyInterval).c, table_of(Guide).c
_STATION, _ACCOUNT = table_of(Station).c, table_of(Account).c


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved calendar as its guide sees it: never the address, only whose machine it is on."""

    host: str
    read_at: datetime | None
    problem: str
    """A code and, behind a colon, a number; empty: nothing is wrong."""


@dataclass(frozen=True, slots=True)
class Due:
    """A calendar to be read, as it was saved. `url` is a secret."""

    guide_id: int
    guide_code: str
    url: str
    etag: str
    last_modified: str
    read_at: datetime | None
    failures: int
    told_at: datetime | None
    zone: str
    """IANA zone of the guide's home station."""
    station_code: str
    guide_name: str
    email: str
    """Empty where the guide has no account."""
    locale: str


def saved_calendar(session: Session, guide_id: int) -> Saved | None:
    """The private calendar of a guide, None where there is none."""
    row = session.execute(
        select(_CALENDAR.url, _CALENDAR.read_at, _CALENDAR.problem).where(_CALENDAR.guide_id == guide_id)
    ).first()
    return Saved(urlsplit(row.url).hostname or "", row.read_at, row.problem) if row else None


def waiting(now: datetime) -> Select[int]:
    """The ids of the active guides whose calendars are due."""
    return (
        select(_CALENDAR.guide_id)
        .join_from(PrivateCalendar, Guide, _GUIDE.id == _CALENDAR.guide_id)
        .where(_CALENDAR.next_read_at <= now, _GUIDE.is_active.is_(True))
    )


def anything_due(session: Session, now: datetime) -> bool:
    """Whether a calendar waits to be read; asked without a lock, and nothing stays open after it."""
    found = session.execute(waiting(now).limit(1)).first()
    session.rollback()
    return found is not None


def due_calendar(session: Session, guide_id: int) -> Due | None:
    """What is needed to read a guide's calendar; None where it has been removed."""
    statement = (
        select(
            _CALENDAR.guide_id,
            _GUIDE.code.label("guide_code"),
            _CALENDAR.url,
            _CALENDAR.etag,
            _CALENDAR.last_modified,
            _CALENDAR.read_at,
            _CALENDAR.failures,
            _CALENDAR.told_at,
            _STATION.time_zone.label("zone"),
            _STATION.code.label("station_code"),
            _GUIDE.name.label("guide_name"),
            _ACCOUNT.email,
            _ACCOUNT.locale,
        )
        .join_from(PrivateCalendar, Guide, _GUIDE.id == _CALENDAR.guide_id)
        .join(Station, _STATION.id == _GUIDE.station_id)
        .outerjoin(Account, _ACCOUNT.id == _GUIDE.account_id)
        .where(_CALENDAR.guide_id == guide_id)
    )
    row = session.execute(statement).mappings().first()
    return Due(**{**row, "email": row["email"] or "", "locale": row["locale"] or "en"}) if row else None


def busy_intervals(session: Session, guide_id: int) -> dict[tuple[datetime, datetime], int]:
    """The intervals kept of a guide's calendar, with their ids."""
    statement = select(_BUSY.starts_at, _BUSY.ends_at, _BUSY.id).where(_BUSY.guide_id == guide_id)
    return {(row.starts_at, row.ends_at): row.id for row in session.execute(statement)}
