"""Who gives an event: assign a guide or a speaker, and take them off again."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, Select, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking.accounts.services import audit
from booking.catalogue.models import Station
from booking.db import table_of, transaction
from booking.scheduling.models import Assignment, Event, Guide, gives
from booking.scheduling.queries.desk import DeskEvent
from booking.scheduling.services.in_step import keep_in_step
from booking.scheduling.terms import AssignmentStatus, EventStatus, HostTaken, UnknownEvent

_EVENT, _GUIDE, _ASSIGNMENT, _STATION = table_of(Event), table_of(Guide), table_of(Assignment), table_of(Station)
TRIES = 5
Result = TypeVar("Result")
UPCOMING = (EventStatus.OPEN, EventStatus.PLANNED, EventStatus.CLOSED)


class HostsOvertaken(Exception):
    """Somebody else gives the event than when it was looked at."""


class HostsChanged(Exception):
    """The event was given to somebody else while its hosts were being locked: roll back, begin again."""


def guides_seen(event: DeskEvent) -> str:
    """Names who gives an event, so that a page can say later what it showed."""
    return _seen(guide.id for guide in event.guides)


def _seen(guides: Iterable[int]) -> str:
    return ".".join(map(str, sorted(guides))) or "nobody"


def assign_guide(event_code: str, guide_code: str, *, now: datetime, actor: str, seen: str | None = None) -> None:
    """Give the event to a guide, instead of whoever had it. Raises HostTaken, UnknownEvent.

    `seen`: the `guides_seen` of the page; where others give it by now, HostsOvertaken. That nobody is in two places,
    the database itself refuses.
    """
    again_if_hosts_changed(lambda: _assign_once(event_code, guide_code, now, actor, seen))


def _assign_once(event_code: str, guide_code: str, now: datetime, actor: str, seen: str | None) -> None:
    with transaction() as session:
        if seen is not None:
            lock_event(session, event_code, guide_of_code(session, guide_code))
            _require_seen(session, event_code, seen)
        hand_over(session, event_code, guide_of_code(session, guide_code), now=now, actor=actor)


def _require_seen(session: Session, event_code: str, seen: str) -> None:
    if _seen(_givers_of(session, event_code)) != seen:
        raise HostsOvertaken(event_code)


def guide_of_code(session: Session, guide_code: str) -> int | None:
    """The id of the active guide or speaker of that code, None where there is none."""
    known = select(_GUIDE.c.id).where(_GUIDE.c.code == guide_code, _GUIDE.c.is_active.is_(True))
    return session.execute(known).scalar()


def hand_over(session: Session, event_code: str, guide: int | None, *, now: datetime, actor: str) -> None:
    """Give the event to the guide in the caller's transaction, which is begun anew where HostsChanged is raised.

    Raises HostTaken, RoomTaken, UnknownEvent.
    """
    event = lock_event(session, event_code, guide)
    if guide is None or event is None or event.status not in UPCOMING:
        raise UnknownEvent(event_code)
    if _givers_of(session, event_code) == [guide]:
        return
    before = _take_off(session, event.id)
    give(session, event, guide)
    keep_in_step(session, [event.id], now, actor=actor)
    _tell(session, event_code, now, actor, before, [guide])


def give(session: Session, event: Row[Any], guide: int, *, as_co_host: bool = False) -> None:
    """Write that the guide gives the event, whose row is locked and nobody's, or comes along. Raises HostTaken."""
    values = {
        "event_id": event.id,
        "guide_id": guide,
        "starts_at": event.starts_at,
        "busy_until": event.ends_at + timedelta(minutes=event.buffer_min),
        "status": AssignmentStatus.ACTIVE,
        "is_co_host": as_co_host,
    }
    try:
        session.execute(insert(_ASSIGNMENT), values)
    except IntegrityError as error:
        raise HostTaken(event.code) from error


def give_if_nobodys(session: Session, event_code: str, guide: int, *, now: datetime, actor: str) -> bool:
    """Give the event to the guide, whose row the caller holds, if nobody else has it; HostTaken, RoomTaken as above."""
    event = session.execute(_locked_event(event_code)).first()
    if event is None or event.status not in UPCOMING or _givers_of(session, event_code):
        return False
    give(session, event, guide)
    keep_in_step(session, [event.id], now, actor=actor)
    _tell(session, event_code, now, actor, [], [guide])
    return True


def _locked_event(event_code: str) -> Select[Any]:
    joined = select(_EVENT, _STATION.c.buffer_min).join(Station, _STATION.c.id == _EVENT.c.station_id)
    return joined.where(_EVENT.c.code == event_code).with_for_update(of=_EVENT, key_share=True)


def lock_event(session: Session, event_code: str, guide: int | None = None) -> Row[Any] | None:
    """Lock the event's hosts and the one it is to have, by id, then the event itself; None where there is none.

    Whoever takes a host off and puts another on holds both: two who swap would wait for each other's rows otherwise.
    Raises HostsChanged. The row has the event's columns and its station's `buffer_min` (minutes).
    """
    hosts = {*_hosts_of(session, event_code), guide}
    guides = select(_GUIDE.c.id).where(_GUIDE.c.id.in_(hosts - {None})).order_by(_GUIDE.c.id)
    session.execute(guides.with_for_update(key_share=True)).all()
    event = session.execute(_locked_event(event_code)).first()
    if not hosts.issuperset(_hosts_of(session, event_code)):
        raise HostsChanged(event_code)
    return event


def _givers_of(session: Session, event_code: str) -> list[int]:
    return _hosts_of(session, event_code, *gives())


def _hosts_of(session: Session, event_code: str, *which: ColumnElement[bool]) -> list[int]:
    """Whom the event keeps busy, those who come along for a partner station included."""
    statement = (
        select(_ASSIGNMENT.c.guide_id)
        .join(Event, _EVENT.c.id == _ASSIGNMENT.c.event_id)
        .where(_EVENT.c.code == event_code, _ASSIGNMENT.c.status == AssignmentStatus.ACTIVE, *which)
    )
    return list(session.execute(statement).scalars())


def again_if_hosts_changed(attempt: Callable[[], Result]) -> Result:
    """Try until the hosts stay the same while they are being locked; HostTaken where they never do."""
    for _ in range(TRIES):
        try:
            return attempt()
        except HostsChanged:
            continue
    raise HostTaken


def unassign(event_code: str, *, now: datetime, actor: str, seen: str | None = None) -> None:
    """Take everybody off the event. Raises UnknownEvent; `seen` as above."""
    with transaction() as session:
        event = session.execute(
            select(_EVENT.c.id).where(_EVENT.c.code == event_code).with_for_update(key_share=True)
        ).scalar()
        if event is None:
            raise UnknownEvent(event_code)
        if seen is not None:
            _require_seen(session, event_code, seen)
        before = _take_off(session, event)
        keep_in_step(session, [event], now, actor=actor)
        _tell(session, event_code, now, actor, before, [])


def _take_off(session: Session, event_id: int) -> list[int]:
    statement = (
        update(_ASSIGNMENT)
        .where(_ASSIGNMENT.c.event_id == event_id, *gives())
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
