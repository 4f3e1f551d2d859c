"""The grid of a guide's week: everything in its place, in a fixed number of statements, and nobody else's."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient

from booking import clock
from booking.catalogue.models import Offering, Station
from booking.scheduling.models import AvailabilityException, BusyInterval, Guide
from tests.builders import (
    NOW,
    make_booking,
    make_day_off,
    make_event,
    make_guide,
    make_holiday,
    make_offering,
    make_organisation,
    make_station,
    save,
)
from tests.guiding.signed_in import give, guide_at_work, offer, statements, text_of, vienna

WEEK = "/guide/week?week=2026-W49"  # from Monday 30 November
AT_MOST = 8


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def station(client: FlaskClient) -> Station:
    """Vienna, 08:00 to 20:00."""
    assert client.application.testing
    return make_station()


@pytest.fixture
def tour(station: Station) -> Offering:
    """An hour online."""
    return make_offering(station)


@pytest.fixture
def guide(client: FlaskClient, station: Station) -> Guide:
    """Whose browser it is: from 09:00 to 17:00 on weekdays."""
    return guide_at_work(client, station, hours=(540, 1020))


def day_of(client: FlaskClient, day: str, path: str = WEEK) -> str:
    """The column of a day, as it is sent."""
    answer = client.get(path)
    assert answer.status_code == 200
    found = re.search(rf'<section[^>]*aria-labelledby="d{day}".*?</section>', answer.text, re.DOTALL)
    assert found, day
    return found[0]


def css_of(column: str, tag: str) -> list[str]:
    """The classes of a column's items."""
    return re.findall(rf'<{tag} class="([^"]+)"', column)


def test_an_event_stands_in_its_quarters_of_an_hour(client: FlaskClient, guide: Guide, tour: Offering) -> None:
    event = give(guide, tour, vienna(30, 10))
    make_booking(event, make_organisation("Baobab Hill School", "GH"), size=18)
    column = day_of(client, "2026-11-30")
    assert css_of(column, "li") == ["ev s-vie r8 n4"]  # two hours below 08:00
    assert 'data-movable="' + event.code in column
    assert "18 people, Baobab Hill School" in column


def test_times_are_those_of_the_guides_station_whichever_gives_the_event(
    client: FlaskClient, guide: Guide, station: Station
) -> None:
    abroad = make_offering(make_station("NYC", "en", "en"))
    give(guide, abroad, datetime(2026, 12, 1, 14, 0, tzinfo=UTC))
    column = day_of(client, "2026-12-01")
    assert '<time class="num" datetime="2026-12-01T15:00">15:00</time>' in column
    assert "data-movable" not in column  # another station planned it
    assert station.code == "VIE"


def test_hours_worked_are_shaded_and_told_and_what_is_busy_is_hatched_without_a_word(
    client: FlaskClient, guide: Guide
) -> None:
    busy = {
        "starts_at": vienna(1, 12, month=12).astimezone(UTC),
        "ends_at": vienna(1, 13, 30, month=12).astimezone(UTC),
    }
    save(BusyInterval(guide_id=guide.id, **busy))
    save(AvailabilityException(guide_id=guide.id, on_day=date(2026, 12, 1), opens=900, closes=960, works=False))
    column = day_of(client, "2026-12-01")
    assert css_of(column, "span")[1:] == ["work r4 n24", "work r32 n4", "busy r16 n6"]
    assert "09:00–15:00, 16:00–17:00" in column


def test_what_lies_outside_the_usual_hours_makes_the_grid_larger(
    client: FlaskClient, guide: Guide, tour: Offering
) -> None:
    give(guide, tour, vienna(30, 6, 30))
    assert css_of(day_of(client, "2026-11-30"), "li") == ["ev s-vie r2 n4"]
    assert 'data-first="6" data-hours="14"' in client.get(WEEK).text


def test_days_off_and_holidays_say_so_and_are_not_shaded(client: FlaskClient, guide: Guide, station: Station) -> None:
    make_day_off(guide, date(2026, 12, 2))
    make_holiday(station, date(2026, 12, 3), "Invented Day")
    off, holiday = day_of(client, "2026-12-02"), day_of(client, "2026-12-03")
    assert ("Day off" in off, "Work after all" in off, css_of(off, "span")) == (True, True, ["vh"])
    assert "Invented Day" in holiday
    assert not [css for css in css_of(holiday, "span") if "work" in css]


def test_an_offer_is_dashed_and_stands_beside_what_it_meets(client: FlaskClient, guide: Guide, tour: Offering) -> None:
    give(guide, tour, vienna(30, 10))
    offer(guide, make_event(tour, vienna(30, 10, 30)))
    assert css_of(day_of(client, "2026-11-30"), "li") == ["ev s-vie r8 n4 l1 of2", "ev s-vie offered r10 n4 l2 of2"]


def test_saturday_and_sunday_are_shown_where_something_stands_there(
    client: FlaskClient, guide: Guide, tour: Offering
) -> None:
    assert "d2026-12-05" not in client.get(WEEK).text
    give(guide, tour, vienna(6, 10, month=12))
    shown = client.get(WEEK).text
    assert ("d2026-12-05" in shown, "d2026-12-06" in shown) == (False, True)


def test_what_has_begun_cannot_be_moved(client: FlaskClient, guide: Guide, tour: Offering) -> None:
    give(guide, tour, vienna(23, 9, 30))
    assert "data-movable" not in day_of(client, "2026-11-23", "/guide/week")


def test_without_a_week_or_with_one_that_is_none_it_is_this_one(client: FlaskClient, guide: Guide) -> None:
    for path in ("/guide/week", "/guide/week?week=2026-W54", "/guide/week?week=soon", "/guide/week?week=2026-w49"):
        assert "Mon 23 Nov – Fri 27 Nov 2026" in text_of(client.get(path))
    assert guide.id


def test_the_neighbouring_weeks_are_a_tap_away_over_the_new_year(client: FlaskClient, guide: Guide) -> None:
    shown = client.get("/guide/week?week=2026-W53").text
    assert "week=2026-W52" in shown
    assert "week=2027-W01" in shown
    assert guide.id


def test_a_tour_asked_for_by_its_address_stands_in_the_form(client: FlaskClient, guide: Guide, tour: Offering) -> None:
    give(guide, tour, vienna(30, 9))
    second = give(guide, tour, vienna(1, 11, month=12))
    shown = client.get(f"{WEEK}&move={second.code}").text
    assert f'<option value="{second.code}" selected>Tue 1 Dec, 11:00' in shown
    assert 'name="day" type="date" value="2026-12-01"' in shown
    assert '<option value="11:00" selected>' in shown
    assert '<details class="do" id="move" open>' in shown


def test_nothing_of_another_guide_is_shown(client: FlaskClient, guide: Guide, tour: Offering, station: Station) -> None:
    other = make_guide(station)
    give(other, tour, vienna(30, 10))
    offer(other, make_event(tour, vienna(1, 10, month=12)))
    save(BusyInterval(guide_id=other.id, starts_at=vienna(30, 12), ends_at=vienna(30, 13)))
    make_day_off(other, date(2026, 12, 2))
    shown = client.get(WEEK).text
    assert '<li class="ev' not in shown
    assert "busy r" not in shown
    assert "Day off" not in shown
    assert guide.id != other.id


def test_a_week_takes_at_most_eight_statements_whatever_stands_in_it(
    client: FlaskClient, guide: Guide, tour: Offering
) -> None:
    offer(guide, make_event(tour, vienna(4, 10, month=12)))
    for day in range(5):
        _fill(guide, tour, day, 1)
    few = statements(client, WEEK)
    for day in range(5):
        _fill(guide, tour, day, 11, first=13)
        offer(guide, make_event(tour, vienna(5, 10 + day, month=12)))
        make_day_off(guide, date(2026, 12, 5))
    assert statements(client, WEEK) == few <= AT_MOST
    assert client.get(WEEK).text.count('<li class="ev') == 60 + 6


def _fill(guide: Guide, tour: Offering, day: int, events: int, first: int = 12) -> None:
    """Events of twenty minutes, one after the other, each with two groups."""
    for number in range(events):
        start = vienna(1 + day, first + number // 2, 30 * (number % 2), month=12).replace(day=1 + day)
        end = start.replace(minute=start.minute + 14)
        event = give(guide, tour, start, ends_at=end)
        make_booking(event, size=1)
        save(BusyInterval(guide_id=guide.id, starts_at=start.replace(hour=5), ends_at=start.replace(hour=6)))
