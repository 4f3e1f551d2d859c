"""The desk's front page: the week in numbers, requests whose time is nearly over, groups too large for a limit."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from booking.bookings.models import Booking, Organisation, VisitRequest
from booking.bookings.queries.limits import lowest_limit
from booking.bookings.terms import BookingStatus, RequestStatus
from booking.catalogue.models import Offering, Station, StationLanguage
from booking.catalogue.terms import Format
from booking.db import table_of
from booking.i18n import Translated
from booking.scheduling.models import Closure, Event
from booking.scheduling.queries.desk import UPCOMING, DeskEvent, events_on
from booking.scheduling.queries.uncovered import needs_host
from booking.scheduling.terms import EventStatus, Visibility

SOON = timedelta(hours=48)
"""How long before its deadline a request is about to expire."""

_EVENT, _OFFERING, _STATION = table_of(Event).c, table_of(Offering).c, table_of(Station).c
_BOOKING, _ORGANISATION, _REQUEST = table_of(Booking).c, table_of(Organisation).c, table_of(VisitRequest).c
_CLOSURE, _GIVEN = table_of(Closure).c, table_of(StationLanguage).c


@dataclass(frozen=True)
class Place:
    """A station, and the languages in which it gives anything."""

    code: str
    name: str
    time_zone: str
    languages: frozenset[str]


@dataclass(frozen=True)
class Cell:
    """Events of a week at a station in a language, and how many people they expect."""

    station: str
    language: str
    events: int
    people: int


@dataclass(frozen=True)
class Expiring:
    """A request that a person must decide soon. `size` is people, adults included."""

    reference: str
    organisation: str
    title: Translated
    station: str
    language: str
    size: int
    answer_by: datetime
    time_zone: str


@dataclass(frozen=True)
class Pressing:
    """A request without a time that presses: its answer is due soon, or a speaker should have been found by now."""

    reference: str
    organisation: str
    offering: Translated | None
    """Title; None where they want advice."""
    station: str
    language: str
    size: int
    answer_by: datetime
    speaker_by: datetime | None
    no_speaker_at: datetime | None
    time_zone: str

    def seeks_speaker(self, now: datetime) -> bool:
        """SPK-01: the days in which somebody is looked for end soon, or have ended."""
        return self.no_speaker_at is not None or (self.speaker_by is not None and self.speaker_by <= now + SOON)


@dataclass(frozen=True)
class Over:
    """An event to come with more people than a limit allows by now."""

    code: str
    own_title: Translated | None
    offering_title: Translated
    station: str
    language: str
    starts_at: datetime
    time_zone: str
    taken: int
    limit: int

    @property
    def title(self) -> Translated:
        """Its own, or the offering's."""
        return self.own_title or self.offering_title

    @property
    def over_by(self) -> int:
        """People too many."""
        return self.taken - self.limit


def places_of(session: Session, stations: Collection[str] | None) -> list[Place]:
    """These stations (codes; None: all), by name, in one statement."""
    statement = (
        select(_STATION.code, _STATION.name, _STATION.time_zone, _GIVEN.language)
        .join_from(Station, StationLanguage, _GIVEN.station_id == _STATION.id, isouter=True)
        .order_by(_STATION.name, _STATION.id)
    )
    if stations is not None:
        statement = statement.where(_STATION.code.in_(stations))
    spoken: dict[tuple[str, str, str], set[str]] = {}
    for code, name, zone, language in session.execute(statement):
        spoken.setdefault((code, name, zone), set()).update([language] if language else [])
    return [Place(*place, frozenset(languages)) for place, languages in spoken.items()]


def week_in_numbers(session: Session, stations: Collection[str] | None, days: tuple[date, date]) -> list[Cell]:
    """Events that are not cancelled, on local days, both included; one statement."""
    statement = (
        select(_STATION.code, _EVENT.language, func.count(_EVENT.id), func.sum(_EVENT.taken))
        .join_from(Event, Station, _STATION.id == _EVENT.station_id)
        .where(_EVENT.starts_on >= days[0], _EVENT.starts_on <= days[1], _EVENT.status != EventStatus.CANCELLED)
        .group_by(_STATION.code, _EVENT.language)
    )
    rows = session.execute(_own(statement, stations)).all()
    return [Cell(station, language, events, people) for station, language, events, people in rows]


def expiring(session: Session, stations: Collection[str] | None, now: datetime) -> list[Expiring]:
    """Requests that end by themselves within `SOON`, the first deadline first; one statement."""
    statement = (
        select(
            _BOOKING.reference,
            func.coalesce(_ORGANISATION.name, "").label("organisation"),
            _OFFERING.title,
            _STATION.code.label("station"),
            _EVENT.language,
            func.coalesce(_BOOKING.size, 0).label("size"),
            _BOOKING.answer_by,
            _STATION.time_zone,
        )
        .join_from(Booking, Event, _EVENT.id == _BOOKING.event_id)
        .join(Offering, _OFFERING.id == _EVENT.offering_id)
        .join(Station, _STATION.id == _EVENT.station_id)
        .outerjoin(Organisation, _ORGANISATION.id == _BOOKING.organisation_id)
        .where(_BOOKING.status == BookingStatus.REQUESTED, _BOOKING.answer_by <= now + SOON)
        .order_by(_BOOKING.answer_by, _BOOKING.id)
    )
    return [Expiring(**row._mapping) for row in session.execute(_own(statement, stations))]  # noqa: SLF001  public


def pressing(session: Session, stations: Collection[str] | None, now: datetime) -> list[Pressing]:
    """Requests without a time that a desk must see to soon, the first deadline first; one statement."""
    soon = now + SOON
    statement = (
        select(
            _REQUEST.reference,
            _ORGANISATION.name.label("organisation"),
            _OFFERING.title.label("offering"),
            _STATION.code.label("station"),
            _REQUEST.language,
            _REQUEST.size,
            _REQUEST.answer_by,
            _REQUEST.speaker_by,
            _REQUEST.no_speaker_at,
            _STATION.time_zone,
        )
        .join_from(VisitRequest, Station, _STATION.id == _REQUEST.station_id)
        .join(Organisation, _ORGANISATION.id == _REQUEST.organisation_id)
        .outerjoin(Offering, _OFFERING.id == _REQUEST.offering_id)
        .where(_REQUEST.status == RequestStatus.REQUESTED)
        .where(or_(_REQUEST.answer_by <= soon, _REQUEST.speaker_by <= soon, _REQUEST.no_speaker_at.is_not(None)))
        .order_by(_REQUEST.answer_by, _REQUEST.id)
    )
    return [Pressing(**row._mapping) for row in session.execute(_own(statement, stations))]  # noqa: SLF001  public


def over_capacity(session: Session, stations: Collection[str] | None, now: datetime) -> list[Over]:
    """Events to come with more people than a limit allows, soonest first; one statement.

    The limits: of an event on site the distancing of its day, of a group's own event the offering's largest group,
    and dated limits of people in an event.
    """
    distanced = _distanced(now)
    closest, dated = _limit(distanced), lowest_limit()
    limit = case((or_(closest.is_(None), dated < closest), dated), else_=closest)
    statement = (
        select(
            _EVENT.code,
            _EVENT.title.label("own_title"),
            _OFFERING.title.label("offering_title"),
            _STATION.code.label("station"),
            _EVENT.language,
            _EVENT.starts_at,
            _EVENT.time_zone,
            _EVENT.taken,
            limit.label("limit"),
        )
        .join_from(Event, Offering, _OFFERING.id == _EVENT.offering_id)
        .join(Station, _STATION.id == _EVENT.station_id)
        .where(_EVENT.starts_at > now, _EVENT.status.in_(UPCOMING), _EVENT.taken > limit)
        .order_by(_EVENT.starts_at, _EVENT.id)
    )
    return [Over(**row._mapping) for row in session.execute(_own(statement, stations))]  # noqa: SLF001  public


def events_behind(
    session: Session,
    stations: Collection[str] | None,
    days: tuple[date, date],
    most: int,
    *,
    language: str = "",
    status: EventStatus | None = None,
    needs_host_at: datetime | None = None,
    after: str = "",
) -> list[DeskEvent]:
    """The events of a field of the board, soonest first; those still without a guide at an instant, where one is given.

    `after`: the code of the last one of the page before. Two statements, three from the second page on.
    """
    which: list[ColumnElement[bool]] = list(needs_host(needs_host_at)) if needs_host_at else []
    if language:
        which.append(_EVENT.language == language)
    if status:
        which.append(_EVENT.status == status)
    return events_on(session, stations, days, most, after, which)


def _limit(distanced: ScalarSelect[int]) -> ColumnElement[int]:
    """The lower of the two limits; NULL where neither binds the event."""
    is_closer = and_(_EVENT.format == Format.IN_PERSON, distanced.is_not(None))
    is_own = and_(_EVENT.visibility == Visibility.PRIVATE, _OFFERING.max_group.is_not(None))
    distanced_is_lower = or_(~is_own, distanced < _OFFERING.max_group)
    return case((and_(is_closer, distanced_is_lower), distanced), (is_own, _OFFERING.max_group), else_=None)


def _distanced(now: datetime) -> ScalarSelect[int]:
    """The largest on-site group that closures allow on the day of the event in the statement around it."""
    covers = (
        _CLOSURE.station_id == _EVENT.station_id,
        _CLOSURE.announced_on <= now.date(),
        _CLOSURE.starts_on <= _EVENT.starts_on,
        or_(_CLOSURE.ends_on.is_(None), _CLOSURE.ends_on >= _EVENT.starts_on),
        _CLOSURE.lifted_at.is_(None),
    )
    return select(func.min(_CLOSURE.distanced_capacity)).where(*covers).correlate(table_of(Event)).scalar_subquery()


def _own(statement: Select[Any], stations: Collection[str] | None) -> Select[Any]:
    return statement if stations is None else statement.where(_STATION.code.in_(stations))
