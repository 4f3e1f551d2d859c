"""A proposed roster is accepted in one transaction; what has changed meanwhile is shown, and nothing overwritten."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from booking.accounts.models import AuditEntry
from booking.db import db, transaction
from booking.scheduling.models import Assignment, Event, Guide, Offer, RosterProposal
from booking.scheduling.queries.roster import proposal_of
from booking.scheduling.roster.weeks import parse_week
from booking.scheduling.services import roster as services
from booking.scheduling.services.assign import assign_guide, unassign
from booking.scheduling.services.roster_apply import (
    Applied,
    Choice,
    Conflict,
    NotToApply,
    RosterConflicts,
    Stale,
    apply,
)
from booking.scheduling.terms import AssignmentStatus, EventStatus, OfferReason, OfferStatus, Reason
from tests.builders import NOW, make_assignment, make_day_off, save
from tests.scheduling.asked import Scene, givers, mails, offers_of

pytestmark = pytest.mark.usefixtures("app")
WEEK = parse_week("2026-W51")
BY = "account:7"


def at(hour: int, minute: int = 0) -> datetime:
    """A time of Monday 14 December, an hour before Vienna's clocks."""
    return datetime(2026, 12, 14, hour, minute, tzinfo=UTC)


def proposed(*, reassign: bool = False) -> int:
    """The id of a proposal for the week."""
    found = services.find(WEEK, None, now=NOW, reassign=reassign)
    return services.propose(found, None, now=NOW, by=BY)


def accept(proposal: int, choices: dict[int, Choice] | None = None, *, leave_out: tuple[int, ...] = ()) -> Applied:
    return apply(proposal, choices, leave_out=leave_out, now=NOW, actor=BY)


def conflicts_of(proposal: int, choices: dict[int, Choice] | None = None) -> list[Conflict]:
    with pytest.raises(RosterConflicts) as caught:
        accept(proposal, choices)
    return list(caught.value.conflicts)


def change(event: Event, **values: object) -> None:
    with transaction() as session:
        session.execute(update(Event).where(Event.id == event.id).values(**values))


def is_waiting(proposal: int) -> bool:
    found = proposal_of(db.session(), proposal)
    return found is not None and found.applied_at is None


def test_all_events_are_given_at_once_and_everybody_is_told() -> None:
    scene = Scene(3)
    events = [scene.event(at(10)) for _ in range(3)]
    proposal = proposed()
    assert accept(proposal) == Applied(events=3, guides=3)
    assert sorted(guide for event in events for guide in givers(event)) == [one.id for one in scene.guides]
    assert len(mails("guide_assigned")) == 3
    written = db.session.execute(select(AuditEntry.action, AuditEntry.actor).order_by(AuditEntry.id)).all()
    assert [row.action for row in written] == ["roster.propose", "roster.apply", *["event.assign"] * 3]
    assert {row.actor for row in written} == {BY}


def test_a_proposal_keeps_what_was_seen_and_what_was_found() -> None:
    scene = Scene(1)
    first, second = scene.event(at(10)), scene.event(at(10, 30))
    stored = proposal_of(db.session(), proposed())
    assert stored is not None
    assert (stored.week, stored.created_by, stored.created_at, stored.stations) == (WEEK, BY, NOW, None)
    assert stored.rows["proven_optimal"] is True
    rows = {row["id"]: row for row in stored.rows["events"]}
    assert {rows[first.id]["proposed"], rows[second.id]["proposed"]} == {scene.guides[0].id, None}
    assert [row["why"]["missing"] for row in rows.values() if row["why"]] == ["free"]
    assert all((row["seen"], row["version"], row["asked"]) == (None, 1, True) for row in rows.values())


def test_it_is_accepted_once() -> None:
    Scene(1).event(at(10))
    proposal = proposed()
    accept(proposal)
    for gone in (proposal, 999_999):
        with pytest.raises(NotToApply):
            accept(gone)


def test_what_the_coordinator_chose_instead_is_what_is_given() -> None:
    scene = Scene(2)
    first, second = scene.event(at(8)), scene.event(at(12))
    one = scene.guides[0].id
    choices = {event.id: Choice(one, is_locked=True) for event in (first, second)}
    assert accept(proposed(), choices) == Applied(events=2, guides=1)
    assert givers(first) == givers(second) == [one]
    locked = db.session.execute(select(Assignment.is_locked).where(Assignment.status == AssignmentStatus.ACTIVE))
    assert list(locked.scalars()) == [True, True]


def test_locking_alone_gives_nothing_to_anybody_else() -> None:
    scene = Scene(2)
    event = scene.event(at(10))
    make_assignment(scene.guides[1], event)
    kept = Choice(scene.guides[0].id, is_locked=True)  # not asked about: only the lock counts
    assert accept(proposed(), {event.id: kept}) == Applied(events=0, guides=0)
    assert givers(event) == [scene.guides[1].id]
    assert services.find(WEEK, None, now=NOW, reassign=True).situation.asked == frozenset()


def test_two_guides_swap_two_events_at_the_same_time() -> None:
    scene = Scene(2)
    events = [scene.event(at(10)) for _ in range(2)]
    for guide, event in zip(scene.guides, events, strict=True):
        assign_guide(event.code, guide.code, now=NOW, actor=BY)
    before = [givers(event) for event in events]
    choices = {event.id: Choice(guide.id) for event, guide in zip(events, reversed(scene.guides), strict=True)}
    assert accept(proposed(reassign=True), choices) == Applied(events=2, guides=2)
    assert [givers(event) for event in events] == before[::-1]
    assert len(mails("guide_assigned")) == 2


def test_an_event_can_be_left_to_nobody() -> None:
    scene = Scene(1)
    event = scene.event(at(10))
    make_assignment(scene.guides[0], event)
    assert accept(proposed(reassign=True), {event.id: Choice(None)}) == Applied(events=1, guides=0)
    assert givers(event) == []


def test_offers_of_an_event_that_is_given_are_withdrawn() -> None:
    scene = Scene(2)
    event = scene.event(at(10))
    later = {"offered_at": NOW, "expires_at": NOW + timedelta(days=1)}
    save(Offer(event_id=event.id, guide_id=scene.guides[1].id, reason=OfferReason.UNCOVERED, round=1, **later))
    accept(proposed())
    assert offers_of(event) == [(scene.guides[1].id, OfferStatus.WITHDRAWN)]


@pytest.mark.parametrize(
    ("values", "stale"),
    [
        ({"status": EventStatus.CANCELLED}, Stale.OVER),
        ({"version": 2}, Stale.MOVED),
        ({"starts_at": NOW - timedelta(minutes=5)}, Stale.BEGUN),
    ],
)
def test_an_event_that_changed_meanwhile_stops_everything(values: dict[str, object], stale: Stale) -> None:
    scene = Scene(2)
    event, other = scene.event(at(10)), scene.event(at(12))
    proposal = proposed()
    change(event, **values)
    assert conflicts_of(proposal) == [Conflict(event.id, event.code, stale)]
    assert givers(event) == givers(other) == []
    assert mails() == []
    assert is_waiting(proposal)
    assert accept(proposal, leave_out=(event.id,)) == Applied(events=1, guides=1)
    assert givers(event) == []
    assert len(givers(other)) == 1


def test_an_event_that_somebody_else_has_by_now_is_not_overwritten() -> None:
    scene = Scene(2)
    event = scene.event(at(10))
    proposal = proposed()
    stored = proposal_of(db.session(), proposal)
    assert stored is not None
    other = next(guide for guide in scene.guides if guide.id != stored.rows["events"][0]["proposed"])
    assign_guide(event.code, other.code, now=NOW, actor="account:8")
    assert conflicts_of(proposal) == [Conflict(event.id, event.code, Stale.COVERED, other.id)]
    assert givers(event) == [other.id]


def test_an_event_whose_guide_was_taken_off_meanwhile_is_not_given_unseen() -> None:
    scene = Scene(2)
    event = scene.event(at(10))
    assign_guide(event.code, scene.guides[0].code, now=NOW, actor=BY)
    proposal = proposed(reassign=True)
    unassign(event.code, now=NOW, actor=BY)
    chosen = {event.id: Choice(scene.guides[1].id)}
    assert conflicts_of(proposal, chosen) == [Conflict(event.id, event.code, Stale.COVERED)]


def test_a_guide_who_was_taken_meanwhile_is_told_with_the_reason() -> None:
    scene = Scene(1)
    event, other = scene.event(at(10)), scene.event(at(14))
    proposal = proposed()
    engaged = scene.event(at(10, 30))
    make_assignment(scene.guides[0], engaged)
    (conflict,) = conflicts_of(proposal)
    assert (conflict.event_id, conflict.stale, conflict.guide) == (event.id, Stale.UNFIT, scene.guides[0].id)
    assert [(one.reason, one.code) for one in conflict.unfit] == [(Reason.EVENT, engaged.code)]
    assert givers(other) == []


def test_a_guide_on_leave_by_now_and_one_who_left_are_told() -> None:
    scene = Scene(2)
    first, second = scene.event(at(10)), scene.event(at(10))
    proposal = proposed()
    given = {row["id"]: row["proposed"] for row in proposal_of(db.session(), proposal).rows["events"]}  # type: ignore[union-attr]  # it is there
    away, gone = given[first.id], given[second.id]
    make_day_off(next(one for one in scene.guides if one.id == away), at(10).date())
    with transaction() as session:
        session.execute(update(Guide).where(Guide.id == gone).values(is_active=False))
    found = {conflict.event_id: conflict for conflict in conflicts_of(proposal)}
    assert [one.reason for one in found[first.id].unfit] == [Reason.DAY_OFF]
    assert (found[second.id].stale, found[second.id].unfit) == (Stale.UNFIT, ())


def test_one_guide_chosen_for_two_events_at_a_time_is_refused() -> None:
    scene = Scene(2)
    events = [scene.event(at(10)), scene.event(at(10, 30))]
    both = {event.id: Choice(scene.guides[0].id) for event in events}
    proposal = proposed()
    found = conflicts_of(proposal, both)
    assert [(one.event_id, one.unfit[0].reason) for one in found] == [(one.id, Reason.EVENT) for one in events]
    assert is_waiting(proposal)


def test_choices_beyond_a_limit_are_refused() -> None:
    scene = Scene(2)
    events = [scene.event(at(hour)) for hour in (8, 11, 14)]
    with transaction() as session:
        session.execute(update(Guide).where(Guide.id == scene.guides[0].id).values(max_events_per_day=2))
    proposal = proposed()
    chosen = {event.id: Choice(scene.guides[0].id) for event in events}
    assert {one.unfit[0].reason for one in conflicts_of(proposal, chosen)} == {Reason.DAY_LIMIT}


def test_nothing_is_written_by_a_refused_roster() -> None:
    scene = Scene(2)
    event = scene.event(at(10))
    proposal = proposed()
    rows = len(db.session.execute(select(AuditEntry.id)).all())
    change(event, version=5)
    conflicts_of(proposal)
    assert len(db.session.execute(select(AuditEntry.id)).all()) == rows
    assert db.session.execute(select(RosterProposal.applied_at)).scalar_one() is None
