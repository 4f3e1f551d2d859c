"""Every value of the rules, with its default and who changed it; changed, and brought back."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from booking.catalogue.models import Offering, Station
from booking.catalogue.rule_values import (
    OFFERING_VALUES,
    STATION_VALUES,
    default_values,
    offering_defaults,
    out_of_order,
)
from booking.catalogue.rule_words import VALUE_NAMES, VALUE_SENTENCES
from booking.catalogue.terms import Format, Kind
from booking.db import db
from tests.builders import make_offering, make_station
from tests.catalogue.desk import Desk, counting, station_now, trail, version_of

pytestmark = pytest.mark.usefixtures("app", "_at_now")
STATION: dict[str, Any] = {
    **{name: "" if value is None else str(value) for name, value in default_values(STATION_VALUES).items()},
    "earliest_comfort": "08:00",
    "latest_comfort": "20:30",
}
"""What the form of a station sends while everything is at its default."""
OFFERING = {"lead_working_days": "5", "max_group": "35", "min_group": "8", "min_age": "10", "max_age": ""}


@pytest.fixture
def station() -> Station:
    """Vienna."""
    return make_station()


@pytest.fixture
def offering(station: Station) -> Offering:
    """A tour of Vienna's."""
    return make_offering(station)


@pytest.fixture
def desk(client: FlaskClient, station: Station) -> Desk:
    """A coordinator of Vienna."""
    assert station.code == "VIE"
    return Desk(client)


def offering_now() -> Offering:
    """The row as it is."""
    db.session.expire_all()
    return db.session.scalars(select(Offering)).one()


def test_every_value_has_a_name_a_sentence_and_the_default_of_its_column() -> None:
    names = {one.name for one in (*STATION_VALUES, *OFFERING_VALUES)}
    assert set(VALUE_NAMES) == set(VALUE_SENTENCES) == names
    columns = Station.__table__.c
    made = {
        name: columns[name].default.arg if columns[name].default else None for name in default_values(STATION_VALUES)
    }
    assert made == default_values(STATION_VALUES)
    assert all(one.default is None or one.low <= one.default <= one.high for one in STATION_VALUES)


@pytest.mark.parametrize(
    ("kind", "given_as", "audience", "expected"),
    [
        (Kind.TOUR, Format.VIRTUAL_LIVE, "mixed", (5, 35, 8, None, None)),
        (Kind.TOUR, Format.VIRTUAL_LIVE, "children", (5, 30, 8, 5, 12)),
        (Kind.TOUR, Format.IN_PERSON, "mixed", (10, 35, 8, None, None)),
        (Kind.BRIEFING, Format.VIRTUAL_LIVE, "university", (15, 60, 8, None, None)),
        (Kind.WEBINAR, Format.VIRTUAL_LIVE, "educators", (2, 300, None, None, None)),
        (Kind.FILM, Format.ON_DEMAND, "mixed", (None, None, None, None, None)),
    ],
)
def test_the_defaults_of_an_offering_follow_from_what_it_is(
    kind: Kind, given_as: Format, audience: str, expected: tuple[int | None, ...]
) -> None:
    assert tuple(offering_defaults(kind, given_as, audience).values()) == expected


def test_an_empty_value_stands_above_nothing() -> None:
    assert out_of_order({"min_group": 8, "max_group": None}) == []
    assert out_of_order({"min_group": 8, "max_group": 8}) == []
    assert out_of_order({"min_group": 9, "max_group": 8}) == ["max_group"]


def test_a_value_is_changed_with_who_did_it_and_brought_back_to_its_default(desk: Desk) -> None:
    assert desk.post("/stations/VIE/rules", **{**STATION, "free_change_days": "4"}).status_code == 303
    assert (station_now().free_change_days, version_of()) == (4, 2)
    page = desk.get("/stations/VIE/rules").text
    assert "1 differs from its default" in page
    assert f"changed: {desk.account.name}, Mon 23 Nov 2026" in page
    assert 'name="default" value="free_change_days"' in page
    back = desk.post("/stations/VIE/rules", default="free_change_days")
    assert back.headers["Location"].endswith("done=default")
    assert station_now().free_change_days == 6
    lines = [("station:VIE", {"free_change_days": a}, {"free_change_days": b}) for a, b in ((6, 4), (4, 6))]
    assert trail("station.rules") == lines
    assert "all at their defaults" in desk.get("/stations/VIE/rules").text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hold_min", "0"),
        ("hold_min", "-5"),
        ("hold_min", "99999999999999999999"),
        ("hold_min", "1e3"),
        ("hold_min", ""),
        ("slot_step_min", "4"),
        ("people_per_adult", "0"),
        ("booking_horizon_days", "1826"),
        ("registration_age", "121"),
        ("earliest_comfort", "24:00"),
        ("latest_comfort", "07:59"),
    ],
)
def test_a_number_that_cannot_be_is_refused_at_its_field(desk: Desk, name: str, value: str) -> None:
    answer = desk.post("/stations/VIE/rules", **{**STATION, name: value})
    assert (answer.status_code, f'id="{name}-e"' in answer.text) == (422, True)
    assert (version_of(), trail("station.rules")) == (1, [])


def test_a_value_that_there_is_not_has_no_default(desk: Desk, offering: Offering) -> None:
    assert desk.post("/stations/VIE/rules", default="version").status_code == 422
    assert desk.post(f"/offerings/{offering.code}/rules", version="1", default="version").status_code == 422


def test_the_values_of_an_offering_are_changed_and_the_search_is_told(desk: Desk, offering: Offering) -> None:
    sent = {**OFFERING, "max_group": "20", "lead_working_days": ""}
    assert desk.post(f"/offerings/{offering.code}/rules", version="1", **sent).status_code == 303
    found = offering_now()
    assert (found.max_group, found.lead_working_days, found.version, version_of()) == (20, None, 2, 2)
    before, after = {"lead_working_days": 5, "max_group": 35}, {"lead_working_days": None, "max_group": 20}
    assert trail("offering.rules") == [(f"offering:{offering.code}", before, after)]
    back = desk.post(f"/offerings/{offering.code}/rules", version="2", default="lead_working_days")
    assert (back.status_code, offering_now().lead_working_days) == (303, 5)


def test_a_largest_group_below_the_smallest_is_refused(desk: Desk, offering: Offering) -> None:
    answer = desk.post(f"/offerings/{offering.code}/rules", version="1", **{**OFFERING, "max_group": "7"})
    assert answer.status_code == 422
    assert f'id="o-{offering.code}-max_group-e"' in answer.text
    assert offering_now().max_group == 35


def test_a_single_default_that_would_stand_above_its_partner_is_refused(desk: Desk, offering: Offering) -> None:
    low = {**OFFERING, "min_group": "2", "max_group": "4"}
    assert desk.post(f"/offerings/{offering.code}/rules", version="1", **low).status_code == 303
    answer = desk.post(f"/offerings/{offering.code}/rules", version="2", default="min_group")
    assert (answer.status_code, offering_now().min_group) == (422, 2)


def test_the_second_of_two_is_shown_both_values(desk: Desk, offering: Offering) -> None:
    path = f"/offerings/{offering.code}/rules"
    assert desk.post(path, version="1", **{**OFFERING, "max_group": "20"}).status_code == 303
    late = desk.post(path, version="1", **{**OFFERING, "max_group": "25"})
    assert late.status_code == 409
    assert all(told in late.text for told in ('value="25"', ">20</td>", desk.account.name))
    assert offering_now().max_group == 20
    assert desk.post("/stations/VIE/rules", version="0", **{**STATION, "hold_min": "12"}).status_code == 409


def test_the_page_takes_as_many_statements_for_many_offerings(desk: Desk, station: Station) -> None:
    make_offering(station)
    desk.get("/stations/VIE/rules")
    with counting() as few:
        desk.get("/stations/VIE/rules")
    for _ in range(5):
        make_offering(station)
    with counting() as many:
        desk.get("/stations/VIE/rules")
    assert len(many) == len(few) <= 7
