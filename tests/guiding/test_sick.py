"""Sick today: the rest of the day is nobody's, offered to all at once, and for some minutes it can be taken back."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from booking.db import db
from booking.guiding.jobs import offer_uncovered
from booking.guiding.queries.sick import can_undo_sick
from booking.guiding.services.cover import ask_for_cover
from booking.guiding.services.offers import accept
from booking.guiding.services.sick import UNDO_FOR, report_sick, undo_sick
from booking.scheduling.models import DayOff, Offer
from booking.scheduling.queries.offers import pending_for
from booking.scheduling.services.offers import end_offers
from booking.scheduling.terms import OfferReason, OfferStatus, TooLate
from tests.builders import NOW, make_assignment, make_day_off
from tests.scheduling.asked import Scene, givers, mails, offers_of, pending

pytestmark = pytest.mark.usefixtures("app")
HOUR = timedelta(hours=1)  # NOW is ten in the morning in Vienna


def test_what_is_left_of_the_day_is_released_and_offered_to_everybody_at_once() -> None:
    scene = Scene(3)
    ill = scene.guides[0]
    done = scene.event(NOW - 2 * HOUR)
    today = [scene.event(NOW + hours * HOUR, guide_note="Two of them sign") for hours in (1, 3)]
    tomorrow = scene.event(NOW + 24 * HOUR)
    for event in (done, *today, tomorrow):
        make_assignment(ill, event)
    assert report_sick(ill.id, now=NOW, actor="account:7") == tuple(event.code for event in today)
    assert [givers(event) for event in (done, *today, tomorrow)] == [[ill.id], [], [], [ill.id]]
    for event in today:
        assert [guide for guide, _ in offers_of(event)] == [guide.id for guide in scene.guides[1:]]
    offers = pending_for(db.session(), scene.guides[1].id, NOW)
    assert [(offer.reason, offer.note) for offer in offers] == [(OfferReason.SICK, "Two of them sign")] * 2
    assert [mail.payload["offer"]["reason"] for mail in mails("guide_offer")] == ["sick"] * 4


def test_an_event_that_has_begun_is_released_too() -> None:
    scene = Scene(2)
    event = scene.event(NOW - timedelta(minutes=5))
    make_assignment(scene.guides[0], event)
    assert report_sick(scene.guides[0].id, now=NOW, actor="account:7") == (event.code,)
    accept(pending(event)[0], scene.guides[1].id, now=NOW, actor="account:8")
    assert givers(event) == [scene.guides[1].id]


def test_the_day_is_that_of_the_guides_home() -> None:
    scene = Scene(1)
    late = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)  # half past eleven in Vienna
    after_midnight = scene.event(late + HOUR)
    make_assignment(scene.guides[0], after_midnight)
    assert report_sick(scene.guides[0].id, now=late, actor="account:7") == ()
    assert report_sick(scene.guides[0].id, now=late + timedelta(minutes=40), actor="account:7") == (
        after_midnight.code,
    )


def test_whoever_is_ill_is_offered_nothing_that_day() -> None:
    scene = Scene(1)
    event = scene.event(NOW + 4 * HOUR)
    offer_uncovered(NOW)
    report_sick(scene.guides[0].id, now=NOW, actor="account:7")
    assert offers_of(event) == [(scene.guides[0].id, OfferStatus.WITHDRAWN)]
    scene.event(NOW + 6 * HOUR)
    assert offer_uncovered(NOW) == 0


def test_the_offers_are_short_and_nobody_is_asked_twice() -> None:
    scene = Scene(2)
    event = scene.event(NOW + 4 * HOUR)
    make_assignment(scene.guides[0], event)
    report_sick(scene.guides[0].id, now=NOW, actor="account:7")
    until = db.session.execute(select(Offer.expires_at).where(Offer.event_id == event.id)).scalar_one()
    assert until == NOW + HOUR
    end_offers(until)
    assert offer_uncovered(until) == 0


def test_colleagues_who_were_asked_for_cover_are_asked_for_good() -> None:
    scene = Scene(2)
    event = scene.event(NOW + 4 * HOUR)
    make_assignment(scene.guides[0], event)
    ask_for_cover(event.code, scene.guides[0].id, now=NOW, actor="account:7")
    report_sick(scene.guides[0].id, now=NOW, actor="account:7")
    reasons = select(Offer.reason, Offer.status).order_by(Offer.id)
    assert [tuple(row) for row in db.session.execute(reasons)] == [
        (OfferReason.COVER, OfferStatus.WITHDRAWN),
        (OfferReason.SICK, OfferStatus.PENDING),
    ]


def test_what_nobody_has_accepted_yet_can_be_taken_back_for_some_minutes() -> None:
    scene = Scene(2)
    kept, lost = scene.event(NOW + 2 * HOUR), scene.event(NOW + 5 * HOUR)
    for event in (kept, lost):
        make_assignment(scene.guides[0], event)
    report_sick(scene.guides[0].id, now=NOW, actor="account:7")
    assert can_undo_sick(db.session(), scene.guides[0].id, NOW)
    accept(pending(lost)[0], scene.guides[1].id, now=NOW, actor="account:8")
    later = NOW + UNDO_FOR - timedelta(seconds=1)
    assert undo_sick(scene.guides[0].id, now=later, actor="account:7") == (kept.code,)
    assert (givers(kept), givers(lost)) == ([scene.guides[0].id], [scene.guides[1].id])
    assert pending(kept) == []
    assert db.session.execute(select(DayOff)).first() is None
    assert not can_undo_sick(db.session(), scene.guides[0].id, later)
    with pytest.raises(TooLate):
        undo_sick(scene.guides[0].id, now=later, actor="account:7")


def test_after_some_minutes_it_stands() -> None:
    scene = Scene(1)
    report_sick(scene.guides[0].id, now=NOW, actor="account:7")
    assert not can_undo_sick(db.session(), scene.guides[0].id, NOW + UNDO_FOR)
    with pytest.raises(TooLate):
        undo_sick(scene.guides[0].id, now=NOW + UNDO_FOR, actor="account:7")


def test_coming_after_all_leaves_a_day_off_that_was_planned() -> None:
    scene = Scene(1)
    make_day_off(scene.guides[0], NOW.date())
    report_sick(scene.guides[0].id, now=NOW, actor="account:7")
    undo_sick(scene.guides[0].id, now=NOW, actor="account:7")
    assert db.session.execute(select(DayOff.reason)).scalars().all() == [""]
