"""An event that was called off takes place after all: the guide comes back, and every group that still can."""

from datetime import date

import pytest
from sqlalchemy import select

from booking.accounts.models import AuditEntry
from booking.bookings.models import Booking
from booking.bookings.services.book import book
from booking.bookings.services.restore_event import GuideIsBusy, PremisesClosed, RestoredEvent, restore_event
from booking.bookings.services.series import Order, cancel_events
from booking.bookings.survey import Scope
from booking.bookings.terms import Conflict
from booking.catalogue.models import Offering, Station
from booking.catalogue.terms import Format
from booking.db import db
from booking.notices.models import Notice
from booking.notices.terms import NoticeState
from booking.scheduling.models import Assignment, Event, Guide
from booking.scheduling.terms import AssignmentStatus, EventStatus, UnknownEvent
from tests.bookings.line import group, join
from tests.builders import NOW, make_assignment, make_closure, make_event, make_guide, make_offering, make_station

pytestmark = pytest.mark.usefixtures("app")
DESK = "account:1"


@pytest.fixture
def guide() -> Guide:
    """Vienna's only one."""
    return make_guide(make_station())


@pytest.fixture
def offering(guide: Guide) -> Offering:
    """A tour of Vienna's."""
    return make_offering(db.session.get_one(Station, guide.station_id), min_group=1)


@pytest.fixture
def event(offering: Offering, guide: Guide) -> Event:
    """Two groups have booked it, and one waits; it was called off."""
    event = make_event(offering, capacity=30)
    make_assignment(guide, event)
    for size in (20, 10):
        book(group(f"of {size}", size, event), key=str(size), now=NOW)
    join("in line", 12, event)
    call_off(event)
    return event


def call_off(event: Event) -> None:
    """The desk does."""
    cancel_events(Order(event.code, Scope.ONE, NOW, DESK), "A pipe has burst.")
    db.session.expire_all()


def restore(event: Event, **values: bool) -> RestoredEvent:
    """As a coordinator who sees it as it is."""
    db.session.expire_all()
    done = restore_event(event.code, version=event.version, now=NOW, actor=DESK, **values)
    db.session.expire_all()
    return done


def states(event: Event) -> dict[int, str]:
    """The status of each booking, by size."""
    rows = db.session.execute(select(Booking.size, Booking.status).where(Booking.event_id == event.id))
    return {row.size: row.status.value for row in rows}


def test_everybody_is_back_as_they_were(event: Event, guide: Guide) -> None:
    assert states(event) == dict.fromkeys((20, 10, 12), "cancelled_by_station")
    assert len(restore(event).bookings) == 3
    assert states(event) == {20: "confirmed", 10: "confirmed", 12: "waiting"}
    assert (event.status, event.taken, event.status_reason) == (EventStatus.OPEN, 30, "")
    given = select(Assignment.guide_id).where(
        Assignment.event_id == event.id, Assignment.status == AssignmentStatus.ACTIVE
    )
    assert db.session.scalars(given).all() == [guide.id]


def test_each_group_is_told_once_and_the_unsent_cancellation_is_taken_back(event: Event) -> None:
    restore(event)
    told = select(Notice.kind).where(Notice.state == NoticeState.QUEUED, Notice.subject.like("booking:%"))
    assert sorted(db.session.scalars(told)) == ["booking_restored", "booking_restored", "waiting_joined"]


def test_the_trail_has_a_line_for_the_event_and_one_for_each_booking(event: Event) -> None:
    restore(event)
    lines = db.session.execute(select(AuditEntry).where(AuditEntry.action.like("%.restore"))).scalars().all()
    assert sorted(line.action for line in lines) == ["booking.restore"] * 3 + ["event.restore"]
    assert {line.actor for line in lines} == {DESK}
    assert all(line.before and line.after for line in lines)


def test_a_group_that_has_gone_elsewhere_stays_there(event: Event, offering: Offering) -> None:
    other = make_event(offering)
    book(group("of 20", 20, other), key="elsewhere", now=NOW)
    done = restore(event)
    assert (len(done.bookings), len(done.elsewhere)) == (2, 1)
    assert states(event) == {20: "cancelled_by_station", 10: "confirmed", 12: "waiting"}
    assert event.taken == 10


def test_it_is_refused_while_its_guide_gives_something_else(event: Event, guide: Guide, offering: Offering) -> None:
    make_assignment(guide, make_event(offering))
    with pytest.raises(GuideIsBusy):
        restore(event)
    assert states(event) == dict.fromkeys((20, 10, 12), "cancelled_by_station")
    restore(event, without_guide=True)
    assert event.status is EventStatus.OPEN


def test_it_is_refused_while_the_premises_are_closed(guide: Guide) -> None:
    station = db.session.get_one(Station, guide.station_id)
    event = make_event(make_offering(station, format=Format.IN_PERSON))
    call_off(event)
    make_closure(station, date(2026, 12, 1))
    with pytest.raises(PremisesClosed):
        restore(event)


def test_it_is_taken_back_once(event: Event) -> None:
    seen = event.version
    restore(event)
    with pytest.raises(Conflict):
        restore_event(event.code, version=seen, now=NOW, actor=DESK)
    with pytest.raises(Conflict):
        restore(event)


def test_what_is_none_is_none() -> None:
    with pytest.raises(UnknownEvent):
        restore_event("VIE-NONE", version=1, now=NOW, actor=DESK)
