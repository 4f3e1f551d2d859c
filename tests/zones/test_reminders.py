"""Reminders while the clocks are changed: at the hour of the wall, and exactly once."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from booking.bookings.services.remind import remind
from booking.db import db
from booking.notices.models import Notice
from tests.builders import make_booking, make_event, make_offering, make_station

SECOND = timedelta(seconds=1)
CASES = {
    "the hour that Vienna skips": ("VIE", "2027-03-29T02:30", "2027-03-28T01:00"),
    "the hour that Vienna has twice": ("VIE", "2027-11-01T02:30", "2027-10-31T00:30"),
    "just before Vienna changes": ("VIE", "2027-11-01T01:59", "2027-10-30T23:59"),
    "the hour that New York skips": ("NYC", "2027-03-15T02:30", "2027-03-14T07:00"),
    "the hour that New York has twice": ("NYC", "2027-11-08T01:30", "2027-11-07T05:30"),
    "a day of 23 hours": ("VIE", "2027-03-28T10:00", "2027-03-27T09:00"),
    "a day of 25 hours": ("VIE", "2027-10-31T10:00", "2027-10-30T08:00"),
    "no change in Nairobi": ("NBO", "2027-03-28T10:00", "2027-03-27T07:00"),
    "a leap day": ("VIE", "2028-03-01T10:00", "2028-02-29T09:00"),
}


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(("code", "local", "moment"), CASES.values(), ids=CASES)
def test_the_day_before_is_the_same_hour_of_the_wall_and_comes_once(code: str, local: str, moment: str) -> None:
    station = make_station(code)
    start = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(station.time_zone)).astimezone(UTC)
    make_booking(make_event(make_offering(station), start))
    due = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    remind(due - timedelta(days=2))  # the one of seven days before
    assert remind(due - SECOND) == 0
    assert remind(due) == 1
    for later in (SECOND, 2 * SECOND, timedelta(minutes=30), timedelta(hours=1)):
        assert remind(due + later) == 0, later
    kinds = db.session.scalars(select(Notice.kind)).all()
    assert sorted(kinds) == ["reminder_1_day", "reminder_7_days"]


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("switch", ["2027-03-28T01:00", "2027-10-31T01:00"])
def test_a_worker_that_runs_through_the_switch_says_everything_once(switch: str) -> None:
    at = datetime.fromisoformat(switch).replace(tzinfo=UTC)
    offering = make_offering(make_station("VIE"))
    for minutes in range(-60, 120, 30):
        make_booking(make_event(offering, at + timedelta(days=1, minutes=minutes)))
        make_booking(make_event(offering, at + timedelta(hours=1, minutes=minutes + 61)))
    remind(at - timedelta(hours=4))
    before = len(db.session.scalars(select(Notice.dedupe_key)).all())
    told = sum(remind(at + timedelta(seconds=second)) for second in range(-7200, 7200 + 1, 450))
    keys = db.session.scalars(select(Notice.dedupe_key)).all()
    assert told == len(keys) - before
    assert told >= 6
    assert len(keys) == len(set(keys))
    assert sum(":reminder_1_day:" in key for key in keys) == 12
