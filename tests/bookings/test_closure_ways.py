"""How groups go on: later on site, only some of an event's groups, in line, in phases; and what keeps undo away."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from booking.bookings.closing import CannotUndo, ClosureWish, Declared
from booking.bookings.closing_terms import Choice, Hindered, Hurdle
from booking.bookings.models import Booking, ClosureStep
from booking.bookings.services.closure_undo import undo
from booking.bookings.terms import BookingStatus, OrganisationType
from booking.catalogue.terms import Format
from booking.db import db, transaction
from booking.notices.models import Notice
from booking.scheduling.models import Assignment, Event
from booking.scheduling.terms import PRE_BOOKED_GROUP, AssignmentStatus, ClosureType, EventStatus, Visibility
from tests.bookings.closing import WISH, close, make_hall
from tests.bookings.test_book import TEN_IN_VIENNA
from tests.builders import (
    NOW,
    make_assignment,
    make_booking,
    make_event,
    make_guide,
    make_offering,
    make_organisation,
    make_station,
)

pytestmark = pytest.mark.usefixtures("app")
FIRST_AFTER = TEN_IN_VIENNA + timedelta(weeks=3)
"""The same weekday and hour after the closure of December: Monday 4 January."""
REOPENING = replace(WISH, type=ClosureType.PARTIAL_REOPENING, blocks_formats=(), allows=(PRE_BOOKED_GROUP,))
LATER = NOW + timedelta(hours=1)


def afresh(row: Booking | Event) -> Any:  # noqa: ANN401  the row's own kind
    """The row as it is now."""
    db.session.expire_all()
    return db.session.get_one(type(row), row.id)


def mails() -> list[tuple[str, str]]:
    """What was told, and to whom."""
    rows = db.session.execute(select(Notice.kind, Notice.subject).order_by(Notice.id)).all()
    return [(row.kind, row.subject.removeprefix("booking:")) for row in rows]


def refused(done: Declared) -> tuple[Hurdle, list[tuple[str, Hindered]]]:
    """Why it cannot be taken back, and what stands against it."""
    with pytest.raises(CannotUndo) as why:
        undo(done.operation, now=LATER, actor="account:1")
    return why.value.hurdle, [(one.subject, one.why) for one in why.value.hindrances]


# Later, on site.
def test_a_visit_moves_to_the_same_weekday_and_hour_after_the_closure_with_its_guide() -> None:
    hall = make_hall(size=20)
    close(rest=Choice.MOVE)
    booking = afresh(hall.booking)
    event = db.session.get_one(Event, booking.event_id)
    assert (event.format, event.starts_at, event.starts_on, event.taken) == (
        Format.IN_PERSON,
        FIRST_AFTER,
        date(2027, 1, 4),
        20,
    )
    assert (booking.status, afresh(hall.visit).status) == (BookingStatus.PROPOSED, EventStatus.CANCELLED)
    (given,) = db.session.execute(select(Assignment).where(Assignment.status == AssignmentStatus.ACTIVE)).scalars()
    assert (given.event_id, given.guide_id, given.starts_at) == (event.id, hall.guide.id, FIRST_AFTER)
    assert mails() == [("closure_proposed", hall.booking.reference)]


def test_groups_of_an_open_visit_join_one_that_is_there_later_and_undo_takes_them_out_again() -> None:
    hall = make_hall(size=20)
    with transaction() as session:
        session.execute(update(Event).where(Event.id == hall.visit.id).values(visibility=Visibility.OPEN))
    there = make_event(hall.on_site, FIRST_AFTER, capacity=60)
    make_booking(there, size=30)
    done = close(rest=Choice.MOVE)
    assert afresh(hall.booking).event_id == there.id
    assert afresh(there).taken == 50
    undo(done.operation, now=LATER, actor="account:1")
    assert (afresh(hall.booking).event_id, afresh(there).taken, afresh(hall.visit).taken) == (hall.visit.id, 30, 20)
    assert afresh(there).status is EventStatus.OPEN


def test_a_later_visit_without_room_for_all_of_its_groups_is_not_the_one() -> None:
    hall = make_hall(size=20)
    with transaction() as session:
        session.execute(update(Event).where(Event.id == hall.visit.id).values(visibility=Visibility.OPEN))
    full = make_event(hall.on_site, FIRST_AFTER - timedelta(hours=1), capacity=30)
    make_booking(full, size=15)
    close(rest=Choice.MOVE)
    booking = afresh(hall.booking)
    assert booking.event_id not in {full.id, hall.visit.id}
    assert db.session.get_one(Event, booking.event_id).starts_at == FIRST_AFTER
    assert afresh(full).taken == 15


# Only some of its groups: the phases of a reopening.
def shared_visit() -> tuple[Event, Booking, Booking]:
    """An open visit of a school of 20 and of a family of 3."""
    event = make_event(make_offering(make_station(), format=Format.IN_PERSON), TEN_IN_VIENNA, capacity=40)
    family = make_organisation("Invented Family", type=OrganisationType.INDIVIDUAL)
    return event, make_booking(event, size=20), make_booking(event, family, size=3, is_individual=True)


def test_where_only_groups_are_received_individuals_leave_and_the_visit_takes_place() -> None:
    event, school, family = shared_visit()
    done = close(REOPENING, rest=Choice.CANCEL)
    assert afresh(school).status is BookingStatus.CONFIRMED
    assert afresh(family).status is BookingStatus.CANCELLED_BY_STATION
    assert (afresh(event).status, afresh(event).taken) == (EventStatus.OPEN, 20)
    assert mails() == [("booking_cancelled_by_station", family.reference)]
    undo(done.operation, now=LATER, actor="account:1")
    assert (afresh(family).status, afresh(event).taken) == (BookingStatus.CONFIRMED, 23)


def test_where_groups_above_a_limit_may_not_come_only_those_leave() -> None:
    event, school, family = shared_visit()
    close(replace(REOPENING, allows=(), distanced_capacity=15, larger=True), rest=Choice.CANCEL)
    assert afresh(school).status is BookingStatus.CANCELLED_BY_STATION
    assert afresh(family).status is BookingStatus.CONFIRMED
    assert (afresh(event).status, afresh(event).taken, afresh(event).capacity) == (EventStatus.OPEN, 3, 15)


def test_a_limit_that_sends_nobody_away_lists_who_is_above_it_and_sells_no_more() -> None:
    event, school, _ = shared_visit()
    close(replace(REOPENING, allows=(), distanced_capacity=15))
    assert (afresh(school).status, mails()) == (BookingStatus.CONFIRMED, [])
    assert (afresh(event).taken, afresh(event).status) == (23, EventStatus.OPEN)
    assert afresh(event).capacity == 23


def test_each_phase_of_a_reopening_hits_its_own_days() -> None:
    station = make_station()
    on_site = make_offering(station, format=Format.IN_PERSON)
    soon, then = make_event(on_site, TEN_IN_VIENNA), make_event(on_site, FIRST_AFTER)
    first, second = make_booking(soon, size=20), make_booking(then, size=20)
    closed = replace(WISH, ends_on=date(2026, 12, 31))
    small = replace(
        REOPENING, starts_on=date(2027, 1, 1), ends_on=date(2027, 1, 31), allows=(), distanced_capacity=15, larger=True
    )
    done = declare_both(closed, small)
    assert len(done.closures) == 2
    assert {afresh(first).status, afresh(second).status} == {BookingStatus.CANCELLED_BY_STATION}
    assert afresh(soon).status is EventStatus.CANCELLED
    assert afresh(then).capacity == 15
    steps = db.session.execute(select(ClosureStep.closure_id, ClosureStep.booking_id)).all()
    assert len({step.closure_id for step in steps if step.booking_id}) == 2


def declare_both(*wishes: ClosureWish) -> Declared:
    """The phases in one operation, everything cancelled."""
    return close(wishes[0], wishes=wishes, rest=Choice.CANCEL)


# Waiting lines.
def test_a_group_in_line_goes_along_still_in_line_and_comes_back_in_its_place() -> None:
    hall = make_hall(size=30)
    since = NOW - timedelta(days=2)
    line = make_booking(hall.visit, size=8, status=BookingStatus.WAITING, waiting_since=since)
    done = close(rest=Choice.CONVERT)
    waiting = afresh(line)
    assert (waiting.status, waiting.waiting_since, waiting.answer_by) == (BookingStatus.WAITING, since, None)
    assert waiting.event_id == afresh(hall.booking).event_id != hall.visit.id
    assert mails() == [("closure_proposed", hall.booking.reference), ("waiting_joined", line.reference)]
    assert db.session.get_one(Event, waiting.event_id).taken == 30
    undo(done.operation, now=LATER, actor="account:1")
    back = afresh(line)
    assert (back.event_id, back.status, back.waiting_since) == (hall.visit.id, BookingStatus.WAITING, since)
    assert afresh(hall.visit).taken == 30


def test_where_a_visit_is_cancelled_its_line_is_told_too() -> None:
    hall = make_hall(size=30)
    line = make_booking(hall.visit, size=8, status=BookingStatus.WAITING, waiting_since=NOW)
    close(rest=Choice.CANCEL)
    assert afresh(line).status is BookingStatus.CANCELLED_BY_STATION
    assert sorted(mails()) == sorted(("booking_cancelled_by_station", one.reference) for one in (hall.booking, line))


# Undo is refused where something has been taken meanwhile.
def test_undo_is_refused_where_the_guide_gives_something_else_at_that_hour() -> None:
    hall = make_hall()
    done = close(rest=Choice.CANCEL)
    make_assignment(hall.guide, make_event(hall.virtual, TEN_IN_VIENNA))
    assert refused(done) == (Hurdle.CHANGED, [(hall.visit.code, Hindered.GUIDE)])
    assert afresh(hall.booking).status is BookingStatus.CANCELLED_BY_STATION
    assert afresh(hall.visit).status is EventStatus.CANCELLED


def test_undo_is_refused_where_a_place_that_was_free_is_booked() -> None:
    event, _, family = shared_visit()
    done = close(REOPENING, rest=Choice.CANCEL)
    make_booking(event, size=19)
    assert refused(done) == (Hurdle.CHANGED, [(event.code, Hindered.BOOKED)])
    assert (afresh(event).taken, afresh(family).status) == (39, BookingStatus.CANCELLED_BY_STATION)


def test_undo_is_refused_where_somebody_has_booked_the_event_made_for_a_group() -> None:
    hall = make_hall()
    done = close(rest=Choice.CONVERT)
    made = db.session.get_one(Event, afresh(hall.booking).event_id)
    make_booking(made, size=8)
    assert refused(done) == (Hurdle.CHANGED, [(made.code, Hindered.BOOKED)])
    assert afresh(hall.booking).event_id == made.id


def test_a_guide_who_went_online_with_the_group_is_no_hindrance() -> None:
    hall = make_hall()
    make_guide(hall.station, "en")
    done = close(rest=Choice.CONVERT)
    undo(done.operation, now=LATER, actor="account:1")
    assert afresh(hall.booking).event_id == hall.visit.id
