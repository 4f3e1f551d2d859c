"""How the pages of staff stand in every state: for axe, on a phone, enlarged, in the dark, and from right to left."""

import re
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from booking import clock
from booking.accounts.terms import Role
from tests.browser import staff
from tests.browser.conftest import PATIENCE_MS
from tests.browser.house import House
from tests.browser.states import unfold
from tests.browser.test_looks import (
    ALL_RULES,
    BUT_COLOUR,
    DESK,
    ENLARGED,
    INLINE,
    MOST_BYTES,
    OF_COLOUR,
    OF_LAYOUT,
    PHONE,
    SMALL_PHONE,
    Visitor,
    findings,
    weight,
    wider_than_the_window,
)
from tests.builders import NOW
from tests.signing_in import make_account

BUSY, IDLE, NOBODY = "ana@example.org", "ben@example.org", "eva@example.org"
COORDINATOR = "ilse@example.org"
Opener = Callable[[Page], None]


def address(path: str, page: Page) -> None:
    """A page, with all that is folded open."""
    page.goto(path)
    unfold(page)


def move(to: str, page: Page) -> None:
    """The form of the week, sent with another time for the tour of today's afternoon."""
    page.goto("/guide/week")
    unfold(page)
    page.locator("#event option").first.wait_for(state="attached")
    page.locator("#event").select_option(index=1)
    page.locator("#day").fill("2026-11-24")
    page.locator("#time").select_option(to)
    page.locator("#move-form .btn").click()
    expect(page.locator(".summary")).to_be_visible()
    unfold(page)


def unread_block(page: Page) -> None:
    """Hours without an end."""
    page.goto("/guide/week")
    unfold(page)
    page.locator("#off-day").fill("2026-11-25")
    page.locator("#opens").select_option("10:00")
    page.locator("#block .btn").click()
    expect(page.locator("#block .msg")).to_be_visible()


def wrong_number(page: Page) -> None:
    """A number below none."""
    page.goto("/guide/attendance")
    page.locator(".one input").first.fill("-3")
    page.locator(".one .btn").first.click()
    expect(page.locator(".msg")).to_be_visible()


GUIDE: dict[str, Opener] = {
    "today": partial(address, "/guide/"),
    "today: done": partial(address, "/guide/?done=asked&n=3"),
    "today: it did not work": partial(address, "/guide/?done=gone"),
    "week": partial(address, "/guide/week"),
    "week: a day is off": partial(address, "/guide/week?done=day&day=2026-11-27"),
    "week: groups would be told": partial(move, "16:00"),
    "week: refused": partial(move, "03:00"),
    "week: hours that cannot be read": unread_block,
    "attendance": partial(address, "/guide/attendance"),
    "attendance: a number that is none": wrong_number,
}


def decide(page: Page) -> None:
    """The first request, with every answer open."""
    page.goto("/desk/requests")
    page.locator(".slot a").first.click()
    unfold(page)


def unread_answer(page: Page) -> None:
    """A refusal without its reason."""
    decide(page)
    page.locator("form[action$=refuse] .btn").click()
    expect(page.locator(".msg")).to_be_visible()
    unfold(page)


def too_soon(page: Page) -> None:
    """A time that the rules do not allow."""
    decide(page)
    page.locator("#proposed_on").fill("2026-11-24")
    page.locator("form[action$=propose] .btn").click()
    expect(page.locator(".summary")).to_be_visible()
    unfold(page)


def overtaken(page: Page) -> None:
    """What was typed on a page that is older than the request."""
    decide(page)
    page.locator("form[action$=refuse] [name=version]").evaluate("field => field.value = '77'")
    page.locator("#reason").fill("Nobody speaks about this.")
    page.locator("form[action$=refuse] .btn").click()
    expect(page.locator(".note.bad")).to_be_visible()
    unfold(page)


def one_booking(page: Page) -> None:
    """A sure booking, found by its group."""
    page.goto("/desk/search?q=nevado")
    page.locator(".slot a").first.click()
    unfold(page)


def menu(page: Page) -> None:
    """The menu at the top, opened by the keyboard alone; Escape closes it and stays where it was."""
    page.goto("/desk/?week=2027-W40")
    more = page.locator("details.more")
    more.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(more.get_by_role("link", name="Calendars")).to_be_visible()
    page.keyboard.press("Escape")
    expect(more.locator("ul")).to_be_hidden()
    expect(more.locator("summary")).to_be_focused()
    page.keyboard.press("Enter")
    expect(more.locator("ul")).to_be_visible()


def shorter_hours(page: Page) -> None:
    """Hours that would leave tours outside, before they are saved."""
    page.goto("/desk/catalogue/stations/VIE")
    page.locator("#virtual_closes").fill("09:00")
    page.locator("main form .btn").click()
    expect(page.locator("#hits")).to_be_visible()


def reversed_hours(page: Page) -> None:
    """Hours that cannot be."""
    page.goto("/desk/catalogue/stations/VIE")
    page.locator("#on_site_closes").fill("06:00")
    page.locator("main form .btn").click()
    expect(page.locator(".msg")).to_be_visible()


LIMIT = "/desk/limits/preview?station=VIE&counts=people-event&starts_on=2026-11-24"


def one_limit(page: Page) -> None:
    """A limit that some groups are over."""
    page.goto("/desk/limits")
    page.locator(".slot a").first.click()
    expect(page.locator("h1")).to_contain_text("15")
    unfold(page)


def one_event(page: Page) -> None:
    """An event to come, with what limits it."""
    one_limit(page)
    page.locator("section.rule h2 a").last.click()
    expect(page.locator("#limits")).to_be_visible()
    unfold(page)


def webhook(page: Page) -> None:
    """A program that is told of changes, with a test message on its way."""
    page.goto("/desk/webhooks/new")
    page.locator("[name=url]").fill("https://hooks.example.org/in")
    page.locator("[name=types]").first.check()
    page.locator("[name=stations]").first.check()
    page.locator("main form .btn").first.click()
    expect(page.locator(".secret")).to_be_visible()
    page.locator("main a.btn").click()
    page.locator("form[action$=test] .btn").click()
    expect(page.locator(".note.ok")).to_be_visible()


def wrong_words(page: Page) -> None:
    """A placeholder that there is not."""
    page.goto("/desk/mail-texts/booking_cancelled?locale=ar")
    page.locator("#part_late").fill("Late, {tme}")
    page.get_by_role("button").filter(has_text=re.compile("Save these words")).click()
    expect(page.locator(".msg")).to_be_visible()
    unfold(page)


def event_page(page: Page) -> None:
    """The first event of a list, with all that can be done."""
    page.goto("/desk/events")
    page.locator(".slot a").first.click()
    unfold(page)


def unread_message(page: Page) -> None:
    """A text with a placeholder that means nothing."""
    page.goto("/desk/messages")
    page.locator("#subject_en").fill("Your tour")
    page.locator("#text_en").fill("Good day, {whoever}")
    page.locator("main .btn").click()
    expect(page.locator(".msg")).to_be_visible()


def looked_message(page: Page) -> None:
    """A text before it is sent."""
    page.goto("/desk/messages")
    page.locator("#subject_en").fill("Your tour")
    page.locator("#text_en").fill("Good day, {name}")
    page.locator("main .btn").click()
    expect(page.locator("#readers")).to_be_visible()


def book_for_caller(page: Page) -> None:
    """A form without anything in it, sent."""
    page.goto("/desk/book/times")
    page.locator(".slot a").first.click()
    unfold(page)
    page.locator("main .btn").last.click()
    expect(page.locator(".summary")).to_be_visible()


DESK_PAGES: dict[str, Opener] = {
    "the menu": menu,
    "times for a caller": partial(address, "/desk/book/times"),
    "a booking for a caller: nothing typed": book_for_caller,
    "an event at the desk": event_page,
    "a message: a wrong placeholder": unread_message,
    "a message: looked at": looked_message,
    "organizations": partial(address, "/desk/organisations"),
    "organizations: a search": partial(address, "/desk/organisations?q=school"),
    "saved views": partial(address, "/desk/views"),
    "board": partial(address, "/desk/"),
    "board: an empty week": partial(address, "/desk/?week=2027-W40"),
    "events": partial(address, "/desk/events"),
    "events: what is no week": partial(address, "/desk/events?week=2026-W99"),
    "requests": partial(address, "/desk/requests"),
    "requests: none": partial(address, "/desk/requests?status=proposed"),
    "a request": decide,
    "a request: no reason": unread_answer,
    "a request: too soon": too_soon,
    "a request: overtaken": overtaken,
    "catalogue": partial(address, "/desk/catalogue/"),
    "catalogue: a station": partial(address, "/desk/catalogue/stations/VIE"),
    "catalogue: hours that events are outside of": shorter_hours,
    "catalogue: hours that end before they begin": reversed_hours,
    "catalogue: languages": partial(address, "/desk/catalogue/stations/VIE/languages"),
    "catalogue: holidays": partial(address, "/desk/catalogue/stations/VIE/holidays"),
    "catalogue: rules": partial(address, "/desk/catalogue/stations/VIE/rules"),
    "catalogue: vocabularies": partial(address, "/desk/catalogue/vocabularies"),
    "mails": partial(address, "/desk/mails"),
    "mails: none": partial(address, "/desk/mails?q=nobodyatall"),
    "mail texts": partial(address, "/desk/mail-texts"),
    "a mail text": partial(address, "/desk/mail-texts/booking_confirmed"),
    "a mail text: wrong words": wrong_words,
    "search": partial(address, "/desk/search?q=school"),
    "search: nothing": partial(address, "/desk/search?q=nobodyatall"),
    "a booking at the desk": one_booking,
    "webhooks": partial(address, "/desk/webhooks"),
    "a new webhook": partial(address, "/desk/webhooks/new"),
    "a webhook": webhook,
    "limits": partial(address, "/desk/limits"),
    "limits: a new one": partial(address, "/desk/limits/new"),
    "limits: who would be over": partial(address, LIMIT + "&most=12"),
    "limits: no number": partial(address, LIMIT),
    "a limit": one_limit,
    "an event and its limits": one_event,
}
STATES: dict[str, tuple[str, Opener]] = {
    **{name: (COORDINATOR, opener) for name, opener in DESK_PAGES.items()},
    **{name: (BUSY, opener) for name, opener in GUIDE.items()},
    "today: nothing planned": (IDLE, partial(address, "/guide/")),
    "week: nothing planned": (IDLE, partial(address, "/guide/week")),
    "attendance: nothing to enter": (IDLE, partial(address, "/guide/attendance")),
    "today: nobody's account": (NOBODY, partial(address, "/guide/")),
}
"""Whose browser it is, and how it comes there, by the name of the state."""


@pytest.fixture(scope="module", params=["en", "ar"])
def locale(request: pytest.FixtureRequest) -> str:
    """A language from left to right, and one from right to left."""
    return str(request.param)


@pytest.fixture(scope="module")
def gallery(furnished: Path, tmp_path_factory: pytest.TempPathFactory, locale: str) -> Iterator[House]:
    """One site for all pages of a language."""
    folder = tmp_path_factory.mktemp(f"staff-{locale}")
    database = Path(shutil.copy(furnished, folder / "booking.db"))
    with clock.frozen(NOW), House(database, folder) as house:
        house.inside(_people)
        yield house


def _people() -> None:
    for name in ("Ana", "Ben"):
        staff.make_colleague(name)
    make_account(Role.GUIDE, "VIE", email=NOBODY)
    staff.fill_day(BUSY)
    make_account(Role.COORDINATOR, "VIE", email=COORDINATOR, name="Ilse Invented")
    staff.fill_desk()


@pytest.fixture(scope="module")
def visitors(chromium: Browser, gallery: House, locale: str) -> Iterator[dict[str, Visitor]]:
    """The people of the gallery, each with a browser and the language."""
    found: dict[str, Visitor] = {}
    for email in (BUSY, IDLE, NOBODY, COORDINATOR):
        context = chromium.new_context(
            base_url=gallery.url, locale="en-GB", timezone_id="Europe/Vienna", reduced_motion="reduce"
        )
        context.set_default_timeout(PATIENCE_MS)
        staff.sign_in(context, gallery, email)
        found[email] = Visitor(context.new_page())
        found[email].heard.hear(context)
        found[email].page.on("response", found[email].note)
        found[email].page.goto(f"/account?lang={locale}")
        assert found[email].page.locator("html").get_attribute("lang") == locale
    yield found
    for one in found.values():
        one.page.context.close()


@pytest.mark.parametrize("name", STATES)
def test_everybody_of_the_staff_can_use_it(visitors: dict[str, Visitor], locale: str, name: str) -> None:
    who, opener = STATES[name]
    visitor, page = visitors[who], visitors[who].page
    visitor.heard.clear()
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    opener(page)
    told: dict[str, list[str]] = {"desk": findings(page, ALL_RULES if locale == "en" else BUT_COLOUR)}
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    told["phone"] = wider_than_the_window(page)
    if locale == "en":  # colours and sizes know no direction
        told["phone"] += findings(page, OF_LAYOUT)
        page.emulate_media(color_scheme="dark")
        told["dark"] = findings(page, OF_COLOUR)
    for width, height in (SMALL_PHONE, ENLARGED):
        page.set_viewport_size({"width": width, "height": height})
        told[f"{width} by {height}"] = wider_than_the_window(page)
    assert {look: found for look, found in told.items() if found} == {}
    assert visitor.heard == []
    assert INLINE.findall(visitor.source()) == []
    assert weight(visitor.source()) < MOST_BYTES
