"""Calendars to subscribe to: what they show to whom, that they follow every change, and that nobody finds them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import icalendar
import pytest
from flask.testing import FlaskClient
from sqlalchemy import event as events
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from booking import clock
from booking.catalogue.models import Offering, Station
from booking.catalogue.terms import Format
from booking.db import db, table_of, transaction
from booking.guiding.services import feeds as written
from booking.i18n import Translated
from booking.ical import Invitation, write_entry
from booking.scheduling.feed_links import feed_url, station_feed_url
from booking.scheduling.models import CalendarFeed, Event, Guide, WrittenEntry
from booking.scheduling.services import feeds
from booking.scheduling.services.assign import unassign
from booking.scheduling.terms import EventStatus, Visibility
from tests.builders import (
    NOW,
    make_assignment,
    make_booking,
    make_event,
    make_guide,
    make_offering,
    make_organisation,
    make_station,
)
from tests.signing_in import change, make_account


@pytest.fixture(autouse=True)
def _at_now() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def station(client: FlaskClient) -> Station:  # noqa: ARG001  the database is there first
    return make_station("VIE")


@pytest.fixture
def tour(station: Station) -> Offering:
    return make_offering(station, title=Translated({"en": "Peace, and who keeps it", "fr": "La paix"}))


@pytest.fixture
def guide(station: Station) -> Guide:
    return make_guide(station, "en fr", name="Gil Invented")


def given(tour: Offering, guide: Guide, **values: Any) -> Event:  # noqa: ANN401  columns of any kind
    """An event that the guide gives."""
    event = make_event(tour, **values)
    make_assignment(guide, event)
    return event


def path_of(guide: Guide) -> str:
    """The path of the guide's feed; it is made where there is none."""
    feeds.new_guide_address((guide.id, guide.code), now=NOW, actor="account:1")
    return path_of_feed(CalendarFeed.guide_id == guide.id)


def path_of_feed(which: object) -> str:
    row = db.session.scalars(select(CalendarFeed).where(which)).one()  # type: ignore[arg-type]  # a condition
    db.session.refresh(row)
    return feed_url(row.id, row.generation).removeprefix("http://localhost")


def parsed(body: bytes) -> Any:  # noqa: ANN401  icalendar's own types say of each property that it may be any
    return icalendar.Calendar.from_ical(body)


def read(client: FlaskClient, path: str) -> list[Any]:
    """The entries of a feed."""
    answer = client.get(path)
    assert (answer.status_code, answer.content_type) == (200, "text/calendar; charset=utf-8")
    return list(parsed(answer.data).walk("VEVENT"))


def set_event(event: Event, **values: object) -> None:
    with transaction() as session:
        session.execute(update(Event).where(Event.id == event.id).values(**values))


def test_a_guide_s_feed_says_what_where_for_whom(client: FlaskClient, tour: Offering, guide: Guide) -> None:
    event = given(tour, guide, language="fr", meeting_url="https://meet.example.org/r1", guide_note="Ask for Ada")
    school = make_organisation("Haneulsaem Middle School")
    make_booking(
        event,
        school,
        size=28,
        group_label="class 2-3",
        accessibility=["live-captions"],
        note="Write to ada@example.org first; two of us sign",
    )
    [entry] = read(client, path_of(guide))
    assert str(entry["SUMMARY"]) == "Peace, and who keeps it, in French, 28 people"
    assert str(entry["LOCATION"]) == "https://meet.example.org/r1"
    assert str(entry["DESCRIPTION"]).split("\n") == [
        "class 2-3, Haneulsaem Middle School: 28 people, 2 of them adults, youngest 14",
        "Access: Live captions",
        "Note of the group: Write to … first; two of us sign",
        "Note: Ask for Ada",
    ]
    assert (entry["DTSTART"].dt.isoformat(), entry["DTSTART"].params["TZID"]) == (
        "2026-12-14T10:00:00+01:00",
        "Europe/Vienna",
    )
    assert (entry["UID"], entry["SEQUENCE"], entry["STATUS"]) == (f"{event.code}@localhost", 0, "CONFIRMED")
    assert entry["LAST-MODIFIED"].dt == entry["DTSTAMP"].dt == NOW


def test_it_is_a_calendar_as_they_are_written(client: FlaskClient, tour: Offering, guide: Guide) -> None:
    given(tour, guide)
    there = make_offering(make_station("NYC"), format=Format.IN_PERSON)
    given(there, guide, starts_at=datetime.fromisoformat("2027-04-06T15:00:00+00:00"))
    body = client.get(path_of(guide)).data
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert body.startswith(b"BEGIN:VCALENDAR\r\n")
    assert body.endswith(b"END:VCALENDAR\r\n")
    calendar = parsed(body)
    assert {str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")} == {"Europe/Vienna", "America/New_York"}
    assert (str(calendar["X-WR-CALNAME"]), str(calendar["METHOD"])) == ("My tours", "PUBLISH")
    assert (str(calendar["X-PUBLISHED-TTL"]), b"REFRESH-INTERVAL;VALUE=DURATION:PT15M" in body) == ("PT15M", True)
    first, second = calendar.walk("VEVENT")
    assert second["DTSTART"].dt.isoformat() == "2027-04-06T11:00:00-04:00"
    assert str(first["LOCATION"]) == "Online"
    assert str(second["LOCATION"]) == "United Nations Headquarters, New York"


def test_a_moved_event_moves_and_a_cancelled_one_goes(client: FlaskClient, tour: Offering, guide: Guide) -> None:
    moved, cancelled = given(tour, guide), given(tour, guide, starts_at=NOW + timedelta(days=3))
    path = path_of(guide)
    before = {str(one["UID"]): one for one in read(client, path)}
    later = moved.starts_at + timedelta(hours=2)
    set_event(moved, starts_at=later, ends_at=later + timedelta(hours=1), version=2)
    set_event(cancelled, status=EventStatus.CANCELLED)
    with clock.frozen(NOW + timedelta(minutes=5)):
        [after] = read(client, path)
    old = before[str(after["UID"])]
    assert (after["DTSTART"].dt - old["DTSTART"].dt, after["SEQUENCE"]) == (timedelta(hours=2), 1)
    assert after["LAST-MODIFIED"].dt - old["LAST-MODIFIED"].dt == timedelta(minutes=5)


def test_what_is_taken_off_goes_and_others_tours_are_not_in_it(
    client: FlaskClient, tour: Offering, guide: Guide, station: Station
) -> None:
    event = given(tour, guide)
    given(tour, make_guide(station), starts_at=NOW + timedelta(days=3))
    path = path_of(guide)
    assert [str(one["UID"]) for one in read(client, path)] == [f"{event.code}@localhost"]
    unassign(event.code, now=NOW, actor="account:1")
    assert read(client, path) == []


def test_it_reaches_60_days_back_and_400_ahead(client: FlaskClient, tour: Offering, guide: Guide) -> None:
    for days in (-61, -59, 399, 401):
        given(tour, guide, starts_at=NOW + timedelta(days=days))
    days_shown = [(one["DTSTART"].dt - NOW).days for one in read(client, path_of(guide))]
    assert days_shown == [-59, 399]


def test_an_event_that_is_not_sure_is_tentative(client: FlaskClient, tour: Offering, guide: Guide) -> None:
    given(tour, guide, status=EventStatus.PLANNED)
    assert [one["STATUS"] for one in read(client, path_of(guide))] == ["TENTATIVE"]


def test_the_feed_speaks_the_guide_s_language(client: FlaskClient, tour: Offering, guide: Guide) -> None:
    make_account("guide", "VIE", guide=guide, locale="fr")
    given(tour, guide)
    [entry] = read(client, path_of(guide))
    assert str(entry["SUMMARY"]).startswith("La paix")


def test_what_is_unchanged_is_not_written_and_not_sent_again(
    client: FlaskClient, tour: Offering, guide: Guide, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = given(tour, guide)
    other = given(tour, guide, starts_at=NOW + timedelta(days=3))
    path = path_of(guide)
    first = client.get(path)
    texts: list[str] = []

    def write(one: Invitation) -> str:
        texts.append(one.uid)
        return write_entry(one)

    monkeypatch.setattr(written, "write_entry", write)
    with clock.frozen(NOW + timedelta(hours=1)):
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data, texts) == (304, b"", [])
        make_booking(event, size=3)
        changed = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (changed.status_code, texts) == (200, [f"{event.code}@localhost"])
    assert changed.headers["ETag"] != first.headers["ETag"]
    assert not changed.headers["ETag"].startswith("W/")
    assert changed.headers["Cache-Control"] == "private, no-cache"
    assert f"{other.code}@localhost".encode() in changed.data


def test_the_same_number_of_statements_whatever_the_events(client: FlaskClient, tour: Offering, guide: Guide) -> None:
    path = path_of(guide)

    def statements() -> int:
        heard: list[str] = []

        def hear(_connection: object, statement: object, *_rest: object) -> None:
            heard.append(str(statement))

        client.get(path)  # what is new is written
        events.listen(db.engine, "before_execute", hear)
        try:
            client.get(path)
        finally:
            events.remove(db.engine, "before_execute", hear)
        return sum("SAVEPOINT" not in one for one in heard)  # the test's own

    few = statements()
    for days in range(12):
        make_booking(given(tour, guide, starts_at=NOW + timedelta(days=days)))
    assert statements() == few <= 6


def test_where_nothing_can_be_kept_the_feed_is_served_all_the_same(
    client: FlaskClient, tour: Offering, guide: Guide, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(tour, guide)
    path = path_of(guide)

    def busy(_patience_ms: int) -> None:
        raise OperationalError("BEGIN", {}, Exception("database is locked"))

    monkeypatch.setattr(written, "transaction", busy)
    assert len(read(client, path)) == 1
    assert db.session.scalars(select(WrittenEntry)).all() == []


def test_an_entry_that_cannot_be_written_does_not_take_the_others_along(
    client: FlaskClient, tour: Offering, guide: Guide
) -> None:
    given(tour, guide)
    broken = given(tour, guide, starts_at=NOW + timedelta(days=3))
    set_event(broken, code="A\nB")
    assert len(read(client, path_of(guide))) == 1


@pytest.mark.parametrize("change_of", ["token", "id", "generation", "case", "length", "nothing", "signs"])
def test_unknown_revoked_and_malformed_addresses_are_the_same_404(
    client: FlaskClient, guide: Guide, change_of: str
) -> None:
    path = path_of(guide)
    number, _, rest = path.removeprefix("/calendars/").partition("-")
    wrong = {
        "token": f"/calendars/{number}-{'A' * 43}.ics",
        "id": f"/calendars/{int(number) + 1}-{rest}",
        "generation": feed_url(int(number), 2).removeprefix("http://localhost"),
        "case": path.upper().replace("/CALENDARS/", "/calendars/").replace(".ICS", ".ics"),
        "length": path.replace(".ics", "A.ics"),
        "nothing": "/calendars/x.ics",
        "signs": "/calendars/999999999999-é.ics",
    }[change_of]
    unknown = client.get("/calendars/404-" + "B" * 43 + ".ics")
    answer = client.get(wrong)
    assert (answer.status_code, answer.data) == (404, unknown.data)


def test_a_new_address_ends_the_old_one(client: FlaskClient, guide: Guide) -> None:
    old = path_of(guide)
    assert client.get(old).status_code == 200
    new = path_of(guide)
    assert (client.get(old).status_code, client.get(new).status_code, old == new) == (404, 200, False)


def test_the_feed_ends_with_the_guide_s_work_and_with_the_account(client: FlaskClient, guide: Guide) -> None:
    account = make_account("guide", "VIE", guide=guide)
    path = path_of(guide)
    change(account, is_active=False)
    assert client.get(path).status_code == 404
    change(account, is_active=True)
    assert client.get(path).status_code == 200
    with transaction() as session:
        session.execute(update(Guide).where(Guide.id == guide.id).values(is_active=False))
    assert client.get(path).status_code == 404


def test_a_desk_s_feed_says_who_gives_what(client: FlaskClient, tour: Offering, guide: Guide) -> None:
    given(tour, guide)
    make_event(tour, NOW + timedelta(days=30), visibility=Visibility.PRIVATE)
    make_event(make_offering(make_station("NYC")))
    feeds.new_desk_address((tour.station_id, "VIE"), now=NOW, actor="account:1")
    entries = read(client, path_of_feed(CalendarFeed.station_id == tour.station_id))
    assert [str(one["DESCRIPTION"]) for one in entries] == ["Given by Gil Invented", "Nobody gives it yet."]


def test_a_station_s_public_feed_shows_open_events_and_nothing_of_anybody(
    client: FlaskClient, tour: Offering, guide: Guide
) -> None:
    event = given(tour, guide, meeting_url="https://meet.example.org/r1", guide_note="Ask for Ada")
    make_booking(event, make_organisation("Haneulsaem Middle School"), note="Ada", group_label="class 2-3")
    make_event(tour, NOW + timedelta(days=30), visibility=Visibility.PRIVATE)
    answer = client.get("/stations/VIE/events.ics")
    [entry] = parsed(answer.data).walk("VEVENT")
    assert str(entry["SUMMARY"]) == "Peace, and who keeps it, in English"
    assert str(entry["LOCATION"]) == "Online"
    assert str(entry["URL"]) == f"http://localhost/offerings/{tour.slug}"
    for word in (b"Haneulsaem", b"class 2-3", b"Ada", b"Gil", b"meet.example.org", b"people"):
        assert word not in answer.data
    assert client.get("/stations/XXX/events.ics").status_code == 404
    assert station_feed_url("VIE") == "http://localhost/stations/VIE/events.ics"


def test_the_public_feed_speaks_the_language_asked_for(client: FlaskClient, tour: Offering) -> None:
    make_event(tour)
    french = client.get("/stations/VIE/events.ics?lang=fr")
    assert b"La paix" in french.data
    assert b"La paix" not in client.get("/stations/VIE/events.ics").data


def test_entries_of_one_feed_are_not_those_of_another(client: FlaskClient, tour: Offering, guide: Guide) -> None:
    event = given(tour, guide)
    make_booking(event, size=5)
    assert b"people" in client.get(path_of(guide)).data
    assert b"people" not in client.get("/stations/VIE/events.ics").data
    kept = db.session.execute(select(table_of(WrittenEntry).c.audience).order_by("audience")).scalars().all()
    assert kept == ["guide.en", "public.en"]
