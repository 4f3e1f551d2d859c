"""A request is refused with a reason that the group reads, and other times."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from booking import clock
from booking.bookings.services.answer_request import refuse_request
from booking.bookings.terms import BookingStatus
from booking.scheduling.terms import EventStatus
from tests.bookings.requested import Asked, make_asked
from tests.builders import NOW, make_event
from tests.signing_in import make_account, sign_in

pytestmark = pytest.mark.usefixtures("app")
REASON = "Nobody speaks about this at the moment."


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


def test_the_place_is_given_back_and_other_times_are_told(asked: Asked) -> None:
    make_event(asked.offering)
    refuse_request(asked.answer, REASON)
    assert (asked.status, asked.booking.answer_by) == (BookingStatus.REFUSED, None)
    assert (asked.event.status, asked.event.taken) == (EventStatus.CANCELLED, 0)
    assert asked.mails() == ["request_refused"]
    told = asked.payload()
    assert told["reason"] == REASON
    assert told["calendar"] is None
    assert len(told["instead"]) == 3
    assert {"starts_at", "title", "language"} == set(told["instead"][0])


def test_the_group_reads_the_reason_on_its_page(client: FlaskClient, asked: Asked) -> None:
    group = client.application.test_client()
    desk = sign_in(client, make_account("coordinator", asked.station.code))
    answer = desk.post(f"/desk/requests/{asked.reference}/refuse", data=asked.form(reason=REASON))
    assert answer.status_code == 303
    page = asked.page(group).text
    assert "We could not say yes" in page
    assert REASON in page


def test_nobody_is_refused_without_a_reason(client: FlaskClient, asked: Asked) -> None:
    desk = sign_in(client, make_account("coordinator", asked.station.code))
    answer = desk.post(f"/desk/requests/{asked.reference}/refuse", data=asked.form(reason=""))
    assert answer.status_code == 422
    assert asked.status is BookingStatus.REQUESTED


def test_a_form_without_the_state_that_was_seen_does_nothing(client: FlaskClient, asked: Asked) -> None:
    desk = sign_in(client, make_account("coordinator", asked.station.code))
    for version in ("", "x", "99999999999999999999"):
        form = {"version": version, "reason": REASON}
        assert desk.post(f"/desk/requests/{asked.reference}/refuse", data=form).status_code == 409
    assert asked.status is BookingStatus.REQUESTED
