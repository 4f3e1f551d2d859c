"""Taking a closure back: everything as before while nobody has answered, and nothing at all afterwards."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from booking.bookings.closing import CannotUndo
from booking.bookings.closing_terms import Hindered, Hurdle
from booking.bookings.models import Booking
from booking.bookings.services.answering import Answer
from booking.bookings.services.closure_undo import undo
from booking.bookings.services.group_answers import take_proposal
from booking.bookings.terms import BookingStatus
from booking.db import db, transaction
from booking.notices.models import Notice
from booking.notices.terms import NoticeState
from booking.scheduling.models import Assignment, Closure, Event
from booking.scheduling.terms import AssignmentStatus, EventStatus
from tests.bookings.closing import Hall, close, make_hall
from tests.builders import NOW, make_booking

LATER = NOW + timedelta(hours=1)


def booking_of(hall: Hall) -> Booking:
    """The booking, read afresh."""
    db.session.expire_all()
    return db.session.get_one(Booking, hall.booking.id)


@pytest.mark.usefixtures("app")
def test_undo_restores_the_visit_its_guide_and_its_group_and_takes_unsent_mails_back() -> None:
    hall = make_hall(size=20)
    done = close()
    undone = undo(done.operation, now=LATER, actor="account:1")
    booking = booking_of(hall)
    event = db.session.get_one(Event, hall.visit.id)
    assert (booking.status, booking.event_id, booking.answer_by) == (BookingStatus.CONFIRMED, hall.visit.id, None)
    assert (event.status, event.taken, event.status_reason) == (EventStatus.OPEN, 20, "")
    (assignment,) = db.session.execute(select(Assignment)).scalars()
    assert (assignment.event_id, assignment.status) == (hall.visit.id, AssignmentStatus.ACTIVE)
    (notice,) = db.session.execute(select(Notice)).scalars()
    assert (notice.state, undone.told) == (NoticeState.WITHDRAWN, ())
    assert db.session.execute(select(Closure.lifted_at)).scalar_one() == LATER


@pytest.mark.usefixtures("app")
def test_a_group_that_was_written_to_gets_one_mail_more_with_a_higher_sequence() -> None:
    hall = make_hall()
    done = close()
    with transaction() as session:
        session.execute(update(Notice).values(state=NoticeState.SENT, sent_at=NOW, attempts=1))
    undone = undo(done.operation, now=LATER, actor="account:1")
    assert undone.told == (hall.booking.reference,)
    told = db.session.execute(select(Notice).order_by(Notice.id)).scalars().all()
    assert [one.kind for one in told] == ["closure_proposed", "closure_undone"]
    calendars = [one.payload["calendar"] for one in told]
    assert calendars[0]["uid"] == calendars[1]["uid"]
    assert (calendars[1]["sequence"], calendars[1]["status"]) == (2, "CONFIRMED")


@pytest.mark.usefixtures("app")
def test_after_the_first_answer_undo_says_who_answered_and_when() -> None:
    hall = make_hall()
    done = close()
    take_proposal(Answer(hall.booking.reference, booking_of(hall).version, LATER))
    with pytest.raises(CannotUndo) as refused:
        undo(done.operation, now=LATER, actor="account:1")
    assert refused.value.hurdle is Hurdle.ANSWERED
    (against,) = refused.value.hindrances
    assert (against.subject, against.why, against.at, against.by) == (
        hall.booking.reference,
        Hindered.ANSWERED,
        LATER,
        "group",
    )
    assert booking_of(hall).status is BookingStatus.CONFIRMED


@pytest.mark.usefixtures("app")
def test_without_the_look_at_what_stands_against_it_an_undo_takes_away_what_others_have_booked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hall = make_hall()
    done = close()
    made = db.session.get_one(Event, booking_of(hall).event_id)
    other = make_booking(made)
    with pytest.raises(CannotUndo):
        undo(done.operation, now=LATER, actor="account:1")
    assert (booking_of(hall).event_id, left_in_vain(other)) == (made.id, False)
    monkeypatch.setattr("booking.bookings.services.closure_undo.hindrances", lambda *_: [])
    undo(done.operation, now=LATER, actor="account:1")
    assert (booking_of(hall).event_id, left_in_vain(other)) == (hall.visit.id, True)


def left_in_vain(other: Booking) -> bool:
    """Whether the group still counts on an event that was cancelled."""
    db.session.expire_all()
    booking = db.session.get_one(Booking, other.id)
    event = db.session.get_one(Event, booking.event_id)
    return booking.status is BookingStatus.CONFIRMED and event.status is EventStatus.CANCELLED


@pytest.mark.usefixtures("app")
def test_without_that_look_only_the_database_keeps_an_answer_from_being_taken_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hall = make_hall()
    done = close()
    take_proposal(Answer(hall.booking.reference, booking_of(hall).version, LATER))
    accepted = booking_of(hall).event_id
    monkeypatch.setattr("booking.bookings.services.closure_undo.hindrances", lambda *_: [])
    with pytest.raises(IntegrityError):
        undo(done.operation, now=LATER, actor="account:1")
    assert (booking_of(hall).status, booking_of(hall).event_id) == (BookingStatus.CONFIRMED, accepted)
    assert accepted != hall.visit.id
