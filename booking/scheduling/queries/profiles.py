"""A guide or speaker as they see themselves, and the events that lie ahead of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import RowMapping, Select, select
from sqlalchemy.orm import Session

from booking import zones
from booking.catalogue.models import Offering, Station, StationLanguage
from booking.catalogue.queries import STATION, station_facts
from booking.catalogue.terms import StationFacts
from booking.db import table_of
from booking.i18n import Translated
from booking.scheduling.calendars import Calendar
from booking.scheduling.hosts import HostFacts
from booking.scheduling.load import Load
from booking.scheduling.minutes import Span, instant_of, minute_of, weeks_around
from booking.scheduling.models import Assignment, Availability, Event, Guide
from booking.scheduling.queries.fitness import fitness
from booking.scheduling.queries.hosts import hosts_with, taken_between
from booking.scheduling.queries.offers import asked_for_cover
from booking.scheduling.terms import AssignmentStatus, EventStatus, Stretch, Unfit

_GUIDE, _STATION = table_of(Guide).c, table_of(Station).c
_EVENT, _OFFERING, _ASSIGNMENT = table_of(Event).c, table_of(Offering).c, table_of(Assignment).c
_HOURS, _SPOKEN = table_of(Availability).c, table_of(StationLanguage).c
AHEAD = timedelta(days=550)
"""How far days off and other hours are read: a year and a half, the last month that a page shows."""
MOST_EVENTS = 300


@dataclass(frozen=True)
class Profile:
    """A guide or speaker with everything that decides what they can be asked to give."""

    id: int
    code: str
    name: str
    station: StationFacts
    """The home station: its clocks are those of all hours and days."""
    host: HostFacts
    week: tuple[Stretch, ...]
    """The weekly pattern; empty where none was given and the station's hours count."""


@dataclass(frozen=True, slots=True)
class OwnEvent:
    """An event that somebody gives."""

    id: int
    code: str
    title: Translated
    language: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class NotPossible:
    """An event that its own guide could not be given by now, and whether colleagues are asked to take it over."""

    event: OwnEvent
    reasons: tuple[Unfit, ...]
    is_asked: bool


@dataclass(frozen=True, slots=True)
class GuideRow:
    """A guide or speaker in a list."""

    code: str
    name: str
    station_code: str


_OWN = (
    select(_GUIDE.id.label("guide_id"), _GUIDE.code.label("guide_code"), _GUIDE.name.label("guide_name"), *STATION)
    .join_from(table_of(Guide), table_of(Station), _STATION.id == _GUIDE.station_id)
    .where(_GUIDE.is_active.is_(True))
    .order_by(_GUIDE.id)
    .limit(1)
)


def profile_of_account(session: Session, account_id: int, now: datetime) -> Profile | None:
    """The guide behind an account, None for an account that is nobody's."""
    return _profile(session, _OWN.where(_GUIDE.account_id == account_id), now)


def profile_named(session: Session, code: str, now: datetime) -> Profile | None:
    """The guide of a code."""
    return _profile(session, _OWN.where(_GUIDE.code == code), now)


def _profile(session: Session, statement: Select[tuple[object, ...]], now: datetime) -> Profile | None:
    row = session.execute(statement).mappings().first()
    return _read(session, row, now) if row else None


def _read(session: Session, row: RowMapping, now: datetime) -> Profile | None:
    station = station_facts(row)
    today = zones.local_date(now, station.time_zone)
    hosts = hosts_with(session, [row["guide_id"]], today.replace(day=1), today + AHEAD)
    if not hosts:
        return None
    week = select(_HOURS.weekday, _HOURS.opens, _HOURS.closes, _HOURS.is_preferred).where(
        _HOURS.guide_id == row["guide_id"]
    )
    stretches = session.execute(week.order_by(_HOURS.weekday, _HOURS.opens)).all()
    return Profile(
        id=row["guide_id"],
        code=row["guide_code"],
        name=row["guide_name"],
        station=station,
        host=hosts[0],
        week=tuple(Stretch(*stretch) for stretch in stretches),
    )


def guides_at(session: Session, station_codes: frozenset[str] | None) -> list[GuideRow]:
    """The active guides and speakers whose home is one of the stations (None: any), by station and name."""
    statement = (
        select(_GUIDE.code, _GUIDE.name, _STATION.code.label("station_code"))
        .join_from(table_of(Guide), table_of(Station), _STATION.id == _GUIDE.station_id)
        .where(_GUIDE.is_active.is_(True))
        .order_by(_STATION.code, _GUIDE.name, _GUIDE.code)
    )
    if station_codes is not None:
        statement = statement.where(_STATION.code.in_(station_codes))
    return [GuideRow(*row) for row in session.execute(statement)]


def languages_offered(session: Session) -> frozenset[str]:
    """Every language that any station gives tours or briefings in."""
    return frozenset(session.execute(select(_SPOKEN.language).distinct()).scalars())


def events_of(session: Session, guide_id: int, start: datetime, end: datetime) -> list[OwnEvent]:
    """The events that somebody gives between two instants, in order, at most 300 of them."""
    statement = (
        select(_EVENT.id, _EVENT.code, _EVENT.title, _OFFERING.title, _EVENT.language, _EVENT.starts_at, _EVENT.ends_at)
        .join_from(table_of(Assignment), table_of(Event), _EVENT.id == _ASSIGNMENT.event_id)
        .join(table_of(Offering), _OFFERING.id == _EVENT.offering_id)
        .where(
            _ASSIGNMENT.guide_id == guide_id,
            _ASSIGNMENT.status == AssignmentStatus.ACTIVE,
            _ASSIGNMENT.starts_at >= start,
            _ASSIGNMENT.starts_at < end,
            _EVENT.status != EventStatus.CANCELLED,
        )
        .order_by(_EVENT.starts_at, _EVENT.code)
        .limit(MOST_EVENTS)
    )
    return [
        OwnEvent(number, code, own or title, language, starts_at, ends_at)
        for number, code, own, title, language, starts_at, ends_at in session.execute(statement).all()
    ]


def not_possible(session: Session, guide_id: int, events: Sequence[OwnEvent]) -> list[NotPossible]:
    """Those of a guide's own events that something stands against by now: a day off, hours, a language, a limit."""
    if not events:
        return []
    ids = [event.id for event in events]
    found, asked = fitness(session, ids, [guide_id]), asked_for_cover(session, ids)
    against = (NotPossible(event, found.get(event.id, {}).get(guide_id, ()), event.id in asked) for event in events)
    return [one for one in against if one.reasons]


def load_of_week(session: Session, profile: Profile, day: date) -> Load:
    """What a guide has in the week of a day of the home station."""
    start, end = (minute_of(midnight) for midnight in zones.day_bounds(day, profile.station.time_zone))
    weeks = weeks_around(Span(start, end))
    taken = taken_between(session, [profile.id], instant_of(weeks.base), instant_of(weeks.end))
    calendar = Calendar(profile.station.time_zone, Span(start, end))
    return Load(profile.host.limits, calendar, taken.get(profile.id, ()))
