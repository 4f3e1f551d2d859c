"""Coordinators read and change their station over the API: hours, rules, languages, holidays."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from booking.accounts.models import AuditEntry
from booking.catalogue.models import Station
from booking.catalogue.station_schemas import LanguagesIn, StationChangeIn, StationRecordOut
from booking.db import db
from booking.http.inputs import Schema
from booking.scheduling.holiday_schemas import HolidayIn, HolidayOut, HolidaysOut
from tests.api.calls import API, Json, body_of, fields_of, keeps
from tests.builders import make_event, make_holiday, make_offering, make_station
from tests.signing_in import api_token, make_account

pytestmark = pytest.mark.usefixtures("app")
VIENNA = ZoneInfo("Europe/Vienna")
PATH = "/stations/VIE"


class Desk:
    """Somebody of Vienna with a token."""

    def __init__(self, client: FlaskClient, role: str = "coordinator") -> None:
        self._client, self._token = client, api_token(make_account(role, "VIE"))

    def __call__(self, method: str, path: str, body: object = None, match: str = "") -> TestResponse:
        """Call it."""
        headers = self._token | ({"If-Match": match} if match else {})
        return self._client.open(API + path, method=method, json=body, headers=headers)


@pytest.fixture
def station() -> Station:
    """Vienna, which looks at the holidays of Austria."""
    return make_station(holiday_country="AT", holiday_subdivision="9")


@pytest.fixture
def desk(client: FlaskClient, station: Station) -> Desk:
    """A coordinator of Vienna."""
    assert station.code == "VIE"
    return Desk(client)


def lines() -> list[str]:
    """The actions of the trail."""
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def examples(schema: type[Schema]) -> list[Json]:
    """The bodies that the document shows."""
    found: list[Json] = schema.model_json_schema()["examples"]
    return found


def test_a_station_is_read_with_the_values_of_its_rules(desk: Desk) -> None:
    answer = desk("GET", PATH)
    told = body_of(answer)
    keeps(StationRecordOut, told)
    assert answer.headers["ETag"] == '"1"'
    assert (told["virtual_hours"], told["rules"]["hold_min"]) == ({"opens": "08:00", "closes": "20:00"}, 10)
    assert told["languages"] == {"tours": ["de", "en", "fr"], "briefings": ["en", "fr"]}


@pytest.mark.parametrize("body", examples(StationChangeIn))
def test_each_example_of_a_change_is_taken(desk: Desk, body: Json) -> None:
    answer = desk("PATCH", PATH, body, '"1"')
    keeps(StationRecordOut, body_of(answer))
    assert (answer.headers["ETag"], lines()) == ('"2"', ["station.change"])


def test_the_examples_of_languages_and_holidays_are_taken(desk: Desk) -> None:
    told = body_of(desk("PUT", f"{PATH}/languages", examples(LanguagesIn)[0]))
    assert told["languages"] == {"tours": ["am", "de", "en", "fr"], "briefings": ["en", "fr"]}
    made = body_of(desk("POST", f"{PATH}/holidays", examples(HolidayIn)[0]), 201)
    keeps(HolidayOut, made)
    listed = body_of(desk("GET", f"{PATH}/holidays?year=2027"))
    keeps(HolidaysOut, listed)
    assert listed["holidays"] == [made]
    assert "2027-10-26" in [one["first"] for one in listed["proposed"]]


def test_what_would_leave_events_outside_is_409_until_it_is_meant(desk: Desk, station: Station) -> None:
    event = make_event(make_offering(station), datetime(2026, 12, 14, 18, tzinfo=VIENNA), language="de")
    wishes: list[tuple[str, str, Json]] = [
        ("PATCH", PATH, {"virtual_hours": {"opens": "08:00", "closes": "17:00"}}),
        ("PUT", f"{PATH}/languages", {"tours": ["en"], "briefings": []}),
        ("POST", f"{PATH}/holidays", {"day": "2026-12-14", "name": "Sudden Day"}),
    ]
    for method, path, body in wishes:
        assert body_of(desk(method, path, body), 409)["events"] == [event.code]
    assert lines() == []
    for method, path, body in wishes:
        assert desk(method, path, {**body, "keep_events": True}).status_code in {200, 201}
    assert lines() == ["station.change", "station.languages", "holiday.add"]


def test_an_old_version_is_409_with_both_states(desk: Desk) -> None:
    assert desk("PATCH", PATH, {"rules": {"hold_min": 12}}, '"1"').status_code == 200
    for method, path, body in (
        ("PATCH", PATH, {"rules": {"hold_min": 15}}),
        ("PUT", f"{PATH}/languages", {"tours": ["en"], "briefings": []}),
        ("POST", f"{PATH}/holidays", {"day": "2026-12-24", "name": "Eve"}),
    ):
        late = desk(method, path, body, '"1"')
        told = body_of(late, 409)
        assert (told["current"]["rules"]["hold_min"], told["asked"], late.headers["ETag"]) == (12, body, '"2"')
    assert lines() == ["station.change"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "contact_email"),
        ({"virtual_hours": {"opens": "20:00", "closes": "08:00"}}, "virtual_hours.closes"),
        ({"virtual_hours": {"opens": "8", "closes": "20:00"}}, "virtual_hours.opens"),
        ({"virtual_hours": {"opens": "08:00"}}, "virtual_hours.closes"),
        ({"working_weekdays": []}, "working_weekdays"),
        ({"working_weekdays": ["monday"]}, "working_weekdays"),
        ({"rules": {"hold_min": 0}}, "rules.hold_min"),
        ({"rules": {"hold_min": None}}, "rules.hold_min"),
        ({"rules": {"hold_min": 10**15}}, "rules.hold_min"),
        ({"rules": {"hold_min": "10"}}, "rules.hold_min"),
        ({"rules": {"version": 7}}, "rules.version"),
        ({"rules": {"latest_comfort": 60}}, "rules.latest_comfort"),
        ({"holiday_country": "UK"}, "holiday_country"),
        ({"name": "Atlantis"}, "name"),
        ({"time_zone": "Europe/Paris"}, "time_zone"),
        ({"contact_email": "none"}, "contact_email"),
    ],
)
def test_what_cannot_be_meant_is_422_with_its_field(desk: Desk, body: Json, field: str) -> None:
    assert fields_of(desk("PATCH", PATH, body)) == [field]
    assert lines() == []


def test_an_administrator_changes_name_and_zone(client: FlaskClient, station: Station) -> None:
    make_station("GVA")
    administrator = Desk(client, "administrator")
    told = body_of(administrator("PATCH", f"/stations/{station.code}", {"name": "Wien", "time_zone": "Europe/Paris"}))
    assert (told["name"], told["time_zone"]) == ("Wien", "Europe/Paris")
    assert fields_of(administrator("PATCH", PATH, {"name": "Geneva"})) == ["name"]


@pytest.mark.parametrize("tag", ["cn", "en_US", "", "x" * 50])
def test_a_tag_that_is_no_language_is_refused(desk: Desk, tag: str) -> None:
    assert fields_of(desk("PUT", f"{PATH}/languages", {"tours": ["en", tag], "briefings": []})) == ["tours"]


def test_a_holiday_is_moved_and_removed(desk: Desk) -> None:
    made: Any = body_of(desk("POST", f"{PATH}/holidays", {"day": "2026-12-24", "name": "Eve"}), 201)
    path = f"/holidays/{made['holiday_id']}"
    told = body_of(desk("PATCH", path, {"day": "2026-12-31", "name": "Last Day"}, '"2"'))
    assert (told["first"], told["name"], told["holiday_id"]) == ("2026-12-31", "Last Day", made["holiday_id"])
    gone = desk("DELETE", path)
    assert (gone.status_code, gone.data, gone.headers["ETag"]) == (204, b"", '"4"')
    assert desk("DELETE", path).status_code == 404
    assert lines() == ["holiday.add", "holiday.change", "holiday.remove"]


@pytest.mark.parametrize("day", ["2026-11-22", "2032-01-01", "9999-12-31", "2026-02-30", "2026-12-25", ""])
def test_a_day_that_cannot_be_a_holiday_is_422(desk: Desk, station: Station, day: str) -> None:
    make_holiday(station, date(2026, 12, 25))
    assert fields_of(desk("POST", f"{PATH}/holidays", {"day": day, "name": "None"})) == ["day"]


@pytest.mark.parametrize("year", ["0", "-1", "99999", "abc", "2027.5"])
def test_a_year_that_is_none_is_422(desk: Desk, year: str) -> None:
    assert fields_of(desk("GET", f"{PATH}/holidays?year={year}")) == ["year"]
