"""A station's official holidays: proposed, added, changed, removed; nothing on the calendar is touched."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from booking import clock
from booking.catalogue.models import Station
from booking.db import db, transaction
from booking.loading.invariants import breaches
from booking.scheduling.holidays import countries, proposals, subdivision_names
from booking.scheduling.models import Closure, Event
from booking.scheduling.terms import EventStatus
from tests.builders import NOW, make_booking, make_closure, make_event, make_holiday, make_offering, make_station
from tests.catalogue.desk import Desk, counting, trail, version_of

pytestmark = pytest.mark.usefixtures("app", "_at_now")
VIENNA = ZoneInfo("Europe/Vienna")
HOLIDAYS = "/stations/VIE/holidays"


@pytest.fixture
def _at_now() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def station() -> Station:
    """Vienna, which looks at the holidays of Austria."""
    return make_station(holiday_country="AT", holiday_subdivision="9")


@pytest.fixture
def desk(client: FlaskClient, station: Station) -> Desk:
    """A coordinator of Vienna."""
    assert station.code == "VIE"
    return Desk(client)


def days() -> list[tuple[str, str, bool]]:
    """The rows: first day, name, whether it is lifted."""
    db.session.expire_all()
    found = db.session.scalars(select(Closure).order_by(Closure.starts_on, Closure.id))
    return [(one.starts_on.isoformat(), str(one.message), one.lifted_at is not None) for one in found]


def code() -> str:
    """The code of the only holiday in force."""
    return db.session.scalars(select(Closure.code).where(Closure.lifted_at.is_(None))).one()


def event_on(station: Station, day: date) -> Event:
    """A tour that day, with a group of 12."""
    start = datetime(day.year, day.month, day.day, 10, tzinfo=VIENNA)
    event = make_event(make_offering(station), start)
    make_booking(event, size=12)
    return event


def meant(page: str) -> str:
    """What the page wants to hear again before it saves."""
    return page.split('name="meant" value="')[1].split('"', maxsplit=1)[0]


def test_the_library_proposes_for_the_countries_of_the_stations() -> None:
    found = {country: len(proposals(country, part, 2027)) for country, part in (("AT", "9"), ("US", "NY"), ("KE", ""))}
    assert all(number >= 10 for number in found.values())
    first = proposals("CH", "GE", 2027)[0]
    assert (first.day, first.name["en"], first.name["fr"]) == (date(2027, 1, 1), "New Year's Day", "Nouvel An")
    assert (proposals("XX", "", 2027), proposals("AT", "nowhere", 2027)) == ((), proposals("AT", "", 2027))
    assert ("GE" in countries()["CH"], subdivision_names("XX")) == (True, {})


def test_what_the_country_keeps_is_proposed_year_by_year_and_kept_when_ticked(desk: Desk, station: Station) -> None:
    make_holiday(station, date(2027, 1, 1), "New Year")
    page = desk.get(f"{HOLIDAYS}?year=2027").text
    assert ('value="2027-01-06" checked' in page, 'name="days" value="2027-01-01"' in page) == (True, False)
    answer = desk.post(f"{HOLIDAYS}/proposed?year=2027", days=["2027-01-06", "2027-10-26"])
    assert answer.headers["Location"] == "/desk/catalogue/stations/VIE/holidays?year=2027&done=saved"
    named = [("2027-01-01", "New Year", False), ("2027-01-06", "Epiphany", False)]
    assert days() == [*named, ("2027-10-26", "National Day", False)]
    assert [line[2] for line in trail("holiday.add")] == [
        {"day": "2027-01-06", "name": "Epiphany"},
        {"day": "2027-10-26", "name": "National Day"},
    ]
    assert version_of() == 2
    again = desk.post(f"{HOLIDAYS}/proposed?year=2027", days=["2027-01-06"])
    assert (again.status_code, len(days())) == (422, 3)


def test_a_day_with_groups_is_shown_first_and_its_events_stay(desk: Desk, station: Station) -> None:
    event = event_on(station, date(2026, 12, 24))
    sent = {"day": "2026-12-24", "name": "Day of Invention"}
    shown = desk.post(HOLIDAYS, **sent)
    assert (shown.status_code, days()) == (200, [])
    assert all(told in shown.text for told in (f"/desk/events/{event.code}", "1 group and 12 people"))
    assert desk.post(HOLIDAYS, **sent, meant=meant(shown.text)).status_code == 303
    assert days() == [("2026-12-24", "Day of Invention", False)]
    assert db.session.get_one(Event, event.id).status is EventStatus.OPEN
    assert "1 event, 12 people" in desk.get(HOLIDAYS).text
    assert [line for line in breaches(db.session(), NOW) if "closure" in line] == []


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"day": "2026-11-22", "name": "Yesterday"}, "is over"),
        ({"day": "2032-01-01", "name": "Far"}, "kept up to"),
        ({"day": "9999-12-31", "name": "End"}, ""),
        ({"day": "2026-12-25", "name": "Christmas"}, "on the list already"),
        ({"day": "2026-02-30", "name": "None"}, 'id="day-e"'),
        ({"day": "", "name": "None"}, 'id="day-e"'),
        ({"day": "2026-12-24", "name": ""}, 'id="name-e"'),
        ({"day": "2026-12-24", "name": "a\x00b"}, 'id="name-e"'),
        ({"day": ["2026-12-24", "2026-12-28"], "name": "Two"}, 'id="day-e"'),
    ],
)
def test_a_day_that_cannot_be_one_is_refused_and_what_was_typed_is_kept(
    desk: Desk, station: Station, sent: dict[str, Any], says: str
) -> None:
    make_holiday(station, date(2026, 12, 25))
    answer = desk.post(HOLIDAYS, **sent)
    assert (answer.status_code, says in answer.text, len(days())) == (422, True, 1)
    assert isinstance(sent["day"], list) or f'value="{sent["day"]}"' in answer.text
    assert version_of() == 1


def test_a_holiday_of_several_days_is_met_on_each_of_them(desk: Desk, station: Station) -> None:
    make_closure(station, date(2026, 12, 28), date(2026, 12, 30), type="official-holiday", blocks_formats=[])
    answer = desk.post(HOLIDAYS, day="2026-12-29", name="Twice")
    assert (answer.status_code, len(days())) == (422, 1)


def test_a_holiday_is_moved_renamed_and_removed_with_its_history(desk: Desk) -> None:
    desk.post(HOLIDAYS, day="2026-12-24", name="Eve")
    assert desk.post(f"/holidays/{code()}", day="2026-12-31", name="New Year’s Eve").status_code == 303
    assert desk.post(f"/holidays/{code()}", day="2026-12-31", name="New Year’s Eve").location.endswith("done=same")
    assert days() == [("2026-12-31", "New Year’s Eve", False)]
    assert desk.post(f"/holidays/{code()}/remove").status_code == 303
    assert days() == [("2026-12-31", "New Year’s Eve", True)]
    eve, new = {"day": "2026-12-24", "name": "Eve"}, {"day": "2026-12-31", "name": "New Year’s Eve"}
    assert [line[1:] for line in trail("holiday.change")] == [(eve, new)]
    assert [line[1:] for line in trail("holiday.remove")] == [(new, None)]
    assert version_of() == 4
    assert desk.post(HOLIDAYS, day="2026-12-31", name="Again").status_code == 303


def test_what_is_over_stays_as_it_was(desk: Desk, station: Station) -> None:
    kept = make_holiday(station, date(2026, 11, 2), "All Souls")
    page = desk.get(HOLIDAYS).text
    assert ("All Souls" in page, f"/holidays/{kept.code}" in page) == (True, False)
    for path, sent in (
        (f"/holidays/{kept.code}", {"day": "2026-12-24", "name": "x"}),
        (f"/holidays/{kept.code}/remove", {}),
    ):
        assert desk.post(path, **sent).status_code == 422
    assert days() == [("2026-11-02", "All Souls", False)]


def test_the_second_of_two_coordinators_loses_nothing_that_was_typed(desk: Desk) -> None:
    assert desk.post(HOLIDAYS, day="2026-12-24", name="Eve", version="1").status_code == 303
    late = desk.post(HOLIDAYS, day="2026-12-28", name="Monday after", version="1")
    assert late.status_code == 409
    assert all(told in late.text for told in ('value="Monday after"', 'value="2026-12-28"', "Eve"))
    gone = desk.post(f"/holidays/{code()}/remove", version="1")
    assert (gone.status_code, len(days())) == (409, 1)


def test_a_station_says_whose_holidays_are_proposed(desk: Desk) -> None:
    path = f"{HOLIDAYS}/country"
    assert desk.post(path, country="CH", subdivision="").status_code == 303
    page = desk.get(f"{HOLIDAYS}?year=2027").text
    assert ("Public holidays of Switzerland" in page, 'value="GE"' in page) == (True, True)
    assert desk.post(path, country="CH", subdivision="GE").status_code == 303
    assert desk.post(path, country="CH", subdivision="XX").status_code == 422
    assert desk.post(path, country="XX", subdivision="").status_code == 422
    assert desk.post(path, country="KE", subdivision="GE").status_code == 303
    told = trail("station.change")[-1]
    assert told[2] == {"holiday_country": "KE", "holiday_subdivision": ""}


@pytest.mark.parametrize("year", ["9999", "0", "-1", "2025", "abc", "2027.5", "٢٠٢٧"])
def test_a_year_that_no_desk_looks_at_is_told_so(desk: Desk, year: str) -> None:
    answer = desk.get(f"{HOLIDAYS}?year={year}")
    assert (answer.status_code, "Holidays are kept from 2026 to 2031" in answer.text) == (422, True)


def test_the_search_sees_a_holiday_at_once(desk: Desk, client: FlaskClient, station: Station) -> None:
    event = make_event(make_offering(station), datetime(2026, 12, 14, 10, tzinfo=VIENNA))
    path = "/api/v1/slots?language=en&size=10&from=2026-12-14&to=2026-12-14"
    assert [one["event_id"] for one in client.get(path).get_json()["slots"]] == [event.code]
    sent = {"day": "2026-12-14", "name": "Sudden Day"}
    desk.post(HOLIDAYS, **sent, meant=meant(desk.post(HOLIDAYS, **sent).text))
    assert client.get(path).get_json()["slots"] == []


def test_the_page_takes_as_many_statements_for_many_days(desk: Desk, station: Station) -> None:
    desk.get(HOLIDAYS)
    with counting() as few:
        desk.get(HOLIDAYS)
    for day in range(1, 9):
        make_holiday(station, date(2026, 12, day))
        event_on(station, date(2026, 12, day))
    with counting() as many:
        desk.get(HOLIDAYS)
    assert len(many) == len(few) <= 6


def test_a_holiday_that_is_none_of_ours_is_not_there(desk: Desk, station: Station) -> None:
    closed = make_closure(station, date(2026, 12, 1), date(2026, 12, 2))
    foreign = make_holiday(make_station("GVA"), date(2026, 12, 24))
    for one in (closed.code, foreign.code, "H-XXX"):
        assert desk.post(f"/holidays/{one}/remove").status_code == 404
    with transaction() as session:
        session.execute(update(Closure).values(lifted_at=NOW))
    assert desk.post(f"/holidays/{foreign.code}").status_code == 404
