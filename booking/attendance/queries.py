"""Events of which somebody says how many came: their groups, and what was said before."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, func, select
from sqlalchemy.orm import Session

from booking.attendance.models import Observation
from booking.attendance.terms import Course, Source
from booking.bookings.models import Booking, Organisation
from booking.bookings.terms import BookingStatus
from booking.catalogue.models import Offering, Station
from booking.db import table_of
from booking.i18n import Translated
from booking.scheduling.models import Assignment, Event, Guide
from booking.scheduling.terms import AssignmentStatus, EventStatus

COUNTED = frozenset(
    {BookingStatus.CONFIRMED, BookingStatus.ATTENDED, BookingStatus.NO_SHOW, BookingStatus.NOT_RECORDED}
)
"""Statuses of bookings that were to come."""
MOST_LINES = 12
"""Beyond so many bookings, as in a webinar of individuals, one number is asked for the event as a whole."""
OUR_OWN = (Source.GUIDE, Source.DESK)
WHOLE = 0
"""In place of a booking's id: the event as a whole."""
_EVENT, _BOOKING, _ORGANISATION = table_of(Event).c, table_of(Booking).c, table_of(Organisation).c
_ASSIGNMENT, _GUIDE, _SAID = table_of(Assignment).c, table_of(Guide).c, table_of(Observation).c


@dataclass(frozen=True, slots=True)
class CountedGroup:
    """A booking as attendance sees it; sizes are people, adults included, None where nobody said."""

    id: int
    reference: str
    organisation: str
    group_label: str
    country: str
    status: BookingStatus
    size: int | None
    attended: int | None
    by_teacher: int | None = None
    """As the group's own leader said last."""


@dataclass(frozen=True, slots=True)
class CountedEvent:
    """An event with its groups, and how it went as its guide or the desk said last (None: nobody has)."""

    id: int
    code: str
    station: str
    """Code."""
    starts_at: datetime
    ends_at: datetime
    status: EventStatus
    taken: int
    topics_raised: str
    title: Translated
    groups: tuple[CountedGroup, ...] = ()
    course: Course | None = None
    attended: int | None = None
    """Of the event as a whole, where there is no number of each group."""

    @property
    def has_lines(self) -> bool:
        """Whether each group has a number of its own, else the event as a whole."""
        return 0 < len(self.groups) <= MOST_LINES


def event_to_count(session: Session, code: str) -> CountedEvent | None:
    """The event of that code, None where there is none."""
    event_id = session.execute(select(_EVENT.id).where(_EVENT.code == code)).scalar()
    return events_to_count(session, [event_id])[0] if event_id is not None else None


def accounts_giving(session: Session, event_id: int) -> frozenset[int]:
    """The accounts of whoever gives the event."""
    statement = (
        select(_GUIDE.account_id)
        .join_from(Assignment, Guide, _GUIDE.id == _ASSIGNMENT.guide_id)
        .where(_ASSIGNMENT.event_id == event_id, _ASSIGNMENT.status == AssignmentStatus.ACTIVE)
        .where(_GUIDE.account_id.is_not(None))
    )
    return frozenset(session.execute(statement).scalars())


def events_to_count(session: Session, ids: Collection[int]) -> list[CountedEvent]:
    """The events in order of their start; three statements, however many there are."""
    columns = (_EVENT.id, _EVENT.code, table_of(Station).c.code.label("station"), _EVENT.starts_at, _EVENT.ends_at)
    title = func.coalesce(_EVENT.title, table_of(Offering).c.title).label("title")
    statement = (
        select(*columns, _EVENT.status, _EVENT.taken, _EVENT.topics_raised, title)
        .join_from(Event, Station, Station.id == _EVENT.station_id)
        .join(Offering, Offering.id == _EVENT.offering_id)
        .where(_EVENT.id.in_(ids))
        .order_by(_EVENT.starts_at, _EVENT.id)
    )
    rows = session.execute(statement).mappings().all()
    said = _said(session, ids)
    groups = _groups(session, ids, said)
    return [_event(row, groups[row["id"]], said[row["id"]]) for row in rows]


_Sayings = Mapping[tuple[int, Source], Any]
"""The row of the newest saying by booking (WHOLE for the event) and source."""


def _said(session: Session, ids: Collection[int]) -> dict[int, _Sayings]:
    columns = (_SAID.event_id, _SAID.booking_id, _SAID.source, _SAID.attended, _SAID.course, _SAID.id)
    found: dict[int, dict[tuple[int, Source], Any]] = defaultdict(dict)
    for row in session.execute(select(*columns).where(_SAID.event_id.in_(ids)).order_by(_SAID.id)):
        found[row.event_id][row.booking_id or WHOLE, row.source] = row
    return defaultdict(dict, found)


def _groups(session: Session, ids: Collection[int], said: Mapping[int, _Sayings]) -> dict[int, list[CountedGroup]]:
    own = ("id", "reference", "group_label", "status", "size", "attended")
    statement = (
        select(_BOOKING.event_id, *(_BOOKING[name] for name in own), _ORGANISATION.name, _ORGANISATION.country)
        .join_from(Booking, Organisation, _ORGANISATION.id == _BOOKING.organisation_id, isouter=True)
        .where(_BOOKING.event_id.in_(ids), _BOOKING.status.in_(sorted(COUNTED)))
        .order_by(_BOOKING.event_id, _BOOKING.reference)
    )
    found: dict[int, list[CountedGroup]] = defaultdict(list)
    for row in session.execute(statement):
        teacher = said[row.event_id].get((row.id, Source.TEACHER))
        found[row.event_id].append(
            CountedGroup(
                **{name: getattr(row, name) for name in own},
                organisation=row.name or "",
                country=row.country or "",
                by_teacher=teacher.attended if teacher else None,
            )
        )
    return found


def _event(row: RowMapping, groups: Sequence[CountedGroup], said: _Sayings) -> CountedEvent:
    ours = sorted((one for (_, source), one in said.items() if source in OUR_OWN), key=lambda one: int(one.id))
    whole = [one for one in ours if one.booking_id is None]
    return CountedEvent(
        **row,
        groups=tuple(groups),
        course=ours[-1].course if ours else None,
        attended=whole[-1].attended if whole else None,
    )
