"""The desk writes to the groups of events: each reads it once, in its language, with what is its own filled in."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from booking.accounts.models import AuditEntry
from booking.bookings.models import DeskMessage
from booking.bookings.services.write_groups import (
    Draft,
    Overtaken,
    Text,
    recipients,
    write_to_groups,
    written_to,
)
from booking.bookings.terms import BookingStatus
from booking.db import db
from booking.notices import letters
from booking.notices.models import Notice
from booking.notices.terms import Claimed
from booking.scheduling.models import Event
from tests.builders import NOW, make_booking, make_event, make_offering, make_organisation, make_station

pytestmark = pytest.mark.usefixtures("app")
DESK = "account:1"
ENGLISH = {"en": Text("Your tour, {time}", "Dear {name} of {organisation},\ncome to {title}. {reference}")}


@pytest.fixture
def event() -> Event:
    """Three groups are in it, one of them in line; one has cancelled."""
    event = make_event(make_offering(make_station()), capacity=300)
    make_booking(event)
    make_booking(event, contact_locale="fr")
    make_booking(event, status=BookingStatus.WAITING, waiting_since=NOW)
    make_booking(event, status=BookingStatus.CANCELLED_BY_GROUP)
    return event


def draft(*events: Event, **values: object) -> Draft:
    """A message to the groups of these events."""
    return Draft(**{"texts": ENGLISH, "events": frozenset(one.id for one in events), **values})  # type: ignore[arg-type]


def write(message: Draft, state: str = "", actor: str = DESK) -> int:
    """Send it."""
    return write_to_groups(message, state=state, now=NOW, actor=actor)


def mails() -> list[Notice]:
    """What is to be sent."""
    return list(db.session.scalars(select(Notice).order_by(Notice.id)))


def letter_of(notice: Notice) -> letters.Letter:
    """What somebody reads."""
    held = Claimed(
        notice.id, notice.kind, notice.recipient, notice.locale, notice.payload, notice.message_id, 1, NOW, "test"
    )
    return letters.letter(held)


def test_each_group_with_a_place_reads_it_with_what_is_its_own(event: Event) -> None:
    seen = recipients(draft(event))
    assert (len(seen.groups), seen.told, seen.without_address) == (2, 0, 0)
    assert dict(seen.locales) == {"en": 1, "fr": 1}
    assert write(draft(event), seen.state) == 2
    written = letter_of(mails()[0])
    assert written.subject == "Your tour, Mon 14 Dec, 18:00 in Seoul"
    assert "Dear Ada Invented of Inventedford School" in written.text
    assert mails()[0].payload["reference"] in written.text


def test_those_in_line_read_it_where_the_desk_says_so(event: Event) -> None:
    assert write(draft(event, in_line=True)) == 3


def test_each_reads_its_language_where_the_desk_wrote_in_it_else_english(event: Event) -> None:
    french = {**ENGLISH, "fr": Text("Votre visite", "Bonjour {name}")}
    write(draft(event, texts=french))
    assert [(one.locale, one.payload["written"]["subject"]) for one in mails()] == [
        ("en", "Your tour, {time}"),
        ("fr", "Votre visite"),
    ]
    write(draft(event, texts={"en": Text("Something else", "for all")}))
    assert [one.locale for one in mails()[2:]] == ["en", "en"]


def test_sent_again_it_writes_to_nobody_whoever_sends_it(event: Event) -> None:
    seen = recipients(draft(event))
    assert write(draft(event), seen.state) == 2
    assert write(draft(event), seen.state) == 0
    assert write(draft(event), recipients(draft(event)).state, actor="account:2") == 0
    assert len(mails()) == 2
    assert len(db.session.scalars(select(DeskMessage)).all()) == 1


def test_who_comes_later_reads_it_when_it_is_sent_once_more(event: Event) -> None:
    write(draft(event))
    late = make_booking(event)
    seen = recipients(draft(event))
    assert ([one.reference for one in seen.groups], seen.told) == ([late.reference], 2)
    assert write(draft(event), seen.state) == 1
    assert [one.groups for one in written_to(db.session(), event.id)] == [3]


def test_nobody_reads_it_whom_the_desk_did_not_see(event: Event) -> None:
    seen = recipients(draft(event))
    make_booking(event)
    with pytest.raises(Overtaken):
        write(draft(event), seen.state)
    assert mails() == []
    assert db.session.scalars(select(DeskMessage)).all() == []


def test_a_group_in_several_of_the_events_reads_it_once_about_the_first() -> None:
    offering, school = make_offering(make_station()), make_organisation()
    first = make_event(offering)
    second = make_event(offering, first.starts_at + timedelta(days=1))
    for event in (second, first):
        make_booking(event, school, contact_email="ada@example.org")
    assert write(draft(first, second)) == 1
    assert mails()[0].payload["starts_at"] == first.starts_at.isoformat()


def test_who_has_no_address_is_counted_for_the_desk_to_call(event: Event) -> None:
    make_booking(event, contact_email="", contact_phone="+43 1 0000")
    assert recipients(draft(event)).without_address == 1
    assert write(draft(event)) == 2


def test_it_stays_in_the_history_of_the_event_and_of_each_booking(event: Event) -> None:
    write(draft(event))
    (kept,) = written_to(db.session(), event.id)
    assert (kept.actor, kept.groups, kept.texts) == (DESK, 2, ENGLISH)
    lines = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [line.action for line in lines] == ["event.message", "booking.message", "booking.message"]
    assert lines[0].after == {"message": kept.id, "groups": 2}
    assert "Dear" not in str([line.after for line in lines])
