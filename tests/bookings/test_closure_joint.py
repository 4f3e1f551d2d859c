"""Closures and joint events: partners and who comes along go where the groups go, come back by undo, and are told."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from booking import clock
from booking.accounts.models import Account, AuditEntry
from booking.accounts.terms import Role
from booking.bookings.closing import Declared
from booking.bookings.closing_terms import Choice
from booking.bookings.services.closure_undo import undo
from booking.catalogue.models import Station
from booking.catalogue.terms import Format
from booking.db import db
from booking.loading.invariants import breaches
from booking.notices.letters import Letter, letter
from booking.notices.models import Notice
from booking.scheduling.models import Assignment, Event, EventPartner, Guide
from booking.scheduling.services.co_hosts import set_co_host
from booking.scheduling.services.partners import Deed, answer, ask_partners
from booking.scheduling.terms import EventStatus, LeftOut, PartnerState
from tests.bookings.closing import WISH, close
from tests.bookings.test_book import TEN_IN_VIENNA
from tests.builders import (
    NOW,
    make_assignment,
    make_booking,
    make_day_off,
    make_event,
    make_guide,
    make_offering,
    make_station,
)
from tests.notices.letters_of_all_kinds import claimed
from tests.scheduling.joint import busy
from tests.signing_in import make_account, sign_in

pytestmark = pytest.mark.usefixtures("app")
BOTH = replace(WISH, blocks_formats=("in-person", "hybrid"))
LATER = NOW + timedelta(hours=1)
FORMAT, OFF = "Joint event in another format", "Joint event called off"


@dataclass(frozen=True)
class Together:
    """A visit on site and online that Vienna leads, and Nairobi's guide comes along to."""

    event: Event
    host: Guide
    along: Guide
    leader: Account
    """Of Vienna's desk, who closes it."""
    desk: Account
    """Of Nairobi's."""

    def close(self, **values: object) -> Declared:
        """Vienna stops what is on site, in part at least."""
        return close(BOTH, **{"actor": f"account:{self.leader.id}", **values})

    def told(self) -> list[str]:
        """What Nairobi's desk has been told of the event since it agreed: subjects without their time."""
        return [one.subject.partition(":")[0] for one in letters("partner_event", self.desk)]

    def now(self) -> Event:
        """The event in which Nairobi takes part by now, read afresh."""
        db.session.expire_all()
        row = db.session.execute(select(EventPartner)).scalar_one()
        assert row.state is PartnerState.AGREED
        return db.session.get_one(Event, row.event_id)


def letters(kind: str, reader: Account) -> list[Letter]:
    """The mails of that kind to somebody, in order."""
    mine = (Notice.kind == kind, Notice.recipient == reader.email)
    told = db.session.scalars(select(Notice.payload).where(*mine).order_by(Notice.id)).all()
    return [letter(claimed(kind, payload=one)) for one in told]


@pytest.fixture
def together(app: Flask) -> Together:  # noqa: ARG001  the database is there first
    vienna, nairobi = make_station(), make_station("NBO")
    make_offering(vienna)
    event = make_event(make_offering(vienna, format=Format.HYBRID), TEN_IN_VIENNA)
    host, along = make_guide(vienna), make_guide(nairobi, hours=(0, 1440))
    make_assignment(host, event)
    make_booking(event, size=20)
    leader, desk = (make_account(Role.COORDINATOR, code) for code in ("VIE", "NBO"))
    deed = Deed(event.code, "NBO", NOW, "command")
    ask_partners(event.code, ["NBO"], "", now=NOW, actor="command")
    answer(deed, agrees=True, note="")
    set_co_host(deed, along.code)
    return Together(event, host, along, leader, desk)


def test_what_goes_online_takes_its_partner_and_its_guide_along_and_back(together: Together) -> None:
    held = select(Assignment.id).where(Assignment.guide_id == together.along.id)
    before = db.session.scalars(held).all()
    done = together.close()
    online = together.now()
    assert (online.format, online.starts_at, online.id != together.event.id) == (
        Format.VIRTUAL_LIVE,
        TEN_IN_VIENNA,
        True,
    )
    assert busy(online) == {together.host.code: False, together.along.code: True}
    assert together.told() == [FORMAT]
    assert list(breaches(db.session(), NOW)) == []
    undone = undo(done.operation, now=LATER, actor=f"account:{together.leader.id}")
    assert undone.left_out == ()
    assert together.now().id == together.event.id
    assert busy(together.event) == {together.host.code: False, together.along.code: True}
    assert db.session.scalars(held).all() == before
    assert together.told() == [FORMAT, FORMAT]


@pytest.mark.parametrize("is_free", [True, False])
def test_what_is_moved_takes_a_guide_along_who_is_free_then(together: Together, is_free: bool) -> None:  # noqa: FBT001
    first_after = date(2027, 1, 4)
    if not is_free:
        make_day_off(together.along, first_after)
    together.close(choices={together.event.code: Choice.MOVE})
    moved = together.now()
    assert (moved.starts_on, moved.format) == (first_after, Format.HYBRID)
    assert busy(moved) == {together.host.code: False, **({together.along.code: True} if is_free else {})}
    assert together.told() == ["Joint event moved"]
    left = AuditEntry.action == "partner.guide", AuditEntry.subject == f"event:{moved.code}"
    trail = [
        (before["guides"], after["guides"])
        for before, after in db.session.execute(select(AuditEntry.before, AuditEntry.after).where(*left))
    ]
    assert trail == ([] if is_free else [([together.along.code], [])])


def test_what_is_called_off_frees_the_guide_and_comes_back_with_it(together: Together) -> None:
    done = together.close(choices={together.event.code: Choice.CANCEL})
    assert (together.now().status, busy(together.event), together.told()) == (EventStatus.CANCELLED, {}, [OFF])
    assert undo(done.operation, now=LATER, actor=f"account:{together.leader.id}").left_out == ()
    assert busy(together.event) == {together.host.code: False, together.along.code: True}
    assert together.told() == [OFF, "Joint event takes place after all"]


def test_undo_leaves_out_and_names_a_guide_who_is_not_free_any_more(app: Flask, together: Together) -> None:
    done = together.close(choices={together.event.code: Choice.CANCEL})
    make_day_off(together.along, TEN_IN_VIENNA.date())
    undone = undo(done.operation, now=LATER, actor=f"account:{together.leader.id}")
    assert undone.left_out == (LeftOut(together.event.code, together.along.code),)
    assert busy(together.now()) == {together.host.code: False}
    desk = sign_in(app.test_client(), together.leader)
    page = desk.get(f"/desk/closures/operations/{done.operation}").text
    assert f"{together.event.code}: {together.along.code} does not come along any more." in page


def test_undo_takes_back_what_the_partner_has_changed_since(together: Together) -> None:
    done = together.close()
    other = make_guide(db.session.get_one(Station, together.along.station_id), hours=(0, 1440))
    set_co_host(Deed(together.now().code, "NBO", LATER, "command"), other.code)
    undo(done.operation, now=LATER, actor=f"account:{together.leader.id}")
    assert busy(together.now()) == {together.host.code: False, other.code: True}


def test_a_partner_that_is_closed_takes_part_all_the_same_and_the_leader_is_told(
    app: Flask, together: Together
) -> None:
    in_vienna = sign_in(app.test_client(), together.leader)
    page = f"/desk/events/{together.event.code}"
    with clock.frozen(NOW):
        assert "The premises are closed then." not in in_vienna.get(page).text
        close(replace(WISH, station="NBO"), answer_by=None, actor=f"account:{together.desk.id}")
        assert busy(together.now()) == {together.host.code: False, together.along.code: True}
        text = " ".join(letters("partner_answered", together.leader)[-1].text.split())
        assert "Nairobi takes part in this event, and its premises are closed then." in text
        assert "The heating is out." in text
        in_nairobi = sign_in(app.test_client(), together.desk)
        for desk in (in_vienna, in_nairobi):
            assert "The premises are closed then. The heating is out." in desk.get(page).text
