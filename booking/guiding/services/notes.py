"""A note about the group, for whoever gives the event or takes it over."""

from datetime import datetime

from sqlalchemy import update

from booking.accounts.services import audit
from booking.db import table_of, transaction
from booking.scheduling.models import Event
from booking.scheduling.services.cover import own_event

_EVENT = table_of(Event)


class NoteOvertaken(Exception):
    """The desk has written another note meanwhile; `now` is what it says."""

    def __init__(self, now: str) -> None:
        super().__init__("overtaken")
        self.now = now


def save_note(event_code: str, guide_id: int, text: str, *, seen: str, now: datetime, actor: str) -> None:
    """Keep the note; an empty one takes it away. `text` is clean, `seen` what stood there when it was written.

    Raises UnknownEvent where the event is not theirs, NoteOvertaken.
    What it says stands in no trail: it may speak of people.
    """
    with transaction() as session:
        event = own_event(session, event_code, guide_id, now, has_begun=True)
        if event.guide_note not in {seen, text}:
            raise NoteOvertaken(event.guide_note)
        session.execute(update(_EVENT).where(_EVENT.c.id == event.id).values(guide_note=text))
        after = {"has_note": bool(text)}
        audit(session, at=now, actor=actor, action="event.note", subject=f"event:{event_code}", after=after)
