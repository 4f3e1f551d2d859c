"""POST /bookings: a place in an event, a time of one's own, and one effect per key."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from booking.accounts.models import AuditEntry
from booking.bookings.models import Booking, IdempotencyKey
from booking.bookings.schemas import BookedOut, RefusedProblem
from booking.bookings.slot_ids import event_slot_id
from booking.catalogue.terms import Kind
from booking.db import db
from booking.notices.models import Notice
from booking.scheduling.models import Event
from tests.api.calls import bearer, body_of, book, fields_of, group, keeps, own_slot, post, rules_of
from tests.builders import make_booking, make_event, make_guide, make_offering, make_organisation, make_station


def count(model: type[object]) -> int:
    return db.session.execute(select(func.count()).select_from(model)).scalar_one()


@pytest.fixture
def event(client: FlaskClient) -> Event:  # noqa: ARG001  the database is there first
    return make_event(make_offering(make_station()))


@pytest.fixture
def slot(event: Event) -> str:
    return event_slot_id(event.code)


def test_a_place_in_an_event_is_booked_and_answered_with_its_link(client: FlaskClient, event: Event, slot: str) -> None:
    answer = book(client, group(slot=slot))
    found = body_of(answer, 201)
    keeps(BookedOut, found)
    assert list(found) == ["reference", "status", "token", "manage_url", "event_id", "starts_at", "size"]
    assert (found["status"], found["event_id"], found["size"]) == ("confirmed", event.code, 24)
    assert found["starts_at"] == "2026-12-14T10:00:00+01:00"
    assert found["manage_url"] == f"http://localhost/bookings/{found['reference']}?t={found['token']}"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Idempotent-Replayed" not in answer.headers


def test_a_time_of_ones_own_is_booked_by_its_slot_or_by_offering_language_and_start(client: FlaskClient) -> None:
    station = make_station()
    offering = make_offering(station)
    make_guide(station, "en fr")
    make_guide(station, "en fr")
    by_slot = body_of(book(client, group(slot=own_slot(offering))), 201)
    named = {"offering_id": offering.code, "language": "fr", "starts_at": "2026-12-14T10:00+01:00"}
    by_name = body_of(book(client, group(**named, group_label="5b")), 201)
    assert by_slot["starts_at"] == by_name["starts_at"] == "2026-12-14T10:00:00+01:00"
    assert by_slot["event_id"] != by_name["event_id"]


def test_a_briefing_is_asked_for(client: FlaskClient) -> None:
    offering = make_offering(make_station(), kind=Kind.BRIEFING, theme="refugees", lead_working_days=10)
    answer = book(client, group(slot=own_slot(offering), theme="refugees"))
    assert body_of(answer, 201)["status"] == "requested"


def test_a_held_time_is_booked_with_the_hold_and_not_with_its_reference_alone(client: FlaskClient, slot: str) -> None:
    hold = body_of(post(client, "/holds", {"slot": slot, "size": 20}), 201)["hold"]
    assert fields_of(book(client, group(hold=hold.partition(".")[0]))) == ["hold"]
    nearly = hold[:-1] + ("A" if hold[-1] != "A" else "E")
    assert fields_of(book(client, group(hold=nearly))) == ["hold"]
    found = body_of(book(client, group(hold=hold)), 201)
    assert found["reference"] == hold.partition(".")[0]
    assert db.session.execute(select(Event.taken)).scalar_one() == 24


def test_the_same_key_gives_the_same_bytes_and_one_booking(client: FlaskClient, slot: str) -> None:
    first, *others = (book(client, group(slot=slot), key="k") for _ in range(3))
    assert [(one.status_code, one.data) for one in others] == [(201, first.data)] * 2
    assert [one.headers.get("Idempotent-Replayed") for one in (first, *others)] == [None, "true", "true"]
    assert (count(Booking), count(Notice), count(IdempotencyKey)) == (1, 1, 1)


def test_the_same_key_with_another_body_is_refused(client: FlaskClient, slot: str) -> None:
    book(client, group(slot=slot), key="k")
    assert fields_of(book(client, group(slot=slot, size=9), key="k")) == ["Idempotency-Key"]
    assert count(Booking) == 1


def test_another_person_may_use_the_same_key(client: FlaskClient) -> None:
    slot = event_slot_id(make_event(make_offering(make_station(), max_group=60)).code)
    first = book(client, group(slot=slot), key="k")
    other = {"name": "Bo Invented", "email": "bo@example.org"}
    school = {"name": "Other School", "country": "KE"}
    second = book(client, group(slot=slot, contact=other, organisation=school), key="k")
    assert body_of(first, 201)["reference"] != body_of(second, 201)["reference"]


@pytest.mark.parametrize("key", ["", "a b", "é", "a" * 256, "tab\there"])
def test_a_key_is_1_to_255_visible_ascii_characters(client: FlaskClient, slot: str, key: str) -> None:
    body_of(post(client, "/bookings", group(slot=slot), Idempotency_Key=key), 400)
    assert count(Booking) == 0


def test_a_key_is_needed(client: FlaskClient, slot: str) -> None:
    body_of(post(client, "/bookings", group(slot=slot)), 400)
    assert count(Booking) == 0


def test_a_key_of_255_characters_is_taken(client: FlaskClient, slot: str) -> None:
    body_of(book(client, group(slot=slot), key="~" * 255), 201)


def test_a_refused_booking_says_why_and_what_else_there_is_and_writes_nothing(client: FlaskClient) -> None:
    station = make_station()
    offering = make_offering(station, min_age=16)
    make_guide(station)
    event = make_event(offering)
    answer = book(client, group(slot=event_slot_id(event.code), accompanying_adults=0))
    assert rules_of(answer) == ["AGE-01", "SUP-01"]
    found = body_of(answer, 409)
    keeps(RefusedProblem, found)
    assert {"alternatives", "refusals"} <= set(found)
    assert (count(Booking), count(Notice), count(AuditEntry), count(IdempotencyKey)) == (0, 0, 0, 0)


def test_a_full_event_is_refused_with_three_other_times(client: FlaskClient) -> None:
    station = make_station()
    offering = make_offering(station)
    make_guide(station)
    event = make_event(offering, capacity=30)
    make_booking(event, size=20)
    answer = book(client, group(slot=event_slot_id(event.code)))
    assert rules_of(answer) == ["CAP-02"]
    instead = body_of(answer, 409)["alternatives"]
    assert len(instead) == 3
    assert body_of(book(client, group(slot=instead[0]["slot"])), 201)["starts_at"] == instead[0]["starts_at"]


def test_a_key_of_a_refused_call_can_be_used_again(client: FlaskClient, slot: str) -> None:
    assert rules_of(book(client, group(slot=slot, accompanying_adults=0), key="k")) == ["SUP-01"]
    body_of(book(client, group(slot=slot), key="k"), 201)


def test_what_the_rules_require_and_is_missing_is_told_by_them(client: FlaskClient, slot: str) -> None:
    answer = book(client, group(slot=slot, organisation=None, size=None, technical_contact=None))
    assert rules_of(answer) == ["REQ-01"] * 4
    fields = [one["field"] for one in body_of(answer, 409)["refusals"]]
    assert fields == ["organisation", "country", "size", "technical_contact"]


def test_whoever_joins_takes_the_language_of_the_event_and_no_other(client: FlaskClient, slot: str) -> None:
    assert rules_of(book(client, group(slot=slot, language="fr"))) == ["LANG-05"]
    booked = book(client, group(slot=slot))
    seen = client.get(f"/api/v1/bookings/{body_of(booked, 201)['reference']}", headers=bearer(booked))
    assert body_of(seen)["language"] == "en"


def test_the_same_group_books_an_event_once(client: FlaskClient, event: Event, slot: str) -> None:
    make_booking(event, make_organisation(), size=5)
    assert rules_of(book(client, group(slot=slot))) == ["DUP-01"]


@pytest.mark.parametrize(
    ("time", "field"),
    [
        ({}, "slot"),
        ({"slot": "e.NOBODY"}, "slot"),
        ({"slot": "o.NOBODY.en.20261214T0900"}, "slot"),
        ({"slot": "../../etc"}, "slot"),
        ({"slot": "e.A", "hold": "x"}, "slot"),
        ({"slot": "e.A", "offering_id": "P"}, "offering_id"),
        ({"offering_id": "NOBODY", "language": "en", "starts_at": "2026-12-14T10:00Z"}, "offering_id"),
        ({"offering_id": "NOBODY", "language": "en", "starts_at": "tomorrow"}, "starts_at"),
        ({"offering_id": "NOBODY", "language": "english", "starts_at": "2026-12-14T10:00Z"}, "language"),
    ],
    ids=str,
)
@pytest.mark.usefixtures("event")
def test_a_time_that_cannot_be_read_is_named(client: FlaskClient, time: dict[str, str], field: str) -> None:
    assert fields_of(book(client, group(**time))) == [field]


def test_the_private_event_of_another_group_is_like_one_that_is_not_there(client: FlaskClient) -> None:
    station = make_station()
    offering = make_offering(station)
    make_guide(station)
    private = body_of(book(client, group(slot=own_slot(offering))), 201)["event_id"]
    school = {"name": "Other School", "country": "KE"}
    foreign = book(client, group(slot=event_slot_id(private), organisation=school))
    unknown = book(client, group(slot="e.NOBODY", organisation=school))
    assert body_of(foreign, 422)["errors"] == body_of(unknown, 422)["errors"]
