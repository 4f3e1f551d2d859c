"""From the desk's first page to a workbook of what was held: the clicks are counted."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from shutil import copy

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page

from booking import clock
from booking.accounts.terms import Role
from booking.bookings.terms import BookingStatus
from booking.scheduling.terms import EventStatus
from tests.browser.house import House
from tests.browser.pdf_text import pages_of, text_of
from tests.browser.staff import make_tour, sign_in
from tests.builders import NOW, make_booking, make_event, make_organisation
from tests.signing_in import make_account

DESK = "desk.vienna@example.org"
MONTH = timedelta(days=30)


def fill() -> None:
    """Two groups came to Vienna a month ago."""
    make_account(Role.COORDINATOR, "VIE", email=DESK, name="Ilse Invented")
    held = make_event(make_tour(), NOW - MONTH, status=EventStatus.HELD)
    for school, came in (("مدرسة مخترعة", 12), ("=cmd|' /C calc'!A0", 31)):
        make_booking(held, make_organisation(school), size=10, status=BookingStatus.ATTENDED, attended=came)


@pytest.fixture
def desk(furnished: Path, tmp_path: Path, chromium: Browser) -> Iterator[Page]:
    """The first page that somebody at the desk sees who has signed in."""
    database = Path(copy(furnished, tmp_path / "booking.db"))
    with clock.frozen(NOW), House(database, tmp_path) as house:
        house.inside(fill)
        context = chromium.new_context(base_url=house.url, locale="en")
        sign_in(context, house, DESK)
        page = context.new_page()
        page.goto("/staff")
        yield page
        context.close()


def test_a_workbook_is_three_clicks_from_signing_in(desk: Page, tmp_path: Path) -> None:
    clicks = 1  # that of signing in
    desk.get_by_role("link", name="Reports", exact=True).click()
    clicks += 1
    assert desk.locator(".kpis .v").all_inner_texts()[:2] == ["1", "43"]
    with desk.expect_download() as coming:
        desk.get_by_role("link", name="Download XLSX").click()
    clicks += 1
    assert clicks == 3
    coming.value.save_as(tmp_path / "report.xlsx")
    book = load_workbook(tmp_path / "report.xlsx")
    cells = [cell for sheet in book.worksheets[1:] for row in sheet.iter_rows() for cell in row]
    assert {12, 31} <= {cell.value for cell in cells}
    assert "مدرسة مخترعة" in {cell.value for cell in cells}
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_a_number_opens_its_events_by_keys(desk: Page) -> None:
    desk.goto("/desk/reports")
    number = desk.locator(".kpis a", has_text="43")
    number.focus()
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/desk/reports/events?**")
    assert desk.locator("h1").inner_text() == "Participants: 43"
    assert desk.locator("tfoot").inner_text().split() == ["All", "events:", "1", "2", "43"]


def test_the_report_becomes_a_document_of_sheets(desk: Page) -> None:
    desk.goto("/desk/reports")
    desk.get_by_role("link", name="Print the report").click()
    pdf = desk.pdf(prefer_css_page_size=True)
    written = text_of(pdf)
    sheets = pages_of(pdf)
    assert sheets > 3
    assert f"1/{sheets}ReportoftheVisitorsServices" in written
    for said in ("MadebyIlseInvented", "Whatthewordsmean", "Eventsheld1", "13.", "T1Eventsheldandparticipants"):
        assert said in written, said
    assert "=cmd|'/Ccalc'!A0" in written
    assert "Narrowitdown" not in written
