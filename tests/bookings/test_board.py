"""The desk's front page: the week by station and language, what must be seen to, and the events behind a field."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event as sql

from booking import clock
from booking.bookings.queries.board import SOON, expiring, over_capacity
from booking.bookings.terms import BookingStatus, RequestStatus
from booking.catalogue.models import Station
from booking.catalogue.terms import Format, Kind
from booking.db import db
from booking.scheduling.terms import Visibility
from tests.builders import (
    NOW,
    make_assignment,
    make_booking,
    make_closure,
    make_event,
    make_guide,
    make_offering,
    make_station,
    make_visit_row,
)
from tests.signing_in import make_account, sign_in

pytestmark = pytest.mark.usefixtures("app")
MOST_STATEMENTS = 10
FRIDAY = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now(app: Flask) -> object:
    app.config["WTF_CSRF_ENABLED"] = False
    with clock.frozen(NOW):
        yield
    app.config["WTF_CSRF_ENABLED"] = True


@pytest.fixture
def station() -> Station:
    """Vienna."""
    return make_station()


@pytest.fixture
def desk(client: FlaskClient, station: Station) -> FlaskClient:
    """A browser of Vienna's coordinator."""
    return sign_in(client, make_account("coordinator", station.code))


def fields(text: str) -> dict[str, str]:
    """What stands in each field of the board, by its name; numbers only."""
    found = re.findall(r'<a href="[^"]*">(\d+)<span class="vh"> ([^<]+)</span>', text)
    return {name: number for number, name in found}


def test_a_desk_begins_with_the_board(desk: FlaskClient, station: Station) -> None:
    assert desk.get("/staff").headers["Location"] == "/desk/"
    administrator = sign_in(desk, make_account("administrator", station.code))
    assert administrator.get("/staff").headers["Location"] == "/desk/"


def test_the_week_is_counted_by_station_and_language(desk: FlaskClient, station: Station) -> None:
    offering = make_offering(station)
    for language, size in (("en", 12), ("en", 20), ("de", 9)):
        make_booking(make_event(offering, FRIDAY, language=language), size=size)
    make_event(offering, FRIDAY, status="cancelled")
    make_event(offering, FRIDAY + timedelta(days=3))
    make_event(make_offering(make_station("GVA")), FRIDAY)
    page = desk.get("/desk/").text
    assert fields(page) == {
        "English, Vienna, 32 people": "2",
        "French, Vienna, 0 people": "0",
        "German, Vienna, 9 people": "1",
    }
    assert "3 events, 41 people" in page
    after = desk.get("/desk/?week=2026-W49").text
    assert fields(after)["English, Vienna, 0 people"] == "1"


def test_every_field_opens_the_events_behind_it(desk: FlaskClient, station: Station) -> None:
    english = make_event(make_offering(station), FRIDAY)
    german = make_event(make_offering(station), FRIDAY, language="de")
    page = desk.get("/desk/").text
    link = re.search(r'href="([^"]*)">\d+<span class="vh"> German, Vienna', page)
    assert link
    behind = desk.get(link[1].replace("&amp;", "&")).text
    assert german.code in behind
    assert english.code not in behind


def test_a_list_with_nothing_in_it_is_green_and_says_so(desk: FlaskClient) -> None:
    page = desk.get("/desk/").text
    assert page.count('class="panel red none"') == 5
    assert "Every event has a guide, and its meeting address." in page
    assert "Nothing needs you." in page


def test_an_event_without_a_guide_stands_in_its_list_and_its_field(desk: FlaskClient, station: Station) -> None:
    offering = make_offering(station)
    bare, given = make_event(offering, FRIDAY), make_event(offering, FRIDAY + timedelta(hours=3))
    make_assignment(make_guide(station), given)
    page = desk.get("/desk/").text
    assert f"/desk/events/{bare.code}" in page
    assert f"/desk/events/{given.code}" not in page
    assert '<span class="flag">no guide</span>' in page
    without = desk.get("/desk/events?status=no-guide&week=2026-W48").text
    assert bare.code in without
    assert given.code not in without


def test_a_request_about_to_expire_stands_in_its_list(desk: FlaskClient, station: Station) -> None:
    offering = make_offering(station)
    values: dict[str, Any] = {"status": BookingStatus.REQUESTED, "invited": False}
    soon = make_booking(make_event(offering), answer_by=NOW + SOON, **values)
    make_booking(make_event(offering), answer_by=NOW + SOON + timedelta(seconds=1), **values)
    assert [one.reference for one in expiring(db.session(), {"VIE"}, NOW)] == [soon.reference]
    assert expiring(db.session(), {"GVA"}, NOW) == []
    assert f"/desk/requests/{soon.reference}" in desk.get("/desk/").text


def test_distancing_leaves_groups_that_are_too_large(desk: FlaskClient, station: Station) -> None:
    visits, tours = make_offering(station, format=Format.IN_PERSON), make_offering(station)
    over, fits, online = make_event(visits), make_event(visits), make_event(tours)
    for one, size in ((over, 22), (fits, 15), (online, 30)):
        make_booking(one, size=size)
    assert over_capacity(db.session(), None, NOW) == []
    closure = make_closure(station, date(2026, 12, 1), blocks_formats=[], distanced_capacity=15)
    (found,) = over_capacity(db.session(), None, NOW)
    assert (found.code, found.over_by, found.limit) == (over.code, 7, 15)
    assert "22 people, 7 too many: the limit is 15 now." in desk.get("/desk/").text
    closure.lifted_at = NOW
    db.session.commit()
    assert over_capacity(db.session(), None, NOW) == []


def test_a_group_of_its_own_may_be_too_large_for_its_offering(station: Station) -> None:
    offering = make_offering(station, max_group=20)
    own = make_event(offering, visibility=Visibility.PRIVATE, capacity=30)
    shared = make_event(offering, capacity=60)
    for one in (own, shared):
        make_booking(one, size=25)
    assert [(one.code, one.over_by) for one in over_capacity(db.session(), None, NOW)] == [(own.code, 5)]


def test_requests_without_a_time_are_on_the_list_of_those_that_end_soon(desk: FlaskClient, station: Station) -> None:
    soon = make_visit_row(station, answer_by=NOW + SOON)
    make_visit_row(station, answer_by=NOW + SOON + timedelta(minutes=1))
    make_visit_row(make_station("GVA"), answer_by=NOW + SOON)
    page = red_list_of(desk.get("/desk/").text, "requests")
    assert re.findall(r'href="/desk/visits/([^"]+)"', page) == [soon.reference]
    assert "Advice on what to choose, English, 24 people" in page


def test_who_seeks_a_speaker_too_long_is_listed_with_the_day_and_what_to_do(
    desk: FlaskClient, station: Station
) -> None:
    sought: dict[str, Any] = {"offering_id": make_offering(station, kind=Kind.BRIEFING).id}
    make_visit_row(station, **sought, speaker_by=NOW + SOON + timedelta(minutes=1))
    soon = make_visit_row(station, **sought, speaker_by=NOW + SOON)
    over = make_visit_row(station, **sought, speaker_by=NOW - SOON, no_speaker_at=NOW - timedelta(days=1))
    make_visit_row(station, **sought, speaker_by=NOW, status=RequestStatus.REFUSED)
    page = red_list_of(desk.get("/desk/").text, "speaker")
    assert re.findall(r'href="/desk/visits/([^"]+)"', page) == [soon.reference, over.reference]
    assert "Find a speaker by Wed 25 Nov, 10:00 in Vienna." in page
    assert "The time to find a speaker ended Sun 22 Nov, 10:00 in Vienna." in page


def red_list_of(page: str, name: str) -> str:
    """One of the lists."""
    return page.partition(f'aria-labelledby="list-{name}"')[2].partition("</section>")[0]


def test_the_board_is_narrowed_to_a_station_and_a_language(client: FlaskClient, station: Station) -> None:
    geneva = make_station("GVA")
    everywhere = sign_in(client, make_account("coordinator"))
    for place, language in ((station, "en"), (station, "de"), (geneva, "en")):
        make_event(make_offering(place), FRIDAY, language=language)
    page = everywhere.get("/desk/?station=VIE&language=de")
    shown = {name: number for name, number in fields(page.text).items() if number != "0"}
    assert shown == {"German, Vienna, 0 people": "1"}
    assert "station=VIE&amp;language=de" in page.text
    assert "Geneva</th>" not in page.text
    wrong = everywhere.get("/desk/?station=XXX")
    assert (wrong.status_code, "Geneva</th>" in wrong.text) == (422, True)


def statements(desk: FlaskClient, path: str) -> int:
    """How many statements a page takes."""
    told: list[str] = []

    def count(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            told.append(statement)

    engine = db.engine
    sql.listen(engine, "before_cursor_execute", count)
    try:
        assert desk.get(path).status_code == 200
    finally:
        sql.remove(engine, "before_cursor_execute", count)
    return len(told)


def test_the_page_takes_as_many_statements_whatever_the_week_holds(desk: FlaskClient, station: Station) -> None:
    offering = make_offering(station)
    make_event(offering, FRIDAY)
    few = statements(desk, "/desk/")
    for number in range(10):
        make_booking(
            make_event(offering, FRIDAY + timedelta(minutes=number)),
            status=BookingStatus.REQUESTED,
            answer_by=NOW + timedelta(hours=1),
        )
    assert statements(desk, "/desk/") == few
    assert few <= MOST_STATEMENTS


def test_what_is_no_week_is_no_page(desk: FlaskClient) -> None:
    assert desk.get("/desk/?week=2026-W99").status_code == 404
    assert desk.get("/desk/events?week=2026-W99").status_code == 422
    assert desk.get("/desk/events?station=GVA").status_code == 422
