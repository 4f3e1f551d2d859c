"""What is prepared for a booking: participant lists, test calls; and the exceptions that desks have made."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from booking.accounts.queries import names_of_actors
from booking.bookings.models import Booking, ConnectionTest, RequestNote
from booking.bookings.queries.bookings import BookingFacts, bookings_waiting
from booking.bookings.terms import BookingStatus, NoteKind, ParticipantList
from booking.catalogue.models import Station
from booking.catalogue.terms import Format
from booking.db import table_of
from booking.scheduling.models import Event

_BOOKING, _EVENT, _STATION = table_of(Booking).c, table_of(Event).c, table_of(Station).c
_CALL, _NOTE = table_of(ConnectionTest).c, table_of(RequestNote).c
NOT_RECEIVED = (ParticipantList.PENDING, ParticipantList.MISSING)


@dataclass(frozen=True)
class CallFacts:
    """A test call with the technical contact. `event_starts_at`: the start of the event for which it was arranged."""

    id: int
    booking_id: int
    starts_at: datetime
    minutes: int
    address: str
    note: str
    sequence: int
    is_cancelled: bool
    event_starts_at: datetime | None


def number_of(call: CallFacts | None) -> str:
    """What tells the call of a booking from every other that it has had; empty where there is none."""
    return "" if call is None else str(call.sequence)


@dataclass(frozen=True)
class ExceptionMade:
    """A rule that was not kept, with who made the exception and why."""

    at: datetime
    station: str
    reference: str
    rules: tuple[str, ...]
    who: str
    why: str


def bookings_without_list(
    session: Session, stations: Collection[str] | None, start: datetime, end: datetime, most: int
) -> list[BookingFacts]:
    """Confirmed visits on site between two instants whose participant list has not been received, by deadline."""
    which = [
        _BOOKING.status == BookingStatus.CONFIRMED,
        _BOOKING.participant_list.in_(NOT_RECEIVED),
        _EVENT.format == Format.IN_PERSON,
        _EVENT.starts_at > start,
        _EVENT.starts_at <= end,
    ]
    if stations is not None:
        which.append(_STATION.code.in_(stations))
    return sorted(bookings_waiting(session, which, most), key=lambda one: (one.event.starts_at, one.reference))


def call_of(session: Session, booking_id: int) -> CallFacts | None:
    """The test call of a booking, None where none is arranged or it was cancelled."""
    mine = (_CALL.booking_id == booking_id, _CALL.is_cancelled.is_(False))
    row = session.execute(select(*_COLUMNS).where(*mine)).first()
    return CallFacts(*row) if row else None


def calls_overtaken(session: Session, now: datetime, most: int) -> list[tuple[CallFacts, str]]:
    """Calls to come whose booking has ended or begins at another time by now, with its reference."""
    statement = (
        select(*_COLUMNS, _BOOKING.reference)
        .join_from(ConnectionTest, Booking, _BOOKING.id == _CALL.booking_id)
        .join(Event, _EVENT.id == _BOOKING.event_id)
        .where(_CALL.is_cancelled.is_(False), _CALL.starts_at > now)
        .where(or_(_BOOKING.status != BookingStatus.CONFIRMED, _EVENT.starts_at != _CALL.event_starts_at))
        .order_by(_CALL.id)
        .limit(most)
    )
    return [(CallFacts(*row[:-1]), row[-1]) for row in session.execute(statement)]


_COLUMNS = (
    _CALL.id,
    _CALL.booking_id,
    _CALL.starts_at,
    _CALL.minutes,
    _CALL.address,
    _CALL.note,
    _CALL.sequence,
    _CALL.is_cancelled,
    _CALL.event_starts_at,
)


def exceptions_between(
    session: Session, stations: Collection[str] | None, start: datetime, end: datetime, most: int, rule: str = ""
) -> list[ExceptionMade]:
    """Exceptions to rules that desks made between two instants, the newest first; two statements.

    `rule`: its id, where only those to it are asked for.
    """
    statement = select(_NOTE.at, _NOTE.station_code, _NOTE.reference, _NOTE.rules, _NOTE.actor, _NOTE.text).where(
        _NOTE.kind == NoteKind.EXCEPTION, _NOTE.at >= start, _NOTE.at < end
    )
    if stations is not None:
        statement = statement.where(_NOTE.station_code.in_(stations))
    if rule:
        statement = statement.where((" " + func.replace(_NOTE.rules, ",", " ") + " ").contains(f" {rule} "))
    rows = session.execute(statement.order_by(_NOTE.at.desc(), _NOTE.id.desc()).limit(most)).all()
    names = names_of_actors(session, {row.actor for row in rows})
    return [
        ExceptionMade(
            row.at,
            row.station_code,
            row.reference,
            tuple(row.rules.replace(",", " ").split()),
            names.get(row.actor, row.actor),
            row.text,
        )
        for row in rows
    ]
