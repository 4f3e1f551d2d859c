"""A guide accepts what is offered: the event is theirs, and a group that waited for a guide is booked."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from booking.accounts.models import AuditEntry
from booking.bookings.models import Booking
from booking.bookings.services.accept import confirm_waiting
from booking.bookings.services.book import book
from booking.bookings.services.hold import hold
from booking.bookings.terms import BookingStatus
from booking.catalogue.terms import Kind
from booking.db import db
from booking.guiding.jobs import offer_uncovered
from booking.guiding.services.offers import accept
from booking.notices.models import Notice
from booking.notices.terms import NoticeState
from booking.scheduling.models import Event
from booking.scheduling.services.assign import assign_guide
from booking.scheduling.services.offers import end_offers
from booking.scheduling.terms import EventStatus, HostRole, HostTaken, OfferGone, OfferStatus
from tests.bookings.test_book import TEN_IN_VIENNA, at, wish
from tests.builders import NOW, make_assignment, make_day_off, make_offering
from tests.scheduling.asked import Scene, givers, mails, make_person, offers_of, pending

pytestmark = pytest.mark.usefixtures("app")
DAY = timedelta(days=1)


def test_who_accepts_gives_the_event_and_is_invited() -> None:
    scene = Scene(2)
    event = scene.event()
    offer_uncovered(NOW)
    (offer,) = pending(event)
    assert accept(offer, scene.guides[0].id, now=NOW, actor="account:7") == event.code
    assert givers(event) == [scene.guides[0].id]
    assert offers_of(event) == [(scene.guides[0].id, OfferStatus.ACCEPTED)]
    assert [mail.kind for mail in mails("guide_assigned")] == ["guide_assigned"]
    row = db.session.execute(select(AuditEntry).where(AuditEntry.action == "event.assign")).scalar_one()
    assert (row.actor, row.after) == ("account:7", {"guides": [scene.guides[0].id]})


def test_an_offer_that_has_run_out_was_answered_or_is_anothers_gives_nothing() -> None:
    scene = Scene(2)
    event = scene.event()
    offer_uncovered(NOW)
    (offer,) = pending(event)
    mine, other = (guide.id for guide in scene.guides)
    for guide, now in ((other, NOW), (mine, NOW + DAY), (mine, event.ends_at)):
        with pytest.raises(OfferGone):
            accept(offer, guide, now=now, actor="account:1")
    assert givers(event) == []
    accept(offer, mine, now=NOW, actor="account:1")
    with pytest.raises(OfferGone):
        accept(offer, mine, now=NOW, actor="account:1")
    end_offers(NOW + DAY)
    with pytest.raises(OfferGone):
        accept(999_999, mine, now=NOW, actor="account:1")


def test_who_has_another_event_then_is_refused_and_may_still_answer() -> None:
    scene = Scene(1)
    event = scene.event()
    offer_uncovered(NOW)
    make_assignment(scene.guides[0], scene.event(event.starts_at + timedelta(minutes=70)))
    with pytest.raises(HostTaken):
        accept(pending(event)[0], scene.guides[0].id, now=NOW, actor="account:1")
    assert offers_of(event) == [(scene.guides[0].id, OfferStatus.PENDING)]


def _asked_for(scene: Scene, **values: Any) -> str:  # noqa: ANN401  columns of an offering
    """A group asks for an open slot for which nobody is free."""
    offering = make_offering(scene.station, **values) if values else scene.offering
    request = wish(offering=offering.code, starts=at(TEN_IN_VIENNA), language="en", theme="refugees")
    return book(request, key="a", now=NOW).reference


def _event() -> Event:
    return db.session.execute(select(Event).execution_options(populate_existing=True)).scalar_one()


def _booking(reference: str) -> Booking:
    statement = select(Booking).where(Booking.reference == reference)
    return db.session.execute(statement.execution_options(populate_existing=True)).scalar_one()


def test_a_tour_that_waited_for_nothing_but_a_guide_is_booked_and_the_group_told() -> None:
    scene = Scene(0)
    reference = _asked_for(scene)
    assert (_booking(reference).status, _event().status) == (BookingStatus.REQUESTED, EventStatus.PLANNED)
    guide, _ = make_person(scene.station)
    offer_uncovered(NOW)
    accept(pending(_event())[0], guide.id, now=NOW, actor="account:1")
    booking = _booking(reference)
    assert (booking.status, _event().status) == (BookingStatus.CONFIRMED, EventStatus.OPEN)
    assert (booking.answer_by, booking.invited) == (None, True)
    (mail,) = mails("booking_confirmed")
    assert mail.payload["calendar"]["method"] == "REQUEST"
    withdrawn = select(Notice.kind).where(Notice.state == NoticeState.WITHDRAWN)
    assert set(db.session.execute(withdrawn).scalars()) == {"booking_requested", "guide_offer"}  # unsent, and answered


def test_a_briefing_with_a_speaker_is_still_decided_by_a_person() -> None:
    scene = Scene(0)
    reference = _asked_for(scene, kind=Kind.BRIEFING)
    speaker, _ = make_person(scene.station, role=HostRole.SPEAKER)
    offer_uncovered(NOW)
    accept(pending(_event())[0], speaker.id, now=NOW, actor="account:1")
    assert (_booking(reference).status, _event().status) == (BookingStatus.REQUESTED, EventStatus.OPEN)


def test_a_tour_that_the_desk_or_a_roster_gave_a_guide_is_booked_by_the_worker() -> None:
    scene = Scene(0)
    reference = _asked_for(scene)
    guide, _ = make_person(scene.station)
    assert confirm_waiting(NOW) == 0
    assign_guide(_event().code, guide.code, now=NOW, actor="account:1")
    assert (confirm_waiting(NOW), confirm_waiting(NOW)) == (1, 0)
    assert _booking(reference).status is BookingStatus.CONFIRMED
    assert len(mails("booking_confirmed")) == 1


def test_what_a_group_only_holds_is_offered_to_nobody_yet() -> None:

    scene = Scene(0)
    kept = hold(wish(offering=scene.offering.code, starts=at(TEN_IN_VIENNA), language="en"), now=NOW)
    make_person(scene.station)
    assert _event().status is EventStatus.PLANNED
    assert offer_uncovered(NOW) == 0
    request = wish(event="", offering=scene.offering.code, language="en")
    book(request, key="a", now=NOW, hold=kept.reference)
    assert offer_uncovered(NOW) == 1


def test_a_guide_who_has_the_day_off_by_now_may_accept_all_the_same() -> None:
    scene = Scene(1)
    event = scene.event()
    offer_uncovered(NOW)
    make_day_off(scene.guides[0], event.starts_on)
    accept(pending(event)[0], scene.guides[0].id, now=NOW, actor="account:1")
    assert givers(event) == [scene.guides[0].id]
