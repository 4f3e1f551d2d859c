"""Pages of staff in the states that need some doing, and whose browser it is: how a browser comes there."""

from functools import partial

from playwright.sync_api import Page, expect

from tests.browser.desk_states import ADMINISTRATOR, FURNISHED, GUIDE_PAGES
from tests.browser.looks import Look
from tests.browser.states import unfold
from tests.browser.words import words

BUSY, IDLE, NOBODY = "ana@example.org", "ben@example.org", "eva@example.org"
COORDINATOR = "ilse@example.org"


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


def one_item(page: Page) -> None:
    """The first online item."""
    page.goto("/desk/items")
    page.locator(".att th a").first.click()
    page.wait_for_url("**/desk/items/*")


def views_too_early(page: Page) -> None:
    """Views of a day that is still to come."""
    page.goto("/desk/items?day=2037-01-31")
    page.locator(".count").first.fill("1300")
    page.locator("#save").click()
    expect(page.locator(".summary")).to_be_visible()


def survey_without_words(page: Page) -> None:
    """A survey that has neither a name nor a question in English."""
    page.goto("/desk/surveys/new")
    for field in page.locator("input[name^=en-]").all()[:3]:
        field.fill("")
    page.locator("main .btn").last.click()
    expect(page.locator(".summary")).to_be_visible()


GUIDE: dict[str, Look] = {
    "today": Look(path="/guide/"),
    "today: done": Look(path="/guide/?done=asked&n=3"),
    "today: it did not work": Look(path="/guide/?done=gone"),
    "week": Look(path="/guide/week"),
    "week: a day is off": Look(path="/guide/week?done=day&day=2026-11-27"),
    "week: groups would be told": Look(act=partial(move, "16:00")),
    "week: refused": Look(act=partial(move, "03:00")),
    "week: hours that cannot be read": Look(act=unread_block),
    "attendance": Look(path="/guide/attendance"),
    "attendance: a number that is none": Look(act=wrong_number),
}


def decide(page: Page) -> None:
    """The first request, with every answer open."""
    page.goto("/desk/requests")
    page.locator(".slot a").first.click()
    page.wait_for_url("**/desk/requests/*")
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
    expect(more.get_by_role("link", name=words(page, "Calendars"))).to_be_visible()
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
    page.get_by_role("button").filter(has_text=words(page, "Save these words")).click()
    expect(page.locator(".msg")).to_be_visible()
    unfold(page)


def unbound_text(page: Page) -> None:
    """A paragraph from which a figure was taken out."""
    page.goto("/desk/reports/paragraphs/13?locale=ar")
    page.locator("#text").fill("{events}")
    page.get_by_role("button").filter(has_text=words(page, "Save this text")).click()
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


DESK_PAGES: dict[str, Look] = {
    "the menu": Look(act=menu, shows="desk.board"),
    "times for a caller": Look(path="/desk/book/times"),
    "a booking for a caller: nothing typed": Look(act=book_for_caller),
    "an event at the desk": Look(act=event_page, shows="series.event"),
    "a message": Look(path="/desk/messages"),
    "a message: a wrong placeholder": Look(act=unread_message),
    "a message: looked at": Look(act=looked_message),
    "organizations": Look(path="/desk/organisations"),
    "organizations: a search": Look(path="/desk/organisations?q=school"),
    "saved views": Look(path="/desk/views"),
    "board": Look(path="/desk/"),
    "board: an empty week": Look(path="/desk/?week=2027-W40"),
    "events": Look(path="/desk/events"),
    "events: what is no week": Look(path="/desk/events?week=2026-W99"),
    "requests": Look(path="/desk/requests"),
    "requests: none": Look(path="/desk/requests?status=proposed"),
    "a request": Look(act=decide, shows="desk.asked"),
    "a request: no reason": Look(act=unread_answer),
    "a request: too soon": Look(act=too_soon),
    "a request: overtaken": Look(act=overtaken),
    "catalogue": Look(path="/desk/catalogue/"),
    "catalogue: a station": Look(path="/desk/catalogue/stations/VIE"),
    "catalogue: hours that events are outside of": Look(act=shorter_hours),
    "catalogue: hours that end before they begin": Look(act=reversed_hours),
    "catalogue: languages": Look(path="/desk/catalogue/stations/VIE/languages"),
    "catalogue: holidays": Look(path="/desk/catalogue/stations/VIE/holidays"),
    "catalogue: rules": Look(path="/desk/catalogue/stations/VIE/rules"),
    "catalogue: vocabularies": Look(path="/desk/catalogue/vocabularies"),
    "mails": Look(path="/desk/mails"),
    "mails: none": Look(path="/desk/mails?q=nobodyatall"),
    "mail texts": Look(path="/desk/mail-texts"),
    "a mail text": Look(path="/desk/mail-texts/booking_confirmed"),
    "a mail text: wrong words": Look(act=wrong_words),
    "search": Look(path="/desk/search?q=school"),
    "search: nothing": Look(path="/desk/search?q=nobodyatall"),
    "a booking at the desk": Look(act=one_booking, shows="desk.one"),
    "data of a contact that other stations keep too": Look(path="/desk/contacts/{twice}"),
    "webhooks": Look(path="/desk/webhooks"),
    "a new webhook": Look(path="/desk/webhooks/new"),
    "a webhook": Look(act=webhook, shows="webhooks.one"),
    "limits": Look(path="/desk/limits"),
    "limits: a new one": Look(path="/desk/limits/new"),
    "limits: who would be over": Look(path=LIMIT + "&most=12"),
    "limits: no number": Look(path=LIMIT),
    "surveys": Look(path="/desk/surveys/"),
    "a new survey": Look(path="/desk/surveys/new"),
    "a survey": Look(path="/desk/surveys/{survey}"),
    "a new survey: no questions": Look(act=survey_without_words),
    "online items": Look(path="/desk/items"),
    "online items: a day to come": Look(act=views_too_early),
    "an online item": Look(act=one_item, shows="items.one"),
    "report paragraphs": Look(path="/desk/reports/paragraphs"),
    "report paragraphs: a period backwards": Look(path="/desk/reports/paragraphs?from=2026-10-31&to=2026-08-01"),
    "a paragraph": Look(path="/desk/reports/paragraphs/13?locale=fr"),
    "a paragraph: a figure is missing": Look(act=unbound_text),
    "a limit": Look(act=one_limit, shows="limits.one"),
    "an event and its limits": Look(act=one_event, shows="series.event"),
}
STATES: dict[str, tuple[str, Look]] = {
    **{name: (COORDINATOR, look) for name, look in DESK_PAGES.items()},
    **{name: (BUSY, look) for name, look in (GUIDE | GUIDE_PAGES).items()},
    **{name: (ADMINISTRATOR, look) for name, look in FURNISHED.items()},
    "today: nothing planned": (IDLE, Look(path="/guide/")),
    "week: nothing planned": (IDLE, Look(path="/guide/week")),
    "attendance: nothing to enter": (IDLE, Look(path="/guide/attendance")),
    "today: nobody's account": (NOBODY, Look(path="/guide/")),
}
"""Whose browser it is, and how it comes there, by the name of the state."""
