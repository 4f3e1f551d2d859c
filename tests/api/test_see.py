"""GET /bookings/{reference}: a group sees its own booking, and nobody another's."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from booking.bookings.links import token_of
from booking.bookings.models import Booking
from booking.bookings.schemas import BookingOut
from booking.db import transaction
from tests.api.calls import API, bearer, body_of, book, group, keeps
from tests.builders import make_booking, make_event, make_offering, make_station


@pytest.fixture
def own(client: FlaskClient) -> tuple[str, dict[str, str]]:
    """Reference and header of a booking."""
    event = make_event(make_offering(make_station()))
    booked = book(client, group(slot=f"e.{event.code}", note="One wheelchair", accessibility=["step-free"]))
    return body_of(booked, 201)["reference"], bearer(booked)


def test_a_booking_is_shown_to_its_group_whole(client: FlaskClient, own: tuple[str, dict[str, str]]) -> None:
    reference, token = own
    answer = client.get(f"{API}/bookings/{reference}", headers=token)
    found = body_of(answer)
    keeps(BookingOut, found)
    assert answer.headers["ETag"] == '"1"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert (found["status"], found["size"], found["station"], found["language"]) == ("confirmed", 24, "VIE", "en")
    assert found["starts_at"] == "2026-12-14T10:00:00+01:00"
    assert found["starts_at_yours"] == "2026-12-14T18:00:00+09:00"
    assert found["organisation"] == {
        "name": "Inventedford School",
        "type": "school",
        "country": "KR",
        "subdivision": "",
    }
    assert (found["note"], found["accessibility"]) == ("One wheelchair", ["step-free"])
    assert found["free_until"] == "2026-12-06"
    assert found["invitation_url"].endswith(f"/bookings/{reference}.ics?t={token['Authorization'][7:]}")


def test_unknown_foreign_and_mistyped_are_one_answer(client: FlaskClient, own: tuple[str, dict[str, str]]) -> None:
    reference, token = own
    other = make_booking(make_event(make_offering(make_station("NYC"))))
    tries = [
        ("VE-AAAA-BBBB-CC", token),
        (other.reference, token),
        (reference.lower(), token),
        (f"{reference} ", token),
        (f"{reference[:-1]}{'1' if reference[-1] != '1' else '2'}", token),
        (reference, {"Authorization": f"Bearer {token_of(other.reference)}"}),
        (reference, {"Authorization": "Bearer x"}),
    ]
    answers = [body_of(client.get(f"{API}/bookings/{name}", headers=headers), 404) for name, headers in tries]
    assert [{**one, "instance": ""} for one in answers] == [{**answers[0], "instance": ""}] * len(tries)


@pytest.mark.parametrize("header", [None, "", "Basic dTpw", "Bearer", "Token x"])
def test_without_a_token_nobody_learns_whether_there_is_a_booking(
    client: FlaskClient, own: tuple[str, dict[str, str]], header: str | None
) -> None:
    headers = {} if header is None else {"Authorization": header}
    for reference in (own[0], "VE-AAAA-BBBB-CC"):
        answer = client.get(f"{API}/bookings/{reference}", headers=headers)
        body_of(answer, 401)
        assert answer.headers["WWW-Authenticate"].lower().startswith("bearer")


def test_a_link_that_was_renewed_opens_nothing_any_more(client: FlaskClient, own: tuple[str, dict[str, str]]) -> None:
    with transaction() as session:
        session.execute(update(Booking).values(generation=2))
    body_of(client.get(f"{API}/bookings/{own[0]}", headers=own[1]), 404)


def test_the_token_in_the_address_opens_nothing(client: FlaskClient, own: tuple[str, dict[str, str]]) -> None:
    token = own[1]["Authorization"].removeprefix("Bearer ")
    body_of(client.get(f"{API}/bookings/{own[0]}?t={token}&token={token}"), 401)
