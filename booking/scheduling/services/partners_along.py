"""Joint events that go over into others: partners go along, and so does who comes along for them where that can be."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking.accounts.services import Change, audit_many
from booking.catalogue.models import Station
from booking.db import table_of
from booking.scheduling.models import Assignment, Event, EventPartner, Guide, co_hosts
from booking.scheduling.queries.fitness import fitness
from booking.scheduling.services.co_hosts import OF_HOSTS
from booking.scheduling.terms import AssignmentStatus, HostTaken, LeftOut, PartnerState

_EVENT, _PARTNER, _STATION = table_of(Event).c, table_of(EventPartner), table_of(Station).c
_ASSIGNMENT, _GUIDE = table_of(Assignment), table_of(Guide).c


@dataclass(frozen=True)
class Along:
    """A guide who is to come along to an event for a partner, with the assignment that says so, in use or not."""

    assignment: int
    guide: int
    event_id: int


def take_partners(session: Session, goes: Mapping[int, int]) -> None:
    """Whoever was asked to take part in an event takes part in the other one, as it was agreed; ids of both."""
    rows = [{"before": event, "after": other} for event, other in sorted(goes.items())]
    moved = update(_PARTNER).where(_PARTNER.c.event_id == bindparam("before"))
    if rows:
        values = {"event_id": bindparam("after"), "version": _PARTNER.c.version + 1}
        session.connection().execute(moved.values(values), rows)


def bring_along(session: Session, wanted: Sequence[Along], now: datetime, actor: str) -> list[LeftOut]:
    """Let them come along where nothing stands against it: the rest are left out, and named. Raises HostTaken.

    The rows of guides and events are locked, and the assignments given up; an entry in a calendar stays the same.
    """
    if not wanted:
        return []
    events, guides = {one.event_id for one in wanted}, {one.guide for one in wanted}
    against = fitness(session, events, guides)
    times, taken = _times(session, events), defaultdict[int, list[tuple[datetime, datetime]]](list)
    come, left = [], []
    for one in wanted:
        start, until = times[one.event_id]
        reasons = against.get(one.event_id, {}).get(one.guide)
        is_fit = reasons is not None and all(unfit.reason in OF_HOSTS for unfit in reasons)
        if not is_fit or any(start < end and begin < until for begin, end in taken[one.guide]):
            left.append(one)
            continue
        taken[one.guide].append((start, until))
        come.append({"row": one.assignment, "event": one.event_id, "start": start, "until": until})
    _write(session, come)
    return _named(session, left, now, actor)


def _times(session: Session, events: Collection[int]) -> dict[int, tuple[datetime, datetime]]:
    """From when to when each keeps a guide, the pause included."""
    columns = (_EVENT.id, _EVENT.starts_at, _EVENT.ends_at, _STATION.buffer_min)
    found = select(*columns).join_from(Event, Station, _STATION.id == _EVENT.station_id).where(_EVENT.id.in_(events))
    return {row.id: (row.starts_at, row.ends_at + timedelta(minutes=row.buffer_min)) for row in session.execute(found)}


def _write(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    values = {
        "event_id": bindparam("event"),
        "starts_at": bindparam("start", type_=_ASSIGNMENT.c.starts_at.type),
        "busy_until": bindparam("until", type_=_ASSIGNMENT.c.busy_until.type),
        "status": AssignmentStatus.ACTIVE,
    }
    again = update(_ASSIGNMENT).where(_ASSIGNMENT.c.id == bindparam("row")).values(values)
    try:
        if rows:
            session.connection().execute(again, [dict(row) for row in rows])
    except IntegrityError as error:
        raise HostTaken from error


def _named(session: Session, left: Sequence[Along], now: datetime, actor: str) -> list[LeftOut]:
    """Their codes, and a line of the trail each."""
    if not left:
        return []
    events = select(_EVENT.id, _EVENT.code).where(_EVENT.id.in_([one.event_id for one in left]))
    codes = {row.id: row.code for row in session.execute(events)}
    at = select(_GUIDE.id, _GUIDE.code, _STATION.code.label("station")).join_from(
        Guide, Station, _STATION.id == _GUIDE.station_id
    )
    guides = {row.id: row for row in session.execute(at.where(_GUIDE.id.in_([one.guide for one in left])))}
    audit_many(
        session,
        [
            Change(
                at=now,
                actor=actor,
                action="partner.guide",
                subject=f"event:{codes[one.event_id]}",
                station_code=guides[one.guide].station,
                before={"guides": [guides[one.guide].code]},
                after={"guides": [], "partner": guides[one.guide].station},
            )
            for one in left
        ],
    )
    return [LeftOut(codes[one.event_id], guides[one.guide].code) for one in left]


def agreed_partners(session: Session, events: Collection[int]) -> set[tuple[int, int]]:
    """The partners that take part in these events: pairs of ids of event and station."""
    mine = (_PARTNER.c.event_id.in_(events), _PARTNER.c.state == PartnerState.AGREED)
    rows = session.execute(select(_PARTNER.c.event_id, _PARTNER.c.station_id).where(*mine))
    return {(row.event_id, row.station_id) for row in rows}


def along_now(session: Session, events: Collection[int]) -> dict[tuple[int, int], list[Along]]:
    """Who comes along to these events, by ids of event and home station."""
    found: dict[tuple[int, int], list[Along]] = defaultdict(list)
    columns = (_ASSIGNMENT.c.id, _ASSIGNMENT.c.event_id, _GUIDE.id.label("guide"), _GUIDE.station_id)
    joined = select(*columns).join_from(Assignment, Guide, _GUIDE.id == _ASSIGNMENT.c.guide_id)
    for row in session.execute(joined.where(_ASSIGNMENT.c.event_id.in_(events), *co_hosts())):
        found[row.event_id, row.station_id].append(Along(row.id, row.guide, row.event_id))
    return found
