"""Meeting rooms: which event is in which, kept in step with the schedule, and the standing rooms of guides.

Two events are never in one room (OVL-01): the database refuses it, as it does for guides.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking.accounts.services import audit
from booking.db import insert_into, table_of, transaction
from booking.scheduling.models import Assignment, Event, Guide, MeetingRoom, RoomUse
from booking.scheduling.queries.rooms import Stay, stays, who_is_there
from booking.scheduling.terms import AddressTaken, AssignmentStatus, RoomTaken

_EVENT, _ASSIGNMENT, _GUIDE = table_of(Event), table_of(Assignment), table_of(Guide)
_ROOM, _USE = table_of(MeetingRoom), table_of(RoomUse)


def keep_rooms(session: Session, event_ids: Collection[int], *, fresh: bool = False) -> None:
    """Let each of these events be in the room that it takes now, and in no other, in the caller's transaction.

    `fresh`: they were made in this very transaction, and are in none yet. Raises RoomTaken with the event that is
    there already; a caller on PostgreSQL who goes on after it holds a savepoint of his own.
    """
    wanted = stays(session, event_ids)
    if fresh and not wanted:
        return
    rooms = _rooms_at(session, wanted.values())
    present = {} if fresh else _present(session, event_ids)
    new = [stay for stay in wanted.values() if present.get(stay.event_id) != _key(stay, rooms)]
    ended = {*present} - {*wanted} | {stay.event_id for stay in new if stay.event_id in present}
    if ended:
        active = (_USE.c.event_id.in_(ended), _USE.c.status == AssignmentStatus.ACTIVE)
        session.execute(update(_USE).where(*active).values(status=AssignmentStatus.CANCELLED))
    _enter(session, new, rooms)


Key = tuple[int, datetime, datetime]


def _key(stay: Stay, rooms: Mapping[str, int]) -> Key:
    return rooms[stay.url], stay.starts_at, stay.busy_until


def _present(session: Session, event_ids: Collection[int]) -> dict[int, Key]:
    statement = select(_USE.c.event_id, _USE.c.room_id, _USE.c.starts_at, _USE.c.busy_until).where(
        _USE.c.event_id.in_(event_ids), _USE.c.status == AssignmentStatus.ACTIVE
    )
    return {row.event_id: (row.room_id, row.starts_at, row.busy_until) for row in session.execute(statement)}


def _rooms_at(session: Session, wanted: Iterable[Stay]) -> dict[str, int]:
    """The room at each address; an event's own address becomes one where nobody has had it before."""
    rooms = {stay.url: stay.room_id for stay in wanted if stay.room_id is not None}
    own = {stay.url: stay.platform for stay in wanted if stay.room_id is None and stay.url not in rooms}
    if own:
        rows = [{"url": url, "platform": platform} for url, platform in sorted(own.items())]
        session.execute(insert_into(session, MeetingRoom).on_conflict_do_nothing(index_elements=["url"]), rows)
        known = select(_ROOM.c.url, _ROOM.c.id).where(_ROOM.c.url.in_(own))
        rooms |= {row.url: row.id for row in session.execute(known)}
    return rooms


def _enter(session: Session, new: Sequence[Stay], rooms: Mapping[str, int]) -> None:
    if not new:
        return
    values = [
        {
            "event_id": stay.event_id,
            "room_id": rooms[stay.url],
            "starts_at": stay.starts_at,
            "busy_until": stay.busy_until,
            "status": AssignmentStatus.ACTIVE,
        }
        for stay in sorted(new, key=lambda stay: stay.event_id)
    ]
    try:
        with session.begin_nested():
            session.execute(insert(_USE), values)
    except IntegrityError as error:
        there = (who_is_there(session, stay, rooms[stay.url]) for stay in new)
        raise RoomTaken(next(filter(None, there), "")) from error


def save_room(guide_id: int, platform: str, url: str, *, now: datetime, actor: str) -> None:
    """Keep the guide's standing room on a platform, for the events to come. `url` is clean (`clean_web_address`).

    Raises AddressTaken where it is a colleague's, RoomTaken where another event is there at a time when one of this
    guide's would be. Past events keep the room they were in.
    """
    with transaction() as session:
        _locked(session, guide_id)
        owner = session.execute(
            select(_ROOM.c.id, _ROOM.c.guide_id, _ROOM.c.platform).where(_ROOM.c.url == url)
        ).first()
        if owner is not None and owner.guide_id not in {None, guide_id}:
            raise AddressTaken(url)
        _give_up(session, guide_id, platform)
        own = {"guide_id": guide_id, "platform": platform}
        known = insert_into(session, MeetingRoom).values(url=url, **own)
        session.execute(known.on_conflict_do_update(index_elements=["url"], set_=own))
        _change(session, guide_id, "room.save", platform, now, actor)


def remove_room(guide_id: int, platform: str, *, now: datetime, actor: str) -> None:
    """Give up the guide's standing room on a platform; events to come that took it have no address then."""
    with transaction() as session:
        _locked(session, guide_id)
        _give_up(session, guide_id, platform)
        _change(session, guide_id, "room.remove", platform, now, actor)


def _locked(session: Session, guide_id: int) -> None:
    """Hold the guide: nobody gives or takes an event of theirs meanwhile."""
    session.execute(select(_GUIDE.c.id).where(_GUIDE.c.id == guide_id).with_for_update(key_share=True))


def _give_up(session: Session, guide_id: int, platform: str) -> None:
    """The room stays, as nobody's: past events were held there."""
    mine = (_ROOM.c.guide_id == guide_id, _ROOM.c.platform == platform)
    session.execute(update(_ROOM).where(*mine).values(guide_id=None))


def _change(session: Session, guide_id: int, action: str, platform: str, now: datetime, actor: str) -> None:
    """Let the guide's events to come follow, and write the trail; an address is a secret and stands in no trail."""
    to_come = (
        select(_EVENT.c.id)
        .join(Assignment, _ASSIGNMENT.c.event_id == _EVENT.c.id)
        .where(_ASSIGNMENT.c.guide_id == guide_id, _ASSIGNMENT.c.status == AssignmentStatus.ACTIVE)
        .where(_EVENT.c.starts_at > now)
        .order_by(_EVENT.c.id)
    )
    keep_rooms(session, session.execute(to_come.with_for_update(of=_EVENT, key_share=True)).scalars().all())
    code = session.execute(select(_GUIDE.c.code).where(_GUIDE.c.id == guide_id)).scalar_one()
    audit(session, at=now, actor=actor, action=action, subject=f"guide:{code}", after={"platform": platform})
