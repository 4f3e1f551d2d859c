"""A class on its way through the pages, to the place where something hostile is sent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from urllib.parse import quote_plus

from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from booking import clock
from booking.bookings.guests import hold_token
from booking.bookings.services.hold import hold
from booking.bookings.terms import BookingRequest
from booking.db import Base, db
from booking.scheduling.models import Event

FORM = "application/x-www-form-urlencoded"
TYPED = {
    "organisation": "Inventedford School",
    "organisation_type": "school",
    "country": "KR",
    "group_label": "7b",
    "size": "24",
    "accompanying_adults": "2",
    "youngest_age": "14",
    "contact_name": "Ada Invented",
    "contact_email": "ada@example.org",
    "contact_locale": "en",
    "time_zone": "Asia/Seoul",
    "tech_is_me": "yes",
    "note": "They like maps.",
}
"""A form that can be booked."""

Values = Mapping[str, str | bytes]


def rows() -> dict[str, int]:
    """How many rows each table holds."""
    tables = Base.metadata.sorted_tables
    return {table.name: db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def encoded(values: Values) -> bytes:
    """A form as a browser sends it; bytes go as they are."""
    written = {
        name: value if isinstance(value, bytes) else quote_plus(value).encode() for name, value in values.items()
    }
    return b"&".join(name.encode() + b"=" + value for name, value in written.items())


def post(client: FlaskClient, address: str, values: Values) -> TestResponse:
    """Send a form."""
    return client.post(address, data=encoded(values), content_type=FORM)


def hidden(page: TestResponse, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found, f"{name}: {page.status_code}"
    return unescape(found[1])


def times(page: TestResponse) -> list[str]:
    """The times offered as buttons."""
    return re.findall(r'<button name="slot" value="([^"]+)"', page.text)


def told(answer: TestResponse) -> list[str]:
    """What a page says against what was sent."""
    return re.findall(r'class="msg"[^>]*>([^<]*)|<li><b>([^<]*)', answer.text) or [str(answer.status_code)]


@dataclass
class Step:
    """A page that has a form: where it goes, what it sends unless told otherwise, and what it shows again."""

    client: FlaskClient
    address: str
    values: dict[str, str]

    def send(self, **changed: str | bytes) -> TestResponse:
        """Send the form with something else in it."""
        return post(self.client, self.address, {**self.values, **changed})

    def without(self, name: str) -> dict[str, str]:
        """The form but for one field."""
        return {key: value for key, value in self.values.items() if key != name}


def chosen(client: FlaskClient) -> tuple[TestResponse, dict[str, str]]:
    """The list of times, and what pressing its first button sends."""
    page = client.get(
        "/", query_string={"language": "en", "size": "24", "youngest_age": "14", "time_zone": "Asia/Seoul"}
    )
    data = {"csrf_token": hidden(page, "csrf_token"), "criteria": hidden(page, "criteria"), "slot": times(page)[0]}
    return page, data


def booking_form(client: FlaskClient) -> Step:
    """The form of a held time."""
    answer = post(client, "/choose", chosen(client)[1])
    assert answer.status_code == 303, told(answer)
    page = client.get(answer.location)
    kept = {name: hidden(page, name) for name in ("csrf_token", "hold", "key", "criteria")}
    return Step(client, "/book", {**kept, **TYPED})


def held_form(client: FlaskClient, event: Event) -> Step:
    """The same for places in an event, held without going through the pages."""
    held = hold(BookingRequest(event=event.code, offering="", size=24, language="en"), now=clock.now())
    page = client.get("/my-booking")
    own = {"csrf_token": hidden(page, "csrf_token"), "hold": hold_token(held.reference), "key": "k", "criteria": ""}
    return Step(client, "/book", {**own, **TYPED})


@dataclass
class Booked:
    """A booking and its page."""

    client: FlaskClient
    place: str

    @property
    def reference(self) -> str:
        """VE-...."""
        return self.place.partition("?")[0].rpartition("/")[2]

    @property
    def token(self) -> str:
        """What opens it."""
        found = re.search(r"[?&]t=([^&]+)", self.place)
        assert found
        return found[1]

    def step(self, name: str, **values: str) -> Step:
        """One of the changes: size, move, cancel or link."""
        page = self.client.get(self.place)
        known = {"csrf_token": hidden(page, "csrf_token"), "version": hidden(page, "version")}
        return Step(self.client, f"/bookings/{self.reference}/{name}?t={self.token}", {**known, **values})


def booked(client: FlaskClient, **values: str) -> Booked:
    """Book the first time; the booking."""
    answer = booking_form(client).send(**values)
    assert answer.status_code == 303, told(answer)
    return Booked(client, answer.location)
