"""A guide works a day, and a coordinator closes a station and exports the report, in each of the six languages."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from booking.accounts.terms import Role
from booking.bookings.terms import BookingStatus
from booking.catalogue.models import Station
from booking.catalogue.terms import Format
from booking.db import db
from booking.i18n import Translated
from booking.scheduling.terms import EventStatus
from tests.browser import staff, tongues
from tests.browser.house import House
from tests.browser.staff import vienna
from tests.browser.tongues import LOCALES, Reader
from tests.browser.words import words
from tests.builders import NOW, make_booking, make_event, make_offering, make_organisation
from tests.signing_in import make_account

GUIDE, DESK = "ana@example.org", "desk.vienna@example.org"
MONTH = timedelta(days=30)
CODE = re.compile("[a-z_-]+")
"""What programs read in the workbook is in no language."""


def fill() -> None:
    """A guide with a day; a visit on site next week, and one a month ago."""
    staff.make_colleague("Ana", "en it")
    staff.fill_day(GUIDE)
    make_account(Role.COORDINATOR, "VIE", email=DESK, name="Ilse Invented")
    station = db.session.scalars(select(Station).where(Station.code == "VIE")).one()
    visit = make_offering(station, format=Format.IN_PERSON, title=Translated({"en": "The rotunda, on foot"}))
    for day, school in ((30, "Inventedford Lyceum"), (26, "Istituto Ponte Nuovo")):
        make_booking(make_event(visit, vienna(day, 10)), make_organisation(school, "IT"), size=12)
    held = make_event(visit, NOW - MONTH, status=EventStatus.HELD)
    make_booking(held, make_organisation("Liceo Nevado"), size=10, status=BookingStatus.ATTENDED, attended=11)


@pytest.fixture(scope="module", params=LOCALES)
def locale(request: pytest.FixtureRequest) -> str:
    """The language of the pages."""
    return str(request.param)


@pytest.fixture(scope="module")
def house(furnished: Path, tmp_path_factory: pytest.TempPathFactory, locale: str) -> Iterator[House]:
    """A site for the staff of each language."""
    with tongues.site(furnished, tmp_path_factory.mktemp(f"six-{locale}"), fill) as served:
        yield served


@pytest.fixture
def reader(chromium: Browser, house: House, locale: str) -> Iterator[Reader]:
    """Somebody in Vienna who reads the language."""
    with tongues.reading(chromium, house, locale, "Europe/Vienna") as somebody:
        yield somebody


def test_a_guide_works_a_day(reader: Reader, house: House) -> None:
    page = reader.page
    staff.sign_in(page.context, house, GUIDE)
    reader.arrive("/guide/")
    reader.hears("heading", "Today")
    reader.looks()
    reader.hands.press("Accept")
    reader.hears("status", "The tour is yours. It stands in your week, and in your calendar.")
    reader.looks()
    expect(page.locator("#attendance .one input").first).to_have_value("18")
    reader.hands.press("Save")
    reader.hears("status", "The number is kept. Thank you.")
    reader.looks()


def test_a_coordinator_closes_the_station(reader: Reader, house: House) -> None:
    page, hands = reader.page, reader.hands
    staff.sign_in(page.context, house, DESK)
    reader.arrive("/desk/closures")
    reader.looks()
    hands.press("Announce a closure", "link")
    hands.press("Look")
    summary = page.locator(".summary")
    expect(summary).to_be_visible()
    if reader.has_scripts:
        expect(summary).to_be_focused()
    assert words(page, "Reason the groups read") in summary.inner_text()
    reader.looks()
    hands.write("First day", "2026-11-26")
    hands.write("Last day", "2026-12-04")
    hands.write("Reason the groups read", "The rotunda is being repaired.")
    hands.press("Look")
    expect(page.locator(".visits .choice")).to_have_count(2)
    reader.looks()
    hands.press("Convert all that can be")
    expect(page.locator(".visits input[value=convert]:checked")).to_have_count(2)
    reader.looks()
    hands.press(page.locator(".bar-send .btn").inner_text())
    reader.hears("status", "Done. The groups are being written to.")
    reader.looks()
    assert len(house.work()) >= 2


def test_a_coordinator_exports_the_report(reader: Reader, house: House, tmp_path: Path) -> None:
    page = reader.page
    staff.sign_in(page.context, house, DESK)
    reader.arrive("/staff")
    reader.hands.press("Reports", "link")
    expect(page.locator(".kpis")).to_be_visible()
    reader.looks()
    with page.expect_download() as coming:
        reader.hands.press("Download XLSX", "link")
    coming.value.save_as(tmp_path / "report.xlsx")
    sheets = load_workbook(tmp_path / "report.xlsx").worksheets
    cells = [cell.value for sheet in sheets for row in sheet.iter_rows() for cell in row]
    assert 11 in cells
    texts = [*(sheet.title for sheet in sheets), *(cell for cell in cells if isinstance(cell, str))]
    left = [text for text in texts if tongues.is_english(reader.locale, text) and not CODE.fullmatch(text)]
    assert left == []
