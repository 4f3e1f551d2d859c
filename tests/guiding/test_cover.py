"""A guide asks for cover: all who could are asked at once, the first has it, and the group notices nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from booking.accounts.models import AuditEntry
from booking.db import db
from booking.guiding.services.cover import ask_for_cover, withdraw_cover
from booking.guiding.services.notes import save_note
from booking.guiding.services.offers import accept
from booking.scheduling.models import Event
from booking.scheduling.queries.offers import asked_for_cover, pending_for, pending_offer
from booking.scheduling.services.assign import assign_guide
from booking.scheduling.services.offers import end_offers, offer_uncovered
from booking.scheduling.terms import OfferGone, OfferReason, OfferStatus, UnknownEvent
from tests.builders import NOW, make_assignment, make_booking, make_guide
from tests.scheduling.asked import Scene, givers, mails, make_person, offers_of, pending

pytestmark = pytest.mark.usefixtures("app")
DAY = timedelta(days=1)


def _given(scene: Scene) -> Event:
    event = scene.event()
    make_booking(event)
    assign_guide(event.code, scene.guides[0].code, now=NOW, actor="account:1")
    return event


def test_all_who_could_are_asked_at_once_and_the_guide_keeps_it_meanwhile() -> None:
    scene = Scene(3)
    make_guide(scene.station, "de")
    event = _given(scene)
    asked = ask_for_cover(event.code, scene.guides[0].id, now=NOW, actor="account:1", note="Two of them sign")
    colleagues = [guide.id for guide in scene.guides[1:]]
    assert (asked, [guide for guide, _ in offers_of(event)]) == (2, colleagues)
    assert givers(event) == [scene.guides[0].id]
    assert asked_for_cover(db.session(), [event.id]) == {event.id}
    (offer,) = pending_for(db.session(), colleagues[0], NOW)
    assert (offer.reason, offer.from_name, offer.note) == (OfferReason.COVER, "Guide 0", "Two of them sign")
    assert [mail.payload["offer"]["from"] for mail in mails("guide_offer")] == ["Guide 0", "Guide 0"]
    assert offer_uncovered(NOW) == 0


def test_the_first_who_accepts_has_it_the_others_hear_nothing_more_nor_does_the_group() -> None:
    scene = Scene(3)
    event = _given(scene)
    before = len(mails())
    ask_for_cover(event.code, scene.guides[0].id, now=NOW, actor="account:1")
    first, second = pending(event)
    accept(second, scene.guides[2].id, now=NOW, actor="account:3")
    assert givers(event) == [scene.guides[2].id]
    assert [status for _, status in offers_of(event)] == [OfferStatus.WITHDRAWN, OfferStatus.ACCEPTED]
    with pytest.raises(OfferGone):
        accept(first, scene.guides[1].id, now=NOW, actor="account:2")
    told = {mail.kind for mail in mails()[before - 1 :]}
    assert told == {"guide_assigned"}  # the others were unsent
    assert db.session.execute(select(Event.version).where(Event.id == event.id)).scalar() == 1


def test_the_guide_may_keep_it_after_all() -> None:
    scene = Scene(2)
    event = _given(scene)
    ask_for_cover(event.code, scene.guides[0].id, now=NOW, actor="account:1")
    (offer,) = pending(event)
    withdraw_cover(event.code, scene.guides[0].id, now=NOW, actor="account:1")
    with pytest.raises(OfferGone):
        accept(offer, scene.guides[1].id, now=NOW, actor="account:2")
    assert givers(event) == [scene.guides[0].id]
    actions = list(db.session.execute(select(AuditEntry.action).order_by(AuditEntry.id)).scalars())
    assert actions[-4:] == ["offer.make", "cover.ask", "offer.withdraw", "cover.withdraw"]


def test_cover_may_be_asked_for_again_and_only_those_are_asked_who_are_not_being_asked() -> None:
    scene = Scene(2)
    event = _given(scene)
    assert ask_for_cover(event.code, scene.guides[0].id, now=NOW, actor="account:1") == 1
    late, _ = make_person(scene.station)
    assert ask_for_cover(event.code, scene.guides[0].id, now=NOW, actor="account:1") == 1
    assert [guide for guide, _ in offers_of(event)] == [scene.guides[1].id, late.id]


def test_where_nobody_is_free_nobody_is_asked() -> None:
    scene = Scene(2)
    event = _given(scene)
    make_assignment(scene.guides[1], scene.event())
    assert ask_for_cover(event.code, scene.guides[0].id, now=NOW, actor="account:1") == 0
    assert offers_of(event) == []


def test_only_the_guide_of_an_event_that_is_to_come_may_ask() -> None:
    scene = Scene(2)
    event = _given(scene)
    for code, guide, now in (
        (event.code, scene.guides[1].id, NOW),
        ("VIE-NONE", scene.guides[0].id, NOW),
        (event.code, scene.guides[0].id, event.starts_at),
    ):
        with pytest.raises(UnknownEvent):
            ask_for_cover(code, guide, now=now, actor="account:1")
        with pytest.raises(UnknownEvent):
            withdraw_cover(code, guide, now=now, actor="account:1")


def test_when_the_desk_gives_it_to_somebody_else_nobody_is_asked_any_more() -> None:
    scene = Scene(3)
    event = _given(scene)
    ask_for_cover(event.code, scene.guides[0].id, now=NOW, actor="account:1")
    assign_guide(event.code, scene.guides[1].code, now=NOW, actor="account:1")
    assert pending(event) == []


def test_cover_is_asked_for_until_the_event_begins() -> None:
    scene = Scene(2)
    event = _given(scene)
    ask_for_cover(event.code, scene.guides[0].id, now=NOW, actor="account:1")
    assert end_offers(event.starts_at - timedelta(seconds=1)) == 0
    assert end_offers(event.starts_at) == 1


def test_a_colleague_sees_what_stands_in_the_way() -> None:
    scene = Scene(2)
    event = _given(scene)
    ask_for_cover(event.code, scene.guides[0].id, now=NOW, actor="account:1")
    own = scene.event(event.ends_at + timedelta(minutes=10))
    make_assignment(scene.guides[1], own)
    offer = pending_offer(db.session(), pending(event)[0], NOW)
    assert offer is not None
    assert offer.clash is not None
    assert (offer.clash.code, offer.clash.starts_at, offer.clash.pause_min) == (own.code, own.starts_at, 15)


def test_a_note_about_the_group_is_kept_by_whoever_gives_the_event_and_by_nobody_else() -> None:
    scene = Scene(2)
    event = _given(scene)
    save_note(event.code, scene.guides[0].id, "They have met before", seen="", now=NOW, actor="account:1")
    with pytest.raises(UnknownEvent):
        save_note(event.code, scene.guides[1].id, "Mine", seen="", now=NOW, actor="account:2")
    assert db.session.execute(select(Event.guide_note)).scalar() == "They have met before"
    row = db.session.execute(select(AuditEntry).where(AuditEntry.action == "event.note")).scalar_one()
    assert row.after == {"has_note": True}
