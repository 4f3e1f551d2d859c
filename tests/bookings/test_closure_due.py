"""What is prepared is carried out by the worker on its day; where it cannot be, its coordinator is told why, once."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from booking import clock
from booking.accounts.models import Account, AuditEntry
from booking.bookings.closing import Declared
from booking.bookings.closing_terms import Choice, OperationState, Stuck
from booking.bookings.models import Booking, ClosureOperation
from booking.bookings.services.closure_days import lift_closure
from booking.bookings.services.closure_due import AGAIN, announce_closures
from booking.bookings.terms import BookingStatus
from booking.catalogue.models import Offering
from booking.catalogue.terms import Format, Kind, OfferingStatus
from booking.db import db, transaction
from booking.notices.models import Notice
from booking.scheduling.models import Closure
from tests.bookings.closing import WISH, Hall, close, make_hall
from tests.bookings.test_book import TEN_IN_VIENNA
from tests.builders import NOW, make_booking, make_closure, make_event, make_offering
from tests.signing_in import make_account, sign_in

DAY = date(2026, 11, 26)
EVE = datetime(2026, 11, 25, 22, 59, tzinfo=NOW.tzinfo)
MORNING = EVE + timedelta(minutes=2)
"""Vienna is an hour ahead: the day begins between the two."""
LATER = replace(WISH, announced_on=DAY)
ANSWER_BY = MORNING + timedelta(days=3)


@pytest.fixture
def hall(app: Flask) -> Hall:  # noqa: ARG001  asked for before the rows
    """A visit of one group in Vienna, and a virtual tour that is like it."""
    return make_hall()


def prepared(hall: Hall, **values: object) -> tuple[Declared, Account]:
    """A closure of the hall, to be announced three days later, and whoever prepared it."""
    coordinator = make_account("coordinator", hall.station.code)
    given = {"answer_by": ANSWER_BY, "actor": f"account:{coordinator.id}", **values}
    return close(LATER, **given), coordinator


def operation() -> ClosureOperation:
    """The one there is, read afresh."""
    db.session.expire_all()
    return db.session.execute(select(ClosureOperation)).scalar_one()


def status_of(hall: Hall) -> BookingStatus:
    """Of the group's booking, read afresh."""
    db.session.expire_all()
    return db.session.get_one(Booking, hall.booking.id).status


def told() -> list[tuple[str, str]]:
    """The mails that were queued: kind and recipient."""
    return [(row.kind, row.recipient) for row in db.session.execute(select(Notice.kind, Notice.recipient)).all()]


def closures() -> int:
    """How many there are."""
    return int(db.session.execute(select(func.count()).select_from(Closure)).scalar_one())


def test_it_is_carried_out_when_its_day_begins_at_the_station(hall: Hall) -> None:
    done, _ = prepared(hall)
    assert done.is_prepared
    assert announce_closures(EVE) == 0
    assert (closures(), status_of(hall), told()) == (0, BookingStatus.CONFIRMED, [])
    assert announce_closures(MORNING) == 1
    found = operation()
    assert (found.state, found.done_at, found.stuck_why) == (OperationState.DONE, MORNING, "")
    assert (closures(), status_of(hall)) == (1, BookingStatus.PROPOSED)
    assert told() == [("closure_proposed", hall.booking.contact_email)]
    assert announce_closures(MORNING + AGAIN) == 0
    assert len(told()) == 1


def test_what_was_booked_since_goes_on_as_the_rest(hall: Hall) -> None:
    prepared(hall, rest=Choice.CANCEL)
    late = make_booking(make_event(hall.on_site, TEN_IN_VIENNA + timedelta(hours=3)))
    assert announce_closures(MORNING) == 1
    assert db.session.get_one(Booking, late.id, populate_existing=True).status is BookingStatus.CANCELLED_BY_STATION


def test_where_another_closure_covers_the_days_its_coordinator_is_told_once(hall: Hall) -> None:
    done, coordinator = prepared(hall)
    other = make_closure(hall.station, WISH.starts_on, WISH.starts_on)
    for number in range(3):
        assert announce_closures(MORNING + number * AGAIN) == 0
    found = operation()
    assert (found.state, found.stuck_why, found.stuck_about) == (OperationState.PREPARED, Stuck.CLOSED, other.code)
    assert found.stuck_at == MORNING + 2 * AGAIN
    assert told() == [("closure_stuck", coordinator.email)]
    lines = db.session.execute(select(AuditEntry.after).where(AuditEntry.action == "closure.wait")).scalars().all()
    assert lines == [{"why": "closed", "about": other.code}]
    lift_closure(other.code, now=MORNING + 2 * AGAIN, actor="account:1")
    assert announce_closures(MORNING + 3 * AGAIN) == 1
    assert operation().code == done.operation
    assert status_of(hall) is BookingStatus.PROPOSED


def test_it_is_not_tried_again_at_every_round(hall: Hall) -> None:
    prepared(hall)
    other = make_closure(hall.station, WISH.starts_on, WISH.starts_on)
    announce_closures(MORNING)
    lift_closure(other.code, now=MORNING, actor="account:1")
    assert announce_closures(MORNING + AGAIN / 2) == 0
    assert operation().stuck_at == MORNING
    assert announce_closures(MORNING + AGAIN) == 1


def test_a_choice_that_cannot_be_any_more_names_the_visit(hall: Hall) -> None:
    prepared(hall, choices={hall.visit.code: Choice.CONVERT})
    with transaction() as session:
        session.execute(
            update(Offering).where(Offering.id == hall.virtual.id).values(status=OfferingStatus.AWAITING_REOPENING)
        )
    assert announce_closures(MORNING) == 0
    assert (operation().stuck_why, operation().stuck_about) == (Stuck.CHOICE, hall.visit.code)
    assert status_of(hall) is BookingStatus.CONFIRMED


def test_a_courtesy_visit_that_came_since_waits_for_its_own_choice(hall: Hall) -> None:
    wish = replace(LATER, allows=())
    close(wish, answer_by=ANSWER_BY)
    protocol = make_offering(hall.station, kind=Kind.COURTESY_VISIT, format=Format.IN_PERSON)
    visit = make_event(protocol, TEN_IN_VIENNA + timedelta(hours=4))
    make_booking(visit)
    assert announce_closures(MORNING) == 0
    assert (operation().stuck_why, operation().stuck_about) == (Stuck.CHOICE, visit.code)


@pytest.mark.parametrize(
    ("late", "why"), [(timedelta(days=3), Stuck.ANSWER_BY), (timedelta(days=6), Stuck.PAST)], ids=["answers", "past"]
)
def test_a_worker_that_stood_still_too_long_does_not_announce_what_is_over(
    hall: Hall, late: timedelta, why: Stuck
) -> None:
    prepared(hall)
    assert announce_closures(MORNING + late) == 0
    assert (operation().stuck_why, closures(), status_of(hall)) == (why, 0, BookingStatus.CONFIRMED)


def test_where_the_account_is_closed_the_station_is_written_to(hall: Hall) -> None:
    _, coordinator = prepared(hall)
    with transaction() as session:
        session.execute(update(Account).where(Account.id == coordinator.id).values(is_active=False))
    make_closure(hall.station, WISH.starts_on, WISH.starts_on)
    announce_closures(MORNING)
    assert told() == [("closure_stuck", hall.station.contact_email)]


def test_its_page_says_why_and_leads_to_the_form_as_it_was_filled(hall: Hall, client: FlaskClient) -> None:
    done, coordinator = prepared(hall)
    other = make_closure(hall.station, WISH.starts_on, WISH.starts_on)
    announce_closures(MORNING)
    with clock.frozen(MORNING):
        desk = sign_in(client, coordinator)
        assert "Could not be announced" in desk.get("/desk/closures").text
        page = desk.get(f"/desk/closures/operations/{done.operation}").text
        assert "Another closure covers these days." in page
        assert f'href="/desk/closures/{other.code}"' in page
        assert "Call it off" in page
        assert "Announce it afresh" in page
        assert "p1-first_on=2026-12-01&amp;p1-last_on=2026-12-31&amp;p1-scope=every-visit" in page
        form = desk.get("/desk/closures/new", query_string={"station": "VIE"} | afresh(page)).text
        assert 'value="2026-12-01"' in form
        assert "The heating is out." in form
        assert "Le chauffage est en panne." in form


def afresh(page: str) -> dict[str, str]:
    """The fields of the address behind "Announce it afresh"."""
    address = page.partition('href="/desk/closures/new?')[2].partition('"')[0].replace("&amp;", "&")
    return dict(parse_qsl(urlsplit(f"/?{address}").query))
