"""The desk asks, the group answers, the request is back on the list."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from booking import clock
from booking.bookings.services.answer_request import ask_group
from booking.bookings.services.expire import end_requests
from booking.bookings.services.group_answers import reply
from booking.bookings.terms import BookingStatus, Conflict
from tests.bookings.requested import Asked, make_asked
from tests.builders import NOW
from tests.signing_in import make_account, sign_in

pytestmark = pytest.mark.usefixtures("app")


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


def test_the_question_is_mailed_and_the_place_kept(asked: Asked) -> None:
    ask_group(asked.answer, "How much do they know?")
    assert asked.status is BookingStatus.NEEDS_INFORMATION
    assert asked.event.taken == 24
    assert asked.mails() == ["request_question"]
    assert asked.payload()["reason"] == "How much do they know?"
    assert asked.payload()["answer_by"] is not None


def test_the_answer_brings_it_back_with_a_new_deadline(asked: Asked) -> None:
    ask_group(asked.answer, "How much do they know?")
    later = asked.by_group.__class__(asked.reference, asked.booking.version, NOW + timedelta(days=2))
    before = asked.booking.answer_by
    reply(later, "A lot.")
    assert asked.status is BookingStatus.REQUESTED
    assert asked.booking.answer_by is not None
    assert before is not None
    assert asked.booking.answer_by > before
    with pytest.raises(Conflict):
        reply(later, "A lot, really.")


def test_without_an_answer_it_runs_out(asked: Asked) -> None:
    ask_group(asked.answer, "How much do they know?")
    until = asked.booking.answer_by
    assert until is not None
    assert end_requests(until) == 1
    assert asked.status is BookingStatus.EXPIRED
    assert asked.mails() == ["request_unanswered"]


def test_question_and_answer_stand_on_both_pages(client: FlaskClient, asked: Asked) -> None:
    group = client.application.test_client()
    desk = sign_in(client, make_account("coordinator", asked.station.code))
    desk.post(f"/desk/requests/{asked.reference}/ask", data=asked.form(question="How much\ndo they know?"))
    page = asked.page(group).text
    assert "We have a question" in page
    assert "How much\ndo they know?" in page
    path = f"/bookings/{asked.reference}/answer?t={asked.token}"
    version = {"version": str(asked.booking.version)}
    assert group.post(path, data=version).status_code == 422
    assert group.post(path, data={**version, "answer": "A lot <b>."}).status_code == 303
    seen = desk.get(f"/desk/requests/{asked.reference}").text
    assert seen.count("A lot &lt;b&gt;.") == 1
    assert seen.count("How much\ndo they know?") == 1
    assert "The group answered" in seen
    assert "Requested" in desk.get("/desk/requests").text
    late = group.post(path, data={**version, "answer": "And more."})
    assert late.status_code == 409


def test_an_empty_question_is_not_sent(client: FlaskClient, asked: Asked) -> None:
    desk = sign_in(client, make_account("coordinator", asked.station.code))
    answer = desk.post(f"/desk/requests/{asked.reference}/ask", data=asked.form(question="  "))
    assert answer.status_code == 422
    assert asked.status is BookingStatus.REQUESTED
