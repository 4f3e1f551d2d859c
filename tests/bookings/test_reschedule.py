"""The desk moves an event: only to a time that can be, and nobody is left with what was said of the old one."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.models import AuditEntry
from booking.bookings.services.remind import remind
from booking.bookings.services.reschedule import move_event
from booking.bookings.services.writing import Stale, hold_station
from booking.bookings.terms import Conflict
from booking.catalogue.terms import Format, StationFacts
from booking.db import db
from booking.notices.models import Notice
from booking.notices.terms import NoticeState
from booking.scheduling.models import Event
from booking.scheduling.terms import UnknownEvent
from tests.bookings.test_book import TEN_IN_VIENNA
from tests.builders import (
    NOW,
    make_assignment,
    make_booking,
    make_closure,
    make_event,
    make_guide,
    make_offering,
    make_station,
)

pytestmark = pytest.mark.usefixtures("app")
IN_JANUARY = datetime(2027, 1, 11, 9, 0, tzinfo=UTC)


def start_of(code: str) -> datetime:
    """When the event starts, read afresh."""
    return db.session.execute(select(Event.starts_at).where(Event.code == code)).scalar_one()


@pytest.mark.parametrize("before", [timedelta(0), timedelta(days=10)])
def test_an_event_is_not_moved_into_the_past(before: timedelta) -> None:
    event = make_event(make_offering(make_station()))
    with pytest.raises(Conflict):
        move_event(event.code, NOW - before, now=NOW, actor="account:1")
    assert start_of(event.code) == TEN_IN_VIENNA


def test_an_event_on_site_is_not_moved_to_a_day_on_which_the_premises_are_closed() -> None:
    station = make_station()
    on_site, online = make_offering(station, format=Format.IN_PERSON), make_offering(station)
    make_closure(station, date(2027, 1, 1))
    visit, tour = make_event(on_site), make_event(online)
    with pytest.raises(Conflict):
        move_event(visit.code, IN_JANUARY, now=NOW, actor="account:1")
    move_event(tour.code, IN_JANUARY, now=NOW, actor="account:1")
    assert (start_of(visit.code), start_of(tour.code)) == (TEN_IN_VIENNA, IN_JANUARY)


def test_a_station_that_changed_meanwhile_is_read_afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    event = make_event(make_offering(make_station()))
    calls: list[str] = []

    def changed_at_first(session: Session, station: StationFacts) -> None:
        calls.append(station.code)
        if len(calls) == 1:
            raise Stale
        hold_station(session, station)

    monkeypatch.setattr("booking.bookings.services.reschedule.hold_station", changed_at_first)
    move_event(event.code, IN_JANUARY, now=NOW, actor="account:1")
    assert (calls, start_of(event.code)) == (["VIE", "VIE"], IN_JANUARY)


def test_a_reminder_of_the_old_time_that_was_not_sent_yet_is_taken_back() -> None:
    event = make_event(make_offering(make_station()))
    make_booking(event)
    week_before = TEN_IN_VIENNA - timedelta(days=7)
    remind(week_before)
    move_event(event.code, TEN_IN_VIENNA + timedelta(days=1), now=week_before, actor="account:1")
    states = {row.kind: row.state for row in db.session.execute(select(Notice.kind, Notice.state))}
    assert states == {"reminder_7_days": NoticeState.WITHDRAWN, "booking_moved": NoticeState.QUEUED}


def test_the_trail_names_who_moved_the_bookings() -> None:
    event = make_event(make_offering(make_station()))
    make_booking(event)
    move_event(event.code, TEN_IN_VIENNA + timedelta(days=1), now=NOW, actor="account:7")
    rows = db.session.execute(select(AuditEntry.action, AuditEntry.actor))
    assert {row.action: row.actor for row in rows} == {"event.move": "account:7", "booking.moved": "account:7"}


def test_a_host_moves_only_what_that_host_still_gives() -> None:
    station = make_station()
    event, own, other = make_event(make_offering(station)), make_guide(station), make_guide(station)
    make_assignment(own, event)
    with pytest.raises(UnknownEvent):
        move_event(event.code, IN_JANUARY, now=NOW, actor="account:1", by_host=other.id)
    assert start_of(event.code) == TEN_IN_VIENNA
    move_event(event.code, IN_JANUARY, now=NOW, actor="account:1", by_host=own.id)
    assert start_of(event.code) == IN_JANUARY
