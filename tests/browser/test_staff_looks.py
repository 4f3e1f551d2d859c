"""How the pages of staff stand in every state: for axe, by keys, on a phone, enlarged, dark, from right to left."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from booking import clock
from booking.accounts.terms import Role
from tests.browser import staff
from tests.browser.conftest import PATIENCE_MS
from tests.browser.desk_states import ADMINISTRATOR
from tests.browser.furniture import furnish
from tests.browser.house import House
from tests.browser.looks import endpoint_of, lost_keys, undone_by_keys, unsaid
from tests.browser.staff_states import BUSY, COORDINATOR, IDLE, NOBODY, STATES
from tests.browser.test_looks import (
    ALL_RULES,
    BUT_COLOUR,
    DESK,
    ENLARGED,
    INLINE,
    MOST_BYTES,
    OF_LOOKS,
    PHONE,
    Visitor,
    carry_axe,
    findings,
    weight,
    wider_than_the_window,
)
from tests.builders import NOW
from tests.signing_in import make_account


@dataclass(frozen=True)
class Gallery:
    """A site, and the names of what stands in it."""

    house: House
    names: dict[str, str]


@pytest.fixture(scope="module")
def staffed(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A database with staff and whatever stands on their pages, and the names of things; both languages copy it."""
    folder = tmp_path_factory.mktemp("staffed")
    database = Path(shutil.copy(furnished, folder / "booking.db"))
    with clock.frozen(NOW), House(database, folder) as house:
        return database, house.inside(_people)


def _people() -> dict[str, str]:
    for name in ("Ana", "Ben"):
        staff.make_colleague(name)
    make_account(Role.GUIDE, "VIE", email=NOBODY)
    own = staff.fill_day(BUSY)
    make_account(Role.COORDINATOR, "VIE", email=COORDINATOR, name="Ilse Invented")
    staff.fill_desk()
    names = furnish()
    make_account(Role.ADMINISTRATOR, email=ADMINISTRATOR, name="Ada Invented")
    return {**names, "own": own}


@pytest.fixture(scope="module")
def locale() -> str:
    """A language from left to right; test_staff_looks_from_right.py has the other."""
    return "en"


@pytest.fixture(scope="module")
def gallery(
    staffed: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory, locale: str
) -> Iterator[Gallery]:
    """One site for all pages of a language."""
    folder = tmp_path_factory.mktemp(f"staff-{locale}")
    database = Path(shutil.copy(staffed[0], folder / "booking.db"))
    with clock.frozen(NOW), House(database, folder) as house:
        yield Gallery(house, staffed[1])


@pytest.fixture(scope="module")
def visitors(chromium: Browser, gallery: Gallery, locale: str) -> Iterator[dict[str, Visitor]]:
    """The people of the gallery, each with a browser and the language."""
    found: dict[str, Visitor] = {}
    for email in (BUSY, IDLE, NOBODY, COORDINATOR, ADMINISTRATOR):
        context = chromium.new_context(
            base_url=gallery.house.url, locale="en-GB", timezone_id="Europe/Vienna", reduced_motion="reduce"
        )
        context.set_default_timeout(PATIENCE_MS)
        carry_axe(context)
        staff.sign_in(context, gallery.house, email)
        found[email] = Visitor(context.new_page())
        found[email].heard.hear(context)
        found[email].page.on("response", found[email].note)
        found[email].page.goto(f"/account?lang={locale}")
        assert found[email].page.locator("html").get_attribute("lang") == locale
    yield found
    for one in found.values():
        one.page.context.close()


@pytest.mark.parametrize("name", STATES)
def test_everybody_of_the_staff_can_use_it(
    gallery: Gallery, visitors: dict[str, Visitor], locale: str, name: str
) -> None:
    who, look = STATES[name]
    visitor, page = visitors[who], visitors[who].page
    visitor.heard.clear()
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    look.open(page, gallery.names)
    is_page = not look.act or bool(look.shows)
    assert not is_page or endpoint_of(gallery.house.app, page.url) == look.endpoint(gallery.house.app)
    told: dict[str, list[str]] = {"focus": unsaid(page)}
    told["desk"] = findings(page, ALL_RULES if locale == "en" else BUT_COLOUR)
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    told["phone"] = wider_than_the_window(page)
    if locale == "en":  # colours, sizes and keys know no direction
        page.emulate_media(color_scheme="dark")
        told["phone in the dark"] = findings(page, OF_LOOKS)
        told["keys"] = lost_keys(page)
    page.set_viewport_size({"width": ENLARGED[0], "height": ENLARGED[1]})
    told["enlarged"] = wider_than_the_window(page)
    if locale == "en" and is_page:
        told["Tab and Enter"] = undone_by_keys(page)
    assert {look: found for look, found in told.items() if found} == {}
    assert visitor.heard == []
    assert INLINE.findall(visitor.source()) == []
    assert weight(visitor.source()) < MOST_BYTES
