"""The events that a guide gives, with their groups."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, ScalarSelect, Select, and_, exists, func, select
from sqlalchemy.orm import Session

from booking.attendance.models import Observation
from booking.attendance.queries import OUR_OWN
from booking.attendance.terms import Source
from booking.bookings.models import Booking, ConnectionTest, Organisation
from booking.bookings.terms import TAKES_PLACES, BookingStatus
from booking.catalogue.models import Offering, Station
from booking.catalogue.queries import STATION, station_facts
from booking.catalogue.terms import VIRTUAL_FORMATS, Format, Kind, StationFacts
from booking.db import table_of
from booking.i18n import Translated
from booking.scheduling.models import Assignment, Event, MeetingRoom, RoomUse, gives
from booking.scheduling.terms import AssignmentStatus, EventStatus

_EVENT, _ASSIGNMENT, _OFFERING = table_of(Event).c, table_of(Assignment).c, table_of(Offering).c
_BOOKING, _ORGANISATION, _SAID = table_of(Booking).c, table_of(Organisation).c, table_of(Observation).c
_ROOM, _USE, _CALL = table_of(MeetingRoom).c, table_of(RoomUse).c, table_of(ConnectionTest).c
COMING = TAKES_PLACES - {BookingStatus.ON_HOLD}
"""Statuses of bookings whose group is known and may come."""
OWN_COLUMNS = (
    "id",
    "code",
    "status",
    "kind",
    "format",
    "language",
    "theme",
    "starts_at",
    "ends_at",
    "capacity",
    "taken",
    "version",
    "guide_note",
)


@dataclass(frozen=True, slots=True)
class Group:
    """Who comes, and what they need. Sizes are people, adults included."""

    reference: str
    status: BookingStatus
    organisation: str
    country: str
    group_label: str
    size: int | None
    accompanying_adults: int
    youngest_age: int | None
    theme: str
    accessibility: tuple[str, ...]
    note: str
    contact_email: str
    time_zone: str
    technical_name: str = ""
    call_at: datetime | None = None
    """When sound and picture are tried with the group; empty where nothing is agreed."""
    call_minutes: int = 0
    call_address: str = ""


@dataclass(frozen=True, slots=True)
class Tour:
    """An event that a guide gives; `groups` are left empty where only their number is read."""

    id: int
    code: str
    status: EventStatus
    kind: Kind
    format: Format
    language: str
    theme: str
    starts_at: datetime
    ends_at: datetime
    capacity: int
    taken: int
    version: int
    guide_note: str
    title: Translated
    offering: str
    """Code."""
    station: StationFacts
    meeting_url: str
    group_count: int
    organisation: str
    """Of one of the groups."""
    is_co_host: bool
    """The guide comes along for a partner station: the event is another's to give."""
    groups: tuple[Group, ...] = field(default=())

    @property
    def busy_until(self) -> datetime:
        """When the pause after it is over."""
        return self.ends_at + timedelta(minutes=self.station.buffer_min)

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return int((self.ends_at - self.starts_at).total_seconds()) // 60

    @property
    def is_online(self) -> bool:
        """Whether it is held at a meeting address."""
        return self.format in VIRTUAL_FORMATS


def tours_between(session: Session, guide_id: int, start: datetime, end: datetime) -> list[Tour]:
    """What the guide gives that overlaps the stretch, soonest first, without the groups; one statement."""
    statement = _given_by(guide_id).where(_EVENT.starts_at < end, _EVENT.ends_at > start)
    return [_tour(row) for row in session.execute(statement.order_by(_EVENT.starts_at, _EVENT.id)).mappings()]


def tour_of(session: Session, guide_id: int, code: str) -> Tour | None:
    """The event of that code with its groups, if this guide gives it; two statements."""
    row = session.execute(_given_by(guide_id).where(_EVENT.code == code)).mappings().first()
    return with_groups(session, [_tour(row)])[0] if row else None


def tours_to_count(session: Session, guide_id: int, since: datetime, now: datetime) -> list[int]:
    """Ids of the guide's events that are over, and of which nobody has said how many came, the last one first."""
    waiting = _EVENT.status.in_((EventStatus.OPEN, EventStatus.CLOSED)) | _SAID_BY_OTHERS
    return _over(session, guide_id, since, now, waiting & ~_SOMETHING_SAID)


def tours_counted(session: Session, guide_id: int, since: datetime, now: datetime) -> list[int]:
    """Ids of those of which somebody has."""
    return _over(session, guide_id, since, now, _SOMETHING_SAID)


_SOMETHING_SAID = exists().where(_SAID.event_id == _EVENT.id, _SAID.source.in_(OUR_OWN))
_SAID_BY_OTHERS = exists().where(_SAID.event_id == _EVENT.id, _SAID.source.in_((Source.TEACHER, Source.PLATFORM)))
"""Whose number counts until the guide gives one."""


def _over(session: Session, guide_id: int, since: datetime, now: datetime, which: ColumnElement[bool]) -> list[int]:
    own = and_(_ASSIGNMENT.event_id == _EVENT.id, _ASSIGNMENT.guide_id == guide_id)
    statement = (
        select(_EVENT.id)
        .join_from(Event, Assignment, own)
        .where(*gives(), _EVENT.status != EventStatus.CANCELLED)
        .where(_EVENT.ends_at <= now, _EVENT.ends_at > since, which)
        .order_by(_EVENT.starts_at.desc(), _EVENT.id)
    )
    return list(session.execute(statement).scalars())


def with_groups(session: Session, tours: Collection[Tour]) -> list[Tour]:
    """The same with their groups; one statement."""
    groups = groups_of(session, [tour.id for tour in tours])
    return [replace(tour, groups=groups.get(tour.id, ())) for tour in tours]


def groups_of(session: Session, event_ids: Collection[int]) -> Mapping[int, tuple[Group, ...]]:
    """The groups of those events, by the event's id; one statement."""
    own = ("reference", "status", "group_label", "size", "accompanying_adults", "youngest_age", "theme")
    told = ("accessibility", "note", "contact_email", "time_zone", "technical_name")
    called = and_(_CALL.booking_id == _BOOKING.id, _CALL.is_cancelled.is_(False))
    call = (_CALL.starts_at.label("call_at"), _CALL.minutes.label("call_minutes"), _CALL.address.label("call_address"))
    columns = (*(_BOOKING[name] for name in own + told), _ORGANISATION.name, _ORGANISATION.country, *call)
    statement = (
        select(_BOOKING.event_id, *columns)
        .join_from(Booking, Organisation, _ORGANISATION.id == _BOOKING.organisation_id, isouter=True)
        .outerjoin(ConnectionTest, called)
        .where(_BOOKING.event_id.in_(event_ids), _BOOKING.status.in_(sorted(COMING)))
        .order_by(_BOOKING.event_id, _BOOKING.reference)
    )
    found: dict[int, list[Group]] = defaultdict(list)
    for row in session.execute(statement).mappings():
        found[row["event_id"]].append(
            Group(
                **{name: row[name] for name in own + told if name != "accessibility"},
                accessibility=tuple(row["accessibility"]),
                organisation=row["name"] or "",
                country=row["country"] or "",
                call_at=row["call_at"],
                call_minutes=row["call_minutes"] or 0,
                call_address=row["call_address"] or "",
            )
        )
    return {event_id: tuple(groups) for event_id, groups in found.items()}


def _given_by(guide_id: int) -> Select[Any]:
    """Events that are not cancelled, by their guide, each with the room that it takes."""
    used = and_(_USE.event_id == _EVENT.id, _USE.status == AssignmentStatus.ACTIVE)
    return (
        select(
            *(_EVENT[name].label(f"event_{name}") for name in OWN_COLUMNS),
            func.coalesce(_EVENT.title, _OFFERING.title).label("title"),
            _OFFERING.code.label("offering"),
            func.coalesce(_ROOM.url, _EVENT.meeting_url).label("meeting_url"),
            _groups_counted().label("group_count"),
            func.coalesce(_one_organisation(), "").label("organisation"),
            _ASSIGNMENT.is_co_host,
            *STATION,
        )
        .join_from(Assignment, Event, _EVENT.id == _ASSIGNMENT.event_id)
        .join(Offering, _OFFERING.id == _EVENT.offering_id)
        .join(Station, table_of(Station).c.id == _EVENT.station_id)
        .outerjoin(RoomUse, used)
        .outerjoin(MeetingRoom, _ROOM.id == _USE.room_id)
        .where(_ASSIGNMENT.guide_id == guide_id, _ASSIGNMENT.status == AssignmentStatus.ACTIVE)
        .where(_EVENT.status != EventStatus.CANCELLED)
    )


def _groups_counted() -> ScalarSelect[int]:
    known = (_BOOKING.event_id == _EVENT.id, _BOOKING.status.in_(sorted(COMING)))
    return select(func.count()).select_from(Booking).where(*known).correlate(table_of(Event)).scalar_subquery()


def _one_organisation() -> ScalarSelect[str]:
    joined = select(func.min(_ORGANISATION.name)).join_from(
        Booking, Organisation, _ORGANISATION.id == _BOOKING.organisation_id
    )
    known = (_BOOKING.event_id == _EVENT.id, _BOOKING.status.in_(sorted(COMING)))
    return joined.where(*known).correlate(table_of(Event)).scalar_subquery()


def _tour(row: RowMapping) -> Tour:
    return Tour(
        **{name: row[f"event_{name}"] for name in OWN_COLUMNS},
        title=row["title"],
        offering=row["offering"],
        station=station_facts(row),
        meeting_url=row["meeting_url"] or "",
        group_count=row["group_count"],
        organisation=row["organisation"],
        is_co_host=row["is_co_host"],
    )
