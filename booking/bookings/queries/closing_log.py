"""Closures and the operations that declared them, as their pages and the API tell them."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, func, select
from sqlalchemy.orm import Session

from booking.bookings.closing_terms import Choice, OperationState, StepState, Stuck
from booking.bookings.models import Booking, ClosureOperation, ClosureStep, Organisation
from booking.bookings.terms import BookingStatus
from booking.catalogue.models import Station
from booking.db import table_of
from booking.i18n import Translated
from booking.scheduling.models import Closure, Event
from booking.scheduling.terms import ClosureType

_CLOSURE, _STATION = table_of(Closure).c, table_of(Station).c
_OPERATION, _STEP = table_of(ClosureOperation).c, table_of(ClosureStep).c
_EVENT, _BOOKING, _GROUP = table_of(Event).c, table_of(Booking).c, table_of(Organisation).c
_NEW = table_of(Event).alias("new_event")


@dataclass(frozen=True)
class ClosureRow:
    """A closure as it is stored; days are local days of the station, both included."""

    id: int
    code: str
    station: str
    station_name: str
    time_zone: str
    type: ClosureType
    starts_on: date
    ends_on: date | None
    announced_on: date
    blocks_formats: tuple[str, ...]
    allows: tuple[str, ...]
    distanced_capacity: int | None
    message: Translated
    conditions: Translated | None
    lifted_at: datetime | None
    operation: str = ""
    """Code of the operation that declared it; empty where it was loaded."""

    @property
    def etag(self) -> str:
        """Names the state that a change is made from."""
        lifted = self.lifted_at.isoformat() if self.lifted_at else ""
        return f"{self.starts_on}.{self.ends_on or ''}.{lifted}".replace(":", "")


@dataclass(frozen=True)
class Step:
    """What an operation did with an event, or with one group's booking."""

    id: int
    closure_id: int
    event_id: int | None
    booking_id: int | None
    new_event_id: int | None
    choice: Choice | None
    state: StepState
    was: Mapping[str, Any]
    left_version: int
    answer_by: datetime | None
    answered_at: datetime | None
    answered_by: str
    event: str = ""
    """Code of the event that was stopped."""
    starts_at: datetime | None = None
    new_event: str = ""
    reference: str = ""
    organisation: str = ""
    country: str = ""
    size: int | None = None
    status: BookingStatus | None = None

    @property
    def is_answered(self) -> bool:
        """Whether somebody answered, or the time to answer was over."""
        return self.answered_at is not None


@dataclass(frozen=True)
class Operation:
    """A declaration: what was confirmed, and, once it is carried out, what it did and what came of it."""

    id: int
    code: str
    station: str
    time_zone: str
    state: OperationState
    created_at: datetime
    created_by: str
    due_on: date
    answer_by: datetime | None
    plan: Mapping[str, Any]
    withdrawn: Mapping[str, Any]
    done_at: datetime | None
    undone_at: datetime | None
    undone_by: str
    stuck_at: datetime | None = None
    stuck_why: str = ""
    stuck_about: str = ""
    closures: tuple[str, ...] = ()
    answers: Mapping[StepState, int] = field(default_factory=dict)
    """How many groups are in each state."""

    @property
    def stuck(self) -> Stuck | None:
        """Why it could not be carried out on its day; None where it was, or where that day is still to come."""
        return Stuck(self.stuck_why) if self.stuck_why and self.state is OperationState.PREPARED else None

    @property
    def may_be_undone(self) -> bool:
        """Whether nobody has answered yet; what has changed since is found out by trying."""
        answered = (StepState.ACCEPTED, StepState.REFUSED, StepState.EXPIRED)
        return self.state is OperationState.DONE and not any(self.answers.get(state) for state in answered)


def closures_known(
    session: Session, stations: Collection[str] | None, *, code: str = "", since: date | None = None
) -> list[ClosureRow]:
    """Closures of these stations (codes; None: of all), holidays left out, the latest first.

    Only that of `code` if given; `since`: those that end on that day or later.
    """
    operation = (
        select(func.min(_OPERATION.code))
        .join_from(ClosureOperation, ClosureStep, _STEP.operation_id == _OPERATION.id)
        .where(_STEP.closure_id == _CLOSURE.id)
        .correlate(table_of(Closure))
        .scalar_subquery()
    )
    columns = (
        *(_CLOSURE[name] for name in ("id", "code", "type", "starts_on", "ends_on", "announced_on", "blocks_formats")),
        *(_CLOSURE[name] for name in ("allows", "distanced_capacity", "message", "conditions", "lifted_at")),
        _STATION.code.label("station"),
        _STATION.name.label("station_name"),
        _STATION.time_zone,
        func.coalesce(operation, "").label("operation"),
    )
    statement = select(*columns).join_from(Closure, Station, _STATION.id == _CLOSURE.station_id)
    statement = statement.where(_CLOSURE.type != ClosureType.OFFICIAL_HOLIDAY, *_at(stations))
    if code:
        statement = statement.where(_CLOSURE.code == code)
    if since is not None:
        statement = statement.where(_CLOSURE.ends_on.is_(None) | (_CLOSURE.ends_on >= since))
    ordered = statement.order_by(_CLOSURE.starts_on.desc(), _CLOSURE.id.desc())
    return [_closure(row) for row in session.execute(ordered).mappings()]


def _at(stations: Collection[str] | None) -> list[ColumnElement[bool]]:
    return [] if stations is None else [_STATION.code.in_(stations)]


def _closure(row: RowMapping) -> ClosureRow:
    lists = {name: tuple(row[name]) for name in ("blocks_formats", "allows")}
    return ClosureRow(**{**row, **lists})


def operations_known(session: Session, stations: Collection[str] | None, *, code: str = "") -> list[Operation]:
    """Operations of these stations (None: of all), the latest first, with how many groups answered; three statements.

    Only that of `code` if given.
    """
    statement = _operations().where(*_at(stations))
    if code:
        statement = statement.where(_OPERATION.code == code)
    rows = session.execute(statement.order_by(_OPERATION.created_at.desc(), _OPERATION.id.desc())).mappings().all()
    ids = [row["id"] for row in rows]
    answers: dict[int, Counter[StepState]] = {one: Counter() for one in ids}
    counted = select(_STEP.operation_id, _STEP.state, func.count()).where(
        _STEP.operation_id.in_(ids), _STEP.booking_id.is_not(None)
    )
    for operation, state, number in session.execute(counted.group_by(_STEP.operation_id, _STEP.state)):
        answers[operation][state] = number
    closures: dict[int, list[str]] = {one: [] for one in ids}
    named = (
        select(_STEP.operation_id, _CLOSURE.code)
        .join_from(ClosureStep, Closure, _CLOSURE.id == _STEP.closure_id)
        .where(_STEP.operation_id.in_(ids), _STEP.event_id.is_(None))
    )
    for operation, name in session.execute(named.order_by(_CLOSURE.starts_on, _CLOSURE.id)):
        closures[operation].append(name)
    return [Operation(**row, closures=tuple(closures[row["id"]]), answers=dict(answers[row["id"]])) for row in rows]


def _operations() -> Select[Any]:
    names = ("id", "code", "state", "created_at", "created_by", "due_on", "answer_by", "plan", "withdrawn")
    columns = (
        *(_OPERATION[name] for name in names),
        *(_OPERATION[name] for name in ("done_at", "undone_at", "undone_by")),
        *(_OPERATION[name] for name in ("stuck_at", "stuck_why", "stuck_about")),
        _STATION.code.label("station"),
        _STATION.time_zone,
    )
    return select(*columns).join_from(ClosureOperation, Station, _STATION.id == _OPERATION.station_id)


def steps_of(session: Session, operation_id: int) -> list[Step]:
    """Everything that an operation did, by the events' times, each event before its groups."""
    rows = session.execute(_steps().where(_STEP.operation_id == operation_id)).mappings()
    return [Step(**row) for row in rows]


def _steps() -> Select[Any]:
    own = ("id", "closure_id", "event_id", "booking_id", "new_event_id", "choice", "state", "was", "left_version")
    columns = (
        *(_STEP[name] for name in (*own, "answer_by", "answered_at", "answered_by")),
        func.coalesce(_EVENT.code, "").label("event"),
        _EVENT.starts_at,
        func.coalesce(_NEW.c.code, "").label("new_event"),
        func.coalesce(_BOOKING.reference, "").label("reference"),
        func.coalesce(_GROUP.name, "").label("organisation"),
        func.coalesce(_GROUP.country, "").label("country"),
        _BOOKING.size,
        _BOOKING.status,
    )
    return (
        select(*columns)
        .select_from(table_of(ClosureStep))
        .outerjoin(Event, _EVENT.id == _STEP.event_id)
        .outerjoin(_NEW, _NEW.c.id == _STEP.new_event_id)
        .outerjoin(Booking, _BOOKING.id == _STEP.booking_id)
        .outerjoin(Organisation, _GROUP.id == _BOOKING.organisation_id)
        .order_by(_EVENT.starts_at, _STEP.event_id, _STEP.booking_id.is_not(None), _STEP.id)
    )


def proposed_by(session: Session, booking_id: int) -> Step | None:
    """The step by which a closure proposed a booking's present event, if its group still owes an answer."""
    mine = (_STEP.booking_id == booking_id, _STEP.state == StepState.PENDING)
    row = session.execute(_steps().where(*mine)).mappings().first()
    return Step(**row) if row else None


def cancelled_inside(session: Session, closure_id: int, days: Sequence[date | None]) -> list[str]:
    """References of the bookings that a closure cancelled on the days from the first to the last (None: no end)."""
    first, last = days
    statement = (
        select(_BOOKING.reference)
        .join_from(ClosureStep, Booking, _BOOKING.id == _STEP.booking_id)
        .join(Event, _EVENT.id == _STEP.event_id)
        .where(
            _STEP.closure_id == closure_id,
            _BOOKING.status == BookingStatus.CANCELLED_BY_STATION,
            _EVENT.starts_on >= first,
        )
    )
    if last is not None:
        statement = statement.where(_EVENT.starts_on <= last)
    return list(session.execute(statement.order_by(_BOOKING.reference)).scalars())
