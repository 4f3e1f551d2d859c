"""Booking: a place in an open event, an event of one's own, and what a person must decide."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.accounts.models import AuditEntry
from booking.bookings.models import Booking
from booking.bookings.queries.bookings import booking_by_reference
from booking.bookings.services.book import book
from booking.bookings.services.expire import end_holds
from booking.bookings.services.hold import hold, hold_longer
from booking.bookings.terms import (
    BookingRefused,
    BookingRequest,
    BookingStatus,
    Contact,
    KeyReused,
    UnknownTime,
    WishedTime,
)
from booking.catalogue.terms import Format, Kind
from booking.db import db
from booking.notices.models import Notice
from booking.scheduling.models import Assignment, Event
from booking.scheduling.terms import AssignmentStatus, EventStatus, HostRole, Visibility
from tests.builders import NOW, make_booking, make_event, make_guide, make_offering, make_organisation, make_station

TEN_IN_VIENNA = datetime(2026, 12, 14, 9, 0, tzinfo=UTC)


def wish(**values: object) -> BookingRequest:
    """A class of 24 from Seoul, everything filled in."""
    request = BookingRequest(
        size=24,
        language="en",
        organisation="Inventedford School",
        country="KR",
        youngest_age=14,
        accompanying_adults=2,
        contact=Contact("Ada Invented", "ada@example.org", "en", "Asia/Seoul"),
        technical_contact=True,
    )
    return replace(request, **values)  # type: ignore[arg-type]  # tests name any field


def at(instant: datetime) -> WishedTime:
    """A start written in UTC."""
    return WishedTime(instant.isoformat(), instant.replace(tzinfo=None), timedelta(0), is_utc=True)


def event_of(reference: str) -> Event:
    """The event of a booking, read afresh."""
    db.session.expire_all()
    booking = db.session.execute(select(Booking).where(Booking.reference == reference)).scalar_one()
    return db.session.get_one(Event, booking.event_id)


def count(model: type[object]) -> int:
    """Rows of a table."""
    return db.session.execute(select(func.count()).select_from(model)).scalar_one()


@pytest.mark.usefixtures("app")
def test_a_group_joins_an_open_event_and_its_places_are_taken() -> None:
    event = make_event(make_offering(make_station()))
    booked = book(wish(event=event.code), key="a", now=NOW)
    assert booked.answer["status"] == "confirmed"
    assert booked.answer["starts_at"] == "2026-12-14T10:00:00+01:00"
    assert event_of(booked.reference).taken == 24


@pytest.mark.usefixtures("app")
def test_booking_an_open_slot_makes_a_private_event_with_a_free_guide() -> None:
    station = make_station()
    offering, guide = make_offering(station), make_guide(station, "en")
    booked = book(wish(offering=offering.code, starts=at(TEN_IN_VIENNA)), key="a", now=NOW)
    event = event_of(booked.reference)
    assert (event.visibility, event.status, event.taken, event.capacity) == (
        Visibility.PRIVATE,
        EventStatus.OPEN,
        24,
        35,
    )
    given = db.session.execute(select(Assignment).where(Assignment.event_id == event.id)).scalar_one()
    assert given.guide_id == guide.id
    assert given.busy_until == TEN_IN_VIENNA + timedelta(minutes=75)
    assert booked.answer["status"] == "confirmed"


@pytest.mark.usefixtures("app")
def test_without_a_free_guide_the_group_is_taken_as_a_request_that_holds_its_place() -> None:
    station = make_station()
    offering = make_offering(station)
    booked = book(wish(offering=offering.code, starts=at(TEN_IN_VIENNA)), key="a", now=NOW)
    event = event_of(booked.reference)
    kept = booking_by_reference(db.session(), booked.reference)
    assert kept is not None
    assert (kept.status, event.status, event.taken) == (BookingStatus.REQUESTED, EventStatus.PLANNED, 24)
    assert kept.answer_by is not None
    assert NOW < kept.answer_by < TEN_IN_VIENNA
    assert db.session.execute(select(Notice.kind)).scalars().all() == ["booking_requested"]


@pytest.mark.usefixtures("app")
def test_a_briefing_of_its_own_is_asked_for_and_keeps_its_speaker_meanwhile() -> None:
    station = make_station()
    offering = make_offering(station, kind=Kind.BRIEFING, lead_working_days=10)
    speaker = make_guide(station, "en", HostRole.SPEAKER)
    booked = book(wish(offering=offering.code, theme="refugees", starts=at(TEN_IN_VIENNA)), key="a", now=NOW)
    assert booked.answer["status"] == "requested"
    kept = select(Assignment.guide_id).where(Assignment.status == AssignmentStatus.ACTIVE)
    assert db.session.execute(kept).scalars().all() == [speaker.id]


@pytest.mark.usefixtures("app")
def test_the_same_key_gives_the_same_answer_and_one_booking() -> None:
    event = make_event(make_offering(make_station()))
    first, second = (book(wish(event=event.code), key="a", now=NOW) for _ in range(2))
    assert second.answer == first.answer
    assert (first.replayed, second.replayed) == (False, True)
    assert count(Booking) == 1
    assert count(Notice) == 1


@pytest.mark.usefixtures("app")
def test_the_same_key_with_another_request_is_refused_and_another_person_may_use_it() -> None:
    event = make_event(make_offering(make_station(), max_group=60))
    book(wish(event=event.code), key="a", now=NOW)
    with pytest.raises(KeyReused):
        book(wish(event=event.code, size=10), key="a", now=NOW)
    other = Contact("Bo Invented", "bo@example.org", "en", "Asia/Seoul")
    book(wish(event=event.code, organisation="Other School", contact=other), key="a", now=NOW)
    assert count(Booking) == 2


@pytest.mark.usefixtures("app")
def test_a_refused_booking_leaves_nothing() -> None:
    event = make_event(make_offering(make_station(), min_age=16))
    with pytest.raises(BookingRefused) as refused:
        book(wish(event=event.code, accompanying_adults=0), key="a", now=NOW)
    assert [refusal.rule for refusal in refused.value.refusals] == ["AGE-01", "SUP-01"]
    assert (count(Booking), count(Notice), count(AuditEntry)) == (0, 0, 0)


@pytest.mark.usefixtures("app")
def test_the_last_places_go_to_the_group_that_fits() -> None:
    event = make_event(make_offering(make_station()), capacity=30)
    make_booking(event, size=10)
    with pytest.raises(BookingRefused) as refused:
        book(wish(event=event.code), key="a", now=NOW)
    assert [(r.rule, r.values["places"]) for r in refused.value.refusals] == [("CAP-02", 20)]
    book(wish(event=event.code, size=20), key="b", now=NOW)


@pytest.mark.usefixtures("app")
def test_one_school_books_an_event_once_unless_it_names_another_class() -> None:
    event = make_event(make_offering(make_station(), max_group=60))
    make_booking(event, make_organisation("Inventedford  SCHOOL"))
    with pytest.raises(BookingRefused) as refused:
        book(wish(event=event.code), key="a", now=NOW)
    assert [refusal.rule for refusal in refused.value.refusals] == ["DUP-01"]
    book(wish(event=event.code, group_label="5b"), key="b", now=NOW)


@pytest.mark.usefixtures("app")
def test_a_hold_keeps_the_place_and_becomes_the_booking_under_its_reference() -> None:
    station = make_station()
    offering = make_offering(station)
    make_guide(station, "en")
    held = hold(wish(offering=offering.code, starts=at(TEN_IN_VIENNA)), now=NOW)
    assert held.expires_at == NOW + timedelta(minutes=10)
    booked = book(wish(size=30), key="a", now=NOW + timedelta(minutes=9), hold=held.reference)
    assert (booked.reference, booked.answer["status"]) == (held.reference, "confirmed")
    assert event_of(booked.reference).taken == 30
    assert count(Event) == 1


@pytest.mark.usefixtures("app")
def test_a_hold_of_the_only_guide_makes_the_same_time_a_request_for_others() -> None:
    station = make_station()
    offering = make_offering(station)
    make_guide(station, "en")
    hold(wish(offering=offering.code, starts=at(TEN_IN_VIENNA)), now=NOW)
    booked = book(wish(offering=offering.code, starts=at(TEN_IN_VIENNA)), key="a", now=NOW)
    assert booked.answer["status"] == "requested"


@pytest.mark.usefixtures("app")
def test_an_ended_hold_frees_its_places_and_booking_it_tries_again() -> None:
    event = make_event(make_offering(make_station()), capacity=30)
    held = hold(wish(event=event.code), now=NOW)
    late = NOW + timedelta(minutes=11)
    assert end_holds(late) == 1
    assert end_holds(late) == 0
    assert event_of(held.reference).taken == 0
    booked = book(wish(), key="a", now=late, hold=held.reference)
    assert booked.reference != held.reference
    assert event_of(booked.reference).taken == 24


@pytest.mark.usefixtures("app")
def test_a_hold_lasts_longer_for_whoever_asks_in_time_and_not_for_ever() -> None:
    event = make_event(make_offering(make_station()), capacity=30)
    held = hold(wish(event=event.code), now=NOW)
    nine = timedelta(minutes=9)
    for times in range(1, 11):
        assert hold_longer(held.reference, 10, now=NOW + times * nine), times
        assert end_holds(NOW + times * nine + timedelta(minutes=2)) == 0
    assert not hold_longer(held.reference, 10, now=NOW + timedelta(minutes=91))
    assert end_holds(NOW + timedelta(minutes=100)) == 1
    assert not hold_longer(held.reference, 10, now=NOW + timedelta(minutes=100))
    actions = db.session.scalars(select(AuditEntry.action).where(AuditEntry.subject == f"booking:{held.reference}"))
    assert list(actions).count("booking.hold_longer") == 10


@pytest.mark.usefixtures("app")
def test_a_hold_that_ended_is_not_made_longer_before_it_is_swept() -> None:
    event = make_event(make_offering(make_station()), capacity=30)
    held = hold(wish(event=event.code), now=NOW)
    assert not hold_longer(held.reference, 10, now=NOW + timedelta(minutes=10))


@pytest.mark.usefixtures("app")
def test_a_hold_that_ended_unswept_does_not_stand_in_the_way() -> None:
    event = make_event(make_offering(make_station()), capacity=30)
    hold(wish(event=event.code), now=NOW)
    booked = book(wish(event=event.code), key="a", now=NOW + timedelta(minutes=11))
    assert event_of(booked.reference).taken == 24


@pytest.mark.usefixtures("app")
def test_a_time_that_does_not_exist_is_named_so() -> None:
    with pytest.raises(UnknownTime):
        book(wish(event="NYC-9999"), key="a", now=NOW)


@pytest.mark.usefixtures("app")
def test_every_booking_leaves_one_line_of_audit_without_personal_data() -> None:
    event = make_event(make_offering(make_station()))
    booked = book(wish(event=event.code), key="a", now=NOW)
    line = db.session.execute(select(AuditEntry)).scalar_one()
    assert (line.action, line.subject) == ("booking.book", f"booking:{booked.reference}")
    assert line.after == {"status": "confirmed", "size": 24, "event": event.code}


def test_the_mail_tells_the_facts_and_carries_the_invitation(app: Flask) -> None:
    event = make_event(make_offering(make_station(), format=Format.VIRTUAL_LIVE))
    booked = book(wish(event=event.code), key="a", now=NOW)
    notice = db.session.execute(select(Notice)).scalar_one()
    assert (notice.kind, notice.recipient) == ("booking_confirmed", "ada@example.org")
    assert notice.payload["calendar"]["method"] == "REQUEST"
    assert notice.payload["calendar"]["uid"].startswith(booked.reference)
    assert notice.payload["manage_url"].startswith(app.extensions["booking.settings"].public_url)
