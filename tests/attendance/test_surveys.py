"""What groups say afterwards: asked once, counted without a name, shown from ten replies on."""

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from booking import clock
from booking.accounts.models import AuditEntry
from booking.accounts.terms import Role
from booking.attendance.models import SurveyAnswered, SurveyResult
from booking.attendance.services.answer import answer
from booking.attendance.surveys import SHIPPED
from booking.bookings.links import join_token
from booking.bookings.models import Booking
from booking.bookings.queries.bookings import booking_by_reference
from booking.bookings.terms import BookingStatus
from booking.db import db, transaction
from booking.reporting.queries.lists import survey_sums
from booking.reporting.terms import Filters, Period
from booking.scheduling.models import Event
from booking.scheduling.terms import EventStatus
from tests.builders import make_booking, make_event, make_offering, make_station
from tests.hostile.walk import hidden
from tests.signing_in import make_account, sign_in

ALL_YES = {"took-part": "yes", "language": "yes", "learned": "5"}


@pytest.fixture
def event(app: object) -> Event:
    """A tour that was held."""
    assert app
    return make_event(make_offering(make_station(), max_group=900), status=EventStatus.HELD, capacity=900)


def group(event: Event) -> Booking:
    return make_booking(event, status=BookingStatus.ATTENDED)


def send(client: FlaskClient, booking: Booking, answers: dict[str, str]) -> int:
    proof = {"csrf_token": hidden(client.get("/my-booking"), "csrf_token")}
    return client.post(f"/join/{join_token(booking.reference)}/survey", data={**proof, **answers}).status_code


def counts() -> dict[str, tuple[int, int | None]]:
    rows = db.session.execute(select(SurveyResult.question_code, SurveyResult.respondents, SurveyResult.positive))
    return {code: (respondents, positive) for code, respondents, positive in rows}


def say_all_yes(booking: Booking) -> bool:
    found = booking_by_reference(db.session(), booking.reference)
    assert found is not None
    return answer(found, SHIPPED, ALL_YES)


def test_a_group_is_asked_once_and_its_answers_are_counted_with_others(client: FlaskClient, event: Event) -> None:
    one, other = group(event), group(event)
    path = f"/join/{join_token(one.reference)}"
    with clock.frozen(event.ends_at):
        assert "Did your group take part in the conversation?" in client.get(path).text
        assert send(client, one, {"took-part": "no", "learned": "4"}) == 303
        assert "Thank you for your answers" in client.get(path).text
        assert send(client, one, ALL_YES) == 303
        assert send(client, other, ALL_YES) == 303
    assert counts() == {"took-part": (2, 1), "language": (1, 1), "learned": (2, 2)}


def test_only_that_it_has_answered_is_kept_of_a_group(event: Event) -> None:
    booking = group(event)
    assert say_all_yes(booking)
    assert not say_all_yes(booking)
    assert list(db.session.execute(select(SurveyAnswered.booking_id)).scalars()) == [booking.id]
    assert {row.event_id for row in db.session.execute(select(SurveyResult)).scalars()} == {None}
    assert db.session.execute(select(AuditEntry).where(AuditEntry.subject.contains(booking.reference))).first() is None


@pytest.mark.parametrize("answers", [{}, {"took-part": "perhaps"}, {"learned": "6"}, {"language": "<script>"}])
def test_what_is_no_answer_is_named_and_not_counted(client: FlaskClient, event: Event, answers: dict[str, str]) -> None:
    with clock.frozen(event.ends_at):
        assert send(client, group(event), answers) == 422
    assert counts() == {}


def test_who_did_not_come_and_who_comes_months_later_is_not_asked(client: FlaskClient, event: Event) -> None:
    came, missing = group(event), make_booking(event, status=BookingStatus.NO_SHOW)
    with clock.frozen(event.ends_at):
        assert send(client, missing, ALL_YES) == 409
    with clock.frozen(event.ends_at - timedelta(minutes=1)):
        assert send(client, came, ALL_YES) == 409
    with clock.frozen(event.ends_at + timedelta(days=60)):
        assert "Did your group take part" not in client.get(f"/join/{join_token(came.reference)}").text
        assert send(client, came, ALL_YES) == 409
    assert counts() == {}


def test_desks_see_results_from_ten_replies_on(client: FlaskClient, event: Event) -> None:
    sign_in(client, make_account(Role.COORDINATOR, "VIE"))
    assert "Nobody has answered yet." in client.get("/desk/surveys/").text
    for _number in range(9):
        say_all_yes(group(event))
    page = client.get("/desk/surveys/").text
    assert "9 replies so far, shown from ten" in page
    assert "positive" not in page
    say_all_yes(group(event))
    assert "100% positive" in client.get("/desk/surveys/").text


def test_the_report_counts_replies_by_the_month_of_their_events(event: Event) -> None:
    say_all_yes(group(event))
    day = event.starts_on
    for first, last, replies in (
        (day, day, [1, 1, 1]),
        (date(2020, 7, 1), date(2021, 1, 31), []),
        (day + timedelta(days=62), day + timedelta(days=70), []),
    ):
        assert [one.replies for one in survey_sums(db.session(), Filters(Period(first, last)))] == replies


def test_a_cancelled_event_asks_nobody(client: FlaskClient, event: Event) -> None:
    booking = group(event)
    with transaction() as session:
        session.execute(update(Event).values(status=EventStatus.CANCELLED))
    with clock.frozen(event.ends_at):
        assert send(client, booking, ALL_YES) == 409
