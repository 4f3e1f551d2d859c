"""Declaring a closure: each event goes on in the way that was chosen, each group is told once, nothing is half done."""

import pytest
from sqlalchemy import select

from booking.bookings.models import Booking, ClosureStep
from booking.bookings.terms import BookingStatus
from booking.db import db
from booking.notices.models import Notice
from booking.scheduling.models import Assignment, Event
from booking.scheduling.terms import AssignmentStatus, EventStatus
from tests.bookings.closing import ANSWER_BY, close, make_hall


@pytest.mark.usefixtures("app")
def test_a_group_is_proposed_the_same_hour_online_with_its_guide() -> None:
    hall = make_hall(size=20)
    done = close()
    db.session.expire_all()
    booking = db.session.get_one(Booking, hall.booking.id)
    event = db.session.get_one(Event, booking.event_id)
    old = db.session.get_one(Event, hall.visit.id)
    assert (booking.status, booking.answer_by, booking.sequence) == (BookingStatus.PROPOSED, ANSWER_BY, 1)
    assert (event.format, event.starts_at, event.language, event.taken) == (
        hall.virtual.format,
        hall.visit.starts_at,
        "en",
        20,
    )
    assert (old.status, old.taken, old.status_reason) == (EventStatus.CANCELLED, 0, "The heating is out.")
    (assignment,) = db.session.execute(select(Assignment)).scalars()
    assert (assignment.event_id, assignment.status) == (event.id, AssignmentStatus.ACTIVE)
    (notice,) = db.session.execute(select(Notice)).scalars()
    assert (notice.kind, notice.payload["calendar"]["status"]) == ("closure_proposed", "TENTATIVE")
    assert done.bookings == (booking.reference,)
    assert len(db.session.execute(select(ClosureStep)).all()) == 3
