"""Find a roster and keep it as a proposal: the solver works before the transaction, which only writes what it found."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import insert

from booking.accounts.services import audit
from booking.db import db, table_of, transaction
from booking.scheduling.models import RosterProposal
from booking.scheduling.queries.roster import RosterEvent, Situation, situation
from booking.scheduling.roster.loads import Load, loads_of
from booking.scheduling.roster.model import Answer
from booking.scheduling.roster.reasons import Missing, Why, why_uncovered
from booking.scheduling.roster.solver import TIME_LIMIT_S, solve
from booking.scheduling.roster.weeks import Week


@dataclass(frozen=True)
class Roster:
    """A week as it is, and the best that was found for it."""

    situation: Situation
    answer: Answer

    @cached_property
    def given(self) -> Mapping[int, int]:
        """The guide of each event that has one by the roster, those that stay as they are included."""
        situation = self.situation
        kept = {
            event.id: event.guide_id
            for event in situation.events
            if event.guide_id is not None and event.id not in situation.asked
        }
        return {**kept, **self.answer.given}

    @property
    def uncovered(self) -> list[RosterEvent]:
        """The events that stay without a guide, soonest first."""
        return [event for event in self.situation.events if event.id not in self.given]

    @property
    def changed(self) -> list[RosterEvent]:
        """The events that somebody else has by the roster than today, soonest first."""
        return [event for event in self.situation.events if event.guide_id != self.given.get(event.id)]

    def why(self, event: RosterEvent) -> Why:
        """Why an event stays without a guide."""
        situation = self.situation
        if event.id not in situation.asked:
            return Why(Missing.BEGUN)
        return why_uncovered(event.id, situation.against[event.id], situation.question, self.answer.given)

    @cached_property
    def loads(self) -> list[Load]:
        """What each guide has by the roster."""
        asked = [event.to_give for event in self.situation.events if event.id in self.situation.asked]
        return loads_of(self.situation.week, self.situation.hosts, self.situation.taken, asked, self.answer.given)


def find(
    week: Week,
    stations: Collection[str] | None,
    *,
    now: datetime,
    reassign: bool = False,
    time_limit_s: float = TIME_LIMIT_S,
) -> Roster:
    """The best roster for the week of these stations (codes; None: of all); nothing is stored.

    `reassign`: as if nobody had anything but what is locked.
    """
    known = situation(db.session(), week, stations, now, reassign=reassign)
    return Roster(known, solve(known.question, time_limit_s))


def propose(found: Roster, stations: Collection[str] | None, *, now: datetime, by: str) -> int:
    """Keep a roster as a proposal of `by` (account:7, command); its id."""
    rows = {
        "stations": None if stations is None else sorted(stations),
        "proven_optimal": found.answer.proven_optimal,
        "events": [_row(found, event) for event in found.situation.events],
    }
    values = {"week": str(found.situation.week), "created_at": now, "created_by": by, "rows": rows}
    with transaction() as session:
        made = session.execute(insert(table_of(RosterProposal)).values(values).returning(RosterProposal.id))
        proposal_id = int(made.scalar_one())
        after = {"week": str(found.situation.week), "events": len(found.changed)}
        audit(session, at=now, actor=by, action="roster.propose", subject=f"roster:{proposal_id}", after=after)
    return proposal_id


def _row(found: Roster, event: RosterEvent) -> dict[str, Any]:
    proposed = found.given.get(event.id)
    return {
        "id": event.id,
        "code": event.code,
        "version": event.version,
        "asked": event.id in found.situation.asked,
        "seen": event.guide_id,
        "proposed": proposed,
        "why": None if proposed is not None else found.why(event).as_json(),
    }
