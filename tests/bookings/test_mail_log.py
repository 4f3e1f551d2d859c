"""The desk's log of mails: found by address and number, why one failed, sent again once, told on the booking's page."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from booking import clock
from booking.accounts.models import AuditEntry
from booking.accounts.terms import EVERYWHERE, Role
from booking.bookings.models import Booking
from booking.bookings.presenting.mail_log import why
from booking.db import db
from booking.notices.models import Notice
from booking.notices.terms import NoticeState
from tests.builders import NOW, make_booking, make_event, make_failed_mail, make_offering, make_station
from tests.signing_in import make_account, sign_in


@pytest.fixture(autouse=True)
def _now(app: Flask) -> Iterator[None]:
    app.config["WTF_CSRF_ENABLED"] = False
    with clock.frozen(NOW):
        yield
    app.config["WTF_CSRF_ENABLED"] = True


@pytest.fixture
def booking(app: Flask) -> Booking:  # noqa: ARG001  a row needs its database
    """A booking in Vienna."""
    return make_booking(make_event(make_offering(make_station())))


@pytest.fixture
def desk(app: Flask, booking: Booking) -> FlaskClient:  # noqa: ARG001  its station
    """A browser of Vienna's coordinator."""
    return sign_in(app.test_client(), make_account(Role.COORDINATOR, "VIE"))


def state_of(notice: Notice) -> NoticeState:
    """Where it is by now."""
    return db.session.scalars(select(Notice.state).where(Notice.id == notice.id)).one()


def test_mails_are_found_by_address_number_and_state(desk: FlaskClient, booking: Booking) -> None:
    make_failed_mail(booking.reference, "VIE")
    make_failed_mail(
        "VE-ELSE-00", "VIE", state=NoticeState.SENT, sent_at=NOW, error=None, recipient="arrived@example.org"
    )
    both = desk.get("/desk/mails").text
    assert "gone@example.org" in both
    assert "arrived@example.org" in both
    assert "2 mails found." in both
    for asked in (f"q={booking.reference.lower()}", "q=GONE@", "state=failed", "q=gone&state=failed"):
        page = desk.get(f"/desk/mails?{asked}").text
        assert "gone@example.org" in page, asked
        assert "arrived@example.org" not in page, asked
    for nothing in ("q=%25", "q=_", "q=gone&state=sent"):
        assert "No such mail." in desk.get(f"/desk/mails?{nothing}").text, nothing
    assert desk.get("/desk/mails?state=lost").status_code == 422


def test_a_failed_mail_is_sent_again_once(desk: FlaskClient, booking: Booking) -> None:
    failed = make_failed_mail(booking.reference, "VIE")
    page = desk.get("/desk/mails")
    assert "does not take mails for this address" in page.text
    assert "RCPT 550 5.1.1" in page.text
    answers = [desk.post(f"/desk/mails/{failed.id}/again").headers["Location"] for _ in range(2)]
    assert answers == ["/desk/mails?done=again", "/desk/mails?done=under_way"]
    assert state_of(failed) is NoticeState.QUEUED
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "mail.again")).one()
    assert (entry.subject, entry.station_code) == (f"booking:{booking.reference}", "VIE")
    assert "example.org" not in str(entry.before) + str(entry.after)


def test_mails_of_other_stations_and_of_accounts_are_none(desk: FlaskClient, app: Flask) -> None:
    foreign = make_failed_mail("VE-ELSE-00", "GVA")
    account = make_failed_mail("x", "VIE", payload={"name": "Gil"}, subject="account:7", kind="password_reset")
    assert "gone@example.org" not in desk.get("/desk/mails").text
    for one in (foreign, account):
        assert desk.post(f"/desk/mails/{one.id}/again").status_code == 404
        assert state_of(one) is NoticeState.FAILED
    administrator = sign_in(app.test_client(), make_account(Role.ADMINISTRATOR, EVERYWHERE))
    assert "2 mails found." in administrator.get("/desk/mails").text
    assert administrator.post(f"/desk/mails/{account.id}/again").status_code == 303


def test_the_page_of_a_booking_says_that_its_last_mail_did_not_go(desk: FlaskClient, booking: Booking) -> None:
    address = f"/desk/bookings/{booking.reference}"
    assert "did not go" not in desk.get(address).text
    make_failed_mail(booking.reference, "VIE")
    page = desk.get(address).text
    assert "The last mail to this group did not go." in page
    assert f"/desk/mails?q={booking.reference}" in page
    make_failed_mail(booking.reference, "VIE", state=NoticeState.SENT, sent_at=NOW, error=None)
    assert "did not go" not in desk.get(address).text


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("RCPT 550 5.1.1", "ask the group for another one"),
        ("DATA 554 5.7.1", "refused the message"),
        ("rendering: KeyError in letter:7", "could not be written"),
        ("connection: TimeoutError", "could not be reached"),
        ("the worker was lost each time", "could not be reached"),
    ],
)
@pytest.mark.parametrize("shared_app", ["sqlite"], indirect=True)
def test_why_is_told_with_what_to_do(app: Flask, error: str, told: str) -> None:
    with app.test_request_context():
        assert told in why(error)
        assert error in why(error)
