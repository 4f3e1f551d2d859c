"""What guides are told of their events: each thing once, with a calendar entry that follows."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import current_app
from icalendar import Calendar
from sqlalchemy import update

from booking.bookings.closing import ClosureWish
from booking.bookings.services.book import book
from booking.bookings.services.cancel import cancel
from booking.bookings.services.change import move
from booking.bookings.services.expire import end_holds, end_requests
from booking.bookings.services.hold import hold
from booking.bookings.services.reschedule import move_event
from booking.catalogue.terms import Format, Kind
from booking.db import transaction
from booking.notices.mail import compose
from booking.notices.models import Notice
from booking.notices.terms import Claimed, NoticeState
from booking.scheduling.services.assign import assign_guide, unassign
from booking.scheduling.services.telling import tell_guides
from booking.scheduling.terms import ClosureType, HostRole
from tests.bookings.closing import close
from tests.bookings.test_book import TEN_IN_VIENNA, at, wish
from tests.builders import NOW, make_booking, make_event, make_guide, make_offering
from tests.scheduling.asked import Scene, mails, make_person

pytestmark = pytest.mark.usefixtures("app")
DAY = timedelta(days=1)


def told() -> list[tuple[str, str, int]]:
    """Kind, method and SEQUENCE of the mails to guides that are still to be sent."""
    return [
        (mail.kind, mail.payload["calendar"]["method"], mail.payload["calendar"]["sequence"])
        for mail in mails()
        if mail.kind.startswith("guide_")
    ]


def send() -> None:
    """Everything that waits is sent."""
    with transaction() as session:
        waiting = update(Notice).where(Notice.state == NoticeState.QUEUED)
        session.execute(waiting.values(state=NoticeState.SENT, sent_at=NOW, attempts=1))


def test_who_is_given_an_event_gets_an_invitation_from_whoever_loses_it_it_is_taken() -> None:
    scene = Scene(2)
    event = scene.event()
    assign_guide(event.code, scene.guides[0].code, now=NOW, actor="account:1")
    assert told() == [("guide_assigned", "REQUEST", 2)]
    send()
    assign_guide(event.code, scene.guides[1].code, now=NOW, actor="account:1")
    assert told() == [("guide_released", "CANCEL", 3), ("guide_assigned", "REQUEST", 2)]
    assert [mail.recipient for mail in mails()] == [account.email for account in scene.accounts]
    first, second = (mail.payload["calendar"]["uid"] for mail in mails())
    assert first != second


def test_a_new_time_is_an_invitation_with_the_same_uid_and_a_higher_sequence() -> None:
    scene = Scene(1)
    event = scene.event()
    assign_guide(event.code, scene.guides[0].code, now=NOW, actor="account:1")
    (before,) = mails()
    send()
    move_event(event.code, event.starts_at + DAY, now=NOW, actor="account:1")
    (after,) = mails()
    assert told() == [("guide_moved", "REQUEST", 4)]
    assert after.payload["calendar"]["uid"] == before.payload["calendar"]["uid"]
    assert after.payload["before"] == {"starts_at": before.payload["starts_at"]}


def test_an_invitation_that_is_still_unsent_is_written_anew_and_called_no_move() -> None:
    scene = Scene(1)
    event = scene.event()
    assign_guide(event.code, scene.guides[0].code, now=NOW, actor="account:1")
    move_event(event.code, event.starts_at + DAY, now=NOW, actor="account:1")
    assert told() == [("guide_assigned", "REQUEST", 4)]


def test_an_invitation_that_is_still_unsent_is_taken_back_without_a_word() -> None:
    scene = Scene(1)
    event = scene.event()
    assign_guide(event.code, scene.guides[0].code, now=NOW, actor="account:1")
    unassign(event.code, now=NOW, actor="account:1")
    assert mails() == []


def test_an_invitation_that_may_have_left_is_followed_by_its_cancellation() -> None:
    scene = Scene(1)
    event = scene.event()
    assign_guide(event.code, scene.guides[0].code, now=NOW, actor="account:1")
    with transaction() as session:
        session.execute(update(Notice).values(state=NoticeState.SENDING, claimed_by="w", attempts=1))
    unassign(event.code, now=NOW, actor="account:1")
    assert told() == [("guide_released", "CANCEL", 3)]


def test_a_cancellation_goes_to_the_address_that_was_invited() -> None:
    scene = Scene(1)
    event = scene.event()
    invited = scene.accounts[0].email
    assign_guide(event.code, scene.guides[0].code, now=NOW, actor="account:1")
    send()
    with transaction() as session:
        session.execute(update(type(scene.accounts[0])).values(email="other@example.org"))
    unassign(event.code, now=NOW, actor="account:1")
    assert [mail.recipient for mail in mails()] == [invited]


def test_a_guide_without_an_account_is_told_nothing() -> None:
    scene = Scene(0)
    event, guide = scene.event(), make_guide(scene.station)
    assign_guide(event.code, guide.code, now=NOW, actor="account:1")
    assert mails() == []


def test_what_is_known_is_not_told_again() -> None:
    scene = Scene(1)
    event = scene.event()
    for _ in range(2):
        assign_guide(event.code, scene.guides[0].code, now=NOW, actor="account:1")
        with transaction() as session:
            tell_guides(session, [event.id], NOW)
    assert told() == [("guide_assigned", "REQUEST", 2)]


def test_the_sequence_never_falls_and_no_uid_comes_twice_whatever_happens_to_an_event() -> None:
    scene = Scene(2)
    event = scene.event()
    one, two = (guide.code for guide in scene.guides)
    steps: list[Callable[[], object]] = [
        lambda: assign_guide(event.code, one, now=NOW, actor="desk"),
        lambda: move_event(event.code, event.starts_at + DAY, now=NOW, actor="desk"),
        lambda: assign_guide(event.code, two, now=NOW, actor="desk"),
        lambda: assign_guide(event.code, one, now=NOW, actor="desk"),
        lambda: move_event(event.code, event.starts_at + 2 * DAY, now=NOW, actor="desk"),
        lambda: unassign(event.code, now=NOW, actor="desk"),
        lambda: assign_guide(event.code, one, now=NOW, actor="desk"),
    ]
    seen: dict[str, list[tuple[int, str, str]]] = {}
    for step in steps:
        step()
        for mail in mails():
            calendar = mail.payload["calendar"]
            entry = (calendar["sequence"], calendar["method"], mail.recipient)
            seen.setdefault(calendar["uid"], []).append(entry)
        send()
    assert len(seen) == 4  # assignments
    for entries in seen.values():
        sequences = [sequence for sequence, _, _ in entries]
        assert sequences == sorted(set(sequences))
        assert len({recipient for _, _, recipient in entries}) == 1
        assert [method for _, method, _ in entries[:-1]] == ["REQUEST"] * (len(entries) - 1)
    assert sum(entries[-1][1] == "CANCEL" for entries in seen.values()) == 3


# What happens to a group's event.
def _booked(scene: Scene) -> str:
    request = wish(offering=scene.offering.code, starts=at(TEN_IN_VIENNA), language="en")
    return book(request, key="a", now=NOW).reference


def test_a_group_that_books_an_open_slot_gives_its_guide_an_event_and_takes_it_when_it_cancels() -> None:
    scene = Scene(1)
    reference = _booked(scene)
    assert told() == [("guide_assigned", "REQUEST", 2)]
    assert {mail.kind for mail in mails()} == {"guide_assigned", "booking_confirmed"}
    send()
    cancel(reference, now=NOW)
    assert told() == [("guide_released", "CANCEL", 5)]
    assert mails("guide_released")[0].payload["is_cancelled"]


def test_a_group_that_moves_to_another_slot_takes_one_event_from_the_guide_and_gives_another() -> None:
    scene = Scene(1)
    reference = _booked(scene)
    send()
    move(reference, wish(offering=scene.offering.code, starts=at(TEN_IN_VIENNA + DAY), language="en"), now=NOW)
    assert sorted(told()) == [("guide_assigned", "REQUEST", 2), ("guide_released", "CANCEL", 5)]


def test_a_hold_tells_nobody_and_its_booking_does_with_the_number_that_comes() -> None:
    scene = Scene(1)
    request = wish(offering=scene.offering.code, starts=at(TEN_IN_VIENNA), language="en", size=9)
    kept = hold(request, now=NOW)
    assert mails() == []
    book(wish(event="", offering=scene.offering.code, language="en", size=12), key="a", now=NOW, hold=kept.reference)
    assert told() == [("guide_assigned", "REQUEST", 2)]
    assert mails("guide_assigned")[0].payload["size"] == 12


def test_a_hold_that_ends_tells_nobody() -> None:
    scene = Scene(1)
    hold(wish(offering=scene.offering.code, starts=at(TEN_IN_VIENNA), language="en"), now=NOW)
    end_holds(NOW + timedelta(minutes=10))
    assert mails() == []


def test_a_request_that_expires_gives_its_speaker_the_time_back() -> None:
    scene = Scene(0)
    make_person(scene.station, role=HostRole.SPEAKER)
    briefing = make_offering(scene.station, kind=Kind.BRIEFING, lead_working_days=5)
    request = wish(offering=briefing.code, starts=at(TEN_IN_VIENNA), language="en", theme="refugees")
    book(request, key="a", now=NOW)
    assert told() == [("guide_assigned", "REQUEST", 2)]
    send()
    end_requests(TEN_IN_VIENNA - timedelta(hours=1))
    assert told() == [("guide_released", "CANCEL", 5)]


def test_a_closure_tells_the_guides_of_what_it_hits() -> None:
    scene = Scene(1)
    event = make_event(make_offering(scene.station, format=Format.IN_PERSON))
    make_booking(event)
    assign_guide(event.code, scene.guides[0].code, now=NOW, actor="account:1")
    send()
    day = event.starts_on
    close(ClosureWish("VIE", ClosureType.PREMISES_CLOSED, day, day, NOW.date(), message="A pipe has burst."))
    assert told() == [("guide_moved", "REQUEST", 4)]


def test_what_is_over_is_told_to_nobody() -> None:
    scene = Scene(1)
    event = scene.event(datetime(2026, 11, 20, 9, 0, tzinfo=UTC))
    assign_guide(event.code, scene.guides[0].code, now=NOW, actor="account:1")
    assert mails() == []


def test_the_mail_carries_one_attendee_and_the_clocks_of_the_guides_home() -> None:
    scene = Scene(1)
    event = scene.event()
    assign_guide(event.code, scene.guides[0].code, now=NOW, actor="account:1")
    (mail,) = mails()
    fields = ("id", "kind", "recipient", "locale", "payload", "message_id", "attempts", "due_at")
    claimed = Claimed(**{name: getattr(mail, name) for name in fields}, worker_id="test")
    written = compose(claimed, current_app.extensions["booking.settings"], NOW).message
    part = next(part for part in written.walk() if part.get_content_type() == "text/calendar")
    calendar = Calendar.from_ical(part.get_content())
    (entry,) = calendar.walk("VEVENT")
    assert entry["ATTENDEE"] == f"mailto:{scene.accounts[0].email}"
    assert entry["UID"] == f"guide-assignment-{mail.subject.partition(':')[2]}@localhost"
    assert entry["DTSTART"].params["TZID"] == "Europe/Vienna"
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Vienna"]
    assert "link in the mail" not in str(entry.get("DESCRIPTION", ""))


def test_no_mail_to_a_group_names_its_guide() -> None:
    scene = Scene(1)
    _booked(scene)
    (mail,) = mails("booking_confirmed")
    assert "Guide 0" not in str(mail.payload)
    assert scene.accounts[0].email not in str(mail.payload)
