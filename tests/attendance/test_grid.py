"""The desk's grid: only what was changed is written, each event whole or not, and nothing typed is lost."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from booking import clock
from booking.accounts.terms import Role
from booking.attendance.models import Observation
from booking.attendance.services.record import Saying, record
from booking.attendance.terms import Source
from booking.bookings.models import Booking
from booking.bookings.terms import BookingStatus
from booking.catalogue.models import Offering, Station
from booking.db import db
from booking.scheduling.models import Event
from tests.attendance.browsing import save, sent_by
from tests.builders import NOW, make_booking, make_event, make_offering, make_station
from tests.guiding.signed_in import statements, text_of, vienna
from tests.signing_in import make_account, sign_in

GRID = "/desk/attendance"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def station(client: FlaskClient) -> Station:
    """Vienna, whose coordinator this browser is."""
    found = make_station()
    sign_in(client, make_account(Role.COORDINATOR, "VIE"))
    return found


@pytest.fixture
def offering(station: Station) -> Offering:
    """What is given."""
    return make_offering(station, max_group=300)


def over(offering: Offering, hour: int = 8, day: int = 23) -> Event:
    """A tour of this morning."""
    return make_event(offering, vienna(day, hour))


def official(booking: Booking) -> tuple[int | None, str, str]:
    names = (Booking.attended, Booking.attended_source, Booking.attended_reason)
    number, source, reason = db.session.execute(select(*names).where(Booking.id == booking.id)).one()
    return number, source, reason


def said(event: Event) -> list[tuple[int | None, str]]:
    rows = db.session.execute(select(Observation).where(Observation.event_id == event.id).order_by(Observation.id))
    return [(row.attended, row.source.value) for row in rows.scalars()]


def by_guide(event: Event, booking: Booking, number: int) -> None:
    record(event.code, Saying({booking.reference: number}), source=Source.GUIDE, now=NOW, actor="account:7")


def test_a_day_is_filled_in_and_only_what_was_changed_is_written(client: FlaskClient, offering: Offering) -> None:
    first, second = over(offering), over(offering, 9)
    one, other = make_booking(first, size=12), make_booking(second, size=9)
    by_guide(second, other, 8)
    page = client.get(GRID)
    assert "1 of 2 events have an official number." in text_of(page)
    answer = save(client, page, GRID, **{f"n-{one.reference}": "11"})
    assert "1 event is saved." in text_of(client.get(answer.headers["Location"]))
    assert (official(one), official(other)) == ((11, "desk", ""), (8, "guide", ""))
    assert (said(first), said(second)) == ([(11, "desk")], [(8, "guide")])


def test_a_number_against_a_source_needs_its_reason_and_the_other_events_are_written(
    client: FlaskClient, offering: Offering
) -> None:
    first, second = over(offering), over(offering, 9)
    one, other = make_booking(first, size=12), make_booking(second, size=9)
    by_guide(second, other, 8)
    page = client.get(GRID)
    answer = save(client, page, GRID, **{f"n-{one.reference}": "11", f"n-{other.reference}": "6"})
    assert answer.status_code == 422
    assert "Say why this number counts and not the other." in text_of(answer)
    assert f'name="n-{other.reference}" type="text" inputmode="numeric" autocomplete="off" dir="ltr" value="6"' in (
        answer.text
    )
    assert (official(one), official(other)) == ((11, "desk", ""), (8, "guide", ""))
    done = save(client, answer, GRID, **{f"r-{other.reference}": "Two were technicians"})
    assert done.status_code == 303
    assert official(other) == (6, "desk", "Two were technicians")
    assert said(first) == [(11, "desk")]


def test_an_event_is_written_whole_or_not_at_all(client: FlaskClient, offering: Offering) -> None:
    event = over(offering)
    one, other = make_booking(event), make_booking(event)
    answer = save(client, client.get(GRID), GRID, **{f"n-{one.reference}": "5", f"n-{other.reference}": "many"})
    assert answer.status_code == 422
    assert "Write a whole number in digits, such as 28." in text_of(answer)
    assert ('value="5"' in answer.text, 'value="many"' in answer.text, said(event)) == (True, True, [])


def test_of_two_who_enter_numbers_at_once_the_second_sees_both(client: FlaskClient, offering: Offering) -> None:
    event = over(offering)
    booking = make_booking(event)
    page = client.get(GRID)
    by_guide(event, booking, 8)
    answer = save(client, page, GRID, **{f"n-{booking.reference}": "6"})
    assert answer.status_code == 409
    assert "Somebody has written down 8 people meanwhile. Yours stands in the field" in text_of(answer)
    assert (official(booking), 'value="6"' in answer.text) == ((8, "guide", ""), True)
    again = save(client, answer, GRID, **{f"r-{booking.reference}": "Counted twice"})
    assert again.status_code == 303
    assert official(booking) == (6, "desk", "Counted twice")


def test_a_field_that_is_emptied_means_that_no_number_is_known(client: FlaskClient, offering: Offering) -> None:
    event = over(offering)
    booking = make_booking(event)
    by_guide(event, booking, 8)
    page = client.get(GRID)
    save(
        client, page, GRID, **{f"n-{booking.reference}": "", f"r-{booking.reference}": "The guide mixed two groups up"}
    )
    assert official(booking) == (None, "desk", "The guide mixed two groups up")
    status = db.session.execute(select(Booking.status).where(Booking.id == booking.id)).scalar_one()
    assert status is BookingStatus.NOT_RECORDED


def test_typing_the_guides_number_takes_the_desks_own_word_back(client: FlaskClient, offering: Offering) -> None:
    event = over(offering)
    booking = make_booking(event)
    by_guide(event, booking, 8)
    save(client, client.get(GRID), GRID, **{f"n-{booking.reference}": "6", f"r-{booking.reference}": "A guess"})
    save(client, client.get(GRID), GRID, **{f"n-{booking.reference}": "8"})
    assert official(booking)[:2] == (8, "guide")
    by_guide(event, booking, 7)
    assert official(booking)[:2] == (7, "guide")


def test_those_without_a_number_are_listed_oldest_first_whatever_their_day(
    client: FlaskClient, offering: Offering
) -> None:
    newer, older, counted = over(offering, day=20), over(offering, day=12), over(offering, day=18)
    make_booking(newer)
    make_booking(older)
    by_guide(counted, make_booking(counted), 9)
    page = client.get(f"{GRID}?show=missing").text
    assert 0 < page.index(older.code) < page.index(newer.code)
    assert counted.code not in page


def test_sources_that_differ_can_be_looked_at_alone(client: FlaskClient, offering: Offering) -> None:
    agreed, differs = over(offering), over(offering, 9)
    by_guide(agreed, make_booking(agreed), 9)
    booking = make_booking(differs)
    by_guide(differs, booking, 9)
    told = Saying({booking.reference: 14})
    record(differs.code, told, source=Source.PLATFORM, now=NOW, actor="account:7")
    page = client.get(f"{GRID}?show=differ").text
    assert (differs.code in page, agreed.code in page, "sources differ" in page) == (True, False, True)


def test_events_of_another_station_are_not_found_and_nothing_is_written(
    client: FlaskClient, offering: Offering
) -> None:
    event = over(offering)
    make_booking(event)
    page = client.get(GRID)
    elsewhere = make_event(make_offering(make_station("NBO", "en", "en")), vienna(23, 8))
    sent = {**sent_by(page), "events": f"{event.code} {elsewhere.code}"}
    assert client.post(GRID, data=sent).status_code == 404
    assert said(event) == []


@pytest.mark.parametrize(
    ("asked", "field"),
    [("from=2026-11-20&to=2026-11-01", "to"), ("from=0001-01-01&to=9999-12-31", "to"), ("show=everything", "show")],
)
def test_a_period_that_is_none_is_refused_at_its_field(
    client: FlaskClient, station: Station, asked: str, field: str
) -> None:
    assert station.code
    answer = client.get(f"{GRID}?{asked}")
    assert answer.status_code == 422
    assert f'id="{field}-e"' in answer.text


def test_the_grid_asks_the_same_number_of_statements_for_one_event_as_for_many(
    client: FlaskClient, offering: Offering
) -> None:
    make_booking(over(offering))
    few = statements(client, GRID)
    for hour in (5, 6, 7, 9):
        event = over(offering, hour)
        by_guide(event, make_booking(event), 9)
    assert statements(client, GRID) == few
