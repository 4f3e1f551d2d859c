"""A cancellation is taken back while its place, guide and time are still free: the same booking stands again."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from booking.accounts.models import AuditEntry
from booking.bookings.queries.bookings import BookingFacts, booking_by_reference
from booking.bookings.services.book import book
from booking.bookings.services.cancel import cancel
from booking.bookings.services.undo import is_restorable, undo_cancellation
from booking.bookings.terms import BookingRefused, BookingStatus, Conflict, UnknownBooking
from booking.db import db, transaction
from booking.notices.models import Notice
from booking.notices.terms import NoticeState
from booking.scheduling.models import Assignment, Event
from booking.scheduling.terms import AssignmentStatus, EventStatus
from tests.bookings.line import full_event, group, join, line, taken
from tests.bookings.test_book import TEN_IN_VIENNA, at, event_of, wish
from tests.builders import NOW, make_assignment, make_event, make_guide, make_offering, make_station

pytestmark = pytest.mark.usefixtures("app")
DESK = "account:1"


def facts(reference: str) -> BookingFacts:
    """The booking as it is now."""
    db.session.rollback()
    found = booking_by_reference(db.session(), reference)
    assert found is not None
    return found


def undo(reference: str) -> BookingFacts:
    """Take its cancellation back, as whoever sees it as it is."""
    return undo_cancellation(reference, version=facts(reference).version, now=NOW, actor=DESK)


def sent() -> None:
    """All mails have gone out."""
    with transaction() as session:
        session.execute(update(Notice).values(state=NoticeState.SENT, sent_at=NOW))


def test_a_place_in_an_open_event_is_taken_again_under_the_same_reference() -> None:
    event = make_event(make_offering(make_station()))
    reference = book(wish(event=event.code), key="a", now=NOW).reference
    sent()
    cancel(reference, now=NOW)
    cancelled = facts(reference)
    sent()
    assert undo(reference).status is BookingStatus.CONFIRMED
    again = facts(reference)
    assert (again.status, again.late, again.generation) == (BookingStatus.CONFIRMED, False, 1)
    assert again.sequence == cancelled.sequence + 1
    assert taken(event) == 24
    (mail,) = db.session.execute(select(Notice).where(Notice.state == NoticeState.QUEUED)).scalars()
    assert (mail.kind, mail.payload["calendar"]["method"]) == ("booking_restored", "REQUEST")
    assert mail.payload["calendar"]["sequence"] == again.sequence


def test_the_trail_says_who_took_it_back_and_what_it_was() -> None:
    reference = book(wish(event=make_event(make_offering(make_station())).code), key="a", now=NOW).reference
    cancel(reference, now=NOW)
    undo(reference)
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.actor, entry.action, entry.subject) == (DESK, "booking.restore", f"booking:{reference}")
    assert entry.before == {"status": "cancelled_by_group", "late": False}
    assert entry.after == {"status": "confirmed", "late": False}


def test_an_event_of_its_own_stands_again_with_a_guide() -> None:
    station = make_station()
    offering, guide = make_offering(station), make_guide(station)
    reference = book(wish(offering=offering.code, starts=at(TEN_IN_VIENNA)), key="a", now=NOW).reference
    cancel(reference, now=NOW)
    assert event_of(reference).status is EventStatus.CANCELLED
    undo(reference)
    event = event_of(reference)
    assert (event.status, event.taken) == (EventStatus.OPEN, 24)
    given = select(Assignment.guide_id).where(Assignment.status == AssignmentStatus.ACTIVE)
    assert db.session.scalars(given).all() == [guide.id]


def test_it_is_refused_where_the_guide_gives_something_else_by_now() -> None:
    station = make_station()
    offering, guide = make_offering(station), make_guide(station)
    reference = book(wish(offering=offering.code, starts=at(TEN_IN_VIENNA)), key="a", now=NOW).reference
    cancel(reference, now=NOW)
    make_assignment(guide, make_event(offering, TEN_IN_VIENNA))
    with pytest.raises(BookingRefused) as refused:
        undo(reference)
    assert [one.rule for one in refused.value.refusals] == ["LANG-06"]
    assert facts(reference).status is BookingStatus.CANCELLED_BY_GROUP


def test_whom_the_line_has_served_meanwhile_stays_served() -> None:
    event, (first, _second) = full_event()
    join("waiting", 12, event)
    cancel(first, now=NOW)
    assert line(event) == {12: "proposed"}
    with pytest.raises(BookingRefused) as refused:
        undo(first)
    assert [one.rule for one in refused.value.refusals] == ["CAP-02"]
    assert line(event) == {12: "proposed"}
    assert taken(event) == 22


def test_places_that_are_enough_for_those_in_line_are_not_taken_back_past_them() -> None:
    event, (first, _second) = full_event(capacity=30, sizes=(10, 20))
    join("large", 25, event)
    cancel(first, now=NOW)  # ten free: too few for those in line
    assert undo(first).status is BookingStatus.CONFIRMED
    assert taken(event) == 30


def test_a_group_that_has_booked_something_else_for_that_time_is_told_so() -> None:
    station = make_station()
    first, second = make_event(make_offering(station)), make_event(make_offering(station))
    reference = book(wish(event=first.code), key="a", now=NOW).reference
    cancel(reference, now=NOW)
    book(wish(event=second.code), key="b", now=NOW)
    with pytest.raises(BookingRefused) as refused:
        undo(reference)
    assert [one.rule for one in refused.value.refusals] == ["OVL-02"]


def test_a_withdrawn_request_is_asked_for_again() -> None:
    offering = make_offering(make_station())  # nobody free: it is asked for
    reference = book(wish(offering=offering.code, starts=at(TEN_IN_VIENNA)), key="a", now=NOW).reference
    cancel(reference, now=NOW)
    assert facts(reference).status is BookingStatus.WITHDRAWN
    assert undo(reference).status is BookingStatus.REQUESTED
    again = facts(reference)
    assert again.answer_by is not None
    assert again.answer_by > NOW
    assert event_of(reference).status is EventStatus.PLANNED


def test_who_left_a_line_joins_it_anew() -> None:
    event, _booked = full_event()
    reference = join("waiting", 12, event)
    cancel(reference, now=NOW)
    assert not is_restorable(facts(reference), NOW)
    with pytest.raises(Conflict):
        undo(reference)


@pytest.mark.parametrize("what", ["version", "twice", "begun"])
def test_it_is_taken_back_once_and_in_time(what: str) -> None:
    event = make_event(make_offering(make_station()))
    reference = book(group("one", 10, event), key="a", now=NOW).reference
    cancel(reference, now=NOW)
    version, when = facts(reference).version, NOW
    if what == "twice":
        undo(reference)
    elif what == "version":
        version -= 1
    else:
        when = event.starts_at + timedelta(minutes=1)
    with pytest.raises(Conflict):
        undo_cancellation(reference, version=version, now=when, actor=DESK)


def test_what_is_none_is_none() -> None:
    with pytest.raises(UnknownBooking):
        undo_cancellation("VE-NONE-00000", version=1, now=NOW, actor=DESK)


def test_an_event_that_was_called_off_as_a_whole_is_no_place_to_come_back_to() -> None:
    event = make_event(make_offering(make_station()))
    reference = book(wish(event=event.code), key="a", now=NOW).reference
    cancel(reference, now=NOW)
    with transaction() as session:
        session.execute(update(Event).values(status=EventStatus.CANCELLED))
    with pytest.raises(BookingRefused) as refused:
        undo(reference)
    assert [one.rule for one in refused.value.refusals] == ["STA-01"]
