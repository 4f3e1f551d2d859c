"""An event's page at the desk: history, address and note, messages, and that it takes place after all."""

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from booking import clock
from booking.accounts.models import Account, AuditEntry
from booking.bookings.models import Booking
from booking.bookings.services.series import Order, cancel_events
from booking.bookings.survey import Scope
from booking.catalogue.models import Station
from booking.db import db
from booking.notices.models import Notice
from booking.scheduling.models import Event, RoomUse
from booking.scheduling.terms import AssignmentStatus, EventStatus
from tests.builders import NOW, make_assignment, make_booking, make_event, make_guide, make_offering, make_station
from tests.signing_in import make_account, sign_in

pytestmark = pytest.mark.usefixtures("app")
ROOM = "https://meet.example.org/own"
TEXT = {"subject_en": "Bring maps, {name}", "text_en": "We begin at {time}.\n\nUntil then."}


@pytest.fixture(autouse=True)
def _now(app: Flask) -> object:
    app.config["WTF_CSRF_ENABLED"] = False
    with clock.frozen(NOW):
        yield
    app.config["WTF_CSRF_ENABLED"] = True


@pytest.fixture
def station() -> Station:
    """Vienna."""
    return make_station()


@pytest.fixture
def account(station: Station) -> Account:
    """Its coordinator."""
    return make_account("coordinator", station.code, name="Ilse Invented")


@pytest.fixture
def desk(client: FlaskClient, account: Account) -> FlaskClient:
    """That person's browser."""
    return sign_in(client, account)


@pytest.fixture
def event(station: Station) -> Event:
    """Two groups have booked it."""
    event = make_event(make_offering(station), capacity=100)
    make_booking(event)
    make_booking(event)
    return event


def hidden(page: TestResponse) -> dict[str, str]:
    """Everything hidden that the page's forms carry."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    return {name: unescape(value) for name, value in found}


def place(desk: FlaskClient, event: Event, **values: str) -> TestResponse:
    """Save address and note, as a page shows them that was opened before anything was there."""
    return desk.post(f"/desk/events/{event.code}/place", data=values)


def test_address_point_and_note_are_kept_and_the_trail_holds_no_secret(desk: FlaskClient, event: Event) -> None:
    values = {"meeting_url": ROOM, "meeting_point": "Gate 2", "guide_note": "Two of them sign."}
    assert place(desk, event, **values).status_code == 303
    db.session.expire_all()
    assert (event.meeting_url, event.meeting_point, event.guide_note) == (ROOM, "Gate 2", "Two of them sign.")
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "event.place")).one()
    assert entry.before == {"own_address": False, "meeting_point": "", "note": False}
    assert entry.after == {"own_address": True, "meeting_point": "Gate 2", "note": True}
    page = desk.get(f"/desk/events/{event.code}").text
    assert "Changed address or note of an event" in page
    assert "Ilse Invented" in page


def test_two_events_are_never_in_one_room(desk: FlaskClient, event: Event, station: Station) -> None:
    other = make_event(make_offering(station))
    for one in (event, other):
        make_assignment(make_guide(station), one)
    assert place(desk, event, meeting_url=ROOM).status_code == 303
    refused = place(desk, other, meeting_url=ROOM)
    assert refused.status_code == 409
    assert "Another event is in that meeting room" in refused.text
    assert ROOM in refused.text
    used = select(RoomUse.event_id).where(RoomUse.status == AssignmentStatus.ACTIVE)
    assert db.session.scalars(used).all() == [event.id]


@pytest.mark.parametrize(
    "url", ["http://meet.example.org/", "https://ana:secret@meet.example.org/", "nonsense", "https://169.254.169.254/"]
)
def test_an_address_that_is_none_is_said_at_its_field(desk: FlaskClient, event: Event, url: str) -> None:
    answer = place(desk, event, meeting_url=url, guide_note="Kept.")
    assert answer.status_code == 422
    assert 'id="meeting_url-e"' in answer.text
    assert "Kept." in answer.text


def test_of_two_who_change_the_address_the_second_sees_both_and_may_send_again(desk: FlaskClient, event: Event) -> None:
    place(desk, event, meeting_point="Gate 1")
    second = place(desk, event, meeting_point="Gate 2")
    assert second.status_code == 409
    assert "It is now: Gate 1." in second.text
    assert 'value="Gate 2"' in second.text
    again = place(desk, event, meeting_point="Gate 2", seen_meeting_point=hidden(second)["seen_meeting_point"])
    assert again.status_code == 303


def test_of_two_who_give_it_to_somebody_the_second_is_told_who_has_it(
    desk: FlaskClient, event: Event, station: Station
) -> None:
    ana, ben = (make_guide(station, name=f"{name} Invented") for name in ("Ana", "Ben"))
    seen = hidden(desk.get(f"/desk/events/{event.code}"))["seen"]
    address = f"/desk/events/{event.code}/guide"
    assert desk.post(address, data={"guide": ana.code, "seen": seen}).status_code == 303
    second = desk.post(address, data={"guide": ben.code, "seen": seen})
    assert second.status_code == 409
    assert "Somebody has given it to Ana Invented meanwhile. You wanted Ben Invented" in second.text
    assert re.search(rf'<option value="{ben.code}" selected', second.text)
    assert desk.post(address, data={"guide": ben.code, "seen": hidden(second)["seen"]}).status_code == 303


def write(desk: FlaskClient, address: str, **values: str) -> TestResponse:
    """The form of a message."""
    return desk.post(address, data={**TEXT, **values})


def test_a_message_is_looked_at_before_it_is_sent(desk: FlaskClient, event: Event) -> None:
    address = f"/desk/events/{event.code}/message"
    assert desk.get(address).status_code == 200
    looked = write(desk, address, step="look")
    assert looked.status_code == 200
    assert "2 groups: 2 in English." in looked.text
    assert "Bring maps, Ada Invented" in looked.text
    assert "Send 2 messages" in looked.text
    assert db.session.scalars(select(Notice)).all() == []
    sent = write(desk, address, step="send", state=hidden(looked)["state"])
    assert (sent.status_code, sent.location) == (303, f"/desk/events/{event.code}?done=written")
    assert len(db.session.scalars(select(Notice)).all()) == 2
    page = desk.get(sent.location).text
    assert "Bring maps, {name}" in page
    assert "Ilse Invented, 2 groups" in page


def test_sent_twice_each_reads_it_once(desk: FlaskClient, event: Event) -> None:
    address = f"/desk/events/{event.code}/message"
    state = hidden(write(desk, address, step="look"))["state"]
    assert [write(desk, address, step="send", state=state).status_code for _ in range(2)] == [303, 303]
    assert len(db.session.scalars(select(Notice)).all()) == 2


def test_nothing_is_sent_unseen(desk: FlaskClient, event: Event) -> None:
    address = f"/desk/events/{event.code}/message"
    state = hidden(write(desk, address, step="look"))["state"]
    make_booking(event)
    second = write(desk, address, step="send", state=state)
    assert second.status_code == 409
    assert "Send 3 messages" in second.text
    assert write(desk, address, step="send").status_code == 409
    assert db.session.scalars(select(Notice)).all() == []


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"text_en": ""}, "Fill this in."),
        ({"text_en": "Dear {nobody}"}, "{nobody} means nothing here."),
        ({"subject_en": "A brace { alone"}, "{ means nothing here."),
    ],
)
def test_what_is_wrong_is_said_and_kept(desk: FlaskClient, event: Event, values: dict[str, str], said: str) -> None:
    answer = desk.post(f"/desk/events/{event.code}/message", data={**TEXT, "step": "send", **values})
    assert answer.status_code == 422
    assert said in unescape(answer.text)


@pytest.mark.usefixtures("event")
def test_the_groups_of_a_list_are_written_to(desk: FlaskClient, station: Station) -> None:
    other = make_event(make_offering(station), language="fr")
    make_booking(other)
    page = desk.get("/desk/events", query_string={"week": "2026-W51"}).text
    (link,) = re.findall(r'href="(/desk/messages\?[^"]+)"', page)
    assert desk.get(unescape(link)).status_code == 200
    looked = write(desk, "/desk/messages?week=2026-W51", step="look")
    assert "3 groups" in looked.text
    narrow = "/desk/messages?week=2026-W51&language=fr"
    state = hidden(write(desk, narrow, step="look"))["state"]
    sent = write(desk, narrow, step="send", state=state)
    assert sent.status_code == 303
    assert "1 message is on its way." in desk.get(sent.location).text


def test_what_was_called_off_by_mistake_takes_place_after_all(desk: FlaskClient, event: Event) -> None:
    cancel_events(Order(event.code, Scope.ONE, NOW, "account:1"), "By mistake.")
    page = desk.get(f"/desk/events/{event.code}")
    assert "Let the event take place" in page.text
    done = desk.post(f"/desk/events/{event.code}/restore", data={"version": hidden(page)["version"]})
    assert done.status_code == 303
    db.session.expire_all()
    assert event.status is EventStatus.OPEN
    assert {one.status.value for one in db.session.scalars(select(Booking))} == {"confirmed"}
    assert desk.post(f"/desk/events/{event.code}/restore", data={"version": "1"}).status_code == 409
    assert "It takes place after all." in desk.get(done.location).text
