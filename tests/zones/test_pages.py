"""Pages, bookings and mails at the odd hours of the year."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar
from icalendar import Event as CalendarEvent

from booking import clock
from booking.scheduling.models import Event
from tests.builders import make_event, make_guide, make_offering, make_station
from tests.hostile.walk import TYPED, Booked, hidden, post

NIGHTS: dict[str, Any] = {"virtual_opens": 0, "virtual_closes": 1440, "working_weekdays": "0123456"}


@pytest.fixture(autouse=True)
def _early(app: object) -> Iterator[None]:
    assert app is not None
    with clock.frozen(datetime(2027, 2, 1, 9, 0, tzinfo=UTC)):
        yield


def event_at(code: str, local: str, fold: int = 0, minutes: int = 60) -> Event:
    """An open event of the station at that time on its clocks."""
    station = make_station(code, **NIGHTS)
    make_guide(station, "en")
    start = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(station.time_zone), fold=fold)
    return make_event(make_offering(station, duration_min=minutes), start)


def take(client: FlaskClient, event: Event, zone: str) -> str:
    """Press the event's button in the list of a reader of that zone; the booking form."""
    days = {"from": event.starts_on - timedelta(days=1), "to": event.starts_on + timedelta(days=1)}
    asked = {"time_zone": zone, "size": "24", "youngest_age": "14", "language": "en", "limit": "300"}
    page = client.get("/", query_string={**asked, **{name: day.isoformat() for name, day in days.items()}})
    data = {"csrf_token": hidden(page, "csrf_token"), "criteria": hidden(page, "criteria"), "slot": f"e.{event.code}"}
    assert f'value="e.{event.code}"' in page.text
    answer = post(client, "/choose", data)
    assert answer.status_code == 303, answer.text
    return answer.location


def book(client: FlaskClient, event: Event, zone: str) -> Booked:
    """Book it; the reader's zone is that of the form."""
    page = client.get(take(client, event, zone))
    kept = {name: hidden(page, name) for name in ("csrf_token", "hold", "key", "criteria", "time_zone")}
    answer = post(client, "/book", {**TYPED, **kept})
    assert answer.status_code == 303, answer.text
    return Booked(client, answer.location)


def told(client: FlaskClient, address: str) -> str:
    """The words of a page, one blank between two."""
    body = client.get(address).text.partition("<body>")[2]
    return re.sub(r"\s+", " ", unescape(re.sub("<[^>]+>", " ", body)))


def calendar_of(booking: Booked) -> tuple[date, date]:
    """Start and end of the booking's calendar entry."""
    file = booking.client.get(f"/bookings/{booking.reference}.ics?t={booking.token}").data
    (event,) = Calendar.from_ical(file).walk("VEVENT")
    assert isinstance(event, CalendarEvent)
    return event.start, event.end


@pytest.mark.parametrize("viewer", ["Europe/Vienna", "America/New_York", "Asia/Tokyo"])
@pytest.mark.parametrize(
    ("code", "local", "fold"),
    [
        ("VIE", "2027-03-28T01:30", 0),
        ("VIE", "2027-03-28T03:00", 0),
        ("VIE", "2027-10-31T02:30", 0),
        ("VIE", "2027-10-31T02:30", 1),
        ("NYC", "2027-03-14T03:00", 0),
        ("NYC", "2027-11-07T01:30", 0),
        ("NYC", "2027-11-07T01:30", 1),
        ("NBO", "2027-03-28T02:30", 0),
        ("VIE", "2028-02-29T10:00", 0),
        ("NYC", "2027-12-31T20:00", 0),
    ],
)
def test_a_booking_is_at_its_instant_on_every_clock(
    client: FlaskClient, code: str, local: str, fold: int, viewer: str
) -> None:
    with clock.frozen(datetime.fromisoformat(local).replace(tzinfo=UTC) - timedelta(days=40)):
        event = event_at(code, local, fold)
        booking = book(client, event, viewer)
        starts_at, ends_at = event.starts_at, event.ends_at
        assert calendar_of(booking) == (starts_at, ends_at)
        page = client.get(booking.place).text
        assert ends_at - starts_at == timedelta(hours=1)
        shown = re.findall(r'<time class="num" datetime="([^"]+)">(\d\d:\d\d)<', page)
        here, end = starts_at.astimezone(ZoneInfo(viewer)), ends_at.astimezone(ZoneInfo(viewer))
        assert shown[0] == (here.isoformat(), f"{here:%H:%M}")
        assert f"until {end:%H:%M}" in page
        there = starts_at.astimezone(ZoneInfo(event.time_zone))
        assert there.date() == event.starts_on
        assert f"{there:%H:%M}" in told(client, booking.place)


def test_an_hour_over_the_switch_ends_two_hours_later_on_the_wall(client: FlaskClient) -> None:
    with clock.frozen(datetime(2027, 2, 20, 9, 0, tzinfo=UTC)):
        booking = book(client, event_at("VIE", "2027-03-28T01:30"), "Europe/Vienna")
        assert "01:30 in Vienna, until 03:30" in told(client, booking.place)


def test_two_hours_over_the_switch_back_end_an_hour_later_on_the_wall(client: FlaskClient) -> None:
    with clock.frozen(datetime(2027, 9, 20, 9, 0, tzinfo=UTC)):
        booking = book(client, event_at("VIE", "2027-10-31T01:30", minutes=120), "Europe/Vienna")
        assert "01:30 in Vienna, until 02:30" in told(client, booking.place)


@pytest.mark.parametrize(
    ("day", "here"),
    [("2027-03-16", "10:00"), ("2027-03-30", "09:00"), ("2027-11-02", "10:00"), ("2027-11-09", "09:00")],
)
def test_in_the_weeks_when_clocks_differ_each_reader_sees_the_right_hour(
    client: FlaskClient, day: str, here: str
) -> None:
    with clock.frozen(datetime.fromisoformat(day).replace(tzinfo=UTC) - timedelta(days=30)):
        words = told(client, take(client, event_at("VIE", f"{day}T15:00"), "America/New_York"))
    assert f"{here} in New York 15:00 in Vienna, the same day" in words


def test_the_last_evening_of_new_york_is_new_year_for_a_reader_in_vienna(client: FlaskClient) -> None:
    with clock.frozen(datetime(2026, 11, 23, 9, 0, tzinfo=UTC)):
        event = event_at("NYC", "2026-12-31T20:00")
        words = told(client, take(client, event, "Europe/Vienna"))
    assert "Fri 1 Jan 02:00 in Vienna 20:00 on Thu 31 Dec in New York" in words
    assert (event.starts_on.isoformat(), event.starts_on.isocalendar()[:2]) == ("2026-12-31", (2026, 53))


@pytest.mark.parametrize(
    ("now", "event", "until"),
    [
        ("2027-10-31T00:55", "2027-11-15T10:00", "02:05"),
        ("2027-03-28T00:55", "2027-04-14T10:00", "03:05"),
        ("2027-03-28T00:45", "2027-04-14T10:00", "01:55"),
    ],
)
def test_ten_minutes_are_ten_minutes_also_over_a_switch(client: FlaskClient, now: str, event: str, until: str) -> None:
    with clock.frozen(datetime.fromisoformat(now).replace(tzinfo=UTC)):
        words = told(client, take(client, event_at("VIE", event), "Europe/Vienna"))
    assert f"Held for you until {until} , 10 minutes from now." in words


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("0001-01-01", 422),
        ("9999-12-31", 422),
        ("2027-02-29", 422),
        ("2028-02-29", 200),
        ("2027-03-28T02:30", 422),
        ("24:00", 422),
    ],
)
def test_a_day_that_is_none_is_named(client: FlaskClient, text: str, status: int) -> None:
    make_station()
    answer = client.get("/", query_string={"from": text})
    assert answer.status_code == status
    assert ('id="from-e"' in answer.text) == (status == 422)
