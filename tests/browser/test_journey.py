"""A teacher in Seoul and a French virtual tour, with scripts, without, and by the keyboard alone."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from icalendar import Event
from playwright.sync_api import expect

from tests.browser.calendar_reader import as_khal_reads_it
from tests.browser.conftest import Visit
from tests.browser.hands import Hands, Keyboard, Pointer
from tests.browser.house import House, invitation_in

FIRST = datetime(2026, 12, 8, 0, 0, tzinfo=UTC)
"""Nine in the morning in Seoul, seven in the evening before in New York: its last hour."""
MOVED = FIRST - timedelta(minutes=30)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri")


@pytest.fixture(params=["pointer", "no scripts", "keyboard"])
def hands(request: pytest.FixtureRequest, visit: Visit) -> Hands:
    """A visitor who opens the start page."""
    page = visit(java_script_enabled=request.param != "no scripts")
    page.goto("/")
    return Keyboard(page) if request.param == "keyboard" else Pointer(page)


def find(hands: Hands) -> None:
    """Say what the class needs."""
    hands.choose("Language of the tour", "French")
    hands.write("People, adults included", "28")
    hands.write("Age of the youngest", "12")
    for day in WEEKDAYS:
        hands.tick(day)
    hands.choose("From", "09:00")
    hands.choose("To", "11:00")
    if "time_zone=" not in hands.page.url:
        hands.choose("On the clock of", "Seoul (UTC+9)")
    hands.press("Show times")


def book(hands: Hands) -> None:
    """Take the first time and say who comes."""
    hands.press("09:00", below="Tue 8 Dec")
    held = hands.page.get_by_role("region", name="The time you chose")
    expect(held).to_contain_text("Tue 8 Dec09:00in Seoul")
    expect(held).to_contain_text("19:00 on Mon 7 Dec in New York")
    expect(held).to_contain_text("Held for you until 18:10, 10 minutes from now.")
    hands.write("School or organization", "Inventedford School")
    hands.choose("Country or area", "Republic of Korea")
    expect(hands.page.get_by_label("How many people")).to_have_value("28")
    expect(hands.page.get_by_label("Age of the youngest")).to_have_value("12")
    hands.write("Adults with the group", "2")
    hands.write("Your name", "Ada Invented")
    hands.write("E-mail", "ada@example.org")
    hands.press("Book Tue 8 Dec, 09:00")
    expect(hands.page.get_by_role("heading", name="You are booked")).to_be_visible()


def check(house: House, folder: Path, method: str, starts_at: datetime, sequence: int, uid: str = "") -> Event:
    """One mail was written, and two readers find in it what it ought to say."""
    (mail,) = house.work()
    assert mail["To"].addresses[0].addr_spec == "ada@example.org"
    found, event, content = invitation_in(mail)
    assert (found, event["SEQUENCE"]) == (method, sequence)
    assert event["STATUS"] == ("CANCELLED" if method == "CANCEL" else "CONFIRMED")
    assert (event.start, event.end) == (starts_at, starts_at + timedelta(minutes=60))
    assert uid in {"", str(event["UID"])}
    begins, ends, status, title, read_uid = as_khal_reads_it(content, folder, "Asia/Seoul")
    local = starts_at + timedelta(hours=9)
    assert (begins, ends) == (f"{local:%Y-%m-%d %H:%M}", f"{local + timedelta(minutes=60):%Y-%m-%d %H:%M}")
    assert "Virtual guided tour" in title
    assert read_uid == str(event["UID"])
    assert ("CANCELLED" in status) == (method == "CANCEL")
    return event


def test_a_class_finds_books_changes_moves_and_cancels(hands: Hands, house: House, tmp_path: Path) -> None:
    find(hands)
    expect(hands.page.get_by_role("status").first).to_contain_text("times fit")
    book(hands)
    uid = str(check(house, tmp_path, "REQUEST", FIRST, 0)["UID"])

    hands.unfold("Change the number")
    hands.write("How many people", "30")
    hands.press("Save the number")
    expect(hands.page.get_by_role("status")).to_contain_text("The number is changed.")
    check(house, tmp_path, "REQUEST", FIRST, 1, uid)

    hands.unfold("Move to another time")
    hands.tick("Tue 8 Dec, 08:30")
    hands.press("Move")
    expect(hands.page.get_by_role("status")).to_contain_text("You have moved.")
    check(house, tmp_path, "REQUEST", MOVED, 2, uid)

    hands.unfold("Cancel")
    hands.press("Cancel this booking")
    expect(hands.page.get_by_role("heading", name="You have cancelled")).to_be_visible()
    check(house, tmp_path, "CANCEL", MOVED, 3, uid)
