"""Events of which somebody says how many came: their groups, and what was said of each by whom."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from booking.attendance.models import Observation
from booking.attendance.rules import Word
from booking.attendance.terms import Course, Source
from booking.bookings.models import Booking, Organisation
from booking.bookings.terms import BookingStatus
from booking.catalogue.models import Offering, Station
from booking.db import table_of
from booking.i18n import Translated
from booking.scheduling.models import Assignment, Event, Guide, gives
from booking.scheduling.terms import EventStatus

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
class Said:
    """One saying, as it was kept; `attended` is in people, of a platform in connections."""

    id: int
    source: Source
    attended: int | None
    course: Course
    recorded_at: datetime
    actor: str
    chosen: str
    reason: str
    minutes: tuple[int, ...] = ()
    booking_id: int | None = None

    @property
    def word(self) -> Word:
        """What the rule needs of it."""
        return Word(self.source, self.attended, self.chosen, self.reason)


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
    attended_source: str
    attended_reason: str
    said: Mapping[Source, Said] = field(default_factory=dict)
    """The last word of each source, in the order in which they were said."""

    @property
    def by_teacher(self) -> int | None:
        """As the group's own leader said last."""
        return _number(self.said, Source.TEACHER)

    @property
    def is_counted(self) -> bool:
        """Whether somebody beside its leader has counted it apart from others."""
        return self.attended is not None or any(source is not Source.TEACHER for source in self.said)

    @property
    def leaders(self) -> list[int]:
        """What its leader said of the own screen, if anything."""
        return [] if self.by_teacher is None else [self.by_teacher]


@dataclass(frozen=True, slots=True)
class CountedEvent:
    """An event with its groups, and how it went as its guide or the desk said last (None: nobody has)."""

    id: int
    code: str
    station: str
    """Code."""
    time_zone: str
    starts_at: datetime
    ends_at: datetime
    status: EventStatus
    taken: int
    topics_raised: str
    title: Translated
    attended: int | None
    """Official number of the event as a whole, where there is no number of each group."""
    attended_source: str
    attended_reason: str
    groups: tuple[CountedGroup, ...] = ()
    said: Mapping[Source, Said] = field(default_factory=dict)
    """Of the event as a whole."""
    last_own: Said | None = None
    """What its guide or the desk said last, of any group or the whole."""

    @property
    def course(self) -> Course | None:
        """How it went, as its guide or the desk said last."""
        return self.last_own.course if self.last_own else None

    @property
    def seen(self) -> int:
        """Names the last word of guide or desk: whoever enters a number says which one they had before them."""
        return self.last_own.id if self.last_own else 0

    @property
    def has_lines(self) -> bool:
        """Whether each group has a number of its own, else the event as a whole; never both."""
        return 0 < len(self.groups) <= MOST_LINES or any(group.is_counted for group in self.groups)

    @property
    def leaders(self) -> list[int]:
        """What the leaders of all groups said of their own screens."""
        return [number for group in self.groups for number in group.leaders]

    @property
    def numbers(self) -> list[int | None]:
        """The official numbers: of each group, or the one of the whole."""
        return [group.attended for group in self.groups] if self.has_lines else [self.attended]

    @property
    def people(self) -> int | None:
        """How many came, as far as it is known; None where no number is."""
        known = [number for number in self.numbers if number is not None]
        return sum(known) if known else None


def event_to_count(session: Session, code: str) -> CountedEvent | None:
    """The event of that code, None where there is none."""
    event_id = session.execute(select(_EVENT.id).where(_EVENT.code == code)).scalar()
    return events_to_count(session, [event_id])[0] if event_id is not None else None


def accounts_giving(session: Session, event_id: int) -> frozenset[int]:
    """The accounts of whoever gives the event."""
    statement = (
        select(_GUIDE.account_id)
        .join_from(Assignment, Guide, _GUIDE.id == _ASSIGNMENT.guide_id)
        .where(_ASSIGNMENT.event_id == event_id, *gives())
        .where(_GUIDE.account_id.is_not(None))
    )
    return frozenset(session.execute(statement).scalars())


def events_to_count(session: Session, ids: Collection[int]) -> list[CountedEvent]:
    """The events in order of their start; three statements, however many there are."""
    own = ("id", "code", "time_zone", "starts_at", "ends_at", "status", "taken", "topics_raised")
    official = ("attended", "attended_source", "attended_reason")
    titles = _EVENT.title.label("own"), table_of(Offering).c.title
    statement = (
        select(*(_EVENT[name] for name in own + official), table_of(Station).c.code.label("station"), *titles)
        .join_from(Event, Station, Station.id == _EVENT.station_id)
        .join(Offering, Offering.id == _EVENT.offering_id)
        .where(_EVENT.id.in_(ids))
        .order_by(_EVENT.starts_at, _EVENT.id)
    )
    rows = session.execute(statement).mappings().all()
    said = _said(session, ids)
    groups = _groups(session, ids, said)
    return [_event(row, groups[row["id"]], said[row["id"]]) for row in rows]


def sayings_of(session: Session, event_id: int) -> list[Said]:
    """Everything that was ever said of the event and its groups, oldest first; one statement."""
    return [_row(one) for one in session.execute(_sayings([event_id]))]


_Sayings = Mapping[int, Mapping[Source, Said]]
"""The newest saying of each source by booking (WHOLE for the event), in the order in which they were said."""


def _sayings(ids: Collection[int]) -> Any:  # noqa: ANN401  a select of these columns
    names = ("id", "source", "attended", "course", "recorded_at", "actor", "chosen", "reason", "minutes", "booking_id")
    columns = [_SAID.event_id, *(_SAID[name] for name in names)]
    return select(*columns).where(_SAID.event_id.in_(ids)).order_by(_SAID.id)


def _row(row: Any) -> Said:  # noqa: ANN401  a row of these columns
    values = row._asdict()
    del values["event_id"]
    return Said(**{**values, "minutes": tuple(row.minutes)})


def _said(session: Session, ids: Collection[int]) -> dict[int, _Sayings]:
    found: dict[int, dict[int, dict[Source, Said]]] = defaultdict(lambda: defaultdict(dict))
    for row in session.execute(_sayings(ids)):
        line = found[row.event_id][row.booking_id or WHOLE]
        line.pop(row.source, None)
        line[row.source] = _row(row)
    return defaultdict(lambda: defaultdict(dict), found)


def _groups(session: Session, ids: Collection[int], said: Mapping[int, _Sayings]) -> dict[int, list[CountedGroup]]:
    own = ("id", "reference", "group_label", "status", "size", "attended", "attended_source", "attended_reason")
    statement = (
        select(_BOOKING.event_id, *(_BOOKING[name] for name in own), _ORGANISATION.name, _ORGANISATION.country)
        .join_from(Booking, Organisation, _ORGANISATION.id == _BOOKING.organisation_id, isouter=True)
        .where(_BOOKING.event_id.in_(ids), _BOOKING.status.in_(sorted(COUNTED)))
        .order_by(_BOOKING.event_id, _BOOKING.reference)
    )
    found: dict[int, list[CountedGroup]] = defaultdict(list)
    for row in session.execute(statement):
        found[row.event_id].append(
            CountedGroup(
                **{name: getattr(row, name) for name in own},
                organisation=row.name or "",
                country=row.country or "",
                said=said[row.event_id].get(row.id, {}),
            )
        )
    return found


def _event(row: RowMapping, groups: Sequence[CountedGroup], said: _Sayings) -> CountedEvent:
    ours = [one for line in said.values() for source, one in line.items() if source in OUR_OWN]
    values = dict(row)
    own = values.pop("own")
    return CountedEvent(
        **{**values, "title": own or values["title"]},
        groups=tuple(groups),
        said=said.get(WHOLE, {}),
        last_own=max(ours, key=lambda one: one.id, default=None),
    )


def _number(said: Mapping[Source, Said], source: Source) -> int | None:
    return said[source].attended if source in said else None
