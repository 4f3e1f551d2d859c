"""A finished message: its parts, its headers, and what it refuses to carry."""

import email
from dataclasses import replace
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from flask import Flask
from icalendar import Calendar

from booking.notices import mail
from booking.notices.terms import Claimed, Outgoing
from tests.notices.letters_of_all_kinds import BOOKING_KINDS, CANCELLING, FULL, GUIDE_KINDS, NOW, claimed, payload_of


def compose(office: Flask, notice: Claimed) -> Outgoing:
    return mail.compose(notice, office.extensions["booking.settings"], NOW)


def arrived(outgoing: Outgoing) -> EmailMessage:
    """The message as a mail program reads it from the wire."""
    return email.message_from_bytes(bytes(outgoing.message), policy=default)


def content(message: EmailMessage, kind: str) -> str:
    part = next(part for part in message.walk() if part.get_content_type() == kind)
    return str(part.get_content())


def event_in(message: EmailMessage) -> Any:  # noqa: ANN401  icalendar's component
    return Calendar.from_ical(content(message, "text/calendar")).walk("VEVENT")[0]


def test_the_invitation_is_an_alternative_and_a_file(office: Flask) -> None:
    message = arrived(compose(office, claimed()))
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    attached = list(message.iter_attachments())[-1]
    assert attached.get_filename() == "invite.ics"
    assert attached.get_content().decode().split() == content(message, "text/calendar").split()


@pytest.mark.parametrize("kind", [*BOOKING_KINDS, *GUIDE_KINDS])
def test_the_method_of_the_part_is_the_method_of_the_calendar(office: Flask, kind: str) -> None:
    message = arrived(compose(office, claimed(kind)))
    part = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
    method = "CANCEL" if kind in CANCELLING else "REQUEST"
    assert dict(part["Content-Type"].params)["method"] == method
    assert dict(part["Content-Type"].params)["charset"] == "utf-8"
    assert Calendar.from_ical(content(message, "text/calendar"))["METHOD"] == method
    assert str(event_in(message)["STATUS"]) == ("CANCELLED" if kind in CANCELLING else "CONFIRMED")


def test_the_invitation_names_the_recipient_alone_and_keeps_the_secret_link_to_itself(office: Flask) -> None:
    message = arrived(compose(office, claimed()))
    event = event_in(message)
    assert str(event["ATTENDEE"]) == "mailto:sora@haneulsaem.example.org"
    assert str(event["ORGANIZER"]) == "mailto:nyc@example.org"
    assert event["DTSTART"].dt == claimed().due_at.fromisoformat(FULL["starts_at"])
    assert event["DTSTART"].params["TZID"] == "Asia/Seoul"
    assert event["URL"] == FULL["join_url"]
    assert "secret" not in content(message, "text/calendar")


def test_a_cancellation_no_longer_carries_the_link_to_join(office: Flask) -> None:
    assert "URL" not in event_in(arrived(compose(office, claimed("booking_cancelled"))))


@pytest.mark.parametrize("kind", ["my_links", "account_invitation"])
def test_a_letter_without_an_event_has_text_and_html_only(office: Flask, kind: str) -> None:
    message = arrived(compose(office, claimed(kind)))
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_the_headers_say_who_writes_and_that_no_person_did(office: Flask) -> None:
    message = arrived(compose(office, claimed()))
    assert message["From"] == "New York Visitors Service <visits@example.org>"
    assert message["To"] == "Sora Hanbit <sora@haneulsaem.example.org>"
    assert message["Reply-To"] == "nyc@example.org"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == "<abc@visits.example.org>"
    assert message["Date"].datetime == NOW
    assert "List-ID" not in message


def test_the_name_that_the_installation_sets_wins(office: Flask) -> None:
    settings = replace(office.extensions["booking.settings"], mail_from="Visits <visits@un.example.org>")
    message = arrived(mail.compose(claimed(), settings, NOW))
    assert message["From"] == "Visits <visits@un.example.org>"


def test_an_arabic_letter_arrives_as_it_was_written(office: Flask) -> None:
    payload = {**FULL, "title": "كيف يولد القرار", "contact_name": "ليلى المخترعة", "group_zone": "Africa/Cairo"}
    outgoing = compose(
        office, claimed(locale="ar", payload={**payload, "calendar": payload_of("booking_moved")["calendar"]})
    )
    message = arrived(outgoing)
    assert bytes(outgoing.message).isascii()
    assert "القاهرة" in message["Subject"]
    assert message["To"].addresses[0].display_name == "ليلى المخترعة"
    assert "كيف يولد القرار" in content(message, "text/plain")
    assert 'dir="rtl"' in content(message, "text/html")
    assert str(event_in(message)["SUMMARY"]) == "كيف يولد القرار"


def test_the_same_notice_is_written_twice_alike(office: Flask) -> None:
    first, second = (compose(office, replace(claimed(), attempts=attempts)) for attempts in (1, 2))
    assert first.message["Message-ID"] == second.message["Message-ID"]
    assert content(arrived(first), "text/calendar") == content(arrived(second), "text/calendar")


@pytest.mark.parametrize(
    "hostile", ["Bob\r\nBcc: e@x.org", "a\nb", "a\u2028b", "a\u2029b", "a\x00b", "a\x85b", "a\ud800"]
)
def test_nothing_that_ends_a_line_gets_into_a_header(office: Flask, hostile: str) -> None:
    with pytest.raises(mail.Unsendable):
        mail.header(hostile)
    with pytest.raises(ValueError, match=r"."):
        compose(office, claimed(payload={**FULL, "contact_name": hostile}))
    with pytest.raises(ValueError, match=r"."):
        compose(office, claimed(payload={**FULL, "station_contact": f"a@example.org{hostile}"}))


@pytest.mark.parametrize(
    "address",
    ["a@x.org\r\nBcc: e@x.org", '"q q"@x.org', "a,b@x.org", "a@[127.0.0.1]", "a@localhost", "a", "", "é@x.org"],
)
def test_nothing_but_a_plain_address_is_written_to(office: Flask, address: str) -> None:
    with pytest.raises(mail.Unsendable):
        compose(office, claimed(recipient=address))


def test_a_domain_in_another_script_is_written_in_ascii(office: Flask) -> None:
    outgoing = compose(office, claimed(recipient="sora@schüle.example.org"))
    assert outgoing.recipient == "sora@xn--schle-mva.example.org"


@pytest.mark.parametrize(
    "hostile", ["Tour\r\nATTENDEE:mailto:evil@x", 'Bob"\r\nX-EVIL:1', "back\\slash; comma, end", "Tour\x00"]
)
def test_a_title_stays_one_escaped_line_of_the_calendar(office: Flask, hostile: str) -> None:
    message = arrived(compose(office, claimed(payload={**payload_of("booking_confirmed"), "title": hostile})))
    lines = content(message, "text/calendar").replace("\r\n", "\n").replace("\n ", "").splitlines()
    assert len([line for line in lines if line.startswith("SUMMARY")]) == 1
    assert not [line for line in lines if line.startswith("X-EVIL")]
    assert len([line for line in lines if line.startswith("ATTENDEE")]) == 1
