"""A desk edits its station: what a change leaves outside is shown first, and nothing on the calendar is touched."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from booking.accounts.terms import EVERYWHERE, Role
from booking.catalogue.models import Station, StationLanguage
from booking.db import db
from booking.scheduling.models import Event
from booking.scheduling.terms import EventStatus
from tests.builders import make_booking, make_event, make_holiday, make_offering, make_station, save
from tests.catalogue.desk import HOURS, Desk, counting, station_now, trail, version_of

pytestmark = pytest.mark.usefixtures("app", "_at_now")
VIENNA = ZoneInfo("Europe/Vienna")


@pytest.fixture
def desk(client: FlaskClient, station: Station) -> Desk:
    """A coordinator of Vienna."""
    assert station.code == "VIE"
    return Desk(client)


@pytest.fixture
def station() -> Station:
    """Vienna."""
    return make_station()


def at(day: int, hour: int) -> datetime:
    """A time of December 2026 in Vienna; the 14th is a Monday."""
    return datetime(2026, 12, day, hour, tzinfo=VIENNA)


def meant(page: str) -> str:
    """What the page wants to hear again before it saves."""
    return page.split('name="meant" value="')[1].split('"', maxsplit=1)[0]


def test_hours_are_saved_with_a_line_of_the_trail_and_a_new_version(desk: Desk) -> None:
    answer = desk.post("/stations/VIE", **{**HOURS, "virtual_closes": "00:00"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/catalogue/stations/VIE?done=saved")
    assert (station_now().virtual_closes, station_now().version) == (1440, 2)
    assert trail("station.change") == [("station:VIE", {"virtual_closes": 1200}, {"virtual_closes": 1440})]
    assert desk.account.name in desk.get("/stations/VIE").text


def test_what_is_as_it_was_writes_nothing(desk: Desk) -> None:
    assert desk.post("/stations/VIE", **HOURS).headers["Location"].endswith("done=same")
    assert (version_of(), trail("station.change")) == (1, [])


def test_events_that_hours_would_leave_outside_are_shown_first_and_then_stay(desk: Desk, station: Station) -> None:
    offering = make_offering(station)
    late, _early = make_event(offering, at(14, 18)), make_event(offering, at(14, 10))
    make_booking(late, size=12)
    sent: dict[str, Any] = {**HOURS, "virtual_closes": "18:00"}
    shown = desk.post("/stations/VIE", **sent)
    assert shown.status_code == 200
    assert f'href="/desk/events/{late.code}"' in shown.text
    assert ("This leaves 1 event outside" in shown.text, "1 group and 12 people" in shown.text) == (True, True)
    assert version_of() == 1
    assert desk.post("/stations/VIE", **sent, meant=meant(shown.text)).status_code == 303
    assert station_now().virtual_closes == 1080
    found = db.session.scalars(select(Event).order_by(Event.id)).all()
    assert [(one.status, one.version) for one in found] == [(EventStatus.OPEN, 1)] * 2
    assert "1 event does not fit" in desk.get("/stations/VIE").text


def test_one_more_event_outside_is_shown_again(desk: Desk, station: Station) -> None:
    offering = make_offering(station)
    make_event(offering, at(14, 18))
    sent: dict[str, Any] = {**HOURS, "virtual_closes": "18:00"}
    first = meant(desk.post("/stations/VIE", **sent).text)
    make_event(offering, at(15, 18))
    again = desk.post("/stations/VIE", **sent, meant=first)
    assert (again.status_code, "This leaves 2 events outside" in again.text, version_of()) == (200, True, 1)


def test_what_did_not_fit_before_does_not_stand_in_the_way(desk: Desk, station: Station) -> None:
    make_event(make_offering(station), at(14, 22))
    assert desk.post("/stations/VIE", **{**HOURS, "virtual_closes": "19:00"}).status_code == 303


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"virtual_opens": "20:00", "virtual_closes": "08:00"}, "virtual_closes"),
        ({"on_site_opens": "09:00", "on_site_closes": "09:00"}, "on_site_closes"),
        ({"virtual_opens": "25:00"}, "virtual_opens"),
        ({"virtual_opens": ""}, "virtual_opens"),
        ({"working_weekdays": []}, "working_weekdays"),
        ({"working_weekdays": ["7"]}, "working_weekdays"),
        ({"contact_email": "two@example.org, more@example.org"}, "contact_email"),
        ({"contact_email": ["a@example.org", "b@example.org"]}, "contact_email"),
    ],
)
def test_what_cannot_be_read_names_its_field_and_writes_nothing(desk: Desk, wrong: dict[str, Any], field: str) -> None:
    answer = desk.post("/stations/VIE", **{**HOURS, **wrong})
    assert answer.status_code == 422
    assert f'id="{field}-e"' in answer.text
    assert (version_of(), trail("station.change")) == (1, [])


def test_the_second_of_two_coordinators_is_shown_both_and_keeps_what_was_typed(desk: Desk) -> None:
    assert desk.post("/stations/VIE", **{**HOURS, "virtual_opens": "07:00"}).status_code == 303
    late = desk.post("/stations/VIE", **{**HOURS, "virtual_opens": "09:30"}, version="1")
    assert late.status_code == 409
    assert all(told in late.text for told in (desk.account.name, "07:00", 'value="09:30"', 'name="version" value="2"'))
    assert station_now().virtual_opens == 420
    assert desk.post("/stations/VIE", **{**HOURS, "virtual_opens": "09:30"}, version="2").status_code == 303


@pytest.mark.parametrize("version", ["", "0", "-1", "1e1", "99999999999999999999", "²"])
def test_a_version_that_is_none_is_answered_as_an_old_one(desk: Desk, version: str) -> None:
    assert desk.post("/stations/VIE", **HOURS, version=version).status_code == 409


def test_a_coordinator_changes_neither_name_nor_zone_and_is_told_who_does(desk: Desk) -> None:
    page = desk.get("/stations/VIE").text
    assert "Only an administrator changes the name and the time zone" in page
    assert 'name="time_zone"' not in page
    desk.post("/stations/VIE", **HOURS, name="Atlantis", time_zone="UTC")
    assert (station_now().name, station_now().time_zone) == ("Vienna", "Europe/Vienna")


def test_an_administrator_changes_the_zone_and_is_shown_what_it_moves_outside(client: FlaskClient) -> None:
    make_event(make_offering(make_station()), at(14, 9))
    desk = Desk(client, Role.ADMINISTRATOR)
    sent: dict[str, Any] = {**HOURS, "name": "Vienna", "time_zone": "America/New_York"}
    shown = desk.post("/stations/VIE", **sent)
    assert (shown.status_code, "outside the hours" in shown.text) == (200, True)
    assert desk.post("/stations/VIE", **{**sent, "time_zone": "Mars/Base"}).status_code == 422
    assert desk.post("/stations/VIE", **sent, meant=meant(shown.text)).status_code == 303
    assert station_now().time_zone == "America/New_York"


def test_the_name_of_another_station_is_refused(client: FlaskClient) -> None:
    make_station()
    make_station("GVA")
    sent: dict[str, Any] = {**HOURS, "name": "Geneva", "time_zone": "Europe/Vienna"}
    answer = Desk(client, Role.ADMINISTRATOR).post("/stations/VIE", **sent)
    assert (answer.status_code, "Another station has this name" in answer.text) == (422, True)


NEW: dict[str, Any] = {**HOURS, "code": "ADD", "name": "Addis Ababa", "time_zone": "Africa/Addis_Ababa"}


def test_an_administrator_of_all_stations_adds_one_that_has_every_default(client: FlaskClient) -> None:
    desk = Desk(client, Role.ADMINISTRATOR, EVERYWHERE)
    answer = desk.post("/stations/new", **NEW, version="1")
    assert answer.headers["Location"] == "/desk/catalogue/stations/ADD/languages?done=added"
    made = station_now("ADD")
    assert (made.name, made.hold_min, made.booking_horizon_days, made.version) == ("Addis Ababa", 10, 270, 1)
    assert [line[0] for line in trail("station.add")] == ["station:ADD"]
    overview = desk.get("/").text
    assert all(told in overview for told in ("Addis Ababa", "No language yet", "No holidays for 2026"))
    assert "Addis Ababa" in client.get("/api/v1/stations").text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"code": "add"}, "code"), ({"code": "A"}, "code"), ({"code": "../X"}, "code"), ({"name": ""}, "name")],
)
def test_a_station_without_code_or_name_is_none(client: FlaskClient, wrong: dict[str, str], field: str) -> None:
    answer = Desk(client, Role.ADMINISTRATOR, EVERYWHERE).post("/stations/new", **{**NEW, **wrong}, version="1")
    assert (answer.status_code, f'id="{field}-e"' in answer.text) == (422, True)
    assert db.session.scalars(select(Station)).all() == []


@pytest.mark.parametrize(("taken", "field"), [({"code": "VIE"}, "code"), ({"name": "Vienna"}, "name")])
def test_a_code_or_name_is_not_given_twice(client: FlaskClient, taken: dict[str, str], field: str) -> None:
    make_station()
    answer = Desk(client, Role.ADMINISTRATOR, EVERYWHERE).post("/stations/new", **{**NEW, **taken}, version="1")
    assert (answer.status_code, f'id="{field}-e"' in answer.text) == (422, True)


def test_an_administrator_of_one_station_adds_none(client: FlaskClient) -> None:
    make_station()
    desk = Desk(client, Role.ADMINISTRATOR)
    assert desk.post("/stations/new", **NEW, version="1").status_code == 403
    assert "An administrator of all stations adds a station" in desk.get("/").text


def test_the_overview_names_what_is_missing_in_a_fixed_number_of_statements(client: FlaskClient) -> None:
    station = make_station(contact_email="")
    make_event(make_offering(station), at(13, 10))
    desk = Desk(client, Role.COORDINATOR, EVERYWHERE)
    desk.get("/")
    with counting() as few:
        page = desk.get("/").text
    assert all(told in page for told in ("No address for groups", "No holidays for 2027", "1 event does not fit"))
    for code in ("GVA", "NBO", "NYC"):
        other = make_station(code)
        make_holiday(other, at(24, 0).date())
        make_event(make_offering(other), at(15, 10))
    with counting() as many:
        desk.get("/")
    assert len(many) == len(few) <= 9


def test_languages_are_kept_for_each_kind_and_a_new_one_is_added(desk: Desk) -> None:
    sent = {"tours": ["en", "de", "fr"], "briefings": ["en", "fr"], "new": "Amharic", "new_for": ["tours"]}
    assert desk.post("/stations/VIE/languages", **sent).status_code == 303
    found = db.session.scalars(select(StationLanguage).where(StationLanguage.language == "am")).one()
    assert (found.tours, found.briefings, found.basis) == (True, False, "unofficial")
    before, after = {"tours": ["de", "en", "fr"], "briefings": ["en", "fr"]}, ["am", "de", "en", "fr"]
    assert trail("station.languages") == [("station:VIE", before, {**before, "tours": after})]
    assert version_of() == 2
    assert ">አማርኛ</bdi>" in desk.get("/stations/VIE/languages").text


@pytest.mark.parametrize(
    ("new", "says"),
    [
        ("cn", "Did you mean Chinese (zh)?"),
        ("en_US", "Did you mean English (en)?"),
        ("qqqq", "We do not know the language"),
        ("de-AT", "on the list already"),
        ("German", "on the list already"),
        ("x" * 300, "Shorten this"),
    ],
)
def test_what_is_no_language_or_no_new_one_is_refused(desk: Desk, new: str, says: str) -> None:
    sent = {"tours": ["en", "de", "fr"], "briefings": ["en"], "new": new, "new_for": ["tours"]}
    answer = desk.post("/stations/VIE/languages", **sent)
    assert (answer.status_code, says in answer.text, version_of()) == (422, True, 1)


def test_events_in_a_language_that_is_taken_away_are_shown_first_and_stay(desk: Desk, station: Station) -> None:
    event = make_event(make_offering(station), at(14, 10), language="de")
    make_event(make_offering(station, language_policy="any"), at(14, 12), language="de")
    sent = {"tours": ["en", "fr"], "briefings": ["en", "fr"]}
    shown = desk.post("/stations/VIE/languages", **sent)
    assert (shown.status_code, "This leaves 1 event outside" in shown.text) == (200, True)
    assert desk.post("/stations/VIE/languages", **sent, meant=meant(shown.text)).status_code == 303
    assert db.session.get_one(Event, event.id).status is EventStatus.OPEN
    given = set(db.session.scalars(select(StationLanguage.language)))
    assert given == {"en", "fr"}


def test_two_who_change_the_languages_do_not_undo_each_other(desk: Desk, station: Station) -> None:
    save(StationLanguage(station_id=station.id, language="it", basis="unofficial", tours=True, briefings=False))
    answer = desk.post("/stations/VIE/languages", tours=["en"], briefings=[], version="0")
    assert (answer.status_code, 'value="it"' in answer.text) == (409, True)
    assert len(db.session.scalars(select(StationLanguage)).all()) == 4
