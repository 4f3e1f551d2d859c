"""What staff may write and is odd: inert on every page of every role, in the mails and in the calendars."""

import re
from collections import Counter

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select, update

from booking import clock
from booking.accounts.models import Account, ApiToken, SignIn
from booking.bookings.models import Booking, Organisation, SavedView, VisitRequest
from booking.catalogue.models import Material, Offering, Picture, VocabularyTerm
from booking.db import Base, db, transaction
from booking.i18n import Translated
from booking.scheduling.models import CapacityLimit, Closure, Event, Guide, Offer, Series
from booking.scheduling.services import feeds
from booking.scheduling.services.in_step import keep_in_step
from booking.webhooks.models import WebhookEndpoint
from tests.builders import NOW
from tests.hostile.conftest import Standing
from tests.hostile.forms_of_staff import House, pages
from tests.hostile.inputs import LITERAL_LINES
from tests.hostile.test_addresses import LIVE
from tests.hostile.test_kept import Page, body, mails

ODD = ("A27", "A28", "A30", "A31 braces", "A31 percent", "A33", "A43", "right to left")

OF_THE_DESK: dict[type[Base], tuple[str, ...]] = {
    Booking: ("group_label", "contact_name", "note"),
    Organisation: ("name",),
    SavedView: ("name",),
    VisitRequest: ("group_label", "contact_name", "note"),
    WebhookEndpoint: ("description",),
}
IN_LANGUAGES: dict[type[Base], tuple[str, ...]] = {
    CapacityLimit: ("reason",),
    Closure: ("message",),
    Material: ("title",),
    Offering: ("title", "summary"),
    Picture: ("alt",),
    VocabularyTerm: ("label",),
}
"""What desks and groups write, table by table."""

SMUGGLED = {"ATTENDEE", "X-EVIL", "ATTACH", "VALARM"}


def plant(text: str) -> None:
    """The text wherever staff or their browsers may put any."""
    title = Translated({"en": text})
    with transaction() as session:
        session.execute(update(Account).values(name=text))
        session.execute(update(ApiToken).values(name=text))
        session.execute(update(SignIn).values(agent=text))
        session.execute(update(Guide).values(name=text))
        session.execute(update(Series).values(title=title))
        session.execute(update(Event).values(title=title, guide_note=text))
        session.execute(update(Offer).values(decline_reason=text))
        for table, columns in OF_THE_DESK.items():
            session.execute(update(table).values(dict.fromkeys(columns, text)))
        for table, columns in IN_LANGUAGES.items():
            session.execute(update(table).values(dict.fromkeys(columns, title)))


def tags(app: Flask, house: House) -> list[Counter[str]]:
    """The tags of every page, counted; nothing in one is live."""
    found = []
    for client, page in pages(app, house):
        answer = client.get(page)
        assert not LIVE.search(answer.text), page
        found.append(Page(answer.text).tags)
    return found


@pytest.fixture(scope="module")
def usual(standing: Standing, shared_app: Flask) -> list[Counter[str]]:
    """The tags where every text is plain."""
    with clock.frozen(NOW), standing.as_it_was(shared_app):
        plant("plain")
        return tags(shared_app, standing.house)


@pytest.mark.parametrize("row", ODD)
def test_no_text_of_staff_is_live_on_a_page(
    shared_app: Flask, usual: list[Counter[str]], house: House, row: str
) -> None:
    plant(LITERAL_LINES[row])
    assert tags(shared_app, house) == usual


@pytest.mark.parametrize("row", ODD)
def test_nor_in_a_mail_or_a_calendar(house: House, row: str) -> None:
    plant(LITERAL_LINES[row])
    guide = db.session.scalars(select(Guide).where(Guide.code == house.names["guide"])).one()
    feeds.new_guide_address((guide.id, guide.code), now=NOW, actor="test")
    with transaction() as session:
        keep_in_step(session, list(session.scalars(select(Event.id))), NOW, actor="test")
    page = house.browsers["guide"].get("/guide/calendars").text
    address = re.search(r"/calendars/[^\s\"<]+\.ics", page.replace("<wbr>", ""))
    assert address
    feed = Calendar.from_ical(house.browsers["guide"].get(address[0]).data)
    assert [str(one["SUMMARY"]) for one in feed.walk("VEVENT") if LITERAL_LINES[row] in str(one["SUMMARY"])]
    assert not {str(name) for one in feed.walk("VEVENT") for name in one} & SMUGGLED
    told = mails()
    assert told
    for mail in told:
        assert not LIVE.search(re.sub(r'"http://localhost[^"]*"', '""', body(mail, "text/html"))), mail["Subject"]
        assert "\n" not in mail["Subject"]
