"""GET /slots: what a group needs, as parameters; times as the contract names them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event as events
from werkzeug.test import TestResponse

from booking.bookings.schemas import SlotOut, SlotsOut
from booking.catalogue.models import Offering, Station
from booking.catalogue.terms import Format
from booking.db import db
from tests.api.calls import API, Json, body_of, fields_of, keeps
from tests.builders import make_event, make_guide, make_offering, make_station

VIENNA = ZoneInfo("Europe/Vienna")
TUESDAY = {"from": "2026-12-08", "to": "2026-12-08"}


@pytest.fixture
def tour(client: FlaskClient) -> Offering:  # noqa: ARG001  the database is there first
    station = make_station("VIE")
    make_guide(station, "en fr")
    return make_offering(station)


def ask(client: FlaskClient, **parameters: object) -> TestResponse:
    named = {name.rstrip("_"): value for name, value in parameters.items()}
    return client.get(f"{API}/slots", query_string=named)


def slots(client: FlaskClient, **parameters: object) -> list[Json]:
    found: list[Json] = body_of(ask(client, **parameters))["slots"]
    return found


def test_open_events_and_times_of_ones_own_stand_in_one_list(client: FlaskClient, tour: Offering) -> None:
    event = make_event(tour, datetime(2026, 12, 8, 10, 15, tzinfo=VIENNA), capacity=30, taken=6)
    found = body_of(ask(client, **TUESDAY, language="en", size=20, hours="18:00-20:30", time_zone="Asia/Seoul"))
    keeps(SlotsOut, found)
    assert found["next"] is None
    shared = {
        "slot": f"e.{event.code}",
        "event_id": event.code,
        "offering_id": tour.code,
        "station": "VIE",
        "format": "virtual-live",
        "language": "en",
        "starts_at": "2026-12-08T10:15:00+01:00",
        "starts_at_yours": "2026-12-08T18:15:00+09:00",
        "duration_min": 60,
        "places_left": 24,
        "partners": [],
    }
    assert shared in found["slots"]
    assert [list(one) for one in found["slots"]] == [list(shared)] * len(found["slots"])
    own = next(one for one in found["slots"] if one["event_id"] is None)
    keeps(SlotOut, own)
    assert (own["starts_at"], own["places_left"]) == ("2026-12-08T10:00:00+01:00", 35)


def test_pages_of_fifty_follow_each_other_without_gap_or_repeat(client: FlaskClient, tour: Offering) -> None:  # noqa: ARG001
    wish = {"from": "2026-12-07", "to": "2026-12-12", "language": "en"}
    first = body_of(ask(client, **wish))
    second = body_of(ask(client, **wish, cursor=first["next"]))
    third = body_of(ask(client, **wish, cursor=second["next"]))
    assert [len(page["slots"]) for page in (first, second, third)] == [50, 50, 15]
    assert third["next"] is None
    ids = [one["slot"] for page in (first, second, third) for one in page["slots"]]
    starts = [one["starts_at"] for page in (first, second, third) for one in page["slots"]]
    assert len(set(ids)) == len(ids)
    assert starts == sorted(starts)


def test_days_are_those_of_the_askers_zone_and_both_are_included(client: FlaskClient, tour: Offering) -> None:  # noqa: ARG001
    found = slots(client, from_="2026-12-08", to="2026-12-08", language="en", time_zone="Asia/Seoul")
    assert {one["starts_at_yours"][:10] for one in found} == {"2026-12-08"}
    assert found[0]["starts_at_yours"] == "2026-12-08T00:00:00+09:00"
    assert found[0]["starts_at"] == "2026-12-07T16:00:00+01:00"


def test_weekdays_and_hours_narrow_it(client: FlaskClient, tour: Offering) -> None:  # noqa: ARG001
    wish = {"from": "2026-12-07", "to": "2026-12-20", "language": "en", "time_zone": "Europe/Vienna"}
    found = slots(client, **wish, weekdays="mo,tu", hours="09:00-10:30")
    starts = [f"2026-12-{day}T{hour}:00+01:00" for day in ("07", "08", "14", "15") for hour in ("09:00", "09:30")]
    assert [one["starts_at"] for one in found] == starts


def test_the_second_choice_of_language_fills_the_gaps(client: FlaskClient, tour: Offering) -> None:
    make_event(tour, datetime(2026, 12, 8, 10, 10, tzinfo=VIENNA), language="de")
    answer = client.get(f"{API}/slots?from=2026-12-08&to=2026-12-08&language=fr&language=de")
    assert {one["language"] for one in body_of(answer)["slots"]} == {"fr", "de"}


def test_filters_of_station_format_kind_theme_and_offering(client: FlaskClient, tour: Offering) -> None:
    other = make_offering(make_station("NYC"), format=Format.VIRTUAL_RECORDED, theme="peace")
    event = make_event(other, datetime(2026, 12, 8, 10, 0, tzinfo=ZoneInfo("America/New_York")))
    only = [f"e.{event.code}"]
    for narrowed in (
        {"station": "NYC"},
        {"format": "virtual-recorded"},
        {"theme": "peace"},
        {"offering": other.code},
        {"offering": other.slug},
        {"station": "NYC,GVA,VIE", "theme": "peace"},
    ):
        if "GVA" in narrowed.get("station", ""):
            make_station("GVA")
        assert [one["slot"] for one in slots(client, **TUESDAY, language="en", **narrowed)] == only
    assert slots(client, **TUESDAY, kind="tour", offering=tour.code) != []


def test_where_nothing_fits_it_is_said_why_and_what_does(client: FlaskClient, tour: Offering) -> None:  # noqa: ARG001
    found = body_of(ask(client, **TUESDAY, language="pl", size=20))
    keeps(SlotsOut, found)
    assert (found["slots"], found["next"]) == ([], None)
    assert [one["rule"] for one in found["refusals"]] == ["LANG-01"]
    assert "Polish" in found["refusals"][0]["message"]
    assert len(found["alternatives"]) == 3


@pytest.mark.parametrize(
    ("lang", "name"), [("en", "Polish"), ("fr", "polonais"), ("ar", "البولندية"), ("xx", "Polish")]
)
def test_reasons_are_told_in_the_language_of_the_request(
    client: FlaskClient,
    tour: Offering,  # noqa: ARG001
    lang: str,
    name: str,
) -> None:
    found = body_of(ask(client, **TUESDAY, language="pl", lang=lang))
    assert name in found["refusals"][0]["message"]


def test_a_list_with_times_says_nothing_else(client: FlaskClient, tour: Offering) -> None:  # noqa: ARG001
    assert list(body_of(ask(client, **TUESDAY, language="en"))) == ["slots", "next"]


@pytest.mark.parametrize(
    ("parameters", "fields"),
    [
        ("language=xx", ["language"]),
        ("language=cn", ["language"]),
        ("language=en_US", ["language"]),
        ("language=../de", ["language"]),
        ("language=en&language=fr&language=de", ["language"]),
        ("size=0", ["size"]),
        ("size=-1", ["size"]),
        ("size=1e3", ["size"]),
        ("size=0x10", ["size"]),
        ("size=%EF%BC%91%EF%BC%92", ["size"]),
        ("size=2147483648", ["size"]),
        ("size=9223372036854775808", ["size"]),
        ("size=5&size=500", ["size"]),
        ("youngest_age=121", ["youngest_age"]),
        ("from=tomorrow", ["from"]),
        ("from=2026-02-30", ["from"]),
        ("from=0001-01-01&to=9999-12-31", ["from", "to"]),
        ("from=2026-12-08&to=2026-12-07", ["to"]),
        ("time_zone=Mars/Olympus", ["time_zone"]),
        ("time_zone=../../etc/localtime", ["time_zone"]),
        ("hours=9-11", ["hours"]),
        ("hours=09:00", ["hours"]),
        ("hours=09:60-11:00", ["hours"]),
        ("hours=09:00-24:30", ["hours"]),
        ("weekdays=monday", ["weekdays"]),
        ("format=online", ["format"]),
        ("kind=tour,party", ["kind"]),
        ("station=MARS", ["station"]),
        ("station=%27%20OR%201=1", ["station"]),
        ("offering=P-NOWHERE", ["offering"]),
        ("cursor=1;drop%20table%20booking", ["cursor"]),
        ("cursor=" + "9" * 300, ["cursor"]),
        ("organisation_type=army", ["organisation_type"]),
    ],
)
def test_what_cannot_be_read_is_named(client: FlaskClient, parameters: str, fields: list[str]) -> None:
    assert fields_of(client.get(f"{API}/slots?{parameters}")) == fields


@pytest.mark.parametrize("size", ["5", " 5 ", "005"])
def test_spaces_around_a_number_are_nothing(client: FlaskClient, tour: Offering, size: str) -> None:  # noqa: ARG001
    assert slots(client, **TUESDAY, language="en", size=size) == []  # five join an open event, and there is none


def test_a_blank_parameter_is_none(client: FlaskClient, tour: Offering) -> None:  # noqa: ARG001
    assert slots(client, **TUESDAY, language="en", size="", station="", hours="", youngest_age=" ") != []


def reads(client: FlaskClient, **parameters: object) -> int:
    """How many SELECTs a call takes."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    events.listen(db.engine, "before_cursor_execute", note)
    body_of(ask(client, **parameters))
    events.remove(db.engine, "before_cursor_execute", note)
    return sum(statement.lstrip().startswith("SELECT") for statement in seen)


def test_the_number_of_statements_is_fixed(client: FlaskClient, tour: Offering) -> None:
    wish = {**TUESDAY, "language": "en", "station": "VIE", "offering": tour.code}
    few = reads(client, **wish)
    for number in range(20):
        make_event(tour, datetime(2026, 12, 8, 10, number, tzinfo=VIENNA))
        make_guide(db.session.get_one(Station, tour.station_id))
    assert 5 < few == reads(client, **wish) <= 12


def test_hundreds_of_years_are_answered_at_once(client: FlaskClient, tour: Offering) -> None:  # noqa: ARG001
    assert len(slots(client, from_="1900-01-01", to="2200-12-31", language="en")) == 50
