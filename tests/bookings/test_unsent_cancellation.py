"""A calendar entry is ended also where the mail that was to end it is taken back before it was sent."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from booking.bookings.services.book import book
from booking.bookings.services.cancel import cancel
from booking.bookings.services.change import move
from booking.bookings.services.expire import end_requests
from booking.bookings.terms import BookingStatus
from booking.db import db, transaction
from booking.notices.models import Notice
from booking.notices.terms import NoticeState
from tests.bookings.test_book import TEN_IN_VIENNA, at, wish
from tests.builders import NOW, make_event, make_offering, make_station


def _moved_to_a_time_that_somebody_must_answer() -> str:
    """Booked, told, and moved where no guide is free; that mail is still waiting."""
    offering = make_offering(make_station())
    event = make_event(offering)
    reference = book(wish(event=event.code), key="a", now=NOW).reference
    with transaction() as session:
        session.execute(update(Notice).values(state=NoticeState.SENT, sent_at=NOW))
    target = replace(wish(), offering=offering.code, starts=at(TEN_IN_VIENNA + timedelta(days=1)))
    assert move(reference, target, now=NOW).status is BookingStatus.REQUESTED
    return reference


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "end",
    [lambda reference: cancel(reference, now=NOW), lambda _reference: end_requests(TEN_IN_VIENNA)],
    ids=["withdrawn by the group", "answered by nobody"],
)
def test_a_request_that_once_was_a_visit_takes_its_entry_out_of_the_calendar(end: Callable[[str], object]) -> None:
    end(_moved_to_a_time_that_somebody_must_answer())
    waiting = select(Notice.payload).where(Notice.state == NoticeState.QUEUED)
    (payload,) = db.session.execute(waiting).scalars()
    assert (payload["calendar"]["method"], payload["calendar"]["sequence"]) == ("CANCEL", 2)
