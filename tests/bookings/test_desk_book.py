"""The desk books for a caller: the rules of every booking, exceptions with a reason, and people without an address."""

import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from booking import clock
from booking.accounts.models import Account, AuditEntry
from booking.bookings.models import Booking, RequestNote
from booking.bookings.slot_ids import event_slot_id, open_slot_id
from booking.bookings.terms import BookingStatus
from booking.catalogue.models import Station
from booking.db import db
from booking.notices.models import Notice
from booking.scheduling.models import Event
from tests.bookings.test_book import TEN_IN_VIENNA
from tests.builders import NOW, make_booking, make_event, make_guide, make_offering, make_station
from tests.signing_in import make_account, sign_in

pytestmark = pytest.mark.usefixtures("app")
CALLER = {
    "organisation": "Inventedford School",
    "organisation_type": "school",
    "country": "KR",
    "size": "24",
    "accompanying_adults": "2",
    "youngest_age": "14",
    "contact_name": "Ada Invented",
    "contact_email": "ada@example.org",
    "contact_locale": "en",
    "time_zone": "Asia/Seoul",
    "tech_is_me": "yes",
    "key": "a-key",
}


@pytest.fixture(autouse=True)
def _now(app: Flask) -> object:
    app.config["WTF_CSRF_ENABLED"] = False
    with clock.frozen(NOW):
        yield
    app.config["WTF_CSRF_ENABLED"] = True


@pytest.fixture
def station() -> Station:
    """Vienna."""
    return make_station()


@pytest.fixture
def account(station: Station) -> Account:
    """Its coordinator."""
    return make_account("coordinator", station.code)


@pytest.fixture
def desk(client: FlaskClient, account: Account) -> FlaskClient:
    """That person's browser."""
    return sign_in(client, account)


@pytest.fixture
def event(station: Station) -> Event:
    """An open event of Vienna's."""
    return make_event(make_offering(station))


def send(desk: FlaskClient, slot: str, **values: Any) -> TestResponse:  # noqa: ANN401  fields of the form
    """The form, as the caller says it."""
    return desk.post("/desk/book", data={**CALLER, "slot": slot, **values})


def booked() -> Booking:
    """The only booking."""
    return db.session.scalars(select(Booking)).one()


def test_times_of_the_own_stations_lead_to_the_form(desk: FlaskClient, event: Event) -> None:
    other = make_event(make_offering(make_station("GVA")))
    page = desk.get("/desk/book/times", query_string={"language": "en", "size": "24", "time_zone": "Asia/Seoul"})
    assert page.status_code == 200
    assert f"slot={event_slot_id(event.code)}" in page.text
    assert other.code not in page.text
    (link,) = re.findall(r'href="(/desk/book\?slot=[^"]+)"', page.text)
    form = desk.get(link.replace("&amp;", "&"))
    assert form.status_code == 200
    assert re.search(r'name="size"[^>]*value="24"', form.text)


def test_where_nothing_fits_the_nearest_times_are_shown(desk: FlaskClient, event: Event) -> None:
    page = desk.get("/desk/book/times", query_string={"language": "ko"})
    assert "Nothing fits. The nearest times:" in page.text
    assert event.code in page.text


def test_the_group_has_its_place_and_its_mail_and_the_trail_names_the_coordinator(
    desk: FlaskClient, event: Event, account: Account
) -> None:
    answer = send(desk, event_slot_id(event.code))
    made = booked()
    assert (answer.status_code, answer.location) == (303, f"/desk/bookings/{made.reference}?done=book")
    assert (made.status, made.time_zone) == (BookingStatus.CONFIRMED, "Asia/Seoul")
    assert [one.kind for one in db.session.scalars(select(Notice))] == ["booking_confirmed"]
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "booking.book")).one()
    assert entry.actor == f"account:{account.id}"
    assert "Booked by the desk" in desk.get(answer.location).text


def test_an_event_of_its_own_is_made(desk: FlaskClient, station: Station) -> None:
    offering = make_offering(station)
    make_guide(station)
    assert send(desk, open_slot_id(offering.code, "en", TEN_IN_VIENNA)).status_code == 303
    assert booked().status is BookingStatus.CONFIRMED


def test_somebody_without_an_address_is_noted_with_a_telephone_number(desk: FlaskClient, event: Event) -> None:
    answer = send(desk, event_slot_id(event.code), contact_email="", contact_phone="+43 1 0000 000")
    assert answer.status_code == 303
    assert booked().contact_phone == "+43 1 0000 000"
    assert db.session.scalars(select(Notice)).all() == []
    assert "+43 1 0000 000" in desk.get(answer.location).text


def test_somebody_who_cannot_be_reached_is_not_booked(desk: FlaskClient, event: Event) -> None:
    answer = send(desk, event_slot_id(event.code), contact_email="")
    assert answer.status_code == 422
    assert 'id="contact_phone-e"' in answer.text
    assert "Inventedford School" in answer.text
    assert db.session.scalars(select(Booking)).all() == []


def test_a_rule_with_exceptions_gives_way_to_a_reason_that_is_kept(desk: FlaskClient, station: Station) -> None:
    make_guide(station)
    slot = open_slot_id(make_offering(station).code, "en", NOW.replace(day=24, hour=10))
    answer = send(desk, slot)
    assert answer.status_code == 409
    assert "You may make an exception" in answer.text
    assert db.session.scalars(select(Booking)).all() == []
    assert send(desk, slot, exception="The minister asked.").status_code == 303
    assert db.session.scalars(select(RequestNote.text)).all() == ["The minister asked."]
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "booking.book")).one()
    assert (entry.after or {})["exceptions"] == ["LEAD-01"]
    assert "minister" not in str(entry.after)


def test_other_rules_do_not_give_way(desk: FlaskClient, event: Event) -> None:
    answer = send(desk, event_slot_id(event.code), size="200", accompanying_adults="30", exception="They insist.")
    assert answer.status_code == 409
    assert "You may make an exception" not in answer.text
    assert "They insist." in answer.text


def test_a_reason_without_a_rule_in_the_way_is_no_exception(desk: FlaskClient, event: Event) -> None:
    assert send(desk, event_slot_id(event.code), exception="To be sure.").status_code == 303
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "booking.book")).one()
    assert "exceptions" not in (entry.after or {})
    assert db.session.scalars(select(RequestNote)).all() == []


def test_for_a_full_event_the_group_joins_the_line(desk: FlaskClient, event: Event) -> None:
    make_booking(event, size=35)
    refused = send(desk, event_slot_id(event.code))
    assert refused.status_code == 409
    assert 'name="wait"' in refused.text
    assert send(desk, event_slot_id(event.code), wait="yes").status_code == 303
    waiting = db.session.scalars(select(Booking).where(Booking.status == BookingStatus.WAITING)).one()
    assert waiting.size == 24


def test_sent_twice_it_is_one_booking(desk: FlaskClient, event: Event) -> None:
    first, second = send(desk, event_slot_id(event.code)), send(desk, event_slot_id(event.code))
    assert first.location == second.location
    booked()
    changed = send(desk, event_slot_id(event.code), size="20")
    assert changed.status_code == 409


def test_the_limits_of_the_public_do_not_hold_the_desk(
    app: Flask, desk: FlaskClient, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = app.extensions["booking.settings"]
    monkeypatch.setitem(app.extensions, "booking.settings", replace(settings, rate_limits=True))
    done = {
        send(desk, event_slot_id(event.code), size="1", group_label=str(n), key=f"k{n}", youngest_age="30").status_code
        for n in range(25)
    }
    assert done == {303}


def test_another_stations_times_are_no_ones(desk: FlaskClient) -> None:
    foreign = make_event(make_offering(make_station("GVA")))
    for slot in (event_slot_id(foreign.code), "e.NOBODY", "nonsense"):
        assert desk.get("/desk/book", query_string={"slot": slot}).status_code == 404
        assert send(desk, slot).status_code == 404
