"""Who gives an event: assign a guide or a speaker, and take them off again."""

from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking.accounts.services import audit
from booking.catalogue.models import Station
from booking.db import table_of, transaction
from booking.scheduling.models import Assignment, Event, Guide
from booking.scheduling.terms import AssignmentStatus, EventStatus, HostTaken, UnknownEvent

_EVENT, _GUIDE, _ASSIGNMENT, _STATION = table_of(Event), table_of(Guide), table_of(Assignment), table_of(Station)
UPCOMING = (EventStatus.OPEN, EventStatus.PLANNED, EventStatus.CLOSED)


def assign_guide(event_code: str, guide_code: str, *, now: datetime, actor: str) -> None:
    """Give the event to a guide, instead of whoever had it. Raises HostTaken, UnknownEvent.

    The guide's row is locked before the event's; that nobody is in two places, the database itself refuses.
    """
    with transaction() as session:
        found = select(_GUIDE.c.id).where(_GUIDE.c.code == guide_code, _GUIDE.c.is_active.is_(True))
        guide = session.execute(found.with_for_update(key_share=True)).scalar()
        joined = select(_EVENT, _STATION.c.buffer_min).join(Station, _STATION.c.id == _EVENT.c.station_id)
        statement = joined.where(_EVENT.c.code == event_code, _EVENT.c.status.in_(UPCOMING))
        event = session.execute(statement.with_for_update(of=_EVENT, key_share=True)).first()
        if guide is None or event is None:
            raise UnknownEvent(event_code)
        before = _take_off(session, event.id)
        values = {
            "event_id": event.id,
            "guide_id": guide,
            "starts_at": event.starts_at,
            "busy_until": event.ends_at + timedelta(minutes=event.buffer_min),
            "status": AssignmentStatus.ACTIVE,
        }
        try:
            session.execute(insert(_ASSIGNMENT), values)
        except IntegrityError as error:
            raise HostTaken(guide_code) from error
        _tell(session, event_code, now, actor, before, [guide])


def unassign(event_code: str, *, now: datetime, actor: str) -> None:
    """Take everybody off the event. Raises UnknownEvent."""
    with transaction() as session:
        event = session.execute(
            select(_EVENT.c.id).where(_EVENT.c.code == event_code).with_for_update(key_share=True)
        ).scalar()
        if event is None:
            raise UnknownEvent(event_code)
        _tell(session, event_code, now, actor, _take_off(session, event), [])


def _take_off(session: Session, event_id: int) -> list[int]:
    statement = (
        update(_ASSIGNMENT)
        .where(_ASSIGNMENT.c.event_id == event_id, _ASSIGNMENT.c.status == AssignmentStatus.ACTIVE)
        .values(status=AssignmentStatus.CANCELLED)
        .returning(_ASSIGNMENT.c.guide_id)
    )
    return list(session.execute(statement).scalars())


def _tell(session: Session, event_code: str, now: datetime, actor: str, before: list[int], after: list[int]) -> None:
    audit(
        session,
        at=now,
        actor=actor,
        action="event.assign",
        subject=f"event:{event_code}",
        before={"guides": before},
        after={"guides": after},
    )
