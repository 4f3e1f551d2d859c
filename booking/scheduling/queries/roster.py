"""What a roster of a week is made from: its events, who has them, who could; a dozen statements whatever the week."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select, true
from sqlalchemy.orm import Session

from booking.catalogue.models import Offering, Station
from booking.db import table_of
from booking.i18n import Translated
from booking.scheduling.hosts import HostFacts, Taken
from booking.scheduling.models import Assignment, Event, Guide, RosterProposal, gives
from booking.scheduling.queries.desk import guides_for
from booking.scheduling.queries.fitness import Fitness, fitness
from booking.scheduling.queries.hosts import hosts_of, taken_between
from booking.scheduling.queries.uncovered import UNIT
from booking.scheduling.roster.model import Question
from booking.scheduling.roster.question import ToGive, question_of
from booking.scheduling.roster.weeks import Week, parse_week
from booking.scheduling.terms import EventStatus

_EVENT, _STATION, _OFFERING = table_of(Event).c, table_of(Station).c, table_of(Offering).c
_ASSIGNMENT, _GUIDE, _PROPOSAL = table_of(Assignment).c, table_of(Guide).c, table_of(RosterProposal).c
_AROUND = timedelta(days=8)
"""Beside the months of a week: the weeks that begin or end in them, in whichever zone."""


@dataclass(frozen=True)
class RosterEvent:
    """An event of the week, and who has it today; `guide_id` None: nobody."""

    id: int
    code: str
    version: int
    station_id: int
    station: str
    station_name: str
    time_zone: str
    title: Translated
    language: str
    starts_at: datetime
    ends_at: datetime
    pause_min: int
    guide_id: int | None
    guide_code: str
    guide_name: str
    is_locked: bool

    @property
    def to_give(self) -> ToGive:
        """What the question needs of it."""
        return ToGive(self.id, self.starts_at, self.ends_at, self.pause_min, self.guide_id)

    @property
    def minutes(self) -> int:
        """How long it is."""
        return self.to_give.wanted.minutes


class GuideName(NamedTuple):
    """How a guide is named: by the code for programs, else by the name, if there is one."""

    code: str
    shown: str


@dataclass(frozen=True)
class Situation:
    """A week of some stations, and everybody who gives anything for them."""

    week: Week
    events: tuple[RosterEvent, ...]
    asked: frozenset[int]
    """Ids of the events for which guides are to be found."""
    hosts: Sequence[HostFacts]
    names: Mapping[int, GuideName]
    taken: Mapping[int, Sequence[Taken]]
    """What the guides have beside the events asked about, over the months and weeks around."""
    against: Fitness

    @cached_property
    def question(self) -> Question:
        """What is to be decided."""
        events = [event.to_give for event in self.events if event.id in self.asked]
        return question_of(events, self.hosts, self.taken, self.against)


@dataclass(frozen=True)
class StoredProposal:
    """A roster that was proposed."""

    id: int
    week: Week
    created_at: datetime
    created_by: str
    rows: Mapping[str, Any]
    applied_at: datetime | None

    @property
    def stations(self) -> frozenset[str] | None:
        """The codes of the stations that it is for; None: all."""
        codes = self.rows["stations"]
        return None if codes is None else frozenset(codes)


def situation(
    session: Session, week: Week, stations: Collection[str] | None, now: datetime, *, reassign: bool = False
) -> Situation:
    """The week of these stations (codes; None: of all).

    Asked about are the events that nobody has, or with `reassign` all but the locked ones. Of a week that has not
    ended only what is still to begin; of one that has, everything.
    """
    events = week_events(session, week, stations)
    begun = {event.id for event in events if event.starts_at <= now}
    late = begun if len(begun) < len(events) else set()
    wanted = (event for event in events if event.guide_id is None or (reassign and not event.is_locked))
    return _known(session, week, events, frozenset(event.id for event in wanted) - late)


def situation_of(session: Session, proposal: StoredProposal) -> Situation:
    """The events of a proposal as they are now, cancelled ones included."""
    rows = proposal.rows["events"]
    events = _read(session, _EVENT.id.in_([row["id"] for row in rows]))
    return _known(session, proposal.week, events, frozenset(row["id"] for row in rows if row["asked"]))


def _known(session: Session, week: Week, events: Sequence[RosterEvent], asked: frozenset[int]) -> Situation:
    station_ids = {event.station_id for event in events}
    hosts, taken = _hosts(session, station_ids, week, asked)
    named = {one.id: GuideName(one.code, one.shown) for one in guides_for(session, station_ids)}
    had = {one.guide_id: GuideName(one.guide_code, one.guide_name) for one in events if one.guide_id is not None}
    against = fitness(session, asked, given_up=asked)
    return Situation(week, tuple(events), asked, hosts, {**had, **named}, taken, against)


def week_events(session: Session, week: Week, stations: Collection[str] | None) -> list[RosterEvent]:
    """The week's events that have a guide or need one, soonest first; a week is Monday to Sunday of the station."""
    of_stations = true() if stations is None else _STATION.code.in_(stations)
    return _read(session, and_(_EVENT.starts_on.between(week.monday, week.sunday), _matters(), of_stations))


def _read(session: Session, wanted: ColumnElement[bool]) -> list[RosterEvent]:
    columns = (
        *(_EVENT[name] for name in ("id", "code", "version", "station_id")),
        _STATION.code.label("station"),
        _STATION.name.label("station_name"),
        _EVENT.time_zone,
        _EVENT.title,
        _OFFERING.title.label("offering_title"),
        *(_EVENT[name] for name in ("language", "starts_at", "ends_at")),
        _STATION.buffer_min,
        _ASSIGNMENT.guide_id,
        _GUIDE.code.label("guide_code"),
        _GUIDE.name.label("guide_name"),
        _ASSIGNMENT.is_locked,
    )
    active = and_(_ASSIGNMENT.event_id == _EVENT.id, *gives())
    statement = (
        select(*columns)
        .join_from(table_of(Event), table_of(Station), _STATION.id == _EVENT.station_id)
        .join(table_of(Offering), _OFFERING.id == _EVENT.offering_id)
        .outerjoin(table_of(Assignment), active)
        .outerjoin(table_of(Guide), _GUIDE.id == _ASSIGNMENT.guide_id)
        .where(wanted)
        .order_by(_EVENT.starts_at, _EVENT.id, _ASSIGNMENT.id.desc())
    )
    found = {row.id: _event(row) for row in session.execute(statement)}  # of two guides the one who came first
    return list(found.values())


def _matters() -> ColumnElement[bool]:
    """What takes place and is given by the stations' own guides, with the same meaning as `uncovered.needs_host`."""
    sure = _EVENT.status.in_((EventStatus.OPEN, EventStatus.HELD, EventStatus.NO_SHOW))
    with_group = and_(_EVENT.status.in_((EventStatus.PLANNED, EventStatus.CLOSED)), _EVENT.taken > 0)
    needs_one = and_(_EVENT.unit == UNIT, or_(sure, with_group))
    return and_(_EVENT.status != EventStatus.CANCELLED, or_(needs_one, _ASSIGNMENT.id.is_not(None)))


def _event(row: Row[Any]) -> RosterEvent:
    return RosterEvent(
        id=row.id,
        code=row.code,
        version=row.version,
        station_id=row.station_id,
        station=row.station,
        station_name=row.station_name,
        time_zone=row.time_zone,
        title=row.title or row.offering_title,
        language=row.language,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        pause_min=row.buffer_min,
        guide_id=row.guide_id,
        guide_code=row.guide_code or "",
        guide_name=row.guide_name or row.guide_code or "",
        is_locked=bool(row.is_locked),
    )


def _hosts(
    session: Session, station_ids: Collection[int], week: Week, given_up: Collection[int]
) -> tuple[list[HostFacts], Mapping[int, Sequence[Taken]]]:
    """Everybody who gives anything for the stations, with what they have in the months that the week touches."""
    first, last = week.monday.replace(day=1), _month_end(week.sunday)
    hosts = hosts_of(session, station_ids, week.monday - _AROUND, week.sunday + _AROUND)
    ids = [host.id for host in hosts]
    return hosts, taken_between(session, ids, _midnight(first) - _AROUND, _midnight(last) + _AROUND, given_up)


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def _midnight(day: date) -> datetime:
    return datetime.fromisoformat(f"{day}T00:00:00+00:00")


def proposal_of(session: Session, proposal_id: int) -> StoredProposal | None:
    """The proposal of that id, None where there is none."""
    found = session.execute(_PROPOSALS.where(_PROPOSAL.id == proposal_id)).first()
    return _stored(found) if found else None


def proposals_for(session: Session, week: Week, most: int) -> list[StoredProposal]:
    """The latest proposals for a week, newest first."""
    found = session.execute(_PROPOSALS.where(_PROPOSAL.week == str(week)).order_by(_PROPOSAL.id.desc()).limit(most))
    return [_stored(row) for row in found]


_PROPOSALS: Select[Any] = select(*_PROPOSAL)


def _stored(row: Row[Any]) -> StoredProposal:
    return StoredProposal(
        row.id, parse_week(row.week), row.created_at, row.created_by, row.rows, applied_at=row.applied_at
    )
