"""What is odd and may be kept: stored as it was typed, and inert in pages, mails, calendars and JSON."""

import unicodedata
from collections import Counter
from email.message import EmailMessage
from html import unescape
from html.parser import HTMLParser

import pytest
from flask import current_app
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import func, select

from booking.bookings.models import Organisation
from booking.bookings.queries.bookings import BookingFacts, booking_by_reference
from booking.db import db
from booking.notices import services
from booking.notices.mail import compose
from booking.notices.terms import LEASE
from tests.builders import NOW
from tests.hostile.inputs import LITERAL_LINES, LITERAL_NOTES
from tests.hostile.walk import Booked, Step, booked, booking_form, rows

pytestmark = pytest.mark.usefixtures("event")

ROWS = [(row, LITERAL_LINES.get(row, "odd"), note) for row, note in LITERAL_NOTES.items()]


class Page(HTMLParser):
    """The tags of a page with the names of their attributes, counted; its text; where its links lead."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.links: list[str] = []
        self.text = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "wbr":  # where a long address may break
            self.tags[f"{tag} {' '.join(name for name, _value in attrs)}"] += 1
        self.links += [value or "" for name, value in attrs if name in {"href", "src", "action"}]

    def handle_data(self, data: str) -> None:
        self.text += data


def as_kept(text: str) -> str:
    """How a text is stored."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n"))


def values(line: str, note: str) -> dict[str, str]:
    """The same odd text in every field that takes any."""
    tester = {"tech_is_me": "no", "technical_contact_name": line, "technical_contact_email": "bo@example.org"}
    names = {"organisation": f"{line} School", "group_label": line, "contact_name": line}
    return {**names, **tester, "note": note}


def facts(booking: Booked) -> BookingFacts:
    """The booking as it is stored."""
    found = booking_by_reference(db.session(), booking.reference)
    assert found is not None
    return found


def mails() -> list[EmailMessage]:
    """The mails that wait, written."""
    settings = current_app.extensions["booking.settings"]
    claimed = services.claim(NOW, "tests", 20, LEASE)
    return [compose(notice, settings, NOW).message for notice in claimed]


def body(mail: EmailMessage, kind: str) -> str:
    """One part of a mail as text."""
    part = next(part for part in mail.walk() if part.get_content_type() == kind)
    return str(part.get_content())


@pytest.mark.parametrize(("row", "line", "note"), ROWS)
def test_it_is_stored_literally_and_inert_everywhere(client: FlaskClient, row: str, line: str, note: str) -> None:
    assert row
    plain, odd = booked(client, **values("plain", "plain")), booked(client, **values(line, note))
    found = facts(odd)
    assert found.organisation == as_kept(f"{line} School")
    assert {found.group_label, found.contact.name, found.technical_name} == {as_kept(line)}
    assert found.note == as_kept(note)

    page, usual = (Page(client.get(one.place).text) for one in (odd, plain))
    assert page.tags == usual.tags
    assert as_kept(line) in page.text
    assert as_kept(note) in page.text
    assert not [link for link in page.links if not link.startswith(("/", "#", "?"))]

    usual_mail, mail = mails()
    assert Page(body(mail, "text/html")).tags == Page(body(usual_mail, "text/html")).tags
    assert as_kept(line) in Page(body(mail, "text/html")).text
    assert as_kept(line) in body(mail, "text/plain")
    assert mail.keys() == usual_mail.keys()
    assert mail["To"].addresses[0].addr_spec == "ada@example.org"

    ics = Calendar.from_ical(client.get(f"/bookings/{odd.reference}.ics?t={odd.token}").data)
    for calendar in (ics, Calendar.from_ical(body(mail, "text/calendar"))):
        (event,) = calendar.walk("VEVENT")
        assert set(event) == {
            *("UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "LOCATION"),
            *("STATUS", "ORGANIZER", "ATTENDEE"),
        }
        assert str(event["ATTENDEE"]) == "mailto:ada@example.org"

    answer = client.get(f"/api/v1/bookings/{odd.reference}", headers={"Authorization": f"Bearer {odd.token}"})
    assert (answer.json or {})["note"] == as_kept(note)


@pytest.mark.parametrize(("row", "line", "note"), ROWS)
def test_a_form_shows_it_again_as_text(client: FlaskClient, row: str, line: str, note: str) -> None:
    assert row
    step = booking_form(client)
    page, usual = (Page(step.send(**one, size="").text) for one in (values(line, note), values("plain", "plain")))
    assert page.tags == usual.tags
    again = unescape(step.send(**values(line, note), size="").text)
    assert line in again
    assert note in again


def test_signs_that_turn_text_around_are_taken_out(client: FlaskClient) -> None:
    assert facts(booked(client, organisation="Schule \u202eexe.")).organisation == "Schule exe."


def test_two_spellings_of_a_school_are_one(client: FlaskClient) -> None:
    for number, name in enumerate(("École É", "Ecole\u0301 E\u0301".replace("Ecole\u0301", "E\u0301cole"), "ÉCOLE  é")):
        booked(client, organisation=name, group_label=str(number))
    assert db.session.scalar(select(func.count()).select_from(Organisation)) == 1


@pytest.mark.parametrize("name", ["İstanbul Straße", "ﬁne school"])
def test_odd_cases_of_letters_are_one_school_too(client: FlaskClient, name: str) -> None:
    for number in range(2):
        booked(client, organisation=name, group_label=str(number))
    assert db.session.scalar(select(func.count()).select_from(Organisation)) == 1


def test_an_address_has_one_spelling(client: FlaskClient) -> None:
    assert facts(booked(client, contact_email="Ada@EXAMPLE.org")).contact.email == "Ada@example.org"


def test_extra_fields_change_nothing_that_is_ours(client: FlaskClient) -> None:
    extra = {"role": "admin", "status": "requested", "station_id": "2", "taken": "0", "id": "77", "reference": "VE-1"}
    found = facts(booked(client, **extra, language="xx", offering="other", capacity="9999"))
    usual = facts(booked(client, group_label="other"))
    assert (found.status, found.station, found.offering) == (usual.status, usual.station, usual.offering)
    assert found.reference != "VE-1"
    assert found.event.taken == 24


def test_a_step_is_not_skipped(client: FlaskClient) -> None:
    step = booking_form(client)
    before = rows()
    for left_out in ("hold", "csrf_token"):
        values = {name: value for name, value in step.values.items() if name != left_out}
        assert Step(client, "/book", values).send().status_code in {400, 404}
    assert rows() == before
