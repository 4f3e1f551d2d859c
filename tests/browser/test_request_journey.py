"""A briefing that is asked for lives through all its states, for the group and the coordinator, each mail opened."""

import re
from datetime import UTC, datetime
from email.message import EmailMessage

from playwright.sync_api import Page, expect
from sqlalchemy import select

from booking import clock
from booking.accounts.terms import Role
from booking.bookings.models import Booking
from booking.bookings.terms import ParticipantList
from booking.catalogue.models import Offering, Station
from booking.catalogue.terms import Kind
from booking.db import db
from booking.i18n import Translated
from booking.scheduling.models import GuideTopic
from booking.scheduling.terms import HostRole
from tests.browser import staff
from tests.browser.conftest import Visit
from tests.browser.house import House
from tests.browser.test_looks import ALL_RULES, findings, wider_than_the_window
from tests.builders import make_booking, make_event, make_guide, make_offering, make_organisation, save
from tests.signing_in import make_account

DESK, TEACHER, TESTER = "desk.vienna@example.org", "sora@example.org", "tek@example.org"
LAST_DAY = datetime(2026, 12, 9, 8, tzinfo=UTC)
"""Of the participant list of whoever comes on the 14th."""
TITLE = "What refugees leave behind"


def briefing_with_a_speaker() -> None:
    """A briefing of Vienna's, somebody who knows its topic, and a coordinator."""
    station = db.session.scalars(select(Station).where(Station.code == "VIE")).one()
    make_offering(station, kind=Kind.BRIEFING, title=Translated({"en": TITLE}), lead_working_days=10)
    speaker = make_guide(station, "en", HostRole.SPEAKER, name="Noor Invented")
    save(GuideTopic(guide_id=speaker.id, topic="refugees"))
    make_account(Role.COORDINATOR, "VIE", email=DESK, name="Cora Invented")


def text_of(mail: EmailMessage) -> str:
    """What the mail says."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def mail_to(house: House, address: str, subject: str) -> str:
    """The one mail that goes to an address now, with this in its subject; its text."""
    found = [mail for mail in house.work() if address in str(mail["To"])]
    assert [subject in str(mail["Subject"]) for mail in found] == [True], [str(mail["Subject"]) for mail in found]
    return text_of(found[0])


def link_in(text: str) -> str:
    """The group's one link."""
    found = re.search(r"\S+/bookings/\S+\?t=\S+", text)
    assert found
    return found[0]


def is_fit(page: Page) -> None:
    """Nothing for axe to find, nothing to scroll sideways."""
    assert findings(page, ALL_RULES) == []
    assert wider_than_the_window(page) == []


def ask(page: Page) -> None:
    """Two wishes, of which one is refused first and says why."""
    page.goto("/request")
    is_fit(page)
    page.get_by_label("What you would like").select_option(label=f"{TITLE} (Vienna)")
    page.get_by_label("Language", exact=True).select_option("en")
    page.get_by_label("Refugees", exact=True).check()
    page.get_by_label("Time zone").select_option("Asia/Seoul")
    for number, day, hour in ((1, "2026-12-21", "18:00"), (2, "2026-12-20", "18:00")):
        page.locator(f"#wish{number}_on").fill(day)
        page.locator(f"#wish{number}_at").fill(hour)
    page.get_by_role("button", name="Check these times").click()
    expect(page.get_by_text("Nothing stands against this time.")).to_have_count(1)
    page.locator("#wish2_on").fill("2026-12-22")
    page.get_by_label("School or organization").fill("Haneulsaem Middle School")
    page.get_by_label("Country or area").select_option("KR")
    page.get_by_label("How many people").fill("24")
    page.get_by_label("Adults with the group").fill("2")
    page.get_by_label("Age of the youngest").fill("14")
    page.get_by_label("Your name").fill("Sora Hanbit")
    page.get_by_label("E-mail", exact=True).fill(TEACHER)
    page.get_by_label("Somebody else").check()
    page.get_by_label("Their name").fill("Tek Hanbit")
    page.get_by_label("Their e-mail").fill(TESTER)
    page.get_by_role("button", name="Send the request").last.click()
    expect(page.get_by_role("heading", name="We have your request")).to_be_visible()
    is_fit(page)


def open_at_desk(page: Page) -> None:
    """The request, from the list."""
    page.goto("/desk/requests")
    page.get_by_role("link", name="Haneulsaem Middle School").click()
    is_fit(page)


def unfold(page: Page, name: str) -> None:
    """Open one of the desk's answers."""
    page.locator("summary", has_text=name).click()


def question_and_answer(house: House, desk: Page, group: Page) -> None:
    """The desk asks, the group answers from the mail."""
    open_at_desk(desk)
    expect(desk.get_by_text("has the topic, free at 2 of 2 times")).to_be_visible()
    unfold(desk, "Ask the group")
    desk.get_by_label("Your question").fill("What do they know already?")
    desk.get_by_role("button", name="Send the question").click()
    told = mail_to(house, TEACHER, "A question about your request")
    assert "What do they know already?" in told
    group.goto(link_in(told))
    group.get_by_label("Your answer").fill("They have read a book.")
    group.get_by_role("button", name="Send the answer").click()
    expect(group.get_by_role("status")).to_have_text("Your answer is with us.")
    open_at_desk(desk)
    expect(desk.get_by_text("They have read a book.")).to_be_visible()


def other_topic(house: House, desk: Page, group: Page) -> None:
    """The desk suggests another topic; the group would rather have other times."""
    unfold(desk, "Suggest another topic")
    desk.locator("#suggest-theme").select_option("human-rights")
    desk.get_by_role("button", name="Suggest this topic").click()
    told = mail_to(house, TEACHER, "We suggest another topic")
    assert "human rights" in told
    group.goto(link_in(told))
    is_fit(group)
    group.get_by_role("link", name="Ask for something else").click()
    is_fit(group)
    group.locator("#wish1_on").fill("2026-12-17")
    group.locator("#wish1_at").fill("17:00")
    group.get_by_label("What would suit you better?").fill("Refugees, on another day.")
    group.get_by_role("button", name="Send instead of what was proposed").click()
    assert "Thu 17 Dec, 17:00" in mail_to(house, TEACHER, "We have your request")


def propose(desk: Page, day: str) -> None:
    """A time that the desk holds."""
    open_at_desk(desk)
    unfold(desk, "Propose a time")
    desk.locator("#proposed_on").fill(day)
    desk.locator("#proposed_at").fill("10:00")
    desk.get_by_role("button", name="Propose this time").click()
    expect(desk.get_by_role("status")).to_contain_text("Proposed.")
    is_fit(desk)


def proposals(house: House, desk: Page, group: Page) -> None:
    """One is taken back, the next is accepted from the mail."""
    propose(desk, "2026-12-16")
    assert "Wed 16 Dec" in mail_to(house, TEACHER, "We propose another time")
    unfold(desk, "Take the proposal back")
    desk.get_by_label("The reason, for the group").fill("Our speaker has to travel.")
    desk.get_by_role("button", name="Take the proposal back").click()
    assert "Our speaker has to travel." in mail_to(house, TEACHER, "does not stand any more")
    propose(desk, "2026-12-18")
    group.goto(link_in(mail_to(house, TEACHER, "We propose another time")))
    expect(group.get_by_text("We propose this time").first).to_be_visible()
    group.get_by_role("button", name="Take this time").click()
    assert "Fri 18 Dec" in mail_to(house, TEACHER, "Booked")


def arrange_call(house: House, desk: Page, reference: str) -> None:
    """The technical contact is invited."""
    desk.goto(f"/desk/bookings/{reference}")
    unfold(desk, "Arrange a test call")
    desk.locator("#call_on").fill("2026-12-16")
    desk.locator("#call_at").fill("09:00")
    desk.get_by_role("button", name="Invite the technical contact").click()
    expect(desk.get_by_text("Test call: Wed 16 Dec, 09:00 in Vienna")).to_be_visible()
    is_fit(desk)
    told = mail_to(house, TESTER, "Test call")
    assert "/bookings/" not in told


def refuse_another(house: House, desk: Page, group: Page) -> None:
    """A second request is refused, with a reason that the group reads."""
    ask(group)
    mail_to(house, TEACHER, "We have your request")
    open_at_desk(desk)
    unfold(desk, "Refuse")
    desk.get_by_label("The reason, for the group").fill("Our speaker is away.")
    desk.get_by_role("button", name="Refuse the request").click()
    assert "Our speaker is away." in mail_to(house, TEACHER, "We could not say yes")
    group.reload()
    expect(group.get_by_text("Our speaker is away.")).to_be_visible()
    is_fit(group)


def visit_on_site() -> str:
    """A class that comes to Vienna on Monday the 14th of December; its reference."""
    tour = db.session.scalars(select(Offering).where(Offering.slug == "vienna-on-site")).one()
    school, awaited = make_organisation("Colegio Nevado", "CO"), ParticipantList.PENDING
    return make_booking(make_event(tour), school, participant_list=awaited, contact_email=TEACHER).reference


def list_arrives(house: House, desk: Page) -> None:
    """The participant list of a visit is due three working days before; only that it came is kept."""
    reference = house.inside(visit_on_site)
    desk.goto("/desk/requests")
    desk.get_by_role("link", name="Participant lists").click()
    expect(desk.get_by_text("Due by Wed 9 Dec 2026")).to_be_visible()
    is_fit(desk)
    with clock.frozen(LAST_DAY):
        asked = [mail for _twice in range(2) for mail in house.work() if "articipant list" in str(mail["Subject"])]
    assert ["9 Dec" in text_of(mail) for mail in asked] == [True]
    desk.get_by_role("button", name="The list is here").click()
    expect(desk.get_by_text("Every list is here.")).to_be_visible()
    desk.goto(f"/desk/bookings/{reference}")
    expect(desk.get_by_text("The participant list is received.")).to_be_visible()
    is_fit(desk)
    kept = select(Booking.participant_list, Booking.note).where(Booking.reference == reference)
    assert house.inside(lambda: tuple(db.session.execute(kept).one())) == (ParticipantList.RECEIVED, "")


def test_a_briefing_that_is_asked_for_lives_through_all_its_states(house: House, visit: Visit) -> None:
    house.inside(briefing_with_a_speaker)
    group, desk = visit(timezone_id="Asia/Seoul"), visit(timezone_id="Europe/Vienna")
    staff.sign_in(desk.context, house, DESK)
    ask(group)
    assert "Mon 21 Dec, 18:00 in Seoul" in mail_to(house, TEACHER, "We have your request")
    question_and_answer(house, desk, group)
    open_at_desk(desk)
    other_topic(house, desk, group)
    proposals(house, desk, group)
    reference = house.inside(lambda: db.session.scalars(select(Booking.reference).order_by(Booking.id.desc())).first())
    arrange_call(house, desk, str(reference))
    refuse_another(house, desk, group)
    list_arrives(house, desk)
