"""Links that were lost, and links that leaked."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from booking.bookings.links import token_of
from booking.bookings.services.book import book
from booking.bookings.services.links import renew_link, send_links
from booking.bookings.services.visit_group import withdraw_visit
from booking.bookings.terms import Contact
from booking.db import db
from booking.notices.letters import letter
from booking.notices.models import Notice
from tests.bookings.test_book import wish
from tests.bookings.visits import make_visit
from tests.builders import NOW, make_event, make_offering, make_station
from tests.notices.letters_of_all_kinds import claimed

pytestmark = pytest.mark.usefixtures("app")


def test_the_links_of_an_address_are_found_in_whatever_case_it_is_typed_and_go_to_where_they_went_before() -> None:
    offering = make_offering(make_station())
    for number, written in enumerate(("Ada@example.org", "ada@example.org", "bea@example.org")):
        contact = Contact("Ada Invented", written, "en", "Asia/Seoul")
        request = wish(event=make_event(offering).code, group_label=str(number), contact=contact)
        book(replace(request, organisation=f"School {number}"), key=str(number), now=NOW)
    send_links("ADA@example.org", now=NOW, locale="en")
    rows = db.session.execute(select(Notice.recipient, Notice.payload).where(Notice.kind == "my_links")).all()
    assert sorted((row.recipient, len(row.payload["links"])) for row in rows) == [
        ("Ada@example.org", 1),
        ("ada@example.org", 1),
    ]


def test_requests_are_among_the_links_with_what_they_wish_and_those_that_ended_are_not() -> None:
    visit = make_visit()
    send_links(visit.facts.contact.email.upper(), now=NOW, locale="en")
    payload = db.session.execute(select(Notice.payload).where(Notice.kind == "my_links")).scalar_one()
    text = " ".join(letter(claimed("my_links", payload=payload)).text.split())
    assert "Wished: Mon 21 Dec, 18:00 in Seoul and Tue 22 Dec, 18:00 in Seoul (requested, not yet answered)" in text
    assert f"/bookings/{visit.reference}?t={visit.token}" in text
    withdraw_visit(visit.by_group)
    send_links(visit.facts.contact.email, now=NOW + timedelta(minutes=5), locale="en")
    assert len(db.session.execute(select(Notice.id).where(Notice.kind == "my_links")).all()) == 1


def test_mails_that_wait_when_the_link_is_renewed_bring_the_new_one() -> None:
    reference = book(wish(event=make_event(make_offering(make_station())).code), key="a", now=NOW).reference
    renewed = renew_link(reference, now=NOW)
    token = token_of(reference, renewed.generation)
    payload = db.session.execute(select(Notice.payload).where(Notice.kind == "booking_confirmed")).scalar_one()
    assert payload["manage_url"].endswith(f"?t={token}")
    assert payload["ics_url"].endswith(f"?t={token}")
    assert token_of(reference) not in str(payload)
