"""The events of a declaration: those that take groups are made, guides go along, what is stopped is cancelled."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import bindparam, insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking.bookings.closing_terms import Choice
from booking.bookings.queries.closing import Before
from booking.bookings.services.closure_plan import Chosen, Closing
from booking.bookings.services.writing import Stale, changed
from booking.db import table_of
from booking.i18n import DEFAULT_LOCALE
from booking.scheduling.models import Assignment, Event
from booking.scheduling.services.events import new_time
from booking.scheduling.terms import AssignmentStatus, EventStatus, HostTaken

_EVENT, _ASSIGNMENT = table_of(Event), table_of(Assignment)
_ACTIVE, _CANCELLED = AssignmentStatus.ACTIVE, AssignmentStatus.CANCELLED


def make_events(session: Session, closing: Closing, before: Mapping[int, Before]) -> dict[str, int]:
    """The ids of the events that take groups, by code; those that are not there yet are made."""
    there = {one.code: one.way.event.id for one in closing.chosen if one.way and one.way.event}
    rows = [_row(closing, one, before[one.hit.event.id]) for one in closing.chosen if one.is_new]
    if not rows:
        return there
    made = session.execute(insert(_EVENT).returning(_EVENT.c.code, _EVENT.c.id), rows)
    return there | {row.code: row.id for row in made}


def _row(closing: Closing, one: Chosen, before: Before) -> dict[str, object]:
    """An event like the one that is stopped, as its way has it."""
    way, station = one.way, closing.preview.station
    assert way is not None  # noqa: S101  only what goes on has a new event
    offering = way.offering
    return {
        "code": one.code,
        "station_id": station.id,
        "offering_id": offering.id,
        **before.copied,
        "title": before.title if one.choice is Choice.MOVE else None,
        "format": offering.format,
        "kind": offering.kind,
        "audience": offering.audience,
        "language": way.language,
        "ends_at": way.ends_at,
        "time_zone": station.time_zone,
        **new_time(way.starts_at, station.time_zone),
        "capacity": way.capacity,
        "taken": one.hit.people,
        "status": EventStatus.OPEN,
        "version": before.version + 1,
    }


def move_guides(session: Session, closing: Closing, events: Mapping[str, int], before: Mapping[int, Before]) -> None:
    """Guides who give it before and after go along, with the entry in their calendar; the others come and go.

    Raises HostTaken where the database finds somebody in two places.
    """
    kept: list[dict[str, object]] = []
    new: list[dict[str, object]] = []
    for one in closing.chosen:
        if one.is_new and one.way:
            until = one.way.ends_at + timedelta(minutes=closing.preview.station.buffer_min)
            held = before[one.hit.event.id].assignments if one.hit.is_whole else {}
            for guide in one.way.guides:
                times = (events[one.code], one.way.starts_at, until)
                if guide.id in held:
                    kept.append(_moved(held[guide.id], *times))
                else:
                    new.append(_given(guide.id, *times))
    stopped = [one.hit.event.id for one in closing.chosen if one.hit.is_whole]
    others = (_ASSIGNMENT.c.event_id.in_(stopped), _ASSIGNMENT.c.id.not_in([row["row"] for row in kept]))
    off = update(_ASSIGNMENT).where(*others, _ASSIGNMENT.c.status == _ACTIVE).values(status=_CANCELLED)
    try:
        session.execute(off)
        if kept:
            session.connection().execute(_MOVE, kept)
        if new:
            session.execute(insert(_ASSIGNMENT), new)
    except IntegrityError as error:
        raise HostTaken from error


_MOVE = (
    update(_ASSIGNMENT)
    .where(_ASSIGNMENT.c.id == bindparam("row"))
    .values(event_id=bindparam("event"), starts_at=bindparam("start"), busy_until=bindparam("until"))
)


def _moved(assignment_id: int, event_id: int, start: datetime, until: datetime) -> dict[str, object]:
    return {"row": assignment_id, "event": event_id, "start": start, "until": until}


def _given(guide_id: int, event_id: int, start: datetime, until: datetime) -> dict[str, object]:
    times = {"starts_at": start, "busy_until": until}
    return {"guide_id": guide_id, "event_id": event_id, "status": _ACTIVE, **times}


def stop_events(session: Session, closing: Closing) -> None:
    """What is stopped is cancelled; where only some groups leave, their places are free; others take them."""
    by_reason: dict[str, list[int]] = {}
    for one in closing.chosen:
        if one.hit.is_whole:
            by_reason.setdefault(closing.reason(one, DEFAULT_LOCALE), []).append(one.hit.event.id)
    for reason, ids in by_reason.items():
        values = {"status": EventStatus.CANCELLED, "taken": 0, "status_reason": reason}
        stopped = update(_EVENT).where(_EVENT.c.id.in_(ids)).values(version=_EVENT.c.version + 1, **values)
        if changed(session, stopped) != len(ids):
            raise Stale
    places: Counter[int] = Counter()
    for one in closing.chosen:
        if not one.hit.is_whole:
            places[one.hit.event.id] -= one.hit.people
        if one.way and one.way.event:
            places[one.way.event.id] += one.hit.people
    _shift_places(session, places)


def _shift_places(session: Session, places: Mapping[int, int]) -> None:
    """Raises Stale where an event has no room any more for those who should come to it."""
    rows = [{"row": event, "more": more} for event, more in sorted(places.items()) if more]
    if not rows:
        return
    taken = _EVENT.c.taken + bindparam("more")
    open_ones = (_EVENT.c.id == bindparam("row"), taken <= _EVENT.c.capacity, _EVENT.c.status != EventStatus.CANCELLED)
    result = session.connection().execute(update(_EVENT).where(*open_ones).values(taken=taken), rows)
    if result.rowcount != len(rows):
        raise Stale
