"""The held time: its minutes, its end, and what happens to a form that the rules refuse."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from booking import clock
from tests.browser.conftest import Visit
from tests.browser.house import House
from tests.browser.states import ENGLISH, SHARED, fill_in, form, refused, send, unread
from tests.builders import NOW

TYPED = {
    "organisation": "Écoles inventées de Séoul",
    "contact_name": "Ada <Invented>",
    "note": "Maps &amp; flags\nplease",
}


def focused(page: Page) -> str:
    """The class of the element that has the focus."""
    return str(page.evaluate("document.activeElement.className"))


def test_the_minutes_are_counted_down_and_the_last_two_are_said_aloud(visit: Visit, house: House) -> None:
    page = visit()
    page.clock.install(time=NOW)
    form(page, house)
    held = page.get_by_role("region", name="The time you chose")
    aloud = held.get_by_role("status")
    expect(held).to_contain_text("Held for you until 18:10, 10 minutes from now.")
    expect(aloud).to_be_empty()
    page.clock.fast_forward("05:30")
    expect(held).to_contain_text("5 minutes from now")
    expect(aloud).to_be_empty()
    page.clock.fast_forward("02:45")
    expect(held).to_contain_text("2 minutes from now")
    expect(aloud).to_have_text("The time is held for two more minutes. You can hold it longer.")
    page.clock.fast_forward("02:00")
    expect(held).to_contain_text("No longer held. You can still book it if it is free.")
    expect(aloud).to_have_text("No longer held. You can still book it if it is free.")


def test_a_time_is_held_longer_by_one_press_and_all_that_was_typed_stays(visit: Visit, house: House) -> None:
    page = visit()
    form(page, house)
    page.locator("#organisation").fill(TYPED["organisation"])
    with clock.frozen(NOW + timedelta(minutes=8)):
        page.get_by_role("button", name="Hold it longer").click()
        expect(page.get_by_text("Held for you until 18:18, 10 minutes from now.")).to_be_visible()
    expect(page.locator("#organisation")).to_have_value(TYPED["organisation"])
    with clock.frozen(NOW + timedelta(minutes=30)):
        page.get_by_role("button", name="Hold it longer").click()
        expect(page.get_by_text("This time cannot be held any longer.")).to_be_visible()
    expect(page.locator("#organisation")).to_have_value(TYPED["organisation"])


def test_without_scripts_the_page_says_until_when(visit: Visit, house: House) -> None:
    page = visit(java_script_enabled=False)
    form(page, house)
    expect(page.get_by_text("Held for you until 18:10, 10 minutes from now.")).to_be_visible()


def test_a_time_whose_hold_has_ended_is_booked_if_it_is_free(visit: Visit, house: House) -> None:
    page = visit()
    form(page, house)
    fill_in(page)
    with clock.frozen(NOW + timedelta(minutes=11)):
        send(page)
        expect(page.get_by_role("heading", name="You are booked")).to_be_visible()


def test_a_time_that_was_lost_meanwhile_says_so_and_keeps_what_was_typed(visit: Visit, house: House) -> None:
    page, other = visit(), visit()
    form(page, house, ENGLISH, SHARED)
    fill_in(page, **TYPED)
    with clock.frozen(NOW + timedelta(minutes=11)):
        house.work()  # gives the place back
        form(other, house, ENGLISH, SHARED)
        fill_in(other)
        send(other)
        expect(other.get_by_role("heading", name="You are booked")).to_be_visible()
        send(page)
        expect(page.locator(".summary")).to_be_focused()
    expect(page.get_by_text("Nothing you typed is lost.")).to_be_visible()
    expect(page.get_by_text("Places left: 6; places asked for: 24.").first).to_be_visible()
    for name, text in TYPED.items():
        expect(page.locator(f"#{name}")).to_have_value(text)
    expect(page.locator(".summary .near button")).to_have_count(3)


def test_refusals_take_the_focus_name_their_fields_and_keep_the_hold(visit: Visit, house: House) -> None:
    page = visit()
    refused(page, house)
    assert focused(page) == "summary"
    assert page.title().startswith("2 things to change: book this time")
    expect(page.locator(".summary li")).to_have_count(2)
    expect(page.locator("#size")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#size-e")).to_contain_text("Places left: 35; places asked for: 42.")
    expect(page.get_by_text("Held for you until 18:10")).to_be_visible()
    page.locator(".summary").get_by_role("link", name="Change it").first.click()
    expect(page.locator("#size")).to_be_focused()


def test_fields_that_cannot_be_read_are_listed_and_lead_to_themselves(visit: Visit, house: House) -> None:
    page = visit()
    unread(page, house)
    assert focused(page) == "summary"
    wrong = page.locator(".summary li a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert wrong == [
        "#organisation",
        "#size",
        "#youngest_age",
        "#contact_email",
        "#technical_contact_name",
        "#technical_contact_email",
    ]
    page.locator(".summary a[href='#contact_email']").click()
    expect(page.locator("#contact_email")).to_be_focused()
    expect(page.locator("#contact_email")).to_have_value("ada@")


def test_another_time_is_taken_from_the_summary_and_all_that_was_typed_stays(visit: Visit, house: House) -> None:
    page = visit()
    form(page, house, ENGLISH, SHARED)
    fill_in(page, **TYPED, size="34")
    send(page)
    other = page.locator(".summary .near button").first
    when = other.inner_text().split(" in ")[0]
    other.click()
    held = page.get_by_role("region", name="The time you chose")
    expect(held.locator(".d")).to_have_text(when.rpartition(", ")[0])
    expect(held.locator("time")).to_have_text(when.rpartition(", ")[2])
    for name, text in {**TYPED, "size": "34"}.items():
        expect(page.locator(f"#{name}")).to_have_value(text)
    send(page)
    expect(page.get_by_role("heading", name="You are booked")).to_be_visible()
    booked = page.get_by_role("region", name="You are booked")
    expect(booked.locator(".d")).to_have_text(when.rpartition(", ")[0])
    expect(booked.locator("time")).to_have_text(when.rpartition(", ")[2])
