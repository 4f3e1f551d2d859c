"""Before the event: participant lists, test calls that go with their booking, and the exceptions that were made."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from booking import clock
from booking.bookings.links import token_of
from booking.bookings.messages import message
from booking.bookings.models import Booking, ConnectionTest
from booking.bookings.queries.bookings import booking_by_reference
from booking.bookings.services.answering import Answer
from booking.bookings.services.cancel import cancel
from booking.bookings.services.connection import Call, arrange_call, cancel_call, follow_bookings
from booking.bookings.services.participant_list import receive_list, remind_of_lists
from booking.bookings.services.visit_book import Chosen, propose_for_visit
from booking.bookings.terms import Conflict, ParticipantList
from booking.catalogue.terms import Format
from booking.db import db, transaction
from booking.notices.letters import letter
from booking.notices.models import Notice
from booking.scheduling.models import Event
from tests.bookings.visits import Visit, make_visit
from tests.builders import NOW, make_booking, make_event, make_offering, make_station
from tests.notices.letters_of_all_kinds import claimed
from tests.signing_in import make_account, sign_in

IN_VIENNA = datetime(2026, 12, 14, 9, 0, tzinfo=UTC)
LAST_DAY = datetime(2026, 12, 9, 8, 0, tzinfo=UTC)
CALL = datetime(2026, 12, 7, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now(app: Flask) -> Iterator[None]:
    app.config["WTF_CSRF_ENABLED"] = False
    with clock.frozen(NOW):
        yield
    app.config["WTF_CSRF_ENABLED"] = True


def on_site() -> Booking:
    """A class comes to Vienna; its list is awaited."""
    offering = make_offering(make_station(), format=Format.IN_PERSON)
    return make_booking(make_event(offering, IN_VIENNA), participant_list=ParticipantList.PENDING)


def online() -> Booking:
    """A class with somebody who tests the connection."""
    event = make_event(make_offering(make_station()), IN_VIENNA)
    return make_booking(event, technical_contact=True, technical_name="Tek Invented", technical_email="t@example.org")


def answer(booking: Booking, now: datetime = NOW) -> Answer:
    """A coordinator's, who sees it as it is."""
    db.session.refresh(booking)
    return Answer(booking.reference, booking.version, now, "account:1")


def mails(kind: str) -> list[dict[str, Any]]:
    """What mails of a kind tell."""
    return [dict(one) for one in db.session.scalars(select(Notice.payload).where(Notice.kind == kind))]


def test_a_list_is_noted_as_received_and_nothing_of_it_is_kept() -> None:
    booking = on_site()
    late = answer(booking)
    receive_list(late)
    db.session.refresh(booking)
    assert (booking.participant_list, booking.list_received_at) == (ParticipantList.RECEIVED, NOW)
    for again in (late, answer(booking)):
        with pytest.raises(Conflict):
            receive_list(again)


def test_a_group_is_reminded_of_its_list_before_the_last_day_and_on_it_once() -> None:
    booking = on_site()
    assert remind_of_lists(NOW) == 0
    for day, kind in ((LAST_DAY - timedelta(days=2), "list_due"), (LAST_DAY, "list_missing")):
        assert remind_of_lists(day) == 1
        assert remind_of_lists(day + timedelta(hours=1)) == 0
        assert mails(kind)[0]["answer_by"] == "2026-12-09T16:00:00+00:00"
    assert remind_of_lists(LAST_DAY + timedelta(days=1)) == 0
    receive_list(answer(booking))
    assert remind_of_lists(LAST_DAY) == 0


def test_the_desk_sees_which_lists_are_missing_and_notes_those_that_come(client: FlaskClient) -> None:
    booking = on_site()
    desk = sign_in(client, make_account("coordinator", "VIE"))
    page = desk.get("/desk/lists").text
    assert booking.reference in page
    assert "Due by Wed 9 Dec 2026" in page
    sent = {"version": str(booking.version), "back": "lists"}
    assert desk.post(f"/desk/bookings/{booking.reference}/list", data=sent).location == "/desk/lists?done=list"
    assert "Every list is here." in desk.get("/desk/lists").text
    assert desk.post(f"/desk/bookings/{booking.reference}/list", data=sent).status_code == 409


def test_a_test_call_invites_the_technical_contact_without_the_groups_secret_link(client: FlaskClient) -> None:
    booking = online()
    desk = sign_in(client, make_account("coordinator", "VIE"))
    when = {"call_on": "2026-12-07", "call_at": "10:00", "minutes": "20", "address": "https://meet.example.org/try"}
    path = f"/desk/bookings/{booking.reference}/call"
    late = {**when, "version": str(booking.version), "call_on": "2026-12-15"}
    assert "takes place before the event" in desk.post(path, data=late).text
    page = desk.post(path, data={**when, "version": str(booking.version)}, follow_redirects=True).text
    assert "Test call: Mon 7 Dec, 10:00 in Vienna, 20 minutes, with Tek Invented" in page
    (told,) = mails("test_call_arranged")
    assert (told["starts_at"], told["manage_url"], told["calendar"]["sequence"]) == (CALL.isoformat(), "", 0)
    assert 'name="call" value="0"' in page
    there = {"version": str(booking.version), "call": "0"}
    second = desk.post(path, data={**when, "version": str(booking.version), "call_at": "11:00"})
    assert (second.status_code, 'value="11:00"' in second.text, 'name="call" value="0"' in second.text) == (
        409,
        True,
        True,
    )
    assert len(mails("test_call_arranged")) == 1
    assert desk.post(f"{path}/cancel", data={"version": str(booking.version)}).status_code == 409
    assert desk.post(f"{path}/cancel", data=there).status_code == 303
    assert mails("test_call_cancelled")[0]["calendar"]["method"] == "CANCEL"
    assert desk.post(f"{path}/cancel", data=there).status_code == 409


def test_the_group_reads_when_its_test_call_is_on_both_clocks_until_it_is_cancelled(client: FlaskClient) -> None:
    booking = online()
    arrange_call(answer(booking), Call(CALL, 20, "https://meet.example.org/try"))
    page = f"/bookings/{booking.reference}?t={token_of(booking.reference)}"
    told = " ".join(re.sub("<[^>]*>", " ", client.get(page).text).split())
    both = "Mon 7 Dec, 18:00 in Seoul, 20 minutes Mon 7 Dec, 10:00 in Vienna"
    assert f"Test call {both} https://meet.example.org/try" in told
    cancel_call(answer(booking), "0")
    assert "Test call" not in client.get(page).text


def test_where_a_group_is_met_stands_on_its_page_in_its_mails_and_in_its_calendar(client: FlaskClient) -> None:
    booking = on_site()
    with transaction() as session:
        session.execute(update(Event).where(Event.id == booking.event_id).values(meeting_point="Gate 2, by the flags"))
    address = f"/bookings/{booking.reference}"
    token = token_of(booking.reference)
    page = " ".join(re.sub("<[^>]*>", " ", client.get(f"{address}?t={token}").text).split())
    assert "Where you are met Gate 2, by the flags" in page
    entry = client.get(f"{address}.ics?t={token}").text.replace("\r\n ", "").replace("\\,", ",")
    assert "LOCATION:Gate 2, by the flags, Vienna International Centre, Vienna" in entry
    found = booking_by_reference(db.session(), booking.reference)
    assert found is not None
    for kind in ("booking_confirmed", "reminder_1_day"):
        text = letter(claimed(kind, payload=dict(message(kind, found, NOW).payload))).text
        assert "Gate 2, by the flags, Vienna International Centre" in " ".join(text.split()), kind


def test_a_test_call_moves_with_its_event_and_ends_with_the_booking() -> None:
    booking = online()
    arrange_call(answer(booking), Call(CALL))
    assert follow_bookings(NOW) == 0
    later = timedelta(days=1)
    with transaction() as session:
        event = session.get_one(Event, booking.event_id)
        event.starts_at, event.ends_at = event.starts_at + later, event.ends_at + later
    assert follow_bookings(NOW) == 1
    assert follow_bookings(NOW) == 0
    assert db.session.scalars(select(ConnectionTest.starts_at)).one() == CALL + later
    assert [told["calendar"]["sequence"] for told in mails("test_call_arranged")] == [0, 1]
    cancel(booking.reference, now=NOW)
    assert follow_bookings(NOW) == 1
    assert follow_bookings(NOW) == 0
    assert mails("test_call_cancelled")[0]["starts_at"] == (CALL + later).isoformat()


def test_no_call_is_arranged_where_nobody_tests_or_after_the_event() -> None:
    booking = online()
    with pytest.raises(Conflict):
        arrange_call(answer(booking), Call(IN_VIENNA))
    nobody = make_booking(db.session.get_one(Event, booking.event_id))
    with pytest.raises(Conflict):
        arrange_call(answer(nobody), Call(CALL))


def test_exceptions_are_listed_with_who_and_why_for_a_period(client: FlaskClient) -> None:
    visit: Visit = make_visit()
    account = make_account("coordinator", "VIE", name="Cora Invented")
    soon = Chosen(NOW + timedelta(days=1), exception="The speaker is in the house.", until=NOW + timedelta(hours=20))
    propose_for_visit(Answer(visit.reference, visit.facts.version, NOW, f"account:{account.id}"), soon)
    desk = sign_in(client, account)
    page = desk.get("/desk/exceptions").text
    for said in ("LEAD-01", "Sooner than the lead time", "The speaker is in the house.", "Cora Invented"):
        assert said in page
    assert visit.reference not in desk.get("/desk/exceptions?to=2026-11-01").text
    assert visit.reference in desk.get(f"/desk/exceptions?rule=LEAD-01&from={NOW.date()}&to={NOW.date()}").text
    assert visit.reference not in desk.get("/desk/exceptions?rule=LANG-02").text
    report = desk.get(f"/desk/reports?from={NOW.date()}&to={NOW.date()}&table=T11.overrides").text
    (address,) = re.findall(r'href="(/desk/exceptions[^"]*rule=LEAD-01[^"]*)"', report)
    assert visit.reference in desk.get(unescape(address)).text
    other = sign_in(client.application.test_client(), make_account("coordinator", make_station("GVA").code))
    assert visit.reference not in other.get("/desk/exceptions").text
