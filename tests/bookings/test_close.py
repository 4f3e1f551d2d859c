"""Closing the premises, lowering places and moving an event: nobody is lost between."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from booking.bookings.closing import ClosureWish
from booking.bookings.closing_terms import Choice
from booking.bookings.models import Booking
from booking.bookings.services.book import book
from booking.bookings.services.hold import hold
from booking.bookings.services.reschedule import OverCapacity, move_event, set_capacity
from booking.bookings.terms import BookingRefused, BookingStatus, Conflict
from booking.catalogue.terms import Format, Kind
from booking.db import db
from booking.notices.models import Notice
from booking.scheduling.models import Event
from booking.scheduling.services.assign import assign_guide, unassign
from booking.scheduling.terms import ClosureType, EventStatus, HostTaken
from tests.bookings.closing import close
from tests.bookings.test_book import TEN_IN_VIENNA, at, event_of, wish
from tests.builders import NOW, make_assignment, make_booking, make_event, make_guide, make_offering, make_station

LOCKDOWN = ClosureWish(
    station="VIE",
    type=ClosureType.PREMISES_CLOSED,
    starts_on=date(2026, 12, 1),
    ends_on=date(2026, 12, 31),
    announced_on=NOW.date(),
    allows=("courtesy-visit",),
    message="The premises are closed again.",
)


def statuses() -> dict[str, BookingStatus]:
    """Status by reference, read afresh."""
    db.session.expire_all()
    rows = db.session.execute(select(Booking.reference, Booking.status))
    return {row.reference: row.status for row in rows}


@pytest.mark.usefixtures("app")
def test_a_closure_cancels_what_it_hits_and_nothing_else() -> None:
    station = make_station()
    on_site = make_offering(station, format=Format.IN_PERSON)
    visit = make_offering(station, format=Format.IN_PERSON, kind=Kind.COURTESY_VISIT)
    hit = make_booking(make_event(on_site))
    online = make_booking(make_event(make_offering(station)))
    allowed = make_booking(make_event(visit))
    after = make_booking(make_event(on_site, datetime(2027, 1, 4, 9, 0, tzinfo=UTC)))
    closed = close(LOCKDOWN, rest=Choice.CANCEL)
    assert closed.bookings == (hit.reference,)
    found = statuses()
    assert found.pop(hit.reference) is BookingStatus.CANCELLED_BY_STATION
    assert set(found) == {online.reference, allowed.reference, after.reference}
    assert set(found.values()) == {BookingStatus.CONFIRMED}


@pytest.mark.usefixtures("app")
def test_each_group_that_is_hit_gets_one_mail_with_a_cancelled_invitation() -> None:
    event = make_event(make_offering(make_station(), format=Format.IN_PERSON))
    make_booking(event)
    close(LOCKDOWN, rest=Choice.CANCEL)
    notice = db.session.execute(select(Notice)).scalar_one()
    assert (notice.kind, notice.payload["calendar"]["method"]) == ("booking_cancelled_by_station", "CANCEL")
    assert notice.payload["reason"] == "The premises are closed again."


@pytest.mark.usefixtures("app")
def test_nobody_books_on_site_after_the_closure_and_a_hold_ends_with_it() -> None:
    station = make_station()
    offering = make_offering(station, format=Format.IN_PERSON, lead_working_days=5)
    make_guide(station, "en")
    held = hold(wish(offering=offering.code, starts=at(TEN_IN_VIENNA)), now=NOW)
    close(LOCKDOWN, rest=Choice.CANCEL)
    assert statuses()[held.reference] is BookingStatus.EXPIRED
    with pytest.raises(BookingRefused) as refused:
        book(wish(offering=offering.code, starts=at(TEN_IN_VIENNA)), key="a", now=NOW)
    assert [refusal.rule for refusal in refused.value.refusals] == ["CLO-01"]


@pytest.mark.usefixtures("app")
def test_distancing_sells_nothing_beyond_the_limit_and_keeps_what_is_taken() -> None:
    offering = make_offering(make_station(), format=Format.IN_PERSON, max_group=30)
    full, empty = make_event(offering), make_event(offering, TEN_IN_VIENNA + timedelta(days=1))
    make_booking(full, size=22)
    wish_ = ClosureWish(
        **{**vars(LOCKDOWN), "type": ClosureType.PARTIAL_REOPENING, "blocks_formats": (), "distanced_capacity": 15}
    )
    close(wish_)
    db.session.expire_all()
    assert (db.session.get_one(Event, full.id).capacity, db.session.get_one(Event, empty.id).capacity) == (22, 15)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "wrong", [{"station": "XXX"}, {"ends_on": date(2026, 11, 1)}, {"announced_on": date(2026, 12, 24)}]
)
def test_a_closure_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    make_station()
    with pytest.raises(Conflict):
        close(ClosureWish(**{**vars(LOCKDOWN), **wrong}))


@pytest.mark.usefixtures("app")
def test_fewer_places_than_are_taken_are_refused_with_the_list() -> None:
    event = make_event(make_offering(make_station()))
    booking = make_booking(event, size=20)
    with pytest.raises(OverCapacity) as over:
        set_capacity(event.code, 19, now=NOW, actor="account:1")
    assert [one.reference for one in over.value.bookings] == [booking.reference]
    set_capacity(event.code, 20, now=NOW, actor="account:1")
    assert event_of(booking.reference).capacity == 20


@pytest.mark.usefixtures("app")
def test_an_event_moves_with_its_guide_and_its_groups_are_told_once() -> None:
    station = make_station()
    event, guide = make_event(make_offering(station)), make_guide(station, "en")
    make_assignment(guide, event)
    booking = make_booking(event)
    later = TEN_IN_VIENNA + timedelta(days=2)
    move_event(event.code, later, now=NOW, actor="account:1")
    moved = event_of(booking.reference)
    assert (moved.starts_at, moved.starts_on, moved.version) == (later, date(2026, 12, 16), 2)
    notice = db.session.execute(select(Notice)).scalar_one()
    assert notice.payload["calendar"] | {"uid": ""} == {
        "method": "REQUEST",
        "uid": "",
        "sequence": 1,
        "status": "CONFIRMED",
    }


@pytest.mark.usefixtures("app")
def test_an_event_cannot_move_to_where_its_guide_is_busy() -> None:
    station = make_station()
    offering, guide = make_offering(station), make_guide(station, "en")
    event, other = make_event(offering), make_event(offering, TEN_IN_VIENNA + timedelta(days=1))
    make_assignment(guide, event)
    make_assignment(guide, other)
    with pytest.raises(HostTaken):
        move_event(event.code, other.starts_at + timedelta(minutes=74), now=NOW, actor="account:1")
    move_event(event.code, other.starts_at + timedelta(minutes=75), now=NOW, actor="account:1")


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(("minutes", "free"), [(74, False), (75, True), (-74, False), (-75, True)])
def test_a_guide_has_fifteen_minutes_between_two_events(minutes: int, free: bool) -> None:  # noqa: FBT001
    station = make_station()
    offering, guide = make_offering(station), make_guide(station, "en")
    first, second = make_event(offering), make_event(offering, TEN_IN_VIENNA + timedelta(minutes=minutes))
    assign_guide(first.code, guide.code, now=NOW, actor="account:1")
    if free:
        assign_guide(second.code, guide.code, now=NOW, actor="account:1")
        return
    with pytest.raises(HostTaken):
        assign_guide(second.code, guide.code, now=NOW, actor="account:1")
    unassign(first.code, now=NOW, actor="account:1")
    assign_guide(second.code, guide.code, now=NOW, actor="account:1")
    assert event_status(second.id) is EventStatus.OPEN


def event_status(event_id: int) -> EventStatus:
    """Status of an event, read afresh."""
    db.session.expire_all()
    return db.session.get_one(Event, event_id).status
