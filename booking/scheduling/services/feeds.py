"""A guide or a desk gets an address to subscribe to, or a new one: the old one then opens nothing any more."""

from datetime import datetime

from booking.accounts.services import audit
from booking.db import insert_into, transaction
from booking.scheduling.models import CalendarFeed


def new_guide_address(guide: tuple[int, str], *, now: datetime, actor: str) -> None:
    """The first or another address for a guide's (id, code) feed."""
    _new_address("guide_id", guide[0], f"guide:{guide[1]}", now, actor)


def new_desk_address(station: tuple[int, str], *, now: datetime, actor: str) -> None:
    """The first or another address for the feed of a station's (id, code) desk."""
    _new_address("station_id", station[0], f"station:{station[1]}", now, actor)


def _new_address(column: str, owner: int, subject: str, now: datetime, actor: str) -> None:
    with transaction() as session:
        row = insert_into(session, CalendarFeed).values(**{column: owner, "generation": 1, "created_at": now})
        raised = {"generation": CalendarFeed.generation + 1}
        session.execute(row.on_conflict_do_update(index_elements=[column], set_=raised))
        audit(session, at=now, actor=actor, action="feed.new_address", subject=subject)
