"""A leader says how many sit there: kept beside what others say, official only where nobody knows better."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from booking.accounts.models import AuditEntry
from booking.attendance.models import Observation
from booking.attendance.queries import MOST_LINES, event_to_count
from booking.attendance.services.record import NotBegun, Saying, UnknownGroup, record
from booking.attendance.services.say import OPENS_BEFORE, say, settle_sayings
from booking.attendance.terms import Choice, Source
from booking.bookings.models import Booking
from booking.bookings.terms import BookingStatus
from booking.db import db
from booking.scheduling.models import Event
from booking.scheduling.terms import EventStatus
from tests.builders import make_booking, make_event, make_offering, make_station

pytestmark = pytest.mark.usefixtures("app")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def tour(app: object) -> Event:
    """An event with places for many."""
    assert app
    return make_event(make_offering(make_station(), max_group=300))


def official(booking: Booking) -> tuple[int | None, str, BookingStatus]:
    names = (Booking.attended, Booking.attended_source, Booking.status)
    number, source, status = db.session.execute(select(*names).where(Booking.id == booking.id)).one()
    return number, source, status


def count(event: Event, source: Source, numbers: dict[str, int | None], **more: object) -> None:
    after = event.ends_at + MINUTE
    record(event.code, Saying(numbers, **more), source=source, now=after, actor="account:7")  # type: ignore[arg-type]


def test_what_a_leader_says_before_the_start_is_official_once_it_is_over(tour: Event) -> None:
    booking = make_booking(tour, size=28)
    say(booking.reference, 31, tour.starts_at - OPENS_BEFORE)
    assert settle_sayings(tour.starts_at) == 0
    assert official(booking) == (None, "", BookingStatus.CONFIRMED)
    assert settle_sayings(tour.ends_at) == 1
    assert official(booking) == (31, "teacher", BookingStatus.ATTENDED)
    assert db.session.execute(select(Event.status).where(Event.id == tour.id)).scalar_one() is EventStatus.HELD
    assert settle_sayings(tour.ends_at) == 0


def test_whoever_is_too_early_or_of_no_event_is_told(tour: Event) -> None:
    booking = make_booking(tour)
    with pytest.raises(NotBegun):
        say(booking.reference, 31, tour.starts_at - OPENS_BEFORE - MINUTE)
    with pytest.raises(UnknownGroup):
        say("VE-NONE", 31, tour.starts_at)
    gone = make_booking(tour, status=BookingStatus.CANCELLED_BY_GROUP)
    with pytest.raises(UnknownGroup):
        say(gone.reference, 31, tour.starts_at)
    assert db.session.execute(select(Observation)).all() == []


def test_teacher_guide_and_platform_stay_apart_and_the_guides_number_counts(tour: Event) -> None:
    booking = make_booking(tour, size=28)
    say(booking.reference, 31, tour.starts_at)
    count(tour, Source.GUIDE, {booking.reference: 29})
    count(tour, Source.PLATFORM, {booking.reference: 3}, minutes={booking.reference: (58, 57, 12)})
    say(booking.reference, 33, tour.ends_at + MINUTE)
    assert official(booking) == (29, "guide", BookingStatus.ATTENDED)
    rows = db.session.execute(select(Observation).order_by(Observation.id)).scalars()
    assert [(row.source, row.attended, list(row.minutes)) for row in rows] == [
        (Source.TEACHER, 31, []),
        (Source.GUIDE, 29, []),
        (Source.PLATFORM, 3, [58, 57, 12]),
        (Source.TEACHER, 33, []),
    ]


def test_without_a_guide_the_platforms_screens_are_multiplied(tour: Event) -> None:
    booking = make_booking(tour, size=28)
    say(booking.reference, 31, tour.starts_at)
    count(tour, Source.PLATFORM, {booking.reference: 3})
    assert official(booking) == (33, "platform", BookingStatus.ATTENDED)


def test_the_desk_takes_another_source_with_a_reason(tour: Event) -> None:
    booking = make_booking(tour, size=28)
    count(tour, Source.GUIDE, {booking.reference: 29})
    count(tour, Source.PLATFORM, {booking.reference: 35})
    took = {"chosen": {booking.reference: Choice.PLATFORM}, "reasons": {booking.reference: "The guide left early"}}
    count(tour, Source.DESK, {booking.reference: 35}, **took)
    assert official(booking) == (35, "platform", BookingStatus.ATTENDED)
    reason = select(Booking.attended_reason).where(Booking.id == booking.id)
    assert db.session.execute(reason).scalar_one() == "The guide left early"


def test_of_many_groups_leaders_multiply_the_number_of_the_whole(tour: Event) -> None:
    bookings = [make_booking(tour, size=1) for _ in range(MOST_LINES + 1)]
    say(bookings[0].reference, 31, tour.starts_at)
    count(tour, Source.PLATFORM, {"": 14})
    found = event_to_count(db.session(), tour.code)
    assert found is not None
    assert (found.attended, found.attended_source, found.has_lines) == (44, "platform", False)
    assert official(bookings[0]) == (None, "", BookingStatus.CONFIRMED)


def test_the_same_number_twice_is_one_saying_and_one_line_of_the_trail(tour: Event) -> None:
    booking = make_booking(tour)
    for _ in range(2):
        say(booking.reference, 31, tour.starts_at)
    assert len(db.session.execute(select(Observation)).all()) == 1
    row = db.session.execute(select(AuditEntry).where(AuditEntry.action == "attendance.say")).scalar_one()
    assert row.after == {"group": booking.reference, "said": 31, "official": None}
