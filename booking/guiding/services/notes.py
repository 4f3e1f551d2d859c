"""A note about the group, for whoever gives the event or takes it over."""

from datetime import datetime

from sqlalchemy import update

from booking.accounts.services import audit
from booking.db import table_of, transaction
from booking.scheduling.models import Event
from booking.scheduling.services.cover import own_event

_EVENT = table_of(Event)


def save_note(event_code: str, guide_id: int, text: str, *, now: datetime, actor: str) -> None:
    """Keep the note; an empty one takes it away. `text` is clean. Raises UnknownEvent where the event is not theirs.

    What it says stands in no trail: it may speak of people.
    """
    with transaction() as session:
        event = own_event(session, event_code, guide_id, now, has_begun=True)
        session.execute(update(_EVENT).where(_EVENT.c.id == event.id).values(guide_note=text))
        after = {"has_note": bool(text)}
        audit(session, at=now, actor=actor, action="event.note", subject=f"event:{event_code}", after=after)
