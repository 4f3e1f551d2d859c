"""An event that nobody gives is offered to those who could, one after the other, in a fair order."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from booking.accounts.models import AuditEntry
from booking.bookings.services.reschedule import move_event
from booking.catalogue.terms import Kind
from booking.db import db
from booking.scheduling.models import Offer
from booking.scheduling.services import offers
from booking.scheduling.services.assign import assign_guide, unassign
from booking.scheduling.services.offers import answer_by, decline, end_offers, offer_uncovered
from booking.scheduling.terms import EventStatus, HostRole, OfferGone, OfferStatus, Visibility
from tests.builders import NOW, make_assignment, make_day_off, make_event, make_guide, make_offering
from tests.scheduling.asked import Scene, mails, make_person, offers_of, pending
from tests.signing_in import change

pytestmark = pytest.mark.usefixtures("app")
DAY = timedelta(days=1)
PENDING, DECLINED, EXPIRED = OfferStatus.PENDING, OfferStatus.DECLINED, OfferStatus.EXPIRED


def test_whoever_has_the_least_to_do_in_the_month_of_the_event_is_asked_first() -> None:
    scene = Scene()
    busy, idle, elsewhere = scene.guides
    make_assignment(busy, scene.event(datetime(2026, 12, 2, 9, 0, tzinfo=UTC)))
    make_assignment(elsewhere, scene.event(datetime(2026, 11, 27, 9, 0, tzinfo=UTC)))  # another month
    for minute in (0, 120):
        make_assignment(elsewhere, scene.event(datetime(2026, 12, 3, 9, 0, tzinfo=UTC) + timedelta(minutes=minute)))
    event = scene.event()
    offer_uncovered(NOW)
    assert offers_of(event) == [(idle.id, PENDING)]
    for expected in (busy, elsewhere):
        decline(pending(event)[0], offers_of(event)[-1][0], now=NOW, actor="account:1")
        offer_uncovered(NOW)
        assert offers_of(event)[-1] == (expected.id, PENDING)


def test_of_two_with_as_much_to_do_the_one_is_asked_whose_last_offer_is_longer_ago() -> None:
    scene = Scene(2)
    first, second = scene.guides
    events = [scene.event(datetime(2026, 12, 14 + day, 9, 0, tzinfo=UTC)) for day in range(3)]
    offer_uncovered(NOW)
    assert [offers_of(event)[0][0] for event in events] == [first.id, second.id, first.id]


def test_nobody_is_asked_for_two_events_at_one_time_before_the_first_is_answered() -> None:
    scene = Scene(1)
    one, other = scene.event(), scene.event()
    assert offer_uncovered(NOW) == 1
    decline(pending(one)[0], scene.guides[0].id, now=NOW, actor="account:1")
    assert offer_uncovered(NOW) == 1
    assert offers_of(other) == [(scene.guides[0].id, PENDING)]


def test_one_offer_of_an_event_waits_at_a_time_however_often_the_worker_looks() -> None:
    scene = Scene()
    event = scene.event()
    assert [offer_uncovered(NOW + timedelta(seconds=15 * look)) for look in range(3)] == [1, 0, 0]
    assert len(offers_of(event)) == 1


def test_only_those_are_asked_who_could_give_it() -> None:
    scene = Scene(2)
    away, able = scene.guides
    make_guide(scene.station, "de")
    make_day_off(away, date(2026, 12, 14))
    event = scene.event()
    offer_uncovered(NOW)
    decline(pending(event)[0], able.id, now=NOW, actor="account:1")
    offer_uncovered(NOW)
    assert offers_of(event) == [(able.id, DECLINED)]


def test_without_an_answer_in_time_the_next_is_asked() -> None:
    scene = Scene(2)
    event = scene.event()
    offer_uncovered(NOW)
    assert end_offers(NOW + DAY - timedelta(seconds=1)) == 0
    assert end_offers(NOW + DAY) == 1
    offer_uncovered(NOW + DAY)
    first, second = scene.guides
    assert offers_of(event) == [(first.id, EXPIRED), (second.id, PENDING)]


def test_when_everybody_has_been_asked_nobody_is_asked_again() -> None:
    scene = Scene(2)
    event = scene.event()
    for round_ in range(5):
        offer_uncovered(NOW + round_ * DAY)
        end_offers(NOW + (round_ + 1) * DAY)
    assert [status for _, status in offers_of(event)] == [EXPIRED, EXPIRED]


def test_an_event_that_moves_is_offered_anew_to_everybody() -> None:
    scene = Scene(1)
    event = scene.event()
    offer_uncovered(NOW)
    move_event(event.code, event.starts_at + DAY, now=NOW, actor="account:1")
    assert offers_of(event) == [(scene.guides[0].id, OfferStatus.WITHDRAWN)]
    offer_uncovered(NOW)
    assert offers_of(event)[-1] == (scene.guides[0].id, PENDING)


@pytest.mark.parametrize(
    ("left", "wait"),
    [
        (timedelta(days=21), timedelta(hours=24)),
        (timedelta(hours=96), timedelta(hours=24)),
        (timedelta(hours=8), timedelta(hours=2)),
        (timedelta(hours=1), timedelta(minutes=15)),
        (timedelta(minutes=10), timedelta(minutes=15)),
    ],
)
def test_the_nearer_the_event_the_shorter_the_time_to_answer(left: timedelta, wait: timedelta) -> None:
    assert answer_by(NOW, NOW + left, timedelta(hours=24)) == NOW + wait


def test_an_offer_ends_at_the_latest_when_the_event_begins() -> None:
    scene = Scene(1)
    event = scene.event(NOW + timedelta(minutes=10))
    offer_uncovered(NOW)
    until = db.session.execute(select(Offer.expires_at).where(Offer.event_id == event.id)).scalar_one()
    assert until == event.starts_at


def test_how_long_a_guide_may_take_is_a_setting(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    class OneHour:
        offer_hours = 1
        public_url, public_host, secret_key = "http://localhost", "localhost", "k" * 32

    monkeypatch.setitem(app.extensions, "booking.settings", OneHour)
    assert offers.longest_wait() == timedelta(hours=1)


@pytest.mark.parametrize(
    ("values", "is_offered"),
    [
        ({"status": EventStatus.OPEN}, True),
        ({"status": EventStatus.PLANNED, "taken": 10, "visibility": Visibility.PRIVATE}, True),
        ({"status": EventStatus.CLOSED, "taken": 10}, True),
        ({"status": EventStatus.CLOSED, "taken": 0}, False),
        ({"status": EventStatus.CANCELLED}, False),
        ({"status": EventStatus.HELD, "taken": 10}, False),
        ({"unit": "library"}, False),
    ],
    ids=["open", "asked for", "closed with a group", "closed and empty", "cancelled", "held", "of others"],
)
def test_what_needs_somebody_is_offered(values: dict[str, Any], *, is_offered: bool) -> None:
    scene = Scene(1)
    scene.event(**values)
    assert offer_uncovered(NOW) == is_offered


def test_what_somebody_gives_or_what_has_begun_is_offered_to_nobody() -> None:
    scene = Scene(2)
    make_assignment(scene.guides[0], scene.event())
    scene.event(NOW - timedelta(minutes=5))
    assert offer_uncovered(NOW) == 0


def test_an_offer_is_taken_back_when_the_desk_has_found_somebody() -> None:
    scene = Scene(2)
    event = scene.event()
    offer_uncovered(NOW)
    assert len(mails("guide_offer")) == 1
    assign_guide(event.code, scene.guides[1].code, now=NOW, actor="account:1")
    assert offers_of(event) == [(scene.guides[0].id, OfferStatus.WITHDRAWN)]
    assert mails("guide_offer") == []


def test_an_event_that_loses_its_guide_is_offered_to_those_who_were_not_asked_yet() -> None:
    scene = Scene(2)
    event = scene.event()
    offer_uncovered(NOW)
    assign_guide(event.code, scene.guides[0].code, now=NOW, actor="account:1")
    unassign(event.code, now=NOW, actor="account:1")
    offer_uncovered(NOW)
    assert offers_of(event)[-1] == (scene.guides[1].id, PENDING)


def test_a_decline_keeps_its_reason_and_leaves_it_out_of_the_trail() -> None:
    scene = Scene(1)
    event = scene.event()
    offer_uncovered(NOW)
    (offer,) = pending(event)
    decline(offer, scene.guides[0].id, now=NOW, actor="account:7", reason="At the dentist's")
    assert db.session.execute(select(Offer.decline_reason).where(Offer.id == offer)).scalar() == "At the dentist's"
    row = db.session.execute(select(AuditEntry).where(AuditEntry.action == "offer.decline")).scalar_one()
    assert (row.actor, row.subject) == ("account:7", f"event:{event.code}")
    assert "dentist" not in str(row.after)


def test_an_offer_that_has_been_answered_has_run_out_or_is_anothers_cannot_be_declined() -> None:
    scene = Scene(2)
    event = scene.event()
    offer_uncovered(NOW)
    (offer,) = pending(event)
    mine, other = scene.guides
    for offer_id, guide, now in ((offer, other.id, NOW), (offer, mine.id, NOW + DAY), (999_999, mine.id, NOW)):
        with pytest.raises(OfferGone):
            decline(offer_id, guide, now=now, actor="account:1")
    decline(offer, mine.id, now=NOW, actor="account:1")
    with pytest.raises(OfferGone):
        decline(offer, mine.id, now=NOW, actor="account:1")


def test_a_guide_with_an_account_is_asked_by_a_mail_with_a_signed_link_and_nobody_else_is() -> None:
    scene = Scene(1)
    make_guide(scene.station)
    gone, account = make_person(scene.station)
    change(account, is_active=False)
    event = scene.event(guide_note="Two of them sign")
    offer_uncovered(NOW)
    (mail,) = mails()
    assert (mail.kind, mail.recipient) == ("guide_offer", scene.accounts[0].email)
    assert mail.payload["note"] == "Two of them sign"
    assert mail.payload["offer"]["url"].startswith(f"http://localhost/offers/{pending(event)[0]}?t=")
    end_offers(NOW + DAY)
    assert mails() == []  # taken back unsent
    assert offer_uncovered(NOW + DAY) == 0
    assert gone.id not in dict(offers_of(event))


def test_a_briefing_is_offered_to_speakers() -> None:
    scene = Scene(1)
    speaker, _ = make_person(scene.station, role=HostRole.SPEAKER)
    event = make_event(make_offering(scene.station, kind=Kind.BRIEFING))
    offer_uncovered(NOW)
    assert offers_of(event) == [(speaker.id, PENDING)]
