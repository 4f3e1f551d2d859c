"""Reminders: seven days, one day and one hour before, once for each time of a booking."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from booking.bookings.services.cancel import cancel
from booking.bookings.services.change import change_size
from booking.bookings.services.remind import remind
from booking.bookings.services.reschedule import move_event
from booking.db import db
from booking.notices.models import Notice
from booking.notices.terms import NoticeState
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
    booking = make_booking(make_event(make_offering(make_station())))
    remind(TEN_IN_VIENNA - timedelta(hours=1))
    rows = db.session.execute(select(Notice.kind, Notice.payload)).all()
    given = {row.kind: row.payload.get("join_url") for row in rows}
    assert given.pop("reminder_1_hour").startswith(f"http://localhost/join/{booking.reference}.")
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


@pytest.mark.usefixtures("app")
def test_groups_that_booked_after_the_moment_keep_nobody_else_from_being_reminded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("booking.bookings.services.remind.AT_ONCE", 2)
    offering, now = make_offering(make_station()), TEN_IN_VIENNA - timedelta(days=6)
    soon, then = make_event(offering, TEN_IN_VIENNA - timedelta(days=3)), make_event(offering)
    for _ in range(4):
        make_booking(soon, size=5, changed_at=now - timedelta(hours=1))
    booked_long_ago = [make_booking(then).reference for _ in range(3)]
    assert remind(now) == 3
    subjects = db.session.execute(select(Notice.subject)).scalars()
    assert sorted(subjects) == sorted(f"booking:{reference}" for reference in booked_long_ago)


@pytest.mark.usefixtures("app")
def test_the_last_reminder_comes_although_the_number_was_changed_a_moment_ago() -> None:
    hour_before = TEN_IN_VIENNA - timedelta(hours=1)
    make_booking(make_event(make_offering(make_station())), changed_at=hour_before + timedelta(seconds=5))
    remind(hour_before + timedelta(seconds=10))
    assert kinds() == ["reminder_1_hour"]


@pytest.mark.usefixtures("app")
def test_who_books_in_the_last_hour_is_not_reminded() -> None:
    booked_at = TEN_IN_VIENNA - timedelta(minutes=50)
    make_booking(make_event(make_offering(make_station())), created_at=booked_at, changed_at=booked_at)
    assert remind(booked_at + timedelta(minutes=1)) == 0


@pytest.mark.usefixtures("app")
def test_a_last_reminder_that_a_change_took_back_is_queued_again_with_the_new_number() -> None:
    event = make_event(make_offering(make_station()))
    reference, hour_before = make_booking(event).reference, TEN_IN_VIENNA - timedelta(hours=1)
    remind(hour_before)
    change_size(reference, size=9, accompanying_adults=None, now=hour_before + timedelta(seconds=5), late=True)
    assert remind(hour_before + timedelta(seconds=10)) == 1
    told = select(Notice.state, Notice.payload).where(Notice.kind == "reminder_1_hour")
    row = db.session.execute(told).one()
    assert (row.state, row.payload["size"]) == (NoticeState.QUEUED, 9)
