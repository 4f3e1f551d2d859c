"""Where an event is: its own meeting address, the point where a group is met, and a note for whoever gives it."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking.accounts.services import audit
from booking.bookings.terms import Conflict
from booking.db import table_of, transaction
from booking.scheduling.models import Event
from booking.scheduling.services.assign import again_if_hosts_changed, lock_event
from booking.scheduling.services.in_step import keep_in_step
from booking.scheduling.terms import EventStatus, UnknownEvent

_EVENT = table_of(Event).c
_TO_COME = (EventStatus.OPEN, EventStatus.PLANNED, EventStatus.CLOSED)


@dataclass(frozen=True)
class EventPlace:
    """What a desk says about it; empty: the guide's room, the visitors' entrance, no note. `url` is clean."""

    meeting_url: str = ""
    meeting_point: str = ""
    guide_note: str = ""


class PlaceOvertaken(Conflict):
    """Somebody else has changed it since it was looked at: as it is now."""

    def __init__(self, now: EventPlace) -> None:
        super().__init__()
        self.now = now


def place_of(session: Session, code: str) -> EventPlace:
    """As it is; raises UnknownEvent."""
    columns = (_EVENT.meeting_url, _EVENT.meeting_point, _EVENT.guide_note)
    row = session.execute(select(*columns).where(_EVENT.code == code)).first()
    if row is None:
        raise UnknownEvent(code)
    return EventPlace(*row)


def set_place(code: str, place: EventPlace, *, seen: EventPlace, now: datetime, actor: str) -> None:
    """Keep it. `seen`: what the page showed. Raises PlaceOvertaken, Conflict (over), RoomTaken, UnknownEvent.

    Groups follow a link of ours that leads to wherever the meeting is by then, so nobody need be told.
    """
    again_if_hosts_changed(lambda: _set_once(code, place, seen, now, actor))


def _set_once(code: str, place: EventPlace, seen: EventPlace, now: datetime, actor: str) -> None:
    with transaction() as session:
        event = lock_event(session, code)
        before = place_of(session, code)
        if event is None or event.status not in _TO_COME or event.ends_at <= now:
            raise Conflict(code)
        if before == place:
            return
        if before != seen:
            raise PlaceOvertaken(before)
        session.execute(update(Event).where(_EVENT.id == event.id).values(asdict(place)))
        keep_in_step(session, [event.id], now, actor=actor)
        was, now_is = _told(before), _told(place)
        audit(session, at=now, actor=actor, action="event.place", subject=f"event:{code}", before=was, after=now_is)


def _told(place: EventPlace) -> dict[str, object]:
    """For the trail: an address is a secret and a note may name people, so only whether there are any."""
    return {
        "own_address": bool(place.meeting_url),
        "meeting_point": place.meeting_point,
        "note": bool(place.guide_note),
    }
