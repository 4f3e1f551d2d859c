"""The events of a feed with all that their entries are made of, and the entries written before: five statements."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session

from booking.bookings.models import Booking, Organisation
from booking.catalogue.models import Offering, Station
from booking.catalogue.terms import VIRTUAL_FORMATS
from booking.db import table_of
from booking.guiding.feeds import Audience, Group
from booking.guiding.queries.tours import COMING
from booking.i18n import Translated
from booking.scheduling.models import Assignment, Event, Guide, MeetingRoom, RoomUse, WrittenEntry
from booking.scheduling.queries.partners import takes_part
from booking.scheduling.terms import AssignmentStatus, EventStatus, Visibility

_EVENT, _ASSIGNMENT, _GUIDE = table_of(Event).c, table_of(Assignment).c, table_of(Guide).c
_BOOKING, _ORGANISATION = table_of(Booking).c, table_of(Organisation).c
_OFFERING, _STATION = table_of(Offering).c, table_of(Station).c
_USE, _ROOM, _ENTRY = table_of(RoomUse).c, table_of(MeetingRoom).c, table_of(WrittenEntry).c

BACK, AHEAD = timedelta(days=60), timedelta(days=400)
_LISTED = (EventStatus.OPEN, EventStatus.CLOSED, EventStatus.HELD)


def chosen(audience: Audience, owner: int, now: datetime) -> ColumnElement[bool]:
    """Which events a feed shows: those of a guide (by id), or of a station's desk or public (by the station's id).

    The public's calendar of a station holds the joint events too in which it takes part.

    60 days back and 400 ahead; what is cancelled is not in it any more.
    """
    inside = (_EVENT.starts_at > now - BACK, _EVENT.starts_at < now + AHEAD, _EVENT.status != EventStatus.CANCELLED)
    if audience is Audience.GUIDE:
        given = and_(_ASSIGNMENT.guide_id == owner, _ASSIGNMENT.status == AssignmentStatus.ACTIVE)
        return and_(*inside, _EVENT.id.in_(select(_ASSIGNMENT.event_id).where(given)))
    if audience is Audience.DESK:
        return and_(*inside, _EVENT.station_id == owner)
    own_or_joint = or_(_EVENT.station_id == owner, takes_part(owner))
    return and_(*inside, own_or_joint, _EVENT.visibility == Visibility.OPEN, _EVENT.status.in_(_LISTED))


def events_of(session: Session, which: ColumnElement[bool], edition: str) -> Sequence[Row[Any]]:
    """The events, soonest first, each with its meeting address and the entry kept of it in this edition."""
    used = and_(_USE.event_id == _EVENT.id, _USE.status == AssignmentStatus.ACTIVE)
    kept = and_(_ENTRY.event_id == _EVENT.id, _ENTRY.audience == edition)
    statement: Select[Any] = (
        select(
            _EVENT.id,
            _EVENT.code,
            _EVENT.version,
            _EVENT.status,
            _EVENT.starts_at,
            _EVENT.ends_at,
            _EVENT.time_zone,
            _EVENT.title,
            _EVENT.offering_id,
            _EVENT.station_id,
            _EVENT.language,
            _EVENT.format.in_(sorted(VIRTUAL_FORMATS)).label("is_online"),
            _EVENT.guide_note,
            func.coalesce(_ROOM.url, _EVENT.meeting_url).label("meeting_url"),
            _ENTRY.fingerprint,
            _ENTRY.entry,
        )
        .join_from(Event, RoomUse, used, isouter=True)
        .outerjoin(MeetingRoom, _ROOM.id == _USE.room_id)
        .outerjoin(WrittenEntry, kept)
        .where(which)
        .order_by(_EVENT.starts_at, _EVENT.id)
    )
    return session.connection().execute(statement).all()


def groups_of(session: Session, which: ColumnElement[bool]) -> Mapping[int, tuple[Group, ...]]:
    """The groups that come, by event."""
    statement = (
        select(
            _BOOKING.event_id,
            _ORGANISATION.name,
            _BOOKING.group_label,
            _BOOKING.size,
            _BOOKING.accompanying_adults,
            _BOOKING.youngest_age,
            _BOOKING.accessibility,
            _BOOKING.note,
        )
        .join_from(Booking, Event, _EVENT.id == _BOOKING.event_id)
        .outerjoin(Organisation, and_(_ORGANISATION.id == _BOOKING.organisation_id, _BOOKING.is_individual == false()))
        .where(which, _BOOKING.status.in_(sorted(COMING)))
        .order_by(_BOOKING.event_id, _BOOKING.id)
    )
    found: dict[int, list[Group]] = defaultdict(list)
    for event_id, organisation, label, size, adults, youngest, access, note in session.connection().execute(statement):
        group = Group(organisation or "", label, size, adults, youngest, tuple(access), note)
        found[event_id].append(group)
    return {event_id: tuple(groups) for event_id, groups in found.items()}


def guides_of(session: Session, which: ColumnElement[bool]) -> Mapping[int, tuple[str, ...]]:
    """Who gives each event: names, or codes of those without one."""
    statement = (
        select(_ASSIGNMENT.event_id, _GUIDE.name, _GUIDE.code)
        .join_from(Assignment, Guide, _GUIDE.id == _ASSIGNMENT.guide_id)
        .join(Event, _EVENT.id == _ASSIGNMENT.event_id)
        .where(which, _ASSIGNMENT.status == AssignmentStatus.ACTIVE)
        .order_by(_ASSIGNMENT.event_id, _GUIDE.id)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for event_id, name, code in session.connection().execute(statement):
        found[event_id].append(name or code)
    return {event_id: tuple(names) for event_id, names in found.items()}


def offerings_of(session: Session) -> Mapping[int, tuple[Translated, str]]:
    """Title and slug of every offering, by id."""
    rows = session.connection().execute(select(_OFFERING.id, _OFFERING.title, _OFFERING.slug))
    return {row.id: (row.title, row.slug) for row in rows}


def stations_of(session: Session) -> Mapping[int, Any]:
    """Code, name and address of every station, by id."""
    rows = session.connection().execute(select(_STATION.id, _STATION.code, _STATION.name, _STATION.contact_email))
    return {row.id: row for row in rows}
