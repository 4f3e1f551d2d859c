"""What visitors see of a joint event: who takes part, each on its own clock, in all weeks of the year."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from booking import clock
from booking.scheduling.services import partners
from booking.scheduling.services.partners import Deed
from tests.bookings.test_pages import WISH, choose
from tests.builders import make_event, make_offering, make_station

BEFORE = timedelta(days=21)
WEEKS = [
    (datetime(2026, 10, 23, 13, tzinfo=UTC), "15:00", "16:00"),
    (datetime(2026, 10, 30, 13, tzinfo=UTC), "14:00", "16:00"),
    (datetime(2026, 11, 2, 14, tzinfo=UTC), "15:00", "17:00"),
    (datetime(2026, 11, 6, 14, tzinfo=UTC), "15:00", "17:00"),
    (datetime(2027, 3, 12, 14, tzinfo=UTC), "15:00", "17:00"),
    (datetime(2027, 3, 15, 13, tzinfo=UTC), "14:00", "16:00"),
    (datetime(2027, 3, 26, 13, tzinfo=UTC), "14:00", "16:00"),
    (datetime(2027, 3, 29, 13, tzinfo=UTC), "15:00", "16:00"),
]
"""09:00 in New York, and what the clocks of Vienna and Nairobi show then.

America and Europe change their clocks in different weeks, Nairobi never.
"""


@pytest.fixture(params=WEEKS, ids=lambda week: f"{week[0]:%d-%b-%Y}")
def week(request: pytest.FixtureRequest) -> Iterator[tuple[datetime, str, str]]:
    """One of the weeks, seen three weeks before."""
    with clock.frozen(request.param[0] - BEFORE):
        yield request.param


@pytest.fixture
def in_december() -> Iterator[datetime]:
    """A start in winter, seen three weeks before."""
    starts_at = datetime(2026, 12, 14, 14, tzinfo=UTC)
    with clock.frozen(starts_at - BEFORE):
        yield starts_at


def held_together(starts_at: datetime, agreed: tuple[str, ...], asked: tuple[str, ...] = ()) -> str:
    """An open event of New York; the slug of its offering."""
    offering = make_offering(make_station("NYC"))
    event, now = make_event(offering, starts_at), clock.now()
    for station in agreed + asked:
        make_station(station)
    partners.ask_partners(event.code, agreed + asked, "", now=now, actor="account:0")
    for station in agreed:
        partners.answer(Deed(event.code, station, now, "account:0"), agrees=True, note="")
    return offering.slug


def wish(starts_at: datetime, **values: str) -> dict[str, str]:
    """What a class in Seoul asks for on that day."""
    day = f"{starts_at:%Y-%m-%d}"
    return {"from": day, "to": day, **values}


def test_each_partner_is_told_on_its_own_clock_in_every_week(
    client: FlaskClient, week: tuple[datetime, str, str]
) -> None:
    starts_at, vienna, nairobi = week
    slug = held_together(starts_at, ("NBO", "VIE"))
    found = client.get("/", query_string={**WISH, **wish(starts_at)})
    page = client.get(choose(client, **wish(starts_at)).location)
    for shown in (found, client.get(f"/offerings/{slug}"), page):
        assert shown.status_code == 200
        assert "With Nairobi and Vienna" in shown.text
        assert f"{nairobi} in Nairobi" in shown.text
        assert f"{vienna} in Vienna" in shown.text
    assert "09:00 in New York" in page.text


def test_the_day_stands_with_a_clock_that_shows_another(client: FlaskClient) -> None:
    starts_at = datetime(2026, 12, 14, 22, tzinfo=UTC)  # 17:00 in New York, 07:00 of the next day in Seoul
    with clock.frozen(starts_at - BEFORE):
        held_together(starts_at, ("NBO", "VIE"))
        found = client.get("/", query_string={**WISH, "from": "2026-12-15", "to": "2026-12-15"}).text
    assert "With Nairobi and Vienna: 01:00 in Nairobi and Mon 14 Dec, 23:00 in Vienna" in found


def test_a_search_at_a_station_finds_what_it_takes_part_in_and_not_what_it_is_asked_for(
    client: FlaskClient, in_december: datetime
) -> None:
    held_together(in_december, ("NBO",), ("VIE",))
    found = {
        station: client.get("/api/v1/slots", query_string={"station": station, **wish(in_december)}).get_json()["slots"]
        for station in ("NYC", "NBO", "VIE")
    }
    assert [[one["partners"] for one in slots] for slots in found.values()] == [[["NBO"]], [["NBO"]], []]
    page = client.get(choose(client, **wish(in_december, station="NBO")).location)
    assert "With Nairobi: Mon 14 Dec, 17:00 in Nairobi" in page.text


def test_the_public_calendar_of_a_station_holds_what_it_takes_part_in(
    client: FlaskClient, in_december: datetime
) -> None:
    held_together(in_december, ("NBO",), ("VIE",))
    entries = {
        station: client.get(f"/stations/{station}/events.ics").text.count("BEGIN:VEVENT")
        for station in ("NYC", "NBO", "VIE")
    }
    assert entries == {"NYC": 1, "NBO": 1, "VIE": 0}
