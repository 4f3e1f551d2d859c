"""The events of a declaration: those that take groups are made, guides go along, what is stopped is cancelled."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ScalarSelect, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking.bookings.closing_terms import Choice
from booking.bookings.queries.closing import Before
from booking.bookings.services.closure_plan import Chosen, Closing
from booking.bookings.services.writing import Stale, changed
from booking.bulk import Rows, run
from booking.db import table_of
from booking.i18n import DEFAULT_LOCALE
from booking.scheduling.models import Assignment, Event
from booking.scheduling.services.events import new_time
from booking.scheduling.terms import AssignmentStatus, EventStatus, HostTaken

_EVENT, _ASSIGNMENT = table_of(Event), table_of(Assignment)
_ACTIVE, _CANCELLED = AssignmentStatus.ACTIVE, AssignmentStatus.CANCELLED


def events_to_make(closing: Closing, before: Mapping[int, Before]) -> list[dict[str, object]]:
    """The rows of the events that take groups and are not there yet."""
    return [_row(closing, one, before[one.hit.event.id]) for one in closing.chosen if one.is_new]


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


@dataclass(frozen=True)
class Guides:
    """Rows of assignments; each names its event, `event_code`."""

    kept: Sequence[dict[str, object]]
    """Of guides who give it before and after: they go along, with the entry in their calendar."""
    new: Sequence[dict[str, object]]


def guides_to_move(closing: Closing, before: Mapping[int, Before]) -> Guides:
    """Who goes along, and who comes."""
    kept: list[dict[str, object]] = []
    new: list[dict[str, object]] = []
    for one in closing.chosen:
        if one.is_new and one.way:
            until = one.way.ends_at + timedelta(minutes=closing.preview.station.buffer_min)
            times = {"event_code": one.code, "start": one.way.starts_at, "until": until}
            held = before[one.hit.event.id].assignments if one.hit.is_whole else {}
            for guide in one.way.guides:
                if guide.id in held:
                    kept.append({"row": held[guide.id], **times})
                else:
                    new.append({"guide": guide.id, **times})
    return Guides(kept, new)


def event_named(name: str = "event_code") -> ScalarSelect[int]:
    """The id of the event whose code is bound to that name."""
    return select(_EVENT.c.id).where(_EVENT.c.code == bindparam(name)).scalar_subquery()


_START = bindparam("start", type_=_ASSIGNMENT.c.starts_at.type)
_UNTIL = bindparam("until", type_=_ASSIGNMENT.c.busy_until.type)
_TIMES = {"event_id": event_named(), "starts_at": _START, "busy_until": _UNTIL}
MAKE = insert(_EVENT)
MOVE = update(_ASSIGNMENT).where(_ASSIGNMENT.c.id == bindparam("row")).values(_TIMES)
GIVE = insert(_ASSIGNMENT)
GIVEN = {**_TIMES, "guide_id": bindparam("guide", type_=_ASSIGNMENT.c.guide_id.type)}


def move_guides(session: Session, closing: Closing, guides: Guides, moved: Rows, given: Rows) -> None:
    """`moved` and `given` are the rows of `guides`, ready. Those who are not named are free.

    Raises HostTaken where the database finds somebody in two places.
    """
    stopped = [one.hit.event.id for one in closing.chosen if one.hit.is_whole]
    others = (_ASSIGNMENT.c.event_id.in_(stopped), _ASSIGNMENT.c.id.not_in([row["row"] for row in guides.kept]))
    off = update(_ASSIGNMENT).where(*others, _ASSIGNMENT.c.status == _ACTIVE).values(status=_CANCELLED)
    try:
        session.execute(off)
        run(session, moved)
        run(session, given)
    except IntegrityError as error:
        raise HostTaken from error


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
