"""Every change reaches the endpoints that have chosen it, with facts that hold nothing of people."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select, update

from booking import clock
from booking.attendance.services.record import Saying, record
from booking.attendance.terms import Source
from booking.bookings.models import Booking
from booking.bookings.services.closure_days import lift_closure
from booking.bookings.services.closure_undo import undo
from booking.bookings.terms import BookingStatus
from booking.catalogue.models import Offering, Station
from booking.db import db, transaction
from booking.scheduling.models import Closure, Event
from booking.scheduling.terms import EventStatus
from booking.webhooks.models import UntoldChange, WebhookDelivery, WebhookEndpoint
from booking.webhooks.services.telling import tell_changes
from booking.webhooks.terms import Off
from tests.bookings.closing import WISH, close
from tests.builders import NOW, make_booking, make_closure, make_event, make_offering, make_organisation, make_station
from tests.webhooks.making import make_endpoint

PERSONAL = ("Inventedford", "contact@example.org", "Sora", "allergic", "Class 4")


pytestmark = pytest.mark.usefixtures("app", "_at_now")


@pytest.fixture
def _at_now() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def offering() -> Offering:
    return make_offering(make_station("VIE"))


def told(endpoint: WebhookEndpoint) -> list[dict[str, Any]]:
    """What the endpoint is sent, in order, of all that has changed."""
    while tell_changes(NOW):
        pass
    bodies = select(WebhookDelivery.body).where(WebhookDelivery.endpoint_id == endpoint.id)
    return [json.loads(body) for body in db.session.scalars(bodies.order_by(WebhookDelivery.id))]


def kinds(endpoint: WebhookEndpoint) -> list[str]:
    return [one["type"] for one in told(endpoint)]


def untold() -> int:
    return db.session.scalar(select(func.count()).select_from(UntoldChange)) or 0


def put(model: type[Any], row: Any, **values: object) -> None:  # noqa: ANN401  rows of two tables
    with transaction() as session:
        session.execute(update(model).where(model.id == row.id).values(**values))


def test_while_nobody_listens_nothing_is_kept(offering: Offering) -> None:
    make_booking(make_event(offering))
    make_endpoint(off=Off.BY_HAND)
    make_booking(make_event(offering))
    assert untold() == 0


def test_a_booking_is_told_from_its_confirmation_to_its_end(offering: Offering) -> None:
    first, second = make_event(offering), make_event(offering, NOW + timedelta(days=30))
    endpoint = make_endpoint()
    booking = make_booking(first, make_organisation("Inventedford School"), size=12, note="allergic to bees")
    put(Booking, booking, size=13)
    put(Booking, booking, contact_name="Sora Hanbit", note="other", generation=2)
    put(Booking, booking, event_id=second.id)
    put(Booking, booking, status=BookingStatus.CANCELLED_BY_GROUP)
    found = told(endpoint)
    assert [one["type"] for one in found] == [
        "booking.confirmed",
        "booking.changed",
        "booking.moved",
        "booking.cancelled",
    ]
    data = found[0]["data"]
    assert set(found[0]) == {"type", "timestamp", "data"}
    assert (data["reference"], data["station"], data["size"]) == (booking.reference, "VIE", 13)
    assert (data["event_id"], data["offering_id"]) == (second.code, offering.code)
    assert data["starts_at"].endswith("+01:00")


def test_a_hold_is_told_when_it_becomes_a_booking_and_not_when_it_ends(offering: Offering) -> None:
    event_row, endpoint = make_event(offering), make_endpoint(types=["booking.confirmed", "booking.expired"])
    held = [
        make_booking(event_row, make_organisation(name), status=BookingStatus.ON_HOLD, hold_expires_at=NOW)
        for name in ("First School", "Second School")
    ]
    put(Booking, held[0], status=BookingStatus.CONFIRMED)
    put(Booking, held[1], status=BookingStatus.EXPIRED)
    assert [(one["type"], one["data"]["reference"]) for one in told(endpoint)] == [
        ("booking.confirmed", held[0].reference)
    ]


def test_an_event_is_told_with_the_bookings_that_move_with_it(offering: Offering) -> None:
    endpoint = make_endpoint()
    made = make_event(offering)
    live = make_booking(made)
    make_booking(made, make_organisation("Gone School"), status=BookingStatus.CANCELLED_BY_GROUP)
    put(Event, made, taken=5)
    put(Event, made, starts_at=made.starts_at + timedelta(hours=1), ends_at=made.ends_at + timedelta(hours=1))
    put(Event, made, status=EventStatus.CANCELLED)
    found = told(endpoint)
    assert [one["type"] for one in found if one["type"].startswith("event.")] == [
        "event.created",
        "event.changed",
        "event.cancelled",
    ]
    assert [one["data"]["reference"] for one in found if one["type"] == "booking.moved"] == [live.reference]
    assert found[-1]["data"]["status"] == "cancelled"


def test_a_closure_is_told_from_its_announcement_to_its_end(offering: Offering) -> None:
    station = db.session.get(Station, offering.station_id)
    assert station
    endpoint = make_endpoint()
    closure = make_closure(station, date(2026, 12, 1), date(2026, 12, 3))
    put(Closure, closure, ends_on=date(2026, 12, 2))
    put(Closure, closure, lifted_at=NOW)
    found = told(endpoint)
    assert [one["type"] for one in found] == ["closure.announced", "closure.changed", "closure.lifted"]
    data = found[0]["data"]
    assert (data["closure"], data["station"], data["starts_on"]) == (closure.code, "VIE", "2026-12-01")


def test_attendance_is_told_when_it_is_written_down(offering: Offering) -> None:
    begun = make_event(offering, NOW - timedelta(hours=1))
    counted = make_booking(begun, size=10)
    endpoint = make_endpoint(types=["attendance.recorded"])
    record(begun.code, Saying({counted.reference: 8}), source=Source.DESK, now=NOW, actor="account:7")
    (one,) = told(endpoint)
    assert one["data"]["bookings"] == [
        {"reference": counted.reference, "status": "attended", "size": 10, "attended": 8, "source": "desk"}
    ]
    assert (one["data"]["attended"], one["data"]["source"]) == (None, "")


def test_so_is_the_number_of_an_event_that_is_counted_as_a_whole(offering: Offering) -> None:
    begun = make_event(offering, NOW - timedelta(hours=1))
    endpoint = make_endpoint(types=["attendance.recorded"])
    record(begun.code, Saying({"": 120}), source=Source.GUIDE, now=NOW, actor="account:7")
    (one,) = told(endpoint)
    found = one["data"]
    assert (found["attended"], found["source"], found["bookings"]) == (120, "guide", [])


def test_each_endpoint_is_told_what_it_has_chosen_of_its_stations(offering: Offering) -> None:
    elsewhere = make_endpoint(stations=("GVA",))
    here, few = make_endpoint(stations=("VIE", "GVA")), make_endpoint(types=["event.cancelled"])
    make_event(offering)
    assert kinds(here) == ["event.created"]
    assert kinds(elsewhere) == []
    assert kinds(few) == []


def test_nothing_of_people_is_told(offering: Offering) -> None:
    endpoint = make_endpoint()
    make_booking(
        make_event(offering, meeting_url="https://meet.example.org/s3cr3t", guide_note="allergic"),
        make_organisation("Inventedford School"),
        contact_name="Sora Hanbit",
        contact_email="contact@example.org",
        group_label="Class 4",
        note="allergic to bees",
        technical_email="technical-contact@example.org",
    )
    text = json.dumps(told(endpoint))
    assert "booking.confirmed" in text
    assert [word for word in (*PERSONAL, "s3cr3t") if word in text] == []


def test_what_is_rolled_back_is_told_to_nobody(offering: Offering) -> None:
    endpoint, made = make_endpoint(), make_event(offering)
    told(endpoint)
    with suppress(ZeroDivisionError), transaction() as session:
        session.execute(update(Event).where(Event.id == made.id).values(status=EventStatus.CANCELLED))
        _ = 1 / 0
    assert kinds(endpoint) == ["event.created"]


def test_telling_takes_the_same_statements_for_one_change_and_for_many(offering: Offering) -> None:
    endpoint = make_endpoint()
    counts = []
    for many in (1, 30):
        for number in range(many):
            make_booking(make_event(offering), make_organisation(f"School {many}-{number}"))
        statements: list[str] = []

        def note(_c: object, _u: object, statement: str, *_more: object, kept: list[str] = statements) -> None:
            kept.append(statement)

        bind = db.session.get_bind()
        event.listen(bind, "before_cursor_execute", note)
        tell_changes(NOW)
        event.remove(bind, "before_cursor_execute", note)
        counts.append(len([one for one in statements if "SAVEPOINT" not in one]))
    assert counts[0] == counts[1]
    assert counts[0] <= 6
    assert len(told(endpoint)) == 62


def test_a_closure_that_is_taken_back_is_undone_and_one_that_is_lifted_is_not() -> None:
    make_station("VIE")
    endpoint = make_endpoint()
    first, second = (close(replace(WISH, starts_on=day, ends_on=day)) for day in (WISH.starts_on, date(2026, 12, 3)))
    undo(first.operation, now=NOW, actor="account:1")
    lift_closure(second.closures[0], now=NOW, actor="account:1")
    ended = [one for one in told(endpoint) if one["type"] in {"closure.undone", "closure.lifted"}]
    assert [(one["type"], one["data"]["closure"], one["data"]["undone"]) for one in ended] == [
        ("closure.undone", first.closures[0], True),
        ("closure.lifted", second.closures[0], False),
    ]
