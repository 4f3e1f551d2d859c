"""What is made of attendance for tests of other things."""

from datetime import timedelta

from booking.attendance.queries import event_to_count
from booking.attendance.services.uploads import File, take
from booking.catalogue.models import Offering
from booking.db import db
from booking.scheduling.models import Guide
from tests.builders import NOW, make_assignment, make_booking, make_event

ZOOM = b"Name (Original Name),User Email,Total Duration (Minutes),Guest\nAda,,50,No\n"
"""A report of one person."""


def make_uncounted(guide: Guide, offering: Offering) -> str:
    """The code of an event that is over, of which nobody has said how many came, and a report of it that waits."""
    event = make_event(offering, NOW - timedelta(hours=2))
    make_assignment(guide, event)
    make_booking(event)
    found = event_to_count(db.session(), event.code)
    assert found is not None
    take(found, [File("zoom.csv", ZOOM)], now=NOW, actor="test", account_id=0)
    return event.code
