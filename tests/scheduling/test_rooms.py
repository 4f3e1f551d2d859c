"""Where online events are held: their own address or their guide's standing room, and never two events in one room."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from booking.accounts.models import AuditEntry
from booking.bookings.services.book import book
from booking.bookings.services.cancel import cancel
from booking.bookings.services.reschedule import move_event
from booking.catalogue.terms import Format
from booking.db import db
from booking.notices.models import Notice
from booking.scheduling.models import Event, MeetingRoom, RoomUse
from booking.scheduling.queries.rooms import meeting_address, rooms_of
from booking.scheduling.services.assign import assign_guide, unassign
from booking.scheduling.services.rooms import remove_room, save_room
from booking.scheduling.terms import AddressTaken, AssignmentStatus, RoomTaken
from tests.bookings.test_book import TEN_IN_VIENNA, at, wish
from tests.builders import NOW, make_event, make_offering
from tests.scheduling.asked import Scene, givers

pytestmark = pytest.mark.usefixtures("app")
ZOOM, TEAMS, OTHER = "https://zoom.example.org/1", "https://teams.example.org/1", "https://zoom.example.org/2"


def address(event: Event) -> str | None:
    """Where the event is held."""
    return meeting_address(db.session(), [event.id]).get(event.id)


def uses() -> list[tuple[int, str]]:
    """Which event is in which room, in the order of the events."""
    joined = select(RoomUse.event_id, MeetingRoom.url).join(MeetingRoom, MeetingRoom.id == RoomUse.room_id)
    active = joined.where(RoomUse.status == AssignmentStatus.ACTIVE).order_by(RoomUse.event_id)
    return [(row.event_id, row.url) for row in db.session.execute(active)]


def _scene(guides: int = 1) -> Scene:
    """A guide with a room on each of two platforms."""
    scene = Scene(guides)
    save_room(scene.guides[0].id, "Zoom", ZOOM, now=NOW, actor="account:1")
    save_room(scene.guides[0].id, "Microsoft Teams", TEAMS, now=NOW, actor="account:1")
    return scene


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"platform": "Microsoft Teams"}, TEAMS),
        ({"platform": "microsoft teams"}, TEAMS),
        ({"platform": ""}, TEAMS),
        ({"platform": "Webex"}, None),
        ({"platform": "Webex", "meeting_url": "https://own.example.org/"}, "https://own.example.org/"),
        ({"format": Format.IN_PERSON}, None),
    ],
    ids=["its platform", "however written", "none named", "another platform", "its own address", "on site"],
)
def test_an_event_is_held_at_its_own_address_or_in_its_guides_room(values: dict[str, Any], where: str) -> None:
    scene = _scene()
    event = scene.event(**values)
    assign_guide(event.code, scene.guides[0].code, now=NOW, actor="account:1")
    assert address(event) == where
    assert uses() == ([(event.id, where)] if where else [])


def test_the_room_follows_the_guide_the_time_and_the_end_of_an_event() -> None:
    scene = _scene(2)
    save_room(scene.guides[1].id, "Zoom", OTHER, now=NOW, actor="account:2")
    event = scene.event()
    assign_guide(event.code, scene.guides[0].code, now=NOW, actor="account:1")
    assign_guide(event.code, scene.guides[1].code, now=NOW, actor="account:1")
    assert uses() == [(event.id, OTHER)]
    later = event.starts_at + timedelta(days=1)
    move_event(event.code, later, now=NOW, actor="account:1")
    until = later + timedelta(minutes=75)
    active = select(RoomUse.starts_at, RoomUse.busy_until).where(RoomUse.status == AssignmentStatus.ACTIVE)
    assert [tuple(row) for row in db.session.execute(active)] == [(later, until)]
    unassign(event.code, now=NOW, actor="account:1")
    assert (uses(), address(event)) == ([], None)


def test_a_group_that_books_an_open_slot_is_given_its_guides_room_until_it_cancels() -> None:
    scene = _scene()
    request = wish(offering=scene.offering.code, starts=at(TEN_IN_VIENNA), language="en")
    reference = book(request, key="a", now=NOW).reference
    assert [url for _, url in uses()] == [TEAMS]
    cancel(reference, now=NOW)
    assert uses() == []


def test_two_events_in_one_room_at_one_time_are_refused_with_the_one_that_is_there() -> None:
    scene = Scene(2)
    own: dict[str, Any] = {"meeting_url": "https://own.example.org/room"}
    first, second = scene.event(**own), scene.event(**own)
    assign_guide(first.code, scene.guides[0].code, now=NOW, actor="account:1")
    with pytest.raises(RoomTaken) as refused:
        assign_guide(second.code, scene.guides[1].code, now=NOW, actor="account:1")
    assert refused.value.event_code == first.code
    assert givers(second) == []


def test_fifteen_minutes_lie_between_two_events_in_a_room() -> None:
    scene = Scene(2)
    own: dict[str, Any] = {"meeting_url": "https://own.example.org/room"}
    first = scene.event(**own)
    assign_guide(first.code, scene.guides[0].code, now=NOW, actor="account:1")
    near = scene.event(first.ends_at + timedelta(minutes=14), **own)
    with pytest.raises(RoomTaken):
        assign_guide(near.code, scene.guides[1].code, now=NOW, actor="account:1")
    after = scene.event(first.ends_at + timedelta(minutes=15), **own)
    assign_guide(after.code, scene.guides[1].code, now=NOW, actor="account:1")
    assert len(uses()) == 2


def test_another_address_is_that_of_the_events_to_come_and_mails_nobody() -> None:
    scene = _scene()
    past = make_event(make_offering(scene.station), NOW - timedelta(days=1), platform="Zoom")
    event = scene.event(platform="Zoom")
    for one in (past, event):
        assign_guide(one.code, scene.guides[0].code, now=NOW, actor="account:1")
    mails = len(db.session.execute(select(Notice.id)).all())
    save_room(scene.guides[0].id, "Zoom", OTHER, now=NOW, actor="account:1")
    assert uses() == [(past.id, ZOOM), (event.id, OTHER)]
    assert address(event) == OTHER
    assert len(db.session.execute(select(Notice.id)).all()) == mails


def test_a_room_is_one_persons_and_may_be_given_up() -> None:
    scene = _scene(2)
    with pytest.raises(AddressTaken):
        save_room(scene.guides[1].id, "Zoom", ZOOM, now=NOW, actor="account:2")
    event = scene.event()
    assign_guide(event.code, scene.guides[0].code, now=NOW, actor="account:1")
    remove_room(scene.guides[0].id, "Microsoft Teams", now=NOW, actor="account:1")
    assert uses() == [(event.id, ZOOM)]
    remove_room(scene.guides[0].id, "Zoom", now=NOW, actor="account:1")
    assert uses() == []
    save_room(scene.guides[1].id, "Zoom", ZOOM, now=NOW, actor="account:2")
    assert [room.url for room in rooms_of(db.session(), scene.guides[1].id)] == [ZOOM]


def test_a_room_in_which_another_event_is_then_cannot_become_a_guides() -> None:
    scene = Scene(2)
    own = scene.event(meeting_url=ZOOM)
    assign_guide(own.code, scene.guides[1].code, now=NOW, actor="account:1")
    event = scene.event()
    assign_guide(event.code, scene.guides[0].code, now=NOW, actor="account:1")
    with pytest.raises(RoomTaken) as refused:
        save_room(scene.guides[0].id, "Zoom", ZOOM, now=NOW, actor="account:1")
    assert refused.value.event_code == own.code
    assert rooms_of(db.session(), scene.guides[0].id) == []


def test_the_trail_says_that_a_room_changed_and_not_its_address() -> None:
    scene = _scene()
    rows = db.session.execute(select(AuditEntry).where(AuditEntry.action == "room.save")).scalars().all()
    assert [(row.subject, row.after) for row in rows] == [
        (f"guide:{scene.guides[0].code}", {"platform": platform}) for platform in ("Zoom", "Microsoft Teams")
    ]
