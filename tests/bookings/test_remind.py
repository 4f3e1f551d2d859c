"""Reminders: seven days, one day and one hour before, once for each time of a booking."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from booking.bookings.services.cancel import cancel
from booking.bookings.services.remind import remind
from booking.bookings.services.reschedule import move_event
from booking.db import db
from booking.notices.models import Notice
from tests.bookings.test_book import TEN_IN_VIENNA
from tests.builders import NOW, make_booking, make_event, make_offering, make_station


def kinds() -> list[str]:
    """Kinds of the notices, in order."""
    return list(db.session.execute(select(Notice.kind).order_by(Notice.id)).scalars())


@pytest.mark.usefixtures("app")
def test_each_reminder_comes_at_its_moment_and_only_once() -> None:
    make_booking(make_event(make_offering(make_station())))
    for before, told in [
        (timedelta(days=7, minutes=1), 0),
        (timedelta(days=7), 1),
        (timedelta(days=6), 0),
        (timedelta(days=1), 1),
        (timedelta(hours=1), 1),
        (timedelta(minutes=1), 0),
    ]:
        assert remind(TEN_IN_VIENNA - before) == told, before
    assert kinds() == ["reminder_7_days", "reminder_1_day", "reminder_1_hour"]


@pytest.mark.usefixtures("app")
def test_the_last_reminder_brings_the_link_to_join() -> None:
    make_booking(make_event(make_offering(make_station()), meeting_url="https://meet.example.org/x"))
    remind(TEN_IN_VIENNA - timedelta(hours=1))
    rows = db.session.execute(select(Notice.kind, Notice.payload)).all()
    given = {row.kind: row.payload.get("join_url") for row in rows}
    assert given.pop("reminder_1_hour") == "https://meet.example.org/x"
    assert set(given.values()) == {None}


@pytest.mark.usefixtures("app")
def test_seven_days_before_is_the_same_hour_of_the_wall_also_over_a_clock_change() -> None:
    event = make_event(make_offering(make_station()), datetime(2027, 4, 2, 7, 0, tzinfo=UTC))  # 09:00, summer time
    make_booking(event)
    cut_off = datetime(2027, 3, 26, 8, 0, tzinfo=UTC)  # 09:00, winter time; 168 hours would be an hour earlier
    assert remind(cut_off - timedelta(seconds=1)) == 0
    assert remind(cut_off) == 1


@pytest.mark.usefixtures("app")
def test_nobody_is_reminded_of_what_was_booked_after_the_moment() -> None:
    make_booking(make_event(make_offering(make_station())), changed_at=TEN_IN_VIENNA - timedelta(days=6))
    assert remind(TEN_IN_VIENNA - timedelta(days=5)) == 0


@pytest.mark.usefixtures("app")
def test_a_cancelled_booking_is_not_reminded() -> None:
    booking = make_booking(make_event(make_offering(make_station())))
    cancel(booking.reference, now=NOW)
    assert remind(TEN_IN_VIENNA - timedelta(days=1)) == 0


@pytest.mark.usefixtures("app")
def test_an_event_that_moves_is_reminded_of_at_its_new_time() -> None:
    event = make_event(make_offering(make_station()))
    make_booking(event)
    assert remind(TEN_IN_VIENNA - timedelta(days=7)) == 1
    later = TEN_IN_VIENNA + timedelta(days=10)
    move_event(event.code, later, now=TEN_IN_VIENNA - timedelta(days=6), actor="account:1")
    assert remind(later - timedelta(days=8)) == 0
    assert remind(later - timedelta(days=7)) == 1


@pytest.mark.usefixtures("app")
def test_the_hour_before_comes_once_at_the_hour_that_is_shown_twice() -> None:
    event = make_event(make_offering(make_station()), datetime(2027, 10, 31, 2, 0, tzinfo=UTC))
    make_booking(event)
    told = [remind(datetime(2027, 10, 31, 0, 59, 59, tzinfo=UTC) + timedelta(seconds=n)) for n in range(3)]
    assert sum(told) == 3  # the week, the day and the hour, each in one of the rounds
    assert kinds().count("reminder_1_hour") == 1
