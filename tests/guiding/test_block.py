"""A guide takes a day or some hours off, from the grid; and takes it back."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from booking import clock
from booking.bookings.offers import Criteria
from booking.bookings.queries.search import search
from booking.catalogue.models import Offering, Station
from booking.db import db
from booking.scheduling.models import AvailabilityException, DayOff, Guide
from tests.builders import NOW, make_guide, make_offering, make_station
from tests.guiding.signed_in import give, guide_at_work, send, text_of, vienna

BLOCK, WORK = "/guide/week/block", "/guide/week/work"
DAY = "2026-12-10"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def station(client: FlaskClient) -> Station:
    """Vienna."""
    assert client.application.testing
    return make_station()


@pytest.fixture
def guide(client: FlaskClient, station: Station) -> Guide:
    """Whose browser it is."""
    return guide_at_work(client, station)


def days_off() -> list[tuple[int, date, date]]:
    rows = db.session.execute(select(DayOff.guide_id, DayOff.starts_on, DayOff.ends_on))
    return [(row.guide_id, row.starts_on, row.ends_on) for row in rows]


def hours_off() -> list[tuple[int, int, bool]]:
    table = AvailabilityException
    return [tuple(row) for row in db.session.execute(select(table.opens, table.closes, table.works))]  # type: ignore[misc]


def starts_on_that_day(offering: Offering) -> set[datetime]:
    """The times at which the tour is offered on the day."""
    day = date(2026, 12, 10)
    criteria = Criteria(languages=("en",), size=20, offering=offering.code, from_day=day, to_day=day)
    return {slot.starts_at for slot in search(criteria, NOW).slots}


def test_one_tap_takes_the_day_off_and_another_takes_it_back(client: FlaskClient, guide: Guide) -> None:
    answer = send(client, BLOCK, day=DAY)
    shown = client.get(answer.headers["Location"])
    assert "The day is off. Nothing is offered to you then." in text_of(shown)
    assert days_off() == [(guide.id, date(2026, 12, 10), date(2026, 12, 10))]
    assert f'name="day" value="{DAY}"' in shown.text
    answer = send(client, WORK, day=DAY)
    assert "The day is as it was." in text_of(client.get(answer.headers["Location"]))
    assert days_off() == []


def test_some_hours_are_taken_off_and_back(client: FlaskClient, guide: Guide) -> None:
    answer = send(client, BLOCK, day=DAY, opens="10:00", closes="12:30")
    shown = client.get(answer.headers["Location"])
    assert "Those hours are off." in text_of(shown)
    assert "08:00–10:00, 12:30–20:00" in text_of(shown)
    assert hours_off() == [(600, 750, False)]
    send(client, WORK, day=DAY, opens="10:00")
    assert hours_off() == []
    assert guide.id


def test_the_next_search_knows_it(client: FlaskClient, guide: Guide, station: Station) -> None:
    offering = make_offering(station)
    ten = datetime(2026, 12, 10, 9, 0, tzinfo=UTC)
    assert ten in starts_on_that_day(offering)
    send(client, BLOCK, day=DAY, opens="10:00", closes="11:00")
    left = starts_on_that_day(offering)
    assert ten not in left
    assert left
    send(client, BLOCK, day=DAY)
    assert starts_on_that_day(offering) == set()
    assert guide.id


def test_tours_of_that_day_stay_theirs(client: FlaskClient, guide: Guide, station: Station) -> None:
    event = give(guide, make_offering(station), vienna(10, 10, month=12))
    shown = client.get(send(client, BLOCK, day=DAY).headers["Location"])
    assert event.code in shown.text


@pytest.mark.parametrize(
    "form",
    [
        {"day": ""},
        {"day": "someday"},
        {"day": DAY, "opens": "10:00"},
        {"day": DAY, "closes": "10:00"},
        {"day": DAY, "opens": "12:00", "closes": "11:00"},
        {"day": DAY, "opens": "10", "closes": "11:00"},
    ],
)
def test_what_cannot_be_read_comes_back_with_a_sentence(
    client: FlaskClient, guide: Guide, form: dict[str, str]
) -> None:
    answer = send(client, BLOCK, **form)
    assert answer.status_code == 422
    assert 'class="msg"' in answer.text
    assert (days_off(), hours_off()) == ([], [])
    assert guide.id


def test_nobody_elses_days_are_touched(client: FlaskClient, guide: Guide, station: Station) -> None:
    other = make_guide(station)
    send(client, BLOCK, day=DAY)
    assert [row[0] for row in days_off()] == [guide.id]
    assert guide.id != other.id
