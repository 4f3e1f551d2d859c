"""Every page in every state that a visitor can meet, by name: how a browser comes there."""

import itertools
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect
from sqlalchemy import select

from booking import clock
from booking.accounts.services import add_role
from booking.accounts.terms import Role
from booking.bookings.links import join_token, token_of
from booking.db import db
from booking.scheduling.models import Event
from tests.browser import world
from tests.browser.house import House
from tests.browser.words import words
from tests.builders import NOW

_schools = itertools.count(1)

Opener = Callable[[Page, House], None]

SHARED = "e."
"""How the ids of events begin that several groups join."""

SEOUL = "time_zone=Asia/Seoul"
FRENCH = f"/?language=fr&size=28&youngest_age=12&{SEOUL}"
ENGLISH = f"/?language=en&size=24&youngest_age=14&from=2026-12-14&to=2026-12-18&{SEOUL}"

ADDRESSES = {
    "find": f"/?{SEOUL}",
    "find: times": ENGLISH,
    "find: shared times, few places, a closed day": f"/?station=VIE&size=28&{SEOUL}&from=2026-12-14&to=2026-12-18",
    "find: nothing fits": f"/?language=pl&size=24&{SEOUL}",
    "find: fields that cannot be read": f"/?size=many&youngest_age=-1&from=soon&to=later&station=XXX&{SEOUL}",
    "offerings": "/offerings",
    "offerings: none": "/offerings?station=NBO&language=zh",
    "offering": f"/offerings/virtual-tour-new-york?{SEOUL}",
    "offering: on request": f"/offerings/vienna-briefing?{SEOUL}",
    "offering: a film": f"/offerings/film?{SEOUL}",
    "offering: not open": f"/offerings/nairobi?{SEOUL}",
    "accessibility": "/accessibility",
    "my booking": "/my-booking",
    "my booking: sent": "/my-booking?sent=yes",
    "privacy": "/privacy",
    "not found": "/nothing/here",
    "password: a link that is over": "/set-password/over",
    "password: set": "/password-set",
    "the API in words": "/api/docs",
    "the API in words: a part": "/api/docs/events",
}


def open_address(address: str, page: Page, _house: House) -> None:
    """A page that stands at a fixed address."""
    page.goto(address)


def form(page: Page, _house: House, address: str = FRENCH, time: str = "") -> None:
    """The booking form of the first time of a list; `time` is how its id begins."""
    page.goto(address)
    page.locator(f"button[name=slot][value^='{time}']" if time else "button[name=slot]").first.click()
    expect(page.locator("main form.form")).to_be_visible()


def fill_in(page: Page, **values: str) -> None:
    """Type into the booking form, by the names of its fields."""
    typed = {
        "organisation": f"Inventedford School {next(_schools)}",
        "country": "KR",
        "accompanying_adults": "2",
        "contact_name": "Ada Invented",
        "contact_email": "ada@example.org",
        **values,
    }
    for name, text in typed.items():
        field = page.locator(f"#{name}")
        if name == "country":
            field.select_option(text)
        else:
            field.fill(text)


def send(page: Page) -> None:
    """Press the large button below the form."""
    page.locator("main form.form .row .btn").last.click()


def unread(page: Page, house: House) -> None:
    """Fields that could not be read."""
    form(page, house)
    fill_in(page, organisation="", contact_email="ada@", size="", youngest_age="")
    page.locator("input[name=tech_is_me][value=no]").check()
    send(page)
    expect(page.locator(".summary")).to_be_visible()


def refused(page: Page, house: House) -> None:
    """A group that is too large, without enough adults."""
    form(page, house)
    fill_in(page, size="42", accompanying_adults="1", note="They like maps.")
    send(page)
    expect(page.locator(".summary")).to_be_visible()


def full(page: Page, house: House) -> None:
    """A group that is larger than what is left, and may join the waiting list."""
    house.inside(world.another_event)
    form(page, house, ENGLISH, SHARED)
    house.inside(world.take_the_rest)
    fill_in(page, size="30", accompanying_adults="3")
    send(page)
    expect(page.get_by_role("button", name=words(page, "Join the waiting list"))).to_be_visible()


def waiting_list(page: Page, house: House) -> None:
    """The form for the line of a full event."""
    code = house.inside(lambda: db.session.scalars(select(Event.code).where(Event.taken == Event.capacity)).first())
    page.goto(f"/book?hold=e.{code}&criteria=size%3D24")
    expect(page.get_by_role("heading", name=words(page, "Join the waiting list"))).to_be_visible()


def from_the_states(page: Page, house: House) -> None:
    """The form of an American school: one field more."""
    form(page, house)
    page.locator("#country").select_option("US")


def hold_ended(page: Page, house: House) -> None:
    """The form after its ten minutes."""
    form(page, house)
    with clock.frozen(NOW + timedelta(minutes=11)):
        page.goto(page.url)


def on_request(page: Page, house: House) -> None:
    """The form of a time that a person must grant."""
    page.goto(f"/offerings/vienna-briefing?{SEOUL}&size=24&youngest_age=15")
    form(page, house, page.url)


def asked_for(page: Page, house: House) -> None:
    """A request, just sent."""
    on_request(page, house)
    fill_in(page, size="24", youngest_age="15")
    page.locator("#theme").select_option("refugees")
    send(page)
    expect(page.get_by_role("heading", name=words(page, "We have your request"))).to_be_visible()


def gone(page: Page, _house: House) -> None:
    """A time that was taken while the list stood open."""
    page.goto(ENGLISH)
    other = page.context.new_page()
    other.goto(ENGLISH)
    event = f"button[name=slot][value^='{SHARED}']"
    other.locator(event).first.click()
    expect(other.locator("main form.form")).to_be_visible()
    other.wait_for_load_state()  # a page that is closed while it loads can hang the browser
    other.close()
    page.locator(event).first.click()
    expect(page.locator("details.why[open]")).to_be_visible()


def booking_page(house: House, state: str) -> str:
    """The address of a booking in that state."""

    def address() -> str:
        reference = world.a_booking(state)
        return f"/bookings/{reference}?t={token_of(reference)}"

    return house.inside(address)


def booking(state: str, page: Page, house: House) -> None:
    """A booking in that state; what is folded stands open."""
    page.goto(booking_page(house, state))
    unfold(page)


def asks_for_data(page: Page, house: House) -> None:
    """Before the link to one's own data is asked for."""
    page.goto(booking_page(house, "confirmed").replace("?t=", "/data?t="))


def own_data(page: Page, house: House) -> None:
    """All that is kept of somebody who comes soon, after a click on erasing without meaning it."""
    reference = urlsplit(booking_page(house, "confirmed")).path.rpartition("/")[2]
    page.goto(house.inside(lambda: world.own_data(reference)))
    page.locator("main form .btn").click()
    expect(page.locator(".msg")).to_be_visible()


def joining(minutes: int, state: str, page: Page, house: House, rest: str = "") -> None:
    """The joining page of a booking in that state, or what hangs on it, so many minutes from its start."""
    address = house.inside(lambda: f"/join/{join_token(world.a_booking(state))}{rest}")
    with clock.frozen(world.STARTS + timedelta(minutes=minutes)):
        page.goto(address)
    unfold(page)


def no_people(page: Page, house: House) -> None:
    """The joining page in time, where no number was written."""
    address = house.inside(lambda: f"/join/{join_token(world.a_booking('confirmed'))}")
    with clock.frozen(world.STARTS):
        page.goto(address)
        page.locator("#people").fill("")
        page.locator("main form .btn").click()
        expect(page.locator(".msg")).to_be_visible()


def unfold(page: Page) -> None:
    """Open all that is folded, but the menu at the top, which would lie over the page."""
    page.evaluate("document.querySelectorAll('details:not(.more)').forEach(one => { one.open = true })")


def booking_late(page: Page, house: House) -> None:
    """A booking whose free change is over, and a change that was not confirmed as late."""
    address = booking_page(house, "confirmed")
    with clock.frozen(datetime.fromisoformat("2026-12-11T09:00:00+00:00")):
        page.goto(address)
        page.locator("#change-size summary").click()
        page.get_by_role("button", name=words(page, "Save the number")).click()
        expect(page.locator(".summary")).to_be_visible()
    unfold(page)


def booking_refused(page: Page, house: House) -> None:
    """A number that the tour cannot take."""
    page.goto(booking_page(house, "confirmed"))
    page.locator("#change-size summary").click()
    page.locator("#size").fill("60")
    page.get_by_role("button", name=words(page, "Save the number")).click()
    expect(page.locator(".summary")).to_be_visible()
    unfold(page)


def booked(page: Page, house: House) -> None:
    """Booked a moment ago."""
    form(page, house)
    fill_in(page)
    send(page)
    expect(page.get_by_role("heading", name=words(page, "You are booked"))).to_be_visible()


def new_password(page: Page, house: House) -> None:
    """The form behind a fresh link, after a password that is too short."""
    token = house.inside(lambda: add_role("ana@example.org", Role.GUIDE, ["VIE"], actor="test", now=NOW))
    page.goto(f"/set-password/{token}")
    page.locator("#password").fill("short")
    page.get_by_role("button", name=words(page, "Save the password")).click()
    expect(page.locator(".msg")).to_be_visible()


def no_address(page: Page, _house: House) -> None:
    """Send me my links, to nobody."""
    page.goto("/my-booking")
    page.locator("#email").fill("ada")
    page.get_by_role("button", name=words(page, "Send me my links")).click()
    expect(page.locator(".msg")).to_be_visible()


STATES: dict[str, Opener] = {
    **{name: partial(open_address, address) for name, address in ADDRESSES.items()},
    "book: full": full,
    "book: waiting list": waiting_list,
    "find: a time that is gone": gone,
    "book": form,
    "book: from the United States": from_the_states,
    "book: fields that cannot be read": unread,
    "book: refused": refused,
    "book: no longer held": hold_ended,
    "book: on request": on_request,
    **{f"booking: {state}": partial(booking, state) for state in world.STATES},
    "booking: just booked": booked,
    "booking: just asked for": asked_for,
    "booking: late": booking_late,
    "booking: refused": booking_refused,
    "own data: asked for": asks_for_data,
    "own data": own_data,
    "join: before": partial(joining, -42, "confirmed"),
    "join: in time": partial(joining, -10, "confirmed"),
    "join: no number": no_people,
    "join: after": partial(joining, 90, "attended"),
    "join: certificate": partial(joining, 90, "attended", rest="/certificate"),
    "join: a request": partial(joining, -42, "requested"),
    "join: cancelled by us": partial(joining, -42, "cancelled by us"),
    "my booking: no address": no_address,
    "password": new_password,
}
