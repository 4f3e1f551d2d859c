"""What is kept of one contact: its own rows, all of them and nobody else's."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select, union
from sqlalchemy.orm import Session

from booking.attendance.models import Observation
from booking.bookings.models import Booking, ConnectionTest, Organisation, RequestNote, VisitDetail, VisitRequest
from booking.bookings.queries.bookings import booking_by_reference
from booking.bookings.queries.visit_requests import visit_by_reference
from booking.bookings.terms import OPEN_REQUEST
from booking.catalogue.models import Interest, Offering, Station
from booking.db import table_of
from booking.notices.models import Notice
from booking.privacy.queries.contacts import ENDED
from booking.scheduling.models import Event

_BOOKING, _REQUEST, _EVENT = table_of(Booking).c, table_of(VisitRequest).c, table_of(Event).c
_NOTICE, _INTEREST = table_of(Notice).c, table_of(Interest).c
_OURS = frozenset({"id", "event_id", "booking_id", "offering_id", "organisation_id", "station_id", "group_key"}) | {
    *("generation", "version", "sequence", "hold_expires_at", "request_id", "actor", "dedupe_key", "message_id"),
    *("next_try_at", "claimed_by", "attempts", "contact_removed_at"),
}
"""Columns of ours alone: keys, and what the program needs to work."""

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose data: everything of an address; of somebody without one, what was booked under this reference."""

    reference: str
    email: str
    name: str
    locale: str
    station: str
    generation: int

    def bookings(self) -> ColumnElement[bool]:
        """The own bookings, as a condition on `booking`."""
        return self._own(_BOOKING)

    def requests(self) -> ColumnElement[bool]:
        """The own requests without a time, as a condition on `visit_request`."""
        return self._own(_REQUEST)

    def _own(self, columns: Any) -> ColumnElement[bool]:  # noqa: ANN401  columns of either table
        if self.email:
            return func.lower(columns.contact_email) == self.email.lower()
        return and_(columns.reference == self.reference, columns.contact_email == "")

    def letters(self) -> ColumnElement[bool]:
        """The own mails, as a condition on `notice`; none of somebody without an address."""
        return and_(func.lower(_NOTICE.recipient) == self.email.lower(), _NOTICE.recipient != "")

    def entries(self) -> ColumnElement[bool]:
        """The own entries of lists of interest, as a condition on `interest`."""
        return func.lower(_INTEREST.email) == self.email.lower()


def owner_of(session: Session, reference: str) -> Owner | None:
    """Whose a booking or a request is; None where there is none, or nothing is kept of its contact any more."""
    found = booking_by_reference(session, reference) or visit_by_reference(session, reference)
    if found is None or not (found.contact.email or found.contact.name or found.contact.phone):
        return None
    contact = found.contact
    return Owner(reference, contact.email, contact.name, contact.locale, found.station.code, found.generation)


@dataclass(frozen=True, slots=True)
class Needed:
    """What is still to come: it cannot be done without the contact. The last one first."""

    id: int
    reference: str
    starts_at: datetime | None
    """None for a request that waits for an answer."""
    station_zone: str
    generation: int


def is_ahead(now: datetime) -> ColumnElement[bool]:
    """Whether a booking's tour is still to come, as a condition on `booking`."""
    event = table_of(Event).alias("event_to_come").c
    to_come = exists().where(event.id == _BOOKING.event_id, event.ends_at > now)
    return and_(_BOOKING.status.not_in(ENDED), to_come)


def needed(session: Session, owner: Owner, now: datetime) -> tuple[list[Needed], list[Needed]]:
    """The own bookings and the own requests that are still to come; two statements."""
    ahead = and_(owner.bookings(), is_ahead(now))
    bookings = (
        select(_BOOKING.id, _BOOKING.reference, _EVENT.starts_at, _EVENT.time_zone, _BOOKING.generation)
        .join_from(Booking, Event, _EVENT.id == _BOOKING.event_id)
        .where(ahead)
        .order_by(_EVENT.ends_at.desc(), _BOOKING.id)
    )
    waits = and_(owner.requests(), _REQUEST.status.in_(sorted(OPEN_REQUEST)))
    requests = (
        select(_REQUEST.id, _REQUEST.reference, _REQUEST.generation, table_of(Station).c.time_zone)
        .join_from(VisitRequest, Station, table_of(Station).c.id == _REQUEST.station_id)
        .where(waits)
        .order_by(_REQUEST.id)
    )
    return (
        [Needed(*row) for row in session.execute(bookings)],
        [Needed(row.id, row.reference, None, row.time_zone, row.generation) for row in session.execute(requests)],
    )


def own_rows(session: Session, owner: Owner) -> dict[str, Rows]:
    """All own rows by what they are, as JSON values under the names of their columns; nine statements."""
    group, offering = table_of(Organisation).c, table_of(Offering).c
    place = (_EVENT.code.label("event"), _EVENT.starts_at, _EVENT.ends_at, _EVENT.language.label("given_in"))
    who = (group.name.label("organisation"), group.country)
    bookings = (
        select(table_of(Booking), *place, *who)
        .join_from(Booking, Event, _EVENT.id == _BOOKING.event_id)
        .outerjoin(Organisation, group.id == _BOOKING.organisation_id)
    )
    requests = select(table_of(VisitRequest), *who).join_from(
        VisitRequest, Organisation, group.id == _REQUEST.organisation_id
    )
    of_bookings = session.execute(bookings.where(owner.bookings()).order_by(_BOOKING.id)).all()
    of_requests = session.execute(requests.where(owner.requests()).order_by(_REQUEST.id)).all()
    ids = [row.id for row in of_bookings]
    references = sorted({row.reference for row in (*of_bookings, *of_requests)})
    entries = select(table_of(Interest), offering.code.label("offering")).join_from(
        Interest, Offering, offering.id == _INTEREST.offering_id
    )
    return {
        "bookings": _shown(of_bookings),
        "requests": _shown(of_requests),
        "details": _of(session, VisitDetail, table_of(VisitDetail).c.reference.in_(references)),
        "messages": _of(session, RequestNote, table_of(RequestNote).c.reference.in_(references)),
        "test_calls": _of(session, ConnectionTest, table_of(ConnectionTest).c.booking_id.in_(ids)),
        "attendance": _of(session, Observation, table_of(Observation).c.booking_id.in_(ids)),
        "mails": _of(session, Notice, owner.letters()),
        "technical_contact_of": _technical(session, owner),
        "lists_of_interest": _shown(session.execute(entries.where(owner.entries()))) if owner.email else [],
    }


def technical(owner: Owner) -> ColumnElement[bool]:
    """Bookings of others in which the owner tests the connection, as a condition on `booking`."""
    return and_(func.lower(_BOOKING.technical_email) == owner.email.lower(), _BOOKING.technical_email != "")


def stations_of(session: Session, owner: Owner) -> frozenset[str]:
    """Codes of the stations at which something of this owner is kept; one statement."""
    station, offering = table_of(Station).c, table_of(Offering).c
    of_events = (
        select(station.code)
        .join_from(Booking, Event, _EVENT.id == _BOOKING.event_id)
        .join(Station, station.id == _EVENT.station_id)
        .where(or_(owner.bookings(), technical(owner)))
    )
    of_requests = (
        select(station.code).join_from(VisitRequest, Station, station.id == _REQUEST.station_id).where(owner.requests())
    )
    of_entries = (
        select(station.code)
        .join_from(Interest, Offering, offering.id == _INTEREST.offering_id)
        .join(Station, station.id == offering.station_id)
        .where(owner.entries(), _INTEREST.email != "")
    )
    return frozenset(session.execute(union(of_events, of_requests, of_entries)).scalars())


def _technical(session: Session, owner: Owner) -> Rows:
    columns = (_BOOKING.reference, _BOOKING.technical_name, _BOOKING.technical_email)
    found: Select[Any] = select(*columns).where(technical(owner), ~owner.bookings()).order_by(_BOOKING.id)
    return _shown(session.execute(found))


def _of(session: Session, model: Any, which: ColumnElement[bool]) -> Rows:  # noqa: ANN401  any model
    table = table_of(model)
    return _shown(session.execute(select(table).where(which).order_by(next(iter(table.primary_key)))))


def _shown(rows: Iterable[Row[Any]]) -> Rows:
    return [{name: _value(value) for name, value in row._mapping.items() if name not in _OURS} for row in rows]  # noqa: SLF001  SQLAlchemy's public name


def _value(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return dict(value) if isinstance(value, Mapping) else value
