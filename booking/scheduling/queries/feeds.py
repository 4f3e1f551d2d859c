"""Who has a calendar to subscribe to."""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from booking.accounts.models import Account
from booking.catalogue.models import Station
from booking.db import table_of
from booking.scheduling.models import CalendarFeed, Guide

_FEED, _GUIDE = table_of(CalendarFeed).c, table_of(Guide).c
_STATION, _ACCOUNT = table_of(Station).c, table_of(Account).c


@dataclass(frozen=True, slots=True)
class FeedFacts:
    """A feed and whose it is: a guide's, or that of a station's desk."""

    id: int
    generation: int
    guide_id: int | None
    guide_name: str
    station_id: int | None
    station_code: str
    station_name: str
    locale: str


def feed_by_id(session: Session, feed_id: int) -> FeedFacts | None:
    """A feed; None where there is none, or its guide works or signs in no more."""
    statement = (
        select(
            _FEED.id,
            _FEED.generation,
            _FEED.guide_id,
            _GUIDE.name.label("guide_name"),
            _FEED.station_id,
            _STATION.code.label("station_code"),
            _STATION.name.label("station_name"),
            _ACCOUNT.locale,
        )
        .join_from(CalendarFeed, Guide, _GUIDE.id == _FEED.guide_id, isouter=True)
        .outerjoin(Station, _STATION.id == _FEED.station_id)
        .outerjoin(Account, _ACCOUNT.id == _GUIDE.account_id)
        .where(_FEED.id == feed_id)
        .where(or_(_GUIDE.id.is_(None), _GUIDE.is_active.is_(True)))
        .where(or_(_ACCOUNT.id.is_(None), _ACCOUNT.is_active.is_(True)))
    )
    row = session.execute(statement).mappings().first()
    if row is None:
        return None
    texts = {name: row[name] or "" for name in ("guide_name", "station_code", "station_name")}
    return FeedFacts(**{**row, **texts, "locale": row["locale"] or "en"})


def feed_of_guide(session: Session, guide_id: int) -> tuple[int, int] | None:
    """Id and generation of a guide's feed, None where there is none yet."""
    row = session.execute(select(_FEED.id, _FEED.generation).where(_FEED.guide_id == guide_id)).first()
    return (row[0], row[1]) if row else None


def feeds_of_desks(session: Session, station_ids: list[int]) -> dict[int, tuple[int, int]]:
    """Id and generation of the feeds of these stations' desks, by station."""
    statement = select(_FEED.station_id, _FEED.id, _FEED.generation).where(_FEED.station_id.in_(station_ids))
    return {row[0]: (row[1], row[2]) for row in session.execute(statement)}
