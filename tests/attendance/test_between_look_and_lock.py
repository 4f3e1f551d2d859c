"""What changes between looking at an event and locking it: told on the page, nothing is written, nothing breaks."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from types import ModuleType

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from booking import clock
from booking.accounts.terms import Role
from booking.attendance.models import Observation
from booking.attendance.services import record as recording
from booking.attendance.services import say as saying
from booking.attendance.services import uploads as uploading
from booking.attendance.services.say import settle_sayings
from booking.attendance.services.uploads import KEPT, forget_reports
from booking.bookings.models import Booking
from booking.bookings.terms import BookingStatus
from booking.catalogue.models import Offering
from booking.db import Base, db, transaction
from booking.scheduling.models import Event
from booking.scheduling.terms import EventStatus
from tests.attendance.browsing import save, sent_by
from tests.attendance.making import ZOOM
from tests.attendance.test_joining import Door
from tests.attendance.test_uploads import page_of, settle, upload, uploads
from tests.bookings.test_once_more import meanwhile
from tests.builders import NOW, make_booking, make_event, make_offering, make_organisation, make_station
from tests.guiding.signed_in import give, guide_at_work, send, text_of, vienna
from tests.signing_in import make_account, sign_in

Change = Callable[[], None]


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def event(client: FlaskClient) -> Event:
    """A tour of this morning in Vienna, seen by its coordinator."""
    found = make_event(make_offering(make_station(), max_group=300), vienna(23, 8))
    sign_in(client, make_account(Role.COORDINATOR, "VIE"))
    return found


def put(row: Base, **values: object) -> Change:
    """A change of this row, to be made later."""

    def change() -> None:
        with transaction() as session:
            session.execute(update(type(row)).where(type(row).id == row.id).values(values))  # type: ignore[attr-defined]

    return change


def cancelled(booking: Booking) -> Change:
    return put(booking, status=BookingStatus.CANCELLED_BY_GROUP)


def called_off(event: Event) -> Change:
    return put(event, status=EventStatus.CANCELLED)


def said() -> list[int | None]:
    return list(db.session.execute(select(Observation.attended).order_by(Observation.id)).scalars())


@pytest.fixture
def before_writing(monkeypatch: pytest.MonkeyPatch) -> Callable[[ModuleType, Change], None]:
    """Lets something happen just before a module's next transaction."""
    return lambda module, change: meanwhile(monkeypatch, module, "transaction", change)


Before = Callable[[ModuleType, Change], None]


@pytest.mark.parametrize("step", ["accept", "reject"])
def test_a_report_of_an_event_that_was_called_off_is_not_stored(
    client: FlaskClient, event: Event, before_writing: Before, step: str
) -> None:
    make_booking(event)
    upload(client, page_of(event), ("zoom.csv", ZOOM))
    before_writing(uploading, called_off(event))
    answer = settle(client, page_of(event), step)
    assert answer.status_code == 409
    assert "The event was called off meanwhile. Nothing was stored." in text_of(answer)
    assert said() == []


def test_nor_kept(client: FlaskClient, event: Event, before_writing: Before) -> None:
    make_booking(event)
    before_writing(uploading, called_off(event))
    assert upload(client, page_of(event), ("zoom.csv", ZOOM)).status_code == 409
    assert uploads() == []


def test_a_report_is_looked_at_again_when_a_group_has_cancelled(
    client: FlaskClient, event: Event, before_writing: Before
) -> None:
    booking = make_booking(event, make_organisation("Baobab Hill School", "GH"))
    make_booking(event)
    upload(client, page_of(event), ("zoom.csv", ZOOM))
    person = "p-" + client.get(page_of(event)).text.split('name="p-')[1].split('"')[0]
    before_writing(uploading, cancelled(booking))
    answer = settle(client, page_of(event), "accept", **{person: booking.reference})
    assert answer.status_code == 409
    assert "There are other files or groups now than when you looked." in text_of(answer)
    assert "Baobab Hill School" not in answer.text
    assert (said(), uploads()[0][0]) == ([], "open")
    assert settle(client, page_of(event), "accept").status_code == 303


def test_nobody_reads_a_report_of_an_event_that_was_moved_to_a_later_day(
    client: FlaskClient, event: Event, before_writing: Before
) -> None:
    make_booking(event)
    upload(client, page_of(event), ("zoom.csv", ZOOM))
    later = {"starts_at": NOW + timedelta(days=1), "ends_at": NOW + timedelta(days=1, hours=1)}
    before_writing(uploading, put(event, **later))
    assert settle(client, page_of(event), "accept").status_code == 409
    assert said() == []


@pytest.mark.parametrize("what", ["booking", "event", "time"])
def test_a_leader_whose_event_is_gone_or_later_reads_so(client: FlaskClient, before_writing: Before, what: str) -> None:
    running = make_event(make_offering(make_station()), NOW)
    booking = make_booking(running)
    later = {"starts_at": NOW + timedelta(days=1), "ends_at": NOW + timedelta(days=1, hours=1)}
    changes = {"booking": cancelled(booking), "event": called_off(running), "time": put(running, **later)}
    told = {"booking": "You have cancelled this.", "event": "There is nothing to join", "time": "You are booked"}
    before_writing(saying, changes[what])
    answer = Door(client, booking).say(31)
    assert answer.status_code == 409
    assert told[what] in text_of(answer)
    assert said() == []


def test_the_grid_tells_of_a_group_that_cancelled_and_writes_the_other_events(
    client: FlaskClient, event: Event, before_writing: Before
) -> None:
    gone, there = make_booking(event), make_booking(event)
    page = client.get("/desk/attendance")
    before_writing(recording, cancelled(gone))
    typed = {f"n-{gone.reference}": "7", f"n-{there.reference}": "9"}
    answer = save(client, page, "/desk/attendance", **typed)
    assert answer.status_code == 422
    assert "A group was cancelled or moved meanwhile" in text_of(answer)
    assert ('value="9"' in answer.text, 'value="7"' in answer.text, said()) == (True, False, [])
    assert client.post("/desk/attendance", data=sent_by(answer)).status_code == 303
    assert said() == [9]


@pytest.mark.parametrize(("what", "status"), [("booking", 409), ("event", 404)])
def test_so_does_the_page_of_one_event(
    client: FlaskClient, event: Event, before_writing: Before, what: str, status: int
) -> None:
    gone = make_booking(event)
    make_booking(event)
    path = f"/desk/events/{event.code}/attendance"
    page = client.get(path)
    before_writing(recording, {"booking": cancelled(gone), "event": called_off(event)}[what])
    answer = save(client, page, path, **{f"use-{gone.reference}": "own", f"n-{gone.reference}": "7"})
    assert answer.status_code == status
    assert ("A group was cancelled or moved meanwhile" in answer.text) is (what == "booking")
    assert said() == []


@pytest.mark.parametrize(("what", "status"), [("booking", 409), ("event", 404)])
def test_and_the_guides(client: FlaskClient, before_writing: Before, what: str, status: int) -> None:
    station = make_station()
    guide = guide_at_work(client, station)
    event = give(guide, make_offering(station), vienna(23, 8))
    gone, there = make_booking(event), make_booking(event)
    before_writing(recording, {"booking": cancelled(gone), "event": called_off(event)}[what])
    typed = {f"n-{gone.reference}": "7", f"n-{there.reference}": "9", "course": "held"}
    answer = send(client, f"/guide/attendance/{event.code}", **typed)
    assert answer.status_code == status
    assert ("A group was cancelled or moved meanwhile" in answer.text) is (what == "booking")
    assert said() == []


def test_the_worker_leaves_out_an_event_that_was_called_off_and_settles_the_next(
    event: Event, before_writing: Before
) -> None:
    second = make_event(db.session.get_one(Offering, event.offering_id), vienna(23, 9))
    for one in (event, second):
        saying.say(make_booking(one).reference, 31, one.starts_at)
    before_writing(saying, called_off(event))
    settle_sayings(NOW)
    rows = db.session.execute(select(Booking.attended).order_by(Booking.event_id)).scalars()
    assert list(rows) == [None, 31]


def test_the_worker_begins_no_transaction_where_no_report_is_a_day_old(
    client: FlaskClient, event: Event, before_writing: Before
) -> None:
    upload(client, page_of(event), ("zoom.csv", ZOOM))
    begun: list[int] = []
    before_writing(uploading, lambda: begun.append(1))
    forget_reports(NOW + KEPT - timedelta(seconds=1))
    assert begun == []
    forget_reports(NOW + KEPT)
    assert (begun, uploads()) == ([1], [("expired", None, "")])
