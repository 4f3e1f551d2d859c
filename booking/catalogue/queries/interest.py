"""Who waits for which offering, as counts and one by one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from booking.catalogue.models import Interest, Offering, Station
from booking.catalogue.terms import REOPENING, InterestState, OfferingStatus
from booking.db import table_of
from booking.i18n import Translated

_INTEREST, _OFFERING, _STATION = table_of(Interest), table_of(Offering), table_of(Station)


@dataclass(frozen=True)
class InterestFacts:
    """An entry of a list, with what a mail about it tells."""

    id: int
    email: str
    about: str
    locale: str
    organisation: str
    size: int | None
    state: InterestState
    asked_at: datetime
    told_at: datetime | None
    wished_on: date | None
    opens_at: datetime | None
    offering: str
    slug: str
    title: Translated
    status: OfferingStatus
    station: str
    station_name: str
    time_zone: str
    contact_email: str

    @property
    def is_reminder(self) -> bool:
        """Whether it waits for bookings of a day to open, and not for a reopening."""
        return self.about != REOPENING


_OWN = (
    "id",
    "email",
    "about",
    "locale",
    "organisation",
    "size",
    "state",
    "asked_at",
    "told_at",
    "wished_on",
    "opens_at",
)
_COLUMNS = (
    *(_INTEREST.c[name] for name in _OWN),
    _OFFERING.c.code.label("offering"),
    _OFFERING.c.slug,
    _OFFERING.c.title,
    _OFFERING.c.status,
    _STATION.c.code.label("station"),
    _STATION.c.name.label("station_name"),
    _STATION.c.time_zone,
    _STATION.c.contact_email,
)


def _entries() -> Select[Any]:
    joined = _INTEREST.join(_OFFERING, _OFFERING.c.id == _INTEREST.c.offering_id)
    return select(*_COLUMNS).select_from(joined.join(_STATION, _STATION.c.id == _OFFERING.c.station_id))


def entries(session: Session, ids: list[int]) -> list[InterestFacts]:
    """The entries of these numbers, in their order."""
    rows = session.execute(_entries().where(_INTEREST.c.id.in_(ids)).order_by(_INTEREST.c.id)).mappings()
    return [InterestFacts(**row) for row in rows]


def entry(session: Session, interest_id: int) -> InterestFacts | None:
    """One entry, None where there is none (any more)."""
    return next(iter(entries(session, [interest_id])), None)


def who_waits(session: Session, offering: str, limit: int = 500) -> list[InterestFacts]:
    """The list of an offering as its owners confirmed it, whoever has waited longest first."""
    waiting = _entries().where(_OFFERING.c.code == offering, _INTEREST.c.state == InterestState.WAITING)
    rows = session.execute(waiting.order_by(_INTEREST.c.confirmed_at, _INTEREST.c.id).limit(limit)).mappings()
    return [InterestFacts(**row) for row in rows]


@dataclass(frozen=True)
class Counts:
    """How many entries a list has: waiting for the reopening, for the opening of a day, not confirmed, written to."""

    waiting: int = 0
    people: int = 0
    reminders: int = 0
    unconfirmed: int = 0
    told: int = 0


def counts(session: Session, offering: str) -> Counts:
    """Of one offering, one statement."""
    columns = (_INTEREST.c.state, _INTEREST.c.about == REOPENING, func.count(), func.sum(_INTEREST.c.size))
    grouped = select(*columns).join(_OFFERING, _OFFERING.c.id == _INTEREST.c.offering_id)
    grouped = grouped.where(_OFFERING.c.code == offering).group_by(*columns[:2])
    numbers: Mapping[tuple[InterestState, bool], tuple[int, int | None]] = {
        (state, bool(is_reopening)): (number, people)
        for state, is_reopening, number, people in session.execute(grouped)
    }

    def number(state: InterestState, *, reopening: bool) -> int:
        return numbers.get((state, reopening), (0, 0))[0]

    def both(state: InterestState) -> int:
        return number(state, reopening=True) + number(state, reopening=False)

    return Counts(
        waiting=number(InterestState.WAITING, reopening=True),
        people=int(numbers.get((InterestState.WAITING, True), (0, 0))[1] or 0),
        reminders=number(InterestState.WAITING, reopening=False),
        unconfirmed=both(InterestState.ASKED),
        told=both(InterestState.TOLD),
    )
