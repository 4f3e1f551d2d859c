"""A platform's report: a proposal first, counts and minutes once it is accepted, and never a name that stays."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from booking import clock
from booking.accounts.models import AuditEntry
from booking.accounts.terms import Role
from booking.attendance.models import AttendanceUpload, Observation
from booking.attendance.services.say import say
from booking.attendance.services.uploads import KEPT, forget_reports
from booking.attendance.terms import Source
from booking.bookings.models import Booking
from booking.catalogue.models import Station
from booking.db import db
from booking.scheduling.models import Event
from tests.builders import NOW, make_assignment, make_booking, make_event, make_guide, make_offering, make_station
from tests.guiding.signed_in import text_of, vienna
from tests.signing_in import make_account, sign_in

SAMPLES = Path(__file__).parents[1] / "data" / "attendance_reports"
HOSTS = {"teams_2020_join_leave.csv": "Tour Host (Guest)", "zoom_totals.csv": "host@example.org"}
COUNTS = {
    "teams_2020_join_leave.csv": (3, 0),
    "teams_2021_meeting_summary.csv": (4, 0),
    "teams_current_sections.csv": (2, 0),
    "teams_live_event.csv": (3, 0),
    "zoom_meeting_participants.csv": (4, 1),
    "zoom_totals.csv": (3, 0),
    "zoom_webinar_attendees.csv": (3, 0),
}
"""Participants, and how many of them stayed under five minutes, as the samples' own page says."""
ZOOM = "Name (Original Name),User Email,Total Duration (Minutes),Guest\n"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def event(client: FlaskClient) -> Event:
    """A tour of this morning in Vienna, seen by its coordinator."""
    station = make_station()
    found = make_event(make_offering(station, max_group=300), vienna(23, 8))
    sign_in(client, make_account(Role.COORDINATOR, "VIE"))
    return found


def page_of(event: Event) -> str:
    return f"/desk/events/{event.code}/attendance/report"


def token(client: FlaskClient, path: str) -> str:
    return client.get(path).text.split('csrf_token" value="')[1].split('"')[0]


def upload(client: FlaskClient, path: str, *files: tuple[str, bytes]) -> TestResponse:
    """Send files as the page does, and follow to what it shows."""
    given = [(BytesIO(content), name) for name, content in files]
    data = {"csrf_token": token(client, path), "file": given}
    return client.post(path, data=data, content_type="multipart/form-data", follow_redirects=True)


def settle(client: FlaskClient, path: str, step: str, **more: str) -> TestResponse:
    """Press a button of the proposal."""
    page = client.get(path).text
    state = page.split('name="state" value="')[1].split('"')[0] if 'name="state"' in page else "-"
    given = {"csrf_token": token(client, path), "state": state, "step": step, "threshold": "5", **more}
    return client.post(f"{path}/settle", data=given)


def sample(name: str) -> tuple[str, bytes]:
    return name, (SAMPLES / name).read_bytes()


def official(booking: Booking) -> tuple[int | None, str]:
    names = (Booking.attended, Booking.attended_source)
    number, source = db.session.execute(select(*names).where(Booking.id == booking.id)).one()
    return number, source


def station_of(event: Event) -> Station:
    return db.session.get_one(Station, event.station_id)


def uploads() -> list[tuple[str, bytes | None, str]]:
    rows = db.session.execute(select(AttendanceUpload).order_by(AttendanceUpload.id)).scalars()
    return [(row.state.value, row.content, row.name) for row in rows]


@pytest.mark.parametrize("name", COUNTS)
def test_each_sample_gives_its_own_counts_and_leaves_no_name(client: FlaskClient, event: Event, name: str) -> None:
    booking = make_booking(event)
    page = upload(client, page_of(event), sample(name))
    assert page.status_code == 200, text_of(page)
    more = {"hosts": HOSTS[name]} if name in HOSTS else {}
    looked = settle(client, page_of(event), "look", **more)
    participants, short = COUNTS[name]
    assert f"{participants} participants, {short} of them under 5 minutes." in text_of(looked)
    more |= {"order": "mdy"} if "does not say whether" in looked.text else {}
    answer = settle(client, page_of(event), "accept", of_this_event="yes", **more)
    assert answer.status_code == 303
    assert official(booking) == (participants, "platform")
    assert uploads() == [("accepted", None, "")]
    row = db.session.execute(select(Observation)).scalar_one()
    assert (row.source, row.attended, len(row.minutes)) == (Source.PLATFORM, participants, participants)


def test_what_is_no_report_is_refused_with_its_name_and_nothing_is_kept(client: FlaskClient, event: Event) -> None:
    make_booking(event)
    answer = upload(client, page_of(event), sample("zoom_totals.csv"), ("notes.csv", b"PK\x03\x04zip"))
    assert answer.status_code == 422
    assert "notes.csv" in text_of(answer)
    assert uploads() == []
    assert upload(client, page_of(event)).status_code == 422


def test_a_report_of_another_day_is_stored_only_after_it_is_confirmed(client: FlaskClient, event: Event) -> None:
    booking = make_booking(event)
    page = upload(client, page_of(event), sample("teams_2021_meeting_summary.csv"))
    assert "it looks like the report of another one" in text_of(page)
    asked = {"order": "mdy"} if "does not say whether" in page.text else {}
    assert settle(client, page_of(event), "accept", **asked).status_code == 422
    assert official(booking) == (None, "")
    assert settle(client, page_of(event), "accept", of_this_event="yes", **asked).status_code == 303
    assert official(booking) == (4, "platform")


def test_the_people_of_two_groups_are_told_apart_by_address_and_the_rest_by_hand(
    client: FlaskClient, event: Event
) -> None:
    one = make_booking(event, contact_email="ada@rio.example.org", contact_name="Ada Invented")
    other = make_booking(event, contact_email="bo@nevado.example.org", contact_name="Bo Invented")
    rows = "Ada,ada@rio.example.org,50,No\nCy,cy@rio.example.org,3,No\nBo Invented,,40,No\nGuest 7,,30,No\n"
    page = upload(client, page_of(event), ("zoom.csv", (ZOOM + rows).encode()))
    text = text_of(page)
    assert "4 participants, 1 of them under 5 minutes." in text
    assert "1 person matches no group" in text
    guest = page.text.split("Guest 7</bdi>", 1)[1].split('name="', 1)[1].split('"')[0]
    assert settle(client, page_of(event), "accept", **{guest: other.reference}).status_code == 303
    assert (official(one), official(other)) == ((2, "platform"), (2, "platform"))


def test_short_stays_can_be_left_out_and_the_teachers_word_multiplies(client: FlaskClient, event: Event) -> None:
    booking = make_booking(event)
    say(booking.reference, 31, event.starts_at)
    rows = "Ada,ada@rio.example.org,50,No\nBo,,40,No\nCy,,30,No\nDo,,1,No\n"
    upload(client, page_of(event), ("zoom.csv", (ZOOM + rows).encode()))
    looked = settle(client, page_of(event), "look", leave_out="yes")
    assert "3 connections 33 people, with what was said on the join page" in text_of(looked)
    settle(client, page_of(event), "accept", leave_out="yes")
    assert official(booking) == (33, "platform")


def test_the_same_file_twice_is_one_and_a_second_report_adds_to_it(client: FlaskClient, event: Event) -> None:
    booking = make_booking(event)
    first = ("a.csv", (ZOOM + "Ada,ada@rio.example.org,50,No\nBo,bo@rio.example.org,40,No\n").encode())
    second = ("b.csv", (ZOOM + "Bo,bo@rio.example.org,10,No\nCy,cy@rio.example.org,20,No\n").encode())
    upload(client, page_of(event), first, first)
    page = upload(client, page_of(event), first, second)
    assert "3 participants" in text_of(page)
    settle(client, page_of(event), "accept")
    assert official(booking) == (3, "platform")
    again = upload(client, page_of(event), first)
    assert "This report was read before." in text_of(again)
    assert db.session.execute(select(func.count()).select_from(Observation)).scalar_one() == 1


def test_a_proposal_that_others_have_added_to_is_looked_at_again(client: FlaskClient, event: Event) -> None:
    booking = make_booking(event)
    upload(client, page_of(event), ("a.csv", (ZOOM + "Ada,ada@rio.example.org,50,No\n").encode()))
    answer = settle(client, page_of(event), "accept", state="0123456789abcdef")
    assert answer.status_code == 409
    assert "There are other files or groups now than when you looked." in text_of(answer)
    assert official(booking) == (None, "")


def test_what_is_turned_down_or_a_day_old_is_forgotten(client: FlaskClient, event: Event) -> None:
    make_booking(event)
    file = ("a.csv", (ZOOM + "Ada,ada@rio.example.org,50,No\n").encode())
    upload(client, page_of(event), file)
    settle(client, page_of(event), "reject")
    assert uploads() == [("rejected", None, "")]
    upload(client, page_of(event), file)
    forget_reports(NOW + KEPT - timedelta(seconds=1))
    assert uploads()[0][0] == "open"
    forget_reports(NOW + KEPT)
    assert uploads() == [("expired", None, "")]
    assert db.session.execute(select(Observation)).all() == []


def test_no_name_or_address_of_a_report_is_in_any_row_or_line_of_the_trail(client: FlaskClient, event: Event) -> None:
    make_booking(event)
    upload(client, page_of(event), ("Canary Lane.csv", (ZOOM + "Canary Bird,canary@rio.example.org,50,No\n").encode()))
    settle(client, page_of(event), "accept")
    trail = db.session.execute(select(AuditEntry)).scalars().all()
    said = [repr((row.before, row.after, row.subject)) for row in trail]
    kept = [repr(uploads()), *map(repr, db.session.execute(select(Observation.minutes)).scalars()), *said]
    assert not [text for text in kept if "canary" in text.casefold()]


def test_its_guide_reads_the_report_and_another_guide_finds_nothing(client: FlaskClient, event: Event) -> None:
    booking = make_booking(event)
    own, stranger = (
        make_guide(db.session.get_one(Station, event.station_id)),
        make_guide(make_station("NBO", "en", "en")),
    )
    make_assignment(own, event)
    path = f"/guide/attendance/{event.code}/report"
    sign_in(client, make_account(Role.GUIDE, "VIE", guide=own))
    page = upload(client, path, ("a.csv", (ZOOM + "Ada,ada@rio.example.org,50,No\n").encode()))
    assert "1 participant, 0 of them under 5 minutes." in text_of(page)
    assert settle(client, path, "accept").status_code == 303
    assert official(booking) == (1, "platform")
    sign_in(client, make_account(Role.GUIDE, "NBO", guide=stranger))
    assert client.get(path).status_code == 404
