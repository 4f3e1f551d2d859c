"""A guide says when they work and what they can lead; each change is seen by the next search."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from booking import clock
from booking.accounts.models import AuditEntry
from booking.accounts.terms import Role
from booking.catalogue.models import Offering, Station
from booking.db import db
from booking.scheduling.models import DayOff, Guide, GuideStation
from booking.scheduling.terms import Skill
from tests.builders import NOW, make_assignment, make_event, make_guide, make_offering, make_station
from tests.signing_in import make_account, sign_in

TUESDAY, WEDNESDAY = date(2026, 12, 15), date(2026, 12, 16)
VIENNA = ZoneInfo("Europe/Vienna")


@pytest.fixture(autouse=True)
def _at_now() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def vienna() -> Station:
    return make_station("VIE")


@pytest.fixture
def tour(vienna: Station) -> Offering:
    return make_offering(vienna)


@pytest.fixture
def guide(vienna: Station, tour: Offering) -> Guide:  # noqa: ARG001  there is something to give
    return make_guide(vienna, "en")


@pytest.fixture
def phone(client: FlaskClient, guide: Guide) -> FlaskClient:
    return sign_in(client, make_account(Role.GUIDE, "VIE", guide=guide))


def starts(client: FlaskClient, day: date = TUESDAY, language: str = "en", **wish: Any) -> list[str]:  # noqa: ANN401
    """The open slots of a day on the clocks of Vienna, as the API offers them."""
    query = {"language": language, "size": 20, "from": day, "to": day, "time_zone": "Europe/Vienna", "limit": 100}
    answer: Any = client.get("/api/v1/slots", query_string=query | wish).json
    own = (slot for slot in answer["slots"] if not slot.get("event"))
    found = (datetime.fromisoformat(slot["starts_at"]).astimezone(VIENNA) for slot in own)
    return [f"{start:%H:%M}" for start in found]


def post(client: FlaskClient, path: str, **fields: object) -> TestResponse:
    """Send a form with the token of the page that it stands on; that of the account where there is no such page."""
    page = client.get("/account").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    return client.post(path, data={"csrf_token": token[1], **fields})


def send(client: FlaskClient, path: str, **fields: object) -> None:
    """Send a form that is taken."""
    answer = post(client, path, **fields)
    assert answer.status_code == 303, answer.text
    assert client.get(answer.location).status_code == 200


def test_a_day_off_by_one_tap_is_gone_from_the_next_search_and_comes_back(phone: FlaskClient) -> None:
    assert starts(phone)[0] == "08:00"
    send(phone, "/guide/availability/day", off=TUESDAY.isoformat())
    assert starts(phone) == []
    assert starts(phone, WEDNESDAY) != []
    send(phone, "/guide/availability/day", works=TUESDAY.isoformat())
    assert starts(phone)[0] == "08:00"


def test_the_same_tap_twice_is_one_day_off(phone: FlaskClient) -> None:
    for _tap in range(2):
        send(phone, "/guide/availability/day", off=TUESDAY.isoformat())
    assert [(row.starts_on, row.ends_on) for row in db.session.scalars(select(DayOff))] == [(TUESDAY, TUESDAY)]


def test_one_day_is_taken_out_of_a_holiday(phone: FlaskClient) -> None:
    send(phone, "/guide/availability/days", first="2026-12-14", last="2026-12-18", off="yes")
    send(phone, "/guide/availability/day", works=WEDNESDAY.isoformat())
    assert [len(starts(phone, date(2026, 12, day))) > 0 for day in range(14, 19)] == [False, False, True, False, False]


def test_the_hours_of_the_week_bound_what_is_offered(phone: FlaskClient) -> None:
    week = {
        "1-0-from": "09:00",
        "1-0-to": "10:30",
        "1-1-from": "14:00",
        "1-1-to": "15:00",
        "2-0-from": "",
        "2-0-to": "",
    }
    send(phone, "/guide/availability/week", **week)
    assert starts(phone) == ["09:00", "09:30", "14:00"]
    assert starts(phone, WEDNESDAY) == []


def test_hours_up_to_midnight_are_written_as_they_are_shown(phone: FlaskClient) -> None:
    send(phone, "/guide/availability/week", **{"1-0-from": "18:00", "1-0-to": "00:00", "1-0-liked": "yes"})
    assert starts(phone) == ["18:00", "18:30", "19:00"]
    page = phone.get("/guide/availability").text
    assert 'name="1-0-to" value="00:00"' in page
    assert 'name="1-0-liked" value="yes" checked' in page


def test_hours_of_one_day_are_taken_out_and_others_added(phone: FlaskClient) -> None:
    send(phone, "/guide/availability/week", **{"1-0-from": "09:00", "1-0-to": "12:00"})
    send(phone, "/guide/availability/hours", on_day=TUESDAY, opens="10:00", closes="12:00", works="no")
    send(phone, "/guide/availability/hours", on_day=TUESDAY, opens="17:00", closes="18:30", works="yes")
    assert starts(phone) == ["09:00", "17:00", "17:30"]
    assert starts(phone, TUESDAY + timedelta(weeks=1)) == ["09:00", "09:30", "10:00", "10:30", "11:00"]
    send(phone, "/guide/availability/hours/remove", on_day=TUESDAY, opens="10:00")
    assert starts(phone) == ["09:00", "09:30", "10:00", "10:30", "11:00", "17:00", "17:30"]


def test_a_language_is_offered_once_a_guide_says_that_they_speak_it(phone: FlaskClient) -> None:
    assert starts(phone, language="fr") == []
    send(phone, "/guide/profile/abilities", languages=["en", "fr"], leads=list(Skill))
    assert starts(phone, language="fr") == starts(phone) != []
    send(phone, "/guide/profile/abilities", languages=["fr"], leads=list(Skill))
    assert starts(phone) == []


def test_a_childrens_tour_needs_a_guide_who_leads_them(phone: FlaskClient, vienna: Station) -> None:
    kids = make_offering(vienna, audience="children")
    assert starts(phone, offering=kids.code) != []
    send(phone, "/guide/profile/abilities", languages=["en"], leads=[Skill.THEMATIC])
    assert starts(phone, offering=kids.code) == []
    assert starts(phone) != []


def test_a_guide_of_another_station_gives_its_tours_online_and_on_site_only_if_they_say_so(
    client: FlaskClient, vienna: Station
) -> None:
    online = make_offering(vienna, lead_working_days=1)
    inside = make_offering(vienna, format="in-person", lead_working_days=1)
    phone = sign_in(client, make_account(Role.GUIDE, "GVA", guide=make_guide(make_station("GVA"), "en")))
    assert starts(phone, offering=online.code) == []
    send(phone, "/guide/profile/abilities", languages=["en"], online=["VIE"])
    assert starts(phone, offering=online.code) != []
    assert starts(phone, offering=inside.code) == []
    send(phone, "/guide/profile/abilities", languages=["en"], on_site=["VIE"])
    assert starts(phone, offering=online.code) != []
    assert starts(phone, offering=inside.code) != []
    assert [row.on_site for row in db.session.scalars(select(GuideStation))] == [True]


def test_a_language_that_the_station_does_not_give_is_not_offered_because_a_guide_speaks_it(
    phone: FlaskClient,
) -> None:
    make_station("NYC", "en ko")
    send(phone, "/guide/profile/abilities", languages=["en", "ko"])
    assert starts(phone, language="ko") == []


@pytest.mark.parametrize(
    ("limits", "left"),
    [
        ({}, ["08:00", "08:30", "11:30", "12:00", "12:30"]),
        ({"events_per_day": "1"}, []),
        ({"events_per_day": "2"}, ["08:00", "08:30", "11:30", "12:00", "12:30"]),
        ({"minutes_per_day": "90"}, []),
        ({"minutes_per_day": "120"}, ["08:00", "08:30", "11:30", "12:00", "12:30"]),
        ({"events_per_week": "1"}, []),
        ({"minutes_per_week": "119"}, []),
    ],
)
def test_a_limit_that_is_reached_leaves_nothing_to_offer(
    phone: FlaskClient, guide: Guide, tour: Offering, limits: dict[str, str], left: list[str]
) -> None:
    event = make_event(tour, datetime(2026, 12, 15, 10, 0, tzinfo=VIENNA), visibility="private")
    make_assignment(guide, event)
    send(phone, "/guide/profile/limits", **limits)
    assert starts(phone, hours="08:00-13:30") == left


def test_a_rest_between_two_days_keeps_the_morning_after_a_late_tour_free(
    phone: FlaskClient, guide: Guide, tour: Offering
) -> None:
    event = make_event(tour, datetime(2026, 12, 14, 19, 0, tzinfo=VIENNA), visibility="private")
    make_assignment(guide, event)
    send(phone, "/guide/profile/limits", rest_min="840")
    assert starts(phone)[0] == "10:00"
    assert starts(phone, WEDNESDAY)[0] == "08:00"


def test_an_event_on_a_day_taken_off_stays_and_is_named(phone: FlaskClient, guide: Guide, tour: Offering) -> None:
    event = make_event(tour, datetime(2026, 12, 15, 10, 0, tzinfo=VIENNA))
    make_assignment(guide, event)
    assert event.code not in phone.get("/guide/availability").text
    send(phone, "/guide/availability/day", off=TUESDAY.isoformat())
    page = phone.get("/guide/availability").text
    assert event.code in page
    assert "1 event needs cover" in page
    assert "has the day off" in page


def test_every_change_is_in_the_trail_with_who_made_it_and_what_was_before(phone: FlaskClient, guide: Guide) -> None:
    send(phone, "/guide/availability/day", off=TUESDAY.isoformat())
    send(phone, "/guide/availability/week", **{"1-0-from": "09:00", "1-0-to": "12:00"})
    send(phone, "/guide/availability/hours", on_day=TUESDAY, opens="10:00", closes="12:00", works="no")
    send(phone, "/guide/profile/abilities", languages=["en", "fr"])
    send(phone, "/guide/profile/limits", events_per_day="2")
    send(phone, "/guide/profile/limits", events_per_day="2")
    told = db.session.scalars(select(AuditEntry).where(AuditEntry.subject == f"guide:{guide.code}")).all()
    actions = ["guide.days-off", "guide.hours", "guide.other-hours", "guide.abilities", "guide.limits"]
    assert [line.action for line in told] == actions
    assert {(line.actor, line.station_code) for line in told} == {(f"account:{guide.account_id}", "VIE")}
    assert told[1].after == {"week": [[1, 540, 720, False]]}
    assert told[3].before == {"languages": ["en"], "leads": None, "stations": {}}


@pytest.mark.parametrize(
    ("path", "fields", "sentence"),
    [
        ("availability/week", {"1-0-from": "12:00", "1-0-to": "09:00"}, "The end comes before the beginning."),
        ("availability/week", {"1-0-from": "12:00"}, "Give both a beginning and an end."),
        ("availability/week", {"1-0-from": "noon", "1-0-to": "13:00"}, "Write a time such as 09:00."),
        (
            "availability/week",
            {"1-0-from": "09:00", "1-0-to": "12:00", "1-1-from": "11:00", "1-1-to": "13:00"},
            "These hours overlap with others of the day.",
        ),
        ("availability/day", {"off": "tomorrow"}, "Write a date as year, month and day"),
        ("availability/days", {"first": "2026-12-18", "last": "2026-12-14", "off": "yes"}, "The last day comes after"),
        (
            "availability/hours",
            {"on_day": "2026-12-15", "opens": "10:00", "closes": "10:00", "works": "no"},
            "The end comes before the beginning.",
        ),
        ("profile/abilities", {"leads": "thematic"}, "Fill this in."),
        ("profile/abilities", {"languages": "xx"}, "Choose one from the list."),
        ("profile/abilities", {"languages": "en", "online": "VIE"}, "Choose one from the list."),
        ("profile/limits", {"events_per_day": "-1"}, "Write a number from 0."),
        ("profile/limits", {"rest_min": "1441"}, "Write a number up to 1440."),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence_and_nothing_is_written(
    phone: FlaskClient, path: str, fields: dict[str, str], sentence: str
) -> None:
    make_station("GVA")
    before = starts(phone)
    answer = post(phone, f"/guide/{path}", **fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert starts(phone) == before


def test_the_coordinator_of_the_home_station_does_all_that_for_a_guide(client: FlaskClient, guide: Guide) -> None:
    desk = sign_in(client, make_account(Role.COORDINATOR, "VIE"))
    assert f"/desk/guides/{guide.code}/availability" in desk.get("/desk/guides").text
    send(desk, f"/desk/guides/{guide.code}/availability/day", off=TUESDAY.isoformat())
    assert starts(desk) == []
    send(desk, f"/desk/guides/{guide.code}/profile/limits", events_per_day="3")
    db.session.expire_all()
    assert db.session.get_one(Guide, guide.id).max_events_per_day == 3


@pytest.mark.parametrize("page", ["availability", "profile"])
def test_a_guide_of_another_station_is_unknown_to_a_coordinator(client: FlaskClient, guide: Guide, page: str) -> None:
    make_station("GVA")
    desk = sign_in(client, make_account(Role.COORDINATOR, "GVA"))
    foreign, unknown = desk.get(f"/desk/guides/{guide.code}/{page}"), desk.get(f"/desk/guides/NOBODY/{page}")
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert guide.code not in desk.get("/desk/guides").text
    assert post(desk, f"/desk/guides/{guide.code}/availability/day", off="2026-12-15").status_code == 404
    assert db.session.scalars(select(DayOff)).all() == []


def test_an_account_that_is_no_guide_has_no_such_pages(client: FlaskClient, guide: Guide) -> None:  # noqa: ARG001
    stranger = sign_in(client, make_account(Role.GUIDE, "VIE"))
    assert stranger.get("/guide/availability").status_code == 404


def test_a_guide_who_left_has_no_pages_any_more(phone: FlaskClient, guide: Guide) -> None:
    db.session.execute(update(Guide).values(is_active=False).where(Guide.id == guide.id))
    db.session.commit()
    assert phone.get("/guide/availability").status_code == 404


def test_the_named_event_leads_to_cover_by_one_tap(phone: FlaskClient, guide: Guide, tour: Offering) -> None:
    colleague = make_guide(db.session.get_one(Station, tour.station_id), "en")
    make_account(Role.GUIDE, "VIE", guide=colleague)
    event = make_event(tour, datetime(2026, 12, 15, 10, 0, tzinfo=VIENNA), taken=20)
    make_assignment(guide, event)
    send(phone, "/guide/availability/day", off=TUESDAY.isoformat())
    page = phone.get("/guide/availability").text
    assert f'action="/guide/events/{event.code}/cover"' in page
    assert post(phone, f"/guide/events/{event.code}/cover").status_code == 303
    page = phone.get("/guide/availability").text
    assert "colleagues are asked" in page
    assert f'action="/guide/events/{event.code}/cover"' not in page
