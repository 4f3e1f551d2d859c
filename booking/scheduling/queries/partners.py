"""Joint events: which stations take part in another one's, and who comes along for them; set-wise."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, exists, func, select
from sqlalchemy.orm import Session, aliased

from booking.catalogue.models import Offering, Station
from booking.catalogue.terms import Format, Kind
from booking.db import table_of
from booking.i18n import Translated
from booking.scheduling.models import Assignment, Event, EventPartner, Guide, co_hosts
from booking.scheduling.queries.desk import UPCOMING, NamedGuide
from booking.scheduling.queries.rooms import ONLINE
from booking.scheduling.terms import EventStatus, PartnerState

_EVENT, _STATION, _OFFERING = table_of(Event).c, table_of(Station).c, table_of(Offering).c
_PARTNER, _ASSIGNMENT, _GUIDE = table_of(EventPartner).c, table_of(Assignment).c, table_of(Guide).c
_LEADER = aliased(table_of(Station), name="leader")
IN_TOUCH = frozenset({PartnerState.ASKED, PartnerState.AGREED})
"""States in which a partner's desk sees the event."""


@dataclass(frozen=True)
class Taking:
    """A station that takes part, as visitors read of it."""

    code: str
    name: str
    time_zone: str


@dataclass(frozen=True)
class Partner:
    """A station that was asked to take part in an event, with who comes along for it."""

    id: int
    event_id: int
    station_id: int
    station: str
    """Code."""
    name: str
    time_zone: str
    state: PartnerState
    question: str
    asked_by: str
    asked_at: datetime
    answer: str
    answered_by: str
    answered_at: datetime | None
    told_starts_at: datetime
    told_cancelled: bool
    version: int
    co_hosts: tuple[NamedGuide, ...] = ()


@dataclass(frozen=True)
class JointEvent:
    """An event as the desk of a partner is told of it. `station` and its zone are those of who leads it."""

    id: int
    code: str
    station: str
    station_name: str
    time_zone: str
    contact_email: str
    kind: Kind
    format: Format
    theme: str
    language: str
    starts_at: datetime
    ends_at: datetime
    status: EventStatus
    capacity: int
    taken: int
    own_title: Translated | None
    offering_title: Translated

    @property
    def title(self) -> Translated:
        """Its own, or the offering's."""
        return self.own_title or self.offering_title

    @property
    def is_online(self) -> bool:
        """Whether stations can take part in it."""
        return self.format in ONLINE

    def is_to_come(self, now: datetime) -> bool:
        """Whether partners may still be asked, and answer."""
        return self.status in UPCOMING and self.starts_at > now


@dataclass(frozen=True)
class Invited:
    """A partner's row with its event: what a desk has to answer, or takes part in."""

    partner: Partner
    event: JointEvent


_OF_PARTNER = (
    *(_PARTNER[name] for name in ("id", "event_id", "station_id", "state", "question", "asked_by", "asked_at")),
    *(_PARTNER[name] for name in ("answer", "answered_by", "answered_at", "version")),
    *(_PARTNER[name] for name in ("told_starts_at", "told_cancelled")),
    _STATION.code.label("station"),
    _STATION.name,
    _STATION.time_zone,
)
_OF_EVENT = (
    *(_EVENT[name].label(f"event_{name}") for name in ("id", "code", "time_zone", "kind", "format", "theme")),
    *(_EVENT[name].label(f"event_{name}") for name in ("language", "starts_at", "ends_at", "status", "capacity")),
    _EVENT.taken.label("event_taken"),
    _EVENT.title.label("event_own_title"),
    _OFFERING.title.label("event_offering_title"),
    _LEADER.c.code.label("event_station"),
    _LEADER.c.name.label("event_station_name"),
    _LEADER.c.contact_email.label("event_contact_email"),
)


def _partners(*columns: Any) -> Select[Any]:  # noqa: ANN401  any columns
    return (
        select(*_OF_PARTNER, *columns)
        .join_from(EventPartner, Station, _STATION.id == _PARTNER.station_id)
        .order_by(_STATION.name, _PARTNER.id)
    )


def _with_event(statement: Select[Any]) -> Select[Any]:
    return (
        statement.join(Event, _EVENT.id == _PARTNER.event_id)
        .join(_LEADER, _LEADER.c.id == _EVENT.station_id)
        .join(Offering, _OFFERING.id == _EVENT.offering_id)
    )


def partners_of(session: Session, event_ids: Collection[int]) -> Mapping[int, tuple[Partner, ...]]:
    """Every station that was ever asked, by the event's id and then by name, with co-hosts; two statements."""
    found: dict[int, list[Partner]] = defaultdict(list)
    rows = session.execute(_partners().where(_PARTNER.event_id.in_(event_ids))).mappings().all()
    along = _co_hosts(session, {row["event_id"] for row in rows})
    for row in rows:
        theirs = along.get((row["event_id"], row["station_id"]), ())
        found[row["event_id"]].append(Partner(**row, co_hosts=tuple(theirs)))
    return {event_id: tuple(those) for event_id, those in found.items()}


def _co_hosts(session: Session, event_ids: Collection[int]) -> Mapping[tuple[int, int], list[NamedGuide]]:
    """Who comes along, by event and home station."""
    found: dict[tuple[int, int], list[NamedGuide]] = defaultdict(list)
    if not event_ids:
        return found
    statement = (
        select(_ASSIGNMENT.event_id, _GUIDE.station_id, _GUIDE.id, _GUIDE.code, _GUIDE.name, _GUIDE.role)
        .join_from(Assignment, Guide, _GUIDE.id == _ASSIGNMENT.guide_id)
        .where(_ASSIGNMENT.event_id.in_(event_ids), *co_hosts())
        .order_by(_GUIDE.name, _GUIDE.id)
    )
    for event_id, station_id, *guide in session.execute(statement):
        found[event_id, station_id].append(NamedGuide(*guide))
    return found


def partner_at(session: Session, event_id: int, station: str) -> Partner | None:
    """The partner's row of that station, None where it was never asked."""
    return next((one for one in partners_of(session, [event_id]).get(event_id, ()) if one.station == station), None)


def joint_event(session: Session, code: str) -> JointEvent | None:
    """The event of that code as partners are told of it, None where there is none."""
    statement = (
        select(*_OF_EVENT)
        .join_from(Event, _LEADER, _LEADER.c.id == _EVENT.station_id)
        .join(Offering, _OFFERING.id == _EVENT.offering_id)
        .where(_EVENT.code == code)
    )
    row = session.execute(statement).mappings().first()
    return _event(row) if row else None


def _event(row: RowMapping) -> JointEvent:
    names = JointEvent.__dataclass_fields__
    return JointEvent(**{name: row[f"event_{name}"] for name in names})


def invited(session: Session, which: ColumnElement[bool]) -> list[Invited]:
    """The partners' rows of a condition with their events, soonest first; no co-hosts; one statement."""
    statement = _with_event(_partners(*_OF_EVENT)).where(which).order_by(None).order_by(_EVENT.starts_at, _PARTNER.id)
    return [
        Invited(Partner(**{one.key: row[one.key] for one in _OF_PARTNER}), _event(row))
        for row in session.execute(statement).mappings()
    ]


def to_answer(session: Session, stations: Collection[str] | None, now: datetime) -> list[Invited]:
    """What desks of these stations (codes; None: all) are asked for and have not answered, soonest first."""
    waits = (_PARTNER.state == PartnerState.ASKED) & (_EVENT.starts_at > now) & _EVENT.status.in_(UPCOMING)
    return invited(session, waits if stations is None else waits & _STATION.code.in_(stations))


def taking_part(session: Session, event_id: int) -> tuple[Taking, ...]:
    """The stations that take part in an event, by name."""
    statement = (
        select(_STATION.code, _STATION.name, _STATION.time_zone)
        .join_from(EventPartner, Station, _STATION.id == _PARTNER.station_id)
        .where(_PARTNER.event_id == event_id, _PARTNER.state == PartnerState.AGREED)
        .order_by(_STATION.name)
    )
    return tuple(Taking(*row) for row in session.execute(statement))


def stations_taking_part() -> ColumnElement[str | None]:
    """Code and zone of those, "NBO|Africa/Nairobi VIE|Europe/Vienna", of the row of `event` in the statement around it.

    In no order; NULL for none.
    """
    return (
        select(func.aggregate_strings(_STATION.code + "|" + _STATION.time_zone, " "))
        .join_from(EventPartner, Station, _STATION.id == _PARTNER.station_id)
        .where(_PARTNER.event_id == _EVENT.id, _PARTNER.state == PartnerState.AGREED)
        .correlate(table_of(Event))
        .scalar_subquery()
    )


def takes_part(station_id: int) -> ColumnElement[bool]:
    """Whether the station takes part in the event of the row of `event` in the statement around it."""
    return exists().where(
        _PARTNER.event_id == _EVENT.id, _PARTNER.station_id == station_id, _PARTNER.state == PartnerState.AGREED
    )


def home_guides(session: Session, station_id: int) -> list[NamedGuide]:
    """The station's own active guides and speakers, by name."""
    statement = (
        select(_GUIDE.id, _GUIDE.code, _GUIDE.name, _GUIDE.role)
        .where(_GUIDE.is_active.is_(True), _GUIDE.station_id == station_id)
        .order_by(_GUIDE.name, _GUIDE.code)
    )
    return [NamedGuide(*row) for row in session.execute(statement)]
