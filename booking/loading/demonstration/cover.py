"""A colleague of the demonstration's first guide asks for cover: an offer waits for whoever signs in as guide."""

from datetime import datetime, timedelta

from sqlalchemy import select

from booking.db import db
from booking.scheduling.models import Assignment, Event, Guide
from booking.scheduling.services.cover import ask_for_cover
from booking.scheduling.services.offers import able_guides
from booking.scheduling.terms import AssignmentStatus

FROM_DAYS, LOOKED_AT = 3, 60  # events after that many days


def seek_cover(now: datetime) -> None:
    """Ask for cover of the first event of somebody else that the first guide could give; none where there is none."""
    session = db.session()
    first = session.execute(select(Guide.id).order_by(Guide.id).limit(1)).scalar_one()
    others = (
        select(Event.id, Event.code, Assignment.guide_id)
        .join(Assignment, Assignment.event_id == Event.id)
        .where(Assignment.status == AssignmentStatus.ACTIVE, Assignment.guide_id != first)
        .where(Event.starts_at > now + timedelta(days=FROM_DAYS))
        .order_by(Event.starts_at, Event.id)
        .limit(LOOKED_AT)
    )
    found = session.execute(others).all()
    able = able_guides(session, [one.id for one in found])
    wanted = next((one for one in found if first in able[one.id]), None)
    if wanted:
        ask_for_cover(wanted.code, wanted.guide_id, now=now, actor="command")
