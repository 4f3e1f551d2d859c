"""Forms with what cannot be kept: refused, nothing written, the field named, the rest kept for another try."""

from collections.abc import Callable
from html import escape
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from booking.scheduling.models import Event
from tests.hostile.inputs import (
    REFUSED,
    UNKEEPABLE_ADDRESSES,
    UNKEEPABLE_CHOICES,
    UNKEEPABLE_LINES,
    UNKEEPABLE_NOTES,
    UNKEEPABLE_NUMBERS,
)
from tests.hostile.walk import TYPED, Step, booked, booking_form, encoded, held_form, hidden, rows

pytestmark = pytest.mark.usefixtures("event")

LINES = ("organisation", "group_label", "contact_name")
NUMBERS = ("size", "accompanying_adults", "youngest_age")
CHOICES = ("organisation_type", "country", "subdivision", "theme", "accessibility", "tech_is_me", "contact_locale")
ADDRESSES = ("contact_email",)
SEEN = ("organisation", "contact_name", "contact_email", "note")
"""Fields whose text must be in the page that comes again."""


def check(answer: TestResponse, field: str, typed: dict[str, str]) -> None:
    """It was refused; where the form could be read at all, its field is named and the others are as they were."""
    assert answer.status_code in REFUSED, (field, answer.status_code)
    if answer.status_code != 422:
        return
    assert f'id="{field}-e"' in answer.text or f'href="#{field}"' in answer.text, field
    for name in SEEN:
        if name != field and name in typed:
            assert escape(typed[name]) in answer.text, (field, name)


BOOKING = {
    "lines": UNKEEPABLE_LINES,
    "notes": UNKEEPABLE_NOTES,
    "numbers": UNKEEPABLE_NUMBERS,
    "addresses": UNKEEPABLE_ADDRESSES,
    "choices": UNKEEPABLE_CHOICES,
}
EACH = [(kind, row, value) for kind, inputs in BOOKING.items() for row, value in inputs.items()]
FIELDS = {"lines": LINES, "notes": ("note",), "numbers": NUMBERS, "addresses": ADDRESSES, "choices": CHOICES}


@pytest.mark.parametrize(("kind", "row", "value"), EACH)
def test_the_booking_form_refuses_it(
    client: FlaskClient, event: Event, kind: str, row: str, value: str | bytes
) -> None:
    step = held_form(client, event)
    before = rows()
    for field in FIELDS[kind]:
        if field == "group_label" and "zero width" in row:
            continue  # what cannot be seen is nothing, and nothing is allowed there
        check(step.send(**{field: value}), field, TYPED)
    assert rows() == before
    assert step.send().status_code == 303


def test_nobody_is_no_group(client: FlaskClient, event: Event) -> None:
    step = held_form(client, event)
    before = rows()
    check(step.send(size="0"), "size", TYPED)
    assert rows() == before


def test_spaces_around_a_number_are_none_of_it(client: FlaskClient) -> None:
    assert "24 people" in client.get(booked(client, size=" 24 ").place).text


@pytest.mark.parametrize("field", ["size", "organisation", "note", "country", "hold"])
def test_a_field_that_arrives_twice_is_not_half_read(client: FlaskClient, event: Event, field: str) -> None:
    step = held_form(client, event)
    before = rows()
    answer = step.send(**{field: f"{step.values[field]}&{field}=500".encode().replace(b" ", b"+")})
    assert answer.status_code in REFUSED | {404}
    assert rows() == before


URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data; boundary=edge"


def in_parts(values: dict[str, str]) -> bytes:
    """A form as browsers send it with files."""
    part = '--edge\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    return ("".join(part.format(*pair) for pair in values.items()) + "--edge--\r\n").encode()


BODIES: dict[str, Callable[[Step], dict[str, Any]]] = {
    "A03 urlencoded": lambda step: {"data": encoded({**step.values, "note": "x" * 600_000})},
    "A03 multipart": lambda step: {
        "data": in_parts({**step.values, "note": "x" * 600_000}),
        "content_type": MULTIPART,
    },
    "A04 2,000 fields": lambda step: {"data": encoded({**step.values, **dict.fromkeys(map(str, range(2_000)), "1")})},
    "A05 JSON": lambda _step: {"data": b"[" * 100_000, "content_type": "application/json"},
    "A69 text": lambda _step: {"data": b"size=5", "content_type": "text/plain"},
    "A89 more than 5 MB": lambda _step: {"data": b"x" * 6_000_000},
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_no_form_or_too_much_of_one_is_refused(client: FlaskClient, event: Event, name: str) -> None:
    step = held_form(client, event)
    before = rows()
    for address in ("/choose", "/book", "/book/release", "/my-booking"):
        answer = client.open(address, method="POST", **{"content_type": URLENCODED, **BODIES[name](step)})
        assert answer.status_code in {400, 413, 415}, address
    assert rows() == before


@pytest.mark.parametrize(("row", "value"), UNKEEPABLE_ADDRESSES.items())
def test_no_links_are_mailed_to_what_is_no_address(client: FlaskClient, row: str, value: str | bytes) -> None:
    assert row
    page = client.get("/my-booking")
    step = Step(client, "/my-booking", {"csrf_token": hidden(page, "csrf_token")})
    before = rows()
    check(step.send(email=value), "email", {})
    assert rows() == before


@pytest.mark.parametrize("field", ["size", "accompanying_adults"])
def test_a_number_that_is_none_changes_no_booking(client: FlaskClient, field: str) -> None:
    step = booked(client).step("size", size="24", accompanying_adults="2")
    before = rows()
    for row, value in UNKEEPABLE_NUMBERS.items():
        answer = step.send(**{field: value})
        assert answer.status_code == 422, row
        check(answer, field, {})
    assert rows() == before


def test_a_state_that_cannot_be_read_changes_no_booking(client: FlaskClient) -> None:
    step = booked(client).step("size", size="25", accompanying_adults="2")
    before = rows()
    for version in ("-1", "1e3", "9" * 400, "\u0661", "a\x00b", "<script>"):
        assert step.send(version=version).status_code in REFUSED | {409}, version
    assert rows() == before


NO_TIMES = (" ", "x", "e.", "e.NOBODY", "s.1.2.3", "s." + "9" * 250, "../e", "e.\x00", "e.a\r\nb", "x" * 400_000)


@pytest.mark.parametrize("where", ["choose", "book", "move"])
def test_a_time_that_is_none_is_not_held(client: FlaskClient, where: str) -> None:
    booking = booked(client)
    form = booking_form(client)
    step = {
        "choose": Step(client, "/choose", {"csrf_token": form.values["csrf_token"], "criteria": ""}),
        "book": form,
        "move": booking.step("move"),
    }[where]
    before = rows()
    for slot in NO_TIMES:
        assert step.send(slot=slot).status_code in REFUSED | {404}, slot[:20]
    assert rows() == before


@pytest.mark.parametrize("value", ["", "x", "VE-0000-0000-00", "a.b", "\x00", "x" * 300])
def test_a_step_without_a_hold_is_not_taken(client: FlaskClient, event: Event, value: str) -> None:
    step = held_form(client, event)
    before = rows()
    assert step.send(hold=value).status_code in REFUSED | {404}
    assert rows() == before
