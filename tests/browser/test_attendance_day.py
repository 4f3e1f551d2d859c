"""Who came, in the browser: the reports of platforms as their own page counts them, and a day with three answers."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from shutil import copy

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect
from sqlalchemy import select

from booking import clock
from booking.accounts.terms import Role
from booking.bookings.links import join_token
from booking.db import db
from booking.scheduling.models import Guide
from tests.attendance.test_uploads import COUNTS, HOSTS, SAMPLES, ZOOM
from tests.browser.conftest import PATIENCE_MS, Complaints
from tests.browser.house import House
from tests.browser.staff import give, make_colleague, make_tour, sign_in, vienna
from tests.browser.test_joining import go_on
from tests.builders import NOW, make_booking, make_organisation
from tests.signing_in import make_account

DESK, GUIDE = "desk.vienna@example.org", "ana@example.org"
MEETING = "https://meet.example.org/room"
THREE = ZOOM + "Ada,ada@school.example.org,58,No\nBo,,57,No\nCy,,12,No\n"
PERIOD = "from=2026-11-01&to=2026-11-30"
STARTS = NOW + timedelta(hours=1)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def house(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Vienna on the morning of NOW, for all tests of this file."""
    folder = tmp_path_factory.mktemp("attendance")
    with House(Path(copy(furnished, folder / "booking.db")), folder) as served:
        yield served


@pytest.fixture(scope="module")
def browser(chromium: Browser, house: House) -> Iterator[Browser]:
    """Whose pages belong to a desk and a guide of Vienna."""

    def fill() -> None:
        make_account(Role.COORDINATOR, "VIE", email=DESK, name="Ilse Invented")
        make_colleague("Ana")

    house.inside(fill)
    yield chromium
    for context in chromium.contexts:
        context.close()


def page_of(browser: Browser, house: House, email: str = "") -> tuple[Page, Complaints]:
    """A page of somebody of staff, or of nobody; and what the browser says against what it shows."""
    context = browser.new_context(base_url=house.url, locale="en-GB", timezone_id="Europe/Vienna")
    context.set_default_timeout(PATIENCE_MS)
    heard = Complaints()
    heard.hear(context)
    if email:
        sign_in(context, house, email)
    return context.new_page(), heard


def make_day(house: House, school: str, starts_at: datetime) -> tuple[str, str]:
    """A class of 30 of that school comes to a tour of Ana's: code of the event, path of the joining page."""

    def make() -> tuple[str, str]:
        ana = db.session.scalars(select(Guide).where(Guide.name == "Ana Invented")).one()
        event = give(ana, make_tour(), starts_at, meeting_url=MEETING, platform="Zoom")
        booking = make_booking(event, make_organisation(school), size=30)
        return event.code, f"/join/{join_token(booking.reference)}"

    return house.inside(make)


@pytest.fixture(scope="module")
def reading(browser: Browser, house: House) -> Iterator[Page]:
    """The desk's page of the reports of a tour that is over."""
    with clock.frozen(NOW):
        code, _path = make_day(house, "Istituto Ponte Nuovo", vienna(20, 8))
        page, heard = page_of(browser, house, DESK)
        page.goto(f"/desk/events/{code}/attendance/report")
        yield page
    assert heard == []


@pytest.mark.parametrize("name", COUNTS)
def test_each_report_gives_the_counts_of_its_own_page_and_is_recorded(reading: Page, name: str) -> None:
    page, (participants, short) = reading, COUNTS[name]
    page.get_by_label("Attendance reports of Teams or Zoom").set_input_files(SAMPLES / name)
    page.get_by_role("button", name="Read the report").click()
    if name in HOSTS:
        page.get_by_text("Read it differently").click()
        page.get_by_label("Who is no participant").fill(HOSTS[name])
        page.get_by_role("button", name="Look again").click()
    told = f"{participants} participants, {short} of them under 5 minutes."
    expect(page.get_by_role("heading", name=told)).to_be_visible()
    for box in page.get_by_label("It is the report of this event all the same").all():
        box.check()
    if page.get_by_text("does not say whether").count():
        page.get_by_label("The dates in the file").select_option("mdy")
    page.get_by_role("button", name="Store these counts").click()
    expect(page.get_by_role("status")).to_have_text("The report is read.")
    expect(page.get_by_text(f"Official: {participants} people (platform)")).to_be_visible()
    expect(page.locator(".history li").first).to_contain_text(f"{participants} connections, Read from the platform")
    page.get_by_role("link", name="Read a report").click()


def join(browser: Browser, house: House, path: str) -> None:
    """The class says that it is 31, and goes on to the meeting."""
    with clock.frozen(STARTS - timedelta(minutes=5)):
        page, heard = page_of(browser, house)
        page.goto(path)
        page.get_by_label("How many are with you?").fill("31")
        go_on(page)
        assert heard == []


def count(browser: Browser, house: House, code: str) -> None:
    """The guide counts 29, and is shown the teacher's number before."""
    page, heard = page_of(browser, house, GUIDE)
    page.goto(f"/guide/attendance/{code}")
    number = page.get_by_label("How many were there?")
    expect(number).to_have_value("31")
    number.fill("29")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_contain_text("The number is kept.")
    assert heard == []


def read_report(page: Page, code: str) -> None:
    """The desk reads the platform's report: three connections, of which one is the teacher's with 31 people."""
    page.goto(f"/desk/events/{code}/attendance/report")
    file: FilePayload = {"name": "zoom.csv", "mimeType": "text/csv", "buffer": THREE.encode()}
    page.get_by_label("Attendance reports of Teams or Zoom").set_input_files([file])
    page.get_by_role("button", name="Read the report").click()
    expect(page.get_by_text("3 connections")).to_be_visible()
    expect(page.get_by_text("33 people, with what was said on the join page")).to_be_visible()
    page.get_by_role("button", name="Store these counts").click()


def test_a_day_with_three_answers_is_told_alike_on_the_page_in_the_report_and_in_the_export(
    browser: Browser, house: House
) -> None:
    with clock.frozen(NOW):
        code, path = make_day(house, "Haneulsaem Middle School", STARTS)
    join(browser, house, path)
    with clock.frozen(STARTS + 2 * HOUR):
        count(browser, house, code)
        page, heard = page_of(browser, house, DESK)
        read_report(page, code)
        is_told_on_its_page(page)
        is_told_in_the_report(page, code)
        is_told_in_the_export(page, code)
        assert heard == []


def is_told_on_its_page(page: Page) -> None:
    """29, the guide's, with everything that was said beside it."""
    expect(page.get_by_text("Official: 29 people (guide)")).to_be_visible()
    for number, whose in (
        ("29", "Counted by the guide"),
        ("33", "Read from the platform"),
        ("31", "Said by the teacher"),
    ):
        expect(page.locator("label.src", has_text=whose).locator(".v")).to_have_text(number)
    said = page.locator(".history li")
    expect(said.nth(2)).to_contain_text("31 people, Said by the teacher")
    expect(said.nth(1)).to_contain_text("Ana Invented")
    expect(said.nth(1)).to_contain_text("29 people, Counted by the guide")
    expect(said.nth(0)).to_contain_text("Ilse Invented")
    expect(said.nth(0)).to_contain_text("3 connections, Read from the platform")


def is_told_in_the_report(page: Page, code: str) -> None:
    """The number of participants opens its events; there it is 29, the guide's, and leads to what was said."""
    page.goto(f"/desk/reports/events?{PERIOD}&figure=participants&station=VIE")
    row = page.get_by_role("row", name=code)
    expect(row.get_by_role("cell").last).to_have_text("29 guide")
    row.get_by_role("link", name="29").click()
    page.wait_for_url(f"**/desk/events/{code}/attendance")


def is_told_in_the_export(page: Page, code: str) -> None:
    """As CSV, with the column of all that was said."""
    answer = page.request.get(f"/desk/reports/attendance?{PERIOD}&columns=event_id,attended,attended_source,history")
    (row,) = [one for one in csv.DictReader(io.StringIO(answer.text())) if one["event_id"] == code]
    said = "2026-11-23T09:55Z teacher 31; 2026-11-23T12:00Z guide 29; 2026-11-23T12:00Z platform 3"
    assert row == {"event_id": code, "attended": "29", "attended_source": "guide", "history": said}


def test_a_day_is_entered_by_keys_alone(browser: Browser, house: House) -> None:
    with clock.frozen(NOW):
        for hour, school in ((8, "Colegio Nevado"), (11, "Lycée des Trois Lanternes")):
            make_day(house, school, vienna(19, hour))
        page, heard = page_of(browser, house, DESK)
        page.goto("/desk/attendance?from=2026-11-19&to=2026-11-19")
        first, second = page.locator(".att .count").all()
        first.focus()
        page.keyboard.type("12")
        page.keyboard.press("Enter")
        expect(second).to_be_focused()
        page.keyboard.press("Shift+Enter")
        expect(first).to_be_focused()
        page.keyboard.press("ArrowDown")
        page.keyboard.type("9")
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Save the numbers")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_have_text("2 events are saved.")
        assert [one.input_value() for one in page.locator(".att .count").all()] == ["12", "9"]
        assert heard == []
