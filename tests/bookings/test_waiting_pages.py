"""The waiting list on pages, without scripts: a full time, the line, an offer, yes and no."""

from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from booking import clock
from booking.bookings.links import token_of
from booking.bookings.services.cancel import cancel
from booking.bookings.services.expire import end_requests
from booking.scheduling.models import Event
from tests.bookings.line import full_event, in_line, join, line
from tests.bookings.test_pages import send, token_in
from tests.builders import NOW

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def full(client: FlaskClient) -> tuple[Event, str]:  # noqa: ARG001  the database is there first
    """An event of 30 places, all taken; the reference of a group of ten that has some."""
    event, (_, ten) = full_event()
    return event, ten


def page_of(reference: str, act: str = "") -> str:
    """The address of a booking, or of something done with it."""
    return f"/bookings/{reference}{act}?t={token_of(reference)}"


def post(client: FlaskClient, address: str, **values: str) -> TestResponse:
    """Press a button of a page: the values of its form, and the token against forgery."""
    return client.post(address, data={"csrf_token": token_in(client.get("/")), **values})


def text_of(client: FlaskClient, reference: str) -> str:
    """What the page of a booking says."""
    return unescape(client.get(page_of(reference)).text)


def test_a_full_time_leads_to_its_waiting_list_and_the_form_joins_it(
    client: FlaskClient, full: tuple[Event, str]
) -> None:
    event, _ = full
    criteria = "language=en&size=12&youngest_age=14&time_zone=Asia/Seoul&from=2026-12-14&to=2026-12-18"
    gone = post(client, "/choose", slot=f"e.{event.code}", criteria=criteria)
    assert gone.status_code == 409
    assert f'href="/book?hold=e.{event.code}' in gone.text
    shown = client.get(f"/book?hold=e.{event.code}&criteria=size%3D12")
    assert "This time is full: you join its waiting list." in shown.text
    assert 'value="12"' in shown.text
    sent = send(client, shown, size="12")
    assert sent.status_code == 303
    assert "done=waiting" in sent.location
    assert line(event) == {12: "waiting"}
    told = unescape(client.get(sent.location).text)
    assert "You are on the waiting list" in told
    assert "You are the first in line." in told
    assert "a group gets all its places or none" in told


def test_who_is_refused_for_room_joins_the_line_with_what_was_typed(client: FlaskClient) -> None:
    event, _ = full_event(35, (20, 10))
    held = post(client, "/choose", slot=f"e.{event.code}", criteria="language=en&size=5&youngest_age=14")
    form = client.get(held.location)
    refused = send(client, form, size="8")
    assert refused.status_code == 409
    assert 'name="wait" value="yes"' in refused.text
    assert send(client, form, size="8", wait="yes").status_code == 303
    assert line(event) == {8: "waiting"}
    assert [one.organisation for one in in_line(event)] == ["Inventedford School"]


def test_an_unknown_or_private_event_has_no_waiting_list(client: FlaskClient, full: tuple[Event, str]) -> None:
    assert full
    assert client.get("/book?hold=e.VIE-NONE").status_code == 404


def test_a_group_that_was_passed_over_reads_why(client: FlaskClient, full: tuple[Event, str]) -> None:
    event, ten = full
    twelve = join("twelve", 12, event)
    cancel(ten, now=NOW)
    assert "10 places were free on" in text_of(client, twelve)
    assert "You are 12 people." in text_of(client, twelve)


def test_yes_makes_it_a_booking_and_too_late_says_so(client: FlaskClient, full: tuple[Event, str]) -> None:
    event, ten = full
    nine = join("nine", 9, event)
    eight = join("eight", 8, event)
    cancel(ten, now=NOW)
    assert "Yes, we come" in text_of(client, nine)
    end_requests(NOW + DAY)
    late = post(client, page_of(nine, "/offer"), answer="yes")
    assert late.status_code == 409
    assert "The waiting list has ended for you" in late.text
    with clock.frozen(NOW + DAY):
        answer = post(client, page_of(eight, "/offer"), answer="yes", version="2")
        assert (answer.status_code, "done=accepted" in answer.location) == (303, True)
        assert "You are booked" in text_of(client, eight)


def test_no_gives_the_places_to_the_next_and_leaving_ends_the_wait(
    client: FlaskClient, full: tuple[Event, str]
) -> None:
    event, ten = full
    nine, eight = join("nine", 9, event), join("eight", 8, event)
    assert "1 group is before you in line." in text_of(client, eight)
    left = post(client, page_of(eight, "/cancel"), version="1")
    assert "done=left" in left.location
    assert "You have left the waiting list" in text_of(client, eight)
    seven = join("seven", 7, event)
    cancel(ten, now=NOW)
    post(client, page_of(nine, "/offer"), version="2", answer="no")
    assert line(event) == {9: "withdrawn", 8: "withdrawn", 7: "proposed"}
    assert "It does not suit us" in text_of(client, seven)
    assert post(client, page_of(seven, "/offer"), answer="perhaps").status_code == 400
