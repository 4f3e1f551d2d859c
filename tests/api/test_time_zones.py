"""Times at the API: gaps, overlaps, offsets that do not fit, weeks in which clocks differ, and years nobody books."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from booking import clock
from booking.catalogue.models import Offering
from tests.api.calls import Json, body_of, book, fields_of, group, own_slot, rules_of
from tests.builders import make_event, make_guide, make_offering, make_station

IN_SPRING = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
IN_SUMMER = datetime(2027, 9, 1, 9, 0, tzinfo=UTC)
ALWAYS_OPEN: dict[str, Any] = {"virtual_opens": 0, "virtual_closes": 1440, "working_weekdays": "0123456"}
CLOCKS = [("VIE", "Europe/Vienna"), ("GVA", "Europe/Zurich"), ("NYC", "America/New_York")]
GAPS = {"VIE": "2027-03-28T02:30", "GVA": "2027-03-28T02:30", "NYC": "2027-03-14T02:30"}
FOLDS = {
    "VIE": ("2027-10-31T02:30", ("+02:00", "+01:00")),
    "GVA": ("2027-10-31T02:30", ("+02:00", "+01:00")),
    "NYC": ("2027-11-07T01:30", ("-04:00", "-05:00")),
}


def offering_at(code: str, minutes: int = 30) -> Offering:
    """A tour of half an hour at any time of any day, with two guides."""
    station = make_station(code, **ALWAYS_OPEN)
    make_guide(station)
    make_guide(station)
    return make_offering(station, duration_min=minutes)


def ask(
    client: FlaskClient, offering: Offering, starts_at: str, zone: str | None = None, **more: object
) -> TestResponse:
    contact: Json = {"name": "Ada", "email": "ada@example.org", **({"time_zone": zone} if zone else {})}
    wish = {"offering_id": offering.code, "language": "en", "starts_at": starts_at, "contact": contact}
    return book(client, group(**wish, **more))


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(("station", "zone"), CLOCKS)
@pytest.mark.parametrize("offset", ["", "+01:00", "+02:00", "-05:00"])
def test_a_time_that_the_clocks_skip_does_not_exist(client: FlaskClient, station: str, zone: str, offset: str) -> None:
    offering = offering_at(station)
    with clock.frozen(IN_SPRING):
        assert fields_of(ask(client, offering, GAPS[station] + offset, zone)) == ["starts_at"]
        assert fields_of(ask(client, offering, GAPS[station] + offset)) == ["starts_at"]


@pytest.mark.usefixtures("app")
def test_the_gap_of_another_clock_is_none_of_ours(client: FlaskClient) -> None:
    offering = offering_at("VIE")
    with clock.frozen(IN_SPRING):
        found = body_of(ask(client, offering, GAPS["VIE"] + "+09:00", "Asia/Seoul"), 201)
    assert found["starts_at"] == "2027-03-27T18:30:00+01:00"


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("station", FOLDS)
def test_both_occurrences_of_an_overlap_are_times_of_their_own(client: FlaskClient, station: str) -> None:
    offering, (local, offsets) = offering_at(station), FOLDS[station]
    with clock.frozen(IN_SUMMER):
        answers = [ask(client, offering, local + offset, group_label=offset) for offset in offsets]
    assert [body_of(one, 201)["starts_at"] for one in answers] == [f"{local}:00{offset}" for offset in offsets]
    assert len({body_of(one, 201)["event_id"] for one in answers}) == 2


@pytest.mark.usefixtures("app")
def test_without_an_offset_it_is_asked_which_zone_is_meant(client: FlaskClient) -> None:
    assert rules_of(ask(client, offering_at("VIE"), "2026-12-14T10:00")) == ["TIME-04"]


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("starts_at", "zone", "rules"),
    [
        ("2026-12-14T10:00+02:00", None, ["TIME-03"]),
        ("2026-12-14T10:00+02:00", "Africa/Cairo", None),
        ("2026-12-14T10:00+01:00", None, None),
        ("2026-12-14T18:00+09:00", "Asia/Seoul", None),
        ("2026-12-14T18:00+09:00", None, ["TIME-03"]),
        ("2026-12-14T09:00Z", None, None),
        ("2026-12-14T09:00+00:00", None, ["TIME-03"]),
    ],
)
def test_an_offset_fits_the_station_or_the_group_on_that_day(
    client: FlaskClient, starts_at: str, zone: str | None, rules: list[str] | None
) -> None:
    answer = ask(client, offering_at("VIE"), starts_at, zone)
    if rules:
        assert rules_of(answer) == rules
    else:
        body_of(answer, 201)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("day", "hour"), [("2027-03-16", 10), ("2027-03-30", 9), ("2027-11-02", 10), ("2027-11-09", 9), ("2027-07-06", 9)]
)
def test_three_in_vienna_is_ten_in_new_york_while_clocks_differ(client: FlaskClient, day: str, hour: int) -> None:
    offering = offering_at("VIE")
    start = datetime.fromisoformat(f"{day}T15:00").replace(tzinfo=ZoneInfo("Europe/Vienna"))
    with clock.frozen(IN_SPRING if day < "2027-08" else IN_SUMMER):
        event = make_event(offering, start)
        answer = client.get(f"/api/v1/slots?from={day}&to={day}&time_zone=America/New_York&offering={offering.code}")
    shown = [one for one in body_of(answer)["slots"] if one["event_id"] == event.code]
    assert [one["starts_at"][11:16] for one in shown] == ["15:00"]
    assert [one["starts_at_yours"][11:13] for one in shown] == [f"{hour:02}"]


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "starts_at",
    [
        "0001-01-01T00:00Z",
        "9999-12-31T23:59Z",
        "9999-12-31T23:59+14:00",
        "2026-12-14T23:59:60Z",
        "2026-12-14T24:00Z",
        "2026-12-14T10:00+14:01",
        "2026-12-14T10:00-12:01",
        "2026-12-14T10:00+99:00",
        "2026-02-29T10:00Z",
        "2026-12-14",
        "14.12.2026 10:00",
        "1797238800",
        "",
    ],
)
def test_what_is_on_no_clock_or_calendar_is_named(client: FlaskClient, starts_at: str) -> None:
    assert fields_of(ask(client, offering_at("VIE"), starts_at)) == ["starts_at"]


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("starts_at", [1797238800, None, True, ["2026-12-14T10:00Z"], {}])
def test_a_time_is_text(client: FlaskClient, starts_at: object) -> None:
    body = group(offering_id=offering_at("VIE").code, language="en")
    answer = book(client, {**body, "starts_at": starts_at})
    assert rules_of(answer) == ["REQ-01"] if starts_at is None else fields_of(answer) == ["starts_at"]


@pytest.mark.usefixtures("app")
def test_the_leap_day_is_a_day(client: FlaskClient) -> None:
    offering = offering_at("VIE")
    with clock.frozen(datetime(2028, 1, 3, 9, 0, tzinfo=UTC)):
        found = body_of(book(client, group(slot=own_slot(offering, datetime(2028, 2, 29, 9, 0, tzinfo=UTC)))), 201)
    assert found["starts_at"] == "2028-02-29T10:00:00+01:00"


@pytest.mark.usefixtures("app")
def test_an_evening_in_new_york_is_the_next_year_in_vienna_and_the_stations_day_counts(client: FlaskClient) -> None:
    offering = offering_at("NYC")
    answer = ask(client, offering, "2026-12-31T20:00-05:00", "Europe/Vienna")
    assert body_of(answer, 201)["starts_at"] == "2026-12-31T20:00:00-05:00"
    seen = client.get("/api/v1/slots?from=2027-01-01&to=2027-01-01&time_zone=Europe/Vienna&language=en")
    assert body_of(seen)["slots"][0]["starts_at"].startswith("2026-12-31T18:00:00-05:00")
