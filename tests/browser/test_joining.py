"""A class joins: the page waits for the door, asks one number, leads to the meeting, and afterwards says thank you."""

from datetime import timedelta

from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from booking import clock
from booking.attendance.models import Observation
from booking.attendance.services.record import Saying, record
from booking.attendance.terms import Source
from booking.bookings.links import join_token
from booking.bookings.models import Booking
from booking.db import db, transaction
from booking.scheduling.models import Event
from tests.browser import world
from tests.browser.conftest import Visit
from tests.browser.house import House

MEETING = "https://meet.example.org/room"
MINUTE = timedelta(minutes=1)


def a_class() -> str:
    """Of a tour that is held somewhere; its reference."""
    reference = world.a_booking("confirmed")
    with transaction() as session:
        event = select(Booking.event_id).where(Booking.reference == reference).scalar_subquery()
        session.execute(update(Event).where(Event.id == event).values(meeting_url=MEETING))
    return reference


def go_on(page: Page) -> None:
    """Save the number; the browser goes on to the meeting, which is on no computer that it can reach, and says so."""
    with page.expect_request(MEETING):
        page.get_by_role("button", name="Save and join").click()
    page.wait_for_function("location.protocol === 'chrome-error:'")  # or what comes next would be in its way


def at_the_door(page: Page, house: House) -> tuple[str, str]:
    """The page of a class a minute before the door opens; it opens by itself. Reference and path."""
    reference = house.inside(a_class)
    path = house.inside(lambda: f"/join/{join_token(reference)}")
    page.clock.install(time=world.STARTS - 16 * MINUTE)
    with clock.frozen(world.STARTS - 16 * MINUTE):
        page.goto(path)
        expect(page.get_by_text("in 16 minutes")).to_be_visible()
        page.clock.fast_forward("00:30")
        expect(page.get_by_text("The door opens on Mon 14 Dec, 17:45 in Seoul.")).to_be_visible()
    return reference, path


def test_a_class_joins_from_its_own_page(visit: Visit, house: House) -> None:
    page = visit()
    reference, path = at_the_door(page, house)
    with clock.frozen(world.STARTS - 15 * MINUTE):
        page.clock.fast_forward("01:00")
        expect(page.get_by_role("heading", name="The door is open")).to_be_visible()
        page.get_by_label("How many are with you?").fill("31")
        go_on(page)
    said = select(Observation.attended).join(Booking, Booking.id == Observation.booking_id)
    assert house.inside(lambda: list(db.session.scalars(said.where(Booking.reference == reference)))) == [31]
    afterwards(page, house, reference, path)


def afterwards(page: Page, house: House, reference: str, path: str) -> None:
    """The guide counts, and the class prints its certificate."""
    later = world.STARTS + 120 * MINUTE
    code = select(Event.code).join(Booking, Booking.event_id == Event.id).where(Booking.reference == reference)

    def count() -> None:
        event = db.session.scalars(code).one()
        record(event, Saying({reference: 29}), source=Source.GUIDE, now=later, actor="account:1")

    house.inside(count)
    with clock.frozen(later):
        page.goto(path)
        expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
        page.get_by_role("link", name="Certificate for your group").click()
        expect(page.get_by_role("heading", name="Certificate of participation")).to_be_visible()
        page.emulate_media(media="print")
        expect(page.locator(".no-print").first).to_be_hidden()
        expect(page.locator("header")).to_be_hidden()


def test_without_scripts_the_same_happens(visit: Visit, house: House) -> None:
    page = visit(java_script_enabled=False)
    path = house.inside(lambda: f"/join/{join_token(a_class())}")
    with clock.frozen(world.STARTS - 42 * MINUTE):
        page.goto(path)
        expect(page.get_by_text("in 42 minutes")).to_be_visible()
    with clock.frozen(world.STARTS):
        page.goto(path)
        go_on(page)
