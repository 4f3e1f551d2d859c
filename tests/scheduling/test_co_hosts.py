"""A partner's guide comes along: the time is taken, the event stays its host's, and goes when the partner withdraws."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from booking.attendance.queries import accounts_giving
from booking.bookings.services.reschedule import move_event
from booking.db import db
from booking.guiding.queries.tours import tours_between, tours_to_count
from booking.guiding.services.sick import report_sick
from booking.notices.models import Notice
from booking.scheduling.models import Guide
from booking.scheduling.queries.desk import desk_event
from booking.scheduling.services.assign import assign_guide, unassign
from booking.scheduling.services.co_hosts import GuideUnfit, set_co_host
from booking.scheduling.services.cover import ask_for_cover
from booking.scheduling.services.partners import take_back, withdraw
from booking.scheduling.terms import Apart, HostTaken, NotJoint, PartnerOvertaken, Reason, UnknownEvent
from tests.builders import NOW, make_assignment, make_event, make_guide, make_offering
from tests.scheduling.joint import BOSS, STARTS, Joint, busy, make_joint

pytestmark = pytest.mark.usefixtures("app")


def agreed(max_events_per_day: int | None = None) -> tuple[Joint, Guide]:
    """Nairobi takes part and has a guide."""
    joint = make_joint()
    joint.agree()
    return joint, make_guide(joint.nairobi, hours=(0, 1440), max_events_per_day=max_events_per_day)


def test_a_guide_of_the_partner_comes_along_and_the_event_stays_its_hosts() -> None:
    joint, guide = agreed()
    set_co_host(joint.deed(), guide.code)
    assert busy(joint.event) == {joint.host.code: False, guide.code: True}
    event = desk_event(db.session(), joint.event.code)
    assert event is not None
    assert [one.code for one in event.guides] == [joint.host.code]
    assert [one.code for one in joint.partner().co_hosts] == [guide.code]


def test_the_guide_sees_it_but_neither_counts_the_people_nor_asks_for_cover() -> None:
    joint, guide = agreed()
    set_co_host(joint.deed(), guide.code)
    span = STARTS - timedelta(days=1), STARTS + timedelta(days=1)
    (tour,) = tours_between(db.session(), guide.id, *span)
    assert (tour.code, tour.is_co_host) == (joint.event.code, True)
    assert [one.is_co_host for one in tours_between(db.session(), joint.host.id, *span)] == [False]
    over = STARTS + timedelta(hours=3)
    assert tours_to_count(db.session(), guide.id, STARTS, over) == []
    assert tours_to_count(db.session(), joint.host.id, STARTS, over) == [joint.event.id]
    assert accounts_giving(db.session(), joint.event.id) == frozenset()
    with pytest.raises(UnknownEvent):
        ask_for_cover(joint.event.code, guide.id, now=NOW, actor=BOSS)


def test_the_time_is_taken() -> None:
    joint, guide = agreed()
    set_co_host(joint.deed(), guide.code)
    own = make_event(make_offering(joint.nairobi), STARTS + timedelta(minutes=30))
    with pytest.raises(HostTaken):
        assign_guide(own.code, guide.code, now=NOW, actor=BOSS)


def test_who_is_busy_or_speaks_another_language_cannot_come_along() -> None:
    joint, guide = agreed()
    make_assignment(guide, make_event(make_offering(joint.nairobi), STARTS + timedelta(minutes=30)))
    mute = make_guide(joint.nairobi, "sw", hours=(0, 1440))
    for one, reason in ((guide, Reason.EVENT), (mute, Reason.LANGUAGE)):
        with pytest.raises(GuideUnfit) as refused:
            set_co_host(joint.deed(), one.code)
        assert [unfit.reason for unfit in refused.value.reasons] == [reason]
    assert busy(joint.event) == {joint.host.code: False}


def test_the_limits_of_the_guide_hold() -> None:
    joint, guide = agreed(max_events_per_day=1)
    make_assignment(guide, make_event(make_offering(joint.nairobi), STARTS - timedelta(hours=5)))
    with pytest.raises(GuideUnfit):
        set_co_host(joint.deed(), guide.code)


def test_only_a_partner_that_has_agreed_sends_one_of_its_own() -> None:
    joint = make_joint()
    joint.ask()
    guide, stranger = make_guide(joint.nairobi, hours=(0, 1440)), make_guide(joint.vienna, hours=(0, 1440))
    for station, code, why in (
        ("NBO", guide.code, Apart.NOT_AGREED),
        ("VIE", stranger.code, Apart.NOT_ASKED),
    ):
        with pytest.raises(NotJoint) as refused:
            set_co_host(joint.deed(station), code)
        assert refused.value.why is why
    joint.agree("VIE")
    with pytest.raises(NotJoint) as refused:
        set_co_host(joint.deed("VIE"), guide.code)
    assert refused.value.why is Apart.NOT_THEIRS


def test_another_guide_replaces_the_first_and_nobody_takes_both_away() -> None:
    joint, first = agreed()
    second = make_guide(joint.nairobi, hours=(0, 1440))
    for code, along in ((first.code, [first.code]), (second.code, [second.code]), ("", [])):
        set_co_host(joint.deed(), code)
        assert [code for code, is_co_host in busy(joint.event).items() if is_co_host] == along


def test_of_two_who_send_somebody_one_does() -> None:
    joint, first = agreed()
    second, seen = make_guide(joint.nairobi, hours=(0, 1440)), joint.partner().version
    set_co_host(joint.deed(seen=seen), first.code)
    with pytest.raises(PartnerOvertaken):
        set_co_host(joint.deed(seen=seen), second.code)
    assert first.code in busy(joint.event)


@pytest.mark.parametrize("end", [withdraw, take_back])
def test_who_withdraws_takes_the_guide_along(end: object) -> None:
    joint, guide = agreed()
    set_co_host(joint.deed(), guide.code)
    (withdraw if end is withdraw else take_back)(joint.deed(), "")
    assert busy(joint.event) == {joint.host.code: False}


def test_a_change_of_hosts_leaves_who_comes_along() -> None:
    joint, guide = agreed()
    set_co_host(joint.deed(), guide.code)
    other = make_guide(joint.leader, hours=(0, 1440))
    assign_guide(joint.event.code, other.code, now=NOW, actor=BOSS)
    assert busy(joint.event) == {other.code: False, guide.code: True}
    unassign(joint.event.code, now=NOW, actor=BOSS)
    assert busy(joint.event) == {guide.code: True}


def test_a_moved_event_goes_without_a_co_host_who_is_busy_then_and_with_one_who_is_free() -> None:
    joint, guide = agreed()
    set_co_host(joint.deed(), guide.code)
    move_event(joint.event.code, STARTS + timedelta(hours=1), now=NOW, actor=BOSS)
    assert guide.code in busy(joint.event)
    make_assignment(guide, make_event(make_offering(joint.nairobi), STARTS + timedelta(hours=4)))
    move_event(joint.event.code, STARTS + timedelta(hours=4), now=NOW, actor=BOSS)
    assert busy(joint.event) == {joint.host.code: False}


def test_a_co_host_who_is_ill_leaves_the_event_to_its_host() -> None:
    joint, guide = agreed()
    set_co_host(joint.deed(), guide.code)
    morning = STARTS - timedelta(hours=8)
    assert report_sick(guide.id, now=morning, actor=BOSS) == ()
    assert busy(joint.event) == {joint.host.code: False}
    set_co_host(joint.deed(), "")
    assert report_sick(joint.host.id, now=morning, actor=BOSS) == (joint.event.code,)
    assert busy(joint.event) == {}


def test_a_host_who_is_ill_leaves_the_co_host() -> None:
    joint, guide = agreed()
    set_co_host(joint.deed(), guide.code)
    report_sick(joint.host.id, now=STARTS - timedelta(hours=2), actor=BOSS)
    assert busy(joint.event) == {guide.code: True}


def test_the_guide_is_told_for_whom_to_come_along() -> None:
    joint, guide = agreed()
    guide.account_id = joint.desk["NBO"].id
    db.session.commit()
    set_co_host(joint.deed(), guide.code)
    (mail,) = db.session.scalars(select(Notice).where(Notice.kind == "guide_assigned"))
    assert mail.payload["is_co_host"] is True
