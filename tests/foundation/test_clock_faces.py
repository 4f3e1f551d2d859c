"""One instant on two clocks, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask_babel import Babel

from booking import zones
from booking.clock_faces import clock_face, moment


@dataclass(frozen=True)
class Place:
    """A station as a clock knows it."""

    code: str
    name: str
    time_zone: str


NEW_YORK = Place("NYC", "New York", "America/New_York")
GENEVA = Place("GVA", "Geneva", "Europe/Zurich")
VIENNA = Place("VIE", "Vienna", "Europe/Vienna")
TUESDAY_10_IN_SEOUL = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def page() -> Iterator[None]:
    """Words are written in the language of a page."""
    app = Flask("test")
    Babel(app)
    with app.test_request_context():
        yield


def test_a_virtual_event_shows_the_readers_own_clock_first() -> None:
    clock = clock_face(TUESDAY_10_IN_SEOUL, NEW_YORK, "Asia/Seoul", "en", minutes=45)
    assert (clock.primary_date_text, clock.primary_time, clock.primary_place) == ("Tue 1 Dec", "10:00", "in Seoul")
    assert clock.secondary_text == "20:00 on Mon 30 Nov in New York"
    assert (clock.end_time, clock.station_css) == ("10:45", "s-ny")
    assert clock.datetime_attr == "2026-12-01T10:00:00+09:00"


def test_an_event_on_site_shows_the_stations_clock_first() -> None:
    at = datetime(2026, 12, 3, 13, 0, tzinfo=UTC)
    clock = clock_face(at, GENEVA, "Asia/Seoul", "en", on_site=True, minutes=60)
    assert (clock.primary_date_text, clock.primary_time, clock.primary_place) == ("Thu 3 Dec", "14:00", "in Geneva")
    assert clock.secondary_text == "22:00 in Seoul, the same day"
    assert clock.end_time == "15:00"


@pytest.mark.parametrize(
    ("station", "reader", "told"),
    [
        (VIENNA, "Europe/Vienna", ""),
        (GENEVA, "Europe/Vienna", "the same hour in Geneva"),
        (VIENNA, "Africa/Nairobi", "09:00 in Vienna, the same day"),
    ],
)
def test_the_second_clock_is_told_as_far_as_it_differs(station: Place, reader: str, told: str) -> None:
    clock = clock_face(datetime(2026, 12, 1, 8, 0, tzinfo=UTC), station, reader, "en")
    assert clock.secondary_text == told
    assert clock.secondary_short == told.removesuffix(", the same day")


def test_the_end_counts_real_minutes_across_a_change_of_clocks() -> None:
    before = datetime(2027, 3, 28, 0, 30, tzinfo=UTC)
    clock = clock_face(before, VIENNA, "Europe/Vienna", "en", minutes=60)
    assert (clock.primary_time, clock.end_time) == ("01:30", "03:30")


def test_a_length_that_is_not_told_has_no_end() -> None:
    assert clock_face(TUESDAY_10_IN_SEOUL, NEW_YORK, "Asia/Seoul", "en").end_time == ""


@pytest.mark.parametrize(("hour", "at"), [(0, 90), (1, 100), (14, 230), (15, 0)])
def test_the_ribbon_shows_the_hour_of_the_first_clock(hour: int, at: int) -> None:
    instant = datetime(2026, 12, 1, hour, 0, tzinfo=UTC)
    assert clock_face(instant, NEW_YORK, "Asia/Seoul", "en").ribbon_at == at


def test_a_deadline_names_day_hour_and_place() -> None:
    assert moment(datetime(2026, 11, 20, 5, 0, tzinfo=UTC), "Asia/Seoul", "en") == "Fri 20 Nov, 14:00 in Seoul"


def test_a_zone_that_is_none_is_refused() -> None:
    with pytest.raises(zones.UnknownZone):
        clock_face(TUESDAY_10_IN_SEOUL, NEW_YORK, "Mars/Phobos", "en")
