"""A guide's working day on a phone: an offer answered from the mail, a tour moved by keys, a day blocked, cover found.

Each step is one or two taps from the page on which it begins.
"""

import re
from datetime import timedelta
from email.message import EmailMessage

from playwright.sync_api import Page, expect
from sqlalchemy import select

from booking import clock
from booking.attendance.models import Observation
from booking.bookings.models import Booking
from booking.bookings.terms import BookingStatus
from booking.db import db
from booking.scheduling.models import Assignment, DayOff, Event, Guide
from booking.scheduling.terms import AssignmentStatus, EventStatus
from tests.browser import staff
from tests.browser.conftest import Visit
from tests.browser.house import House
from tests.browser.staff import vienna
from tests.browser.test_looks import ALL_RULES, PHONE, findings, wider_than_the_window
from tests.builders import make_booking, make_event, make_organisation

CODE = "VIE-JOURNEY"
SIZE = {"width": PHONE[0], "height": PHONE[1]}
TEN = vienna(25, 10)
GROUP = "teacher@example.org"


def tour_without_a_guide() -> None:
    """Two colleagues who speak Italian, and a group that wants a tour in it."""
    for name in ("Ana", "Ben"):
        staff.make_colleague(name, "it")
    event = make_event(staff.make_tour(), TEN, language="it", code=CODE, meeting_url="https://meet.example.org/ours")
    make_booking(event, make_organisation("Istituto Ponte Nuovo", "IT"), size=18, contact_email=GROUP)


def link_in(mail: EmailMessage) -> str:
    """The address in the mail at which an offer is answered."""
    part = mail.get_body(("plain",))
    assert part is not None
    found = re.search(r"\S+/offers/\S+", part.get_content())
    assert found
    return found[0]


def givers(house: House) -> list[str]:
    """Names of those who give the tour."""
    active = (Event.code == CODE, Assignment.status == AssignmentStatus.ACTIVE)
    statement = select(Guide.name).join(Assignment, Assignment.guide_id == Guide.id).join(Event).where(*active)
    return house.inside(lambda: list(db.session.execute(statement).scalars()))


def mails_to(mails: list[EmailMessage], address: str) -> list[EmailMessage]:
    """Those of the mails that went to an address."""
    return [mail for mail in mails if address in str(mail["To"])]


def is_fit(page: Page) -> None:
    """Nothing for axe to find, nothing to scroll sideways."""
    assert findings(page, ALL_RULES) == []
    assert wider_than_the_window(page) == []


def accept_from_mail(page: Page, mail: EmailMessage) -> None:
    """One tap on the link, one on the button; nobody is signed in."""
    page.goto(link_in(mail))
    is_fit(page)
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_role("button", name="Accept")).to_have_count(0)


def move_by_keys(page: Page) -> None:
    """Move, half an hour down, Enter; then Enter on the question about the group."""
    page.goto("/guide/week")
    is_fit(page)
    button = page.locator(f"[data-movable={CODE}] .act")
    for _step in range(60):
        if button.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#say")).to_have_text(re.compile("Arrow keys move it"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#say")).to_have_text("Wed 25 Nov, 10:30")
    page.keyboard.press("Escape")
    expect(page.locator(f"[data-movable={CODE}] time")).to_have_text("10:00")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".summary")).to_be_focused()
    is_fit(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("is on Wed 25 Nov, 10:30 now. 1 group is being told.")


def block_a_day(page: Page) -> None:
    """One tap."""
    page.get_by_role("button", name="Block the day Thu 26 Nov").click()
    expect(page.get_by_role("status").first).to_contain_text("The day is off.")
    expect(page.get_by_role("button", name="Work after all Thu 26 Nov")).to_be_visible()
    is_fit(page)


def find_cover(page: Page) -> None:
    """One tap from the page of the day."""
    page.goto("/guide/")
    is_fit(page)
    page.get_by_role("button", name="Find cover").click()
    expect(page.get_by_role("status").first).to_contain_text("1 colleague is asked.")
    is_fit(page)


def accept_on_the_page(page: Page) -> None:
    """One tap from the page of the day."""
    page.goto("/guide/")
    is_fit(page)
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_role("status").first).to_contain_text("The tour is yours.")


def record_attendance(page: Page) -> None:
    """The number is filled in: one tap keeps it, a second one before it says that they came late."""
    page.goto("/guide/")
    expect(page.get_by_label("How many were there?")).to_have_value("18")
    is_fit(page)
    page.get_by_text("Came late").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_contain_text("The number is kept.")


def recorded(house: House) -> tuple[object, ...]:
    """What is written down of the tour, and what it made of event and booking."""

    def read() -> tuple[object, ...]:
        joined = select(Observation.attended, Observation.course, Event.status, Booking.status).join_from(
            Observation, Event, Event.id == Observation.event_id
        )
        row = db.session.execute(joined.join(Booking, Booking.id == Observation.booking_id).where(Event.code == CODE))
        return tuple(row.one())

    return house.inside(read)


def test_a_guides_working_day_on_a_phone(house: House, visit: Visit) -> None:
    house.inside(tour_without_a_guide)
    house.work()  # the job that asks comes after the sending
    mails = house.work()
    (offered,) = [mail for mail in mails if re.search(r"/offers/", str(mail.get_body(("plain",))))]
    first = "ana" if "ana@" in str(offered["To"]) else "ben"
    second = {"ana": "ben", "ben": "ana"}[first]
    phone = visit(viewport=SIZE, timezone_id="Europe/Vienna")
    accept_from_mail(phone, offered)
    assert givers(house) == [f"{first.title()} Invented"]

    staff.sign_in(phone.context, house, f"{first}@example.org")
    move_by_keys(phone)
    block_a_day(phone)
    assert house.inside(lambda: db.session.execute(select(DayOff.starts_on)).scalars().all()) == [vienna(26, 0).date()]
    assert len(mails_to(house.work(), GROUP)) == 1  # it is told of the new time

    find_cover(phone)
    asked = mails_to(house.work(), f"{second}@example.org")
    assert [link_in(mail) for mail in asked] != []
    colleague = visit(viewport=SIZE, timezone_id="Europe/Vienna")
    staff.sign_in(colleague.context, house, f"{second}@example.org")
    accept_on_the_page(colleague)
    assert givers(house) == [f"{second.title()} Invented"]
    assert mails_to(house.work(), GROUP) == []  # the group notices nothing

    with clock.frozen(TEN + timedelta(hours=2)):
        record_attendance(colleague)
    assert recorded(house) == (18, "late", EventStatus.HELD, BookingStatus.ATTENDED)
