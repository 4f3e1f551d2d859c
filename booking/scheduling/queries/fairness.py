"""In which order guides are asked: least work in the month of the event, then longest since the last offer, then id."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking import zones
from booking.db import table_of
from booking.scheduling.models import Assignment, Event, Offer
from booking.scheduling.queries.uncovered import Uncovered
from booking.scheduling.terms import AssignmentStatus, OfferStatus

_EVENT, _ASSIGNMENT, _OFFER = table_of(Event).c, table_of(Assignment).c, table_of(Offer).c
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
Interval = tuple[datetime, datetime]


def month_of(event: Uncovered) -> Interval:
    """First and last instant of the event's month, on its station's clocks; the end is excluded."""
    day = zones.local_date(event.starts_at, event.time_zone)
    first = day.replace(day=1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return tuple(zones.day_bounds(one, event.time_zone)[0] for one in (first, following))  # type: ignore[return-value]


@dataclass
class Fairness:
    """What guides have to do in the months that matter, and when each was asked last; kept up while offers are made."""

    work: Mapping[int, Sequence[Interval]]
    """By guide."""
    asked_at: dict[int, datetime]
    waiting: dict[int, list[Interval]] = field(default_factory=lambda: defaultdict(list))
    """By guide: the times of events that they are being asked for."""

    def in_order(self, guides: Iterable[int], event: Uncovered) -> list[int]:
        """The guides, whoever is to be asked first first; without those who are being asked for that very time."""
        free = [guide for guide in guides if not self._is_asked(guide, event)]
        return sorted(free, key=lambda guide: (self._work(guide, month_of(event)), self._asked(guide), guide))

    def note(self, guide: int, event: Uncovered, now: datetime) -> None:
        """The guide is asked now."""
        self.asked_at[guide] = now
        self.waiting[guide].append((event.starts_at, event.ends_at))

    def _is_asked(self, guide: int, event: Uncovered) -> bool:
        return any(start < event.ends_at and end > event.starts_at for start, end in self.waiting.get(guide, ()))

    def _work(self, guide: int, month: Interval) -> timedelta:
        within = (end - start for start, end in self.work.get(guide, ()) if month[0] <= start < month[1])
        return sum(within, timedelta())

    def _asked(self, guide: int) -> datetime:
        return self.asked_at.get(guide, _NEVER)


def fairness(session: Session, guides: Collection[int], events: Sequence[Uncovered]) -> Fairness:
    """Read it for these guides and events; three statements."""
    months = [month_of(event) for event in events]
    first, last = min(month[0] for month in months), max(month[1] for month in months)
    return Fairness(_work(session, guides, (first, last)), _asked_at(session, guides), _waiting(session, guides))


def _work(session: Session, guides: Collection[int], stretch: Interval) -> dict[int, list[Interval]]:
    statement = (
        select(_ASSIGNMENT.guide_id, _EVENT.starts_at, _EVENT.ends_at)
        .join_from(table_of(Assignment), table_of(Event), _EVENT.id == _ASSIGNMENT.event_id)
        .where(_ASSIGNMENT.guide_id.in_(guides), _ASSIGNMENT.status == AssignmentStatus.ACTIVE)
        .where(_ASSIGNMENT.starts_at >= stretch[0], _ASSIGNMENT.starts_at < stretch[1])
    )
    return _by_guide((row[0], row[1], row[2]) for row in session.execute(statement))


def _asked_at(session: Session, guides: Collection[int]) -> dict[int, datetime]:
    statement = select(_OFFER.guide_id, func.max(_OFFER.offered_at)).where(_OFFER.guide_id.in_(guides))
    return {row[0]: row[1] for row in session.execute(statement.group_by(_OFFER.guide_id))}


def _waiting(session: Session, guides: Collection[int]) -> dict[int, list[Interval]]:
    statement = (
        select(_OFFER.guide_id, _EVENT.starts_at, _EVENT.ends_at)
        .join_from(table_of(Offer), table_of(Event), _EVENT.id == _OFFER.event_id)
        .where(_OFFER.guide_id.in_(guides), _OFFER.status == OfferStatus.PENDING)
    )
    return _by_guide((row[0], row[1], row[2]) for row in session.execute(statement))


def _by_guide(rows: Iterable[tuple[int, datetime, datetime]]) -> dict[int, list[Interval]]:
    found: dict[int, list[Interval]] = defaultdict(list)
    for guide, start, end in rows:
        found[guide].append((start, end))
    return found
