"""Coordinators see, make and change events over the API, each at their own stations."""

from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from booking.bookings.event_schemas import EventOut, EventsOut
from booking.bookings.planning import EventsWish
from booking.bookings.services.plan import put_on_calendar
from booking.catalogue.models import Offering, Station
from booking.db import db
from booking.notices.models import Notice
from booking.scheduling.models import Event
from booking.scheduling.series import Pattern
from tests.api.calls import API, Json, body_of, fields_of, keeps, rules_of
from tests.builders import (
    NOW,
    make_assignment,
    make_booking,
    make_event,
    make_guide,
    make_holiday,
    make_offering,
    make_station,
)
from tests.signing_in import api_token, make_account

pytestmark = pytest.mark.usefixtures("app")
TEN = "2027-03-30T10:00:00+02:00"


class Desk:
    """A coordinator of Vienna with a token."""

    def __init__(self, client: FlaskClient, station: str = "VIE") -> None:
        self._client = client
        self._token = api_token(make_account("coordinator", station))

    def get(self, path: str) -> TestResponse:
        """Read."""
        return self._client.get(API + path, headers=self._token)

    def post(self, body: Json, **headers: str) -> TestResponse:
        """Make an event."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._client.post(f"{API}/events", json=body, headers=self._token | named)

    def patch(self, code: str, body: Json, **headers: str) -> TestResponse:
        """Change an event."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._client.patch(f"{API}/events/{code}", json=body, headers=self._token | named)


@pytest.fixture
def desk(client: FlaskClient) -> Desk:
    """A coordinator of Vienna."""
    return Desk(client)


@pytest.fixture
def station() -> Station:
    """Vienna."""
    return make_station()


@pytest.fixture
def offering(station: Station) -> Offering:
    """A virtual tour of Vienna's."""
    return make_offering(station)


def wanted(offering: Offering, **values: Any) -> Json:  # noqa: ANN401  any JSON
    """A body that is fine."""
    return {"offering_id": offering.code, "language": "en", "starts_at": TEN, "capacity": 20, **values}


def test_an_event_is_made_and_read_back_with_its_etag(desk: Desk, offering: Offering) -> None:
    made = desk.post(wanted(offering, title="A longer look"))
    told = body_of(made, 201)
    keeps(EventOut, told)
    assert (told["starts_at"], told["title"], told["places_left"]) == (TEN, "A longer look", 20)
    read = desk.get(f"/events/{told['event_id']}")
    assert body_of(read) == told
    assert read.headers["ETag"] == made.headers["ETag"]


def test_a_wall_time_is_the_stations_or_that_of_the_zone_given(desk: Desk, offering: Offering) -> None:
    local = body_of(desk.post(wanted(offering, starts_at="2027-03-30T10:00")), 201)
    assert local["starts_at"] == TEN
    elsewhere = wanted(offering, starts_at="2027-03-31T05:00", time_zone="America/New_York")
    assert body_of(desk.post(elsewhere), 201)["starts_at"] == "2027-03-31T11:00:00+02:00"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"starts_at": "2027-03-28T02:30"}, "starts_at"),
        ({"starts_at": "2027-03-30T10:00:30+02:00"}, "starts_at"),
        ({"capacity": 0}, "capacity"),
        ({"language": "cn"}, "language"),
        ({"offering_id": "P-XXX"}, "offering_id"),
        ({"station": "NYC"}, "station"),
        ({"format": "in-person"}, "format"),
        ({"guide": "X-NOBODY"}, "guide"),
        ({"in_spite_of": ["holiday"]}, "in_spite_of"),
    ],
)
def test_what_cannot_be_read_is_422_with_its_field(desk: Desk, offering: Offering, wrong: Json, field: str) -> None:
    assert fields_of(desk.post(wanted(offering, **wrong))) == [field]
    assert db.session.execute(select(Event.id)).first() is None


def test_what_stands_against_it_is_409_until_it_is_meant(desk: Desk, station: Station, offering: Offering) -> None:
    make_holiday(station, datetime(2027, 3, 31, tzinfo=UTC).date(), "Day of Invention")
    holiday = desk.post(wanted(offering, starts_at="2027-03-31T10:00"))
    assert rules_of(holiday) == ["TIME-02"]
    assert "Day of Invention" in body_of(holiday, 409)["detail"]
    assert rules_of(desk.post(wanted(offering, starts_at="2027-03-30T21:00"))) == ["TIME-01"]
    assert rules_of(desk.post(wanted(offering, language="ar"))) == ["LANG-01"]
    assert rules_of(desk.post(wanted(offering, starts_at="2026-11-16T10:00"))) == ["LEAD-03"]
    late = body_of(desk.post(wanted(offering, starts_at="2027-03-30T21:00", in_spite_of=["hours"])), 201)
    assert late["starts_at"] == "2027-03-30T21:00:00+02:00"


def test_a_guide_who_is_taken_is_told_with_the_reason(desk: Desk, station: Station, offering: Offering) -> None:
    guide = make_guide(station)
    make_assignment(guide, make_event(offering, datetime(2027, 3, 30, 8, 30, tzinfo=UTC), language="fr"))
    refused = desk.post(wanted(offering, guide=guide.code))
    assert rules_of(refused) == ["OVL-01"]
    assert body_of(refused, 409)["refusals"][0]["field"] == "guide"
    assert body_of(desk.post(wanted(offering, guide=guide.code, in_spite_of=["guide"])), 201)["guide"] is None
    other = body_of(desk.post(wanted(offering, guide=guide.code, starts_at="2027-04-06T10:00")), 201)
    assert other["guide"] == guide.code


def test_the_same_key_makes_one_event(desk: Desk, offering: Offering) -> None:
    first = desk.post(wanted(offering), Idempotency_Key="a")
    again = desk.post(wanted(offering), Idempotency_Key="a")
    assert body_of(first, 201) == body_of(again, 201)
    assert (first.headers.get("Idempotent-Replayed"), again.headers["Idempotent-Replayed"]) == (None, "true")
    assert fields_of(desk.post(wanted(offering, capacity=21), Idempotency_Key="a")) == ["Idempotency-Key"]


def test_the_list_names_the_events_of_the_days_and_stations_asked_for(desk: Desk, offering: Offering) -> None:
    other = make_event(make_offering(make_station("NYC")), datetime(2027, 3, 30, 15, tzinfo=UTC))
    mine = [make_event(offering, datetime(2027, 3, day, 9, tzinfo=UTC)).code for day in (28, 29, 30, 31)]
    found = body_of(desk.get("/events?from=2027-03-29&to=2027-03-30"))
    keeps(EventsOut, found)
    assert [one["event_id"] for one in found["events"]] == mine[1:3]
    assert found["next"] is None
    assert other.code not in str(found)
    later = body_of(desk.get(f"/events?from=2027-03-01&to=2027-04-30&station=VIE&cursor={mine[1]}"))
    assert [one["event_id"] for one in later["events"]] == mine[2:]
    assert desk.get("/events?station=NYC").status_code == 404
    assert fields_of(desk.get("/events?from=2027-03-02&to=2027-03-01")) == ["to"]
    assert fields_of(desk.get("/events?from=2026-03-02&to=2027-09-01")) == ["to"]


def test_a_change_with_an_old_if_match_is_409_with_both_states(desk: Desk, offering: Offering) -> None:
    event = make_event(offering)
    tag = desk.get(f"/events/{event.code}").headers["ETag"]
    make_booking(event)  # no change of the event itself
    changed = desk.patch(event.code, {"capacity": 30}, If_Match=tag)
    assert body_of(changed)["capacity"] == 30
    assert changed.headers["ETag"] != tag
    late = desk.patch(event.code, {"capacity": 25}, If_Match=tag)
    told = body_of(late, 409)
    assert (told["current"]["capacity"], told["asked"]) == (30, {"capacity": 25})
    assert late.headers["ETag"] == changed.headers["ETag"]


def test_moving_an_event_tells_its_groups_and_search_sees_it(desk: Desk, offering: Offering) -> None:
    event = make_event(offering)
    make_booking(event)
    moved = body_of(desk.patch(event.code, {"starts_at": "2027-01-12T15:00"}))
    assert moved["starts_at"] == "2027-01-12T15:00:00+01:00"
    kinds = [row.kind for row in db.session.execute(select(Notice.kind))]
    assert kinds == ["booking_moved"]
    slots = body_of(desk.get(f"/slots?offering={offering.code}&from=2027-01-01&to=2027-01-31&size=5"))
    assert [one["event_id"] for one in slots["slots"] if one["event_id"]] == [event.code]


def test_fewer_places_than_are_taken_are_409_with_the_bookings(desk: Desk, offering: Offering) -> None:
    booking = make_booking(make_event(offering), size=12)
    event = db.session.get_one(Event, booking.event_id)
    told = body_of(desk.patch(event.code, {"capacity": 11}), 409)
    assert told["bookings"] == [{"reference": booking.reference, "size": 12}]
    told = body_of(desk.patch(event.code, {"language": "fr"}), 409)
    assert [one["reference"] for one in told["bookings"]] == [booking.reference]


def test_an_event_is_called_off_once(desk: Desk, offering: Offering) -> None:
    event = make_event(offering)
    make_booking(event)
    ended = body_of(desk.patch(event.code, {"status": "cancelled", "reason": "The guide is ill."}))
    assert (ended["status"], ended["status_reason"], ended["taken"]) == ("cancelled", "The guide is ill.", 0)
    again = body_of(desk.patch(event.code, {"status": "cancelled"}), 409)
    assert again["current"]["status"] == "cancelled"
    assert [row.kind for row in db.session.execute(select(Notice.kind))] == ["booking_cancelled_by_station"]


def test_a_change_reaches_as_far_as_its_scope(desk: Desk, offering: Offering) -> None:
    rhythm = Pattern(
        datetime(2027, 3, 9, tzinfo=UTC).date(), (datetime(2027, 1, 1, 10, tzinfo=UTC).time(),), (1,), count=4
    )
    put = put_on_calendar(EventsWish(offering.code, "en", 20, rhythm=rhythm), None, now=NOW, actor="account:1")
    body_of(desk.patch(put.events[2], {"starts_at": "2027-03-23T11:00", "scope": "following"}))
    listed = body_of(desk.get("/events?from=2027-03-01&to=2027-04-30"))["events"]
    assert [one["starts_at"][11:] for one in listed] == 2 * ["10:00:00+01:00"] + ["11:00:00+01:00", "11:00:00+02:00"]
    alone = make_event(offering)
    assert fields_of(desk.patch(alone.code, {"capacity": 40, "scope": "all"})) == ["scope"]
    assert fields_of(desk.patch(alone.code, {})) == ["starts_at"]


@pytest.mark.parametrize(
    ("body", "rule"), [({"starts_at": "2026-11-20T10:00"}, "LEAD-03"), ({"guide": "taken"}, "OVL-01")]
)
def test_what_an_event_would_meet_stops_its_change(
    desk: Desk, station: Station, offering: Offering, body: Json, rule: str
) -> None:
    event, guide = make_event(offering), make_guide(station, code="taken")
    make_assignment(guide, make_event(offering))
    told = body_of(desk.patch(event.code, body), 409)
    assert [one["rule"] for one in told["refusals"]] == [rule]
    assert told["events"] == [event.code]


def test_events_of_other_stations_are_unknown_and_nobody_else_comes_in(client: FlaskClient, offering: Offering) -> None:
    event, desk_elsewhere = make_event(offering), Desk(client, "NYC")
    unknown = desk_elsewhere.get("/events/VIE-NONE")
    for answer in (
        desk_elsewhere.get(f"/events/{event.code}"),
        desk_elsewhere.patch(event.code, {"capacity": 1}),
    ):
        assert (answer.status_code, answer.json and answer.json["detail"]) == (
            404,
            unknown.json and unknown.json["detail"],
        )
    assert fields_of(desk_elsewhere.post(wanted(offering))) == ["offering_id"]
    guide = api_token(make_account("guide", "VIE"))
    assert client.get(f"{API}/events/{event.code}", headers=guide).status_code == 404
    assert client.patch(f"{API}/events/{event.code}", json={"capacity": 1}, headers=guide).status_code == 404
    assert client.get(f"{API}/events").status_code == 401


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE"])
def test_reading_and_unknown_methods_change_nothing(client: FlaskClient, offering: Offering, method: str) -> None:
    event, token = make_event(offering), api_token(make_account("coordinator", "VIE"))
    headers = token | {"X-HTTP-Method-Override": "PATCH"}
    for path in (f"/events/{event.code}", "/events"):
        answer = client.open(f"{API}{path}?_method=PATCH", method=method, headers=headers, json={"capacity": 1})
        assert answer.status_code == (405 if method == "DELETE" else 200)
    db.session.refresh(event)
    assert (event.capacity, event.status) == (35, "open")


@pytest.mark.parametrize(
    "body", [{"capacity": "20"}, {"capacity": True}, {"capacity": 10**12}, {"scope": "every"}, {"title": "a\nb"}]
)
def test_what_is_no_change_is_refused_with_its_field(desk: Desk, offering: Offering, body: Json) -> None:
    event = make_event(offering)
    assert fields_of(desk.patch(event.code, body)) == list(body)
    injected = {"capacity": 40, "taken": 7, "version": 99, "station": "NYC", "id": 1}
    told = body_of(desk.patch(event.code, injected))
    assert (told["capacity"], told["taken"], told["station"]) == (40, 0, "VIE")
