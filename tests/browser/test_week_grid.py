"""The grid of a week: moved by pointer, mirrored from right to left, and without scripts by a form."""

from collections.abc import Callable
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from booking.db import db
from booking.scheduling.models import Event, Guide
from tests.browser import staff
from tests.browser.conftest import Visit
from tests.browser.house import House
from tests.browser.staff import vienna

FIRST, SECOND = "VIE-FIRST", "VIE-SECOND"
WIDE = {"width": 1280, "height": 1600}
Opened = Callable[..., Page]


@pytest.fixture
def week(house: House, visit: Visit) -> Opened:
    """Opens the week of a guide with two tours on Wednesday, at 10:00 and at 14:00."""
    house.inside(_two_tours)

    def opened(**values: object) -> Page:
        page = visit(**{"viewport": WIDE, "timezone_id": "Europe/Vienna", **values})
        staff.sign_in(page.context, house, "ana@example.org")
        page.goto("/guide/week")
        return page

    return opened


def _two_tours() -> None:
    guide: Guide = staff.make_colleague("Ana")
    tour = staff.make_tour()
    staff.give(guide, tour, vienna(25, 10), code=FIRST)
    staff.give(guide, tour, vienna(25, 14), code=SECOND)


def start_of(house: House, code: str = FIRST) -> datetime:
    """When the tour starts."""
    return house.inside(lambda: db.session.execute(select(Event.starts_at).where(Event.code == code)).scalar_one())


def drag(page: Page, days: int, hours: float, code: str = FIRST) -> None:
    """Take the tour by its middle, and let it go so many columns and rows further."""
    box = page.locator(f"[data-movable={code}]").bounding_box()
    column = page.locator(".week .col").first.bounding_box()
    assert box is not None
    assert column is not None
    quarter = column["height"] / (4 * page.locator(".rail li").count())
    x, y = box["x"] + box["width"] / 3, box["y"] + box["height"] - 6
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 5, y + 5)
    page.mouse.move(x + days * column["width"], y + 4 * hours * quarter, steps=8)
    page.mouse.up()


def test_a_tour_is_dragged_to_another_day_and_hour(house: House, week: Opened) -> None:
    page = week()
    drag(page, days=1, hours=1.25)
    expect(page.get_by_role("status").first).to_contain_text("is on Thu 26 Nov, 11:15 now.")
    assert start_of(house) == vienna(26, 11, 15)


def test_what_the_server_refuses_stands_where_it_was_with_the_reason_above(house: House, week: Opened) -> None:
    page = week()
    drag(page, days=0, hours=3.5)
    expect(page.locator(".summary")).to_contain_text("and need 15 free minutes between two tours.")
    expect(page.locator(".summary")).to_be_focused()
    expect(page.locator(f"[data-movable={FIRST}] time")).to_have_text("10:00")
    assert start_of(house) == vienna(25, 10)


def test_two_that_would_meet_are_said_to_before_anything_is_sent(house: House, week: Opened) -> None:
    page = week()
    page.locator(f"[data-movable={FIRST}] .act").focus()
    page.keyboard.press("Enter")
    for _quarter in range(14):
        page.keyboard.press("ArrowDown")
    expect(page.locator("#say")).to_have_text("Wed 25 Nov, 13:30, would meet another tour")
    page.keyboard.press("Escape")
    expect(page.locator("#say")).to_have_text("Put back.")
    expect(page.locator(f"[data-movable={FIRST}] .act")).to_be_focused()
    assert start_of(house) == vienna(25, 10)


def test_from_right_to_left_the_next_day_lies_to_the_left(house: House, week: Opened) -> None:
    page = week()
    page.goto("/guide/week?lang=ar")
    boxes = [page.locator(".week .col").nth(place).bounding_box() for place in (0, 1)]
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert boxes[1]["x"] < boxes[0]["x"]
    page.locator(f"[data-movable={FIRST}] .act").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".col[data-day='2026-11-26']").locator(f"[data-movable={FIRST}]")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("10:00")
    assert start_of(house) == vienna(26, 10)


def test_a_tap_on_a_phone_opens_the_form_with_the_tour_chosen(house: House, week: Opened) -> None:
    page = week(viewport={"width": 375, "height": 812})
    page.locator(f"[data-movable={SECOND}] .act").click()
    expect(page.locator("#event")).to_have_value(SECOND)
    expect(page.locator("#day")).to_have_value("2026-11-25")
    page.locator("#time").select_option("15:00")
    page.get_by_role("button", name="Move the tour").click()
    expect(page.get_by_role("status").first).to_contain_text("15:00")
    assert start_of(house, SECOND) == vienna(25, 15)


def test_without_scripts_the_link_and_the_form_do_the_same(house: House, week: Opened) -> None:
    page = week(java_script_enabled=False)
    page.locator(f"[data-movable={FIRST}] a.act").click()
    page.locator("#day").fill("2026-11-24")
    page.locator("#move-form .btn").click()
    expect(page.get_by_role("status").first).to_contain_text("is on Tue 24 Nov, 10:00 now.")
    assert start_of(house) == vienna(24, 10)
