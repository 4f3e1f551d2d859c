"""What messages tell of bookings, events, closures and attendance: codes, times, states and sizes, never of people."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, exists, select
from sqlalchemy.orm import Session

from booking import zones
from booking.bookings.closing_terms import OperationState
from booking.bookings.models import Booking, ClosureOperation, ClosureStep
from booking.bookings.terms import BookingStatus
from booking.catalogue.models import Offering, Station
from booking.db import table_of
from booking.scheduling.models import Closure, Event
from booking.webhooks.terms import Subject

_BOOKING, _EVENT, _CLOSURE = table_of(Booking).c, table_of(Event).c, table_of(Closure).c
_STEP, _OPERATION = table_of(ClosureStep).c, table_of(ClosureOperation).c
_STATION, _OFFERING = table_of(Station).c, table_of(Offering).c
_LIVE = (
    BookingStatus.REQUESTED,
    BookingStatus.NEEDS_INFORMATION,
    BookingStatus.PROPOSED,
    BookingStatus.WAITING,
    BookingStatus.CONFIRMED,
)
_COUNTED = (BookingStatus.ATTENDED, BookingStatus.NO_SHOW, BookingStatus.NOT_RECORDED, BookingStatus.CONFIRMED)
_OF_EVENT = (
    _EVENT.id.label("row_id"),
    _EVENT.code.label("event_id"),
    _STATION.code.label("station"),
    _OFFERING.code.label("offering_id"),
    _EVENT.kind,
    _EVENT.format,
    _EVENT.language,
    _EVENT.starts_at,
    _EVENT.ends_at,
    _EVENT.time_zone,
)


def bookings(session: Session, ids: Collection[int]) -> dict[int, Subject]:
    """What is told of these bookings, by id; one statement."""
    found = session.execute(_bookings().where(_BOOKING.id.in_(ids))) if ids else ()
    return {row.booking_row: _booking(row) for row in found}


def bookings_of(session: Session, event_ids: Collection[int]) -> list[tuple[int, Subject]]:
    """The bookings of these events that are still to come, each with its event's id; one statement."""
    wanted = _bookings().where(_BOOKING.event_id.in_(event_ids), _BOOKING.status.in_(_LIVE)).order_by(_BOOKING.id)
    return [(row.row_id, _booking(row)) for row in session.execute(wanted)] if event_ids else []


def _bookings() -> Select[Any]:
    own = (_BOOKING.id.label("booking_row"), _BOOKING.reference, _BOOKING.status, _BOOKING.size, _BOOKING.version)
    return (
        select(*own, *_OF_EVENT)
        .join_from(Booking, Event, _EVENT.id == _BOOKING.event_id)
        .join(Station, _STATION.id == _EVENT.station_id)
        .join(Offering, _OFFERING.id == _EVENT.offering_id)
    )


def _booking(row: Row[Any]) -> Subject:
    own = {"reference": row.reference, "status": row.status.value, "size": row.size, "version": row.version}
    return Subject(f"booking:{row.reference}", row.station, {**own, **_place(row)})


def _place(row: Row[Any]) -> dict[str, Any]:
    return {
        "event_id": row.event_id,
        "station": row.station,
        "offering_id": row.offering_id,
        "kind": row.kind.value,
        "format": row.format.value,
        "language": row.language,
        "starts_at": _there(row.starts_at, row.time_zone),
        "ends_at": _there(row.ends_at, row.time_zone),
        "time_zone": row.time_zone,
    }


def _there(instant: datetime, zone: str) -> str:
    """RFC 3339, with the station's offset."""
    return zones.to_local(instant, zone).isoformat()


def _events() -> Select[Any]:
    own = (_EVENT.status, _EVENT.visibility, _EVENT.capacity, _EVENT.taken, _EVENT.version)
    return (
        select(*_OF_EVENT, *own)
        .join_from(Event, Station, _STATION.id == _EVENT.station_id)
        .join(Offering, _OFFERING.id == _EVENT.offering_id)
    )


def events(session: Session, ids: Collection[int]) -> dict[int, Subject]:
    """What is told of these events, by id; one statement."""
    found = session.execute(_events().where(_EVENT.id.in_(ids))) if ids else ()
    return {row.row_id: Subject(f"event:{row.event_id}", row.station, _event(row)) for row in found}


def _event(row: Row[Any]) -> dict[str, Any]:
    own = {"status": row.status.value, "visibility": row.visibility.value}
    return {**_place(row), **own, "capacity": row.capacity, "taken": row.taken, "version": row.version}


def attendance(session: Session, codes: Collection[str]) -> dict[str, Subject]:
    """What is told of who came to these events, by code; two statements."""
    if not codes:
        return {}
    whole = _events().add_columns(_EVENT.attended, _EVENT.attended_source)
    found = session.execute(whole.where(_EVENT.code.in_(codes))).all()
    names = ("event_id", "reference", "status", "size", "attended", "attended_source")
    counted = (_BOOKING[name] for name in names)
    of_these = (_BOOKING.event_id.in_([row.row_id for row in found]), _BOOKING.status.in_(_COUNTED))
    groups: Sequence[Any] = session.execute(select(*counted).where(*of_these).order_by(_BOOKING.id)).all()
    return {row.event_id: _attendance(row, [one for one in groups if one.event_id == row.row_id]) for row in found}


def _attendance(row: Row[Any], groups: Iterable[Any]) -> Subject:
    """The number of each group, or the one of the event as a whole; never both."""
    came = [
        {
            "reference": one.reference,
            "status": one.status.value,
            "size": one.size,
            "attended": one.attended,
            "source": one.attended_source,
        }
        for one in groups
    ]
    whole = {"attended": row.attended, "source": row.attended_source}
    return Subject(f"event:{row.event_id}", row.station, {**_event(row), **whole, "bookings": came})


def closures(session: Session, ids: Collection[int]) -> dict[int, Subject]:
    """What is told of these closures, by id; one statement."""
    if not ids:
        return {}
    names = ("id", "code", "type", "starts_on", "ends_on", "announced_on", "lifted_at", "blocks_formats", "allows")
    columns = [_CLOSURE[name] for name in (*names, "distanced_capacity")]
    undone = exists().where(
        _STEP.closure_id == _CLOSURE.id, _STEP.operation_id == _OPERATION.id, _OPERATION.state == OperationState.UNDONE
    )
    joined = select(*columns, _STATION.code.label("station"), undone.label("undone")).join_from(
        Closure, Station, _STATION.id == _CLOSURE.station_id
    )
    found = session.execute(joined.where(_CLOSURE.id.in_(ids)))
    return {row.id: Subject(f"closure:{row.code}", row.station, _closure(row)) for row in found}


def _closure(row: Any) -> dict[str, Any]:  # noqa: ANN401  a row of these columns
    return {
        "closure": row.code,
        "station": row.station,
        "type": row.type.value,
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat() if row.ends_on else None,
        "announced_on": row.announced_on.isoformat(),
        "blocks_formats": list(row.blocks_formats),
        "allows": list(row.allows),
        "distanced_capacity": row.distanced_capacity,
        "lifted_at": row.lifted_at.isoformat() if row.lifted_at else None,
        "undone": bool(row.undone and row.lifted_at),
    }
