"""A guide's private calendar: saved, read in the background, seen by the next search, told of when it fails."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text, update

from booking import clock
from booking.accounts.models import AuditEntry
from booking.catalogue.models import Station
from booking.db import db, transaction
from booking.http.fetching import Limits
from booking.notices.models import Notice
from booking.scheduling import reading
from booking.scheduling.models import BusyInterval, Guide, PrivateCalendar
from booking.scheduling.queries.private_calendars import Due
from booking.scheduling.services import private_calendars as service
from booking.scheduling.services.private_calendars import BACK_OFF, LEASE, READ_EVERY, Reader, claim, read_calendar
from tests.builders import NOW, make_guide, make_offering, make_station
from tests.calendar_server import Provider, provider
from tests.scheduling.calendar_texts import OUTLOOK, calendar, event
from tests.signing_in import make_account, sign_in

PAGE = "/guide/calendars"
VIENNA = ZoneInfo("Europe/Vienna")
ONCE = calendar(event("DTSTART:20261201T090000Z", "DTEND:20261201T100000Z", "SUMMARY:Dentist Dr Secret"))
TWICE = calendar(event("DTSTART:20261201T090000Z", "DTEND:20261201T100000Z", "RRULE:FREQ=DAILY;COUNT=2"))
NONE = calendar()


@pytest.fixture(autouse=True)
def _at_now(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """At one moment, calendars on this machine allowed."""
    settings = replace(app.extensions["booking.settings"], calendars_inside=True)
    monkeypatch.setitem(app.extensions, "booking.settings", settings)
    with clock.frozen(NOW):
        yield


@pytest.fixture
def theirs() -> Iterator[Provider]:
    with provider() as one:
        one.gives(ONCE)
        yield one


@pytest.fixture
def station(client: FlaskClient) -> Station:  # noqa: ARG001  the database is there first
    return make_station("VIE")


@pytest.fixture
def guide(station: Station, client: FlaskClient) -> Guide:
    """A guide who is signed in."""
    made = make_guide(station, "en", name="Gil Invented")
    sign_in(client, make_account("guide", "VIE", guide=made, email="gil@example.org"))
    return made


def save(client: FlaskClient, url: str) -> Any:  # noqa: ANN401  an answer
    token = client.get(PAGE).text.partition('name="csrf_token" value="')[2].partition('"')[0]
    return client.post(f"{PAGE}/private", data={"csrf_token": token, "url": url})


def busy(guide: Guide) -> list[str]:
    rows = db.session.execute(
        select(BusyInterval.starts_at, BusyInterval.ends_at)
        .where(BusyInterval.guide_id == guide.id)
        .order_by(BusyInterval.starts_at)
    )
    return [f"{row.starts_at:%m-%d %H:%M}-{row.ends_at:%H:%M}" for row in rows]


def row_of(guide: Guide) -> PrivateCalendar:
    db.session.expire_all()
    return db.session.get_one(PrivateCalendar, guide.id)


def saved(client: FlaskClient, guide: Guide, theirs: Provider) -> None:
    """The calendar is saved, and read once."""
    assert save(client, theirs.url).status_code == 303
    assert reading.read_due() == 1
    assert row_of(guide).problem == ""


def at(moment: datetime) -> str:
    """Read what is due at a moment; what is wrong with it then."""
    with clock.frozen(moment):
        due = claim(db.session(), moment)
        assert due is not None
        return read_calendar(due, moment, Reader(limits()))


def limits() -> Limits:
    """Calendars on this machine may be fetched."""
    return Limits(inside=True, most_seconds=3)


def starts(client: FlaskClient, day: date) -> set[str]:
    """The times of a day that the search offers, on Vienna's clocks."""
    query = {"from": day.isoformat(), "to": day.isoformat(), "language": "en", "size": 20, "youngest_age": 14}
    found = client.get("/api/v1/slots", query_string={**query, "time_zone": "Europe/Vienna"}).get_json()["slots"]
    return {datetime.fromisoformat(one["starts_at"]).astimezone(VIENNA).strftime("%H:%M") for one in found}


def test_a_weekly_rule_an_exception_and_an_outlook_zone_block_exactly_those_slots(
    client: FlaskClient, guide: Guide, station: Station, theirs: Provider
) -> None:
    make_offering(station)
    theirs.gives(
        calendar(
            event(
                f"DTSTART;TZID={OUTLOOK}:20260106T130000",
                f"DTEND;TZID={OUTLOOK}:20260106T140000",
                "RRULE:FREQ=WEEKLY;BYDAY=TU",
                f"EXDATE;TZID={OUTLOOK}:20261215T130000",
                "SUMMARY:Choir",
            )
        )
    )
    tuesdays = [date(2026, 12, 8), date(2026, 12, 15), date(2027, 3, 30)]  # the last one in summer time
    days = [*tuesdays, date(2026, 12, 9)]
    before = [starts(client, day) for day in days]
    saved(client, guide, theirs)
    gone = [then - starts(client, day) for then, day in zip(before, days, strict=True)]
    # An hour's tour and the pause of 15 minutes: it would touch 13:00 to 14:00 if begun after 11:45 and before 14:00.
    blocked = {"12:00", "12:30", "13:00", "13:30"}
    assert gone == [blocked, set(), blocked, set()]
    theirs.gives(NONE)
    assert at(NOW + READ_EVERY) == ""
    assert [starts(client, day) for day in days] == before
    assert guide.id


def test_removing_it_frees_the_time_at_once(client: FlaskClient, guide: Guide, theirs: Provider) -> None:
    saved(client, guide, theirs)
    assert busy(guide) == ["12-01 09:00-10:00"]
    token = client.get(PAGE).text.partition('name="csrf_token" value="')[2].partition('"')[0]
    assert client.post(f"{PAGE}/private/remove", data={"csrf_token": token}).status_code == 303
    assert (busy(guide), db.session.get(PrivateCalendar, guide.id)) == ([], None)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/a.ics", "https://169.254.169.254/a", "https://localhost/a", "file:///etc/passwd", "ftp://x.org/a",
     "https://me:hunter2@example.org/a", "https://example.org:22/a", "nothing", "", "https://exa mple.org/", "webcal://[::1]/"],
)  # fmt: skip
def test_addresses_that_lead_inside_are_refused_and_not_repeated(
    app: Flask, client: FlaskClient, guide: Guide, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    strict = replace(app.extensions["booking.settings"], calendars_inside=False)
    monkeypatch.setitem(app.extensions, "booking.settings", strict)
    answer = save(client, url)
    assert (answer.status_code, "hunter2" in answer.text) == (422, False)
    assert db.session.get(PrivateCalendar, guide.id) is None


def test_webcal_is_https(client: FlaskClient, guide: Guide) -> None:
    save(client, "webcal://calendar.example.org/a.ics")
    assert row_of(guide).url == "https://calendar.example.org/a.ics"


def test_neither_titles_nor_the_address_are_told_to_anybody(
    client: FlaskClient, guide: Guide, theirs: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    saved(client, guide, theirs)
    theirs.fails()
    at(NOW + READ_EVERY)
    page = client.get(PAGE).text
    trail = repr([(one.action, one.before, one.after) for one in db.session.scalars(select(AuditEntry))])
    for told in (caplog.text, page, trail):
        assert "s3cr3t" not in told
        assert "Dentist" not in told
    assert "127.0.0.1" in page
    kept = db.session.execute(text("SELECT * FROM busy_interval")).mappings().all()
    assert [set(one) for one in kept] == [{"id", "guide_id", "starts_at", "ends_at"}]
    assert "private_calendar.save" in trail
    assert "private_calendar.read" in trail


def test_a_reading_that_fails_keeps_what_was_read_last(client: FlaskClient, guide: Guide, theirs: Provider) -> None:
    saved(client, guide, theirs)
    theirs.fails(500)
    assert at(NOW + READ_EVERY) == "answer"
    assert busy(guide) == ["12-01 09:00-10:00"]
    page = client.get(PAGE).text
    assert "answers with an error" in page
    assert "The times that we read before still count." in page


def test_the_guide_is_told_once_when_it_has_failed_for_a_day_and_again_only_after_it_was_well(
    client: FlaskClient, guide: Guide, theirs: Provider
) -> None:
    saved(client, guide, theirs)
    moment, told = NOW + READ_EVERY, []
    theirs.fails(404)
    for _ in range(12):
        assert at(moment) == "gone"
        told.append((moment - NOW - READ_EVERY, len(db.session.scalars(select(Notice)).all())))
        moment = row_of(guide).next_read_at
    assert next(first for first, count in told if count) == timedelta(days=1)
    assert told[-1][1] == 1
    [notice] = db.session.scalars(select(Notice))
    assert (notice.kind, notice.recipient, "s3cr3t" in repr(notice.payload)) == (
        "private_calendar",
        "gil@example.org",
        False,
    )
    theirs.gives(ONCE)
    assert at(moment) == ""
    assert (row_of(guide).told_at, row_of(guide).failures) == (None, 0)
    theirs.gives(b"<html>Sign in")
    assert at(moment + READ_EVERY) == "no_calendar:1"
    assert len(db.session.scalars(select(Notice)).all()) == 2


def test_a_malformed_calendar_is_told_at_once_with_the_line(
    client: FlaskClient, guide: Guide, theirs: Provider
) -> None:
    saved(client, guide, theirs)
    theirs.gives(ONCE.replace(b"END:VEVENT", b"END:VALARM"))
    at(NOW + READ_EVERY)
    assert len(db.session.scalars(select(Notice)).all()) == 1
    assert "The calendar is not written as calendars are. (line 9)" in client.get(PAGE).text
    assert busy(guide) == ["12-01 09:00-10:00"]


def test_entries_that_make_no_sense_are_counted_on_the_page(
    client: FlaskClient, guide: Guide, theirs: Provider
) -> None:
    theirs.gives(calendar(event("DTSTART;TZID=Nowhere:20261201T090000", "DURATION:PT1H")))
    save(client, theirs.url)
    reading.read_due()
    assert row_of(guide).problem == "skipped:1"
    assert "1 entry could not be understood" in client.get(PAGE).text


def test_ten_megabytes_are_told_at_once(client: FlaskClient, guide: Guide, theirs: Provider) -> None:
    theirs.gives(calendar(event("DESCRIPTION:" + "x" * 10_000_000)))
    save(client, theirs.url)
    reading.read_due()
    assert row_of(guide).problem == "too_large"
    assert "larger than 5 MB" in client.get(PAGE).text


def test_what_has_not_changed_is_not_read_again_but_for_once_a_day(
    client: FlaskClient, guide: Guide, theirs: Provider
) -> None:
    theirs.gives(ONCE, '"v1"')
    saved(client, guide, theirs)
    at(NOW + READ_EVERY)
    at(NOW + timedelta(days=1))
    asked = [one.get("If-None-Match") for one in theirs.asked]
    assert asked == [None, '"v1"', None]
    assert row_of(guide).read_at == NOW + timedelta(days=1)


def test_the_same_intervals_are_not_written_again(client: FlaskClient, guide: Guide, theirs: Provider) -> None:
    saved(client, guide, theirs)
    ids = db.session.scalars(select(BusyInterval.id)).all()
    at(NOW + READ_EVERY)
    assert db.session.scalars(select(BusyInterval.id)).all() == ids
    theirs.gives(TWICE)
    at(NOW + 2 * READ_EVERY)
    assert busy(guide) == ["12-01 09:00-10:00", "12-02 09:00-10:00"]
    actions = db.session.scalars(select(AuditEntry.action).where(AuditEntry.actor == "worker")).all()
    assert actions == ["private_calendar.read"] * 2


def test_a_calendar_is_one_worker_s_until_its_lease_ends(client: FlaskClient, guide: Guide, theirs: Provider) -> None:
    save(client, theirs.url)
    first = claim(db.session(), NOW)
    assert first is not None
    assert claim(db.session(), NOW + LEASE - timedelta(seconds=1)) is None
    again = claim(db.session(), NOW + LEASE)
    assert again is not None
    assert read_calendar(first, NOW, Reader(limits())) == ""  # the lease is over: what it has read is not kept
    assert busy(guide) == []
    assert read_calendar(again, NOW + LEASE, Reader(limits())) == ""
    assert busy(guide) == ["12-01 09:00-10:00"]


@pytest.mark.parametrize("removed", [True, False])
def test_what_is_removed_or_changed_while_it_is_read_stays_so(
    client: FlaskClient, guide: Guide, theirs: Provider, *, removed: bool
) -> None:
    save(client, theirs.url)
    due = claim(db.session(), NOW)
    assert isinstance(due, Due)
    mine = (guide.id, guide.code)
    if removed:
        service.remove_calendar(mine, now=NOW, actor="account:1")
    else:
        service.save_calendar(mine, "https://calendar.example.org/b", now=NOW, actor="account:1", limits=limits())
    read_calendar(due, NOW, Reader(limits()))
    assert busy(guide) == []
    assert removed or row_of(guide).read_at is None


def test_another_address_keeps_the_times_until_it_has_been_read(
    client: FlaskClient, guide: Guide, theirs: Provider
) -> None:
    saved(client, guide, theirs)
    save(client, theirs.url + "?other")
    assert busy(guide) == ["12-01 09:00-10:00"]
    theirs.gives(TWICE)
    reading.read_due()
    assert len(busy(guide)) == 2


def test_a_guide_who_works_no_more_is_not_read(client: FlaskClient, guide: Guide, theirs: Provider) -> None:
    save(client, theirs.url)
    with transaction() as session:
        session.execute(update(Guide).where(Guide.id == guide.id).values(is_active=False))
    assert (reading.read_due(), theirs.asked) == (0, [])


def test_a_guide_without_an_account_is_told_nothing(client: FlaskClient, station: Station, theirs: Provider) -> None:  # noqa: ARG001
    nobody = make_guide(station)
    service.save_calendar((nobody.id, nobody.code), theirs.url, now=NOW, actor="command", limits=limits())
    theirs.gives(b"nothing")
    assert reading.read_due() == 1
    assert db.session.scalars(select(Notice)).all() == []
    assert row_of(nobody).told_at == NOW


def test_the_pauses_between_failures_add_up_to_a_day() -> None:
    assert sum(BACK_OFF, timedelta()) == timedelta(days=1)
