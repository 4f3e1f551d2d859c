"""The desk's pages: look, save, change and call off, every step without scripts; other stations' things are unknown."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from booking import clock
from booking.bookings.planning import EventsWish
from booking.bookings.services.plan import put_on_calendar
from booking.bookings.services.series import Order, change_events
from booking.bookings.survey import EventChange, Scope
from booking.catalogue.models import Offering, Station
from booking.db import db
from booking.notices.models import Notice
from booking.scheduling.models import Assignment, Event, Series
from booking.scheduling.series import Pattern
from booking.scheduling.terms import AssignmentStatus, EventStatus
from tests.builders import NOW, make_booking, make_event, make_guide, make_holiday, make_offering, make_station
from tests.signing_in import make_account, sign_in

KEPT = re.compile(r'<input type="checkbox" name="keep" value="([^"]+)"( checked)?( disabled)?>')
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


@pytest.fixture(autouse=True)
def _at_now(app: Flask) -> Iterator[None]:
    app.config["WTF_CSRF_ENABLED"] = False
    with clock.frozen(NOW):
        yield
    app.config["WTF_CSRF_ENABLED"] = True


@pytest.fixture
def station() -> Station:
    """Vienna."""
    return make_station()


@pytest.fixture
def offering(station: Station) -> Offering:
    """A virtual tour of Vienna's."""
    return make_offering(station)


@pytest.fixture
def desk(client: FlaskClient, station: Station) -> FlaskClient:
    """A browser of Vienna's coordinator."""
    return sign_in(client, make_account("coordinator", station.code))


def asked(offering: Offering, **values: object) -> dict[str, object]:
    """Four Tuesdays at ten, as the form sends them."""
    return {
        "offering": offering.code,
        "language": "en",
        "rhythm": "1w",
        "weekdays": "tu",
        "times": "10:00",
        "first_on": "2027-03-09",
        "count": "4",
        "capacity": "20",
        **values,
    }


def hidden(page: TestResponse) -> dict[str, Any]:
    """What goes along unseen."""
    return {name: value for name, value in HIDDEN.findall(page.text) if name != "csrf_token"}


def season(offering: Offering) -> list[str]:
    """Four Tuesdays; the codes of the events."""
    rhythm = Pattern(date(2027, 3, 9), (time(10),), (1,), count=4)
    wish = EventsWish(offering.code, "en", 20, rhythm=rhythm)
    return list(put_on_calendar(wish, None, now=NOW, actor="account:1").events)


def starts() -> list[str]:
    """The wall times of all events."""
    return list(db.session.execute(select(Event.starts_local).order_by(Event.id)).scalars())


def test_a_series_is_looked_at_saved_and_listed(desk: FlaskClient, station: Station, offering: Offering) -> None:
    make_holiday(station, date(2027, 3, 16), "Day of Invention")
    page = desk.get("/desk/series/preview", query_string=asked(offering))
    assert page.status_code == 200
    assert db.session.execute(select(func.count()).select_from(Event)).scalar_one() == 0
    assert "Day of Invention" in page.text
    boxes = KEPT.findall(page.text)
    assert [(value[:10], bool(ticked), bool(off)) for value, ticked, off in boxes] == [
        ("2027-03-09", True, False),
        ("2027-03-16", False, True),
        ("2027-03-23", True, False),
        ("2027-03-30", True, False),
    ]
    assert re.findall(r"<bdi>(UTC\+\d)</bdi>", page.text) == ["UTC+1", "UTC+1", "UTC+1", "UTC+2"]
    body = hidden(page) | {"keep": [value for value, ticked, _off in boxes if ticked][:2]}
    saved = [desk.post("/desk/series", data=body) for _ in range(2)]  # a double click
    assert [one.status_code for one in saved] == [303, 303]
    assert saved[0].location == saved[1].location
    assert starts() == ["2027-03-09T10:00", "2027-03-23T10:00"]
    shown = desk.get(saved[0].location)
    assert "The series is on the calendar." in shown.text
    assert shown.text.count("2027, 10:00") == 2
    code = db.session.execute(select(Series.code)).scalar_one()
    assert code in desk.get("/desk/series").text


def test_what_has_come_meanwhile_is_marked_and_nothing_is_saved(
    desk: FlaskClient, station: Station, offering: Offering
) -> None:
    page = desk.get("/desk/series/preview", query_string=asked(offering))
    body = hidden(page) | {"keep": [value for value, _ticked, _off in KEPT.findall(page.text)]}
    make_holiday(station, date(2027, 3, 30), "Day of Invention")
    again = desk.post("/desk/series", data=body)
    assert again.status_code == 409
    assert "has changed since you looked" in again.text
    assert starts() == []
    boxes = KEPT.findall(again.text)
    assert [bool(ticked) for _value, ticked, _off in boxes] == [True, True, True, False]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"times": "25:00"}, "Write a time such as 09:00."),
        ({"weekdays": ""}, "Choose a day of the week."),
        ({"last_on": "2027-04-01"}, "Give either the last day or the number of events."),
        ({"count": "", "last_on": "2027-03-01"}, "The last day is before the first."),
        ({"count": "", "last_on": "2029-04-01"}, "A series lasts at most two years."),
        ({"language": "ar"}, "No station offers tours in Arabic."),
        ({"offering": "P-XXX"}, "Choose one from the list."),
        ({"guide": "X-NOBODY"}, "Choose one from the list."),
        ({"rhythm": "once", "times": "02:30", "first_on": "2027-03-28"}, "The clocks skip this time that day."),
    ],
)
def test_what_cannot_be_made_is_said_at_its_field_with_all_that_was_typed(
    desk: FlaskClient, offering: Offering, wrong: dict[str, object], sentence: str
) -> None:
    page = desk.get("/desk/series/preview", query_string=asked(offering) | wrong)
    assert (page.status_code, sentence in page.text) == (422, True)
    assert 'value="20"' in page.text


def test_one_event_alone_is_put_on_the_calendar(desk: FlaskClient, offering: Offering) -> None:
    page = desk.get("/desk/series/preview", query_string=asked(offering, rhythm="once", weekdays="", count=""))
    (box,) = KEPT.findall(page.text)
    saved = desk.post("/desk/series", data=hidden(page) | {"keep": box[0]})
    code = db.session.execute(select(Event.code)).scalar_one()
    assert saved.location.endswith(f"/desk/events/{code}")
    assert db.session.execute(select(func.count()).select_from(Series)).scalar_one() == 0


def test_a_change_is_confirmed_with_what_it_reaches_and_then_made(desk: FlaskClient, offering: Offering) -> None:
    codes = season(offering)
    make_booking(db.session.execute(select(Event).where(Event.code == codes[2])).scalar_one(), size=12)
    page = desk.get(f"/desk/events/{codes[1]}")
    assert page.status_code == 200
    wanted = {
        "starts_on": "2027-03-16",
        "starts_at": "11:00",
        "language": "en",
        "capacity": "20",
        "title": "",
        "guide": "",
        "scope": "following",
    }
    asked_once_more = desk.get(f"/desk/events/{codes[1]}/change", query_string=wanted)
    assert "3 events, 1 group with 12 people, and 0 guides" in asked_once_more.text
    assert starts()[1] == "2027-03-16T10:00"
    body = hidden(asked_once_more) | {"event": codes[1:]}
    done = [desk.post(f"/desk/events/{codes[1]}/change", data=body) for _ in range(2)]
    assert [one.status_code for one in done] == [303, 303]
    assert [one[11:] for one in starts()] == ["10:00", "11:00", "11:00", "11:00"]
    assert [row.kind for row in db.session.execute(select(Notice.kind))] == ["booking_moved"]
    assert "Changed." in desk.get(done[0].location).text


def test_calling_off_asks_first_and_spares_what_is_not_ticked(desk: FlaskClient, offering: Offering) -> None:
    codes = season(offering)
    page = desk.get(f"/desk/events/{codes[0]}/cancel", query_string={"scope": "all", "reason": "Works."})
    assert "Call off 4 events?" in page.text
    nothing = desk.post(f"/desk/events/{codes[0]}/cancel", data=hidden(page))
    assert (nothing.status_code, "Tick at least one event." in nothing.text) == (409, True)
    done = desk.post(f"/desk/events/{codes[0]}/cancel", data=hidden(page) | {"event": codes[:3]})
    assert done.status_code == 303
    rows = db.session.execute(select(Event.status, Event.status_reason).order_by(Event.id)).all()
    assert [row.status for row in rows] == [EventStatus.CANCELLED] * 3 + [EventStatus.OPEN]
    assert rows[0].status_reason == "Works."
    assert "Called off" in desk.get(f"/desk/events/{codes[0]}").text


def test_who_was_overtaken_sees_the_present_state(desk: FlaskClient, offering: Offering) -> None:
    codes = season(offering)
    page = desk.get(f"/desk/events/{codes[0]}/cancel", query_string={"scope": "all"})
    change_events(Order(codes[3], Scope.ONE, NOW, "account:2"), EventChange(capacity=9))
    late = desk.post(f"/desk/events/{codes[0]}/cancel", data=hidden(page) | {"event": codes})
    assert (late.status_code, "Somebody has changed these events" in late.text) == (409, True)


def test_a_guide_is_given_the_event_and_taken_off_again(
    desk: FlaskClient, station: Station, offering: Offering
) -> None:
    event, guide, other = make_event(offering), make_guide(station, name="Ana Invented"), make_guide(station, "de")
    page = desk.get(f"/desk/events/{event.code}")
    assert re.search(rf'<option value="{other.code}">[^<]*does not work in this language', page.text)
    assert desk.post(f"/desk/events/{event.code}/guide", data={"guide": guide.code}).status_code == 303
    active = select(Assignment.guide_id).where(Assignment.status == AssignmentStatus.ACTIVE)
    assert list(db.session.execute(active).scalars()) == [guide.id]
    busy = make_event(offering)
    taken = desk.post(f"/desk/events/{busy.code}/guide", data={"guide": guide.code})
    assert (taken.status_code, "in another event at that time" in taken.text) == (409, True)
    assert desk.post(f"/desk/events/{event.code}/guide", data={"guide": ""}).status_code == 303
    assert list(db.session.execute(active).scalars()) == []


def test_the_page_of_an_event_names_who_has_booked_and_a_past_one_offers_nothing(
    desk: FlaskClient, offering: Offering
) -> None:
    event, past = make_event(offering), make_event(offering, datetime(2026, 11, 2, 9, tzinfo=UTC))
    booking = make_booking(event, size=24)
    page = desk.get(f"/desk/events/{event.code}").text
    assert booking.reference in page
    assert "24 people" in page
    assert "<form" not in desk.get(f"/desk/events/{past.code}").text.split("<main")[1]


def test_nobody_else_comes_in_and_other_stations_things_are_unknown(
    app: Flask, client: FlaskClient, offering: Offering
) -> None:
    codes = season(offering)
    series = db.session.execute(select(Series.code)).scalar_one()
    paths = ["/desk/series", "/desk/series/new", f"/desk/series/{series}", f"/desk/events/{codes[0]}"]
    assert {client.get(path).status_code for path in paths} == {303}
    guide = sign_in(app.test_client(), make_account("guide", "VIE"))
    assert {guide.get(path).status_code for path in paths} == {404}
    make_station("NYC")
    elsewhere = sign_in(app.test_client(), make_account("coordinator", "NYC"))
    assert series not in elsewhere.get("/desk/series").text
    assert {elsewhere.get(path).status_code for path in paths[2:]} == {404}
    sent = [elsewhere.post(f"/desk/events/{codes[0]}/{what}", data={}) for what in ("change", "cancel", "guide")]
    assert {one.status_code for one in sent} == {404}
    preview = elsewhere.get("/desk/series/preview", query_string=asked(offering))
    assert (preview.status_code, "Choose one from the list." in preview.text) == (422, True)


@pytest.mark.parametrize(
    "keep", ["", "x", "2027-03-09T10:00|nonsense", "2027-03-10T10:00", "|||", "2027-03-09T10:00\x00"]
)
def test_a_forged_preview_makes_nothing_that_was_not_shown(desk: FlaskClient, offering: Offering, keep: str) -> None:
    body = asked(offering) | {"key": "k", "keep": [keep, "2027-03-16T10:00"]}
    answer = desk.post("/desk/series", data=body)
    if keep == "2027-03-09T10:00|nonsense":  # what nobody saw is nothing
        assert (answer.status_code, len(starts())) == (303, 2)
        return
    assert answer.status_code in {400, 409}
    assert starts() == []


def test_a_forged_confirmation_reaches_no_other_event(desk: FlaskClient, offering: Offering) -> None:
    codes, other = season(offering), make_event(offering)
    body = {"scope": "following", "reason": "", "key": "k", "event": [codes[0], codes[2], other.code]}
    assert desk.post(f"/desk/events/{codes[2]}/cancel", data=body).status_code == 303
    off = select(Event.code).where(Event.status == EventStatus.CANCELLED)
    assert list(db.session.execute(off).scalars()) == [codes[2]]
    for wrong in ({"scope": "every"}, {"scope": ["one", "all"]}, {"key": "k" * 300}):
        answer = desk.post(f"/desk/events/{codes[3]}/cancel", data={"event": codes[3], **wrong})
        assert answer.status_code == 422
