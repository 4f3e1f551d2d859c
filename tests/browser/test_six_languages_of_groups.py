"""A teacher finds a time and books it, in each of the six languages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from booking.i18n import country_name, language_name, zone_label
from tests.browser import tongues
from tests.browser.house import House
from tests.browser.tongues import LOCALES, Reader
from tests.browser.words import words
from tests.builders import NOW


@pytest.fixture(scope="module")
def house(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One site for the teachers of all languages."""
    with tongues.site(furnished, tmp_path_factory.mktemp("six")) as served:
        yield served


@pytest.fixture(params=LOCALES)
def teacher(request: pytest.FixtureRequest, chromium: Browser, house: House) -> Iterator[Reader]:
    """A teacher in Seoul who reads the language."""
    with tongues.reading(chromium, house, request.param, "Asia/Seoul") as reader:
        yield reader


def find(teacher: Reader) -> None:
    """Say what the class needs."""
    teacher.arrive("/")
    teacher.looks()
    hands = teacher.hands
    hands.choose("Language of the tour", language_name("fr", teacher.locale))
    hands.write("People, adults included", "28")
    hands.write("Age of the youngest", "12")
    if not teacher.has_scripts:
        hands.choose("On the clock of", zone_label("Asia/Seoul", teacher.locale, NOW))
    hands.press("Show times")
    expect(teacher.page.locator("section.day").first).to_be_visible()
    teacher.looks()


def choose_a_time(teacher: Reader) -> None:
    """The first of the list."""
    slot = teacher.page.locator("section.day button[name=slot] b").first
    teacher.hands.press(slot.inner_text())
    expect(teacher.page.locator("main form.form")).to_be_visible()
    teacher.looks()


def fill_in(teacher: Reader) -> None:
    """Who comes, with an address that is none."""
    hands = teacher.hands
    hands.write("School or organization", f"École inventée 日本 مدرسة {teacher.locale}")
    hands.choose("Country or area", country_name("KR", teacher.locale))
    hands.write("Adults with the group", "2")
    hands.write("Your name", "Ada Nilgiri")
    hands.write("E-mail", "ada@")


def send(teacher: Reader) -> None:
    """Press the large button, which says what is booked."""
    teacher.hands.press(teacher.page.locator("main form.form .row .btn").last.inner_text())


def test_a_teacher_books(teacher: Reader, house: House) -> None:
    page = teacher.page
    find(teacher)
    choose_a_time(teacher)
    fill_in(teacher)
    send(teacher)
    summary = page.locator(".summary")
    expect(summary).to_be_visible()
    if teacher.has_scripts:
        expect(summary).to_be_focused()
    assert summary.locator("li a").all_inner_texts() == [words(page, "E-mail")]
    teacher.looks()
    teacher.hands.write("E-mail", f"{teacher.locale}@example.org")
    send(teacher)
    teacher.hears("heading", "You are booked")
    teacher.looks()
    assert f"{teacher.locale}@example.org" in {mail["To"].addresses[0].addr_spec for mail in house.work()}
