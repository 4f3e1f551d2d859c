"""Accept a proposed roster: all of it in one transaction, nothing where something has changed meanwhile.

Locks in everybody's order: the proposal (which nobody else holds), hosts by id, events by id.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from booking.accounts.services import Change, audit, audit_many
from booking.catalogue.models import Station
from booking.db import table_of, transaction
from booking.scheduling.models import Assignment, Event, RosterProposal, gives
from booking.scheduling.queries.fitness import fitness
from booking.scheduling.services.assign import UPCOMING, again_if_hosts_changed
from booking.scheduling.services.events import lock_with_hosts
from booking.scheduling.services.in_step import keep_in_step
from booking.scheduling.terms import AssignmentStatus, Unfit

_EVENT, _ASSIGNMENT, _STATION = table_of(Event), table_of(Assignment), table_of(Station)
_PROPOSAL = table_of(RosterProposal)
_ACTIVE = AssignmentStatus.ACTIVE


class Stale(StrEnum):
    """What has become of an event since the roster was proposed."""

    OVER = "over"  # cancelled, held
    BEGUN = "begun"
    MOVED = "moved"  # another time, place, format or language
    COVERED = "covered"  # somebody else has it by now, or nobody any more
    UNFIT = "unfit"  # the guide chosen cannot give it


@dataclass(frozen=True, slots=True)
class Conflict:
    """An event that cannot be given as was chosen; `guide` has it by now, or is the one against whom `unfit` speaks."""

    event_id: int
    code: str
    stale: Stale
    guide: int | None = None
    unfit: tuple[Unfit, ...] = ()


class RosterConflicts(Exception):
    """Something has changed meanwhile: nothing was applied."""

    def __init__(self, conflicts: Collection[Conflict]) -> None:
        super().__init__(len(conflicts))
        self.conflicts = tuple(conflicts)


class NotToApply(LookupError):
    """There is no such proposal, or it was applied already."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Who is to have an event (None: nobody), and whether the next roster leaves that as it is; None: as before."""

    guide: int | None
    is_locked: bool | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """How many events were given to somebody else, and to how many guides."""

    events: int
    guides: int


Rows = Mapping[int, Mapping[str, Any]]
"""The rows of a proposal by the event's id."""


def apply(
    proposal_id: int,
    choices: Mapping[int, Choice] | None = None,
    *,
    leave_out: Collection[int] = (),
    now: datetime,
    actor: str,
) -> Applied:
    """Give the events as proposed, or as `choices` says by the event's id; but those to `leave_out` stay as they are.

    Raises RosterConflicts, NotToApply, RoomTaken, and HostTaken where hosts change again and again.
    """
    return again_if_hosts_changed(lambda: _apply_once(proposal_id, choices or {}, frozenset(leave_out), now, actor))


def _apply_once(
    proposal_id: int, choices: Mapping[int, Choice], leave_out: frozenset[int], now: datetime, actor: str
) -> Applied:
    with transaction() as session:
        rows = _rows_of(session, proposal_id)
        chosen = {event: _choice(row, choices) for event, row in rows.items() if event not in leave_out}
        changed = {event: one for event, one in chosen.items() if one.guide != rows[event]["seen"]}
        guides = {one.guide for one in changed.values() if one.guide is not None}
        lock_with_hosts(session, list(changed), guides)
        events = _events(session, changed)
        conflicts = _conflicts(session, {event: rows[event] for event in changed}, changed, events, now)
        if conflicts:
            raise RosterConflicts(conflicts)
        _give(session, changed, events)
        _lock(session, {event: one.is_locked for event, one in chosen.items() if one.is_locked is not None})
        keep_in_step(session, list(changed), now, actor=actor)
        _write_down(session, proposal_id, rows, changed, now, actor)
    return Applied(len(changed), len(guides))


def _rows_of(session: Session, proposal_id: int) -> Rows:
    mine = select(_PROPOSAL.c.rows).where(_PROPOSAL.c.id == proposal_id, _PROPOSAL.c.applied_at.is_(None))
    found = session.execute(mine.with_for_update()).scalar()
    if found is None:
        raise NotToApply(proposal_id)
    return {row["id"]: row for row in found["events"]}


def _choice(row: Mapping[str, Any], choices: Mapping[int, Choice]) -> Choice:
    """What was chosen for an event; one that was not asked about keeps its guide."""
    chosen = choices.get(row["id"], Choice(row["proposed"]))
    return chosen if row["asked"] else Choice(row["seen"], chosen.is_locked)


def _events(session: Session, ids: Collection[int]) -> dict[int, Row[Any]]:
    """The events as they are now, with the pause after them."""
    statement = select(_EVENT, _STATION.c.buffer_min).join(Station, _STATION.c.id == _EVENT.c.station_id)
    return {row.id: row for row in session.execute(statement.where(_EVENT.c.id.in_(ids)))}


def _conflicts(
    session: Session, rows: Rows, changed: Mapping[int, Choice], events: Mapping[int, Row[Any]], now: datetime
) -> list[Conflict]:
    """What has changed since, event by event; the guides are asked about only where nothing has."""
    had = _given(session, changed)
    stale = (_stale(rows[event], events.get(event), had.get(event), now) for event in changed)
    found = [conflict for conflict in stale if conflict]
    given = {event: one.guide for event, one in changed.items() if one.guide is not None}
    still = {event: guide for event, guide in given.items() if event not in {one.event_id for one in found}}
    against = fitness(session, list(still), set(still.values()), given_up=list(changed), given=still)
    for event, guide in still.items():
        unfit = against[event].get(guide)
        if unfit is None or unfit:  # None: the guide works here no more
            found.append(Conflict(event, rows[event]["code"], Stale.UNFIT, guide, unfit or ()))
    return sorted(found, key=lambda one: one.code)


def _given(session: Session, ids: Collection[int]) -> dict[int, int]:
    statement = select(_ASSIGNMENT.c.event_id, _ASSIGNMENT.c.guide_id).where(_ASSIGNMENT.c.event_id.in_(ids), *gives())
    latest_first = statement.order_by(_ASSIGNMENT.c.id.desc())
    return {row.event_id: row.guide_id for row in session.execute(latest_first)}


def _stale(row: Mapping[str, Any], event: Row[Any] | None, had: int | None, now: datetime) -> Conflict | None:
    stale, guide = None, None
    if event is None or event.status not in UPCOMING:
        stale = Stale.OVER
    elif event.starts_at <= now:
        stale = Stale.BEGUN
    elif event.version != row["version"]:
        stale = Stale.MOVED
    elif had != row["seen"]:
        stale, guide = Stale.COVERED, had
    return Conflict(row["id"], row["code"], stale, guide) if stale else None


def _give(session: Session, changed: Mapping[int, Choice], events: Mapping[int, Row[Any]]) -> None:
    """Everybody off first: two who swap would be in each other's way."""
    active = (_ASSIGNMENT.c.event_id.in_(list(changed)), *gives())
    session.execute(update(_ASSIGNMENT).where(*active).values(status=AssignmentStatus.CANCELLED))
    new = [
        {
            "event_id": event,
            "guide_id": one.guide,
            "starts_at": events[event].starts_at,
            "busy_until": events[event].ends_at + timedelta(minutes=events[event].buffer_min),
            "status": _ACTIVE,
        }
        for event, one in changed.items()
        if one.guide is not None
    ]
    if new:
        session.execute(insert(_ASSIGNMENT), new)


def _lock(session: Session, locks: Mapping[int, bool]) -> None:
    """Say of whoever has these events that the next roster leaves it so, or that it need not."""
    for is_locked in (True, False):
        ids = [event for event, wanted in locks.items() if wanted is is_locked]
        mine = (_ASSIGNMENT.c.event_id.in_(ids), *gives())
        session.execute(update(_ASSIGNMENT).where(*mine).values(is_locked=is_locked))


def _write_down(
    session: Session, proposal_id: int, rows: Rows, changed: Mapping[int, Choice], now: datetime, actor: str
) -> None:
    session.execute(update(_PROPOSAL).where(_PROPOSAL.c.id == proposal_id).values(applied_at=now))
    after = {"events": len(changed)}
    audit(session, at=now, actor=actor, action="roster.apply", subject=f"roster:{proposal_id}", after=after)
    audit_many(
        session,
        [
            Change(
                at=now,
                actor=actor,
                action="event.assign",
                subject=f"event:{rows[event]['code']}",
                before={"guides": _listed(rows[event]["seen"])},
                after={"guides": _listed(one.guide)},
            )
            for event, one in changed.items()
        ],
    )


def _listed(guide: int | None) -> list[int]:
    return [] if guide is None else [guide]
