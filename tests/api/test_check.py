"""POST /requests/check: what a booking would be told, and nothing stored."""

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from booking.accounts.models import AuditEntry
from booking.bookings.models import Booking, IdempotencyKey, Organisation
from booking.bookings.schemas import CheckOut
from booking.catalogue.models import Offering
from booking.db import db
from booking.scheduling.models import Event
from tests.api.calls import Json, body_of, fields_of, group, keeps, own_slot, post
from tests.builders import make_event, make_guide, make_offering, make_station


@pytest.fixture
def tour(client: FlaskClient) -> Offering:  # noqa: ARG001  the database is there first
    station = make_station("VIE")
    make_guide(station)
    return make_offering(station)


def check(client: FlaskClient, **values: object) -> Json:
    found = body_of(post(client, "/requests/check", group(**values)))
    keeps(CheckOut, found)
    return found


def rules(refusals: list[Json]) -> list[str]:
    return [one["rule"] for one in refusals]


def test_what_could_be_booked_is_told_nothing_and_stored_nowhere(client: FlaskClient, tour: Offering) -> None:
    assert check(client, slot=own_slot(tour)) == {"refusals": [], "warnings": [], "alternatives": []}
    for model in (Booking, Organisation, IdempotencyKey, AuditEntry, Event):
        assert db.session.execute(select(func.count()).select_from(model)).scalar_one() == 0


def test_refusals_come_with_three_other_times(client: FlaskClient, tour: Offering) -> None:
    found = check(client, slot=own_slot(tour, datetime(2026, 11, 25, 9, 0, tzinfo=UTC)))
    assert rules(found["refusals"]) == ["LEAD-01"]
    assert len(found["alternatives"]) == 3


def test_warnings_ask_and_do_not_refuse(client: FlaskClient, tour: Offering) -> None:
    early = check(client, slot=own_slot(tour, datetime(2026, 12, 14, 13, 0, tzinfo=UTC)))
    assert (rules(early["refusals"]), rules(early["warnings"])) == ([], ["TIME-05"])
    unmanned = check(client, slot=own_slot(tour, language="fr"))
    assert (rules(unmanned["refusals"]), rules(unmanned["warnings"])) == ([], ["LANG-06"])
    assert all(one["message"] and one["way_out"] for one in early["warnings"] + unmanned["warnings"])


def test_a_hold_is_checked_as_its_own(client: FlaskClient, tour: Offering) -> None:
    event = make_event(tour, capacity=24)
    hold = body_of(post(client, "/holds", {"slot": f"e.{event.code}", "size": 24}), 201)["hold"]
    assert rules(check(client, hold=hold)["refusals"]) == []
    assert rules(check(client, slot=f"e.{event.code}")["refusals"]) == ["CAP-02"]


def test_nobody_needs_to_say_who_they_are_to_ask(client: FlaskClient, tour: Offering) -> None:
    assert rules(check(client, slot=own_slot(tour), contact=None)["refusals"]) == []


@pytest.mark.usefixtures("tour")
def test_what_cannot_be_read_is_named(client: FlaskClient) -> None:
    assert fields_of(post(client, "/requests/check", {"size": "five"})) == ["size"]
    assert fields_of(post(client, "/requests/check", {"slot": "e.NOBODY"})) == ["slot"]
