"""A guide writes down how many came: prefilled with somebody's number, put right later, never anybody else's."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from booking import clock
from booking.attendance.models import Observation
from booking.attendance.terms import Source
from booking.bookings.models import Booking
from booking.catalogue.models import Offering, Station
from booking.db import db
from booking.scheduling.models import Event, Guide
from booking.scheduling.terms import EventStatus
from tests.builders import NOW, make_booking, make_guide, make_offering, make_organisation, make_station, save
from tests.guiding.signed_in import give, guide_at_work, send, text_of, vienna

PAGE = "/guide/attendance"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def station(client: FlaskClient) -> Station:
    """Vienna."""
    assert client.application.testing
    return make_station()


@pytest.fixture
def guide(client: FlaskClient, station: Station) -> Guide:
    """Whose browser it is."""
    return guide_at_work(client, station)


@pytest.fixture
def event(guide: Guide, station: Station) -> Event:
    """A tour of this morning, over by now."""
    return give(guide, make_offering(station), vienna(23, 8, 30))


def attended(event: Event) -> list[int | None]:
    statement = select(Booking.attended).where(Booking.event_id == event.id).order_by(Booking.reference)
    return list(db.session.execute(statement).scalars())


def state(event: Event) -> EventStatus:
    return db.session.execute(select(Event.status).where(Event.id == event.id)).scalar_one()


def test_the_number_is_filled_with_what_was_booked_and_said_to_be_that(client: FlaskClient, event: Event) -> None:
    booking = make_booking(event, make_organisation("Baobab Hill School", "GH"), size=18)
    page = client.get("/guide/")
    assert f'name="n-{booking.reference}" type="number" inputmode="numeric" min="0" value="18"' in page.text
    assert "Baobab Hill School, Ghana How many were there?" in text_of(page)
    assert "18 is what was booked: change it if fewer or more came." in text_of(page)


def test_the_teachers_number_comes_before_it(client: FlaskClient, event: Event) -> None:
    booking = make_booking(event, size=18)
    said = {"source": Source.TEACHER, "recorded_at": NOW, "actor": "group"}
    save(Observation(event_id=event.id, booking_id=booking.id, attended=16, **said))
    page = client.get("/guide/")
    assert 'value="16"' in page.text
    assert "16 is what the teacher said; 18 were booked." in text_of(page)


def test_saving_it_takes_one_tap_and_the_tour_is_asked_for_no_more(client: FlaskClient, event: Event) -> None:
    booking = make_booking(event, size=18)
    answer = send(client, f"{PAGE}/{event.code}", **{f"n-{booking.reference}": "17", "course": "held", "back": "today"})
    day = client.get(answer.headers["Location"])
    assert "The number is kept. Thank you." in text_of(day)
    assert "Attendance to enter" not in text_of(day)
    assert (attended(event), state(event)) == ([17], EventStatus.HELD)


def test_a_chip_says_that_nobody_came_whatever_stands_in_the_field(client: FlaskClient, event: Event) -> None:
    booking = make_booking(event, size=18)
    send(client, f"{PAGE}/{event.code}", **{f"n-{booking.reference}": "18", "course": "no-show"})
    assert (attended(event), state(event)) == ([0], EventStatus.NO_SHOW)


def test_several_groups_have_a_number_each_on_the_same_form(client: FlaskClient, event: Event) -> None:
    first, second = make_booking(event, size=12), make_booking(event, size=9)
    assert text_of(client.get(PAGE)).count("is what was booked") == 2
    send(
        client, f"{PAGE}/{event.code}", **{f"n-{first.reference}": "11", f"n-{second.reference}": "", "course": "held"}
    )
    assert attended(event) == [11, None]
    assert "11 people" in text_of(client.get(PAGE))


def test_it_is_put_right_later_and_both_are_kept(client: FlaskClient, event: Event) -> None:
    booking = make_booking(event, size=18)
    for number in ("17", "16"):
        sent = {f"n-{booking.reference}": number, "course": "late", "back": "attendance"}
        answer = send(client, f"{PAGE}/{event.code}", **sent)
        assert answer.headers["Location"].startswith("/guide/attendance")
    form = client.get(f"{PAGE}/{event.code}")
    assert "Written down: 16 people, Came late." in text_of(form)
    assert 'value="16"' in form.text
    assert 'value="late" checked' in form.text
    rows = db.session.execute(select(Observation.attended).order_by(Observation.id)).scalars()
    assert list(rows) == [17, 16]


def test_a_number_taken_back_is_not_recorded_again(client: FlaskClient, event: Event) -> None:
    booking = make_booking(event, size=18)
    path = f"{PAGE}/{event.code}"
    send(client, path, **{f"n-{booking.reference}": "17", "course": "held"})
    send(client, path, **{f"n-{booking.reference}": "", "course": "technical-fault"})
    assert attended(event) == [None]
    assert "no number, Technical fault" in text_of(client.get(PAGE))


@pytest.mark.parametrize("number", ["", "-1", "many", "1e3", "100001", "12.5"])
def test_what_is_no_number_comes_back_with_a_sentence(client: FlaskClient, event: Event, number: str) -> None:
    booking = make_booking(event, size=18)
    answer = send(client, f"{PAGE}/{event.code}", **{f"n-{booking.reference}": number, "course": "held"})
    assert answer.status_code == 422
    assert 'class="msg"' in answer.text
    assert f'value="{number}"' in answer.text
    assert attended(event) == [None]


def test_an_event_that_nobody_booked_has_one_number(client: FlaskClient, event: Event) -> None:
    assert "Nobody booked a place." in text_of(client.get(PAGE))
    send(client, f"{PAGE}/{event.code}", n="40", course="held")
    assert state(event) is EventStatus.HELD
    assert "40 people" in text_of(client.get(PAGE))


def test_a_tour_that_has_not_begun_has_no_such_page(client: FlaskClient, guide: Guide, station: Station) -> None:
    later = give(guide, make_offering(station), NOW + timedelta(minutes=1))
    assert client.get(f"{PAGE}/{later.code}").status_code == 404
    assert send(client, f"{PAGE}/{later.code}", n="1", course="held").status_code == 404


def test_one_that_takes_place_has_it_but_is_not_asked_for_yet(
    client: FlaskClient, guide: Guide, station: Station
) -> None:
    running = give(guide, make_offering(station), NOW - timedelta(minutes=10))
    assert client.get(f"{PAGE}/{running.code}").status_code == 200
    assert "Every tour of yours has its number." in text_of(client.get(PAGE))


@pytest.mark.parametrize("code", ["VIE", "NBO"])
def test_the_tour_of_another_guide_is_not_there(client: FlaskClient, station: Station, code: str) -> None:
    offering: Offering = make_offering(station)
    event = give(make_guide(station), offering, vienna(23, 8, 30))
    booking = make_booking(event)
    guide_at_work(client, station if code == "VIE" else make_station(code, "en", "en"))
    form = {f"n-{booking.reference}": "9", "course": "held"}
    assert client.get(f"{PAGE}/{event.code}").status_code == 404
    assert send(client, f"{PAGE}/{event.code}", **form).status_code == 404
    assert send(client, f"{PAGE}/VIE-NONE", **form).status_code == 404
    assert attended(event) == [None]
