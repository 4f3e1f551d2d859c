"""What a page says when somebody was faster, when it is sent twice, and when a time is of others."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from booking import clock
from booking.bookings.models import Booking
from booking.bookings.services.book import book
from booking.bookings.services.links import renew_link
from booking.bookings.slot_ids import event_slot_id
from booking.bookings.terms import BookingStatus, Conflict
from booking.catalogue.models import Offering, Station
from booking.db import db
from tests.api.calls import body_of, own_slot, post
from tests.bookings.test_book import TEN_IN_VIENNA, at, event_of, wish
from tests.bookings.test_pages import FORM, booked, choose, field, form_of, send, slots, the_booking, token_in
from tests.builders import NOW, make_guide, make_offering, make_station

UNKNOWN = "VIE-261214-AAAAAA"


@pytest.fixture(autouse=True)
def _now() -> object:
    with clock.frozen(NOW):
        yield


@pytest.fixture(autouse=True)
def vienna(app: object) -> tuple[Station, Offering]:
    """Vienna with a tour and two guides."""
    assert app
    station = make_station()
    make_guide(station, "en")
    make_guide(station, "en")
    return station, make_offering(station)


def faster(*_args: object, **_more: object) -> None:
    """What a service does when others are always faster."""
    raise Conflict


def told(page: TestResponse) -> str:
    """The summary above the form."""
    found = re.search(r'<div class="summary".*?</ol>', page.text, re.DOTALL)
    assert found, page.text
    return found[0]


def test_choosing_a_time_that_others_keep_taking_is_an_answer_that_may_be_tried_again(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("booking.bookings.views.find.hold", faster)
    answer = choose(client)
    assert (answer.status_code, answer.headers["Retry-After"]) == (409, "1")
    assert "Nothing was changed: try again." in answer.text


def test_the_api_says_the_same_of_a_hold(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, vienna: tuple[Station, Offering]
) -> None:
    monkeypatch.setattr("booking.bookings.services.hold.hold", faster)
    answer = post(client, "/holds", {"slot": own_slot(vienna[1]), "size": 24})
    assert body_of(answer, 409)["detail"]
    assert answer.headers["Retry-After"] == "1"


def test_a_link_that_is_renewed_while_the_booking_changes_may_be_tried_again(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = booked(client)
    page = client.get(place)
    path, query = place.split("?")
    monkeypatch.setattr("booking.bookings.views.manage.renew_link", faster)
    answer = client.post(f"{path}/link?{query}", data={"csrf_token": token_in(page)})
    assert (answer.status_code, answer.headers["Retry-After"]) == (409, "1")


def test_a_booking_that_was_overtaken_says_so_and_can_be_sent_again(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = form_of(client)
    with monkeypatch.context() as others:
        others.setattr("booking.bookings.views.book.book_place", faster)
        answer = send(client, page)
    assert answer.status_code == 409
    assert "somebody was faster" in told(answer)
    assert field(answer, "key") != field(page, "key")
    assert send(client, answer).status_code == 303


def test_another_time_that_was_overtaken_keeps_what_was_typed(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, vienna: tuple[Station, Offering]
) -> None:
    page = form_of(client)
    monkeypatch.setattr("booking.bookings.views.book.hold_place", faster)
    answer = send(client, page, slot=own_slot(vienna[1], TEN_IN_VIENNA + timedelta(days=1)))
    assert answer.status_code == 409
    assert "somebody was faster" in told(answer)
    assert FORM["contact_email"] in answer.text


def test_a_form_that_made_a_booking_already_says_so_and_offers_the_link(client: FlaskClient) -> None:
    page = form_of(client)
    assert send(client, page).status_code == 303
    answer = send(client, page, size="25")
    assert answer.status_code == 409
    assert "booked with this form already" in told(answer)
    assert 'href="/my-booking"' in told(answer)
    assert the_booking().size == 24


def test_a_form_sent_again_after_the_link_was_renewed_opens_nothing(client: FlaskClient) -> None:
    page = form_of(client)
    assert "/bookings/VE-" in send(client, page).location
    renew_link(the_booking().reference, now=NOW)
    assert send(client, page).location == "/my-booking"


def test_a_time_of_another_group_is_as_unknown_as_one_that_is_not_there(
    client: FlaskClient, vienna: tuple[Station, Offering]
) -> None:
    theirs = book(wish(organisation="Zed School", offering=vienna[1].code, starts=at(TEN_IN_VIENNA)), key="z", now=NOW)
    code = event_of(theirs.reference).code
    form, place = form_of(client), booked(client)
    path, query = place.split("?")
    token = token_in(client.get(place))
    for name in (code, UNKNOWN):
        slot = event_slot_id(name)
        chosen = client.post("/choose", data={"csrf_token": token, "slot": slot, "criteria": ""})
        moved = client.post(f"{path}/move?{query}", data={"csrf_token": token, "slot": slot, "version": ""})
        instead = send(client, form, slot=slot)
        assert [chosen.status_code, moved.status_code, instead.status_code] == [404, 404, 404], name
    assert slots(client.get("/"))


def test_a_move_to_a_time_that_a_person_must_answer_is_not_told_as_done(
    client: FlaskClient, vienna: tuple[Station, Offering]
) -> None:
    evening = own_slot(vienna[1], TEN_IN_VIENNA + timedelta(days=1))
    place = booked(client)
    path, query = place.split("?")
    page = client.get(place)
    with pytest.MonkeyPatch.context() as nobody:
        nobody.setattr("booking.bookings.queries.situation.free_hosts", lambda *_args: ())
        data = {"csrf_token": token_in(page), "slot": evening, "version": ""}
        answer = client.post(f"{path}/move?{query}", data=data, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    assert the_booking().status is BookingStatus.REQUESTED
    assert "We have your request for the new time." in answer.text
    assert "You have moved" not in answer.text
    assert db.session.execute(select(Booking.answer_by)).scalar_one() is not None
