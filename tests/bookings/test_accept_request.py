"""A coordinator accepts a request: who gives it, what protocol says, exceptions with a reason, two at once."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from booking import clock
from booking.accounts.models import AuditEntry
from booking.bookings.services.accept_request import HostNeeded, NotPermitted, accept_request
from booking.bookings.services.answer_request import refuse_request
from booking.bookings.services.answering import Answer
from booking.bookings.terms import BookingRefused, BookingStatus, Conflict
from booking.catalogue.terms import Kind
from booking.db import db
from booking.scheduling.models import Assignment
from booking.scheduling.terms import AssignmentStatus, EventStatus
from tests.bookings.requested import ACTOR, TEN_IN_VIENNA, Asked, make_asked, typed
from tests.builders import NOW, make_assignment, make_closure, make_event
from tests.scheduling.asked import mails
from tests.signing_in import make_account, sign_in

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def _now(app: Flask) -> object:
    app.config["WTF_CSRF_ENABLED"] = False
    with clock.frozen(NOW):
        yield
    app.config["WTF_CSRF_ENABLED"] = True


def givers(asked: Asked) -> list[int]:
    """Who gives it."""
    active = (Assignment.event_id == asked.booking.event_id, Assignment.status == AssignmentStatus.ACTIVE)
    return list(db.session.scalars(select(Assignment.guide_id).where(*active)))


def test_the_group_is_booked_and_invited_and_the_speaker_told() -> None:
    asked = make_asked()
    chosen = asked.speakers[1]
    make_account("guide", "VIE", guide=chosen)
    accept_request(asked.answer, chosen.code)
    assert (asked.status, asked.booking.answer_by, asked.booking.invited) == (BookingStatus.CONFIRMED, None, True)
    assert asked.event.status is EventStatus.OPEN
    assert givers(asked) == [chosen.id]
    assert asked.mails() == ["booking_confirmed"]
    assert asked.payload()["calendar"]["method"] == "REQUEST"
    assert [mail.kind for mail in mails("guide_assigned")] == ["guide_assigned"]
    assert (ACTOR, "booking.accept") in asked.trail()


def test_an_event_that_nobody_could_give_yet_is_open_then() -> None:
    asked = make_asked(speakers=0)
    assert asked.event.status is EventStatus.PLANNED
    with pytest.raises(HostNeeded):
        accept_request(asked.answer, "")
    assert asked.status is BookingStatus.REQUESTED


def test_what_somebody_has_seen_differently_is_not_accepted() -> None:
    asked = make_asked()
    old = Answer(asked.reference, asked.booking.version - 1, NOW, ACTOR)
    with pytest.raises(Conflict):
        accept_request(old, asked.speakers[0].code)
    assert asked.status is BookingStatus.REQUESTED


def test_a_request_is_decided_once() -> None:
    asked = make_asked()
    answer = asked.answer
    refuse_request(answer, "No speaker.")
    with pytest.raises(Conflict):
        accept_request(answer, asked.speakers[0].code)
    assert asked.status is BookingStatus.REFUSED


def test_a_courtesy_visit_goes_through_protocol() -> None:
    asked = make_asked(Kind.COURTESY_VISIT)
    with pytest.raises(NotPermitted):
        accept_request(asked.answer, asked.speakers[0].code)
    accept_request(asked.answer, asked.speakers[0].code, permitted=True)
    assert asked.status is BookingStatus.CONFIRMED
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "booking.accept")).one()
    assert (entry.after or {})["protocol"] is True


def test_a_closure_that_came_since_stops_it() -> None:
    asked = make_asked(format="in-person")
    make_closure(asked.station, TEN_IN_VIENNA.date(), announced_on=NOW.date())
    with pytest.raises(BookingRefused) as refused:
        accept_request(asked.answer, asked.speakers[0].code)
    assert [one.rule for one in refused.value.refusals] == ["CLO-01"]
    assert asked.status is BookingStatus.REQUESTED


def test_a_request_asked_in_time_is_accepted_late() -> None:
    asked = make_asked(lead_working_days=15)
    late = asked.booking.answer_by
    assert late is not None
    answer = replace(asked.answer, now=late - timedelta(minutes=1))
    accept_request(answer, asked.speakers[0].code)
    assert asked.status is BookingStatus.CONFIRMED


@pytest.fixture
def asked() -> Asked:
    """A briefing that Vienna is asked for."""
    return make_asked()


@pytest.fixture
def desk(client: FlaskClient, asked: Asked) -> FlaskClient:
    """A browser of Vienna's coordinator."""
    return sign_in(client, make_account("coordinator", asked.station.code, name="Ilse Invented"))


def choices(text: str) -> list[str]:
    """The speakers to choose from."""
    return re.findall(r'<option value="(VIE-[^"]+)"', text)


def test_the_page_offers_those_who_are_free(desk: FlaskClient, asked: Asked) -> None:
    has_it, other = asked.speakers
    assert givers(asked) == [has_it.id]
    page = desk.get(f"/desk/requests/{asked.reference}").text
    assert choices(page) == [has_it.code, other.code]
    make_assignment(other, make_event(asked.offering, TEN_IN_VIENNA))
    assert choices(desk.get(f"/desk/requests/{asked.reference}").text) == [has_it.code]


def test_accepting_in_the_browser(desk: FlaskClient, asked: Asked) -> None:
    form = asked.form(guide=asked.speakers[0].code)
    answer = desk.post(f"/desk/requests/{asked.reference}/accept", data=form, follow_redirects=True)
    assert answer.status_code == 200
    assert "Accepted." in answer.text
    assert "Ilse Invented" in answer.text
    assert "Accept the request" not in answer.text
    assert asked.status is BookingStatus.CONFIRMED
    assert "You are booked" in asked.page(desk).text


def test_somebody_must_be_chosen(desk: FlaskClient, asked: Asked) -> None:
    answer = desk.post(f"/desk/requests/{asked.reference}/accept", data=asked.form(exception="Because."))
    assert answer.status_code == 422
    assert "Choose who gives it." in answer.text
    assert typed(answer, "exception") == "Because."
    assert asked.status is BookingStatus.REQUESTED


def test_a_second_coordinator_is_shown_both_states_and_loses_nothing(desk: FlaskClient, asked: Asked) -> None:
    old = asked.form(reason="Nobody speaks\nabout this.")
    desk.post(f"/desk/requests/{asked.reference}/ask", data=asked.form(question="How old are they?"))
    answer = desk.post(f"/desk/requests/{asked.reference}/refuse", data=old)
    assert answer.status_code == 409
    assert "You saw it as “Requested”; it is “Question asked” by now." in answer.text
    assert "Ilse Invented" in answer.text
    assert typed(answer, "reason") == "Nobody speaks\nabout this."
    again = asked.form(reason=typed(answer, "reason"))
    assert desk.post(f"/desk/requests/{asked.reference}/refuse", data=again).status_code == 303
    assert asked.status is BookingStatus.REFUSED


def test_what_was_decided_meanwhile_keeps_what_was_typed(desk: FlaskClient, asked: Asked) -> None:
    old = asked.form(reason="Nobody speaks about this.")
    accept_request(asked.answer, asked.speakers[0].code)
    answer = desk.post(f"/desk/requests/{asked.reference}/refuse", data=old)
    assert answer.status_code == 409
    assert "it is “Booked” by now" in answer.text
    assert "Nobody speaks about this." in answer.text
    assert asked.status is BookingStatus.CONFIRMED


def test_the_desk_of_another_station_knows_nothing_of_it(client: FlaskClient, asked: Asked) -> None:
    sign_in(client, make_account("coordinator", "GVA"))
    form = asked.form(guide=asked.speakers[0].code)
    assert client.get(f"/desk/requests/{asked.reference}").status_code == 404
    assert client.post(f"/desk/requests/{asked.reference}/accept", data=form).status_code == 404
    assert asked.status is BookingStatus.REQUESTED
