"""What a desk must see to: events to come without a guide, and online ones that begin soon without an address."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from booking.catalogue.models import Offering, Station
from booking.db import table_of
from booking.i18n import Translated
from booking.scheduling.models import Event, Offer
from booking.scheduling.queries.rooms import ONLINE, has_address
from booking.scheduling.queries.uncovered import UNIT, is_given, needs_host
from booking.scheduling.terms import EventStatus, OfferStatus

_EVENT, _OFFERING, _STATION, _OFFER = (
    table_of(Event).c,
    table_of(Offering).c,
    table_of(Station).c,
    table_of(Offer).c,
)
SOON = timedelta(hours=24)
"""How long before it begins an online event must have its address."""


class Trouble(StrEnum):
    """What is missing; the order is that in which a desk sees to it."""

    NO_GUIDE = "no-guide"  # and nobody left to ask, or nobody asked yet
    ASKING = "asking"  # no guide, but an answer is waited for
    NO_ADDRESS = "no-address"


@dataclass(frozen=True)
class RedRow:
    """An event with what is missing. `asked`: how many offers of its present time were made."""

    trouble: Trouble
    code: str
    title: Translated
    station_code: str
    time_zone: str
    language: str
    starts_at: datetime
    taken: int
    asked: int = 0
    answer_by: datetime | None = None

    @property
    def is_exhausted(self) -> bool:
        """Everybody who could was asked, and nobody gives it."""
        return self.trouble is Trouble.NO_GUIDE and self.asked > 0


def red_list(session: Session, stations: Collection[str] | None, now: datetime) -> list[RedRow]:
    """The rows of these stations (codes; None: of all), soonest event first; one statement."""
    offers = (
        select(
            _OFFER.event_id,
            func.count(_OFFER.id).filter(_OFFER.round > 0).label("asked"),
            func.min(_OFFER.expires_at).filter(_OFFER.status == OfferStatus.PENDING).label("answer_by"),
        )
        .group_by(_OFFER.event_id)
        .subquery()
    )
    given = case((is_given(), 1), else_=0).label("is_given")
    troubled = or_(and_(*needs_host(now)), and_(*_lacks_address(now)))
    joined = _events(stations).outerjoin(offers, offers.c.event_id == _EVENT.id).where(troubled)
    found = session.execute(joined.add_columns(given, offers.c.asked, offers.c.answer_by))
    return sorted(map(_red, found), key=lambda row: (row.starts_at, row.code, row.trouble))


def _events(stations: Collection[str] | None) -> Select[Any]:
    statement = (
        select(
            _EVENT.code,
            _EVENT.title.label("own_title"),
            _OFFERING.title.label("offering_title"),
            _STATION.code.label("station_code"),
            _EVENT.time_zone,
            _EVENT.language,
            _EVENT.starts_at,
            _EVENT.taken,
        )
        .join_from(Event, Offering, _OFFERING.id == _EVENT.offering_id)
        .join(Station, _STATION.id == _EVENT.station_id)
    )
    return statement if stations is None else statement.where(_STATION.code.in_(stations))


def _lacks_address(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Conditions on `event`: it begins soon, somebody comes to it or may still come, and nobody knows where to."""
    return (
        _EVENT.starts_at > now,
        _EVENT.starts_at <= now + SOON,
        _EVENT.unit == UNIT,
        _EVENT.format.in_(sorted(ONLINE)),
        or_(_EVENT.status == EventStatus.OPEN, and_(_EVENT.status == EventStatus.CLOSED, _EVENT.taken > 0)),
        is_given(),
        ~has_address(),
    )


def _red(row: Row[Any]) -> RedRow:
    """What has a guide lacks its address, what has none its guide."""
    if row.is_given:
        return _row(row, Trouble.NO_ADDRESS)
    return _row(row, Trouble.ASKING if row.answer_by else Trouble.NO_GUIDE, row.asked or 0, row.answer_by)


def _row(row: Row[Any], trouble: Trouble, asked: int = 0, answer_by: datetime | None = None) -> RedRow:
    return RedRow(
        trouble=trouble,
        code=row.code,
        title=row.own_title or row.offering_title,
        station_code=row.station_code,
        time_zone=row.time_zone,
        language=row.language,
        starts_at=row.starts_at,
        taken=row.taken,
        asked=asked,
        answer_by=answer_by,
    )
