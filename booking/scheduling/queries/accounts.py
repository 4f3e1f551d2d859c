"""Which guide of the schedule a member of staff is."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from booking.accounts.terms import GuideName
from booking.catalogue.models import Station
from booking.db import table_of
from booking.scheduling.models import Guide

_GUIDE, _STATION = table_of(Guide).c, table_of(Station).c


def guide_of_account(session: Session, account_id: int) -> GuideName | None:
    """The guide that the account is, or None."""
    row = session.execute(_names().where(_GUIDE.account_id == account_id)).first()
    return GuideName(*row) if row else None


def guides_of_nobody(session: Session, stations: frozenset[str] | None) -> list[GuideName]:
    """The guides of these stations (None: of all) who have no account, by station and name."""
    found = _names().where(_GUIDE.account_id.is_(None), _GUIDE.is_active.is_(True))
    if stations is not None:
        found = found.where(_STATION.code.in_(stations))
    rows = session.execute(found.order_by(_STATION.code, _GUIDE.name, _GUIDE.code))
    return [GuideName(*row) for row in rows]


def guide_names(session: Session) -> dict[str, str]:
    """What all guides are called, by code and by number; one statement."""
    rows = session.execute(select(_GUIDE.id, _GUIDE.code, _GUIDE.name).order_by(_GUIDE.id)).all()
    return {str(key): row.name for row in rows for key in (row.id, row.code)}


def _names() -> Select[str, str, str]:
    return select(_GUIDE.code, _GUIDE.name, _STATION.code).join(Station, _STATION.id == _GUIDE.station_id)
