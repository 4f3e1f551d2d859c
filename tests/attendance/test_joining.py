"""The joining page: before, in time, after, and where there is nothing to join."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from booking import clock
from booking.attendance.models import Observation
from booking.attendance.queries import event_to_count
from booking.attendance.services.record import Saying, record
from booking.attendance.terms import Source
from booking.bookings.links import join_token, join_url, token_of
from booking.bookings.models import Booking
from booking.bookings.services.links import renew_link
from booking.bookings.terms import BookingStatus
from booking.catalogue.models import Material, MaterialOffering
from booking.catalogue.terms import Format, Level, MaterialKind
from booking.db import db, transaction
from booking.i18n import Translated
from booking.notices.models import Notice
from booking.scheduling.models import Event
from booking.scheduling.services.assign import assign_guide
from booking.scheduling.services.rooms import save_room
from tests.builders import (
    NOW,
    make_booking,
    make_event,
    make_guide,
    make_offering,
    make_organisation,
    make_station,
    save,
)
from tests.hostile.inputs import UNKEEPABLE_NUMBERS
from tests.hostile.walk import hidden

MEETING = "https://meet.example.org/secret-room"
QUARTER, SECOND = timedelta(minutes=15), timedelta(seconds=1)


@pytest.fixture
def event(app: object) -> Event:
    """A virtual tour that is held at an address of its own."""
    assert app
    return make_event(make_offering(make_station(), slug="tour", max_group=90), meeting_url=MEETING, platform="Zoom")


@pytest.fixture
def booking(event: Event) -> Booking:
    """A class that comes to it, from Seoul."""
    school = make_organisation("Haneulsaem Middle School", "KR")
    return make_booking(event, school, size=30, group_label="class 2-3", time_zone="Asia/Seoul")


class Door:
    """The joining page of a booking, at one moment."""

    def __init__(self, client: FlaskClient, booking: Booking) -> None:
        self.client, self.path = client, f"/join/{join_token(booking.reference)}"

    def get(self, rest: str = "") -> TestResponse:
        """The page, or what hangs on it."""
        return self.client.get(self.path + rest)

    def say(self, people: object) -> TestResponse:
        """How many are there."""
        proof = hidden(self.client.get("/my-booking"), "csrf_token")
        return self.client.post(self.path, data={"people": str(people), "csrf_token": proof})


@contextmanager
def door(client: FlaskClient, booking: Booking, event: Event, after: timedelta) -> Iterator[Door]:
    """Its page so long after the start."""
    with clock.frozen(event.starts_at + after):
        yield Door(client, booking)


def said(booking: Booking) -> list[int | None]:
    statement = select(Observation.attended).where(Observation.booking_id == booking.id).order_by(Observation.id)
    return list(db.session.execute(statement).scalars())


def test_the_mails_lead_to_it(booking: Booking) -> None:
    assert join_url(booking.reference) == f"http://localhost/join/{join_token(booking.reference)}"


def test_before_time_it_counts_down_and_never_names_the_meeting(
    client: FlaskClient, booking: Booking, event: Event
) -> None:
    with door(client, booking, event, -QUARTER - SECOND) as before:
        page = before.get()
        assert page.status_code == 200
        assert "in 16 minutes" in page.text
        assert "Haneulsaem Middle School, class 2-3" in page.text
        assert "in Seoul" in page.text
        assert 'data-opens-in="1"' in page.text
        assert "https://zoom.us/test" in page.text
        assert 'name="people"' not in page.text
        assert before.get("/meeting").location == before.path
        assert before.say(31).status_code == 409
        for answer in (page, before.get("?on=yes"), before.get("/meeting")):
            assert "secret-room" not in f"{answer.headers}{answer.text}"
    assert said(booking) == []


@pytest.mark.parametrize(
    ("platform", "told"),
    [
        ("Microsoft Teams", "Microsoft Teams shows your camera and microphone before you join"),
        ("", "The meeting shows your camera and microphone before you join"),
        ("Webex", "https://www.webex.com/test-meeting.html"),
    ],
)
def test_every_platform_has_its_way_to_test_sound_and_picture(
    client: FlaskClient, booking: Booking, event: Event, platform: str, told: str
) -> None:
    with transaction() as session:
        session.execute(update(Event).values(platform=platform))
    with door(client, booking, event, -2 * QUARTER) as before:
        assert told in before.get().text
    with door(client, booking, event, -QUARTER) as opened:
        assert told not in opened.get().text


def test_a_quarter_of_an_hour_before_it_asks_how_many_and_goes_on(
    client: FlaskClient, booking: Booking, event: Event
) -> None:
    with door(client, booking, event, -QUARTER) as opened:
        page = opened.get()
        assert "secret-room" not in page.text
        assert 'value="30"' in page.text
        answer = opened.say(31)
        assert (answer.status_code, answer.location) == (303, f"{opened.path}?on=yes")
        going = client.get(answer.location)
        assert going.headers["Refresh"] == f"0; url={opened.path}/meeting"
        assert "31 people" in going.text
        assert opened.get("/meeting").location == MEETING
    assert said(booking) == [31]


def test_the_question_can_be_skipped_and_the_answer_changed_until_days_after(
    client: FlaskClient, booking: Booking, event: Event
) -> None:
    with door(client, booking, event, -QUARTER) as opened:
        assert "Refresh" not in opened.get("?on=yes").headers
        assert opened.get("/meeting").location == MEETING
        opened.say(31)
    with door(client, booking, event, timedelta(days=2)) as later:
        assert "Change the number" in later.get().text
        assert later.say(29).status_code == 303
        assert later.get("/meeting").location == later.path
    with door(client, booking, event, timedelta(days=4)) as too_late:
        assert too_late.say(28).status_code == 409
    counted = event_to_count(db.session(), event.code)
    assert counted is not None
    assert (said(booking), counted.people) == ([31, 29], 29)


@pytest.mark.parametrize("row", ["", "0", "-3", *UNKEEPABLE_NUMBERS.values()])
def test_what_is_no_number_is_named_and_kept_out(client: FlaskClient, booking: Booking, event: Event, row: str) -> None:
    with door(client, booking, event, -QUARTER) as opened:
        answer = opened.say(row)
    assert answer.status_code == 422
    assert 'id="people-e"' in answer.text
    assert said(booking) == []


def test_it_leads_to_the_room_of_whoever_gives_the_event_now(client: FlaskClient) -> None:
    station = make_station()
    event = make_event(make_offering(station))
    booking = make_booking(event)
    with door(client, booking, event, -QUARTER) as opened:
        assert "The address of the meeting is not there yet" in opened.get().text
        for number in (1, 2):
            guide = make_guide(station)
            save_room(guide.id, "Zoom", f"https://zoom.example.org/{number}", now=NOW, actor="account:1")
            assign_guide(event.code, guide.code, now=NOW, actor="account:1")
            assert opened.get("/meeting").location == f"https://zoom.example.org/{number}"


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (BookingStatus.REQUESTED, "We have your request"),
        (BookingStatus.PROPOSED, "We propose this time"),
        (BookingStatus.NEEDS_INFORMATION, "We have a question"),
        (BookingStatus.CANCELLED_BY_GROUP, "You have cancelled this."),
        (BookingStatus.CANCELLED_BY_STATION, "We had to cancel this."),
    ],
)
def test_who_is_not_booked_joins_nothing_and_reads_why(
    client: FlaskClient, event: Event, status: BookingStatus, told: str
) -> None:
    booking = make_booking(event, status=status)
    with door(client, booking, event, -QUARTER) as opened:
        assert told in opened.get().text
        assert opened.get("/meeting").location == opened.path
        assert opened.say(12).status_code == 409
    assert said(booking) == []


def test_a_group_that_comes_in_person_reads_where_and_joins_nothing(
    client: FlaskClient, booking: Booking, event: Event
) -> None:
    with transaction() as session:
        session.execute(update(Event).values(format=Format.IN_PERSON))
    with door(client, booking, event, -QUARTER) as opened:
        assert "visitors’ entrance" in opened.get().text
        assert "camera and microphone" not in opened.get().text
        assert opened.get("/meeting").location == opened.path
        assert opened.say(12).status_code == 409


def test_a_booking_that_was_moved_says_when_it_was_before(client: FlaskClient, booking: Booking, event: Event) -> None:
    payload = {"starts_at": event.starts_at.isoformat(), "before": {"starts_at": "2026-12-01T09:00:00+00:00"}}
    moved = {"kind": "booking_moved", "subject": f"booking:{booking.reference}", "payload": payload}
    with transaction() as session:
        session.add(Notice(**NOTICE, **moved))
    with door(client, booking, event, -timedelta(days=1)) as before:
        assert "This has moved. Before, it was Tue 1 Dec, 18:00 in Seoul." in before.get().text


NOTICE = {
    "dedupe_key": "x",
    "recipient": "ada@example.org",
    "locale": "en",
    "message_id": "<x@example.org>",
    "due_at": NOW,
    "state": "sent",
    "attempts": 1,
    "next_try_at": NOW,
    "sent_at": NOW,
}


def test_afterwards_it_brings_the_material_and_another_booking(
    client: FlaskClient, booking: Booking, event: Event
) -> None:
    link = "https://learn.example.org/plan"
    plan = Material(
        station_id=event.station_id,
        kind=MaterialKind.LINK,
        title=Translated("Lesson plan"),
        english_of={},
        level=Level.ALL,
        language="en",
        url=link,
        created_at=NOW,
    )
    save(plan)
    save(MaterialOffering(material_id=plan.id, offering_id=event.offering_id))
    with door(client, booking, event, -QUARTER) as before:
        assert link not in before.get().text
    with door(client, booking, event, timedelta(hours=2)) as after:
        page = after.get().text
        assert link in page
        assert "size=30" in page
        assert booking.reference not in page.replace(after.path, "")


def test_a_group_that_was_counted_has_a_certificate_without_a_name(
    client: FlaskClient, booking: Booking, event: Event
) -> None:
    with door(client, booking, event, timedelta(hours=2)) as after:
        assert "/certificate" not in after.get().text
        assert after.get("/certificate").location == after.path
    now = event.ends_at + SECOND
    record(event.code, Saying({booking.reference: 29}), source=Source.GUIDE, now=now, actor="account:7")
    with door(client, booking, event, timedelta(hours=2)) as after:
        assert "/certificate" in after.get().text
        page = after.get("/certificate")
        for told in ("Haneulsaem Middle School", "class 2-3", "in Seoul", "in Vienna", "English"):
            assert told in page.text, told
        assert "Ada" not in page.text


def test_nobody_who_did_not_come_is_certified(client: FlaskClient, booking: Booking, event: Event) -> None:
    now = event.ends_at + SECOND
    record(event.code, Saying({booking.reference: 0}), source=Source.GUIDE, now=now, actor="account:7")
    with door(client, booking, event, timedelta(hours=2)) as after:
        page = after.get().text
        assert "We missed you" in page
        assert "Find a new date" in page
        assert after.get("/certificate").location == after.path


def test_its_address_is_kept_from_everybody_else(client: FlaskClient, booking: Booking) -> None:
    answer = Door(client, booking).get()
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"


def test_only_its_own_token_opens_it_and_a_new_link_ends_it(
    client: FlaskClient, booking: Booking, event: Event
) -> None:
    other = make_booking(event)
    right = join_token(booking.reference).rpartition(".")[2]
    for token in ("x", ".", f"{other.reference}.{right}", f"{booking.reference}.{token_of(booking.reference)}"):
        for rest in ("", "/meeting", "/certificate"):
            assert client.get(f"/join/{token}{rest}").status_code == 404
        stranger = Door(client, other)
        stranger.path = f"/join/{token}"
        assert stranger.say(3).status_code == 404
    renew_link(booking.reference, now=NOW)
    assert Door(client, booking).get().status_code == 404
    assert said(booking) == []
