"""One event at the desk: another source is chosen by hand with a reason, and the history says who said what."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from booking import clock
from booking.accounts.terms import Role
from booking.attendance.services.record import Saying, record
from booking.attendance.services.say import say
from booking.attendance.terms import Course, Source
from booking.bookings.models import Booking
from booking.db import db
from booking.notices.models import Notice
from booking.scheduling.models import Event
from booking.scheduling.terms import EventStatus
from tests.attendance.browsing import save
from tests.builders import NOW, make_assignment, make_booking, make_event, make_guide, make_offering, make_station
from tests.guiding.signed_in import text_of, vienna
from tests.signing_in import make_account, sign_in


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def event(client: FlaskClient) -> Event:
    """A tour of this morning in Vienna, given by somebody with an account, seen by its coordinator."""
    station = make_station()
    guide = make_guide(station)
    found = make_event(make_offering(station), vienna(23, 8))
    make_assignment(guide, found)
    make_account(Role.GUIDE, "VIE", guide=guide)
    sign_in(client, make_account(Role.COORDINATOR, "VIE"))
    return found


def page_of(event: Event) -> str:
    return f"/desk/events/{event.code}/attendance"


def official(booking: Booking) -> tuple[int | None, str, str]:
    names = (Booking.attended, Booking.attended_source, Booking.attended_reason)
    number, source, reason = db.session.execute(select(*names).where(Booking.id == booking.id)).one()
    return number, source, reason


def spoken_of(event: Event, booking: Booking) -> None:
    """The teacher says 31, the guide counts 29, the platform has 3 connections."""
    say(booking.reference, 31, event.starts_at)
    for source, number in ((Source.GUIDE, 29), (Source.PLATFORM, 3)):
        record(event.code, Saying({booking.reference: number}), source=source, now=NOW, actor="account:7")


def test_the_guides_number_is_official_and_the_history_holds_all_three(client: FlaskClient, event: Event) -> None:
    booking = make_booking(event, size=28)
    spoken_of(event, booking)
    text = text_of(client.get(page_of(event)))
    assert "Official number: 29 people." in text
    assert "Booked: 28\u00a0· Official: 29 people (guide)" in text
    assert "3 connections; one of them the teacher's, with 31 people" in text
    history = text.split("History", 1)[1]
    for word in ("31 people , Said by the teacher", "29 people , Counted by the guide", "3 connections , Read from"):
        assert word in history
    assert official(booking) == (29, "guide", "")


def test_another_source_counts_once_there_is_a_reason(client: FlaskClient, event: Event) -> None:
    booking = make_booking(event, size=28)
    spoken_of(event, booking)
    use, why = f"use-{booking.reference}", f"r-{booking.reference}"
    answer = save(client, client.get(page_of(event)), page_of(event), **{use: "platform"})
    assert answer.status_code == 422
    assert "Say why this number counts and not the other." in text_of(answer)
    save(client, answer, page_of(event), **{use: "platform", why: "The guide left early"})
    assert official(booking) == (33, "platform", "The guide left early")
    page = client.get(page_of(event))
    assert "took what was said by: platform. The guide left early" in text_of(page)
    save(client, page, page_of(event), **{use: "rule", why: ""})
    assert official(booking) == (29, "guide", "")


def test_a_number_of_the_desks_own_and_what_happened(client: FlaskClient, event: Event) -> None:
    booking = make_booking(event, size=28)
    typed = {f"use-{booking.reference}": "own", f"n-{booking.reference}": "12", "course": "cut-short"}
    save(client, client.get(page_of(event)), page_of(event), topics="COVID-19", **typed)
    assert official(booking) == (12, "desk", "")
    text = text_of(client.get(page_of(event)))
    assert "12 people , Entered by the desk" in text
    assert "cut short" in text
    assert db.session.execute(select(Event.topics_raised).where(Event.id == event.id)).scalar_one() == "COVID-19"


def test_nobody_came_to_any_group(client: FlaskClient, event: Event) -> None:
    bookings = [make_booking(event), make_booking(event)]
    save(client, client.get(page_of(event)), page_of(event), course="no-show")
    assert [official(booking)[:2] for booking in bookings] == [(0, "desk"), (0, "desk")]
    assert db.session.execute(select(Event.status).where(Event.id == event.id)).scalar_one() is EventStatus.NO_SHOW


def test_a_technical_fault_leaves_the_number_open_and_says_so(client: FlaskClient, event: Event) -> None:
    booking = make_booking(event)
    save(client, client.get(page_of(event)), page_of(event), course="technical-fault")
    assert official(booking)[0] is None
    assert "technical fault" in text_of(client.get(page_of(event)))


def test_whoever_is_second_sees_both(client: FlaskClient, event: Event) -> None:
    booking = make_booking(event)
    page = client.get(page_of(event))
    late = Saying({booking.reference: 9}, Course.LATE)
    record(event.code, late, source=Source.GUIDE, now=NOW, actor="account:7")
    typed = {f"use-{booking.reference}": "own", f"n-{booking.reference}": "7", f"r-{booking.reference}": "Counted"}
    answer = save(client, page, page_of(event), **typed)
    assert answer.status_code == 409
    assert "Somebody has written down 9 people meanwhile." in text_of(answer)
    assert (official(booking)[0], 'value="7"' in answer.text) == (9, True)


def test_the_guide_is_written_to_once_a_day(client: FlaskClient, event: Event) -> None:
    make_booking(event)
    page = client.get(page_of(event))
    token = {"csrf_token": page.text.split('csrf_token" value="')[1].split('"')[0]}
    for _ in range(2):
        assert client.post(f"{page_of(event)}/remind", data=token).status_code == 303
    assert db.session.execute(select(Notice.kind)).scalars().all() == ["attendance_due"]


def test_an_event_to_come_has_no_form(client: FlaskClient, event: Event) -> None:
    later = make_event(make_offering(make_station("GVA")), NOW + timedelta(hours=1), station_id=event.station_id)
    assert "nobody can have come yet" in text_of(client.get(page_of(later)))
