"""Where online events are held: their own address, or the standing room of their guide; set-wise."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from booking.catalogue.models import Station
from booking.catalogue.terms import VIRTUAL_FORMATS, Format
from booking.db import table_of
from booking.scheduling.models import Assignment, Event, MeetingRoom, RoomUse, gives
from booking.scheduling.terms import AssignmentStatus, EventStatus

_EVENT, _STATION = table_of(Event).c, table_of(Station).c
_ASSIGNMENT, _ROOM, _USE = table_of(Assignment).c, table_of(MeetingRoom).c, table_of(RoomUse).c
ONLINE = frozenset({*VIRTUAL_FORMATS, Format.HYBRID})
"""Formats of events that need a meeting address."""


@dataclass(frozen=True)
class Stay:
    """What an event takes: an address on a platform, and from when until when; `room_id` None: a room not known yet."""

    event_id: int
    room_id: int | None
    url: str
    platform: str
    starts_at: datetime
    busy_until: datetime


# Written once: to write a statement anew costs more than to run it. A row for each room that the guide has.
_EVENTS = (
    select(
        _EVENT.id,
        _EVENT.meeting_url,
        _EVENT.platform,
        _EVENT.starts_at,
        _EVENT.ends_at,
        _STATION.buffer_min,
        _ROOM.id.label("room_id"),
        _ROOM.url,
        _ROOM.platform.label("room_platform"),
    )
    .join_from(table_of(Event), table_of(Station), _STATION.id == _EVENT.station_id)
    .outerjoin(table_of(Assignment), and_(_ASSIGNMENT.event_id == _EVENT.id, *gives()))
    .outerjoin(table_of(MeetingRoom), _ROOM.guide_id == _ASSIGNMENT.guide_id)
    .where(
        _EVENT.id.in_(bindparam("event_ids", expanding=True)),
        _EVENT.status != EventStatus.CANCELLED,
        _EVENT.format.in_(sorted(ONLINE)),
    )
    .order_by(_EVENT.id, _ROOM.platform)
)


def stays(session: Session, event_ids: Collection[int]) -> dict[int, Stay]:
    """The room that each of these events takes, by the event's id; those on site, cancelled or without one left out."""
    rows: dict[int, list[Any]] = {}
    for row in session.execute(_EVENTS, {"event_ids": list(event_ids)}):
        rows.setdefault(row.id, []).append(row)
    found = (_stay(of_event) for of_event in rows.values())
    return {stay.event_id: stay for stay in found if stay is not None}


def _stay(rows: Sequence[Any]) -> Stay | None:
    """The event's own address, else its guide's room on its platform; the first by name where it names none."""
    event = rows[0]
    times = (event.starts_at, event.ends_at + timedelta(minutes=event.buffer_min))
    if event.meeting_url:
        return Stay(event.id, None, event.meeting_url, event.platform, *times)
    platform = event.platform.casefold()
    fitting = (row for row in rows if row.url and platform in {"", row.room_platform.casefold()})
    room = next(fitting, None)
    return Stay(event.id, room.room_id, room.url, room.room_platform, *times) if room else None


def meeting_address(session: Session, event_ids: Collection[int]) -> Mapping[int, str]:
    """The address at which each of these events is held, by the event's id; events without one are left out."""
    return {event_id: stay.url for event_id, stay in stays(session, event_ids).items()}


def has_address() -> ColumnElement[bool]:
    """Whether an `event` has its address, or its guide a room on its platform: where `meeting_address` knows one."""
    fits = or_(_EVENT.platform == "", func.lower(_EVENT.platform) == func.lower(_ROOM.platform))
    room = (
        select(_ROOM.id)
        .join_from(table_of(Assignment), table_of(MeetingRoom), _ROOM.guide_id == _ASSIGNMENT.guide_id)
        .where(_ASSIGNMENT.event_id == _EVENT.id, *gives(), _ROOM.url != "", fits)
        .correlate(table_of(Event))
    )
    return or_(_EVENT.meeting_url != "", room.exists())


@dataclass(frozen=True)
class Room:
    """A guide's standing room on a platform."""

    id: int
    platform: str
    url: str


def rooms_of(session: Session, guide_id: int) -> list[Room]:
    """The standing rooms of a guide, by platform."""
    statement = select(_ROOM.id, _ROOM.platform, _ROOM.url).where(_ROOM.guide_id == guide_id)
    return [Room(*row) for row in session.execute(statement.order_by(_ROOM.platform))]


def who_is_there(session: Session, stay: Stay, room_id: int) -> str:
    """The code of another event that is in the room at that time, pauses included; empty where there is none."""
    statement = (
        select(_EVENT.code)
        .join_from(table_of(RoomUse), table_of(Event), _EVENT.id == _USE.event_id)
        .where(_USE.room_id == room_id, _USE.status == AssignmentStatus.ACTIVE, _USE.event_id != stay.event_id)
        .where(_USE.starts_at < stay.busy_until, _USE.busy_until > stay.starts_at)
    )
    return session.execute(statement.order_by(_USE.starts_at).limit(1)).scalar() or ""
