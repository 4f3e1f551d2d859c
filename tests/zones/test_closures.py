"""A closure is days of the station: from midnight to midnight on its clocks, however many hours these are apart."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from booking.bookings.closing import ClosureWish, Order
from booking.bookings.closing_terms import Choice
from booking.bookings.models import Booking
from booking.bookings.services.closure_declare import declare
from booking.bookings.terms import BookingStatus
from booking.catalogue.models import Station
from booking.catalogue.terms import Format
from booking.db import db
from booking.scheduling.terms import ClosureType
from tests.builders import make_booking, make_event, make_offering, make_station

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
VIENNA, NEW_YORK = ZoneInfo("Europe/Vienna"), ZoneInfo("America/New_York")


def booked_at(station: Station, *starts: datetime) -> dict[datetime, str]:
    """A booking of a tour on site at each of these instants; its reference."""
    offering = make_offering(station, format=Format.IN_PERSON, duration_min=10)
    return {start: make_booking(make_event(offering, start.astimezone(UTC))).reference for start in starts}


def closed(station: str, day: date) -> set[str]:
    """Close the station on that day; the references that are cancelled with it."""
    wish = ClosureWish(
        station=station,
        type=ClosureType.PREMISES_CLOSED,
        starts_on=day,
        ends_on=day,
        announced_on=NOW.date(),
        message="Closed.",
    )
    declare(Order((wish,), NOW, "account:1", rest=Choice.CANCEL))
    db.session.expire_all()
    gone = select(Booking.reference).where(Booking.status == BookingStatus.CANCELLED_BY_STATION)
    return set(db.session.scalars(gone))


def utc(text: str) -> datetime:
    """An instant written in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("day", "before", "first", "last", "after"),
    [
        ("2027-03-28", "2027-03-27T22:50", "2027-03-27T23:00", "2027-03-28T21:50", "2027-03-28T22:00"),
        ("2027-10-31", "2027-10-30T21:50", "2027-10-30T22:00", "2027-10-31T22:50", "2027-10-31T23:00"),
        ("2027-06-01", "2027-05-31T21:50", "2027-05-31T22:00", "2027-06-01T21:50", "2027-06-01T22:00"),
    ],
    ids=["23 hours", "25 hours", "24 hours"],
)
def test_a_day_of_vienna_is_closed_whole_and_no_minute_more(
    day: str, before: str, first: str, last: str, after: str
) -> None:
    references = booked_at(make_station("VIE"), *map(utc, (before, first, last, after)))
    assert closed("VIE", date.fromisoformat(day)) == {references[utc(first)], references[utc(last)]}


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("day", ["2027-03-14", "2027-11-07"])
def test_a_day_of_new_york_is_closed_on_its_own_clocks(day: str) -> None:
    closing = date.fromisoformat(day)
    inside = [datetime(closing.year, closing.month, closing.day, hour, 50, tzinfo=NEW_YORK) for hour in (0, 23)]
    evening_before = datetime(closing.year, closing.month, closing.day, 4, 50, tzinfo=VIENNA)  # the same day there
    references = booked_at(make_station("NYC"), *inside, evening_before)
    assert closed("NYC", closing) == {references[start] for start in inside}


@pytest.mark.usefixtures("app")
def test_new_years_eve_in_new_york_is_the_old_year_although_vienna_has_the_new_one() -> None:
    evening = datetime(2026, 12, 31, 20, 0, tzinfo=NEW_YORK)
    assert evening.astimezone(VIENNA).date() == date(2027, 1, 1)
    references = booked_at(make_station("NYC"), evening)
    assert closed("NYC", date(2027, 1, 1)) == set()
    assert closed("NYC", date(2026, 12, 31)) == {references[evening]}


@pytest.mark.usefixtures("app")
def test_a_closure_of_one_station_is_none_of_another_on_the_same_day() -> None:
    make_station("VIE")
    booked_at(make_station("NYC"), datetime(2026, 12, 31, 12, 0, tzinfo=NEW_YORK))
    assert closed("VIE", date(2026, 12, 31)) == set()
