"""Another time for a request: held with a guide, taken, declined or run out; too soon only with a reason."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from booking import clock
from booking.accounts.models import AuditEntry
from booking.bookings.models import RequestNote
from booking.bookings.services.answer_request import propose_time
from booking.bookings.services.expire import end_requests
from booking.bookings.services.group_answers import decline_proposal, take_proposal
from booking.bookings.terms import BookingRefused, BookingStatus, Conflict, NoteKind
from booking.db import db
from booking.scheduling.models import Event
from booking.scheduling.terms import EventStatus
from tests.bookings.requested import TEN_IN_VIENNA, Asked, make_asked, typed
from tests.builders import NOW, make_assignment, make_event
from tests.signing_in import make_account, sign_in

pytestmark = pytest.mark.usefixtures("app")

NEXT_DAY = datetime(2026, 12, 16, 9, 0, tzinfo=UTC)
TOMORROW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
UNTIL = NOW + timedelta(days=3)


@pytest.fixture(autouse=True)
def _now(app: Flask) -> object:
    app.config["WTF_CSRF_ENABLED"] = False
    with clock.frozen(NOW):
        yield
    app.config["WTF_CSRF_ENABLED"] = True


@pytest.fixture
def asked() -> Asked:
    """A briefing that Vienna is asked for."""
    return make_asked()


@pytest.fixture
def desk(client: FlaskClient, asked: Asked) -> FlaskClient:
    """A browser of Vienna's coordinator."""
    return sign_in(client, make_account("coordinator", asked.station.code))


def propose(asked: Asked) -> int:
    """The next day instead; the id of the event that was asked for."""
    before = asked.booking.event_id
    propose_time(asked.answer, NEXT_DAY, UNTIL, text="On Tuesday our speaker travels.")
    return before


def test_the_proposed_time_is_held_and_the_other_given_back(asked: Asked) -> None:
    before = propose(asked)
    assert asked.status is BookingStatus.PROPOSED
    assert (asked.event.starts_at, asked.event.taken, asked.event.status) == (NEXT_DAY, 24, EventStatus.OPEN)
    assert asked.booking.answer_by == UNTIL
    assert db.session.get_one(Event, before, populate_existing=True).status is EventStatus.CANCELLED
    assert asked.mails() == ["request_proposed"]
    told = asked.payload()
    assert told["before"]["starts_at"] == TEN_IN_VIENNA.isoformat()
    assert told["reason"] == "On Tuesday our speaker travels."
    assert told["calendar"] is None


def test_the_group_takes_it(asked: Asked) -> None:
    propose(asked)
    take_proposal(asked.by_group)
    assert (asked.status, asked.booking.answer_by) == (BookingStatus.CONFIRMED, None)
    assert asked.mails() == ["booking_confirmed"]
    assert asked.trail()[-1] == ("group", "booking.take_proposal")


def test_the_group_declines_it_and_the_place_is_free(asked: Asked) -> None:
    propose(asked)
    decline_proposal(asked.by_group)
    assert asked.status is BookingStatus.WITHDRAWN
    assert (asked.event.status, asked.event.taken) == (EventStatus.CANCELLED, 0)
    assert asked.mails() == ["request_withdrawn"]


def test_without_an_answer_it_runs_out(asked: Asked) -> None:
    propose(asked)
    assert end_requests(UNTIL - timedelta(seconds=1)) == 0
    assert end_requests(UNTIL) == 1
    assert asked.status is BookingStatus.EXPIRED
    assert asked.event.status is EventStatus.CANCELLED
    assert asked.mails() == ["request_unanswered"]


def test_an_answer_that_comes_too_late_takes_nothing(asked: Asked) -> None:
    propose(asked)
    late = asked.by_group.__class__(asked.reference, asked.booking.version, UNTIL + timedelta(seconds=1))
    with pytest.raises(Conflict):
        take_proposal(late)
    assert asked.status is BookingStatus.PROPOSED


def test_a_time_at_which_nobody_is_free_is_not_promised(asked: Asked) -> None:
    for speaker in asked.speakers:
        make_assignment(speaker, make_event(asked.offering, NEXT_DAY))
    with pytest.raises(BookingRefused) as refused:
        propose(asked)
    assert [one.rule for one in refused.value.refusals] == ["LANG-06"]
    assert asked.status is BookingStatus.REQUESTED
    assert asked.event.starts_at == TEN_IN_VIENNA


def test_a_time_too_soon_takes_a_written_reason(asked: Asked) -> None:
    with pytest.raises(BookingRefused) as refused:
        propose_time(asked.answer, TOMORROW, UNTIL)
    assert [one.rule for one in refused.value.refusals] == ["LEAD-01"]
    propose_time(asked.answer, TOMORROW, UNTIL, exception="The speaker is in the house.")
    assert asked.event.starts_at == TOMORROW
    assert asked.booking.answer_by == TOMORROW
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "booking.propose")).one()
    assert (entry.after or {})["exceptions"] == ["LEAD-01"]
    note = db.session.scalars(select(RequestNote)).one()
    assert (note.kind, note.text) == (NoteKind.EXCEPTION, "The speaker is in the house.")


def test_no_reason_opens_the_station_at_night(asked: Asked) -> None:
    night = NEXT_DAY.replace(hour=1)
    with pytest.raises(BookingRefused) as refused:
        propose_time(asked.answer, night, UNTIL, exception="Their wish.")
    assert [one.rule for one in refused.value.refusals] == ["TIME-01"]


def test_from_the_desk_to_the_group_in_the_browser(desk: FlaskClient, asked: Asked) -> None:
    times = {"proposed_on": "2026-12-16", "proposed_at": "10:00", "until_on": "2026-11-25", "said": "Would that do?"}
    answer = desk.post(f"/desk/requests/{asked.reference}/propose", data=asked.form(**times))
    assert answer.status_code == 303
    assert asked.event.starts_at == NEXT_DAY
    page = asked.page(desk).text
    assert "We propose this time" in page
    assert "Would that do?" in page
    path = f"/bookings/{asked.reference}/proposal?t={asked.token}"
    data = {"version": str(asked.booking.version), "answer": "yes"}
    taken = desk.post(path, data=data, follow_redirects=True)
    assert "You are booked for the new time." in taken.text
    assert asked.status is BookingStatus.CONFIRMED
    assert desk.post(path, data={**data, "answer": "no"}).status_code == 409
    assert asked.status is BookingStatus.CONFIRMED


def test_what_cannot_be_proposed_is_said_and_kept(desk: FlaskClient, asked: Asked) -> None:
    times = {"proposed_on": "2026-11-24", "proposed_at": "10:00", "until_on": "2026-11-25", "said": "Sorry."}
    path = f"/desk/requests/{asked.reference}/propose"
    answer = desk.post(path, data=asked.form(**times))
    assert answer.status_code == 409
    assert "working days" in answer.text
    assert typed(answer, "said") == "Sorry."
    same = {**times, "proposed_on": "2026-12-15"}
    assert "accept it" in desk.post(path, data=asked.form(**same)).text
    over = {**times, "proposed_on": "2026-12-16", "until_on": "2026-11-01"}
    assert "This day is over." in desk.post(path, data=asked.form(**over)).text
    assert asked.status is BookingStatus.REQUESTED
