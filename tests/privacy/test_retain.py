"""Contacts go when the last tour of their address is long enough ago, and nothing that is counted goes with them."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, text

from booking.bookings.models import Booking, RequestNote
from booking.bookings.terms import BookingStatus, NoteKind, OrganisationType, RequestStatus
from booking.db import db, table_of, transaction
from booking.notices.models import Notice
from booking.notices.services import retry
from booking.notices.terms import NoticeState
from booking.privacy.queries.due import contacts_due
from booking.privacy.services import retain
from booking.privacy.services.contacts import forget_bookings
from booking.privacy.services.retain import forget, forget_what_is_due
from tests.builders import (
    NOW,
    make_booking,
    make_event,
    make_failed_mail,
    make_offering,
    make_organisation,
    make_station,
    make_visit_row,
    save,
)

pytestmark = pytest.mark.usefixtures("app")

TOUR = NOW - timedelta(days=200)
BEFORE = {"created_at": TOUR - timedelta(days=20), "changed_at": TOUR - timedelta(days=20)}


def _tour(starts_at: datetime = TOUR, offering: Any = None, **values: Any) -> Booking:  # noqa: ANN401  columns
    """A booking of Ada's, of a tour that was 200 days ago."""
    place = offering or make_offering(make_station())
    given = {"contact_email": "ada@example.org", "note": "Ada's class", "group_label": "7b", **BEFORE, **values}
    return make_booking(make_event(place, starts_at), **given)


def _kept(booking: Booking) -> tuple[str, str, str, str]:
    row = db.session.execute(select(table_of(Booking)).where(Booking.id == booking.id)).one()
    return row.contact_name, row.contact_email, row.note, row.group_label


GONE = ("", "", "", "")


def test_a_contact_goes_180_days_after_the_tour_with_what_it_said() -> None:
    booking = _tour()
    assert forget(TOUR + timedelta(days=180)).rows == {}
    removed = forget(TOUR + timedelta(days=181))
    assert removed.rows == {"booking": 1}
    assert _kept(booking) == GONE
    row = db.session.execute(select(table_of(Booking)).where(Booking.id == booking.id)).one()
    assert row.contact_removed_at == TOUR + timedelta(days=181)
    assert (row.status, row.size, row.version) == (BookingStatus.CONFIRMED, 10, 2)


def test_a_station_may_keep_contacts_for_a_shorter_time() -> None:
    short = make_offering(make_station("VIE", contact_days=30))
    long = make_offering(make_station("GVA"))
    there, here = _tour(NOW - timedelta(days=40), short), _tour(NOW - timedelta(days=40), long, contact_email="b@x.org")
    forget(NOW)
    assert (_kept(there), _kept(here)[1]) == (GONE, "b@x.org")


@pytest.mark.parametrize("later", ["booked", "cancelled long ago", "asks", "asked long ago"])
def test_another_tour_of_the_same_address_keeps_it_and_what_ended_long_ago_does_not(later: str) -> None:
    station = make_station()
    offering = make_offering(station)
    booking = _tour(offering=offering)
    long_ago = {"changed_at": NOW - timedelta(days=190)}
    if "ask" in later:
        status = RequestStatus.REQUESTED if later == "asks" else RequestStatus.REFUSED
        make_visit_row(station, contact_email="ada@example.org", status=status, **long_ago)
    else:
        cancelled = {"status": BookingStatus.CANCELLED_BY_GROUP, **long_ago} if "cancelled" in later else {}
        _tour(NOW + timedelta(days=5), offering, **cancelled)
    forget(NOW)
    assert (_kept(booking) == GONE) is ("long ago" in later)


def test_a_group_that_books_again_while_contacts_are_forgotten_keeps_its_contact() -> None:
    offering = make_offering(make_station())
    booking = _tour(offering=offering)
    due, _requests = contacts_due(db.session(), NOW)
    assert db.session.execute(due.look()).scalars().all() == [booking.id]  # seen to be due, and then:
    _tour(NOW + timedelta(days=5), offering)
    with transaction() as session:
        assert forget_bookings(session, due.chosen(10), NOW) == 0
    assert _kept(booking)[1] == "ada@example.org"


def test_a_request_goes_with_its_booking_and_so_does_what_was_written() -> None:
    station = make_station()
    booking = _tour(offering=make_offering(station))
    visit = make_visit_row(station, reference=booking.reference, status=RequestStatus.BOOKED, note="Ada's")
    words = {"actor": "group", "kind": NoteKind.ANSWER, "text": "Call Ada on 555."}
    save(RequestNote(reference=booking.reference, station_code="VIE", at=TOUR, **words))
    assert forget(NOW).rows == {"booking": 1, "visit_request": 1}
    db.session.refresh(visit)
    assert (visit.contact_email, visit.note, visit.contact_removed_at) == ("", "", NOW)
    assert db.session.scalar(select(RequestNote.text)) == ""


def test_the_name_under_which_an_individual_came_goes_and_that_of_a_school_stays() -> None:
    offering = make_offering(make_station())
    person = make_organisation("Ada Invented", type=OrganisationType.INDIVIDUAL)
    school = make_organisation("Inventedtown School")
    _tour(offering=offering, organisation=person, is_individual=True)
    _tour(TOUR - timedelta(days=1), offering, organisation=school)
    forget(NOW)
    db.session.refresh(person)
    db.session.refresh(school)
    assert (person.name, person.name_key) == ("", f"removed-{person.id}")
    assert school.name == "Inventedtown School"


def test_groups_of_one_school_at_one_event_stay_two_bookings() -> None:
    offering, school = make_offering(make_station()), make_organisation()
    tour = make_event(offering, TOUR)
    for label in ("7a", "7b"):
        make_booking(tour, school, group_label=label, group_key=label, created_at=TOUR, changed_at=TOUR)
    assert forget(NOW).rows["booking"] == 2


def test_mails_lose_address_and_words_after_30_days_and_keep_what_decides_the_next_one() -> None:
    booking = _tour(NOW + timedelta(days=40))
    calendar = {"method": "REQUEST", "uid": "u", "sequence": 4, "status": "CONFIRMED"}
    told = {"contact_name": "Ada", "starts_at": "2027-01-02T10:00:00+00:00", "calendar": calendar, "station": "VIE"}
    sent = {"due_at": NOW - timedelta(days=31), "next_try_at": NOW - timedelta(days=31)}
    old = make_failed_mail(booking.reference, "VIE", payload=told, **sent)
    young = make_failed_mail(booking.reference, "VIE")
    waits = make_failed_mail(booking.reference, "VIE", state=NoticeState.QUEUED, **sent)
    assert forget(NOW).rows == {"notice": 1}
    for one in (old, young, waits):
        db.session.refresh(one)
    assert old.recipient == ""
    assert old.payload == {name: told[name] for name in ("starts_at", "calendar", "station")}
    assert young.recipient == waits.recipient == "gone@example.org"
    assert not retry(old.id, NOW)


def test_each_run_leaves_a_line_of_the_trail_without_anything_of_people() -> None:
    _tour()
    forget(NOW)
    lines = db.session.execute(text("SELECT action, subject, after FROM audit_entry WHERE actor = 'worker'")).all()
    assert [(line.action, line.subject) for line in lines] == [("retention.forget", "retention")]
    assert "ada" not in str(lines[0].after).lower()


def test_a_second_run_finds_nothing_and_the_worker_writes_nothing_where_nothing_is_due(app: Flask) -> None:
    _tour(NOW - timedelta(days=100))
    asked: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        forget_what_is_due(NOW)
        looks = len([one for one in asked if one.startswith("SELECT")])
        asked.clear()
        forget_what_is_due(NOW + timedelta(minutes=30))
        assert (looks, asked) == (5, [])  # within the hour it does not even look
        forget_what_is_due(NOW + timedelta(hours=2))
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)
        app.extensions.pop(retain._STATE)  # noqa: SLF001  the application is that of all tests
    assert [one for one in asked if one.startswith(("INSERT", "UPDATE", "DELETE"))] == []


def test_what_was_loaded_without_a_contact_is_not_marked_as_forgotten() -> None:
    booking = _tour(contact_name="", contact_email="", note="", group_label="")
    assert forget(NOW).rows == {}
    db.session.refresh(booking)
    assert booking.contact_removed_at is None
    assert db.session.scalar(select(Notice.id).limit(1)) is None
