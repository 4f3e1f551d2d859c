"""A reader whose clock is another one than the station's: each time is told on both, the one that counts first."""

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.states import fill_in, send


def test_a_reader_in_tokyo_sees_times_on_the_own_clock_and_on_the_stations(visit: Visit) -> None:
    page = visit(timezone_id="Asia/Tokyo")
    page.goto("/")
    expect(page.get_by_label("On the clock of")).to_have_value("Asia/Tokyo")
    expect(page.get_by_text("Soonest first, on your clock in Tokyo")).to_be_visible()
    page.goto(page.url + "&station=VIE&language=en&kind=tour&from=2026-12-14&to=2026-12-14")
    first = page.locator("button[name=slot]").first
    expect(first).to_have_text("16:0008:00 in Vienna")
    first.click()
    held = page.get_by_role("region", name="The time you chose")
    expect(held).to_contain_text("Mon 14 Dec16:00in Tokyo")
    expect(held).to_contain_text("08:00 in Vienna, the same day")
    expect(held.locator("time")).to_have_attribute("datetime", "2026-12-14T16:00:00+09:00")
    fill_in(page, size="24", youngest_age="14")
    send(page)
    booked = page.get_by_role("region", name="You are booked")
    expect(booked).to_contain_text("16:00in Tokyo, until 17:0008:00 in Vienna, the same day")


def test_on_site_the_stations_clock_comes_first(visit: Visit) -> None:
    page = visit(timezone_id="Asia/Tokyo")
    page.goto("/?time_zone=Asia/Tokyo&station=VIE&format=in-person&from=2026-12-14&to=2026-12-14")
    expect(page.locator("button[name=slot]").first).to_contain_text("09:00in Vienna17:00 in Tokyo")


def test_a_day_that_is_another_there_is_named(visit: Visit) -> None:
    page = visit(timezone_id="Asia/Tokyo")
    page.goto("/?time_zone=Asia/Tokyo&station=NYC&language=fr&hours_from=09:00&hours_to=11:00")
    expect(page.locator("section.day h2").first).to_have_text("Tue 1 Dec")
    expect(page.locator("button[name=slot]").first).to_have_text("09:0019:00 on Mon 30 Nov in New York")


def test_a_zone_that_was_chosen_is_kept_from_page_to_page(visit: Visit) -> None:
    page = visit(timezone_id="Asia/Tokyo")
    page.goto("/?time_zone=Africa/Nairobi")
    page.get_by_role("link", name="What we offer").click()
    page.get_by_role("link", name="Virtual guided tour").click()
    expect(page.get_by_text("On the clock in Nairobi.")).to_be_visible()
    page.get_by_role("link", name="Find a time").click()
    expect(page.get_by_label("On the clock of")).to_have_value("Africa/Nairobi")
