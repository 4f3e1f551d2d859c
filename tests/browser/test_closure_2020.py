"""The autumn of 2020 in the browser: a coordinator closes Geneva; groups accept, decline, or let it pass; undo."""

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, text

from booking import clock
from booking.accounts.terms import Role
from booking.bookings.models import Booking, Organisation
from booking.bookings.terms import BookingStatus
from booking.db import db
from booking.loading.services import load
from tests.browser import staff
from tests.browser.conftest import Visit
from tests.browser.house import House, invitation_in
from tests.loading.conftest import DATA
from tests.loading.loaded.test_closure_2020 import MINE, NOW, REWIND
from tests.signing_in import make_account

DESK = "desk@example.org"
FRENCH = "Le Palais des Nations est de nouveau fermé au public."


@pytest.fixture
def _now() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def house(sqlite_template: Path, tmp_path: Path, _now: None) -> Iterator[House]:
    """The site on 28 September 2020, with everything that had been booked by then."""
    database = Path(shutil.copy(sqlite_template, tmp_path / "booking.db"))
    with House(database, tmp_path) as served:
        served.inside(fill)
        yield served


def fill() -> None:
    """The files of 2020; what the closure of October did is not done yet. A coordinator of Geneva."""
    load(DATA, NOW)
    db.session.remove()
    known = [row[0] for row in db.session.execute(text(f"SELECT reference FROM booking WHERE {MINE}"))]
    for statement in REWIND:
        db.session.execute(text(statement), {"yes": 1} if ":yes" in statement else {})
    db.session.commit()
    assert len(known) > 2
    make_account(Role.COORDINATOR, "GVA", email=DESK)


def groups(house: House) -> dict[str, str]:
    """Reference and organisation of every group that is booked in Geneva from October on, on site."""
    statement = (
        select(Booking.reference, Organisation.name)
        .join(Organisation, Organisation.id == Booking.organisation_id)
        .where(Booking.contact_email != "", Booking.status == BookingStatus.CONFIRMED)
    )
    return house.inside(lambda: {one.reference: one.name for one in db.session.execute(statement)})


def declared(desk: Page) -> None:
    """Look at the closure from 1 October on, convert all, send."""
    desk.goto("/desk/closures")
    desk.get_by_role("link", name="Announce a closure").click()
    expect(desk.get_by_label("Station")).to_have_value("GVA")
    desk.get_by_label("First day").fill("2020-10-01")
    desk.get_by_label("Reason the groups read").fill("The Palais des Nations is closed to the public again.")
    desk.get_by_text("The reason in other languages").click()
    desk.get_by_label("Français").fill(FRENCH)
    desk.get_by_role("button", name="Look", exact=True).click()


def sent(desk: Page) -> None:
    """Confirm what was looked at: all go online, and have two days to answer."""
    desk.get_by_role("button", name="Convert all that can be").click()
    desk.get_by_label("Places are held until").fill("2020-09-30")
    desk.get_by_role("button", name=re.compile("Announce it and send")).click()
    expect(desk.get_by_role("status")).to_contain_text("The groups are being written to.")


def words_of(mail: EmailMessage) -> str:
    """Its text in one line."""
    part = mail.get_body(("plain",))
    assert part is not None
    return " ".join(part.get_content().split())


def link_in(mail: EmailMessage) -> str:
    """Where its group answers."""
    found = re.search(r"http\S+/bookings/\S+", words_of(mail))
    assert found
    return found[0]


def test_geneva_closes_and_every_group_answers_in_its_own_way(house: House, visit: Visit) -> None:
    known = groups(house)
    desk = visit(timezone_id="Europe/Zurich")
    staff.sign_in(desk.context, house, DESK)
    declared(desk)
    for name in known.values():
        expect(desk.get_by_text(name).first).to_be_visible()
    sent(desk)
    mails = house.work()
    assert len(mails) == len(known)
    assert len({str(mail["To"]) for mail in mails}) == len(known)
    for mail in mails:
        method, event, _content = invitation_in(mail)
        assert (method, event["SEQUENCE"], event["STATUS"]) == ("REQUEST", 1, "TENTATIVE")
        assert str(event["UID"]).partition("@")[0] in known
    assert {FRENCH in words_of(mail) for mail in mails} == {True, False}
    accepted, declined, *rest = mails
    for mail, button, heading in (
        (accepted, "Accept the virtual visit", "You are booked"),
        (declined, "It does not suit us", "We had to cancel"),
    ):
        group = visit()
        group.goto(link_in(mail) + "&lang=en")
        expect(group.get_by_role("heading", name="The premises in Geneva had to close")).to_be_visible()
        group.get_by_role("button", name=button).click()
        expect(group.get_by_role("heading", name=heading)).to_be_visible()
    assert {invitation_in(mail)[0] for mail in house.work()} == {"REQUEST", "CANCEL"}
    place = desk.url
    desk.goto(place)
    expect(desk.get_by_text(f"1 has accepted, 1 has declined and {len(rest)} have not answered")).to_be_visible()
    expect(desk.get_by_role("button", name="Undo the closure")).to_have_count(0)
    with clock.frozen(NOW + timedelta(days=3)):
        late = [*house.work(), *house.work()]  # the first round ends what nobody answered, the second writes of it
    assert {str(mail["To"]) for mail in late} >= {str(mail["To"]) for mail in rest}
    desk.goto(place)
    expect(desk.get_by_text(f"{len(rest)} did not answer in time")).to_be_visible()


def test_before_the_first_answer_the_desk_takes_it_back(house: House, visit: Visit) -> None:
    known = groups(house)
    desk = visit(timezone_id="Europe/Zurich")
    staff.sign_in(desk.context, house, DESK)
    declared(desk)
    sent(desk)
    written = house.work()
    desk.get_by_role("button", name="Undo the closure").click()
    expect(desk.get_by_role("status")).to_contain_text("Everything is as it was before")
    again = house.work()
    assert len(again) == len(written) == len(known)
    for mail in again:
        method, event, _content = invitation_in(mail)
        assert (method, event["SEQUENCE"], event["STATUS"]) == ("REQUEST", 2, "CONFIRMED")
    assert groups(house) == known
